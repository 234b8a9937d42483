"""The book as a schoolbook would keep it: a dictionary of balances, a page of rules.

Written apart: it imports nothing of the ledger, so that a wrong rule there is seen here. Accounts
are called by letters (T treasury, F fund, B batch, V voucher, P phone's reserve, S shop's payable,
C claim on a shop, D refund due, R offline risk, M a family's maximum, U what all maxima counted)
and a digit, which for S and C is the shop's; in lower case they are in another unit. Not here:
ids, bytes, times beyond "strictly later".
"""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

SIDES = {
    "funding": "TF", "defunding": "FT", "offline_cover": "FR", "offline_cover_freed": "RF",
    "approval": "FB", "issuance": "FV BV", "completion": "BF", "reserve": "VP",
    "reserve_release": "PV PF", "expiry": "VF", "recall": "VF", "gift": "VF",
    "redemption": "VS VF UM", "offline_redemption": "PS VS VF RS",
    "refund": "SV SF SR CD MU",
    "claim_cover": "SC TC DV DF", "payout": "ST",
}  # fmt: skip
PARTS = {"refund", "goods_return", "write_off", "contribution_payment"}  # They name what they use.
REVERSIBLE = {
    "funding", "defunding", "offline_cover", "offline_cover_freed", "issuance", "gift",
    "claim_cover", "payout",
}  # fmt: skip
ENDLESS = 10**15
DARE = "TtCcUu"  # What grows by debits.
OWN = {"reverse": "reversal", "end_month": "period_close", "seal": "seal"}


class No(Exception):
    """A refusal, by its code."""


