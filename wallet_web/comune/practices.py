"""Good practices that travel: give one's own away as a signed file, take another comune's over.

What is taken is a draft; programme and call are made of it on the pages that make any, and signed
as any. Not here: the comparison of figures (`comparison`), the file (`ledger.imports`).
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import AccountId, new_id
from ledger.core.entitlement.call_rule import CallRule
from ledger.core.indicators import NotFigures
from ledger.core.practices import NotAPractice, Practice
from ledger.core.till_rules import TillRules
from ledger.exports.practices import NotPublished, practice_file
from ledger.imports.practice_files import NotSigned
from ledger.operations.define_programme import define_programme, programme_id_of
from ledger.operations.import_applications import CoverLetter
from ledger.operations.open_call import NewCall, RoundTaken, open_call, propose_rule
from ledger.operations.take_practice import (
    NotAccepted,
    ReadFile,
    keep_call_texts,
    read_shared_file,
    take_file,
    told_in,
    used_for,
)
from ledger.proof.notes import NotANote
from ledger.reports.calls_page import call_boards
from ledger.reports.practices import Origin, made_of, own_practice, shared_file, shared_files
from ledger.reports.programme_page import every_fund, programme_totals
from ledger.reports.shop_statement import shop_numbers
from wallet_web import forms
from wallet_web.comune.calls import CHOICES, NO_FUND, TAKEN, the_call
from wallet_web.comune.filters import an_id
from wallet_web.comune.pages import the_programme
from wallet_web.comune.programme_form import FIELDS, terms_of
from wallet_web.dependencies import (
    Allowed,
    Desk,
    Now,
    OpenLedger,
    SentFile,
    SentForm,
    SignedOfficer,
)
from wallet_web.outcomes import said_no
from wallet_web.permissions import Action
from wallet_web.practice_words import REFUSED, TRUST
from wallet_web.rendering import as_date, page

router = APIRouter(prefix="/comune/{slug}/pratiche")
MayPrepare = Annotated[Desk, Depends(Allowed(Action.PREPARE))]
MayFund = Annotated[Desk, Depends(Allowed(Action.FUND))]
NOTHING: Final = CoverLetter(0, 0)


class Refused(Exception):
    """A file that is not taken: which words say why, and of which part."""

    def __init__(self, why: str, part: str = "") -> None:
        """Say why."""
        super().__init__(why)
        self.why = why
        self.part = part


@router.get("")
def practices(request: Request, desk: SignedOfficer, ledger: OpenLedger) -> Response:
    """What others gave, what one may give away, and where a file is brought in."""
    return _listed(request, desk, ledger)


def _listed(
    request: Request, desk: Desk, ledger: OpenLedger, no: Refused | None = None
) -> Response:
    book_no = desk.book.book_no
    boards = [one for one in call_boards(ledger, book_no) if one.in_force]
    status = 422 if no else 200
    return page(
        request, "comune/practices.html", status_code=status, desk=desk, no=no, refused=REFUSED,
        trust=TRUST, files=shared_files(ledger, book_no), calls=boards,
        programmes=[one.programme for one in programme_totals(ledger, book_no)],
    )  # fmt: skip


@router.get("/di/{unit}")
def give(  # noqa: PLR0917 -- what, by whom, when.
    request: Request, desk: MayPrepare, unit: str, ledger: OpenLedger, now: Now, bando: str = ""
) -> Response:
    """A programme, with one of its calls, as a signed file."""
    found = the_programme(ledger, desk, unit).programme
    call = the_call(ledger, desk, bando) if bando else None
    if call is not None and call.call.programme_id != found.id:
        raise HTTPException(404)
    told = own_practice(ledger, desk.comune.name, found, call, as_date(now))
    try:
        data = practice_file(desk.book, told)
    except NotPublished:
        return _listed(request, desk, ledger, Refused("unpublished"))
    return as_json_file(data, f"pratica-{desk.comune.slug}-{unit}")


def as_json_file(data: bytes, name: str) -> Response:
    """A file to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.json"'}
    return Response(data, media_type="application/json", headers=headers)


def read_or_refuse(ledger: OpenLedger, data: bytes, vkey: str) -> ReadFile:
    """A file as it was understood. Errors: `Refused`."""
    try:
        return read_shared_file(ledger, data, vkey=vkey)
    except NotSigned as error:
        raise Refused(error.fault) from error
    except NotAPractice as error:
        raise Refused("unknown", error.field) from error
    except NotFigures as error:
        raise Refused("unknown", str(error)) from error
    except NotANote as error:
        raise Refused("key") from error


@router.post("/anteprima")
def preview(
    request: Request, desk: MayPrepare, ledger: OpenLedger, now: Now, sent: SentFile
) -> Response:
    """Read a file and show what it holds and who signed it; nothing is stored."""
    vkey = sent.form.get("chiave-pubblica", "").strip()
    try:
        read = read_or_refuse(ledger, sent.data, vkey)
    except Refused as no:
        return _listed(request, desk, ledger, no)
    files = request.app.state.pending_files
    file_id = files.keep(desk.officer_id, sent.name, sent.data, NOTHING, now=now)
    return page(
        request, "comune/practice_preview.html", desk=desk, read=read, told=read.told, vkey=vkey,
        file_id=file_id, choices=CHOICES, trust=TRUST,
    )  # fmt: skip


