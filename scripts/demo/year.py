"""The year before the demo's last six weeks: a quieter life, on which the 5R report has its months.

Each comune has a pact with some families: a list each quarter, spent at shops of the circuit. They
buy there with their own money too; each month the bank's statement comes. Not here: the last six
weeks (`seed`), purchases and credits (`circuit`).
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ledger import Ledger
from ledger.core.programmes import Terms, day_of, ends_at, starts_at
from ledger.core.quantities import SECOND, Amount
from ledger.core.redemption import Redemption
from ledger.operations.expire_vouchers import expire_vouchers
from ledger.operations.fund_programme import Act
from ledger.operations.give_hours import HoursGiven, record_paper_hours
from ledger.operations.join_network import NewTill
from ledger.operations.redeem import redeem_many
from scripts.demo.circuit import DemoCircuit, found_demo_circuit
from scripts.demo.circuit_money import allow_conversion, feed_pacts, turn_into_euro
from scripts.demo.founding import Plan, Town, give_codes, issue_list, key, run_plan
from scripts.demo.month import DemoClock, Month, month_label
from scripts.demo.pilot import PLACE as PILOT_PLACE
from scripts.demo.pilot import Pilot, found_pilot, live_before

SEED: Final = 2014_06
HELPED: Final = 8  # One family of so many has the pact.
DAYS: Final = frozenset({2, 5})  # Wednesdays and Saturdays: each stands for half a week.
GIFTS: Final[tuple[Amount, ...]] = (60_00, 80_00, 100_00)
SPENT: Final = 6  # Sales of a comune on a day, about.
MOST_BOUGHT: Final = 3
MONTHLY_HOURS: Final = 7  # Of each comune; one that a limit stops is not booked.
MINUTES: Final = (60, 90, 120, 180)
HELP: Final = ("Ripetizioni", "Compagnia", "Piccole riparazioni", "Accompagnamento")
SOURCES: Final = {
    "besana": ("region", "Regione (dimostrazione)"),
    "brugherio": ("comune", "Bilancio comunale"),
    "giussano": ("comune", "Bilancio comunale"),
    "muggio": ("region", "Regione (dimostrazione)"),
    "seveso": ("donor", "Fondazione (inventata)"),
}
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class YearDates:
    """When the last six weeks begin and end, and how many months are lived before them."""

    first: date
    today: date
    months: int

    @property
    def begins(self) -> date:
        """The first day of the month so many months before."""
        month = self.first.year * 12 + self.first.month - 1 - self.months
        return date(month // 12, month % 12 + 1, 1)


def live_a_year(
    ledger: Ledger, towns: list[Town], clock: DemoClock, dates: YearDates, tell: Tell
) -> DemoCircuit:
    """Live up to the days before the last six weeks; gives the circuit, which lives on."""
    chance = random.Random(SEED)  # noqa: S311 -- the same story each time; it guards nothing.
    first, begins, months = dates.first, dates.begins, dates.months
    circuit = found_demo_circuit(ledger, towns, chance, first=day_of(clock.now), now=clock.now)
    [place] = [town for town in towns if town.slug == PILOT_PLACE]
    pilot = found_pilot(ledger, place, circuit, clock, first=first)
    live_before(pilot, clock, begins)
    clock.go_to(starts_at(begins) + 9 * 3600 * SECOND)
    for town in towns:
        plan = _pact(begins, dates.today + timedelta(days=60), _worth(town), SOURCES[town.slug])
        run_plan(ledger, town, plan, chance, clock.now, lambda _done, _all: None)
        _quarter(ledger, town, chance, "1", clock)
    circuit.join(towns, begins, clock.now)
    month = Month(ledger, towns, clock, chance, circuit)
    last = first - timedelta(days=14)
    for number, (start, end) in enumerate(_months(begins, last), start=1):
        tell("mesi", number - 1, months)
        _live(month, pilot, start, end)
        _give_hours(month)
        if number % 2 == 0:
            month.settle(end + timedelta(days=1), month_label(end), paid=True)
        circuit.collect(clock.now)
        _move_money(month, number, months)
        if number % 3 == 0 and number < months - 1:
            for town in towns:
                _quarter(ledger, town, chance, str(number // 3 + 1), clock)
    tell("mesi", months, months)
    return circuit


def _move_money(month: Month, number: int, months: int) -> None:
    """From the year's second third on shops may convert; in its middle the fund feeds the pacts."""
    circuit, now = month.circuit, month.clock.now
    assert circuit is not None
    if number == max(1, months // 3):
        allow_conversion(circuit, now)
    elif number > months // 3:
        turn_into_euro(month.ledger, circuit, number, now)
    if number == max(1, months // 2):
        feed_pacts(month.ledger, month.towns, circuit, now)


def _pact(starts: date, ends: date, amount: Amount, source: tuple[str, str]) -> Plan:
    """The year's programme of the network: a list each quarter, and what the circuit adds to it."""
    terms = Terms(
        "Patto di comunità",
        "Ogni trimestre un buono, da spendere nei negozi del circuito.",
        starts,
        ends,
    )
    act = Act("7", starts, "Patto di comunità con le famiglie (dimostrazione)")
    return Plan("pact", terms, act, source, amount, 0.0, ())


def _worth(town: Town) -> Amount:
    return max(1, len(town.people) // HELPED) * 4 * max(GIFTS)


def _quarter(
    ledger: Ledger, town: Town, chance: random.Random, round_name: str, clock: DemoClock
) -> None:
    """The quarter's list: the same families, and so many new ones as there are gone."""
    count = min(len(town.people), max(1, len(town.people) // HELPED))
    chosen = chance.sample(town.people[: count + count // 3], count)
    gifts = [(one, chance.choice(GIFTS)) for one in chosen]
    if gifts:
        pact = town.programmes["pact"]
        issue_list(ledger, town, pact, gifts, round_name=round_name, now=clock.now)
    give_codes(ledger, town, clock.now)


def _months(begins: date, last: date) -> Iterator[tuple[date, date]]:
    start = begins
    while start < last:
        following = (start + timedelta(days=31)).replace(day=1)
        yield start, min(following - timedelta(days=1), last)
        start = following


def _live(month: Month, pilot: Pilot, start: date, end: date) -> None:
    """Vouchers spent at the circuit's shops, and purchases there; in August half of it."""
    quiet = start.month == 8  # noqa: PLR2004 -- August.
    for day in (start + timedelta(days=at) for at in range((end - start).days + 1)):
        if day.weekday() not in DAYS or (quiet and day.weekday() == min(DAYS)):
            continue
        month.clock.go_to(starts_at(day) + 10 * 3600 * SECOND)
        assert month.circuit is not None
        pilot.day(day, month.clock.now)
        for town, (tills, _codes) in zip(month.towns, month.circuit.places, strict=True):
            if town.codes and tills:
                _spend(month, town, tills)
        month.circuit.day(month.clock.now, MOST_BOUGHT)
    for town in month.towns:
        expire_vouchers(month.ledger, town.slug, now=month.clock.now)
    month.clock.go_to(ends_at(end) - SECOND)


def _give_hours(month: Month) -> None:
    """On paper, as the time bank's operator writes them down: a few in each comune each month."""
    circuit, day = month.circuit, day_of(month.clock.now)
    assert circuit is not None
    for _tills, codes in circuit.places:
        for _ in range(MONTHLY_HOURS if len(codes) > 1 else 0):
            giver, receiver = month.chance.sample([one.target_id for one in codes], 2)
            given = HoursGiven(month.chance.choice(MINUTES), day, month.chance.choice(HELP))
            record_paper_hours(
                month.ledger, (giver, receiver), given, officer=circuit.officer.as_officer(),
                key=key(), now=month.clock.now,
            )  # fmt: skip


def _spend(month: Month, town: Town, tills: list[NewTill]) -> None:
    asked = []
    for _ in range(month.chance.randint(SPENT - 2, SPENT + 2)):
        cents: Amount = round(month.chance.triangular(6_00, 70_00, 24_00))
        till, code = month.chance.choice(tills), month.chance.choice(town.codes)
        asked.append((Redemption(till.till_id, code.credential_id, cents), key()))
    redeem_many(month.ledger, asked, now=month.clock.now)
