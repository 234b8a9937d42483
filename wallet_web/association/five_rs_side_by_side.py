"""The five R of all comuni side by side: ratios, and sums for each thousand people. With a warning.

Not here: one comune's whole report (`five_rs`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ledger.exports.tables import Kind
from ledger.reports.five_rs import FiveRs, five_rs
from ledger.reports.who_asks import ComuneRow, comuni
from wallet_web.association.console import HOME, Signed
from wallet_web.dependencies import Now, OpenLedger
from wallet_web.five_rs_page import chosen_span
from wallet_web.five_rs_targets import TARGETS, aims
from wallet_web.five_rs_view import hours_text, ratio_text
from wallet_web.languages import language_of, mark
from wallet_web.rendering import as_date, page
from wallet_web.tables import FORMATS, Column, Table, as_file

router = APIRouter(prefix="/associazione/cinque-r/confronto")
YEARS: Final = 5
THOUSAND: Final = 1_000


@dataclass(frozen=True, slots=True)
class Beside:
    """One comune's row: sums for each thousand people (cents, minutes), and its ratios in words."""

    slug: str
    name: str
    people: int
    spent: int
    discounts: int
    hours: int
    households: int
    unspent: str
    rate: str
    returned: str
    share: str


TABLE: Final = Table(
    "confronto",
    mark("I Comuni fianco a fianco"),
    (
        Column(mark("Comune"), Kind.WORDS, lambda one: one.name, lambda one: one.slug),
        Column(mark("Abitanti"), Kind.COUNT, lambda one: one.people),
        Column(mark("Famiglie con un buono, ogni mille"), Kind.COUNT, lambda one: one.households),
        Column(mark("Buoni spesi, ogni mille"), Kind.AMOUNT, lambda one: one.spent),
        Column(mark("Sconti, ogni mille"), Kind.AMOUNT, lambda one: one.discounts),
        Column(mark("Ore donate, ogni mille"), Kind.WORDS, lambda one: hours_text(one.hours)),
        Column(mark("Parte non usata"), Kind.WORDS, lambda one: one.unspent),
        Column(mark("Rigenerare"), Kind.WORDS, lambda one: one.rate),
        Column(mark("Rendere"), Kind.WORDS, lambda one: one.returned),
        Column(mark("Partecipazione"), Kind.WORDS, lambda one: one.share),
    ),
    mark("In questa rete non c’è ancora nessun Comune."),
)  # fmt: skip


@router.get("")
def side_by_side(request: Request, officer: Signed, ledger: OpenLedger, now: Now) -> Response:
    """All comuni in one period, as a page or a file."""
    span = chosen_span(request, now)
    reports = [
        (place, five_rs(ledger, span.begins, span.ends, place.slug)) for place in comuni(ledger)
    ]
    rows = [_row(place, report) for place, report in reports]
    language = language_of(request)
    targets = [one for place, report in reports for one in aims(report, language, place.name)]
    wanted = request.query_params.get("formato", "")
    if wanted in FORMATS:
        of_targets = request.query_params.get("tabella", "") == TARGETS.name
        table, told = (TARGETS, targets) if of_targets else (TABLE, rows)
        return as_file(request, table, told, wanted)
    this_year = as_date(now).year
    return page(
        request, "association/five_rs_side_by_side.html", officer=officer, span=span, table=TABLE,
        rows=rows, targets=targets, of_targets=TARGETS,
        years=range(this_year, this_year - YEARS, -1),
        whole=f"{HOME}/cinque-r?{span.address}&comune=",
    )  # fmt: skip


def _row(place: ComuneRow, report: FiveRs) -> Beside:
    told: Mapping[str, Any] = report.told()
    given, back = told["redistribuire"], told["rendere"]
    people = max(1, place.people)

    def each(much: int) -> int:
        return (much * THOUSAND * 2 + people) // (people * 2)

    return Beside(
        place.slug, place.name, place.people, each(given["spent"]["cents"]),
        each(back["fund"]["cents"] + back["bonus"]["cents"]), each(back["hours"]["minutes"]),
        each(given["households"]), ratio_text(given["unspent_share"], "percent"),
        ratio_text(told["rigenerare"]["rate"], "euro"), ratio_text(back["yield"], "euro"),
        ratio_text(told["responsabilizzare"]["share"], "percent"),
    )  # fmt: skip
