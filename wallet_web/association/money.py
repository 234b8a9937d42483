"""The circuit's money that two persons move: to programmes, also as votes chose, and for costs.

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
from ledger.core.programmes import day_of
from ledger.core.proposals import Confirmation
from ledger.core.quantities import Instant
from ledger.operations.change_by_two import withdraw_change
from ledger.operations.feed_programme import deliver_feeds
from ledger.operations.move_by_two import NewMove, confirm_move, propose_move
from ledger.reports.circuit_moves import circuit_moves
from ledger.reports.contributions import contributions_due
from ledger.reports.programme_page import programme_totals
from ledger.reports.votes import DecidedVote, decided_votes
from ledger.reports.who_asks import ComuneRow, OfficerRow, comuni
from wallet_web import forms
from wallet_web.association.console import Signed
from wallet_web.dependencies import Now, OpenLedger, SentForm
from wallet_web.languages import mark
from wallet_web.outcomes import no_of, said_no
from wallet_web.rendering import page

router = APIRouter(prefix="/associazione/denaro")
HERE: Final = "/associazione/denaro"
TOO_MUCH: Final = mark("È più di quanto si è votato.")


@dataclass(frozen=True, slots=True)
class Aim:
    """A programme that can be fed: what a form sends of it, and what people read."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Voted:
    """What families of a comune chose, and the programmes there that its money may go to."""

    place: ComuneRow
    vote: DecidedVote
    aims: tuple[Aim, ...]


@router.get("")
def money(request: Request, officer: Signed, ledger: OpenLedger, now: Now) -> Response:
    """What lies where, what waits for another person, and all that was moved."""
    moves = circuit_moves(ledger)
    aims = {place: _aims(ledger, place, now) for place in comuni(ledger)}
    asked = {one.vote_id for one in moves.all if one.outcome != "withdrawn"}
    voted = [
        Voted(place, vote, known)
        for place, known in aims.items()
        for vote in decided_votes(ledger, place.book_no)
        if known and vote.vote_id not in asked
    ]
    return page(
        request, "association/money.html", officer=officer, moves=moves, voted=voted,
        aims=[one for known in aims.values() for one in known], key=new_id(), no=no_of(request),
        dues=contributions_due(ledger),
    )  # fmt: skip


def _aims(ledger: Ledger, place: ComuneRow, now: Instant) -> tuple[Aim, ...]:
    return tuple(
        Aim(f"{place.slug}/{one.programme.id}", f"{place.name}: {one.programme.title}")
        for one in programme_totals(ledger, place.book_no)
        if one.programme.ends_at > now
    )


@router.post("/iniziative")
def propose_feed(officer: Signed, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """Propose to give a programme a part of the Fondo Sociale."""
    comune, _, programme = form.get("iniziativa", "").partition("/")
    return _proposed(ledger, officer, form, now, NewMove(
        EntryKind.FEED, forms.amount(form, "importo"), forms.words(form, "numero"),
        forms.day(form, "data"), forms.words(form, "oggetto"), comune, _id(programme),
    ))  # fmt: skip


@router.post("/pagamenti")
def propose_payment(officer: Signed, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """Propose to pay running costs, or what a shop is owed for credits, from the bank."""
    return _proposed(ledger, officer, form, now, _of_shop(EntryKind.CIRCUIT_PAYOUT, form))


@router.post("/non-esigibili")
def propose_write_off(officer: Signed, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """Propose to give up what a shop will never pay in. Errors: 404 for no shop."""
    asked = _of_shop(EntryKind.WRITE_OFF, form)
    if asked.subject is None:
        raise HTTPException(404)
    return _proposed(ledger, officer, form, now, asked)


def _of_shop(kind: EntryKind, form: forms.Form) -> NewMove:
    shop = form.get("negozio", "")
    return NewMove(
        kind, forms.amount(form, "importo"), forms.words(form, "numero"),
        forms.day(form, "data"), forms.words(form, "oggetto"),
        subject=_id(shop) if shop else None,
    )  # fmt: skip


@router.post("/voti")
def propose_voted(officer: Signed, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """Propose what a vote chose: its own words are the act, its money the most there is."""
    comune, _, programme = form.get("iniziativa", "").partition("/")
    vote_id = _id(form.get("voto", ""))
    known = {one.slug: one.book_no for one in comuni(ledger)}
    votes = decided_votes(ledger, known[comune]) if comune in known else ()
    found = next((one for one in votes if one.vote_id == vote_id), None)
    if found is None:
        raise HTTPException(404)
    cents = forms.amount(form, "importo")
    if cents > found.amount_cents:
        raise forms.Unclear("importo", TOO_MUCH)
    return _proposed(ledger, officer, form, now, NewMove(
        EntryKind.FEED, cents, f"Voto {comune} {found.entry}", day_of(now),
        f"Esito del voto «{found.title}»: {found.chosen}", comune, _id(programme), vote_id,
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
