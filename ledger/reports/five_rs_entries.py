"""What a figure of the 5R report is made of: its entries, newest first, and their sum by book.

Amounts in cents (hours in minutes), with their sign. Not here: the figures (`five_rs`); who may
see an entry, its audience's pages decide.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, text

from ledger.core.chart import CIRCUIT_BOOK
from ledger.core.circuit.five_rs import PASSED_ON, PUBLIC, Figure
from ledger.core.quantities import Instant, Unit
from ledger.reports.five_rs import Asked, programme_titles, term_of, wanted
from ledger.reports.five_rs_moves import ALL_COMUNI, moves, people, spans
from ledger.store.book import Ledger


class Part(NamedTuple):
    """A figure by what it counts: measures, and of which sources of money (None: of any)."""

    measures: frozenset[str]
    sources: frozenset[str] | None = None


# Each figure that a reader may follow down, by its name in addresses.
PARTS: Final[Mapping[str, Part]] = {
    "issued": Part(frozenset({"issued"})),
    "spent": Part(frozenset({"spent"})),
    "public_spent": Part(frozenset({"spent"}), PUBLIC),
    "fund": Part(frozenset({"fund"})),
    "bonus": Part(frozenset({"bonus"})),
    "discounts": Part(frozenset({"fund", "bonus"})),
    "donated": Part(frozenset({"donated"})),
    "hours": Part(frozenset({"hours"})),
    **{
        f"funding-{source}": Part(frozenset({"funding"}), frozenset({source}))
        for source in (*sorted(PUBLIC), "donor", PASSED_ON)
    },
}  # fmt: skip
_OVER: Final = """
      FROM voucher v
      JOIN programme p ON p.book_no = v.book_no AND p.programme_id = v.programme_id
"""
_TERM: Final = """
       AND v.ends_at > :since AND v.ends_at <= :until AND (:unit = '' OR p.unit = :unit)
     ORDER BY d.log_index
"""
OVER: Final = {
    "ended": text(f"""
    SELECT d.log_index, d.recorded_at, d.kind AS entry, p.unit, v.face_cents AS amount {_OVER}
      JOIN decision d ON d.book_no = v.book_no AND d.log_index = v.log_index
     WHERE v.book_no = :book_no {_TERM}"""),
    "unspent": text(f"""
    SELECT d.log_index, d.recorded_at, d.kind AS entry, p.unit, t.amount {_OVER}
      JOIN transfer t ON t.book_no = v.book_no AND t.debit = v.voucher_id
      JOIN account ca ON ca.book_no = t.book_no AND ca.account_id = t.credit
      JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
     WHERE v.book_no = :book_no AND ca.kind = 'fund'
       AND d.kind IN ('expiry', 'redemption', 'offline_redemption') {_TERM}"""),
}  # What vouchers whose term ended were worth, and what was left of them.
FIGURES: Final = frozenset({*PARTS, *OVER})


@dataclass(slots=True)
class CountedEntry:
    """One entry of a figure; `shop`: whose sale it was, or empty; `title`: its programme's."""

    book: str
    log_index: int
    recorded_at: Instant
    entry: str
    unit: Unit
    title: str
    shop: str
    amount: int


@dataclass(frozen=True, slots=True)
class MadeOf:
    """A figure by book, and all its entries, newest first in each book."""

    books: Mapping[str, Figure]
    entries: Mapping[str, list[CountedEntry]]

    @property
    def total(self) -> Figure:
        """The figure itself."""
        sums = self.books.values()
        return Figure(sum(one.amount for one in sums), sum(one.entries for one in sums))


def made_of(ledger: Ledger, asked: Asked, figure: str) -> MadeOf:
    """The entries of a figure (one of `FIGURES`).

    Errors: `LookupError` for no such figure or comune.
    """
    if figure not in FIGURES:
        raise LookupError(figure)
    home = ALL_COMUNI if asked.comune is None else ledger.book(asked.comune).book_no
    found: dict[str, list[CountedEntry]] = {}
    with ledger.reading() as db:
        for book, span in spans(ledger, asked.since, asked.until, asked.comune):
            titles = programme_titles(db, span["book_no"])
            if figure in OVER:
                given = term_of(ledger, span, asked.unit)
                entries = _over(db, book, figure, given) if book != CIRCUIT_BOOK else ()
            else:
                entries = _moved(db, (book, span), asked, (home, figure))
            lines = _merged(iter(entries), titles)
            if lines:
                found[book] = lines[::-1]
    sums = {
        book: Figure(sum(one.amount for one in lines), len(lines)) for book, lines in found.items()
    }
    return MadeOf(sums, found)


def _over(
    db: Connection, book: str, figure: str, given: Mapping[str, Any]
) -> Iterator[CountedEntry]:
    for row in db.execute(OVER[figure], dict(given)):
        yield CountedEntry(
            book, row.log_index, row.recorded_at, row.entry, row.unit, "", "", row.amount
        )


def _moved(
    db: Connection,
    book: tuple[str, Mapping[str, Instant]],
    asked: Asked,
    which: tuple[int, str],
) -> Iterator[CountedEntry]:
    known, (home, figure) = people(db), which
    part = PARTS[figure]
    for one in wanted(moves(db, *book, known), asked, home):
        if one.measure not in part.measures:
            continue
        if part.sources is None or one.of in part.sources:
            shop = known.shops[one.shop].name if one.shop else ""
            yield CountedEntry(
                book[0], one.log_index, one.recorded_at, one.entry, one.unit, "", shop, one.amount
            )


def _merged(found: Iterator[CountedEntry], titles: Mapping[Unit, str]) -> list[CountedEntry]:
    """One line an entry, as the report counts them."""
    lines: list[CountedEntry] = []
    for one in found:
        one.title = titles.get(one.unit, "")
        if lines and lines[-1].log_index == one.log_index:
            lines[-1].amount += one.amount
        else:
            lines.append(one)
    return lines
