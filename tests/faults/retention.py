"""Row 40: eleven years of programmes in two comuni; each quarter whoever is past their date goes.

The trial keeps its own plan of who was helped by what, until when and under which rule and hold,
and works the dates out by itself. After every run the vault and the keys must hold exactly those
whom the plan keeps, the run must have done what its dry run said, and the books be as before.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import Table, func, select

from ledger import Ledger, open_ledger
from ledger.core.programmes import Terms, starts_at
from ledger.core.proposals import Confirmation
from ledger.core.quantities import DAY, euro_text
from ledger.operations.erase_due import NothingDue, confirm_list, propose_list, run_list
from ledger.operations.expire_vouchers import expire_vouchers
from ledger.operations.keep_people import lift_hold, set_hold, set_retention
from ledger.store.applications import FIELD
from ledger.store.engines import Store
from ledger.store.keys import person_key
from ledger.store.network.credentials import families_of
from ledger.store.people import find_people
from ledger.store.retaining import Asking
from ledger.store.retention import due
from ledger.store.vault_schema import lookup, opening, paper, person
from tests.faults.scoreboard import Asked, Row
from tests.operations.test_calls import arrived, opened_call, receive
from tests.operations.test_erase_due import neighbour
from tests.town import Town, key, make_town

FIRST_YEAR, YEARS, TAIL = 2027, 11, 4  # The tail: until the last of them may go.
TERMS: Final = (6, 12, 24, 36)  # Months, in turn; None is written for 24: it is the default.
QUARTERS: Final = ((1, 1), (4, 1), (7, 1), (10, 1))
LAST_YEAR: Final = FIRST_YEAR + YEARS - 1
LET_GO: Final = 1 / 3
HEADINGS: Final = "Codice fiscale;Cognome;Nome;Importo"


@dataclass(slots=True)
class Known:
    """What the plan knows of somebody: until when each programme keeps them, and their holds."""

    until: list[date] = field(default_factory=list)
    declared: list[date] = field(default_factory=list)
    held: list[tuple[Town, UUID]] = field(default_factory=list)

    def stays(self, day: date) -> bool:
        """Whether anything keeps them on this day."""
        return bool(self.held) or day <= max(self.until)

    def still_declared(self, day: date) -> int:
        """How many of their applications are kept: all with them, or those not over yet."""
        if self.held:
            return len(self.declared)
        return sum(day <= until for until in self.declared)


@dataclass(slots=True)
class Plan:
    """The towns, what happened so far, and what was found wrong."""

    towns: tuple[Town, Town]
    chance: random.Random
    known: dict[str, Known] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    made: int = 0
    erased: int = 0
    forgotten: int = 0
    runs: int = 0
    holds: int = 0


def retention(asked: Asked, url: str, folder: Path) -> Row:  # noqa: ARG001 -- on the ledger of `url`.
    """Live through the years with `n` families a programme; the row says what was past its date."""
    with open_ledger(url) as ledger:
        plan = Plan((make_town(ledger), neighbour(ledger)), random.Random(asked.seed))
        for year in range(FIRST_YEAR, FIRST_YEAR + YEARS + TAIL):
            for at, (month, day) in enumerate(QUARTERS):
                today = date(year, month, day)
                if year < FIRST_YEAR + YEARS:
                    live(plan, today, asked.n, town=plan.towns[at % 2])
                keep(plan, today)
                hold_somebody(plan, today)
        left = counts(ledger)
        plan.findings += [f"{table} holds {rows} rows" for table, rows in left.items() if rows]
        for town in plan.towns:
            plan.findings += [f"check: {one}" for one in ledger.book(town.comune).check()]
    got = {
        "years": YEARS, "programmes": plan.made, "erased": plan.erased,
        "applications": plan.forgotten, "runs": plan.runs, "holds": plan.holds,
        "rows_past_their_date": sum(left.values()), "wrong": len(plan.findings),
    }  # fmt: skip
    goal = f"{YEARS} years: 0 rows past their date, holds respected, dry run = run"
    passed = not plan.findings and plan.erased > 0 and plan.holds > 0
    return Row(40, "retention", goal, got, passed, asked.seed, asked.engine, plan.findings[:5])


def live(plan: Plan, today: date, count: int, *, town: Town) -> None:
    """A programme begins, with families old and new; in the second quarter by applications."""
    months, plan.made = TERMS[plan.made % len(TERMS)], plan.made + 1
    ends = date(today.year, 12, 31) if plan.made % 3 else date(today.year + 1, 2, 28)
    terms = Terms(f"Prova {plan.made}", "Prova", today, ends)
    funding = town.programme(10_000_00, terms, act=f"{plan.made}/{today.year}")
    if months != 24:
        asking = Asking(town.officer, key(), starts_at(today))
        assert set_retention(
            town.ledger, town.comune, funding.programme_id, months, by=asking
        ).accepted
    until = plus_months(ends, months)
    numbers = [plan.made * 100 + at for at in range(count)]
    known = [code for code in plan.known if code in codes_present(town.ledger, plan)]
    back = plan.chance.sample(sorted(known), min(len(known), count // 2))
    codes = [*(arrived(number, 1).fiscal_code for number in numbers), *back]
    lines = [f"{code};Prova;Nome;{euro_text(plan.chance.randint(1, 90_00))}" for code in codes]
    town.issue(funding, "\n".join([HEADINGS, *lines]) + "\n")
    for code in codes:
        plan.known.setdefault(code, Known()).until.append(until)
    if today.month == QUARTERS[1][0]:
        apply_too(plan, town, count, plan.made)


def apply_too(plan: Plan, town: Town, count: int, made: int) -> None:
    """A call whose programme ends as the tests' towns' do, for people who are new to it."""
    call = opened_call(town, act=f"bando {made}")
    numbers = range(made * 100 + 50, made * 100 + 50 + count)
    some = [arrived(one, 5_000_00 + one, dsu=f"DSU-{one}") for one in numbers]
    receive(town, call, *some)
    until = plus_months(date(2026, 12, 31), 24)
    for one in some:
        known = plan.known.setdefault(one.fiscal_code, Known())
        known.until.append(until)
        known.declared.append(until)


def codes_present(ledger: Ledger, plan: Plan) -> set[str]:
    """Who of the plan can still be found."""
    return set(find_people(ledger, list(plan.known)))


def plus_months(day: date, months: int) -> date:
    """So many months later, by trying: the trial's own reckoning."""
    year, month, number = day.year, day.month + months, day.day
    while month > 12:
        year, month = year + 1, month - 12
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


