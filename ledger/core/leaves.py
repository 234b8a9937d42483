"""Read a leaf back: canonical bytes -> the decision and the request that it answered.

The reader is strict: what does not write back to the same bytes is no leaf. Not here: hashes of
leaves (`ledger.proof.merkle`).
"""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, TypeVar
from uuid import UUID

from ledger.core.canonical import check_words
from ledger.core.chart import AccountKind, EntryKind
from ledger.core.codes import Code
from ledger.core.decisions import FORMAT_VERSION, PHASES, POSTED, Decision, Posting
from ledger.core.ids import AccountId, ClaimId, Commitment, HoldId, RequestId
from ledger.core.items import (
    Claim,
    CloseAccount,
    ClosePeriod,
    Draw,
    Erase,
    ExpireHold,
    Hold,
    Item,
    Leg,
    OpenAccount,
    PostHold,
    Reverse,
    Seal,
    SetBounds,
    Transfer,
    VoidHold,
)
from ledger.core.quantities import MAX_AMOUNT, is_unit
from ledger.core.requests import NumberedRequest, Request
from ledger.core.shapes import HASH_SIZE

T = TypeVar("T")

_FIXED_FIELDS: Final = 12  # Of a posting; then the hold, or the seq that it undoes.


class NotALeaf(ValueError):
    """Bytes that are no leaf of this format version."""


def _refuse(token: str) -> Any:  # noqa: ANN401 -- what json hands over, it never gets back.
    raise NotALeaf(f"{token} is no number of the format")


_parse = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse).decode


def read_leaf(data: bytes) -> Decision:
    """Read one leaf. Errors: `NotALeaf` for anything that this version would not have written."""
    decision = _read(data, _decision)
    if decision.leaf() != data:
        raise NotALeaf("these bytes are not the canonical form of a leaf")
    return decision


def read_numbered(data: bytes) -> NumberedRequest:
    """Read only what was asked, its number and time: for who decides it again.

    Whether the bytes are canonical is not looked at: the leaf of the new decision must be equal.
    Errors: `NotALeaf`.
    """
    return _read(data, _numbered)


def _read(data: bytes, reader: Callable[[dict[str, Any]], T]) -> T:
    try:
        return reader(_parse(data.decode()))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotALeaf("these bytes are no leaf of a book") from error


def _numbered(words: Mapping[str, Any]) -> NumberedRequest:
    index, recorded_at = words["index"], words["recorded_at"]
    _wants(_is_integer(index) and _is_integer(recorded_at))
    return NumberedRequest(_request(words["request"]), index, recorded_at)


def _decision(words: Mapping[str, Any]) -> Decision:
    _wants(words["v"] == FORMAT_VERSION and type(words["v"]) is int)
    facts, numbers = words["facts"], (words["index"], words["recorded_at"], words["period"])
    _wants(isinstance(words["book"], str) and isinstance(facts, dict))
    _wants(all(map(_is_integer, numbers)))
    index, recorded_at, period = numbers
    return Decision(
        book=str(check_words(words["book"])),
        request=_request(words["request"]),
        code=Code(words["code"]),
        log_index=index,
        recorded_at=recorded_at,
        period=period,
        transfers=tuple(_posting(fields) for fields in words["transfers"]),
        facts=check_words(facts) if facts else {},  # type: ignore[arg-type]
    )


def _is_integer(value: object) -> bool:
    return type(value) is int and -MAX_AMOUNT <= value <= MAX_AMOUNT


def _wants(holds: object) -> None:
    if not holds:
        raise NotALeaf("a field is not what this version writes")


def _request(words: Mapping[str, Any]) -> Request:
    return Request(
        id=RequestId(_uuid(words["id"])),
        kind=EntryKind(words["kind"]),
        items=tuple(_item(item) for item in words["items"]),
        actor=words["actor"],
        occurred_at=words["occurred_at"],
        asked=words.get("asked"),
        refuse=Code(words["refuse"]) if "refuse" in words else None,
        commitments=tuple(_commitment(item) for item in words.get("commitments", ())),
        scope=_uuid(words["scope"]) if "scope" in words else None,
        rows_digest=_digest(words["rows"]) if "rows" in words else "",
    )


