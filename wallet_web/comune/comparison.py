"""Two calls or programmes on the same figures: ours, or one that another comune gave us as a file.

What is shown is what a file would tell, with too small cells left out, so both sides are alike.
Not here: how figures are found (`ledger.reports.call_indicators`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ledger.core.indicators import Band, Indicators
from ledger.core.quantities import Amount
from ledger.exports.practices import NotPublished, figures_file
from ledger.exports.tables import Kind
from ledger.operations.take_practice import told_in
from ledger.reports.call_indicators import call_indicators, programme_indicators
from ledger.reports.calls_page import call_boards
from ledger.reports.practices import shared_file, shared_files
from ledger.reports.programme_page import programme_totals
from ledger.reports.small_cells import FEWEST_FAMILIES, FEWEST_SHOPS
from wallet_web.comune.calls import the_call
from wallet_web.comune.filters import an_id
from wallet_web.comune.pages import the_programme
from wallet_web.comune.practices import as_json_file
from wallet_web.dependencies import Allowed, Desk, Now, OpenLedger, SignedOfficer
from wallet_web.languages import mark
from wallet_web.permissions import Action
from wallet_web.practice_words import FIGURES
from wallet_web.rendering import as_date, page
from wallet_web.tables import FORMATS, Column, Table, as_file

router = APIRouter(prefix="/comune/{slug}/confronto")
MayPrepare = Annotated[Desk, Depends(Allowed(Action.PREPARE))]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: its name in addresses, its page below the console, its figures."""

    name: str
    page: str
    told: Indicators


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator on both sides; None: not told, or there is none."""

    name: str
    first: int | None
    second: int | None
    pages: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Group:
    """One group of one side; `side` counts from 0."""

    side: int
    comune: str
    title: str
    page: str
    band: Band


def _sides(kind: Kind) -> tuple[Column, ...]:
    return (
        Column(mark("Indicatore"), Kind.WORDS, lambda one: one.name, words="figure"),
        Column(mark("A"), kind, lambda one: one.first, lambda one: one.pages[0]),
        Column(mark("B"), kind, lambda one: one.second, lambda one: one.pages[1]),
    )


NONE: Final = mark("Nessun dato che si possa dire.")
COUNTS: Final = Table(
    "indicatori-conteggi", mark("Domande, famiglie, negozi"), _sides(Kind.COUNT), NONE
)
AMOUNTS: Final = Table("indicatori-importi", mark("Importi"), _sides(Kind.AMOUNT), NONE)
SHARES: Final = Table("indicatori-quote", mark("Quote, in percento"), _sides(Kind.COUNT), NONE)


def _groups(name: str, title: str, bounds: Kind) -> Table:
    return Table(
        name,
        title,
        (
            Column(mark("Comune"), Kind.WORDS, lambda one: one.comune),
            Column(mark("Bando o iniziativa"), Kind.WORDS, lambda one: one.title),
            Column(mark("Da"), bounds, lambda one: one.band.over),
            Column(mark("Fino a"), bounds, lambda one: one.band.upto),
            Column(mark("Domande"), Kind.COUNT, lambda one: one.band.applications, _page_of),
            Column(mark("Ammesse"), Kind.COUNT, lambda one: one.band.admitted, _page_of),
            Column(mark("Totale"), Kind.AMOUNT, lambda one: one.band.cents, _page_of),
            Column(mark("In media"), Kind.AMOUNT, lambda one: one.band.mean_cents, _page_of),
        ),
        mark("Troppo poche domande per dirlo per gruppi."),
    )


def _page_of(row: Any) -> str:  # noqa: ANN401 -- a group.
    return str(row.page)


BY_INDICATOR: Final = _groups("indicatori-fasce", mark("Per fascia dell’indicatore"), Kind.AMOUNT)
BY_MEMBERS: Final = _groups("indicatori-componenti", mark("Per numero di componenti"), Kind.COUNT)


@router.get("")
def comparison(  # noqa: PLR0917 -- both sides, by whom, when.
    request: Request, desk: SignedOfficer, ledger: OpenLedger, now: Now, a: str = "", b: str = ""
) -> Response:
    """Two sides on the same figures; one alone shows its own."""
    sides = [side(ledger, desk, name, now) for name in (a, b) if name]
    tables = tables_of(sides)
    wanted, which = request.query_params.get("formato", ""), request.query_params.get("tabella")
    if wanted in FORMATS and which in tables:
        return as_file(request, *tables[which], wanted)
    return page(
        request, "comune/comparison.html", desk=desk, sides=sides, tables=tables, names=FIGURES,
        choices=list(subjects(ledger, desk)), chosen={"a": a, "b": b},
        fewest=(FEWEST_FAMILIES, FEWEST_SHOPS),
    )  # fmt: skip


@router.get("/indicatori")
def give(desk: MayPrepare, ledger: OpenLedger, now: Now, di: str = "") -> Response:
    """The figures of one side as a signed file, for another comune to compare with."""
    one = side(ledger, desk, di, now)
    if di.startswith("file:"):
        raise HTTPException(404)  # Another comune's figures are its own to give.
    try:
        data = figures_file(desk.book, one.told)
    except NotPublished:
        raise HTTPException(404) from None
    return as_json_file(data, f"indicatori-{desk.comune.slug}")


def subjects(ledger: OpenLedger, desk: Desk) -> Iterator[tuple[str, str]]:
    """What can be compared, as the choices of a form: ours, then what others gave."""
    no = desk.book.book_no
    for board in call_boards(ledger, no):
        yield f"bando:{board.call.call_id}", f"{board.call.title} ({board.call.round})"
    for total in programme_totals(ledger, no):
        yield f"iniziativa:{total.programme.unit}", total.programme.title
    for one in shared_files(ledger, no):
        if one.kind == "figures":
            yield f"file:{one.practice_id}", f"{one.comune}: {one.title}, {one.day}"


def side(ledger: OpenLedger, desk: Desk, name: str, now: Now) -> Side:
    """One side by its name in the address. Errors: 404."""
    kind, _, which = name.partition(":")
    day, no = as_date(now), desk.book.book_no
    if kind == "bando":
        call = the_call(ledger, desk, which)
        told = the_programme(ledger, desk, call.fund.unit).programme
        made = call_indicators(ledger, desk.comune, told, call, day=day)
        return Side(name, f"/bandi/{which}", made)
    if kind == "iniziativa":
        told = the_programme(ledger, desk, which).programme
        calls = [one for one in call_boards(ledger, no) if one.call.programme_id == told.id]
        made = programme_indicators(ledger, desk.comune, told, calls, day=day)
        return Side(name, f"/iniziative/{which}", made)
    found = shared_file(ledger, no, an_id(which))
    given = told_in(found[1]) if found else None
    if kind != "file" or not isinstance(given, Indicators):
        raise HTTPException(404)
    return Side(name, "/pratiche", given)


def tables_of(sides: Sequence[Side]) -> dict[str, tuple[Table, Sequence[Any]]]:
    """What is compared, by the name of each table."""
    if not sides:
        return {}
    pages = sides[0].page, sides[-1].page
    pair = [one.told for one in sides] + ([sides[0].told] if len(sides) == 1 else [])
    alone = len(sides) == 1

    def rows(*names: str) -> list[Figure]:
        found = [(name, [figure(told, name) for told in pair]) for name in names]
        return [
            Figure(name, first, None if alone else second, pages)
            for name, (first, second) in found
            if first is not None or (second is not None and not alone)
        ]

    return {
        "conteggi": (
            COUNTS,
            rows("received", "complete", "admitted", "families", "shops", "days_to_first_voucher"),
        ),
        "importi": (AMOUNTS, rows("committed", "given", "spent", "returned", "left", "mean")),
        "quote": (SHARES, rows("share_given", "share_spent")),
        "fasce": (BY_INDICATOR, _of_groups(sides, "by_indicator")),
        "componenti": (BY_MEMBERS, _of_groups(sides, "by_members")),
    }


def figure(told: Indicators, name: str) -> int | Amount | None:
    """One indicator of one side."""
    derived = {
        "left": told.left_cents,
        "mean": told.mean_cents,
        "share_given": told.share("given", "committed"),
        "share_spent": told.share("spent", "given"),
    }
    return derived[name] if name in derived else told.counts.get(name, told.cents.get(name))


def _of_groups(sides: Sequence[Side], which: str) -> list[Group]:
    return [
        Group(at, one.told.comune, one.told.title, one.page, band)
        for at, one in enumerate(sides)
        for band in getattr(one.told, which)
    ]
