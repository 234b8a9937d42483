"""The association's console: the circuit's balances, rules, what shops owe; a statement by two.

One officer sends a bank statement, another confirms just that. Not here: what is booked
(`collect_contributions`), rules and agreements signed by two (`signing`).
"""

from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Form
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import Ledger, RequestId, new_id
from ledger.core.chart import CIRCUIT_BOOK
from ledger.core.proposals import Confirmation
from ledger.core.quantities import euro_text
from ledger.imports.bank_statements import ReadStatement, read_statement_file
from ledger.imports.faults import CannotRead
from ledger.operations.collect_contributions import (
    confirm_statement,
    lines_to_book,
    propose_statement,
)
from ledger.operations.sign_in import calling_officer, sign_in_officer, sign_out
from ledger.reports.associations import acts_for
from ledger.reports.circuit_page import circuit_page
from ledger.reports.contributions import (
    contributions_due,
    shops_by_number,
    statements_waiting,
)
from ledger.reports.who_asks import OfficerRow
from wallet_web.dependencies import Now, OpenLedger, SentFile, SignInNeeded
from wallet_web.languages import mark
from wallet_web.rendering import page
from wallet_web.sessions import drop, keep, token_of
from wallet_web.troubles import trouble_page
from wallet_web.ways_back import way_back

router = APIRouter(prefix="/associazione")
HOME, OWN = "/associazione", "/associazione/mia"
AUDIENCE: Final = "associazione"
REFUSED: Final = mark("Nome o password non giusti. Controlla e riprova.")
NO_FILE: Final = mark("Questo file non si legge: serve un CSV con Data, Importo e Causale.")
NO_LINE: Final = mark("Nessuna riga riporta il riferimento di un negozio: nulla da proporre.")
NOT_YOU: Final = mark("Serve un’altra persona: chi conferma non è chi ha proposto.")
CHANGED: Final = mark("Questo estratto conto non aspetta più: guarda l’elenco.")


@dataclass(frozen=True, slots=True)
class Told:
    """What was just done, or is wrong, in words; and the lines that need a look."""

    wrong: str = ""
    proposed_cents: int | None = None
    booked_cents: int | None = None
    unknown: tuple[tuple[int, int], ...] = ()
    faulty: tuple[int, ...] = ()
    refused: tuple[tuple[int, str], ...] = ()


NOTHING: Final = Told()


def signed(request: Request, ledger: OpenLedger, now: Now) -> OfficerRow:
    """The officer of the circuit who asks. Errors: `SignInNeeded`; 404 where there is none."""
    book_no = _circuit_no(ledger)
    officer = calling_officer(ledger, token_of(request, AUDIENCE), now=now)
    if officer is None or officer.book_no != book_no:
        raise SignInNeeded(f"{HOME}/accesso", HOME)
    if acts_for(ledger, officer.officer_id) is not None:
        raise HTTPException(403)  # Its own console is another page: `own`.
    return officer


Signed = Annotated[OfficerRow, Depends(signed)]


@router.get("/accesso")
def way_in(request: Request, ledger: OpenLedger) -> Response:
    """Ask for user name and password."""
    _circuit_no(ledger)
    return page(request, "association/sign_in.html", name="", error="")


