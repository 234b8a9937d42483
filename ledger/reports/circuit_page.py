"""The circuit on one page: its identities, the rules of today, what shops agreed on."""

from dataclasses import dataclass
from uuid import UUID

from ledger.core.chart import CIRCUIT_BOOK
from ledger.core.circuit.split import percent_text
from ledger.core.identities import Identity
from ledger.core.programmes import day_of
from ledger.core.quantities import Instant
from ledger.reports.rows import query, rows
from ledger.reports.unit_totals import book_identities
from ledger.store.book import Ledger
from ledger.store.registers.circuit import RuleVersion, rules_on


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """What a shop gives, from one day to another."""

    shop_id: UUID
    shop_no: int
    name: str
    points: int
    starts_on: str
    ends_on: str

    @property
    def percent(self) -> str:
        """The discount as people write it."""
        return percent_text(self.points)


AGREED = query(
    """
    SELECT s.shop_id, s.shop_no, s.name, g.points, g.starts_on, g.ends_on
      FROM shop_discount g JOIN shop s ON s.shop_id = g.shop_id
     WHERE g.book_no = :book_no AND g.ends_on >= :today
     ORDER BY s.shop_no, g.version
    """,
    AgreementRow,
    ids="shop_id",
)


@dataclass(frozen=True, slots=True)
class CircuitPage:
    """What the page shows."""

    identities: tuple[Identity, ...]
    rules: RuleVersion | None
    agreements: tuple[AgreementRow, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A shop that takes part in the circuit now."""

    shop_id: UUID
    shop_no: int
    name: str


MEMBERS = query(
    """
    SELECT DISTINCT s.shop_id, s.shop_no, s.name
      FROM shop_discount g JOIN shop s ON s.shop_id = g.shop_id
     WHERE g.book_no = :book_no AND g.starts_on <= :today AND g.ends_on >= :today
       AND s.status = 'active'
     ORDER BY s.name, s.shop_no
    """,
    Member,
    ids="shop_id",
)


def member_shops(ledger: Ledger, *, now: Instant) -> tuple[Member, ...]:
    """The shops that take part today, by name. Errors: `LookupError`: there is no circuit."""
    given = {"book_no": ledger.book(CIRCUIT_BOOK).book_no, "today": day_of(now).isoformat()}
    with ledger.reading() as db:
        return rows(db, MEMBERS, Member, given)


def circuit_page(ledger: Ledger, *, now: Instant) -> CircuitPage:
    """The circuit now. Errors: `LookupError`: there is none."""
    book, today = ledger.book(CIRCUIT_BOOK), day_of(now).isoformat()
    with ledger.reading() as db:
        rules = rules_on(db, book.book_no, today)
        agreed = rows(db, AGREED, AgreementRow, {"book_no": book.book_no, "today": today})
    return CircuitPage(book_identities(book), rules, agreed)
