"""The pilot of 2015, in the demo: six households of Seveso, fifteen months, vouchers for the group.

Each month a voucher of 150,00 for each household, which only the buying group takes; an order there
with 5 % off, 1 % of which goes to the fund. It ends before the last six weeks begin, and what
nobody spent returns to its source. Households and figures of the orders are invented; work in
return is off. Source: the project's own table, Comune di Seveso, 2015. Not here: how an order is
split (`ledger.core.circuit.split`).
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from ledger import Ledger
from ledger.core.circuit.rules import CircuitRules
from ledger.core.circuit.split import price_cut
from ledger.core.programmes import Terms, starts_at
from ledger.core.quantities import SECOND, Amount, Instant
from ledger.core.redemption import Redemption
from ledger.core.till_rules import TillRules
from ledger.operations.fund_programme import Act
from ledger.operations.issue_credential import NewCredential
from ledger.operations.join_network import NewTill, add_shops_with_tills
from ledger.operations.record_purchase import record_order
from ledger.operations.redeem import redeem
from ledger.operations.sign_circuit_rules import Agreement, agree_discount
from ledger.reports.contributions import shops_by_number
from scripts.demo.cast import Resident, buying_group
from scripts.demo.circuit import DemoCircuit
from scripts.demo.founding import Plan, Town, give_codes, issue_list, key, run_plan
from scripts.demo.month import DemoClock

PLACE: Final = "seveso"
MONTHS: Final = 15
HOUSEHOLDS: Final = 6
VOUCHER: Final[Amount] = 150_00
ACCRUAL: Final = 100  # Basis points of each order, to the fund.
ORDERS: Final[tuple[Amount, ...]] = (120_00, 140_00, 100_00, 150_00)  # In turn, at list prices.
ORDER_FROM: Final = 10  # Of each month: on the first market day from then on.


@dataclass(slots=True)
class Pilot:
    """What drives it: the group's till, and the households with their codes."""

    ledger: Ledger
    town: Town
    till: NewTill
    first: date
    people: list[Resident]
    codes: list[NewCredential] = field(default_factory=list)
    issued: int = 0  # Months with a voucher.
    ordered: int = 0  # Months with an order.

    def day(self, day: date, now: Instant) -> None:
        """What this day brings: a month's vouchers, its orders, or nothing."""
        number = (day.year - self.first.year) * 12 + day.month - self.first.month
        if number >= MONTHS or not self.people:
            return
        if number == self.issued:
            self._issue(now)
        if number == self.ordered and day.day >= ORDER_FROM:
            self._order(now)

    def _issue(self, now: Instant) -> None:
        self.issued += 1
        gifts = [(one, VOUCHER) for one in self.people]
        pilot, number = self.town.programmes["pilot"], str(self.issued)
        issue_list(self.ledger, self.town, pilot, gifts, round_name=number, now=now)
        if not self.codes:  # They are the first of the town.
            give_codes(self.ledger, self.town, now)
            self.codes = list(self.town.codes)

    def _order(self, now: Instant) -> None:
        """Each household orders once, and pays the price less its cut with the voucher."""
        for turn, code in enumerate(self.codes, start=self.ordered):
            asked = ORDERS[turn % len(ORDERS)]
            paid = asked - price_cut(asked, CircuitRules().group_points)
            till, who = self.till.till_id, code.credential_id
            ordered = record_order(self.ledger, till, who, asked, key=key(), now=now)
            assert ordered.accepted, ordered.code
            done = redeem(self.ledger, Redemption(till, who, paid), key=key(), now=now)
            assert done.accepted, done.code
        self.ordered += 1


def pilot_begins(first: date) -> date:
    """The first day of its first month, for last six weeks that begin at `first`."""
    month = first.year * 12 + first.month - 1 - MONTHS
    return date(month // 12, month % 12 + 1, 1)


def found_pilot(
    ledger: Ledger, town: Town, circuit: DemoCircuit, clock: DemoClock, *, first: date
) -> Pilot:
    """The buying group with its till and its agreement; the programme, and the first vouchers."""
    begins = pilot_begins(first)
    ends = first.replace(day=1) - timedelta(days=1)
    group = buying_group(circuit.chance, town.facts)
    entry = (group.name, group.category, group.address, group.vat_number, group.iban)
    [till] = add_shops_with_tills(ledger, PLACE, [entry])
    two = circuit.officer.as_officer(), circuit.approver.as_officer()
    agreement = Agreement(till.shop_id, ACCRUAL, begins, ends)
    agree_discount(ledger, agreement, signed_by=two, key=key(), now=clock.now)
    numbers = {shop_id: number for number, shop_id in shops_by_number(ledger).items()}
    people = town.people[-HOUSEHOLDS:]
    plan = _plan(begins, ends, len(people), numbers[till.shop_id])
    run_plan(ledger, town, plan, circuit.chance, clock.now, lambda _done, _all: None)
    return Pilot(ledger, town, till, begins, people)


def live_before(pilot: Pilot, clock: DemoClock, until: date) -> None:
    """The pilot's months before there is anything else."""
    month = pilot.first
    while month < until:
        for day in (month, month.replace(day=ORDER_FROM)):
            clock.go_to(starts_at(day) + 10 * 3600 * SECOND)
            pilot.day(day, clock.now)
        month = (month + timedelta(days=31)).replace(day=1)


def _plan(begins: date, ends: date, households: int, shop_no: int) -> Plan:
    """Its programme: an act, and a voucher a month that only the group takes."""
    terms = Terms(
        "La Famiglia portaValori in rete",
        "Progetto pilota: 150 euro al mese, da spendere nel gruppo di acquisto familiare.",
        begins,
        ends,
        rules=TillRules(gaf=(shop_no,)),
    )
    act = Act("3", begins, "Progetto pilota con il gruppo di acquisto (dimostrazione)")
    worth = max(1, households) * MONTHS * VOUCHER
    return Plan("pilot", terms, act, ("donor", "Fondazione (inventata)"), worth, 0.0, ())
