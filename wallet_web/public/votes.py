"""The public side of a vote: what is asked, the urn, what came out, and the file to count it again.

The urn asks nobody who they are, and takes no ballot that comes with a family's cookie. Not here:
drawing a ballot (`wallet_web.family.votes`). Source: docs/VOTE.md.
"""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ledger.core.votes import Ballot
from ledger.operations.vote import NoBallot, NotOpen, cast_ballot
from ledger.reports.votes import VotePage, published, vote_page, votes
from wallet_web.bodies import base64_of, json_words
from wallet_web.dependencies import NamedComune, Now, OpenLedger, SentForm
from wallet_web.languages import mark
from wallet_web.rendering import page
from wallet_web.sessions import token_of

router = APIRouter(prefix="/voto/{slug}")
PARTS: Final = 4
NOS: Final[Mapping[str, str]] = {
    "not_open": mark("Adesso non si vota: la scheda non è nell’urna."),
    "not_a_ballot": mark("Questa non è una scheda di questo voto: copiala di nuovo, tutta."),
    "says_who": mark("Qui non devi essere entrato: esci da «I miei buoni», poi riprova."),
}


class No(Exception):
    """A ballot that does not get into the urn, and why."""

    def __init__(self, code: str) -> None:
        """Name it."""
        super().__init__(code)
        self.code = code


@router.get("")
def all_votes(request: Request, place: NamedComune, ledger: OpenLedger, now: Now) -> Response:
    """Every vote that was opened."""
    found = [one for one in votes(ledger, place.book_no) if one.opened_index is not None]
    return page(request, "public/votes.html", comune=place, votes=found, now=now)


@router.get("/{vote_id}.json")
def file(place: NamedComune, ledger: OpenLedger, vote_id: str) -> JSONResponse:
    """All that is needed to count it again. Errors: 404 while it is not closed."""
    told = published(ledger, place.slug, _id(vote_id))
    if told is None:
        raise HTTPException(404)
    return JSONResponse(told)


@router.get("/{vote_id}")
def one_vote(
    request: Request, place: NamedComune, ledger: OpenLedger, now: Now, vote_id: str
) -> Response:
    """What is asked, or what came out."""
    found = _vote(ledger, place, vote_id)
    return page(request, "public/vote.html", comune=place, one=found, now=now)


@router.get("/{vote_id}/urna")
def ask_ballot(
    request: Request, place: NamedComune, ledger: OpenLedger, now: Now, vote_id: str
) -> Response:
    """Ask for a ballot that was drawn elsewhere."""
    found = _vote(ledger, place, vote_id)
    return page(
        request, "public/urn.html", comune=place, one=found, now=now, error="", number="",
        says_who=bool(token_of(request, "famiglia")),
    )  # fmt: skip


@router.post("/{vote_id}/urna")
def take_ballot(  # noqa: PLR0917 -- which urn, and what was typed.
    request: Request, place: NamedComune, ledger: OpenLedger, form: SentForm, now: Now,
    vote_id: str,
) -> Response:  # fmt: skip
    """Take a ballot that somebody typed or pasted."""
    found = _vote(ledger, place, vote_id)
    number, error = "", ""
    try:
        number = _cast(request, ledger, place, vote_id, form.get("scheda", ""), now)
    except No as no:
        error = NOS[no.code]
    return page(
        request, "public/urn.html", status_code=422 if error else 200, comune=place, one=found,
        now=now, error=error, number=number, says_who=bool(token_of(request, "famiglia")),
    )  # fmt: skip


@router.post("/{vote_id}/imbuca")
async def take_sent_ballot(
    request: Request, place: NamedComune, ledger: OpenLedger, now: Now, vote_id: str
) -> JSONResponse:
    """The same for the script of a phone, which sends no cookie."""
    words = await json_words(request)
    ballot = words.get("ballot")
    text = ballot if isinstance(ballot, str) else ""
    try:
        number = await run_in_threadpool(_cast, request, ledger, place, vote_id, text, now)
    except No as no:
        return JSONResponse({"code": no.code}, 422)
    return JSONResponse({"number": number}, 201)


def _cast(  # noqa: PLR0917 -- which urn, which ballot.
    request: Request, ledger: OpenLedger, place: NamedComune, vote_id: str, text: str, now: Now
) -> str:
    if token_of(request, "famiglia"):
        raise No("says_who")
    try:
        ballot = _read(text, _id(vote_id))
        return cast_ballot(ledger, place.slug, _id(vote_id), ballot, now=now).hex()
    except NotOpen as error:
        raise No("not_open") from error
    except (NoBallot, ValueError) as error:
        raise No("not_a_ballot") from error


def _read(text: str, vote_id: UUID) -> Ballot:
    """A ballot as pages write it: vote, choice, prefix and signature. Errors: `ValueError`."""
    parts = "".join(text.split()).split(".")
    if len(parts) != PARTS or parts[0] != vote_id.hex or not parts[1].isdecimal():
        raise ValueError("no ballot of this vote")
    if len(parts[1]) > PARTS:
        raise ValueError("no choice")
    return Ballot(int(parts[1]), base64_of(parts[2]), base64_of(parts[3]))


def _id(vote_id: str) -> UUID:
    try:
        return UUID(vote_id)
    except ValueError:
        raise HTTPException(404) from None


def _vote(ledger: OpenLedger, place: NamedComune, vote_id: str) -> VotePage:
    found = vote_page(ledger, place.book_no, _id(vote_id))
    if found is None or found.kept.opened_index is None:
        raise HTTPException(404)
    return found