def hold_somebody(plan: Plan, today: date) -> None:
    """Once a year somebody is held; somebody held before is let go in their third year."""
    present = sorted(codes_present(plan.towns[0].ledger, plan))
    if today.month != QUARTERS[3][0]:
        return
    for code in present:
        known = plan.known[code]
        if known.held and (plan.chance.random() < LET_GO or today.year > LAST_YEAR):
            lift(plan, code, today)
    if today.year < FIRST_YEAR + YEARS and present:
        code = plan.chance.choice(present)
        for town in plan.towns:
            family = family_of(town, code)
            if family is not None and not plan.known[code].held:
                asking = Asking(town.officer, key(), starts_at(today))
                assert set_hold(town.ledger, town.comune, family, "Prova", by=asking).accepted
                plan.known[code].held.append((town, asking.key))
                plan.holds += 1


def lift(plan: Plan, code: str, today: date) -> None:
    """Let somebody go."""
    for town, hold in plan.known[code].held:
        asking = Asking(town.officer, key(), starts_at(today))
        assert lift_hold(town.ledger, town.comune, hold, "Fine", by=asking).accepted
    plan.known[code].held.clear()


def family_of(town: Town, code: str) -> UUID | None:
    """Somebody's family in a town."""
    who = find_people(town.ledger, [code])[code]
    with town.ledger.reading() as db:
        return families_of(db, town.book_no).get(who)


def keep(plan: Plan, today: date) -> None:
    """What happens each quarter: vouchers end, and in each comune the list is proposed and run."""
    ledger = plan.towns[0].ledger
    now = starts_at(today) + DAY // 2
    for town in plan.towns:
        expire_vouchers(ledger, town.comune, now=now)
    for town in plan.towns:
        dry = due(ledger, town.comune, today)
        before = balances(town)
        try:
            one = propose_list(ledger, town.comune, today, officer=town.officer, now=now)
        except NothingDue:
            continue
        assert one is not None
        by = Asking(town.approver, key(), now)
        asked = Confirmation(one.list_id, dry.content_hash())
        assert confirm_list(ledger, town.comune, asked, by=by).accepted
        done = run_list(
            ledger, town.comune, one.list_id, officer=town.approver, now=now,
            tell=lambda _done, _all: None,
        )  # fmt: skip
        if (done.people, done.applications) != (len(dry.people), len(dry.applications)):
            plan.findings.append(f"{today}: the run did otherwise than its dry run")
        if balances(town) != before:
            plan.findings.append(f"{today}: the balances changed")
        plan.erased, plan.forgotten = plan.erased + done.people, plan.forgotten + done.applications
        plan.runs += 1
    plan.findings += as_planned(plan, ledger, today)


def as_planned(plan: Plan, ledger: Ledger, today: date) -> Iterator[str]:
    """Whether vault and keys hold exactly whom the plan keeps, and no paper more."""
    stay = {code for code, known in plan.known.items() if known.stays(today)}
    present = codes_present(ledger, plan)
    if stay != present:
        yield f"{today}: {len(present - stay)} are past their date, {len(stay - present)} missing"
    found = counts(ledger)
    for table in ("person", "person_key", "lookup"):
        if found[table] != len(stay):
            yield f"{today}: {found[table]} rows in {table}, not {len(stay)}"
    declared = sum(plan.known[code].still_declared(today) for code in stay)
    if applications_kept(ledger) != declared:
        yield f"{today}: {applications_kept(ledger)} applications can be read, not {declared}"
    for known in (plan.known[code] for code in stay):
        if not known.held:  # What was forgotten does not come back with a hold.
            known.declared = [until for until in known.declared if today <= until]
    for code in set(plan.known) - stay:
        del plan.known[code]  # Who comes back is somebody new.


def counts(ledger: Ledger) -> dict[str, int]:
    """How many rows there are of people."""
    stores: dict[Store, tuple[Table, ...]]
    stores = {Store.VAULT: (person, paper, lookup, opening), Store.KEYS: (person_key,)}
    found = {}
    for store, tables in stores.items():
        with ledger.reading(store) as db:
            for one in tables:
                query = select(func.count()).select_from(one)
                found[one.name] = int(db.execute(query).scalar_one())
    return found


def applications_kept(ledger: Ledger) -> int:
    """How many applications' contents are in the vault."""
    query = select(func.count()).select_from(paper).where(paper.c.field.like(f"{FIELD}%"))
    with ledger.reading(Store.VAULT) as db:
        return int(db.execute(query).scalar_one())


def balances(town: Town) -> list[str]:
    """Every account of a town with its counters."""
    return sorted(map(repr, town.ledger.book(town.comune).trial_balance()))
