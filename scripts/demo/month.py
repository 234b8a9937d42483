"""A month of the demo's life, day by day: sales, refunds, expiries, settlements.

The clock is the demo's own, so that what happened last month was recorded last month. Sales go
through the same plans as a till's, many to one submission.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from ledger import Decision, Ledger
from ledger.core.programmes import starts_at
from ledger.core.quantities import SECOND, Amount, Instant
from ledger.core.redemption import Redemption
from ledger.core.refunding import Refund
from ledger.operations.close_period import close_period
from ledger.operations.expire_vouchers import expire_vouchers
from ledger.operations.issue_credential import NewCredential
from ledger.operations.join_network import NewTill
from ledger.operations.record_payout import Mandate, record_payout
from ledger.operations.redeem import redeem_many
from ledger.operations.refund import Asking, refund
from ledger.reports.settlement_list import settlement_lines
from scripts.demo.circuit import DemoCircuit
from scripts.demo.founding import Town, key

OPEN_FROM, OPEN_UNTIL = 8 * 3600, 19 * 3600
MONTHS = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto",
    "settembre", "ottobre", "novembre", "dicembre",
)  # fmt: skip


@dataclass(slots=True)
class DemoClock:
    """The demo's time: set by the day, never back."""

    now: Instant

    def __call__(self) -> Instant:
        """Microseconds UTC."""
        return self.now

    def go_to(self, at: Instant) -> None:
        """Go forward to an instant."""
        self.now = max(self.now, at)


@dataclass(slots=True)
class Month:
    """What drives the month."""

    ledger: Ledger
    towns: list[Town]
    clock: DemoClock
    chance: random.Random
    circuit: DemoCircuit | None = None
    sold: list[tuple[Town, NewTill, Decision]] = field(default_factory=list)

    def live(self, first: date, last: date, sales: int, tell: Callable[[int, int], None]) -> None:
        """Live through the days; `sales` in all, Saturdays twice as many."""
        days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
        weights = [2 if day.weekday() == 5 else 0 if day.weekday() == 6 else 1 for day in days]  # noqa: PLR2004
        done = 0
        for day, weight in zip(days, weights, strict=True):
            count = sales * weight // max(1, sum(weights))
            self._day(day, count)
            done += count
            tell(done, sales)

    def _day(self, day: date, count: int) -> None:
        opening = starts_at(day) + OPEN_FROM * SECOND
        self.clock.go_to(opening)
        for town in self.towns:
            expire_vouchers(self.ledger, town.slug, now=self.clock.now)
        people = sum(town.facts.people for town in self.towns)
        for town in self.towns:
            self._sales(town, count * town.facts.people // people)
        if count and self.circuit is not None:
            self.circuit.day(self.clock.now)
        self.clock.go_to(starts_at(day) + OPEN_UNTIL * SECOND)
        self._refunds(max(1, count // 60))

    def _sales(self, town: Town, count: int) -> None:
        pairs = [self._sale(town) for _ in range(count)] if town.codes else []
        decisions = redeem_many(
            self.ledger, [(asked, key()) for _till, asked in pairs], now=self.clock.now
        )
        self.sold += [
            (town, till, decision)
            for (till, _asked), decision in zip(pairs, decisions, strict=True)
            if decision.accepted
        ]
        self.clock.go_to(self.clock.now + 3600 * SECOND)

    def _sale(self, town: Town) -> tuple[NewTill, Redemption]:
        elsewhere = self.chance.random() < 0.08  # noqa: PLR2004 -- spent in a neighbour's shop.
        place = self.chance.choice(self.towns) if elsewhere else town
        till = self.chance.choice(place.tills)
        code: NewCredential = self.chance.choice(town.codes)
        amount: Amount = round(self.chance.triangular(4_00, 90_00, 28_00))
        return till, Redemption(till.till_id, code.credential_id, amount)

    def _refunds(self, count: int) -> None:
        recent = self.sold[-200:]
        for town, till, decision in self.chance.sample(recent, min(count, len(recent))):
            amount = max(1, sum(move.amount for move in decision.transfers) // 3)
            asked = Refund(
                decision.request.id, amount, "goods_returned", f"till:{till.till_id.hex}"
            )
            book = self.ledger.book(town.slug)
            refund(self.ledger, book, asked, by=Asking(till.till_id), key=key(), now=self.clock.now)

    def settle(self, day: date, label: str, *, paid: bool) -> None:
        """Close every comune's period; if paid, record the mandato of every line."""
        self.clock.go_to(starts_at(day) + 9 * 3600 * SECOND)
        for town in self.towns:
            book = self.ledger.book(town.slug)
            period = book.head().period
            officer = town.officer("officer")
            close_period(
                self.ledger,
                town.slug,
                period,
                label,
                officer=officer,
                key=key(),
                now=self.clock.now,
            )
            if paid:
                self._pay(town, period, day + timedelta(days=5))

    def _pay(self, town: Town, period: int, paid_on: date) -> None:
        self.clock.go_to(starts_at(paid_on) + 10 * 3600 * SECOND)
        for mandate in self._mandates(town, period, paid_on):
            decision = record_payout(
                self.ledger,
                town.slug,
                mandate,
                officer=town.officers["treasurer"].as_officer(),
                key=key(),
                now=self.clock.now,
            )
            assert decision.accepted, decision.code

    def _mandates(self, town: Town, period: int, paid_on: date) -> Iterator[Mandate]:
        lines = settlement_lines(self.ledger, self.ledger.book(town.slug).book_no, period)
        for number, line in enumerate(lines, start=1):
            if line.owed_cents > 0:
                yield Mandate(
                    number=f"{period}{number:03d}",
                    paid_on=paid_on,
                    period=period,
                    programme_id=line.programme_id,
                    shop_id=line.shop_id,
                    amount_cents=line.owed_cents,
                )


def month_label(day: date) -> str:
    """Name a month: `novembre 2026`."""
    return f"{MONTHS[day.month - 1]} {day.year}"
