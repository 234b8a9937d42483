"""What moves money later or back: holds and their ends, and the contrary of an entry.

As in `moving`: each function does one item and notes how to take it back. Source: FORMAT.md 3, 5.
"""

from collections.abc import Mapping
from typing import Any

from scripts.verifier.moving import Effect, Refused, is_shut, pair, wants_room
from scripts.verifier.rules import NAMES_PARTS, POSTINGS
from scripts.verifier.state import REVERSIBLE_ENTRY, Account, Book, Held

# Holds.


def hold(effect: Effect, item: Mapping[str, Any]) -> None:
    """Reserve an amount until its time."""
    if effect.kind in NAMES_PARTS:
        raise Refused("item_not_allowed")
    ends = pair(effect, item["debit"], item["credit"], item["unit"])
    if is_shut(effect, ends):
        raise Refused("account_closed")
    name, amount = item["id"], item["amount"]
    if name in effect.book.holds:
        raise Refused("hold_exists")
    if item["until"] <= effect.at:
        raise Refused("hold_expired")
    wants_room(effect, ends, amount)
    effect.book.holds[name] = Held(ends[0], ends[1], amount, item["until"])
    effect.on_refusal(effect.book.holds.pop, name)
    effect.move("held", ends, amount, held=amount, tail=name)


def post(effect: Effect, item: Mapping[str, Any]) -> None:
    """Use a hold, whole or in part; the rest is free again."""
    if effect.kind in NAMES_PARTS:
        raise Refused("item_not_allowed")
    found = effect.book.holds.get(item["id"])
    if found is None:
        raise Refused("unknown_hold")
    if (effect.kind, found.debit.kind, found.credit.kind) not in POSTINGS:
        raise Refused("posting_rule")
    _wants_open(effect, found)
    used = item.get("amount", found.amount)
    if used > found.amount:
        raise Refused("exceeds_hold")
    _end(effect, found, "posted")
    ends = found.debit, found.credit
    effect.move("used", ends, used, posted=used, held=-found.amount, tail=item["id"])


def void(effect: Effect, item: Mapping[str, Any]) -> None:
    """Free a hold before its time."""
    found = effect.book.holds.get(item["id"])
    if found is None:
        raise Refused("unknown_hold")
    _wants_open(effect, found)
    _free(effect, item["id"], found, "voided")


def expire(effect: Effect, item: Mapping[str, Any]) -> None:
    """Free a hold whose time has come."""
    found = effect.book.holds.get(item["id"])
    if found is None:
        raise Refused("unknown_hold")
    if found.state != "held":
        raise Refused("hold_resolved")
    if effect.at < found.until:
        raise Refused("hold_not_due")
    _free(effect, item["id"], found, "expired")


def _wants_open(effect: Effect, found: Held) -> None:
    if found.state in {"posted", "voided"}:
        raise Refused("hold_resolved")
    if found.state == "expired" or effect.at >= found.until:
        raise Refused("hold_expired")


def _end(effect: Effect, found: Held, state: str) -> None:
    effect.on_refusal(setattr, found, "state", found.state)
    found.state = state


def _free(effect: Effect, name: str, found: Held, state: str) -> None:
    _end(effect, found, state)
    ends = found.debit, found.credit
    effect.move("freed", ends, found.amount, held=-found.amount, tail=name)


# Contrary entries.


def reverse(effect: Effect, item: Mapping[str, Any]) -> None:
    """Book the contrary of an entry's transfers, the last first, of each what is left."""
    book = effect.book
    place = book.decided.find(bytes.fromhex(item["entry"]))
    if place is None:
        raise Refused("unknown_entry")
    mark, seqs = book.decided.entry(place, len(book.given) + 1)
    if mark != REVERSIBLE_ENTRY:
        raise Refused("not_reversible")
    for seq in reversed(seqs):
        ends, rest = _ends_of(book, seq), book.given.left(seq)
        if rest == 0:
            raise Refused("already_reversed")
        if is_shut(effect, ends):
            raise Refused("account_closed")
        book.given.give_back(seq, rest)
        effect.on_refusal(book.given.give_back, seq, -rest)
        wants_room(effect, ends, rest)
        effect.move("posted", ends, rest, posted=rest, tail=seq)


def _ends_of(book: Book, seq: int) -> tuple[Account, Account]:
    """The contrary ends of a transfer that posted something."""
    first = book.given.ends(seq)
    assert first is not None  # A reversible entry has only posted.
    return book.numbered[first[1]], book.numbered[first[0]]
