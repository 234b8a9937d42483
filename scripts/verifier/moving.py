"""What moves money at once: transfers and draws, and what every movement must keep.

Each function does one item on the book as it stands and notes how to take it back; a refusal is
raised, and whoever called takes everything back. Source: FORMAT.md sections 3 and 5.
Not here: holds and contrary entries (`holding`), items that move nothing (`effects`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scripts.verifier.rules import (
    BACKING,
    MAX,
    MAY_TOUCH_CLOSED_PAYABLE,
    NAMES_PARTS,
    ONLY_PARTS,
    POSTINGS,
    SHARES,
    SHOPS_ARE_PAID_FROM,
)
from scripts.verifier.state import Account, Book


class Refused(Exception):
    """The request is refused with this code."""

    def __init__(self, code: str) -> None:
        """Nothing of the request stays."""
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Effect:
    """What one request has done so far: its transfers as a leaf writes them, its facts."""

    book: Book
    kind: str
    index: int
    at: int
    moves: list[list[Any]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    backwards: list[tuple[Callable[..., object], tuple[Any, ...]]] = field(default_factory=list)

    def on_refusal(self, take_back: Callable[..., object], *given: object) -> None:
        """Note how one change is undone."""
        self.backwards.append((take_back, given))

    def undo(self) -> None:
        """Take everything back, the last first."""
        for take_back, given in reversed(self.backwards):
            take_back(*given)
        self.moves.clear()

    def account(self, name: str) -> Account:
        """An account that is there. Errors: `Refused`."""
        found = self.book.accounts.get(name)
        if found is None:
            raise Refused("unknown_account")
        return found

    def move(
        self, phase: str, ends: tuple[Account, Account], told: int,
        *, posted: int = 0, held: int = 0, tail: object = None,
    ) -> None:  # fmt: skip
        """Change both accounts and write the transfer down, with the balances after it."""
        debit, credit = ends
        _shift(debit, credit, posted, held, 1)
        self.on_refusal(_shift, debit, credit, -posted, -held, -1)
        line = [
            len(self.book.given) + len(self.moves) + 1, phase, debit.unit.name,
            debit.id, credit.id, told,
            debit.version, debit.balance(), debit.debits_held,
            credit.version, credit.balance(), credit.credits_held,
        ]  # fmt: skip
        if tail is not None:
            line.append(tail)
        self.moves.append(line)


def _shift(debit: Account, credit: Account, posted: int, held: int, version: int) -> None:
    debit.debits += posted
    debit.debits_held += held
    debit.version += version
    credit.credits += posted
    credit.credits_held += held
    credit.version += version
    unit = debit.unit
    unit.posted += posted
    unit.held += held
    if debit.debit_sided:
        unit.own += posted
    else:
        unit.owed -= posted
    if credit.debit_sided:
        unit.own -= posted
    else:
        unit.owed += posted
    if debit.kind in BACKING or credit.kind in BACKING:
        back = posted * ((debit.kind == "credits_issued") - (credit.kind == "credits_issued"))
        back += posted * ((credit.kind == "credit_reserve") - (debit.kind == "credit_reserve"))
        unit.backing += back


# What any movement must keep.


def pair(effect: Effect, debit_id: str, credit_id: str, unit: str | None) -> Any:  # noqa: ANN401
    """Both accounts, if this kind of entry may move this unit between them."""
    debit, credit = effect.account(debit_id), effect.account(credit_id)
    if debit is credit:
        raise Refused("same_account")
    if debit.unit is not credit.unit or unit not in {None, debit.unit.name}:
        raise Refused("unit_mismatch")
    if (effect.kind, debit.kind, credit.kind) not in POSTINGS:
        raise Refused("posting_rule")
    return debit, credit


def is_shut(effect: Effect, ends: tuple[Account, Account]) -> bool:
    """Whether one of them is closed for this kind of entry."""
    shut = [account.kind for account in ends if account.closed]
    spared = effect.kind in MAY_TOUCH_CLOSED_PAYABLE and set(shut) == {"shop_payable"}
    return bool(shut) and not spared


def _room(ends: tuple[Account, Account]) -> tuple[int, int]:
    """What the debited account can still take on that side, and the credited one on its own."""
    debit, credit = ends
    dare = debit.may_grow() if debit.debit_sided else debit.may_fall()
    avere = credit.may_fall() if credit.debit_sided else credit.may_grow()
    return dare, avere


def wants_room(effect: Effect, ends: tuple[Account, Account], amount: int) -> None:
    """Refuse what leaves a bound, or the numbers that every reader holds."""
    dare, avere = _room(ends)
    debit, credit = ends
    if amount > dare or amount > avere:
        effect.facts = {"available": min(dare, avere)}  # It says this, and nothing else.
        floor = (amount > dare and not debit.debit_sided, amount > avere and credit.debit_sided)
        raise Refused("insufficient_funds" if any(floor) else "ceiling_reached")
    unit = debit.unit
    debits, credits_ = debit.debits + debit.debits_held, credit.credits + credit.credits_held
    if max(unit.posted + unit.held, debits, credits_) + amount > MAX:
        raise Refused("counter_full")


# Transfers and draws.


def transfer(effect: Effect, item: Mapping[str, Any]) -> None:
    """Move one amount."""
    if effect.kind in ONLY_PARTS:
        raise Refused("item_not_allowed")
    ends = pair(effect, item["debit"], item["credit"], item["unit"])
    if ends[0].kind in SHARES:
        raise Refused("item_not_allowed")
    if is_shut(effect, ends):
        raise Refused("account_closed")
    wants_room(effect, ends, item["amount"])
    effect.move("posted", ends, item["amount"], posted=item["amount"])


def draw(effect: Effect, item: Mapping[str, Any]) -> None:
    """Take a total from legs in their order, as much as each can give at this moment."""
    given = _way(effect, item)
    legs = [_leg(effect, *leg) for leg in given]
    wanted: int = item.get("total", MAX)
    taken = 0
    for ends, undoes in legs:
        amount = min(wanted - taken, _leg_room(effect, ends, undoes))
        if amount:
            wants_room(effect, ends, amount)
            effect.move("posted", ends, amount, posted=amount, tail=undoes)
            taken += amount
            if undoes is not None:
                effect.book.given.give_back(undoes, amount)
                effect.on_refusal(effect.book.given.give_back, undoes, -amount)
    if "total" in item:
        _drawn(effect, item, legs, taken)


Legs = list[tuple[tuple[Account, Account], int | None]]


def _drawn(effect: Effect, item: Mapping[str, Any], legs: Legs, taken: int) -> None:
    if taken == item["total"] or (taken and "partial" in item):
        if effect.kind not in NAMES_PARTS:
            last = {ends[0].id: (ends, undoes) for ends, undoes in legs}
            rooms = (_leg_room(effect, *leg) for leg in last.values())
            effect.facts["left"] = min(MAX, sum(rooms))
        return
    effect.facts["available"] = taken
    if legs and all(is_shut(effect, ends) for ends, _undoes in legs):
        raise Refused("account_closed")
    if effect.kind in NAMES_PARTS and not any(_left_of(effect, undoes) for _ends, undoes in legs):
        raise Refused("refund_exceeds")
    raise Refused("insufficient_funds")


def _left_of(effect: Effect, undoes: int | None) -> int:
    """What can still be given back of the transfer that a leg names."""
    return MAX if undoes is None else effect.book.given.left(undoes)


def _way(effect: Effect, item: Mapping[str, Any]) -> list[list[Any]]:
    """The draw's legs, or its second ones if its claim was taken before."""
    legs: list[list[Any]] = item["legs"]
    if "claim" not in item:
        return legs
    raw = bytes.fromhex(item["claim"])
    if raw not in effect.book.claims:
        _take_claim(effect, raw)
        return legs
    effect.facts["claimed"] = True
    second: list[list[Any]] = item["if_claimed"]
    if not second:
        raise Refused("already_claimed")
    return second


