"""Selling without network: a programme's limits and cover, shops that were stopped, devices.

Not here: who is paid (the verbs and the book), and the till's own page.
"""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import AccountId, new_id
from ledger.core.offline import Limits
from ledger.core.phones import PIN_OVER, PhoneTerms
from ledger.core.programmes import ends_at
from ledger.core.quantities import SECOND
from ledger.operations.fund_programme import Cover, source_of
from ledger.operations.grant_offline import (
    confirm_device,
    readmit_offline,
    revoke_device,
)
from ledger.operations.open_offline import NotOffline, set_offline_limits, set_phone_terms
from ledger.reports.key_report import tills_know_limits
from ledger.reports.offline_page import (
    OfflinePage,
    devices,
    doubled,
    offline_page,
    stopped_shops,
)
from ledger.reports.programme_page import funds
from wallet_web import forms
from wallet_web.comune.families import second_officer
from wallet_web.comune.filters import an_id
from wallet_web.comune.proposals import proposed_money
from wallet_web.comune.shops import own_shop
from wallet_web.dependencies import Allowed, Desk, Now, OpenLedger, SentForm, SignedOfficer
from wallet_web.languages import mark
from wallet_web.outcomes import no_of, said_no
from wallet_web.permissions import Action
from wallet_web.rendering import page

router = APIRouter(prefix="/comune/{slug}")
MayFund = Annotated[Desk, Depends(Allowed(Action.FUND))]
MayConfirm = Annotated[Desk, Depends(Allowed(Action.CONFIRM))]
MayEnrol = Annotated[Desk, Depends(Allowed(Action.ENROL))]

MOST_SLIP: Final = 65_535
USUAL: Final = {"slip": 10_00, "shop": 200_00, "unsynced": 20, "hours": 24}
USUAL_PHONES: Final = PhoneTerms(sale_cents=20_00, reserve_cents=40_00, pin_over_cents=PIN_OVER)
SALES: Final = mark("Scrivi quante vendite possono aspettare: da 1 a 100.")
HOURS: Final = mark("Scrivi le ore: da 1 a 72.")
RULED: Final = mark(
    "Questa iniziativa ha regole che una cassa senza rete non può controllare: lascia zero."
)


def _the_page(desk: Desk, unit: str, now: int) -> OfflinePage:
    found = offline_page(desk.book, unit, now=now)
    if found is None:
        raise HTTPException(404)
    return found


@router.get("/iniziative/{unit}/offline")
def one_programme(
    request: Request, desk: SignedOfficer, unit: str, ledger: OpenLedger, now: Now
) -> Response:
    """What may be lost now, as one number; the limits, the cover, and who was stopped."""
    found = _the_page(desk, unit, now)
    return page(
        request, "comune/offline.html", desk=desk, one=found, usual=USUAL, key=new_id(),
        cover_key=new_id(), phones_key=new_id(), usual_phones=USUAL_PHONES,
        stopped=stopped_shops(ledger, desk.book.book_no),
        doubled=doubled(ledger, desk.book.book_no),
        sources=funds(ledger, desk.book.book_no, found.programme.programme_id),
        no=no_of(request),
        tills_know=tills_know_limits(
            ledger, found.programme.issuer, found.programme.programme_no
        ),
    )  # fmt: skip