def _posting(fields: list[Any]) -> Posting:
    seq, phase, unit, debit, credit, *counts = fields[:_FIXED_FIELDS]
    _wants(phase in PHASES and len(fields) <= _FIXED_FIELDS + 1)
    _wants(is_unit(unit) and _is_integer(seq) and all(map(_is_integer, counts)))
    amount, *after = counts
    hold = undoes = None
    for last in fields[_FIXED_FIELDS:]:
        if phase == POSTED:
            _wants(_is_integer(last))
            undoes = last
        else:
            hold = _hold(last)
    ends = _account(debit), _account(credit)
    return Posting._make((seq, phase, unit, *ends, amount, *after, hold, undoes))


def _uuid(text: str) -> UUID:
    return UUID(int=int(text, 16))  # Another way to write it is found when it is written back.


@lru_cache(maxsize=100_000)
def _account(text: str) -> AccountId:
    return AccountId(_uuid(text))  # The same few thousand come again and again in a log.


def _hold(text: str) -> HoldId:
    return HoldId(_uuid(text))


def _commitment(text: str) -> Commitment:
    return Commitment(bytes.fromhex(text))


def _digest(text: str) -> str:
    _wants(len(bytes.fromhex(text)) == HASH_SIZE)
    return text


def _legs(legs: list[list[Any]]) -> tuple[Leg, ...]:
    return tuple(Leg(_account(debit), _account(credit), *seq) for debit, credit, *seq in legs)


def _draw(words: Mapping[str, Any]) -> Draw:
    return Draw(
        total=words.get("total"),
        legs=_legs(words["legs"]),
        partial=words.get("partial", False),
        claim=ClaimId(_uuid(words["claim"])) if "claim" in words else None,
        if_claimed=_legs(words.get("if_claimed", [])),
    )


def _held(words: Mapping[str, Any]) -> Hold:
    return Hold(
        id=_hold(words["id"]),
        debit=_account(words["debit"]),
        credit=_account(words["credit"]),
        amount=words["amount"],
        unit=words["unit"],
        expires_at=words["until"],
    )


def _opened(words: Mapping[str, Any]) -> OpenAccount:
    return OpenAccount(
        id=_account(words["id"]),
        unit=words["unit"],
        kind=AccountKind(words["kind"]),
        floor=words.get("floor"),
        ceiling=words.get("ceiling"),
        owner=_uuid(words["owner"]) if "owner" in words else None,
    )


READERS: Final[Mapping[str, Callable[[dict[str, Any]], Item]]] = {
    "open": _opened,
    "close": lambda words: CloseAccount(_account(words["id"])),
    "bounds": lambda words: SetBounds(
        _account(words["id"]), words.get("floor"), words.get("ceiling")
    ),
    "transfer": lambda words: Transfer(
        _account(words["debit"]), _account(words["credit"]), words["amount"], words["unit"]
    ),
    "draw": _draw,
    "claim": lambda words: Claim(ClaimId(_uuid(words["id"]))),
    "hold": _held,
    "post": lambda words: PostHold(_hold(words["id"]), words.get("amount")),
    "void": lambda words: VoidHold(_hold(words["id"])),
    "expire": lambda words: ExpireHold(_hold(words["id"])),
    "reverse": lambda words: Reverse(RequestId(_uuid(words["entry"]))),
    "close_period": lambda words: ClosePeriod(words["period"]),
    "seal": lambda words: Seal(tuple(words["units"])),
    "erase": lambda words: Erase(tuple(_commitment(item) for item in words["commitments"])),
}


def _item(words: Mapping[str, Any]) -> Item:
    [(name, fields)] = words.items()
    return READERS[name](fields)