@router.post("/accesso")
def come_in(
    request: Request,
    ledger: OpenLedger,
    now: Now,
    nome: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:
    """Open a session, or say that name or password is wrong, never which."""
    _circuit_no(ledger)
    guesses = request.app.state.guesses
    if guesses.are_too_many(request):
        return trouble_page(request, 429)
    opened = sign_in_officer(ledger, CIRCUIT_BOOK, nome, password, now=now)
    if opened is None:
        guesses.count(request)
        values = {"name": nome, "error": REFUSED}
        return page(request, "association/sign_in.html", status_code=422, **values)
    officer = calling_officer(ledger, opened.token, now=now)
    assert officer is not None
    home = HOME if acts_for(ledger, officer.officer_id) is None else OWN
    answer = RedirectResponse(way_back(home, home), status_code=303)
    keep(request, answer, AUDIENCE, opened.token)
    return answer


@router.post("/uscita")
def go_out(request: Request, ledger: OpenLedger) -> Response:
    """Close the session."""
    sign_out(ledger, token_of(request, AUDIENCE))
    answer = RedirectResponse(f"{HOME}/accesso", status_code=303)
    drop(request, answer, AUDIENCE)
    return answer


@router.get("")
def home(request: Request, officer: Signed, ledger: OpenLedger, now: Now) -> Response:
    """The circuit on one page."""
    return _drawn(request, officer, ledger, now)


@router.post("/estratto")
def propose(
    request: Request, officer: Signed, ledger: OpenLedger, now: Now, sent: SentFile
) -> Response:
    """Read a bank statement, and propose what is a contribution; moves nothing."""
    try:
        read = read_statement_file(sent.data)
    except CannotRead:
        return _drawn(request, officer, ledger, now, Told(NO_FILE))
    lines = lines_to_book(read.lines, shops_by_number(ledger), {})
    if not lines:
        return _drawn(request, officer, ledger, now, Told(NO_LINE))
    key = _key(sent.form.get("chiave", ""))
    decision = propose_statement(ledger, lines, officer=officer, key=key, now=now)
    if not decision.accepted:
        return _drawn(request, officer, ledger, now, Told(CHANGED))
    known = {line.line_no for line in lines}
    total = sum(line.amount_cents for line in lines)
    return _drawn(request, officer, ledger, now, Told(
        proposed_cents=total, unknown=_unknown(read, known),
        faulty=tuple(sorted({one.line for one in read.problems})),
    ))  # fmt: skip


@router.post("/estratto/conferma")
def confirm(  # noqa: PLR0917 -- a form's fields.
    request: Request,
    officer: Signed,
    ledger: OpenLedger,
    now: Now,
    estratto: Annotated[str, Form()] = "",
    impronta: Annotated[str, Form()] = "",
    chiave: Annotated[str, Form()] = "",
) -> Response:
    """Book a statement that another officer proposed, line by line."""
    try:
        asked = Confirmation(UUID(estratto), bytes.fromhex(impronta))
    except ValueError as error:
        raise HTTPException(400) from error
    try:
        done = confirm_statement(ledger, asked, officer=officer, key=_key(chiave), now=now)
    except LookupError as error:
        raise HTTPException(404) from error
    if not done.end.accepted:
        why = CHANGED if done.end.code == "already_claimed" else NOT_YOU
        return _drawn(request, officer, ledger, now, Told(why))
    refused = tuple(
        (line.line_no, str(decision.code)) for line, decision in done.lines if not decision.accepted
    )
    told = Told(booked_cents=done.booked_cents, refused=refused)
    return _drawn(request, officer, ledger, now, told)


def _drawn(
    request: Request, officer: OfficerRow, ledger: Ledger, now: int, told: Told = NOTHING
) -> Response:
    return page(
        request, "association/home.html", officer=officer, told=told, number=euro_text,
        circuit=circuit_page(ledger, now=now), dues=contributions_due(ledger),
        waiting=statements_waiting(ledger), key=str(new_id()),
        status_code=422 if told.wrong else 200,
    )  # fmt: skip


def _unknown(read: ReadStatement, known: set[int]) -> tuple[tuple[int, int], ...]:
    return tuple((one.number, one.amount_cents) for one in read.lines if one.number not in known)


def _circuit_no(ledger: Ledger) -> int:
    try:
        return ledger.book(CIRCUIT_BOOK).book_no
    except LookupError as error:
        raise HTTPException(404) from error


def _key(text: str) -> RequestId:
    try:
        return RequestId(UUID(text))
    except ValueError as error:
        raise HTTPException(400) from error
