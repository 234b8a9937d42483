"""The transfers that the 5R report is made of, one by one: what each counts for, and for whom.

The figures add these up and the lists show them, so that they never differ. Amounts in cents
(hours in minutes), with their sign. Not here: sums and periods (`five_rs`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from ledger.core.chart import CIRCUIT_BOOK
from ledger.core.circuit.five_rs import MEASURES, counted_as
from ledger.core.ids import derived_id
from ledger.core.quantities import Instant, Unit
from ledger.store.book import Ledger
from ledger.store.columns import Id

ALL_COMUNI: Final = 0  # As `home`: no comune has this book.
IDS: Final = ("debit", "credit", "origin", "debit_owner", "credit_owner")
_WAYS: Final = " OR ".join(
    sorted({
        f"(d.kind = '{way.entry}' AND da.kind = '{way.debit}' AND ca.kind = '{way.credit}')"
        for ways in MEASURES.values()
        for way in ways
    })
)  # fmt: skip
MOVES: Final = text(
    f"""
    SELECT t.book_no, t.log_index, t.unit, d.recorded_at, d.kind AS entry, da.kind AS debit_kind,
           ca.kind AS credit_kind, t.amount, t.debit, t.credit, o.debit AS origin,
           da.owner AS debit_owner, ca.owner AS credit_owner
      FROM decision d
      JOIN transfer t ON t.book_no = d.book_no AND t.log_index = d.log_index
      JOIN account da ON da.book_no = t.book_no AND da.account_id = t.debit
      JOIN account ca ON ca.book_no = t.book_no AND ca.account_id = t.credit
      LEFT JOIN transfer o ON o.book_no = t.book_no AND o.seq = t.undoes
     WHERE d.book_no = :book_no AND d.recorded_at >= :since AND d.recorded_at < :until
       AND t.phase IN ('posted', 'used') AND ({_WAYS})
     ORDER BY t.seq
    """  # noqa: S608 -- the names of our own chart.
).columns(**{name: Id() for name in IDS})
SOURCES: Final = text(
    """
    SELECT v.voucher_id AS account, s.kind, v.family_id FROM voucher v
      JOIN source s ON s.book_no = v.book_no AND s.fund = v.fund WHERE v.book_no = :book_no
    UNION ALL SELECT s.fund, s.kind, NULL FROM source s WHERE s.book_no = :book_no
    """
).columns(account=Id(), family_id=Id())
CARRIED: Final = text(
    "SELECT DISTINCT phone_id, voucher_id FROM phone_credential"
    " WHERE book_no = :book_no AND voucher_id IS NOT NULL"
).columns(phone_id=Id(), voucher_id=Id())


class Counted(NamedTuple):
    """One transfer as the report counts it: for which measure, source, comune, shop, family.

    `home`: the book of the comune it counts for; 0 where it is the Rete's alone.
    """

    book_no: int
    log_index: int
    recorded_at: Instant
    entry: str
    unit: Unit
    measure: str
    amount: int
    of: str
    home: int
    shop: UUID | None
    family: UUID | None


class Shop(NamedTuple):
    """Where a shop is at home, what kind it is of, and what it is called."""

    home: int
    category: str
    name: str


@dataclass(frozen=True, slots=True)
class People:
    """The shops of the network, and where its families are at home."""

    shops: Mapping[UUID, Shop]
    families: Mapping[UUID, int]


def people(db: Connection) -> People:
    """Read once for all books."""
    shops = text("SELECT shop_id AS id, book_no, category, name FROM shop").columns(id=Id())
    families = text("SELECT family_id AS id, book_no FROM family").columns(id=Id())
    return People(
        {row.id: Shop(row.book_no, row.category, row.name) for row in db.execute(shops)},
        {row.id: row.book_no for row in db.execute(families)},
    )


def moves(
    db: Connection, book: str, span: Mapping[str, Instant], known: People
) -> Iterator[Counted]:
    """What a book has in a span, oldest first; `span`: `book_no`, `since`, `until` (before)."""
    if book == CIRCUIT_BOOK:
        return _of_circuit(db, span, known)
    return _of_comune(db, span, known)


def spans(
    ledger: Ledger, since: Instant, until: Instant, comune: str | None
) -> Iterator[tuple[str, Mapping[str, Instant]]]:
    """The books that a report looks at, and the span of each: one comune's and the circuit's."""
    for book in ledger.books():
        if comune is None or book.name in {comune, CIRCUIT_BOOK}:
            yield book.name, {"book_no": book.book_no, "since": since, "until": until}


def _rows(db: Connection, span: Mapping[str, Instant]) -> Iterator[tuple[Any, str, int]]:
    """Each with its measure and its sign."""
    for row in db.execution_options(yield_per=2_000).execute(MOVES, dict(span)):
        found = counted_as((row.entry, row.debit_kind, row.credit_kind))
        if found is not None:
            yield row, *found


def _of_comune(db: Connection, span: Mapping[str, Instant], known: People) -> Iterator[Counted]:
    """Each with the source of its money: of the voucher that gave it, or the fund it came into."""
    book_no = {"book_no": span["book_no"]}
    kinds, families = {}, {}
    for row in db.execute(SOURCES, book_no):
        kinds[row.account] = row.kind
        families[row.account] = row.family_id
    for row in db.execute(CARRIED, book_no):
        reserve = derived_id("device_reserve", row.phone_id, row.voucher_id)
        kinds[reserve] = kinds.get(row.voucher_id, "")
        families[reserve] = families.get(row.voucher_id)
    for row, measure, sign in _rows(db, span):
        at = (row.origin, row.debit, row.credit)
        of = next((kinds[account] for account in at if account in kinds), "")
        family = next((families[account] for account in at if families.get(account)), None)
        shop = next(
            (one for one in (row.credit_owner, row.debit_owner) if one in known.shops), None
        )
        yield Counted(
            row.book_no, row.log_index, row.recorded_at, row.entry, row.unit, measure,
            sign * row.amount, of, row.book_no, shop, family,
        )  # fmt: skip


def _of_circuit(db: Connection, span: Mapping[str, Instant], known: People) -> Iterator[Counted]:
    """Hours count for the comune of who gave them, all else for that of its shop."""
    shops, families = known.shops, known.families
    for row, measure, sign in _rows(db, span):
        if row.credit_kind == "member" and row.credit_owner is None:
            continue  # Hours given on to the fund of hours were counted when they were given.
        owners = (row.credit_owner, row.debit_owner)
        shop = next((one for one in owners if one in shops), None)
        family = next((one for one in owners if one in families), None)
        home = families.get(family, 0) if row.credit_kind == "member" and family else 0
        if row.credit_kind != "member" and shop:
            home = shops[shop].home
        yield Counted(
            row.book_no, row.log_index, row.recorded_at, row.entry, row.unit, measure,
            sign * row.amount, "", home, shop, family,
        )  # fmt: skip