@router.post("")
def take(
    request: Request, desk: MayPrepare, ledger: OpenLedger, now: Now, form: SentForm
) -> Response:
    """Keep what was shown as a draft; sent twice, kept once."""
    try:
        read = waiting_file(request, desk, ledger, form, now)
        made = take_file(
            desk.book, read, accepted=bool(form.get("accetto")), by=desk.person_id, now=now
        )
    except NotAccepted:
        return _listed(request, desk, ledger, Refused("unaccepted"))
    except Refused as no:
        return _listed(request, desk, ledger, no)
    request.app.state.pending_files.forget(forms.an_id(form, "file"))
    if made.kind == "figures":
        return RedirectResponse(f"{desk.home}/confronto?a=file:{made.practice_id}", status_code=303)
    return RedirectResponse(f"{desk.home}/pratiche/{made.practice_id}", status_code=303)


def waiting_file(
    request: Request, desk: Desk, ledger: OpenLedger, form: forms.Form, now: Now
) -> ReadFile:
    """The file that was just shown, read once more. Errors: `Refused`."""
    file_id = forms.an_id(form, "file")
    kept = request.app.state.pending_files.find(file_id, desk.officer_id, now=now)
    if kept is None:
        raise Refused("gone")
    return read_or_refuse(ledger, kept.data, form.get("chiave-pubblica", ""))


def the_practice(ledger: OpenLedger, desk: Desk, practice_id: str) -> tuple[Origin, Practice]:
    """A practice that this comune was given. Errors: 404."""
    found = shared_file(ledger, desk.book.book_no, an_id(practice_id))
    told = told_in(found[1]) if found else None
    if found is None or not isinstance(told, Practice):
        raise HTTPException(404)
    return found[0], told


@router.get("/{practice_id}")
def one_practice(
    request: Request, desk: SignedOfficer, practice_id: str, ledger: OpenLedger
) -> Response:
    """A draft: whose it is, what it lays down, what was made of it."""
    found, told = the_practice(ledger, desk, practice_id)
    made, no = made_of(ledger, found.practice_id), desk.book.book_no
    return page(
        request, "comune/practice.html", desk=desk, one=found, told=told, choices=CHOICES,
        trust=TRUST,
        programmes=[p.programme for p in programme_totals(ledger, no) if p.programme.id in made],
        calls=[one for one in call_boards(ledger, no) if one.call.call_id in made],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """A practice's terms as the form of a programme begins from them; its days are chosen anew."""

    title: str
    summary: str
    categories: str
    till_rules: TillRules
    starts_on: str = ""
    ends_on: str = ""


@router.get("/{practice_id}/iniziativa")
def new_programme(
    request: Request, desk: MayFund, practice_id: str, ledger: OpenLedger
) -> Response:
    """The form of a programme, filled with the practice."""
    found, told = the_practice(ledger, desk, practice_id)
    terms = told.terms
    old = Draft(terms.title, terms.summary, ",".join(terms.categories), terms.rules)
    return page(
        request, "comune/practice_programme.html", desk=desk, one=found, told=told, old=old,
        key=new_id(), **FIELDS,
    )  # fmt: skip


@router.post("/{practice_id}/iniziativa")
def define(
    desk: MayFund, practice_id: str, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Make a programme of the practice, as it was adapted; sent twice, made once."""
    found, _told = the_practice(ledger, desk, practice_id)
    key = forms.key(form)
    decision = define_programme(
        ledger, desk.comune.slug, terms_of(form, shop_numbers(ledger)), officer=desk.officer_id,
        key=key, now=now,
    )  # fmt: skip
    if decision.accepted:
        used_for(ledger, found.practice_id, programme_id_of(key), now=now)
    return said_no(decision, f"{desk.home}/pratiche/{practice_id}")


@router.get("/{practice_id}/bando")
def new_call(
    request: Request, desk: MayPrepare, practice_id: str, ledger: OpenLedger, now: Now
) -> Response:
    """The form of a call, with the rule that comes with the practice."""
    found, told = the_practice(ledger, desk, practice_id)
    if told.call is None:
        raise HTTPException(404)
    return page(
        request, "comune/practice_call.html", desk=desk, one=found, told=told, key=new_id(),
        funds=every_fund(ledger, desk.book.book_no), today=as_date(now), choices=CHOICES,
    )  # fmt: skip


@router.post("/{practice_id}/bando")
def open_one(
    desk: MayPrepare, practice_id: str, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Open a call and propose the practice's rule, for this comune's two persons to sign."""
    found, told = the_practice(ledger, desk, practice_id)
    if told.call is None:
        raise HTTPException(404)
    day, fund = forms.day(form, "giorno"), AccountId(forms.an_id(form, "fonte"))
    programmes = {one.fund: one.programme_id for one in every_fund(ledger, desk.book.book_no)}
    if fund not in programmes:
        raise forms.Unclear("fonte", NO_FUND)
    asked = NewCall(
        forms.an_id(form, "chiave"), programmes[fund], fund, forms.words(form, "turno"),
        forms.words(form, "titolo"), forms.day(form, "entro"),
    )  # fmt: skip
    try:
        made = open_call(ledger, desk.comune.slug, asked, officer=desk.officer, now=now)
    except RoundTaken:
        raise forms.Unclear("turno", TAKEN) from None
    adapted = for_here(told.call.rule, day)
    propose_rule(ledger, made.call_id, adapted, officer=desk.officer, now=now)
    keep_call_texts(ledger, made.call_id, told.letters, by=desk.person_id, now=now)
    used_for(ledger, found.practice_id, made.call_id, now=now)
    return RedirectResponse(f"{desk.home}/bandi/{made.call_id}", status_code=303)


def for_here(rule: CallRule, day: date) -> CallRule:
    """A rule for another day; the act of its table is no act of this comune, so it goes."""
    table = rule.table if rule.table.is_synthetic else replace(rule.table, act="")
    return replace(rule, on=day, table=table)
