"""Seeds the demo network into an empty ledger, and writes down how each part can be tried."""

import json
import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from ledger import Ledger, Limits, open_ledger
from ledger.core.chart import CIRCUIT_BOOK
from ledger.core.programmes import starts_at
from ledger.core.quantities import SECOND
from ledger.operations.issue_credential import issue_slip_codes
from ledger.operations.issue_vouchers import SlipOrder, issue_slips
from ledger.operations.join_network import families_of_comune
from ledger.reports.associations import associations
from ledger.reports.demo_tokens import family_tokens, slip_tokens
from scripts.demo.association import USER
from scripts.demo.cast import COMUNI
from scripts.demo.circuit import ROLES as CIRCUIT_ROLES
from scripts.demo.founding import (
    PASSWORD,
    ROLES,
    Town,
    food_plan,
    found_town,
    give_codes,
    household_plan,
    issue_list,
    key,
    paper_plan,
    populate,
    run_plan,
    shopping_plan,
    summer_plan,
)
from scripts.demo.generosity import be_generous
from scripts.demo.month import DemoClock, Month, month_label
from scripts.demo.pilot import pilot_begins
from scripts.demo.returning import give_back
from scripts.demo.year import Tell, YearDates, live_a_year

SEED = 2016_12_20  # The day of the accord.
TOLD = 40  # Families and tills of each comune in the credentials file.


@dataclass(frozen=True, slots=True)
class Size:
    """How large the demo is."""

    families: int = 2_000
    sales: int = 6_000  # Of the last six weeks.
    months: int = 11  # Of the circuit's life before them.


def seed_demo(url: str, *, size: Size, today: date, tell: Tell) -> dict[str, object]:
    """Fill an empty ledger with the demo network; gives the credentials to try it with.

    The same size and day give the same story; ids, codes and PINs are random each time.
    Errors: `StoreError`; `AlreadySeeded` for a ledger that is not empty.
    """
    chance = random.Random(SEED)  # noqa: S311 -- the same story each time; it guards nothing.
    first = today - timedelta(days=45)
    clock = DemoClock(starts_at(pilot_begins(first)) + 9 * 3600 * SECOND)
    limits = Limits(forward_jump_seconds=10.0**9)
    with open_ledger(url, create=True, clock=clock, limits=limits) as ledger:
        if ledger.books():
            raise AlreadySeeded
        towns = _found(ledger, clock, chance, size, tell)
        dates = YearDates(first, today, size.months)
        circuit = live_a_year(ledger, towns, clock, dates, tell)
        clock.go_to(starts_at(first - timedelta(days=10)) + 9 * 3600 * SECOND)
        _start(ledger, towns, clock, chance, first, today)
        _live(Month(ledger, towns, clock, chance, circuit), size, first, today, tell)
        return _credentials(ledger, towns, clock)


class AlreadySeeded(Exception):
    """A ledger that holds books already: a demo would mix with them."""


def _found(
    ledger: Ledger,
    clock: DemoClock,
    chance: random.Random,
    size: Size,
    tell: Tell,
) -> list[Town]:
    towns = []
    people = sum(facts.people for facts in COMUNI)
    born = 0
    for number, facts in enumerate(COMUNI, start=1):
        tell("comuni", number - 1, len(COMUNI))
        town = found_town(ledger, facts, chance, clock.now)
        count = size.families * facts.people // people
        populate(town, chance, first=born, count=count)
        born += count
        towns.append(town)
    tell("comuni", len(COMUNI), len(COMUNI))
    return towns


def _start(  # noqa: PLR0917 -- the demo's whole setting.
    ledger: Ledger,
    towns: list[Town],
    clock: DemoClock,
    chance: random.Random,
    first: date,
    today: date,
) -> None:
    """The programmes of the last six weeks; every family has its code then."""
    ends = today + timedelta(days=60)
    for town in towns:
        need = max(town.facts.grant, len(town.people) * 300_00)
        plans = [food_plan(first, ends, need)]
        if town.slug in {"seveso", "giussano"}:
            plans.append(household_plan(first, ends))
        if town.slug == "giussano":
            plans += [shopping_plan(first, ends), paper_plan(first, ends)]
        if town.slug in {"muggio", "besana"}:
            plans.append(summer_plan(first - timedelta(days=20), first + timedelta(days=15)))
        for plan in plans:
            run_plan(ledger, town, plan, chance, clock.now, lambda _done, _all: None)
        give_codes(ledger, town, clock.now)


