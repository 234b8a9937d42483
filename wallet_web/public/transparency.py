"""What anybody may see of a comune's money: totals, sources, kinds of shop, who saw the book grow.

Nobody signs in, nothing is written; each page and file may be kept by any cache for some minutes.
Numbers are those of whole months (docs/TRANSPARENCY.md), so they are counted once a month.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ledger import Ledger
from ledger.exports.open_data import Column, DataSet, Publisher, catalogue, csvw
from ledger.exports.tables import Cell, Kind, csv_for_programs
from ledger.reports.log_proofs import public_log
from ledger.reports.public_fund import public_fund
from ledger.reports.public_totals import PublicProgramme, month_of, public_totals
from ledger.reports.small_cells import FEWEST_FAMILIES, FEWEST_SHOPS
from ledger.reports.who_asks import ComuneRow, comuni
from wallet_web.dependencies import NamedComune, Now, OpenLedger
from wallet_web.languages import mark
from wallet_web.rendering import page

router = APIRouter(prefix="/trasparenza")
of_one = APIRouter(prefix="/{slug}")
KEPT: Final = "public, max-age=300"
TITLE: Final = "Denaro civico locale: totali per iniziativa"
Totals = tuple[PublicProgramme, ...]


@dataclass(frozen=True, slots=True)
class File:
    """One file of open data: its title, its columns and its rows."""

    title: str
    columns: tuple[Column, ...]
    rows: Callable[[Totals], Iterable[Sequence[Cell]]]


UNIT: Final = Column("iniziativa", Kind.WORDS, "Codice dell’iniziativa")
NAME: Final = Column("titolo", Kind.WORDS, "Titolo dell’iniziativa")
WAITS: Final = "Vuoto se riguarda troppo poche famiglie o negozi: è contato in un mese successivo."
FILES: Final = {
    "mesi.csv": File(
        mark("Totali per mese"),
        (
            UNIT,
            NAME,
            Column("mese", Kind.DAY, "Primo giorno del mese"),
            Column("emesso", Kind.AMOUNT, f"Euro assegnati alle famiglie. {WAITS}"),
            Column("speso", Kind.AMOUNT, f"Euro spesi nei negozi, meno i rimborsi. {WAITS}"),
            Column("tornato", Kind.AMOUNT, f"Euro non usati e tornati alla fonte. {WAITS}"),
            Column("donato", Kind.AMOUNT, f"Euro donati ad altre famiglie (sospesi). {WAITS}"),
        ),
        lambda totals: (
            (
                one.unit,
                one.title,
                month.first.isoformat(),
                month.issued,
                month.spent,
                month.returned,
                month.given_on,
            )
            for one in totals
            for month in one.months
        ),
    ),
    "negozi.csv": File(
        mark("Speso per tipo di negozio"),
        (
            UNIT,
            NAME,
            Column("tipo", Kind.WORDS, "Tipo di negozio; other: tipi con troppo pochi negozi"),
            Column("speso", Kind.AMOUNT, "Euro spesi, meno i rimborsi"),
        ),
        lambda totals: (
            (one.unit, one.title, kind, cents)
            for one in totals
            for kind, cents in sorted(one.categories.items())
        ),
    ),
    "fonti.csv": File(
        mark("Denaro per fonte"),
        (
            UNIT,
            NAME,
            Column("fonte", Kind.WORDS, "comune, state, region, donor, social_fund"),
            Column("impegnato", Kind.AMOUNT, "Euro impegnati con atto, meno le economie"),
        ),
        lambda totals: (
            (one.unit, one.title, source.kind, source.cents)
            for one in totals
            for source in one.sources
        ),
    ),
}


@router.get("")
def network(request: Request, ledger: OpenLedger, now: Now) -> Response:
    """All comuni side by side."""
    until = month_of(now)
    known = [(one, _totals(request, ledger, one, until)) for one in comuni(ledger)]
    made = page(
        request, "public/network_totals.html", comuni=known, until=until, fund=public_fund(ledger),
        **_rule(),
    )  # fmt: skip
    return _kept(request, made)


@router.get("/catalogo.jsonld")
def data_catalogue(request: Request, ledger: OpenLedger, now: Now) -> Response:
    """The catalogue of the open data of all comuni."""
    modified = month_of(now) - timedelta(days=1)
    sets = [_data_set(request, one, modified) for one in comuni(ledger)]
    told = catalogue(_address(request, "catalogo.jsonld"), TITLE, sets)
    return _kept(request, _json(told, "application/ld+json"))


@of_one.get("")
def one_comune(request: Request, place: NamedComune, ledger: OpenLedger, now: Now) -> Response:
    """One comune's programmes."""
    until = month_of(now)
    made = page(
        request,
        "public/comune_totals.html",
        comune=place,
        totals=_totals(request, ledger, place, until),
        until=until,
        log=public_log(ledger.book(place.slug)),
        files=FILES,
        **_rule(),
    )
    return _kept(request, made)


@of_one.get("/{name}")
def file(request: Request, place: NamedComune, ledger: OpenLedger, now: Now, name: str) -> Response:
    """A file of open data, or what its columns mean. Errors: 404."""
    asked = name.removesuffix("-metadata.json")
    if asked not in FILES:
        raise HTTPException(404)
    found = FILES[asked]
    if asked != name:
        told = csvw(asked, found.title, found.columns)
        return _kept(request, _json(told, "application/csvm+json"))
    totals = _totals(request, ledger, place, month_of(now))
    headings = [one.heading for one in found.columns]
    data = csv_for_programs(headings, found.rows(totals))
    attached = {"Content-Disposition": f'attachment; filename="{place.slug}-{name}"'}
    return _kept(request, Response(data, media_type="text/csv; charset=utf-8", headers=attached))


router.include_router(of_one)


def _totals(request: Request, ledger: Ledger, place: ComuneRow, until: date) -> Totals:
    """Counted at the first question of a month; they change with the month only."""
    counted: dict[int, tuple[date, Totals]] = request.app.state.public_totals
    kept = counted.get(place.book_no)
    if kept is None or kept[0] != until:
        kept = counted[place.book_no] = (until, public_totals(ledger, place.book_no, until=until))
    return kept[1]


def _rule() -> dict[str, int]:
    return {"families": FEWEST_FAMILIES, "shops": FEWEST_SHOPS}


def _data_set(request: Request, place: ComuneRow, modified: date) -> DataSet:
    home = _address(request, place.slug)
    files = tuple((one.title, f"{home}/{name}") for name, one in FILES.items())
    publisher = Publisher(place.name, place.issuer, home)
    title = f"{TITLE} – {place.name}"
    return DataSet(
        title, f"{title}. Mesi interi, senza dati personali.", publisher, modified, files
    )


def _address(request: Request, name: str) -> str:
    return f"{request.base_url}trasparenza/{name}"


def _json(told: dict[str, Any], kind: str) -> Response:
    return Response(json.dumps(told, ensure_ascii=False, indent=1), media_type=kind)


def _kept(request: Request, made: Response) -> Response:
    """With what lets caches keep it; a 304 to who has it already."""
    tag = f'"{sha256(bytes(made.body)).hexdigest()[:32]}"'
    headers = {"Cache-Control": KEPT, "ETag": tag, "Vary": "Accept-Language, Cookie"}
    asked = request.headers.get("if-none-match", "")
    if tag in [one.strip().removeprefix("W/") for one in asked.split(",")]:
        return Response(status_code=304, headers=headers)
    made.headers.update(headers)
    return made
