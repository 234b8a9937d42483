"""The circuit's money that two persons move: to a comune's programme. And where each sum is.

Not here: what shops pay in (`console`), and how a feed arrives (`feed_programme`).
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ledger import Ledger, RequestId, new_id
from ledger.core.chart import CIRCUIT_BOOK, EntryKind
from ledger.core.proposals import Confirmation
from ledger.core.quantities import Instant
from ledger.operations.change_by_two import withdraw_change
from ledger.operations.feed_programme import deliver_feeds
from ledger.operations.move_by_two import NewMove, confirm_move, propose_move
from ledger.reports.circuit_moves import circuit_moves
from ledger.reports.programme_page import programme_totals
from ledger.reports.who_asks import OfficerRow, comuni
from wallet_web import forms
from wallet_web.association.console import Signed
from wallet_web.dependencies import Now, OpenLedger, SentForm
from wallet_web.outcomes import no_of, said_no
from wallet_web.rendering import page

router = APIRouter(prefix="/associazione/denaro")
HERE: Final = "/associazione/denaro"


@dataclass(frozen=True, slots=True)
class Aim:
    """A programme that can be fed: what a form sends of it, and what people read."""

    value: str
    text: str


@router.get("")
def money(request: Request, officer: Signed, ledger: OpenLedger, now: Now) -> Response:
    """What lies where, what waits for another person, and all that was moved."""
    return page(
        request, "association/money.html", officer=officer, moves=circuit_moves(ledger),
        aims=_aims(ledger, now), key=new_id(), no=no_of(request),
    )  # fmt: skip


def _aims(ledger: Ledger, now: Instant) -> list[Aim]:
    return [
        Aim(f"{place.slug}/{one.programme.id}", f"{place.name}: {one.programme.title}")
        for place in comuni(ledger)
        for one in programme_totals(ledger, place.book_no)
        if one.programme.ends_at > now
    ]


@router.post("/iniziative")
def propose_feed(officer: Signed, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """Propose to give a programme a part of the Fondo Sociale."""
    comune, _, programme = form.get("iniziativa", "").partition("/")
    return _proposed(ledger, officer, form, now, NewMove(
        EntryKind.FEED, forms.amount(form, "importo"), forms.words(form, "numero"),
        forms.day(form, "data"), forms.words(form, "oggetto"), comune, _id(programme),
    ))  # fmt: skip


def _proposed(
    ledger: Ledger, officer: OfficerRow, form: forms.Form, now: Instant, asked: NewMove
) -> Response:
    try:
        done = propose_move(ledger, asked, officer=officer, key=forms.key(form), now=now)
    except LookupError as error:
        raise HTTPException(404) from error
    return said_no(done, HERE)


@router.post("/{proposal_id}/conferma")
def confirm(
    officer: Signed, proposal_id: str, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """The second person's yes; what goes to a comune is sent on at once."""
    asked = Confirmation(_id(proposal_id), forms.hexadecimal(form, "impronta"))
    try:
        done = confirm_move(ledger, asked, officer=officer, key=forms.key(form), now=now)
    except LookupError as error:
        raise HTTPException(404) from error
    if done.accepted:
        deliver_feeds(ledger, now=now)
    return said_no(done, HERE)


@router.post("/{proposal_id}/ritira")
def withdraw(
    officer: Signed, proposal_id: str, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Put it aside: nothing moves."""
    key = forms.key(form)
    try:
        done = withdraw_change(
            ledger, CIRCUIT_BOOK, _id(proposal_id), officer=officer, key=key, now=now
        )
    except LookupError as error:
        raise HTTPException(404) from error
    return said_no(done, HERE)


def _id(text: str) -> RequestId:
    try:
        return RequestId(UUID(text))
    except ValueError as error:
        raise HTTPException(404) from error
