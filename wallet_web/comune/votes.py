"""Votes at the comune's desk: proposed, opened by another person, paper ballots, the count by two.

Not here: voting (`family`, `public`), and the money, which an act gives (`money`).
"""

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import new_id, random_id
from ledger.core.programmes import ends_at, starts_at
from ledger.core.votes import ASKED_BY, MOST_OPTIONS, CountsDiffer, Option, VoteTerms
from ledger.operations.close_vote import StillOpen, close_vote, count_paper
from ledger.operations.open_vote import open_vote, propose_vote, withdraw_vote
from ledger.operations.propose_idea import settle_idea
from ledger.operations.sign_in import credential_of_code
from ledger.operations.vote import HasBallot, NotOpen, give_paper
from ledger.reports.ideas import waiting_ideas
from ledger.reports.programme_page import programme_totals
from ledger.reports.votes import VotePage, vote_page, votes
from ledger.token.short_code import Mistyped, parse
from wallet_web import forms
from wallet_web.comune.filters import an_id
from wallet_web.dependencies import Allowed, Desk, Now, OpenLedger, SentForm, SignedOfficer
from wallet_web.languages import mark
from wallet_web.outcomes import no_of, said_no
from wallet_web.permissions import Action
from wallet_web.rendering import page

router = APIRouter(prefix="/comune/{slug}/voti")
MayRecall = Annotated[Desk, Depends(Allowed(Action.RECALL))]  # Officer and approver alike.
MayConfirm = Annotated[Desk, Depends(Allowed(Action.CONFIRM))]
ROWS: Final = 6
WRONG: Final = mark(
    "Controlla date, quorum e proposte: servono un titolo, una domanda e almeno due proposte."
)
PERCENT: Final = mark("Scrivi un numero intero da 0 a 100.")
COUNTS: Final = mark("Le schede contate non possono essere più di quelle consegnate.")
TICKED: Final = {
    "given": mark("Segnata: consegna una scheda di carta."),
    "has_ballot": mark("Questa famiglia ha già ritirato la sua scheda con il telefono."),
    "not_open": mark("Adesso non si vota."),
    "unknown": mark("Questo codice non è di una famiglia di questo Comune."),
    "mistyped": mark("Nel codice c’è un errore di battitura."),
}


@router.get("")
def all_votes(request: Request, desk: SignedOfficer, ledger: OpenLedger) -> Response:
    """Every vote, also those that nobody has opened yet."""
    found = votes(ledger, desk.book.book_no)
    ideas = waiting_ideas(ledger, desk.book.book_no) if desk.may(Action.RECALL) else ()
    return page(request, "comune/votes.html", desk=desk, votes=found, ideas=ideas)


@router.get("/nuovo")
def new_vote(request: Request, desk: MayRecall, ledger: OpenLedger) -> Response:
    """Ask for what is to be voted on; the ideas that wait stand there already."""
    ideas = waiting_ideas(ledger, desk.book.book_no)[:ROWS]
    return page(
        request, "comune/vote_new.html", desk=desk, key=random_id(), rows=ROWS, asked_by=ASKED_BY,
        ideas=ideas,
    )  # fmt: skip


