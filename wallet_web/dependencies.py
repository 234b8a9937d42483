"""What routes ask for: the ledger, the time, and who is signed in. No connection is held here.

Not here: what a role may do (`permissions`), and cookies (`sessions`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import Depends
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from ledger import Book, Ledger
from ledger.core.quantities import Instant
from ledger.operations.sign_in import calling_officer, calling_till, session_of
from ledger.reports.who_asks import (
    ComuneRow,
    FamilyRow,
    OfficerRow,
    TillRow,
    comune,
    family_behind,
)
from wallet_web.bodies import form_with_file
from wallet_web.permissions import Action, may
from wallet_web.sessions import names_mark, token_of


class SignInNeeded(Exception):
    """Nobody is signed in for this page; `where`: the way in, which leads back here."""

    def __init__(self, way_in: str, back: str) -> None:
        """Remember where one wanted to go."""
        super().__init__(way_in)
        self.where = f"{way_in}?torna={quote(back)}"


def opened_ledger(request: Request) -> Ledger:
    """The ledger that this process serves."""
    ledger: Ledger = request.app.state.ledger
    return ledger


OpenLedger = Annotated[Ledger, Depends(opened_ledger)]


def present(ledger: OpenLedger) -> Instant:
    """The time, by the ledger's clock, in microseconds UTC."""
    return ledger.clock()


Now = Annotated[Instant, Depends(present)]


def signed_family(request: Request, ledger: OpenLedger, now: Now) -> FamilyRow:
    """The family that asks. Errors: `SignInNeeded`."""
    session = session_of(ledger, token_of(request, "famiglia"), "family", now=now)
    family = family_behind(ledger, session.subject_id) if session else None
    if family is None:
        raise SignInNeeded("/famiglia/accesso", _asked_for(request))
    return family


def _asked_for(request: Request) -> str:
    """The address with its words: a shop's code leads to a page that knows shop and amount."""
    words = request.url.query
    return f"{request.url.path}?{words}" if words and request.method == "GET" else request.url.path


SignedFamily = Annotated[FamilyRow, Depends(signed_family)]


def signed_till(request: Request, ledger: OpenLedger, now: Now) -> TillRow:
    """The till that asks, by the session that its page holds, not by a cookie.

    Errors: 401, also while it is locked: its own page asks for the PIN.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    till = calling_till(ledger, token, now=now) if scheme.lower() == "bearer" else None
    if till is None or till.is_locked:
        raise HTTPException(401)
    return till


SignedTill = Annotated[TillRow, Depends(signed_till)]


def signed_owner(till: SignedTill) -> TillRow:
    """The till at which its shop's owner stands. Errors: 401, 403."""
    if not till.may("owner"):
        raise HTTPException(403)
    return till


SignedOwner = Annotated[TillRow, Depends(signed_owner)]


def named_comune(slug: str, ledger: OpenLedger) -> ComuneRow:
    """The comune in the address. Errors: 404."""
    found = comune(ledger, slug)
    if found is None:
        raise HTTPException(404)
    return found


NamedComune = Annotated[ComuneRow, Depends(named_comune)]


async def sent_form(request: Request) -> Mapping[str, str]:
    """The words of a form, each field once; files are not among them."""
    async with request.form() as form:
        return words_of(form)


def words_of(form: FormData) -> Mapping[str, str]:
    """The fields of a form that are no files."""
    return {name: value for name, value in form.items() if isinstance(value, str)}


SentForm = Annotated[Mapping[str, str], Depends(sent_form)]


@dataclass(frozen=True, slots=True)
class FormWithFile:
    """A form's words, and the file that came with it."""

    form: Mapping[str, str]
    name: str
    data: bytes


async def sent_file(request: Request) -> FormWithFile:
    """The form with its file. Errors: 400 without one, 413 for one too large."""
    form = await form_with_file(request)
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise HTTPException(400)
        return FormWithFile(words_of(form), file.filename or "", await file.read())
    finally:
        await form.close()


SentFile = Annotated[FormWithFile, Depends(sent_file)]


@dataclass(frozen=True, slots=True)
class Desk:
    """An officer at work: who, in which comune, on which book."""

    officer: OfficerRow
    comune: ComuneRow
    book: Book
    names_shown: bool = False

    @property
    def officer_id(self) -> UUID:
        """By whom entries are signed."""
        return self.officer.officer_id

    @property
    def person_id(self) -> UUID:
        """The human, for four eyes."""
        return self.officer.person_id

    @property
    def user_name(self) -> str:
        """How one is called here."""
        return self.officer.user_name

    @property
    def role(self) -> str:
        """What says what one may do."""
        return self.officer.role

    @property
    def home(self) -> str:
        """The first page of this comune's console."""
        return f"/comune/{self.comune.slug}"

    def may(self, action: str) -> bool:
        """Whether this officer's role allows an action."""
        return may(self.role, Action(action))


def signed_officer(request: Request, place: NamedComune, ledger: OpenLedger, now: Now) -> Desk:
    """The officer that asks. Errors: `SignInNeeded`; 403 in another comune than one's own."""
    officer = calling_officer(ledger, token_of(request, f"comune-{place.slug}"), now=now)
    if officer is None:
        raise SignInNeeded(f"/comune/{place.slug}/accesso", request.url.path)
    if officer.book_no != place.book_no:
        raise HTTPException(403)
    return Desk(officer, place, ledger.book(place.slug), shows_names(request, place, officer))


def shows_names(request: Request, place: ComuneRow, officer: OfficerRow) -> bool:
    """Whether this session has switched names on, and the role may still see them."""
    mark = names_mark(token_of(request, f"comune-{place.slug}"))
    switched = compare_digest(token_of(request, f"nomi-{place.slug}"), mark)
    return switched and may(officer.role, Action.HELP)


SignedOfficer = Annotated[Desk, Depends(signed_officer)]


class Allowed:
    """A dependency: the officer that asks, if the role allows the action."""

    def __init__(self, action: Action) -> None:
        """Name the action."""
        self.action = action

    def __call__(self, desk: SignedOfficer) -> Desk:
        """The officer. Errors: 403."""
        if not desk.may(self.action):
            raise HTTPException(403)
        return desk
