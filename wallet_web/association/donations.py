"""Donations to the Fondo Sociale: a new one, and the receipt to give back.

Names are on the receipt alone. Not here: the second person's yes, and the list (`money`).
"""

from collections.abc import Mapping
from typing import Final

from babel.dates import format_date
from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ledger import EntryKind, new_id
from ledger.core.chart import CIRCUIT_BOOK
from ledger.core.quantities import SECOND
from ledger.exports.donation_receipt import donation_receipt
from ledger.exports.letters import Press
from ledger.operations.give_to_fund import Donor, FundGift, NoFiscalCode, give_to_fund
from ledger.reports.circuit_moves import MoveRow, circuit_moves
from ledger.reports.donations import WhoGave, who_gave
from wallet_web import forms
from wallet_web.association.console import Signed
from wallet_web.dependencies import Now, OpenLedger, SentForm
from wallet_web.languages import language_of, locale, mark, translations
from wallet_web.outcomes import no_of, said_no
from wallet_web.rendering import STATIC, as_date, page

router = APIRouter(prefix="/associazione/donazioni")
HERE: Final = "/associazione/donazioni"
NO_CODE: Final = mark(
    "Il codice fiscale (o la partita IVA) non è giusto: controlla i 16 caratteri, o le 11 cifre."
)
WHOSE: Final = mark("Fondo Sociale dei Comuni Amici della Famiglia")
PAPER: Final[Mapping[str, str]] = {
    "of_comune": mark("Donazione al"),
    "amount": mark("Importo ricevuto:"),
    "nature": mark(
        "È una donazione in denaro, fatta per spirito di liberalità e senza nulla in cambio. Va"
        " per intero al Fondo Sociale, che finanzia le iniziative dei Comuni della Rete."
    ),
    "tax": mark(
        "Se e quanto si può detrarre o dedurre lo dice la legge: conserva anche la prova del"
        " pagamento (bonifico o altro mezzo tracciabile)."
    ),
    "leaf": mark("Impronta della registrazione nel libro:"),
    "signature": mark("Per l’associazione"),
}
RECEIPT: Final = mark("Ricevuta di donazione n. %(number)s")
FACTS: Final = (
    mark("Ricevuta da"), mark("Codice fiscale o partita IVA"), mark("Indirizzo"),
    mark("Ricevuta il"), mark("Scopo"), mark("Registrazione nel libro"),
)  # fmt: skip


@router.get("")
def new_donation(request: Request, officer: Signed, ledger: OpenLedger) -> Response:
    """Ask who gave how much and when; and the receipts of what was confirmed."""
    given = [one for one in circuit_moves(ledger).all if one.kind == EntryKind.DONATION]
    return page(
        request, "association/donations.html", officer=officer, given=given, key=new_id(),
        no=no_of(request),
    )  # fmt: skip


@router.post("")
def record(officer: Signed, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """Propose it under the next number; another person confirms."""
    asked = FundGift(
        forms.amount(form, "importo"), forms.day(form, "giorno"), forms.words(form, "scopo")
    )
    donor = Donor(
        forms.words(form, "codice"), forms.words(form, "nome"),
        forms.words(form, "indirizzo", needed=False),
    )  # fmt: skip
    try:
        done = give_to_fund(ledger, asked, donor, officer=officer, key=forms.key(form), now=now)
    except NoFiscalCode:
        raise forms.Unclear("codice", NO_CODE) from None
    return said_no(done, HERE)


@router.get("/{donation_id}.pdf")
def receipt(request: Request, officer: Signed, donation_id: str, ledger: OpenLedger) -> Response:
    """The receipt of a confirmed donation. Errors: 404, also where who gave was erased."""
    assert officer.role
    for one in circuit_moves(ledger).all:
        if str(one.proposal_id) == donation_id and one.outcome == "confirmed":
            donor = who_gave(ledger, ledger.book(CIRCUIT_BOOK).book_no, one.proposal_id)
            if donor is not None:
                return _printed(request, one, donor)
    raise HTTPException(404)


def _printed(request: Request, one: MoveRow, donor: WhoGave) -> Response:
    language = language_of(request)
    say = translations(language).gettext
    assert one.ended_at is not None
    assert one.leaf_hash is not None
    day = format_date(as_date(one.act_dated), format="long", locale=locale(language))
    told = (
        donor.name, donor.fiscal_code, donor.address, day, one.reason, str(one.log_index),
    )  # fmt: skip
    facts = [(say(name), text) for name, text in zip(FACTS, told, strict=True) if text]
    words = {name: say(text) for name, text in PAPER.items()}
    at = one.ended_at // SECOND * SECOND  # Printed again it is the same file.
    press = Press(say(WHOSE), language, words, STATIC / "vendor" / "paper", at)
    title = say(RECEIPT) % {"number": one.act_number.removeprefix("Donazione ")}
    data = donation_receipt(press, title, facts, one.amount_cents, one.leaf_hash.hex())
    headers = {"Content-Disposition": 'attachment; filename="donazione.pdf"'}
    return Response(data, media_type="application/pdf", headers=headers)