@router.post("/iniziative/{unit}/offline/limiti")
def set_limits(  # noqa: PLR0917 -- the form, and who sends it.
    request: Request, desk: MayFund, unit: str, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Say what a programme allows offline; a second officer signs on the same form."""
    found = _the_page(desk, unit, now)
    limits = _limits(form)
    approver = second_officer(request, desk, form, now)
    try:
        decision = set_offline_limits(
            ledger, desk.comune.slug, found.programme.programme_id, limits,
            signed_by=(desk.officer, approver), key=forms.key(form), now=now,
        )  # fmt: skip
    except NotOffline:
        raise forms.Unclear("tagliando", RULED) from None
    return said_no(decision, f"{desk.home}/iniziative/{unit}/offline")


@router.post("/iniziative/{unit}/offline/telefoni")
def set_phones(  # noqa: PLR0917 -- the form, and who sends it.
    request: Request, desk: MayFund, unit: str, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Say what a programme allows phones; a second officer signs on the same form."""
    found = _the_page(desk, unit, now)
    terms = PhoneTerms(
        _or_nothing(form, "spesa"), _or_nothing(form, "scorta"), _or_nothing(form, "senza-pin")
    )
    approver = second_officer(request, desk, form, now)
    try:
        decision = set_phone_terms(
            ledger, desk.comune.slug, found.programme.programme_id, terms,
            signed_by=(desk.officer, approver), key=forms.key(form), now=now,
        )  # fmt: skip
    except NotOffline:
        raise forms.Unclear("scorta", RULED) from None
    return said_no(decision, f"{desk.home}/iniziative/{unit}/offline")


def _or_nothing(form: forms.Form, field: str) -> int:
    """An amount in cents; zero or nothing written is none."""
    return 0 if form.get(field, "").strip() in {"", "0", "0,00"} else forms.amount(form, field)


def _limits(form: forms.Form) -> Limits:
    slip = _or_nothing(form, "tagliando")
    if slip > MOST_SLIP:
        raise forms.Unclear("tagliando", forms.AMOUNT)
    last = ends_at(forms.day(form, "fino")) // SECOND - 1
    return Limits(
        last, slip, forms.amount(form, "negozio"), _within(form, "vendite", 100, SALES),
        _within(form, "ore", 72, HOURS) * int(timedelta(hours=1).total_seconds()),
    )  # fmt: skip


def _within(form: forms.Form, field: str, most: int, advice: str) -> int:
    number = form.get(field, "").strip()
    if not (number.isascii() and number.isdigit()) or not 0 < int(number) <= most:
        raise forms.Unclear(field, advice)
    return int(number)


@router.post("/iniziative/{unit}/offline/copertura")
def cover(desk: MayFund, unit: str, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """Propose to set money aside for the losses of offline, or to free it."""
    found, fund = _the_page(desk, unit, now), AccountId(forms.an_id(form, "fonte"))
    try:
        source = source_of(ledger, desk.comune.slug, found.programme.programme_id, fund)
    except LookupError:
        raise forms.Unclear("fonte", forms.ODD) from None
    asked = Cover(source, forms.amount(form, "importo"), freed=bool(form.get("libera")))
    return proposed_money(desk, asked, form, now, f"{desk.home}/iniziative/{unit}/offline")


@router.post("/iniziative/{unit}/offline/riammetti/{shop_id}")
def readmit(desk: MayConfirm, unit: str, shop_id: str, ledger: OpenLedger, now: Now) -> Response:
    """Give a shop its right back: somebody has looked."""
    stopped = {one.shop_id for one in stopped_shops(ledger, desk.book.book_no)}
    wanted = an_id(shop_id)
    if wanted not in stopped:
        raise HTTPException(404)
    readmit_offline(ledger, desk.comune.slug, wanted, by=desk.officer_id, now=now)
    return RedirectResponse(f"{desk.home}/iniziative/{unit}/offline", status_code=303)


@router.post("/negozi/{shop_id}/dispositivi/{device_id}")
def device(
    desk: MayEnrol, shop_id: str, device_id: str, ledger: OpenLedger, form: SentForm
) -> Response:
    """Confirm a till's device by its name, or take its rights away."""
    found, wanted = own_shop(ledger, desk, shop_id), an_id(device_id)
    if wanted not in {one.device_id for one in devices(ledger, found.shop_id)}:
        raise HTTPException(404)
    change = revoke_device if form.get("stato") == "revoked" else confirm_device
    change(ledger, wanted)
    return RedirectResponse(f"{desk.home}/negozi/{found.shop_id}", status_code=303)
