"""The yearly account: on random books it ties to the trial balance, and one year to the next."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from uuid import UUID

import pytest
from sqlalchemy import text

from ledger import Book, Limits, open_ledger
from ledger.core.chart import EntryKind
from ledger.core.items import Draw, Item, Reverse
from ledger.core.programmes import starts_at
from ledger.core.quantities import DAY, Instant
from ledger.core.requests import Request
from ledger.reports.conto_giudiziale import (
    NotWhole,
    SamePerson,
    Signers,
    YearAccount,
    year_account,
    years_of,
)
from ledger.reports.conto_register import IN_HANDS, RegisterLine
from ledger.reports.who_asks import OfficerRow
from tests.rich_book import ask, leg, move, opening, uuid

YEARS = (2024, 2025, 2026)
VOUCHERS = ("V1", "V2", "V3")
LIMITS = Limits(forward_jump_seconds=10.0**9)


@dataclass
class Times:
    """A clock that is set."""

    now: Instant

    def __call__(self) -> Instant:
        return self.now


def a_move(chance: random.Random, sold: list[int]) -> tuple[EntryKind, Item]:
    """Something that may happen to vouchers; most of it the book takes, some of it refuses."""
    one, cents = chance.choice(VOUCHERS), chance.randint(1, 15_00)
    back = chance.choice(sold) if sold else None
    moves: list[tuple[EntryKind, Item]] = [
        (EntryKind.FUNDING, move("treasury", "fund", cents)),
        (EntryKind.ISSUANCE, move("fund", one, 4 * cents)),
        (EntryKind.APPROVAL, move("fund", "batch", cents)),
        (EntryKind.ISSUANCE, move("batch", one, cents)),
        (EntryKind.REDEMPTION, Draw(cents, (leg(one, "bakery"),))),
        (EntryKind.REDEMPTION, Draw(cents, (leg("V1", "bakery"), leg("V2", "bakery")))),
        (EntryKind.RESERVE, move(one, "phone", cents)),
        (EntryKind.RESERVE_RELEASE, move("phone", chance.choice([one, "fund"]), cents)),
        (EntryKind.OFFLINE_REDEMPTION, Draw(cents, (leg("phone", "bakery"), leg(one, "bakery")))),
        (EntryKind.EXPIRY, move(one, "fund", cents)),
        (EntryKind.GIFT, move(one, "region", cents)),
        (EntryKind.REFUND, Draw(cents, (leg("bakery", one, back),))),
        (EntryKind.REFUND, Draw(cents, (leg("claim", "due", back),))),
        (EntryKind.CLAIM_COVER, move("due", chance.choice([one, "fund"]), cents)),
        (EntryKind.PAYOUT, move("bakery", "treasury", cents)),
    ]  # fmt: skip
    return chance.choice(moves)


@contextmanager
def filled(url: str, chance: random.Random, moments: list[Instant]) -> Iterator[Book]:
    """A book with a random story of vouchers, something at each moment."""
    times = Times(moments[0])
    with open_ledger(url, limits=LIMITS, clock=times) as ledger:
        book = ledger.book("giussano", create=True)
        fill(book, chance, times, moments)
        yield book


def fill(book: Book, chance: random.Random, times: Times, moments: list[Instant]) -> None:
    issued: list[Request] = []
    sold: list[int] = []
    requests = [opening(), ask("money", EntryKind.FUNDING, move("treasury", "fund", 9_000_00))]
    for number, times.now in enumerate(moments):
        if issued and chance.random() < 0.05:
            wrong = Reverse(issued.pop().id)
            requests.append(ask(f"{number}", EntryKind.REVERSAL, wrong))
        kind, item = a_move(chance, sold)
        requests.append(ask(f"{number} {kind}", kind, item))
        for request in requests:
            [done] = book.submit([request])
            if done.accepted and kind is EntryKind.ISSUANCE:
                issued.append(request)
            if done.accepted and request.kind == EntryKind.REDEMPTION:
                sold += [posting.seq for posting in done.transfers]
        requests = []


@pytest.fixture(params=[1, 2, 3])
def book(url: str, request: pytest.FixtureRequest) -> Iterator[Book]:
    """A random book of three years."""
    chance = random.Random(request.param)
    spread = [
        starts_at(date(year, 1, 1)) + chance.randrange(365 * DAY)
        for year in YEARS
        for _ in range(70)
    ]
    edges = [starts_at(date(year, 1, 1)) + shift for year in YEARS[1:] for shift in (-1, 0)]
    with filled(url, chance, sorted([*spread, *edges])) as made:
        yield made


def closed(book: Book, year: int) -> YearAccount:
    return year_account(book, year, now=starts_at(date(2027, 1, 1)))


def in_hands(book: Book, at_seq: int) -> int:
    lines = book.trial_balance(at_seq=at_seq)
    return sum(line.balance for line in lines if line.kind in IN_HANDS)


def test_each_year_ties_to_the_trial_balance_and_to_the_next(book: Book) -> None:
    assert years_of(book, now=starts_at(date(2027, 1, 1)) - 1) == (2026, 2025, 2024)
    accounts = [closed(book, year) for year in YEARS]
    assert accounts[0].opening == 0
    for one in accounts:
        assert one.ended
        assert one.opening + one.charges - one.discharges == one.closing
        assert one.opening == in_hands(book, one.span.before)
        assert one.closing == in_hands(book, one.span.last)
    for before, after in pairwise(accounts):
        assert before.closing == after.opening
        assert before.span.entries == after.span.entries_before
        assert before.span.last == after.span.before
    assert accounts[-1].closing == in_hands(book, book.head().last_seq)
    assert accounts[-1].root() == book.head().root
    assert sum(one.line_count for one in accounts) > 50


def test_the_register_is_numbered_without_gaps_and_adds_up(book: Book) -> None:
    for year in YEARS:
        one = closed(book, year)
        lines = list(one.lines())
        assert [line.number for line in lines] == list(range(1, one.line_count + 1))
        assert [line.log_index for line in lines] == sorted(line.log_index for line in lines)
        left = one.opening
        for line in lines:
            assert (line.charge > 0) != (line.discharge > 0)
            left += line.charge - line.discharge
            assert line.left == left
        assert left == one.closing
        assert sum(line.charge for line in lines) == one.charges
        assert all(year_of(line) == year for line in lines)


def year_of(line: RegisterLine) -> int:
    return next(y for y in YEARS[::-1] if line.recorded_at >= starts_at(date(y, 1, 1)))


def test_a_portion_more_or_less_tells_the_same_lines(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = list(closed(book, 2025).lines())
    root = closed(book, 2025).root()
    monkeypatch.setattr("ledger.reports.conto_register.PORTION", 7)
    monkeypatch.setattr("ledger.reports.conto_giudiziale.PORTION", 7)
    assert list(closed(book, 2025).lines()) == whole
    assert closed(book, 2025).root() == root


def test_a_year_that_goes_on_is_told_as_far_as_it_came(book: Book) -> None:
    at = book.head().recorded_at
    one = year_account(book, 2026, now=at)
    assert (one.ended, one.until, one.closing) == (False, at, closed(book, 2026).closing)


@pytest.mark.parametrize(
    "missing",
    [
        "DELETE FROM transfer WHERE seq = 4",
        "DELETE FROM decision WHERE log_index = 1",
        "DELETE FROM decision WHERE log_index = 80",
    ],
)
def test_a_book_with_gaps_gets_no_account(url: str, missing: str) -> None:
    days = [starts_at(date(2025, 6, 1)) + at * DAY for at in range(90)]
    with filled(url, random.Random(5), days) as book:
        assert closed(book, 2025).line_count
        book.ledger.write(lambda db: db.execute(text(missing)))
        with pytest.raises(NotWhole):
            closed(book, 2025)


def test_a_register_that_leaves_something_out_is_no_account(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.reports.conto_giudiziale.IN_HANDS", IN_HANDS[1:])
    with pytest.raises(NotWhole):
        closed(book, 2026)


def officer(name: str, person: UUID) -> OfficerRow:
    return OfficerRow(uuid(name), 1, person, name, "officer", "active")


def test_who_keeps_and_who_checks_are_two_people_not_two_user_names() -> None:
    anna, bruno = uuid("anna"), uuid("bruno")
    assert Signers(officer("keeper", anna), officer("checker", bruno)).checker.person_id == bruno
    with pytest.raises(SamePerson):
        Signers(officer("keeper", anna), officer("checker", anna))
