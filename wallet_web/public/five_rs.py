"""The five R as anybody may see them: of the Rete and of each comune, in whole months.

Nobody signs in. Numbers are those that may be told (docs/TRANSPARENCY.md); they are counted once a
month, as the public totals are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ledger import Ledger
from ledger.core.circuit.five_rs import PUBLIC, hours_in_cents, ratio
from ledger.exports.tables import Kind
from ledger.reports.public_five_rs import PublicMonth, public_months
from ledger.reports.public_totals import PublicProgramme, month_of, public_totals
from ledger.reports.shops_by_kind import shops_by_kind
from ledger.reports.small_cells import FEWEST_FAMILIES, FEWEST_SHOPS
from ledger.reports.who_asks import ComuneRow, comuni
from wallet_web import five_rs_view as view
from wallet_web.dependencies import Now, OpenLedger
from wallet_web.five_rs_pictures import SHOPS, shop_pictures, shops_table, trends
from wallet_web.five_rs_view import Month, hours_text, ratio_text
from wallet_web.five_rs_words import LETTERS
from wallet_web.languages import language_of, mark
from wallet_web.rendering import page
from wallet_web.tables import FORMATS, Column, Table, as_file

router = APIRouter(prefix="/cinque-r")
Told = tuple[tuple[PublicProgramme, ...], tuple[PublicMonth, ...]]


@dataclass(frozen=True, slots=True)
class PublicYear:
    """One comune's year (or the Rete's): what is told of it, added up. Cents, minutes."""

    slug: str
    name: str
    waits: bool
    issued: int
    spent: int
    public_spent: int
    fund: int
    bonus: int
    hours: int

    @property
    def rate(self) -> str:
        """How much of what was spent the circuit made anew."""
        return ratio_text(ratio(self.fund, self.spent), "euro")

    @property
    def returned(self) -> str:
        """What came back for each public euro."""
        back = hours_in_cents(self.hours) + self.fund + self.bonus
        return ratio_text(ratio(back, self.public_spent), "euro")


COMUNI: Final = Table(
    "cinque-r",
    mark("Le cinque R per Comune"),
    (
        Column(mark("Comune"), Kind.WORDS, lambda one: one.name, lambda one: f"/{one.slug}"),
        Column(mark("Buoni emessi"), Kind.AMOUNT, lambda one: one.issued),
        Column(mark("Buoni spesi nei negozi"), Kind.AMOUNT, lambda one: one.spent),
        Column(mark("Al Fondo Sociale"), Kind.AMOUNT, lambda one: one.fund),
        Column(mark("Sconti alle famiglie"), Kind.AMOUNT, lambda one: one.bonus),
        Column(mark("Ore donate"), Kind.WORDS, lambda one: hours_text(one.hours)),
        Column(mark("Rigenerare"), Kind.WORDS, lambda one: one.rate),
        Column(mark("Rendere"), Kind.WORDS, lambda one: one.returned),
    ),
    mark("In questo anno non c’è ancora nulla che si possa dire."),
)  # fmt: skip
TREND: Final = Table(  # What is committed has no month here.
    "cinque-r-mesi", view.TREND.title, (view.TREND.columns[0], *view.TREND.columns[2:]),
    view.TREND.empty,
)  # fmt: skip
SOURCES: Final = frozenset({*PUBLIC, "donor"})  # What comes from outside; the fund does not.


@router.get("")
def network(request: Request, ledger: OpenLedger, now: Now, anno: str = "") -> Response:
    """All comuni side by side, in one year."""
    return _shown(request, ledger, month_of(now), (anno, ""))


@router.get("/{slug}")
def one_comune(
    request: Request, ledger: OpenLedger, now: Now, slug: str, anno: str = ""
) -> Response:
    """One comune's year. Errors: 404."""
    return _shown(request, ledger, month_of(now), (anno, slug))


