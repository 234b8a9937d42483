"""A family sees the votes of its comune and draws its ballot, which is signed without being seen.

Not here: the urn, which knows no family (`wallet_web.public.votes`). Source: docs/VOTE.md.
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from ledger import random_id
from ledger.operations.propose_idea import TooManyIdeas, propose_idea
from ledger.operations.vote import HasBallot, NotOpen, draw_ballot
from ledger.reports.ideas import read_ideas
from ledger.reports.votes import VotePage, own_ballot, vote_page, votes
from ledger.token.blind_signatures import NotBlinded
from wallet_web.bodies import base64_of, json_words
from wallet_web.dependencies import Now, OpenLedger, SentForm, SignedFamily
from wallet_web.languages import mark
from wallet_web.rendering import page

router = APIRouter(prefix="/famiglia/voto")
SHORT: Final = mark("Scrivi un titolo; titolo e spiegazione al massimo di 300 caratteri.")
ENOUGH: Final = mark("Hai già tre idee in attesa: aspetta che il Comune le guardi.")
WORDS: Final[Mapping[str, str]] = {
    "choose": mark("Scegli una proposta, o la scheda bianca."),
    "resume": mark("La scheda che avevi chiesto ti aspetta: ritirala di nuovo."),
    "has_ballot": mark("La tua famiglia ha già ritirato la sua scheda, su un altro telefono o su"
                       " carta."),
    "not_open": mark("Adesso non si vota."),
    "not_a_ballot": mark("Questa scheda non è valida per questo voto."),
    "not_blinded": mark("Il telefono non ha preparato bene la scheda: ricarica la pagina."),
    "says_who": mark("Chi imbuca deve essere uscito: premi «Esci» e riprova."),
    "copied": mark("Scheda copiata."),
    "other": mark("Non è andata. Riprova: la tua scheda è al sicuro su questo telefono."),
}  # fmt: skip


def text_of(raw: bytes) -> str:
    """Bytes as the page reads them."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


@router.get("")
def all_votes(request: Request, family: SignedFamily, ledger: OpenLedger, now: Now) -> Response:
    """The votes of the comune that were opened, and the family's own ideas."""
    return _all_votes(request, family, ledger, now)


def _all_votes(
    request: Request, family: SignedFamily, ledger: OpenLedger, now: Now, error: str = ""
) -> Response:
    found = [one for one in votes(ledger, family.book_no) if one.opened_index is not None]
    return page(
        request, "family/votes.html", status_code=422 if error else 200, family=family,
        votes=found, now=now, error=error, key=random_id(),
        ideas=read_ideas(ledger, family.book_no, family_id=family.family_id),
    )  # fmt: skip


@router.post("/idee")
def propose(
    request: Request, family: SignedFamily, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Keep an idea for a vote. Errors: 400."""
    title, text = form.get("titolo", "").strip(), form.get("testo", "").strip()
    try:
        idea_id = UUID(form.get("chiave", ""))
    except ValueError:
        raise HTTPException(400) from None
    if not title.isprintable() or not " ".join(text.split()).isprintable():
        return _all_votes(request, family, ledger, now, SHORT)
    try:
        propose_idea(
            ledger, family.book_no, family.family_id, title, " ".join(text.split()),
            idea_id=idea_id,
        )  # fmt: skip
    except ValueError:
        return _all_votes(request, family, ledger, now, SHORT)
    except TooManyIdeas:
        return _all_votes(request, family, ledger, now, ENOUGH)
    return RedirectResponse("/famiglia/voto", status_code=303)


@router.get("/{vote_id}")
def one_vote(
    request: Request, family: SignedFamily, ledger: OpenLedger, now: Now, vote_id: str
) -> Response:
    """What is asked, and the way to vote. Errors: 404."""
    found = the_vote(ledger, family.book_no, vote_id)
    own = own_ballot(ledger, family.book_no, found.kept.vote_id, family.family_id)
    return page(
        request, "family/vote.html", family=family, one=found, now=now, own=own, words=WORDS,
        key=text_of(found.kept.public),
    )  # fmt: skip


def the_vote(ledger: OpenLedger, book_no: int, vote_id: str) -> VotePage:
    """One vote that was opened. Errors: 404."""
    try:
        found = vote_page(ledger, book_no, UUID(vote_id))
    except ValueError:
        raise HTTPException(404) from None
    if found is None or found.kept.opened_index is None:
        raise HTTPException(404)
    return found


@router.post("/{vote_id}/scheda")
async def draw(
    request: Request, family: SignedFamily, ledger: OpenLedger, now: Now, vote_id: str
) -> JSONResponse:
    """Sign what is hidden, once for the family."""
    words = await json_words(request)
    return await run_in_threadpool(_drawn, family, ledger, words, now, vote_id)


def _drawn(
    family: SignedFamily, ledger: OpenLedger, words: Mapping[str, object], now: Now, vote_id: str
) -> JSONResponse:
    found = the_vote(ledger, family.book_no, vote_id).kept.vote_id
    try:
        hidden = base64_of(words.get("hidden"))
        signed = draw_ballot(ledger, family.book_no, found, family.family_id, hidden, now=now)
    except HasBallot:
        return JSONResponse({"code": "has_ballot"}, 409)
    except NotOpen:
        return JSONResponse({"code": "not_open"}, 409)
    except (NotBlinded, ValueError):
        return JSONResponse({"code": "not_blinded"}, 422)
    return JSONResponse({"signed": text_of(signed)}, 201)
