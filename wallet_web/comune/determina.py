"""A period's list as a PDF, in the reader's language. Not here: the print (`ledger.exports`)."""

from collections.abc import Mapping, Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from ledger.core.quantities import Instant
from ledger.exports.letters import Press
from ledger.exports.settlement_pdf import Payee, SettlementList, settlement_pdf
from ledger.reports.settlement_list import PeriodRow, SettlementLine
from wallet_web.comune.letters import as_pdf, in_words
from wallet_web.dependencies import Desk
from wallet_web.languages import language_of, mark, translations
from wallet_web.rendering import STATIC

LINES: Final[Mapping[str, str]] = {
    "of_comune": mark("Comune di"),
    "total": mark("Totale"),
    "page": mark("Pagina"),
    "footer": mark("Elenco per la liquidazione. Documento non fiscale"),
    "seal": mark("Sigillo del libro alla stampa:"),
    "signature": mark("Il responsabile del servizio"),
}
COLUMNS: Final = (
    mark("N."), mark("Negozio"), mark("Partita IVA"), mark("IBAN"), mark("Iniziativa"),
    mark("Spese"), mark("Da pagare"), mark("Mandato"),
)  # fmt: skip
TITLE: Final = mark("Elenco per la liquidazione")
PERIOD: Final = mark("Periodo")
CLOSED: Final = mark("Chiuso il")
CLOSED_BY: Final = mark("Chiuso da")
PRINTED: Final = mark("Stampato il")
STILL_OPEN: Final = mark("ancora aperto: l’elenco può cambiare")


def pdf_of(
    request: Request,
    desk: Desk,
    lines: Sequence[SettlementLine],
    closed: PeriodRow | None,
    *,
    period: int,
    now: Instant,
) -> Response:
    """The list of one period, to be signed and kept."""
    language = language_of(request)
    say = translations(language).gettext
    words: dict[str, str | list[str]] = {name: say(text) for name, text in LINES.items()}
    words["columns"] = [say(one) for one in COLUMNS]
    facts = [(say(PERIOD), closed.label if closed else f"{period}, {say(STILL_OPEN)}")]
    if closed:
        facts += [
            (say(CLOSED), in_words(closed.closed_at, language)),
            (say(CLOSED_BY), closed.closed_by),
        ]
    facts.append((say(PRINTED), in_words(now, language)))
    payees = tuple(
        Payee(
            one.shop_no, one.shop, one.vat_number, one.iban, one.programme, one.sales,
            one.owed_cents, one.number,
        )
        for one in lines
    )  # fmt: skip
    listed = SettlementList(say(TITLE), tuple(facts), payees, desk.book.head().root.hex())
    press = Press(desk.comune.name, language, words, STATIC / "vendor" / "paper", now)
    return as_pdf(settlement_pdf(press, listed), f"liquidazione-{period}")