@router.post("")
def propose(desk: MayRecall, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """Keep it until another person opens it."""
    vote_id = forms.key(form)
    propose_vote(
        ledger, desk.comune.slug, _terms(form), officer=desk.officer, vote_id=vote_id, now=now
    )
    for at in range(1, ROWS + 1):
        if form.get(f"idea-{at}") and form.get(f"proposta-{at}", "").strip():
            idea = forms.an_id(form, f"idea-{at}")
            settle_idea(ledger, desk.comune.slug, idea, taken=True, officer=desk.officer)
    return RedirectResponse(f"{desk.home}/voti/{vote_id}", status_code=303)


@router.post("/idee/{idea_id}/da-parte")
def put_aside(desk: MayRecall, ledger: OpenLedger, idea_id: str) -> Response:
    """Put an idea aside: its family sees that."""
    settle_idea(ledger, desk.comune.slug, an_id(idea_id), taken=False, officer=desk.officer)
    return RedirectResponse(f"{desk.home}/voti", status_code=303)


def _terms(form: forms.Form) -> VoteTerms:
    quorum = form.get("quorum", "").strip()
    if not quorum.isdecimal() or len(quorum) > 3:  # noqa: PLR2004 -- digits of 100.
        raise forms.Unclear("quorum", PERCENT)
    options = tuple(
        Option(title, forms.words(form, f"testo-{at}", needed=False), form.get(f"da-{at}", ""))
        for at in range(1, MOST_OPTIONS + 1)
        if (title := forms.words(form, f"proposta-{at}", needed=False))
    )
    try:
        return VoteTerms(
            forms.words(form, "titolo"), forms.words(form, "domanda"),
            forms.amount(form, "importo"), starts_at(forms.day(form, "dal")),
            ends_at(forms.day(form, "al")), int(quorum), options,
        )  # fmt: skip
    except forms.Unclear:
        raise
    except ValueError:
        raise forms.Unclear("titolo", WRONG) from None


def _vote(ledger: OpenLedger, desk: Desk, vote_id: str) -> VotePage:
    found = vote_page(ledger, desk.book.book_no, an_id(vote_id))
    if found is None:
        raise HTTPException(404)
    return found


@router.get("/{vote_id}")
def one_vote(  # noqa: PLR0917 -- which vote, and what was just done.
    request: Request,
    desk: SignedOfficer,
    ledger: OpenLedger,
    now: Now,
    vote_id: str,
    segnata: str = "",
) -> Response:
    """Where it stands, and what this person may do next."""
    found = _vote(ledger, desk, vote_id)
    return page(
        request, "comune/vote.html", desk=desk, one=found, now=now, key=new_id(), no=no_of(request),
        own=found.kept.proposed_by == desk.person_id, ticked=TICKED.get(segnata, ""),
        fine=segnata == "given", counted=desk.person_id in found.counted_by,
        programmes=[one.programme for one in programme_totals(ledger, desk.book.book_no)],
    )  # fmt: skip


@router.post("/{vote_id}/apri")
def open_it(
    desk: MayConfirm, ledger: OpenLedger, form: SentForm, now: Now, vote_id: str
) -> Response:
    """The second person's yes, bound to the terms on the page."""
    here = f"{desk.home}/voti/{an_id(vote_id)}"
    seen = forms.hexadecimal(form, "impronta")
    try:
        decision = open_vote(
            ledger, desk.comune.slug, an_id(vote_id), seen, officer=desk.officer,
            key=forms.key(form), now=now,
        )  # fmt: skip
    except LookupError:
        raise HTTPException(404) from None
    return said_no(decision, here)


@router.post("/{vote_id}/ritira")
def withdraw(desk: MayRecall, ledger: OpenLedger, vote_id: str) -> Response:
    """Put it aside: nobody can open it."""
    withdraw_vote(ledger, desk.comune.slug, an_id(vote_id), officer=desk.officer)
    return RedirectResponse(f"{desk.home}/voti/{an_id(vote_id)}", status_code=303)


@router.post("/{vote_id}/carta")
def tick(desk: MayRecall, ledger: OpenLedger, form: SentForm, now: Now, vote_id: str) -> Response:
    """Tick a family on the roll: it is handed a paper ballot."""
    told = _ticked(desk, ledger, form.get("codice", ""), now, _vote(ledger, desk, vote_id))
    return RedirectResponse(f"{desk.home}/voti/{an_id(vote_id)}?segnata={told}", status_code=303)


def _ticked(desk: Desk, ledger: OpenLedger, code: str, now: Now, one: VotePage) -> str:
    try:
        credential = credential_of_code(ledger, parse(code))
    except Mistyped:
        return "mistyped"
    known = credential is not None and credential.kind == "family"
    if credential is None or not known or credential.book_no != desk.book.book_no:
        return "unknown"
    family, vote_id = credential.target_id, one.kept.vote_id
    try:
        give_paper(
            ledger, desk.comune.slug, vote_id, family, officer=desk.officer, now=now
        )  # fmt: skip
    except HasBallot:
        return "has_ballot"
    except NotOpen:
        return "not_open"
    return "given"


@router.post("/{vote_id}/conta")
def count_it(
    desk: MayRecall, ledger: OpenLedger, form: SentForm, now: Now, vote_id: str
) -> Response:
    """One person's count of the paper; where another counted already, the end of the vote."""
    found = _vote(ledger, desk, vote_id)
    here = f"{desk.home}/voti/{found.kept.vote_id}"
    choices = range(len(found.kept.terms.options) + 1)
    counts = [_number(form, f"scelta-{choice}") for choice in choices]
    slug, which = desk.comune.slug, found.kept.vote_id
    try:
        if not found.counted_by - {desk.person_id}:
            count_paper(ledger, slug, which, counts, officer=desk.officer, now=now)
            return RedirectResponse(here, status_code=303)
        decision = close_vote(
            ledger, slug, which, counts, officer=desk.officer, key=forms.key(form), now=now
        )
    except (StillOpen, CountsDiffer):
        raise forms.Unclear("scelta-0", COUNTS) from None
    return said_no(decision, here)


def _number(form: forms.Form, field: str) -> int:
    text = form.get(field, "").strip() or "0"
    if not text.isdecimal() or len(text) > 6:  # noqa: PLR2004 -- more than any comune has.
        raise forms.Unclear(field, COUNTS)
    return int(text)
