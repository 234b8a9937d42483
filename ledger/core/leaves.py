"""Read a leaf back: canonical bytes -> the decision and the request that it answered.

The reader is strict: what does not write back to the same bytes is no leaf. Not here: hashes of
leaves (`ledger.proof.merkle`).
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from ledger.core.chart import AccountKind, EntryKind
from ledger.core.codes import Code
from ledger.core.ids import AccountId, ClaimId, Commitment, HoldId, RequestId
from ledger.core.requests import (
    FORMAT_VERSION,
    Claim,
    CloseAccount,
    ClosePeriod,
    Decision,
    Draw,
    Erase,
    ExpireHold,
    Hold,
    Item,
    Leg,
    OpenAccount,
    PostHold,
    Posting,
    Request,
    Reverse,
    Seal,
    SetBounds,
    Transfer,
    VoidHold,
)

_FIXED_FIELDS: Final = 12  # Of a posting; then the hold, or the seq that it undoes.


class NotALeaf(ValueError):
    """Bytes that are no leaf of this format version."""


def read_leaf(data: bytes) -> Decision:
    """Read one leaf. Errors: `NotALeaf` for anything that this version would not have written."""
    try:
        words: dict[str, Any] = json.loads(data)
        decision = _decision(words)
        same = words["v"] == FORMAT_VERSION and decision.leaf() == data
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        message = "these bytes are no leaf of a book"
        raise NotALeaf(message) from error
    if not same:
        message = "these bytes are not the canonical form of a leaf"
        raise NotALeaf(message)
    return decision


def _decision(words: Mapping[str, Any]) -> Decision:
    return Decision(
        book=words["book"],
        request=_request(words["request"]),
        code=Code(words["code"]),
        log_index=words["index"],
        recorded_at=words["recorded_at"],
        period=words["period"],
        transfers=tuple(_posting(fields) for fields in words["transfers"]),
        facts=words["facts"],
    )


def _request(words: Mapping[str, Any]) -> Request:
    return Request(
        id=RequestId(UUID(words["id"])),
        kind=EntryKind(words["kind"]),
        items=tuple(_item(item) for item in words["items"]),
        actor=words["actor"],
        occurred_at=words["occurred_at"],
        asked=words.get("asked"),
        refuse=Code(words["refuse"]) if "refuse" in words else None,
        commitments=tuple(_commitment(item) for item in words.get("commitments", ())),
        scope=UUID(words["scope"]) if "scope" in words else None,
        rows_digest=words.get("rows", ""),
    )


def _posting(fields: list[Any]) -> Posting:
    seq, phase, unit, debit, credit, *counts = fields[:_FIXED_FIELDS]
    [last] = fields[_FIXED_FIELDS:] or [None]
    hold = _hold(last) if isinstance(last, str) else None
    undoes = last if isinstance(last, int) else None
    amount, *after = counts
    ends = _account(debit), _account(credit)
    return Posting._make((seq, phase, unit, *ends, amount, *after, hold, undoes))


def _account(text: str) -> AccountId:
    return AccountId(UUID(text))


def _hold(text: str) -> HoldId:
    return HoldId(UUID(text))


def _commitment(text: str) -> Commitment:
    return Commitment(bytes.fromhex(text))


def _legs(legs: list[list[Any]]) -> tuple[Leg, ...]:
    return tuple(Leg(_account(debit), _account(credit), *seq) for debit, credit, *seq in legs)


def _draw(words: Mapping[str, Any]) -> Draw:
    return Draw(
        total=words.get("total"),
        legs=_legs(words["legs"]),
        partial=words.get("partial", False),
        claim=ClaimId(UUID(words["claim"])) if "claim" in words else None,
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
        owner=UUID(words["owner"]) if "owner" in words else None,
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
    "claim": lambda words: Claim(ClaimId(UUID(words["id"]))),
    "hold": _held,
    "post": lambda words: PostHold(_hold(words["id"]), words.get("amount")),
    "void": lambda words: VoidHold(_hold(words["id"])),
    "expire": lambda words: ExpireHold(_hold(words["id"])),
    "reverse": lambda words: Reverse(RequestId(UUID(words["entry"]))),
    "close_period": lambda words: ClosePeriod(words["period"]),
    "seal": lambda words: Seal(tuple(words["units"])),
    "erase": lambda words: Erase(tuple(_commitment(item) for item in words["commitments"])),
}


def _item(words: Mapping[str, Any]) -> Item:
    [(name, fields)] = words.items()
    return READERS[name](fields)
