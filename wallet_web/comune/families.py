"""A family at the desk: found by fiscal code or family code, helped with its code, PIN and slips.

Names are shown here and nowhere else on the console, to who may help only; no address holds one.
Not here: lists of families (`batches`).
"""

from typing import Annotated, Final, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import AccountId, Decision, new_id
from ledger.core.programmes import CATEGORIES
from ledger.exports.letters import family_letters, pin_letters, slip_sheets
from ledger.operations.change_by_two import RECALL, Change
from ledger.operations.issue_credential import issue_slip_codes, replace_family_code, unlock_pin
from ledger.operations.issue_vouchers import SlipOrder, issue_slips
from ledger.operations.sign_in import calling_officer, sign_in_officer, sign_out
from ledger.reports.family_desk import DeskFamily, desk_family, find_family
from ledger.reports.family_page import family_vouchers
from ledger.reports.letters_to_print import letters_to_print, slips_to_print
from ledger.reports.programme_page import every_fund
from ledger.reports.shop_statement import shop_numbers
from ledger.reports.who_asks import OfficerRow
from wallet_web import forms
from wallet_web.comune.filters import an_id
from wallet_web.comune.letters import as_pdf, letter, press_of, slip_paper
from wallet_web.comune.proposals import proposed
from wallet_web.dependencies import Allowed, Desk, Now, OpenLedger, SentForm
from wallet_web.languages import language_of, mark
from wallet_web.outcomes import no_of, said_no
from wallet_web.permissions import Action
from wallet_web.person_pack import as_pack, own_data
from wallet_web.rendering import page

router = APIRouter(prefix="/comune/{slug}/famiglie")
MayHelp = Annotated[Desk, Depends(Allowed(Action.HELP))]
MayIssue = Annotated[Desk, Depends(Allowed(Action.ISSUE))]
MayRecall = Annotated[Desk, Depends(Allowed(Action.RECALL))]
MOST_SLIPS: Final = 200
T = TypeVar("T")
NOT_THEY: Final = mark("Il nome o la password del secondo operatore non sono giusti.")
NO_SHOP: Final = mark("Nella Rete non c’è un negozio con questo numero.")
TOO_MANY: Final = mark("Scrivi quanti tagliandi: da 1 a 200.")


@router.get("")
def search(request: Request, desk: MayHelp) -> Response:
    """Ask whom it is about."""
    return page(request, "comune/families.html", desk=desk, unknown=False, switched=None)


@router.post("")
def find(request: Request, desk: MayHelp, ledger: OpenLedger, form: SentForm) -> Response:
    """Find a family; what was typed is not written back, nor into an address."""
    found = find_family(ledger, desk.book.book_no, forms.words(form, "chi"))
    if found is None:
        return page(
            request, "comune/families.html", status_code=404, desk=desk, unknown=True, switched=None
        )
    return RedirectResponse(f"{desk.home}/famiglie/{found}", status_code=303)


def the_family(ledger: OpenLedger, desk: Desk, family_id: str) -> DeskFamily:
    """One family of this comune. Errors: 404."""
    no, wanted = desk.book.book_no, an_id(family_id)
    found = desk_family(ledger, no, wanted, named=desk.names_shown)
    if found is None:
        raise HTTPException(404)
    return found


@router.get("/{family_id}")
def one_family(
    request: Request, desk: MayHelp, family_id: str, ledger: OpenLedger, now: Now
) -> Response:
    """One family: its code, its vouchers and slips, and what can be done for it."""
    found, no = the_family(ledger, desk, family_id), desk.book.book_no
    vouchers = family_vouchers(ledger, no, found.family_id, now=now)
    return page(
        request, "comune/family.html", desk=desk, one=found, vouchers=vouchers,
        funds=every_fund(ledger, no), categories=CATEGORIES, no=no_of(request),
        key=new_id(), keys=[new_id() for _ in vouchers], most=MOST_SLIPS,
    )  # fmt: skip


@router.post("/{family_id}/codice")
def replace_code(desk: MayHelp, family_id: str, ledger: OpenLedger, now: Now) -> Response:
    """A lost code: it stops at once, and a new one can be printed."""
    found = the_family(ledger, desk, family_id)
    replace_family_code(ledger, desk.comune.slug, found.family_id, now=now)
    return RedirectResponse(f"{desk.home}/famiglie/{found.family_id}", status_code=303)


@router.post("/{family_id}/sblocca")
def unlock(desk: MayHelp, family_id: str, ledger: OpenLedger) -> Response:
    """Let a family try its PIN again."""
    found = the_family(ledger, desk, family_id)
    if found.credential is None:
        raise HTTPException(404)
    unlock_pin(ledger, found.credential.id)
    return RedirectResponse(f"{desk.home}/famiglie/{found.family_id}", status_code=303)


@router.get("/{family_id}/foglio.pdf")
def sheet(
    request: Request, desk: MayHelp, family_id: str, ledger: OpenLedger, now: Now
) -> Response:
    """The family's sheet, without its PIN."""
    found = the_family(ledger, desk, family_id)
    letters = letters_to_print(ledger, desk.comune.issuer, desk.book.book_no, [found.family_id])
    made = [letter(one, language_of(request)) for one in letters]
    return as_pdf(family_letters(press_of(request, desk, now), _some(made)), "foglio")