@dataclass
class Model:
    """What the book should be; `ask` says what it should answer."""

    balance: dict[str, int] = field(default_factory=dict)
    ceiling: dict[str, int | None] = field(default_factory=dict)
    going: dict[str, int] = field(default_factory=dict)  # Held, and gone if it is used.
    coming: dict[str, int] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    claims: set[int] = field(default_factory=set)
    holds: dict[int, list[Any]] = field(default_factory=dict)  # From, to, amount, until, state.
    parts: dict[int, list[Any]] = field(default_factory=dict)  # seq: from, to, rest; only posted.
    entries: dict[int, tuple[str, list[int]]] = field(default_factory=dict)
    seq: int = 0
    period: int = 1
    time: int = 0

    def ask(self, key: int, kind: str, items: list[tuple[Any, ...]], now: int) -> str:
        """Decide one new request: the code it should get; changed only if it is accepted."""
        self.lapse(max(now, self.time + 1), now)
        self.time = max(now, self.time + 1)
        draft = deepcopy(self)
        try:
            for name, *words in items:
                draft.belongs(name, kind)
                getattr(draft, name)(kind, *words)
        except No as no:
            self.entries[key] = "refused", []
            return str(no)
        draft.entries[key] = kind, list(range(self.seq + 1, draft.seq + 1))
        self.__dict__.update(draft.__dict__)
        return "accepted"

    def lapse(self, at: int, now: int) -> None:
        for hold in sorted(self.holds.values(), key=lambda hold: hold[3]):
            if hold[4] == "held" and hold[3] <= at:
                self.time = max(now, self.time + 1)
                self.end(hold, "expired")

    @staticmethod
    def belongs(name: str, kind: str) -> None:
        alone = {"erasure", *OWN.values()}
        if OWN.get(name, kind) != kind or (kind in alone and name not in OWN):
            raise No("item_not_allowed")

    # Money.

    def move(self, kind: str, debit: str, credit: str, amount: int) -> None:
        if kind in PARTS - {"contribution_payment"}:
            raise No("item_not_allowed")
        self.may(kind, debit, credit)
        if self.shut(kind, debit, credit):
            raise No("account_closed")
        self.post(debit, credit, amount)

    def may(self, kind: str, debit: str, credit: str) -> None:
        if debit not in self.balance or credit not in self.balance:
            raise No("unknown_account")
        if debit == credit:
            raise No("same_account")
        if debit.isupper() != credit.isupper():
            raise No("unit_mismatch")
        if (debit[0] + credit[0]).upper() not in SIDES.get(kind, "").split():
            raise No("posting_rule")

    def shut(self, kind: str, *names: str) -> bool:
        settles = kind in {"offline_redemption", "payout"}
        return any(name in self.closed and not (settles and name[0] in "Ss") for name in names)

    def post(self, debit: str, credit: str, amount: int) -> None:
        self.add(debit, amount if debit[0] in DARE else -amount)
        self.add(credit, -amount if credit[0] in DARE else amount)
        self.in_bounds(debit, credit)
        if amount >= ENDLESS:
            raise No("counter_full")
        self.seq += 1
        self.parts[self.seq] = [debit, credit, amount]

    def add(self, name: str, amount: int) -> None:
        self.balance[name] += amount

    def in_bounds(self, *names: str) -> None:
        if any(self.balance[name] < self.going[name] for name in names):
            raise No("insufficient_funds")
        if any(self.room_above(name) < 0 for name in names):
            raise No("ceiling_reached")

    def room_above(self, name: str) -> int:
        ceiling = self.ceiling[name]
        return ENDLESS if ceiling is None else ceiling - self.balance[name] - self.coming[name]

    def room(self, name: str, *, grows: bool) -> int:
        return self.room_above(name) if grows else self.balance[name] - self.going[name]

    def draw(
        self, kind: str, total: int | None, legs: list[Any], claim: int | None = None,
        second: list[Any] | None = None,
    ) -> None:  # fmt: skip
        if claim is not None:
            legs = (second or []) if claim in self.claims else legs
            if claim in self.claims and not legs:
                raise No("already_claimed")
            self.claims.add(claim)
        for debit, credit, undoes in legs:
            if (kind in PARTS) == (undoes is None):
                raise No("item_not_allowed")
            self.may(kind, debit, credit)
            if undoes is not None:
                self.gives_back(debit, credit, undoes)
        taken = 0
        for leg in legs:
            taken += self.take(kind, (ENDLESS if total is None else total) - taken, *leg)
        if total is not None and taken < total:
            if legs and all(self.shut(kind, *leg[:2]) for leg in legs):
                raise No("account_closed")
            spent = all(leg[2] is not None and not self.parts[leg[2]][2] for leg in legs)
            raise No("refund_exceeds" if kind in PARTS and spent else "insufficient_funds")

    def take(self, kind: str, wanted: int, debit: str, credit: str, undoes: int | None) -> int:
        if self.shut(kind, debit, credit):
            return 0
        rooms = [
            self.room(debit, grows=debit[0] in DARE),
            self.room(credit, grows=credit[0] not in DARE),
            wanted if undoes is None else min(wanted, self.parts[undoes][2]),
        ]
        amount = max(0, min(rooms))
        if amount:
            self.post(debit, credit, amount)
            if undoes is not None:
                self.parts[undoes][2] -= amount
        return amount

    def gives_back(self, debit: str, credit: str, undoes: int) -> None:
        if undoes not in self.parts:
            raise No("unknown_entry")
        gave, received, _rest = self.parts[undoes]
        if received[0] == "M" and (debit, credit) == (received, gave):
            return
        sale = received[0] in "Ss" and gave[0] in "VvPpRr"
        claimed = debit in {"C" + received[1:], "c" + received[1:]}
        claimed = claimed and debit.isupper() == received.isupper()
        back = credit == gave or credit[0] in "Dd"
        back = back or (gave[0] in "VvPp" and credit[0] in "Ff")
        back = back or (gave[0] in "Pp" and credit[0] in "Vv")
        if not (sale and (debit == received or claimed) and back):
            raise No("posting_rule")

    # Once only, holds, and the book's own pages.

    def claim(self, _kind: str, claim: int) -> None:
        if claim in self.claims:
            raise No("already_claimed")
        self.claims.add(claim)

    def hold(self, kind: str, hold: int, debit: str, credit: str, *terms: int) -> None:
        amount, until = terms
        if kind in PARTS:
            raise No("item_not_allowed")
        self.may(kind, debit, credit)
        if self.shut(kind, debit, credit):
            raise No("account_closed")
        if hold in self.holds:
            raise No("hold_exists")
        if until <= self.time:
            raise No("hold_expired")
        self.holds[hold] = [debit, credit, amount, until, "held"]
        self.reserve(debit, credit, amount)
        self.in_bounds(debit, credit)
        self.seq += 1

    def reserve(self, debit: str, credit: str, amount: int) -> None:
        (self.coming if debit[0] in DARE else self.going)[debit] += amount
        (self.going if credit[0] in DARE else self.coming)[credit] += amount

    def resolvable(self, hold: int) -> list[Any]:
        if hold not in self.holds:
            raise No("unknown_hold")
        state, until = self.holds[hold][4], self.holds[hold][3]
        if state in {"posted", "voided"}:
            raise No("hold_resolved")
        if state == "expired" or until <= self.time:
            raise No("hold_expired")
        return self.holds[hold]

    def use(self, kind: str, hold: int, amount: int | None) -> None:
        if kind in PARTS:
            raise No("item_not_allowed")
        if hold in self.holds:
            self.may(kind, *self.holds[hold][:2])
        debit, credit, held, _until, _state = found = self.resolvable(hold)
        if amount is not None and amount > held:
            raise No("exceeds_hold")
        self.reserve(debit, credit, -held)
        found[4] = "posted"
        self.post(debit, credit, held if amount is None else amount)

    def free(self, _kind: str, hold: int) -> None:
        self.end(self.resolvable(hold), "voided")

    def end(self, hold: list[Any], state: str) -> None:
        self.reserve(hold[0], hold[1], -hold[2])
        hold[4] = state
        self.seq += 1

    def reverse(self, _kind: str, key: int) -> None:
        if key not in self.entries:
            raise No("unknown_entry")
        kind, seqs = self.entries[key]
        if kind not in REVERSIBLE or any(seq not in self.parts for seq in seqs):
            raise No("not_reversible")
        for seq in reversed(seqs):
            debit, credit, rest = self.parts[seq]
            if not rest:
                raise No("already_reversed")
            if self.shut("reversal", debit, credit):
                raise No("account_closed")
            self.parts[seq][2] = 0
            self.post(credit, debit, rest)

    def open(self, _kind: str, name: str, ceiling: int | None) -> None:
        if name in self.balance:
            raise No("account_exists")
        self.balance[name] = self.going[name] = self.coming[name] = 0
        self.ceiling[name] = ceiling

    def limit(self, _kind: str, name: str, ceiling: int | None) -> None:
        if name not in self.balance:
            raise No("unknown_account")
        if name in self.closed:
            raise No("account_closed")
        self.ceiling[name] = ceiling
        self.in_bounds(name)

    def close(self, _kind: str, name: str) -> None:
        if name not in self.balance:
            raise No("unknown_account")
        if name in self.closed:
            raise No("account_closed")
        if self.balance[name] or self.going[name] or self.coming[name]:
            raise No("account_not_empty")
        self.closed.add(name)

    def end_month(self, _kind: str, period: int) -> None:
        if period != self.period:
            raise No("period_not_open")
        self.period += 1

    def seal(self, _kind: str) -> None:
        """Totals only: nothing moves."""
