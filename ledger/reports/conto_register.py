"""The register of a year: each transfer that brings value into the families' hands, or takes it.

Numbered from 1 within the year, in the order of the book; a move within their hands is no line.
Amounts in cents. Not here: what the year adds up to (`conto_giudiziale`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.core.chart import AccountKind
from ledger.core.quantities import Amount, Instant, Unit
from ledger.reports.rows import name_of, named, query, rows
from ledger.store.book import Book

IN_HANDS: Final = (AccountKind.VOUCHER, AccountKind.DEVICE_RESERVE, AccountKind.REFUND_DUE)
PORTION: Final = 10_000  # Transfers that are read together.


@dataclass(frozen=True, slots=True)
class Span:
    """Where a year lies in a book: its transfers, by the last before it and its own last; so its
    entries, by how many came before it and how many by its end.
    """  # noqa: D205 -- one sentence.

    before: int
    last: int
    entries_before: int
    entries: int


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One line: its number in the year, its entry, and what it adds or takes.

    `request_id`: the number on the receipt of a sale or refund. `name`: the shop, or the voucher's
    source. `left`: what stands after it, in all programmes.
    """

    number: int
    log_index: int
    request_id: UUID
    recorded_at: Instant
    kind: str
    unit: Unit
    name: str
    charge: Amount
    discharge: Amount
    left: Amount


@dataclass(frozen=True, slots=True)
class Reason:
    """Why value came or went in one programme: a kind of entry, how often, how much."""

    unit: Unit
    kind: str
    is_charge: int
    lines: int
    cents: Amount


_KINDS: Final = ", ".join(f"'{kind}'" for kind in IN_HANDS)
_CAME: Final = f"CASE WHEN ca.kind IN ({_KINDS}) THEN 1 ELSE 0 END"
_WENT: Final = f"CASE WHEN da.kind IN ({_KINDS}) THEN 1 ELSE 0 END"
_TRANSFERS: Final = """
      FROM transfer t
      JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
      JOIN account da ON da.book_no = t.book_no AND da.account_id = t.debit
      JOIN account ca ON ca.book_no = t.book_no AND ca.account_id = t.credit
"""
_MOVED: Final = f"""
     WHERE t.book_no = :book_no AND t.seq > :after AND t.seq <= :last
       AND t.phase IN ('posted', 'used') AND {_CAME} <> {_WENT}
"""
REASONS = query(
    f"""
    SELECT t.unit, d.kind, {_CAME} AS is_charge, COUNT(*) AS lines,
           CAST(SUM(t.amount) AS BIGINT) AS cents
      {_TRANSFERS} {_MOVED}
     GROUP BY t.unit, d.kind, {_CAME} ORDER BY t.unit, is_charge DESC, d.kind
    """,
    Reason,
)


def reasons(book: Book, span: Span) -> tuple[Reason, ...]:
    """What the lines of a year add up to, by programme and kind of entry; charges first."""
    given = {"book_no": book.book_no, "after": span.before, "last": span.last}
    with book.ledger.reading() as db:
        return rows(db, REASONS, Reason, given)


@dataclass(frozen=True, slots=True)
class _Moved:
    log_index: int
    request_id: UUID
    recorded_at: Instant
    kind: str
    unit: Unit
    name: str
    is_charge: int
    amount: Amount


LINES = query(
    f"""
    SELECT t.log_index, d.request_id, d.recorded_at, d.kind, t.unit,
           COALESCE(CASE WHEN {_CAME} = 1 THEN NULLIF({name_of("da")}, '')
                         ELSE NULLIF({name_of("ca")}, '') END, source.name, '') AS name,
           {_CAME} AS is_charge, t.amount
      {_TRANSFERS} {named("da")} {named("ca")}
      LEFT JOIN voucher ON voucher.book_no = t.book_no
       AND voucher.voucher_id = CASE WHEN {_CAME} = 1 THEN t.credit ELSE t.debit END
      LEFT JOIN source ON source.book_no = voucher.book_no AND source.fund = voucher.fund
      {_MOVED}
     ORDER BY t.seq
    """,
    _Moved,
    ids="request_id",
)


def register(book: Book, span: Span, left: Amount) -> Iterator[RegisterLine]:
    """The lines of a year after an opening, a portion at a time."""
    number = 0
    for after in range(span.before, span.last, PORTION):
        last = min(after + PORTION, span.last)
        given = {"book_no": book.book_no, "after": after, "last": last}
        with book.ledger.reading() as db:
            found = rows(db, LINES, _Moved, given)
        for one in found:
            charge, discharge = (one.amount, 0) if one.is_charge else (0, one.amount)
            left, number = left + charge - discharge, number + 1
            yield RegisterLine(
                number, one.log_index, one.request_id, one.recorded_at, one.kind, one.unit,
                one.name, charge, discharge, left,
            )  # fmt: skip