@router.get("/{family_id}/pin.pdf")
def pin_sheet(
    request: Request, desk: MayHelp, family_id: str, ledger: OpenLedger, now: Now
) -> Response:
    """The family's PIN, on a sheet of its own."""
    found = the_family(ledger, desk, family_id)
    letters = letters_to_print(ledger, desk.comune.issuer, desk.book.book_no, [found.family_id])
    made = [letter(one, language_of(request)) for one in letters]
    return as_pdf(pin_letters(press_of(request, desk, now), _some(made)), "pin")


def _some(papers: list[T]) -> list[T]:
    """What is to be printed. Errors: 404 where there is nothing."""
    if not papers:
        raise HTTPException(404)
    return papers


@router.get("/{family_id}/dati.zip")
def data_file(
    request: Request, desk: MayHelp, family_id: str, ledger: OpenLedger, now: Now
) -> Response:
    """All that the comune holds about a family, for who asks for it at the desk (GDPR art. 15)."""
    found, no = the_family(ledger, desk, family_id), desk.book.book_no
    told = own_data(ledger, no, found.family_id, comune=desk.comune.name, now=now)
    return as_pack(told, language_of(request))


@router.post("/{family_id}/buoni/{voucher_id}/revoca")
def recall(  # noqa: PLR0917 -- who, what, by whom, when.
    desk: MayRecall, family_id: str, voucher_id: str, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Propose to take one of a family's vouchers back to its source."""
    found, wanted = the_family(ledger, desk, family_id), an_id(voucher_id)
    owned = family_vouchers(ledger, desk.book.book_no, found.family_id, now=now)
    if wanted not in {one.id for one in owned}:
        raise HTTPException(404)
    change = Change(RECALL, wanted)
    return proposed(desk, change, form, now, f"{desk.home}/famiglie/{found.family_id}")


@router.post("/{family_id}/tagliandi")
def give_slips(  # noqa: PLR0917 -- who, for whom, by whom, when.
    request: Request, desk: MayIssue, family_id: str, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Issue slips for a family, signed by a second officer too; sent twice, made once."""
    found = the_family(ledger, desk, family_id)
    order = slip_order(ledger, desk, form, found.family_id)
    slug, approver = desk.comune.slug, second_officer(request, desk, form, now)
    decisions = issue_slips(ledger, slug, order, officer=desk.officer, approver=approver, now=now)
    made = [(one.transfers[0].credit, order.face_cents) for one in decisions if one.accepted]
    issue_slip_codes(ledger, desk.comune.slug, made, now=now)
    return said_no(_worst(decisions), f"{desk.home}/famiglie/{found.family_id}")


def second_officer(request: Request, desk: Desk, form: forms.Form, now: Now) -> OfficerRow:
    """Who signs beside the one at the desk, by their own password. Errors: `Unclear`.

    Whether they may, and are another person, the verb decides and the book remembers.
    """
    ledger, guesses = desk.book.ledger, request.app.state.guesses
    name, password = form.get("secondo", ""), form.get("password", "")
    if guesses.are_too_many(request):
        raise forms.Unclear("secondo", NOT_THEY)
    opened = sign_in_officer(ledger, desk.comune.slug, name, password, now=now)
    found = None if opened is None else calling_officer(ledger, opened.token, now=now)
    if opened is None or found is None:
        guesses.count(request)
        raise forms.Unclear("secondo", NOT_THEY)
    sign_out(ledger, opened.token)
    return found


def slip_order(ledger: OpenLedger, desk: Desk, form: forms.Form, family: UUID) -> SlipOrder:
    """What a form orders. Errors: `Unclear`."""
    fund = AccountId(forms.an_id(form, "fonte"))
    programmes = {one.fund: one.programme_id for one in every_fund(ledger, desk.book.book_no)}
    if fund not in programmes:
        raise forms.Unclear("fonte", forms.ODD)
    count = forms.number(form, "quanti")
    if not 0 < count <= MOST_SLIPS:
        raise forms.Unclear("quanti", TOO_MANY)
    kinds = ",".join(one for one in CATEGORIES if form.get(f"tipo-{one}"))
    return SlipOrder(
        forms.an_id(form, "chiave"), programmes[fund], fund, family,
        forms.amount(form, "valore"), count, kinds, _earned_at(ledger, form),
    )  # fmt: skip


def _earned_at(ledger: OpenLedger, form: forms.Form) -> UUID | None:
    """The shop, by its number, where the slips were earned. Errors: `Unclear`."""
    number = form.get("guadagnato", "").strip()
    if not number:
        return None
    shops = {str(one): shop for one, shop in shop_numbers(ledger).items()}
    if number not in shops:
        raise forms.Unclear("guadagnato", NO_SHOP)
    return shops[number]


def _worst(decisions: list[Decision]) -> Decision:
    return next((one for one in decisions if not one.accepted), decisions[-1])


@router.get("/{family_id}/tagliandi.pdf")
def slips(
    request: Request, desk: MayIssue, family_id: str, ledger: OpenLedger, now: Now
) -> Response:
    """The slips that can still be used, eight a page."""
    found = the_family(ledger, desk, family_id)
    papers = slips_to_print(ledger, desk.comune.issuer, desk.book.book_no, found.family_id)
    made = [slip_paper(one, language_of(request)) for one in papers]
    return as_pdf(slip_sheets(press_of(request, desk, now), _some(made)), "tagliandi")
