"""What anybody may know of a comune's programmes: totals by month, by source, by kind of shop.

Whole months only, of which each number is told as `small_cells` allows. The database counts
families and shops; neither their ids nor any word about them comes out. Amounts in cents.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from ledger.core.programmes import ROME, starts_at
from ledger.core.quantities import SECOND, Amount, Instant, Unit
from ledger.reports.rows import query, rows
from ledger.reports.small_cells import Cell, told_by_month, told_by_part
from ledger.store.book import Ledger
from ledger.store.registers.programmes import Programme, programmes

ISSUED, SPENT, RETURNED, GIVEN = "issued", "spent", "returned", "given"
MEASURES: Final = (ISSUED, SPENT, RETURNED, GIVEN)
OTHER: Final = "other"

# A transfer as what it is to a family: which measure, and with which sign.
MEASURED: Final = """
    SELECT t.unit, t.amount, t.debit, t.credit, d.recorded_at,
           CASE WHEN da.kind IN ('fund', 'batch') AND ca.kind = 'voucher'
                     THEN CASE WHEN d.kind = 'reversal' THEN 'given' ELSE 'issued' END
                WHEN da.kind = 'voucher' AND ca.kind = 'fund'
                     THEN CASE WHEN d.kind = 'reversal' THEN 'issued'
                               WHEN d.kind = 'gift' THEN 'given' ELSE 'returned' END
                WHEN da.kind IN ('device_reserve', 'refund_due') AND ca.kind = 'fund'
                     THEN 'returned'
                WHEN da.kind = 'fund' AND ca.kind = 'refund_due' THEN 'returned'
                WHEN da.kind IN ('voucher', 'device_reserve') AND ca.kind = 'shop_payable'
                     THEN 'spent'
                WHEN da.kind = 'shop_payable' AND ca.kind = 'voucher' THEN 'spent'
                WHEN da.kind = 'shop_claim' AND ca.kind = 'refund_due' THEN 'spent' END AS measure,
           CASE WHEN da.kind IN ('shop_payable', 'shop_claim') THEN -1
                WHEN d.kind = 'reversal' THEN -1 ELSE 1 END AS sign,
           CASE WHEN da.kind IN ('shop_payable', 'shop_claim') THEN da.owner
                WHEN ca.kind = 'shop_payable' THEN ca.owner END AS shop_id,
           CASE WHEN da.kind = 'voucher' THEN t.debit WHEN ca.kind = 'voucher' THEN t.credit
                WHEN da.kind IN ('device_reserve', 'refund_due') THEN da.owner
                WHEN ca.kind IN ('device_reserve', 'refund_due') THEN ca.owner END AS voucher_id
      FROM decision d
      JOIN transfer t ON t.book_no = d.book_no AND t.log_index = d.log_index
      JOIN account da ON da.book_no = t.book_no AND da.account_id = t.debit
      JOIN account ca ON ca.book_no = t.book_no AND ca.account_id = t.credit
     WHERE d.book_no = :book_no AND d.recorded_at >= :since AND d.recorded_at < :until
       AND t.phase IN ('posted', 'used')
"""
_COUNTED: Final = f"""
      FROM ({MEASURED}) m
      LEFT JOIN voucher vd ON vd.book_no = :book_no AND vd.voucher_id = m.debit
      LEFT JOIN voucher vc ON vc.book_no = :book_no AND vc.voucher_id = m.credit
      LEFT JOIN shop s ON s.shop_id = m.shop_id
     WHERE m.measure IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class _Counted:
    unit: Unit
    measure: str
    category: str
    cents: Amount
    transfers: int
    families: int
    shops: int


def _counted(category: str) -> str:
    return f"""
    SELECT m.unit, m.measure, {category} AS category,
           CAST(SUM(m.sign * m.amount) AS BIGINT) AS cents, COUNT(*) AS transfers,
           COUNT(DISTINCT COALESCE(vd.family_id, vc.family_id)) AS families,
           COUNT(DISTINCT m.shop_id) AS shops
    {_COUNTED}
     GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    """


BY_MEASURE = query(_counted("''"), _Counted)
BY_CATEGORY = query(_counted("COALESCE(s.category, '')"), _Counted)


@dataclass(frozen=True, slots=True)
class SourceTotal:
    """What sources of one kind gave to a programme, less what went back to them."""

    unit: Unit
    kind: str
    cents: Amount


SOURCES = query(
    """
    SELECT unit, kind, CAST(SUM(cents) AS BIGINT) AS cents
      FROM (SELECT t.unit, s.kind, t.amount AS cents
              FROM source s
              JOIN transfer t ON t.book_no = s.book_no AND t.credit = s.fund
              JOIN account a ON a.book_no = t.book_no AND a.account_id = t.debit
              JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
             WHERE s.book_no = :book_no AND a.kind = 'treasury' AND d.recorded_at < :until
            UNION ALL
            SELECT t.unit, s.kind, -t.amount AS cents
              FROM source s
              JOIN transfer t ON t.book_no = s.book_no AND t.debit = s.fund
              JOIN account a ON a.book_no = t.book_no AND a.account_id = t.credit
              JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
             WHERE s.book_no = :book_no AND a.kind = 'treasury' AND d.recorded_at < :until) one
     GROUP BY unit, kind ORDER BY unit, kind
    """,
    SourceTotal,
)


