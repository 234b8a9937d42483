"""The 5R of a comune as anybody may know them: whole months, each number with enough behind it.

What is issued and spent is what the public totals tell already, so that nothing can be found by
subtracting one page from the other. Discounts and hours are told as `small_cells` allows. Amounts
in cents, hours in minutes. Households are not told: the public totals do not tell them either.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.core.chart import CIRCUIT_BOOK
from ledger.core.circuit.five_rs import PUBLIC
from ledger.core.programmes import day_of, starts_at
from ledger.core.quantities import Amount
from ledger.reports.five_rs_moves import Counted, moves, people
from ledger.reports.public_totals import PublicProgramme
from ledger.reports.small_cells import Cell, told_by_month
from ledger.store.book import Ledger

CIRCUIT_MEASURES: Final = ("fund", "bonus", "hours")


@dataclass(frozen=True, slots=True)
class PublicMonth:
    """One month of a comune; None: too few are behind it, it is told with a later month.

    What is issued and spent adds up what is told of each programme.

    `public_spent`: of the programmes that public money alone pays. `waits`: whether anything does.
    """

    first: date
    waits: bool
    issued: Amount
    spent: Amount
    public_spent: Amount
    fund: Amount | None
    bonus: Amount | None
    hours: int | None


def public_months(
    ledger: Ledger, home: int, totals: Sequence[PublicProgramme], until: date
) -> tuple[PublicMonth, ...]:
    """A comune's months up to one that is not told yet (its first day), oldest first.

    `totals`: what `public_totals` tells of it up to the same day.
    """
    circuit = _circuit(ledger, home, until)
    firsts = sorted({month.first for one in totals for month in one.months} | circuit.keys())
    return tuple(_month(first, totals, circuit.get(first, {})) for first in firsts)


def _month(
    first: date, totals: Iterable[PublicProgramme], circuit: Mapping[str, int | None]
) -> PublicMonth:
    found = [(one, month) for one in totals for month in one.months if month.first == first]
    public = [month.spent for one, month in found if _is_public(one)]
    amounts = [circuit.get(name, 0) for name in CIRCUIT_MEASURES]
    waits = None in {
        *amounts,
        *(part for _one, month in found for part in (month.issued, month.spent)),
    }
    return PublicMonth(
        first,
        waits,
        _sum(month.issued for _one, month in found),
        _sum(month.spent for _one, month in found),
        _sum(public),
        *amounts,
    )


def _is_public(one: PublicProgramme) -> bool:
    return {source.kind for source in one.sources if source.cents} <= PUBLIC


def _sum(amounts: Iterable[Amount | None]) -> Amount:
    """What is told of them; what is not told yet comes with a later month."""
    return sum(amount or 0 for amount in amounts)


def _circuit(ledger: Ledger, home: int, until: date) -> Mapping[date, Mapping[str, int | None]]:
    """The circuit's measures of a comune by month, from its first month on."""
    books = {book.name: book.book_no for book in ledger.books()}
    if CIRCUIT_BOOK not in books:
        return {}
    found: dict[date, list[Counted]] = {}
    span = {"book_no": books[CIRCUIT_BOOK], "since": 0, "until": starts_at(until)}
    with ledger.reading() as db:
        for one in moves(db, CIRCUIT_BOOK, span, people(db)):
            if one.home == home and one.measure in CIRCUIT_MEASURES:
                found.setdefault(day_of(one.recorded_at).replace(day=1), []).append(one)
    told: dict[date, dict[str, int | None]] = {month: {} for month in sorted(found)}
    for measure in CIRCUIT_MEASURES:
        cells = [_cell(found[month], measure) for month in told]
        for month, amount in zip(told, told_by_month(cells), strict=True):
            told[month][measure] = amount
    return told


def _cell(month: Sequence[Counted], measure: str) -> Cell:
    """Of the fund's share too, the families are those whose discounts came with it."""
    mine = [one for one in month if one.measure == measure]
    is_hours = measure == "hours"
    behind = [one for one in month if (one.measure == "hours") is is_hours]
    families = {one.family for one in behind if one.family}
    shops = None if is_hours else len({one.shop for one in behind if one.shop})
    return Cell(sum(one.amount for one in mine), len(mine), len(families), shops)
