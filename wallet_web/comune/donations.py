"""Donations of citizens and firms: the list by number, a new one, the receipt to give back.

Names are on the receipt alone, for who may help a family. Not here: the second person's yes
(`proposals`).
"""

from collections.abc import Mapping
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import new_id
from ledger.core.quantities import SECOND
from ledger.exports.donation_receipt import donation_receipt
from ledger.exports.letters import Press
from ledger.operations.record_donation import Donor, NewDonation, NoFiscalCode, propose_donation
from ledger.reports.donations import DonationRow, WhoGave, donations, who_gave
from ledger.reports.programme_page import programme_totals
from wallet_web import forms
from wallet_web.comune.donation_tables import DONATIONS
from wallet_web.comune.filters import an_id
from wallet_web.comune.letters import as_pdf, in_words
from wallet_web.comune.pages import listed, the_programme, whole
from wallet_web.dependencies import Allowed, Desk, Now, OpenLedger, SentForm, SignedOfficer
from wallet_web.languages import language_of, mark, translations
from wallet_web.outcomes import no_of, said_no
from wallet_web.permissions import Action
from wallet_web.rendering import STATIC, page

router = APIRouter(prefix="/comune/{slug}/donazioni")
MayFund = Annotated[Desk, Depends(Allowed(Action.FUND))]
MayHelp = Annotated[Desk, Depends(Allowed(Action.HELP))]
NO_CODE: Final = mark(
    "Il codice fiscale (o la partita IVA) non è giusto: controlla i 16 caratteri, o le 11 cifre."
)
RECEIPT: Final = mark("Ricevuta di donazione n. %(number)s")
PAPER: Final[Mapping[str, str]] = {
    "of_comune": mark("Comune di"),
    "amount": mark("Importo ricevuto:"),
    "nature": mark(
        "È una donazione in denaro, fatta per spirito di liberalità e senza nulla in cambio."
        " È stata assegnata per intero all’iniziativa indicata."
    ),
    "tax": mark(
        "Se e quanto si può detrarre o dedurre lo dice la legge: conserva anche la prova del"
        " pagamento (bonifico o altro mezzo tracciabile)."
    ),
    "leaf": mark("Impronta della registrazione nel libro:"),
    "signature": mark("Il responsabile del servizio"),
}
FACTS: Final = (
    mark("Ricevuta da"), mark("Codice fiscale o partita IVA"), mark("Indirizzo"),
    mark("Ricevuta il"), mark("Per"), mark("Scopo"), mark("Registrazione nel libro"),
)  # fmt: skip


@router.get("")
def all_donations(request: Request, desk: SignedOfficer, ledger: OpenLedger) -> Response:
    """The list, without names."""
    rows = donations(ledger, desk.book.book_no)
    return listed(request, desk, DONATIONS, whole(rows), "comune/donations.html")


@router.get("/nuova")
def new_donation(request: Request, desk: MayFund, ledger: OpenLedger) -> Response:
    """Ask who gave how much, when, and for what."""
    known = [one.programme for one in programme_totals(ledger, desk.book.book_no)]
    return page(
        request, "comune/donation_new.html", desk=desk, programmes=known, key=new_id(),
        no=no_of(request),
    )  # fmt: skip


@router.post("")
def record(desk: MayFund, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """Propose it under the next number; another person confirms."""
    found = the_programme(ledger, desk, form.get("iniziativa", ""))
    asked = NewDonation(
        found.programme.id, forms.amount(form, "importo"), forms.day(form, "giorno"),
        forms.words(form, "scopo"), gift_allowed=bool(form.get("dona")),
    )  # fmt: skip
    donor = Donor(
        forms.words(form, "codice"), forms.words(form, "nome"),
        forms.words(form, "indirizzo", needed=False),
    )  # fmt: skip
    key = forms.key(form)
    try:
        decision = propose_donation(
            ledger, desk.comune.slug, asked, donor, officer=desk.officer, key=key, now=now
        )
    except NoFiscalCode:
        raise forms.Unclear("codice", NO_CODE) from None
    if decision.accepted:
        return RedirectResponse(f"{desk.home}/proposte/{key}", status_code=303)
    return said_no(decision, f"{desk.home}/donazioni/nuova")


@router.get("/{donation_id}.pdf")
def receipt(request: Request, desk: MayHelp, donation_id: str, ledger: OpenLedger) -> Response:
    """The receipt of a confirmed donation. Errors: 404, also where who gave was erased."""
    wanted: UUID = an_id(donation_id)
    for one in donations(ledger, desk.book.book_no):
        if one.donation_id == wanted and one.leaf_hash is not None:
            donor = who_gave(ledger, desk.book.book_no, wanted)
            if donor is not None:
                return _printed(request, desk, one, donor)
    raise HTTPException(404)


def _printed(request: Request, desk: Desk, one: DonationRow, donor: WhoGave) -> Response:
    language = language_of(request)
    say = translations(language).gettext
    told = (
        donor.name, donor.fiscal_code, donor.address, in_words(one.received_on, language),
        one.programme, one.purpose, str(one.entry),
    )  # fmt: skip
    facts = [(say(name), text) for name, text in zip(FACTS, told, strict=True) if text]
    words = {name: say(text) for name, text in PAPER.items()}
    assert one.booked_at is not None
    assert one.leaf_hash is not None
    at = one.booked_at // SECOND * SECOND  # Printed again it is the same file.
    press = Press(desk.comune.name, language, words, STATIC / "vendor" / "paper", at)
    title = say(RECEIPT) % {"number": one.name}
    data = donation_receipt(press, title, facts, one.amount_cents, one.leaf_hash.hex())
    return as_pdf(data, f"donazione-{one.number}-{one.year}")
