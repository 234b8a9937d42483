"""The yearly account of vouchers: what stood at the start, was charged, was discharged, and stands.

What a comune's keeper of vouchers answers for is their value in the families' hands, and a year is
that of Rome, by the time of the entry. Amounts in cents. Source: domain.md 5.5. Not here: the lines
(`conto_register`), the files (`ledger.exports.conto_giudiziale`), treasury's money.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from ledger.core.programmes import ROME, starts_at
from ledger.core.quantities import SECOND, Amount, Instant, Unit
from ledger.proof.merkle import Frontier
from ledger.reports.account_page import seq_at, trial_by_kind
from ledger.reports.conto_register import (
    IN_HANDS,
    PORTION,
    Reason,
    RegisterLine,
    Span,
    reasons,
    register,
)
from ledger.reports.rows import first_row, query, rows
from ledger.reports.who_asks import OfficerRow
from ledger.store.book import Book
from ledger.store.registers.programmes import programmes


class NotWhole(Exception):
    """Numbers are missing in the book, or it does not add up: of it no account can be given."""


class SamePerson(Exception):
    """Who keeps the vouchers and who checks the account are one person."""


@dataclass(frozen=True, slots=True)
class Signers:
    """Who answers for the vouchers, and who checks the account. Errors: `SamePerson`."""

    keeper: OfficerRow
    checker: OfficerRow

    def __post_init__(self) -> None:
        """Two people, not two user names."""
        if self.keeper.person_id == self.checker.person_id:
            raise SamePerson


@dataclass(frozen=True, slots=True)
class ProgrammeYear:
    """One programme's account of the year: opening + charges = discharges + closing."""

    year: int
    unit: Unit
    title: str
    opening: Amount
    reasons: tuple[Reason, ...]

    @property
    def charges(self) -> Amount:
        """What came."""
        return sum(one.cents for one in self.reasons if one.is_charge)

    @property
    def discharges(self) -> Amount:
        """What went."""
        return sum(one.cents for one in self.reasons if not one.is_charge)

    @property
    def closing(self) -> Amount:
        """What stands, and is carried over."""
        return self.opening + self.charges - self.discharges


@dataclass(frozen=True, slots=True)
class YearAccount:
    """A whole year. `ended`: it will not change any more; `until`: as far as it goes.

    `root` asks for that of the log after the last entry of the year, `lines` for the register.
    """

    year: int
    span: Span
    programmes: tuple[ProgrammeYear, ...]
    ended: bool
    until: Instant
    root: Callable[[], bytes]
    lines: Callable[[], Iterator[RegisterLine]]

    @property
    def opening(self) -> Amount:
        """Carried over from the year before, in all programmes."""
        return sum(one.opening for one in self.programmes)

    @property
    def charges(self) -> Amount:
        """What came, in all programmes."""
        return sum(one.charges for one in self.programmes)

    @property
    def discharges(self) -> Amount:
        """What went, in all programmes."""
        return sum(one.discharges for one in self.programmes)

    @property
    def closing(self) -> Amount:
        """Carried over to the next year, in all programmes."""
        return sum(one.closing for one in self.programmes)

    @property
    def line_count(self) -> int:
        """How many lines the register has."""
        return sum(reason.lines for one in self.programmes for reason in one.reasons)


@dataclass(frozen=True, slots=True)
class _Entries:
    found: int
    size: int
    recorded_at: Instant


ENTRIES = query(
    """SELECT COUNT(*) AS found, COALESCE(MAX(log_index) + 1, 0) AS size,
              COALESCE(MAX(recorded_at), 0) AS recorded_at
         FROM decision WHERE book_no = :book_no AND recorded_at < :until""",
    _Entries,
)


@dataclass(frozen=True, slots=True)
class _Transfers:
    found: int
    size: int


TRANSFERS = query(
    """SELECT COUNT(*) AS found, COALESCE(MAX(seq), 0) AS size
         FROM transfer WHERE book_no = :book_no AND seq <= :last""",
    _Transfers,
)


@dataclass(frozen=True, slots=True)
class _Leaf:
    leaf_hash: bytes


