"""What a figure of the 5R report is made of, as a page or a file: by book, and entry by entry."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ledger import Ledger
from ledger.core.chart import CIRCUIT_BOOK
from ledger.exports.tables import Kind
from ledger.reports.five_rs import Asked
from ledger.reports.five_rs_entries import CountedEntry, made_of
from wallet_web.five_rs_view import hours_text
from wallet_web.languages import mark
from wallet_web.rendering import page
from wallet_web.tables import FORMATS, PAGE, Column, Table, as_file

WORDS: Final = {
    "issued": "issued", "spent": "spent", "public_spent": "public_spent", "fund": "fund",
    "bonus": "bonus", "discounts": "discounts", "donated": "social_fund_donations",
    "hours": "hours", "ended": "ended_cents", "unspent": "unspent_cents",
}  # fmt: skip
IN_MINUTES: Final = "hours"
NOTHING: Final = mark("In questo periodo non c’è nessuna registrazione.")


def name_of(figure: str) -> str:
    """The line of the report that a figure stands in."""
    return WORDS.get(figure) or figure.removeprefix("funding-")


def table_of(figure: str, link: Callable[[Any], str]) -> Table:
    """Entries of a figure; `link`: where each leads."""
    much = (
        Column(mark("Ore"), Kind.WORDS, lambda one: hours_text(one.amount), link)
        if figure == IN_MINUTES
        else Column(mark("Conta per"), Kind.AMOUNT, lambda one: one.amount, link)
    )
    return Table(
        f"cinque-r-{figure}",
        mark("Registrazioni"),
        (
            Column(mark("N."), Kind.COUNT, lambda one: one.log_index, link),
            Column(mark("Registrato il"), Kind.MOMENT, lambda one: one.recorded_at, link),
            Column(mark("Operazione"), Kind.WORDS, lambda one: one.entry, words="entry"),
            Column(mark("Iniziativa"), Kind.WORDS, lambda one: one.title),
            Column(mark("Negozio"), Kind.WORDS, lambda one: one.shop),
            much,
        ),
        NOTHING,
    )


@dataclass(frozen=True, slots=True)
class Below:
    """Who looks: the template's layout, where the report is, and whose entries may be seen.

    `home`: where entries of a book begin, by the book; no entry of another book is shown.
    """

    template: str
    report: str
    home: dict[str, str]


def entries_page(
    request: Request,
    ledger: Ledger,
    asked: Asked,
    below: Below,
    **values: Any,  # noqa: ANN401
) -> Response:
    """The figure's sum by book, and its entries in the book that is chosen (`libro`).

    Errors: 404 for no such figure.
    """
    figure = request.query_params.get("voce", "")
    try:
        found = made_of(ledger, asked, figure)
    except LookupError:
        raise HTTPException(404) from None
    seen = [book for book in found.books if book in below.home]
    book = request.query_params.get("libro", "") or (seen[0] if seen else "")
    if book and book not in below.home:
        raise HTTPException(404)

    def link(one: CountedEntry) -> str:
        return f"{below.home[one.book]}/registrazioni/{one.log_index}"

    table, rows = table_of(figure, link), found.entries.get(book, [])
    wanted = request.query_params.get("formato", "")
    if wanted in FORMATS:
        return as_file(request, table, rows, wanted)
    at = _page_of(request)
    shown = rows[(at - 1) * PAGE : at * PAGE]
    more = at * PAGE < len(rows)
    return page(
        request, below.template, table=table, rows=shown, found=found, book=book, seen=seen,
        figure=name_of(figure), minutes=figure == IN_MINUTES, asked=asked, hours=hours_text,
        circuit=CIRCUIT_BOOK, report=below.report,
        following=str(request.url.include_query_params(pagina=at + 1)) if more else "", **values,
    )  # fmt: skip


def _page_of(request: Request) -> int:
    text = request.query_params.get("pagina", "1")
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 10**6):
        raise HTTPException(400)
    return int(text)
