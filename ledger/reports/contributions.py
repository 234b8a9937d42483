"""What shops owe the circuit for the discounts they gave: month by month, paid oldest first.

Also the words that remind a shop, and bank statements that wait for a second person. Amounts in
cents. Not here: how a payment is booked (`collect_contributions`). Source: design 4.2.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.core.chart import CIRCUIT_BOOK
from ledger.core.programmes import day_of
from ledger.core.quantities import Amount, euro_text
from ledger.imports.bank_statements import reference_of
from ledger.reports.rows import query, rows
from ledger.store.book import Ledger

REMINDER: Final = """Gentile {name},

per gli acquisti con sconto del circuito risultano da versare {due} €{months}.
Ti preghiamo di versarli con un bonifico, indicando nella causale soltanto:

    {reference}

Con questo riferimento il versamento si abbina da solo. Se l'hai già fatto, non tenerne conto.
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A shop and what it owes now: of all months, and of each that is not paid in yet."""

    shop_id: UUID
    shop_no: int
    name: str
    due_cents: Amount
    months: tuple[tuple[str, Amount], ...]

    @property
    def reference(self) -> str:
        """What its payments have to say."""
        return reference_of(self.shop_no)

    def reminder(self) -> str:
        """A letter that says what is due, and how to pay it."""
        told = ", ".join(f"{month}: {euro_text(cents)} €" for month, cents in self.months)
        return REMINDER.format(
            name=self.name, due=euro_text(self.due_cents), months=f" ({told})" if told else "",
            reference=self.reference,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Open:
    shop_id: UUID
    shop_no: int
    name: str
    recorded_at: int
    cents: Amount


OPEN = query(
    """
    SELECT s.shop_id, s.shop_no, s.name, d.recorded_at, t.amount - COALESCE(h.undone, 0) AS cents
      FROM account a
      JOIN shop s ON s.shop_id = a.owner
      JOIN transfer t ON t.book_no = a.book_no AND t.debit = a.account_id AND t.phase = 'posted'
      JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
      LEFT JOIN chain h ON h.book_no = t.book_no AND h.seq = t.seq
     WHERE a.book_no = :book_no AND a.kind = 'contribution_due'
       AND t.amount > COALESCE(h.undone, 0)
     ORDER BY s.shop_no, t.seq
    """,
    _Open,
    ids="shop_id",
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A bank statement that another person has to confirm."""

    statement_id: UUID
    content_hash: bytes
    line_count: int
    total_cents: Amount


WAITING = query(
    """
    SELECT b.statement_id, b.content_hash, b.line_count, b.total_cents FROM bank_statement b
     WHERE b.book_no = :book_no
       AND NOT EXISTS (SELECT 1 FROM proposal_end e
                        WHERE e.book_no = b.book_no AND e.proposal_id = b.statement_id)
     ORDER BY b.log_index
    """,
    Waiting,
    ids="statement_id",
)


def contributions_due(ledger: Ledger) -> tuple[Due, ...]:
    """Every shop that owes something, by its number. Errors: `LookupError`: there is no circuit."""
    book_no = ledger.book(CIRCUIT_BOOK).book_no
    with ledger.reading() as db:
        found = rows(db, OPEN, _Open, {"book_no": book_no})
    shops: dict[UUID, list[_Open]] = {}
    for one in found:
        shops.setdefault(one.shop_id, []).append(one)
    return tuple(_due(shares) for shares in shops.values())


def _due(shares: list[_Open]) -> Due:
    months: dict[str, int] = {}
    for one in shares:
        month = f"{day_of(one.recorded_at):%m/%Y}"
        months[month] = months.get(month, 0) + one.cents
    first = shares[0]
    total = sum(one.cents for one in shares)
    return Due(first.shop_id, first.shop_no, first.name, total, tuple(months.items()))


def statements_waiting(ledger: Ledger) -> tuple[Waiting, ...]:
    """The bank statements that nobody has confirmed yet. Errors: `LookupError`."""
    book_no = ledger.book(CIRCUIT_BOOK).book_no
    with ledger.reading() as db:
        found = rows(db, WAITING, Waiting, {"book_no": book_no})
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Number:
    shop_no: int
    shop_id: UUID


NUMBERS = query("SELECT shop_no, shop_id FROM shop ORDER BY shop_no", _Number, ids="shop_id")


def shops_by_number(ledger: Ledger) -> dict[int, UUID]:
    """Every shop of the network, as payments name it."""
    with ledger.reading() as db:
        return {one.shop_no: one.shop_id for one in rows(db, NUMBERS, _Number, {})}
