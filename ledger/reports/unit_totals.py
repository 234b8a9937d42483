"""What each unit has moved, and what must be equal in it: added up from the accounts."""

from dataclasses import dataclass

from ledger.core.chart import AccountKind
from ledger.core.identities import Identity, identities
from ledger.core.quantities import Amount, Unit
from ledger.reports.rows import query, rows
from ledger.store.book import Book, Ledger


@dataclass(frozen=True, slots=True)
class UnitTotal:
    """One unit's posted debits and credits, in minor units: equal, or the book is wrong."""

    unit: Unit
    debits: Amount
    credits: Amount


TOTALS = query(
    """
    SELECT unit, CAST(SUM(debits_posted) AS BIGINT) AS debits,
           CAST(SUM(credits_posted) AS BIGINT) AS credits
      FROM account WHERE book_no = :book_no GROUP BY unit ORDER BY unit
    """,
    UnitTotal,
)


def unit_totals(ledger: Ledger, book_no: int) -> tuple[UnitTotal, ...]:
    """Every unit of a book."""
    with ledger.reading() as db:
        return rows(db, TOTALS, UnitTotal, {"book_no": book_no})


@dataclass(frozen=True, slots=True)
class KindSum:
    """The balances of a unit's accounts of one kind, added up, on their own side."""

    unit: Unit
    kind: str
    balance: int


SUMS = query(
    """
    SELECT unit, kind,
           CAST(SUM(CASE WHEN side = 'debit' THEN debits_posted - credits_posted
                         ELSE credits_posted - debits_posted END) AS BIGINT) AS balance
      FROM account WHERE book_no = :book_no GROUP BY unit, kind
    """,
    KindSum,
)


def book_identities(book: Book) -> tuple[Identity, ...]:
    """Every identity of a book, as the stored balances are now."""
    with book.ledger.reading() as db:
        found = rows(db, SUMS, KindSum, {"book_no": book.book_no})
    return identities(book.name, {(one.unit, AccountKind(one.kind)): one.balance for one in found})