@dataclass(frozen=True, slots=True)
class _First:
    recorded_at: Instant


FIRST = query(
    """SELECT recorded_at FROM decision WHERE book_no = :book_no AND transfers > 0
        ORDER BY recorded_at LIMIT 1""",
    _First,
)


@dataclass(frozen=True, slots=True)
class Month:
    """A whole month: issued, spent, returned, given on; None: too few, told with a later one."""

    first: date
    issued: Amount | None
    spent: Amount | None
    returned: Amount | None
    given_on: Amount | None


@dataclass(frozen=True, slots=True)
class PublicProgramme:
    """A programme as anybody may know it. Totals add up what is told, and nothing else."""

    unit: Unit
    title: str
    months: tuple[Month, ...]
    categories: Mapping[str, Amount]
    sources: tuple[SourceTotal, ...]

    @property
    def issued(self) -> Amount:
        """Given to families."""
        return sum(one.issued or 0 for one in self.months)

    @property
    def spent(self) -> Amount:
        """Spent in shops, less what they gave back."""
        return sum(one.spent or 0 for one in self.months)

    @property
    def returned(self) -> Amount:
        """Not used, and back at its source."""
        return sum(one.returned or 0 for one in self.months)

    @property
    def given_on(self) -> Amount:
        """Not used by a family and given on to another one."""
        return sum(one.given_on or 0 for one in self.months)

    @property
    def in_hand(self) -> Amount:
        """With the families still; exact where `is_whole`."""
        return self.issued - self.spent - self.returned - self.given_on

    @property
    def given(self) -> Amount:
        """Committed by acts, from all sources."""
        return sum(one.cents for one in self.sources)

    @property
    def is_whole(self) -> bool:
        """Whether nothing waits any more: so what is in the families' hands follows from it."""
        last = self.months[-1] if self.months else None
        return last is None or None not in (
            last.issued, last.spent, last.returned, last.given_on,
        )  # fmt: skip


def public_totals(ledger: Ledger, book_no: int, *, until: date) -> tuple[PublicProgramme, ...]:
    """A comune's programmes up to a month that is not told yet (its first day), by number."""
    given = {"book_no": book_no, "until": starts_at(until)}
    with ledger.reading() as db:
        known = programmes(db, book_no)
        sources = rows(db, SOURCES, SourceTotal, given)
        first = rows(db, FIRST, _First, {"book_no": book_no})
        months = list(_months(first[0].recorded_at, until)) if first else []
        pages = [_page(one) for one in months]
        measured = [rows(db, BY_MEASURE, _Counted, given | page) for page in pages]
        by_category = [rows(db, BY_CATEGORY, _Counted, given | page) for page in pages]
    return tuple(
        PublicProgramme(
            one.unit,
            one.title,
            tuple(_told_months(months, measured, one)),
            _told_categories(measured, by_category, one),
            tuple(source for source in sources if source.unit == one.unit),
        )
        for one in known
    )


def _months(first: Instant, until: date) -> Iterator[date]:
    from_day = _day(first).replace(day=1)
    while from_day < until:
        yield from_day
        from_day = _next(from_day)


def _day(when: Instant) -> date:
    return datetime.fromtimestamp(when // SECOND, UTC).astimezone(ROME).date()


def month_of(when: Instant) -> date:
    """The first day of the month in Rome: the first one that is not told yet."""
    return _day(when).replace(day=1)


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _page(month: date) -> dict[str, Instant]:
    return {"since": starts_at(month), "until": starts_at(_next(month))}


Pages = Sequence[tuple[_Counted, ...]]


def _cells(pages: Pages, unit: Unit, measure: str) -> list[Cell]:
    found = [[one for one in page if (one.unit, one.measure) == (unit, measure)] for page in pages]
    return [_cell(page[0]) if page else Cell() for page in found]


def _cell(one: _Counted) -> Cell:
    shops = one.shops if one.measure == SPENT else None
    return Cell(one.cents, one.transfers, one.families, shops)


def _told_months(months: Sequence[date], pages: Pages, programme: Programme) -> Iterator[Month]:
    told = [told_by_month(_cells(pages, programme.unit, measure)) for measure in MEASURES]
    for month, *measures in zip(months, *told, strict=True):
        if any(told != 0 for told in measures):
            yield Month(month, *measures)


def _told_categories(measured: Pages, pages: Pages, programme: Programme) -> Mapping[str, Amount]:
    """By kind of shop, within the months that are told together, so that nothing is left over."""
    totals: dict[str, Amount] = {}
    waiting: dict[str, Cell] = {}
    told = told_by_month(_cells(measured, programme.unit, SPENT))
    for page, cents in zip(pages, told, strict=True):
        for one in page:
            if (one.unit, one.measure) == (programme.unit, SPENT):
                waiting[one.category] = waiting.get(one.category, Cell()) + _cell(one)
        if cents is not None:
            for name, amount in told_by_part(waiting, OTHER).items():
                totals[name] = totals.get(name, 0) + amount
            waiting = {}
    return totals