def _shown(request: Request, ledger: Ledger, until: date, asked: tuple[str, str]) -> Response:
    places = [one for one in comuni(ledger) if asked[1] in {"", one.slug}]
    if asked[1] and not places:
        raise HTTPException(404)
    told = [(place, _told(request, ledger, place, until)) for place in places]
    years = sorted({month.first.year for _place, (_t, found) in told for month in found})
    year = _year(asked[0], years, until)
    rows = [_year_of(place, found, year) for place, (_totals, found) in told]
    wanted = request.query_params.get("formato", "")
    if wanted in FORMATS:
        return as_file(request, COMUNI, rows, wanted)
    months = _months([found for _place, (_totals, found) in told], year)
    collected = _collected([totals for _place, (totals, _found) in told])
    language, there = language_of(request), shops_by_kind(ledger, asked[1])
    made = page(
        request, "public/five_rs.html", rows=rows, table=COMUNI, years=years[::-1], year=year,
        until=until, place=places[0] if asked[1] else None, letters=LETTERS, hours=hours_text,
        drawn=trends(months, language), collected=collected, months=months,
        trend=TREND, tiles=shop_pictures(there, language), of_shops=SHOPS,
        shops_there=shops_table(there),
        families=FEWEST_FAMILIES, shops=FEWEST_SHOPS,
        whole=PublicYear("", "", any(one.waits for one in rows), *_sums(rows)),
    )  # fmt: skip
    made.headers["Cache-Control"] = "public, max-age=300"
    made.headers["Vary"] = "Accept-Language, Cookie"
    return made


def _year(text: str, years: Sequence[int], until: date) -> int:
    if text and not (text.isascii() and text.isdigit() and len(text) == 4):  # noqa: PLR2004 -- digits of a year.
        raise HTTPException(400)
    return int(text) if text else (years[-1] if years else until.year)


def _told(request: Request, ledger: Ledger, place: ComuneRow, until: date) -> Told:
    """Counted at the first question of a month; it changes with the month only."""
    counted: dict[tuple[str, int], tuple[date, Told]] = request.app.state.public_five_rs
    kept = counted.get((place.slug, place.book_no))
    if kept is None or kept[0] != until:
        totals = public_totals(ledger, place.book_no, until=until)
        found = public_months(ledger, place.book_no, totals, until)
        kept = counted[place.slug, place.book_no] = (until, (totals, found))
    return kept[1]


MEASURES: Final = ("issued", "spent", "public_spent", "fund", "bonus", "hours")


def _year_of(place: ComuneRow, found: Sequence[PublicMonth], year: int) -> PublicYear:
    mine = [one for one in found if one.first.year == year]
    sums = [sum(getattr(one, name) or 0 for one in mine) for name in MEASURES]
    return PublicYear(place.slug, place.name, any(one.waits for one in mine), *sums)


def _sums(rows: Sequence[PublicYear]) -> list[int]:
    return [sum(getattr(one, name) for one in rows) for name in MEASURES]


def _months(told: Sequence[Sequence[PublicMonth]], year: int) -> list[Month]:
    """Month by month, of all that is told; what is collected has no month here."""
    sums: dict[date, list[int]] = {}
    for one in (one for found in told for one in found if one.first.year == year):
        month = sums.setdefault(one.first, [0, 0, 0, 0])
        fund, hours = one.fund or 0, one.hours or 0
        back = hours_in_cents(hours) + fund + (one.bonus or 0)
        for at, amount in enumerate((one.spent, fund, back, hours)):
            month[at] += amount
    return [Month(first, 0, *sums[first]) for first in sorted(sums)]


def _collected(told: Sequence[Sequence[PublicProgramme]]) -> dict[str, int]:
    """Committed by acts since the beginning, by kind of source."""
    sums: dict[str, int] = {}
    for source in (source for totals in told for one in totals for source in one.sources):
        if source.kind in SOURCES:
            sums[source.kind] = sums.get(source.kind, 0) + source.cents
    return sums
