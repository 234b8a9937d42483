"""What is no request at all: nothing is decided, nothing is stored, the id stays free."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from ledger.core.canonical import canonical
from ledger.core.chart import AccountKind, EntryKind
from ledger.core.codes import Code
from ledger.core.ids import AccountId, ClaimId, RequestId
from ledger.core.items import (
    Claim,
    CloseAccount,
    ClosePeriod,
    Draw,
    Erase,
    ExpireHold,
    Hold,
    Leg,
    OpenAccount,
    PostHold,
    Reverse,
    Seal,
    SetBounds,
    Transfer,
    VoidHold,
)
from ledger.core.quantities import MAX_AMOUNT, euro_text, half_up, parse_euro
from ledger.core.requests import Request, Row
from ledger.core.shapes import MalformedRequest
from tests.rich_book import account, uuid

A, B = account("a"), account("b")
NIL = UUID(int=0)
ONE = uuid("one")
BIG = MAX_AMOUNT + 1
MALFORMED: tuple[Callable[..., Any], ...] = (
    # Ids, units, kinds, numbers: of the wrong type, or out of their range.
    lambda: OpenAccount("a", "U", AccountKind.FUND),  # type: ignore[arg-type]
    lambda: OpenAccount(AccountId(NIL), "U", AccountKind.FUND),
    lambda: OpenAccount(A, "", AccountKind.FUND),
    lambda: OpenAccount(A, "U U", AccountKind.FUND),
    lambda: OpenAccount(A, "U", "purse"),  # type: ignore[arg-type]
    lambda: OpenAccount(A, "U", ["fund"]),  # type: ignore[arg-type]
    lambda: OpenAccount(A, "U", AccountKind.FUND, 0.5),  # type: ignore[arg-type]
    lambda: OpenAccount(A, "U", AccountKind.FUND, ceiling=BIG),
    lambda: OpenAccount(A, "U", AccountKind.FUND, owner="x"),  # type: ignore[arg-type]
    lambda: CloseAccount(1),  # type: ignore[arg-type]
    lambda: SetBounds(A, True),
    lambda: Transfer(A, None, 1, "U"),  # type: ignore[arg-type]
    lambda: Transfer(A, B, 1, 7),  # type: ignore[arg-type]
    *(lambda amount=amount: Transfer(A, B, amount, "U") for amount in (0, -1, 1.0, True, BIG)),
    lambda: Draw(0, ()),
    lambda: Draw(1, ((A,),)),  # type: ignore[arg-type]
    lambda: Draw(1, (A,)),  # type: ignore[arg-type]
    lambda: Draw(1, (Leg(A, B, 0),)),
    lambda: Draw(1, (Leg(A, NIL),)),  # type: ignore[arg-type]
    lambda: Draw(1, (), partial=1),  # type: ignore[arg-type]
    lambda: Draw(1, (), claim=7),  # type: ignore[arg-type]
    lambda: Draw(1, (), if_claimed=(Leg(A, B),)),
    lambda: Claim(None),  # type: ignore[arg-type]
    lambda: Hold(ONE, A, B, 1, "U", 1.5),  # type: ignore[arg-type]
    lambda: Hold(ONE, A, B, 0, "U", 1),  # type: ignore[arg-type]
    lambda: PostHold(ONE, 0),  # type: ignore[arg-type]
    lambda: PostHold("h"),  # type: ignore[arg-type]
    lambda: VoidHold("h"),  # type: ignore[arg-type]
    lambda: ExpireHold("h"),  # type: ignore[arg-type]
    lambda: Reverse("e"),  # type: ignore[arg-type]
    lambda: ClosePeriod("1"),  # type: ignore[arg-type]
    lambda: Seal(("U", "")),
    lambda: Erase((b"short",)),  # type: ignore[arg-type]
    lambda: Row("act", {"amount": 0.5}),  # type: ignore[dict-item]
    lambda: Row("act", {"amount": True}),
    lambda: Row("act", {"amount": BIG}),
    lambda: Row("act", {"title": "\x00"}),
    # The request itself.
    lambda: ask(id=None),
    lambda: ask(id=NIL),
    lambda: ask(kind="party"),
    lambda: ask(kind=None),
    lambda: ask(items=(Leg(A, B),)),
    lambda: ask(actor=7),
    lambda: ask(actor="\ud800"),
    lambda: ask(occurred_at=0.5),
    lambda: ask(occurred_at=BIG),
    lambda: ask(asked=[1]),
    lambda: ask(asked={"amount": 0.5}),
    lambda: ask(asked={"kind": "other"}),
    lambda: ask(refuse="tired"),
    lambda: ask(refuse=Code.ACCEPTED),
    lambda: ask(scope="till"),
    lambda: ask(commitments=("x" * 32,)),
    lambda: ask(rows=({"table": "act"},)),
)


def ask(**fields: Any) -> Request:  # noqa: ANN401
    given: dict[str, Any] = {"id": RequestId(ONE), "kind": EntryKind.OPENING}
    return Request(**(given | fields))


@pytest.mark.parametrize("make", MALFORMED, ids=range(len(MALFORMED)))
def test_what_cannot_be_a_request_is_refused_when_it_is_made(make: Callable[..., Any]) -> None:
    with pytest.raises(MalformedRequest):
        make()


def test_every_request_that_can_be_made_can_be_written() -> None:
    draw = Draw(1, [(A, B)], claim=ClaimId(ONE), if_claimed=[(B, A, 3)])  # type: ignore[arg-type]
    words = {"amount": -1, "list": (1, True, "è")}
    row = Row("act", {"id": ONE, "hash": b"\x01", "n": 1, "none": None, "text": "è"})
    request = ask(items=[draw], asked=words, rows=(row,), kind="opening", refuse="expired")
    assert b'"n":1' in canonical([row.words()])
    assert b"none" not in canonical([row.words()])
    assert canonical(request.document())
    assert request.words() == {"kind": "opening", "amount": -1, "list": [1, True, "è"]}


def test_rows_keep_the_digest_that_a_leaf_told() -> None:
    row = Row("act", {"n": 1})
    assert ask(rows=(row,), rows_digest="ab").rows_digest == "ab"
    assert len(ask(rows=(row,)).rows_digest) == 64


def test_a_bound_that_is_not_there_is_left_out() -> None:
    assert SetBounds(A, None).words() == {"bounds": {"id": A.hex}}
    assert SetBounds(A, 1, 2).words() == {"bounds": {"id": A.hex, "floor": 1, "ceiling": 2}}


def test_the_words_of_a_request_do_not_follow_its_callers_dictionary() -> None:
    words = {"amount": 1}
    request = ask(asked=words)
    words["amount"] = 2
    assert request.words()["amount"] == 1


@pytest.mark.parametrize(
    ("text", "cents"),
    [("12,50", 1250), ("12", 1200), ("1.234,56", 123456), (" 0,01 ", 1), ("0", 0)],
)
def test_amounts_are_read_the_italian_way(text: str, cents: int) -> None:
    assert parse_euro(text) == cents


@pytest.mark.parametrize(
    "text", ["12.50", "1,5", "", "-1", "1.23,00", "1,234.56", "\u0661", "12,505"]
)
def test_amounts_are_never_guessed(text: str) -> None:
    with pytest.raises(ValueError, match="written"):
        parse_euro(text)


def test_amounts_are_written_the_italian_way() -> None:
    assert [euro_text(cents) for cents in (0, 5, 1250, 123456, -1)] == [
        "0,00", "0,05", "12,50", "1.234,56", "-0,01",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(1, 2, 1), (-1, 2, -1), (1, 3, 0), (2, 3, 1), (5, -2, -3), (-5, -2, 3), (0, 7, 0)],
)  # fmt: skip
def test_halves_are_rounded_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    assert half_up(numerator, denominator) == rounded
