"""One 5R report, ready for a page or a file: whose it is, of which days, in which language.

Not here: who may ask for it; each audience's pages say so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ledger import Ledger
from ledger.core.quantities import Instant
from ledger.reports.five_rs import Asked, five_rs
from ledger.reports.outcomes import EndedAction, ended_actions
from ledger.reports.shops_by_kind import shops_by_kind
from wallet_web import five_rs_pictures, five_rs_view
from wallet_web.five_rs_paper import five_rs_paper
from wallet_web.five_rs_pictures import pictures
from wallet_web.five_rs_targets import Aim, aims
from wallet_web.five_rs_view import Line, Month, lines, months
from wallet_web.five_rs_words import LETTERS, Letter
from wallet_web.languages import language_of
from wallet_web.rendering import as_date
from wallet_web.spans import Span, span_of
from wallet_web.tables import FORMATS, Table, as_file


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of the report, by the names that templates use."""

    FIGURES: Table = five_rs_view.FIGURES
    TREND: Table = five_rs_view.TREND
    STREAMS: Table = five_rs_pictures.STREAMS
    SHOPS: Table = five_rs_pictures.SHOPS
    OUTCOMES: Table = five_rs_view.OUTCOMES


TABLES: Final = Tables()


@dataclass(frozen=True, slots=True)
class View:
    """What a page shows. `base`: where figures lead, with the period in it; `of`: whose it is."""

    span: Span
    unit: str
    lines: tuple[Line, ...]
    months: tuple[Month, ...]
    drawn: Mapping[str, Any]
    outcomes: tuple[EndedAction, ...]
    base: str
    of: str
    aims: Mapping[str, Aim]
    tables: Tables = TABLES

    @property
    def words(self) -> Mapping[str, Letter]:
        """What each R is called and asks, in their order."""
        return LETTERS

    @property
    def by_letter(self) -> dict[str, list[Line]]:
        """The lines of each R."""
        return {
            name: list(found) for name, found in groupby(self.lines, lambda one: one.letter)
        }  # fmt: skip


def chosen_span(request: Request, now: Instant) -> Span:
    """The period in the address. Errors: 400."""
    return span_of(request.query_params, as_date(now))


def five_rs_view_of(
    request: Request, ledger: Ledger, span: Span, place: tuple[str | None, str], base: str
) -> View:
    """The report of a comune (None: of the Rete) and of one programme of it (empty: of all).

    `base`: the address of what figures are made of. Errors: 404 for what is not there.
    """
    comune, unit = place
    before = span.year_before
    try:
        report = five_rs(ledger, span.begins, span.ends, comune, unit)
        earlier = five_rs(ledger, before.begins, before.ends, comune, unit)
    except LookupError:
        raise HTTPException(404) from None
    known = report.told(), earlier.told() if earlier.months else None
    found = months(report)
    drawn = pictures(report.streams, found, shops_by_kind(ledger, comune), language_of(request))
    of = f"iniziativa={unit}" if unit else f"comune={comune or ''}"
    ended = ended_actions(ledger, report.asked)
    targets = {one.letter: one for one in aims(report, language_of(request))}
    base = f"{base}?{span.address}&{of}"
    return View(span, unit, lines(*known), found, drawn, ended, base, of, targets)


def file_of(request: Request, view: View) -> Response | None:
    """One of its tables as a file, where one is asked for. Errors: 404 for no such table."""
    wanted = request.query_params.get("formato", "")
    if wanted not in FORMATS:
        return None
    rows: dict[str, tuple[Table, Sequence[Any]]] = {
        "": (view.tables.FIGURES, view.lines),
        "mesi": (view.tables.TREND, view.months),
        "flusso": (view.tables.STREAMS, view.drawn["streams"]),
        "negozi": (view.tables.SHOPS, view.drawn["shops"]),
        "esiti": (view.tables.OUTCOMES, view.outcomes),
    }
    table = request.query_params.get("tabella", "")
    if table not in rows:
        raise HTTPException(404)
    return as_file(request, *rows[table], wanted)


def asked_of(span: Span, comune: str | None, unit: str) -> Asked:
    """The same question, for what a figure is made of."""
    return Asked(span.begins, span.ends, comune, unit)


def paper_of(
    request: Request, ledger: Ledger, span: Span, comune: str | None, now: Instant
) -> Response:
    """The report as a PDF to keep."""
    data = five_rs_paper(ledger, span, comune, language_of(request), now=now)
    name = f"cinque-r-{comune or 'rete'}-{span.begins}-{span.ends}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type="application/pdf", headers=headers)