def _take_claim(effect: Effect, raw: bytes) -> None:
    effect.book.claims.add(raw)
    effect.on_refusal(effect.book.claims.discard, raw)


def claim(effect: Effect, item: Mapping[str, Any]) -> None:
    """Take a number that can be taken once."""
    raw = bytes.fromhex(item["id"])
    if raw in effect.book.claims:
        raise Refused("already_claimed")
    _take_claim(effect, raw)


def _leg(effect: Effect, debit: str, credit: str, undoes: int | None = None) -> Any:  # noqa: ANN401
    """A leg's accounts, if a draw of this kind may go this way."""
    if (effect.kind in NAMES_PARTS) != (undoes is not None):
        raise Refused("item_not_allowed")
    ends = pair(effect, debit, credit, None)
    if undoes is not None:
        first = effect.book.given.ends(undoes)
        if first is None:
            raise Refused("unknown_entry")
        gave, received = (effect.book.numbered[number] for number in first)
        counted = received.kind == "cap" and ends == (received, gave)
        if effect.kind != "refund":
            right = ends[0] is received and _share_may_go(effect, *ends, gave=gave)
        else:
            right = counted or _goes_back(*ends, gave=gave, received=received)
        if not right:
            raise Refused("posting_rule")
    return ends, undoes


def _share_may_go(effect: Effect, debit: Account, credit: Account, *, gave: Account) -> bool:
    """Whether a purchase's share goes off its shop's debt, or is collected as that debt is paid."""
    if effect.kind != "contribution_payment":
        return credit is gave
    is_paid = any(move[4] == gave.id for move in effect.moves)
    return is_paid and (credit.kind == "social_fund" or credit.owner == debit.owner)


def _goes_back(debit: Account, credit: Account, *, gave: Account, received: Account) -> bool:
    """Whether a refund goes from who received (or its debt) back to who gave, a fund, or as due."""
    if received.kind != "shop_payable" or received.unit is not debit.unit:
        return False
    owes = debit.kind == "shop_claim" and debit.owner == received.owner
    if not (owes or (debit.kind != "shop_claim" and debit is received)):
        return False
    if gave.kind not in SHOPS_ARE_PAID_FROM:
        return False
    if credit is gave:
        return True
    if gave.kind == "offline_risk" or credit.kind == "offline_risk":
        return credit.kind == "refund_due"
    return not gave.kind == credit.kind == "voucher"


def _leg_room(effect: Effect, ends: tuple[Account, Account], undoes: int | None) -> int:
    if is_shut(effect, ends):
        return 0
    return min(*_room(ends), _left_of(effect, undoes))