def _live(month: Month, size: Size, first: date, today: date, tell: Tell) -> None:
    """The last six weeks: a period settled and paid, the second settled and open, the third on."""
    ledger, towns, clock, circuit = month.ledger, month.towns, month.clock, month.circuit
    assert circuit is not None
    third = size.sales // 3
    middle, late = first + timedelta(days=15), first + timedelta(days=30)
    spans = [
        (first, middle - timedelta(days=1), "paid"),
        (middle, late - timedelta(days=1), "open"),
        (late, today - timedelta(days=1), ""),  # Today belongs to who tries the demo.
    ]
    for number, (begin, end, ending) in enumerate(spans):
        month.live(begin, end, third, partial(_tell_sales, tell, number * third, size.sales))
        if ending:
            label = f"{month_label(end)}, {number + 1}"
            month.settle(end + timedelta(days=1), label, paid=ending == "paid")
            circuit.collect(clock.now)
        if number == 1:
            _second_round(ledger, towns, clock, month.chance)
    for town in towns:
        if town.slug == "giussano":
            be_generous(ledger, town, clock.now)
    give_back(ledger, towns, circuit, clock.now)
    clock.go_to(starts_at(today))


def _tell_sales(tell: Tell, before: int, total: int, done: int, _part: int) -> None:
    tell("vendite", before + done, total)


def _second_round(
    ledger: Ledger, towns: list[Town], clock: DemoClock, chance: random.Random
) -> None:
    """The household voucher's second month."""
    for town in towns:
        funding = town.programmes.get("household")
        if funding is not None and town.people:
            chosen = chance.sample(town.people, max(1, len(town.people) // 12))
            gifts = [(one, 150_00) for one in chosen]
            issue_list(ledger, town, funding, gifts, round_name="2", now=clock.now)


def _credentials(ledger: Ledger, towns: list[Town], clock: DemoClock) -> dict[str, object]:
    tills, families, slips = [], [], []
    for town in towns:
        tills += [
            {"shop": one.shop, "comune": town.slug, "category": one.category, "secret": one.secret}
            for one in town.tills[:TOLD]
        ]
        told = town.codes[:TOLD]
        shown = family_tokens(ledger, town.facts.issuer, [one.credential_id for one in told])
        families += [
            {
                "comune": town.slug,
                "code": one.code,
                "token": shown[one.credential_id].token,
                "pin": one.pin,
                "available_cents": shown[one.credential_id].available_cents,
            }
            for one in told
        ]
        slips += _slips(ledger, town, clock)
    return {
        "base_url": "",
        "tills": tills,
        "families": families,
        "slips": slips,
        "officers": _officers(towns),
        "associations": [_entry(CIRCUIT_BOOK, "association", USER) for _ in associations(ledger)],
    }


def _officers(towns: list[Town]) -> list[dict[str, str]]:
    """Those of each comune, and the two who sign for the circuit."""
    staff = [(town.slug, role, town.officers[role].user_name) for town in towns for role in ROLES]
    staff += [(CIRCUIT_BOOK, role, f"{role}.{CIRCUIT_BOOK}") for role in CIRCUIT_ROLES]
    return [_entry(*one) for one in staff]


def _entry(place: str, role: str, user: str) -> dict[str, str]:
    return {"comune": place, "role": role, "user": user, "password": PASSWORD}


SLIPS = (
    ("shopping", 5_00, "bar,bakery"), ("shopping", 15_00, "bookshop,florist,stationery"),
    ("shopping", 30_00, "clothes,restaurant"), ("paper", 10_00, ""), ("paper", 5_00, ""),
)  # fmt: skip


def _slips(ledger: Ledger, town: Town, clock: DemoClock) -> list[dict[str, object]]:
    """A set of 5 + 15 + 30 and some for offline, for the first families, where these are."""
    made: list[tuple[object, int]] = []
    for family in families_of_comune(ledger, town.slug)[:10]:
        for name, face, categories in SLIPS:
            funding = town.programmes.get(name)
            if funding is None:
                continue
            order = SlipOrder(
                key(), funding.programme_id, funding.fund(), family, face, 1, categories
            )
            [decision] = issue_slips(
                ledger,
                town.slug,
                order,
                officer=town.officers["officer"].as_officer(),
                approver=town.officers["approver"].as_officer(),
                now=clock.now,
            )
            made.append((decision.transfers[0].credit, face))
    codes = issue_slip_codes(ledger, town.slug, made, now=clock.now)  # type: ignore[arg-type]
    tokens = slip_tokens(ledger, town.facts.issuer, [one.credential_id for one in codes])
    return [
        {"comune": town.slug, "token": tokens[one.credential_id], "face_cents": face}
        for one, (_slip, face) in zip(codes, made, strict=True)
    ]


def write_credentials(path: Path, credentials: dict[str, object], base_url: str) -> None:
    """Write the demo's credentials for scripts that drive it; readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(credentials | {"base_url": base_url}, ensure_ascii=False, indent=1)
    path.touch(mode=0o600)
    path.write_text(text + "\n", encoding="utf-8")
