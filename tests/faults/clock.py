"""Row 14: the server's clock in Rome decides, on the strangest days too; and it may not jump.

For each day a programme lives that day alone, and a slip is shown just before it, at its first and
its last microsecond, and just after it. The boundaries are worked out here, from the zone's own
data. A till cannot even send a time.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from ledger import Ledger, Limits, RequestId, WriterStopped, new_id, open_ledger
from ledger.core.programmes import Terms
from ledger.core.redemption import Redemption
from ledger.operations.define_programme import define_programme, programme_id_of
from ledger.operations.fund_programme import Act, Funding
from ledger.operations.issue_credential import issue_slip_codes
from ledger.operations.issue_vouchers import SlipOrder, issue_slips
from ledger.operations.redeem import redeem
from scripts.demo.cast import COMUNI
from scripts.demo.founding import Town, commit, found_town
from tests.faults.scoreboard import Asked, Row

FACE = 10_00
DAY = timedelta(days=1)
DAYS = (
    date(2026, 12, 31), date(2027, 1, 1), date(2027, 3, 28), date(2027, 10, 31),
    date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 26), date(2028, 10, 29),
)  # fmt: skip
EXPECTED = ("not_yet_valid", "accepted", "accepted", "expired")


@dataclass(slots=True)
class Clock:
    """The server's clock, in our hands."""

    now: int

    def __call__(self) -> int:
        """Now, in microseconds UTC."""
        return self.now


def midnight(day: date) -> int:
    """When a day begins in Rome, in microseconds UTC."""
    begins = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Europe/Rome"))
    return int(begins.timestamp()) * 1_000_000


def clock(asked: Asked, url: str, _folder: Path) -> Row:
    """Try every day's four moments, then jumps both ways."""
    hands = Clock(midnight(date(2026, 12, 1)))
    with open_ledger(url, clock=hands, limits=Limits(forward_jump_seconds=10.0**9)) as ledger:
        town = found_town(ledger, COMUNI[0], random.Random(1), hands.now)
        findings = [wrong for day in DAYS for wrong in _day(ledger, town, hands, day)]
        findings += [str(one) for one in ledger.book(town.slug).check()]
    findings += _jumps(url, hands, town)
    got = {"moments": len(DAYS) * len(EXPECTED), "jumps": 3, "wrong": len(findings)}
    goal = "0 wrong answers on DST nights, leap days, year's end; a jump stops writing"
    return Row(14, "clock", goal, got, not findings, asked.seed, asked.engine, findings[:5])


def _day(ledger: Ledger, town: Town, hands: Clock, day: date) -> Iterator[str]:
    slips = _slips(ledger, town, hands, day)
    first, after = midnight(day), midnight(day + DAY)
    moments = (first - 1, first, after - 1, after)
    for slip, moment, expected in zip(slips, moments, EXPECTED, strict=True):
        hands.now = moment
        asked = Redemption(town.tills[0].till_id, slip, FACE)
        decision = redeem(ledger, asked, key=RequestId(new_id()), now=moment)
        if decision.code != expected:
            yield f"{day} at {moment}: {decision.code}, not {expected}"


def _slips(ledger: Ledger, town: Town, hands: Clock, day: date) -> list[UUID]:
    """A programme of that day alone, and four slips of it, made the noon before."""
    hands.now = midnight(day - DAY) + 12 * 3_600_000_000
    officer, approver = (town.officers[role].as_officer() for role in ("officer", "approver"))
    who, key, now = officer.officer_id, RequestId(new_id()), hands.now
    terms = Terms(f"Un giorno, {day}", "", day, day)
    define_programme(ledger, town.slug, terms, officer=who, key=key, now=now)
    act = Act(day.isoformat(), day, "Prova dell'orologio")
    funding = Funding(programme_id_of(key), act, "comune", "Bilancio", 4 * FACE)
    pair = town.officers["officer"], town.officers["approver"]
    commit(ledger, town.slug, funding, by=pair, now=now)
    order = SlipOrder(new_id(), funding.programme_id, funding.fund(), new_id(), FACE, 4)
    made = issue_slips(ledger, town.slug, order, officer=officer, approver=approver, now=now)
    pairs = [(one.transfers[0].credit, FACE) for one in made]
    codes = issue_slip_codes(ledger, town.slug, pairs, now=now)
    return [one.credential_id for one in codes]


def _jumps(url: str, hands: Clock, town: Town) -> Iterator[str]:
    """A day forward stops writing until it is confirmed; a day back only slows the numbers."""
    with open_ledger(url, clock=hands, limits=Limits(forward_jump_seconds=600)) as ledger:
        book = ledger.book(town.slug)

        def define() -> int:
            key, day = RequestId(new_id()), date(2029, 1, 1)
            terms = Terms(f"Salto {key}", "", day, day)
            who = town.officer("officer")
            define_programme(ledger, town.slug, terms, officer=who, key=key, now=hands.now)
            return book.head().recorded_at

        before = define()
        hands.now += 86_400_000_000
        try:
            define()
            yield "it wrote on after a jump of a day"
        except WriterStopped:
            pass
        ledger.confirm_clock()
        confirmed = define()
        hands.now -= 2 * 86_400_000_000
        back = define()
        if not before < confirmed < back:
            yield f"times do not grow: {before}, {confirmed}, {back}"
        yield from (str(one) for one in book.check())