LEAVES = query(
    """SELECT leaf_hash FROM decision
        WHERE book_no = :book_no AND log_index >= :first AND log_index < :size
        ORDER BY log_index""",
    _Leaf,
)


@dataclass(frozen=True, slots=True)
class _First:
    recorded_at: Instant


FIRST = query(
    "SELECT recorded_at FROM decision WHERE book_no = :book_no ORDER BY recorded_at LIMIT 1",
    _First,
)


def years_of(book: Book, *, now: Instant) -> tuple[int, ...]:
    """The years of which an account can be given, newest first; the last may go on still."""
    with book.ledger.reading() as db:
        first = first_row(db, FIRST, _First, {"book_no": book.book_no})
    begun = _year(first.recorded_at) if first else _year(now)
    return tuple(range(max(_year(now), begun), begun - 1, -1))


def _year(when: Instant) -> int:
    return datetime.fromtimestamp(when // SECOND, UTC).astimezone(ROME).year


def year_account(book: Book, year: int, *, now: Instant) -> YearAccount:
    """The account of one year, as far as the book has come.

    Errors: `NotWhole`.
    """
    until = starts_at(date(year + 1, 1, 1))
    span, last_at = _span(book, year, until)
    opening, closing = _in_hands(book, span.before), _in_hands(book, span.last)
    told = _programmes(book, year, (opening, closing), reasons(book, span))
    if {one.unit: one.closing for one in told} != closing:
        raise NotWhole("the register does not add up to the trial balance")
    ended = now >= until
    return YearAccount(
        year, span, told, ended, until - SECOND if ended else last_at,
        lambda: _root(book, span.entries), lambda: register(book, span, sum(opening.values())),
    )  # fmt: skip


def _span(book: Book, year: int, until: Instant) -> tuple[Span, Instant]:
    """Where a year lies, and the time of its last entry. Errors: `NotWhole`."""
    since, no = starts_at(date(year, 1, 1)), book.book_no
    before, last = (seq_at(book.ledger, no, moment - 1) for moment in (since, until))
    with book.ledger.reading() as db:
        [earlier] = rows(db, ENTRIES, _Entries, {"book_no": no, "until": since})
        [entries] = rows(db, ENTRIES, _Entries, {"book_no": no, "until": until})
        [transfers] = rows(db, TRANSFERS, _Transfers, {"book_no": no, "last": last})
    if entries.found != entries.size or (transfers.found, transfers.size) != (last, last):
        raise NotWhole("numbers are missing in the book")
    return Span(before, last, earlier.size, entries.size), entries.recorded_at


def _in_hands(book: Book, at_seq: int) -> Mapping[Unit, Amount]:
    """What was in the families' hands after a transfer, by unit: from the trial balance."""
    found: dict[Unit, Amount] = {}
    for one in trial_by_kind(book.ledger, book.book_no, at_seq=at_seq):
        if one.kind in IN_HANDS:
            found[one.unit] = found.get(one.unit, 0) + one.credits - one.debits
    return found


def _programmes(
    book: Book,
    year: int,
    in_hands: tuple[Mapping[Unit, Amount], Mapping[Unit, Amount]],
    moved: tuple[Reason, ...],
) -> tuple[ProgrammeYear, ...]:
    opening, closing = in_hands
    with book.ledger.reading() as db:
        titles = {one.unit: one.title for one in programmes(db, book.book_no)}
    return tuple(
        ProgrammeYear(
            year,
            unit,
            titles.get(unit, unit),
            opening.get(unit, 0),
            tuple(one for one in moved if one.unit == unit),
        )
        for unit in sorted(closing)
    )


def _root(book: Book, size: int) -> bytes:
    """The root of so many leaves, also where the log was never published."""
    tree = Frontier()
    for first in range(0, size, PORTION):
        given = {"book_no": book.book_no, "first": first, "size": min(first + PORTION, size)}
        with book.ledger.reading() as db:
            tree = tree.extended(bytes(one.leaf_hash) for one in rows(db, LEAVES, _Leaf, given))
    return tree.root()
