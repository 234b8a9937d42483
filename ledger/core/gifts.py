"""Gifts: the fund in which they wait, and where each of them went. Pure.

Money in a fund is alike, so which gift paid a voucher is a rule: what came first goes out first, in
funds as on vouchers; what is given back goes back to where it was. Source: design 4.1. Not here:
who may give (the verb), and the moves themselves (`ledger.reports`).
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from ledger.core.chart import EntryKind
from ledger.core.ids import AccountId, derived_id
from ledger.core.quantities import Amount


def gift_fund(fund: AccountId) -> AccountId:
    """Where gifts of one source's money wait: source x gift, so that it keeps its origin."""
    return AccountId(derived_id("gift_fund", fund))


class Move(NamedTuple):
    """One posted transfer near a gift fund, with its entry's kind and place in the log."""

    seq: int
    log_index: int
    kind: str
    debit: AccountId
    credit: AccountId
    amount: Amount
    undoes: int | None = None


class Part(NamedTuple):
    """So much (cents) of one gift (its seq) that a transfer moved on."""

    gift: int
    seq: int
    log_index: int
    kind: str
    debit: AccountId
    credit: AccountId
    amount: Amount


class _Share(NamedTuple):
    gift: int
    amount: Amount


@dataclass
class Trail:
    """What has been followed so far: what lies where, oldest first, and each step."""

    fund: AccountId
    lying: dict[AccountId, deque[_Share]] = field(default_factory=dict)
    moved: dict[int, list[_Share]] = field(default_factory=dict)
    landed: dict[int, AccountId] = field(default_factory=dict)
    given_on: dict[int, list[_Share]] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)

    def add(self, move: Move) -> None:
        """Follow one more transfer; they come by seq."""
        if move.undoes is not None and move.undoes in self.moved:
            shares = self._back(move)
        else:
            self.landed[move.seq] = move.credit
            shares = _taken(self._pot(move.debit), move.amount)
            self.moved[move.seq] = list(shares)
            if move.kind == EntryKind.GIFT and move.credit == self.fund:
                self._note(move, shares)  # Given on: from here it is another gift's way.
                self.given_on[move.seq] = shares
                self._note(move, self._begun(move))
                return
            self._pot(move.credit).extend(shares)
        self._note(move, shares)

    def _begun(self, move: Move) -> list[_Share]:
        begun = [_Share(move.seq, move.amount)]
        self.moved[move.seq] = begun
        self._pot(move.credit).extend(begun)
        return begun

    def _back(self, move: Move) -> list[_Share]:
        """The last that was moved goes back first, to the front of where it lay."""
        assert move.undoes is not None
        left, given = move.amount, list[_Share]()
        earlier = self.moved[move.undoes]
        while left and earlier:
            last = earlier.pop()
            cents = min(left, last.amount)
            if cents < last.amount:
                earlier.append(_Share(last.gift, last.amount - cents))
            given.append(_Share(last.gift, cents))
            left -= cents
        for share in given:
            _removed(self._pot(self.landed[move.undoes]), share)  # A claim stands for a payable.
        back = [*given, *self.given_on.pop(move.undoes, ())]
        begun = {move.undoes}  # A gift that is undone lies nowhere any more.
        self._pot(move.credit).extendleft(one for one in back if one.gift not in begun)
        return back

    def _pot(self, account: AccountId) -> deque[_Share]:
        return self.lying.setdefault(account, deque())

    def _note(self, move: Move, shares: Iterable[_Share]) -> None:
        seq, log_index, kind, debit, credit, _amount, _undoes = move
        for gift, cents in shares:
            self.parts.append(Part(gift, seq, log_index, kind, debit, credit, cents))


def _taken(pot: deque[_Share], wanted: Amount) -> list[_Share]:
    """The first of what lies there, up to so much; money that no gift brought is not told."""
    taken = []
    while wanted and pot:
        first = pot.popleft()
        cents = min(wanted, first.amount)
        if cents < first.amount:
            pot.appendleft(_Share(first.gift, first.amount - cents))
        taken.append(_Share(first.gift, cents))
        wanted -= cents
    return taken


def _removed(pot: deque[_Share], share: _Share) -> None:
    """Take so much of one gift out of a pot, its latest first."""
    left, kept = share.amount, deque[_Share]()
    while left and pot:
        last = pot.pop()
        cents = min(left, last.amount) if last.gift == share.gift else 0
        left -= cents
        if cents < last.amount:
            kept.appendleft(_Share(last.gift, last.amount - cents))
    pot.extend(kept)


def follow(moves: Iterable[Move], fund: AccountId) -> Trail:
    """Follow every gift of one gift fund through its transfers, which come by seq."""
    trail = Trail(fund)
    for move in moves:
        trail.add(move)
    return trail
