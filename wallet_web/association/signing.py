"""Rules of the circuit and shops' agreements, signed at one desk: one officer proposes, reads what
changes with the other, who signs with its own name and password. Nothing is kept in between.

Not here: who may sign, and what is too late (`sign_circuit_rules`).
"""  # noqa: D205 -- one sentence.

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import Decision, Ledger, new_id
from ledger.core.chart import CIRCUIT_BOOK
from ledger.core.circuit.rules import CircuitRules, NotRules, read_rules
from ledger.core.circuit.split import NoSplit, percent_text, read_percent
from ledger.core.quantities import Instant, euro_text
from ledger.operations.sign_circuit_rules import Agreement, agree_discount, sign_circuit_rules
from ledger.operations.sign_in import calling_officer, sign_in_officer, sign_out
from ledger.reports.circuit_page import circuit_page
from ledger.reports.contributions import shops_by_number
from ledger.reports.who_asks import OfficerRow
from wallet_web import forms
from wallet_web.association.console import HOME, REFUSED, Signed
from wallet_web.dependencies import Now, OpenLedger, SentForm
from wallet_web.languages import mark
from wallet_web.outcomes import no_of
from wallet_web.rendering import page

router = APIRouter(prefix="/associazione/regole")
HERE: Final = f"{HOME}/regole"
PERCENT: Final = mark("Scrivi la percentuale così: 6% oppure 6,5%.")
FIRST: Final = mark("Le regole cominciano il primo giorno di un mese.")
WRONG: Final = mark("Queste regole non stanno in piedi: controlla quote e percentuali.")
NO_SHOP: Final = mark("Nessun negozio ha questo numero.")
NO_RULES: Final = mark("In quel giorno il circuito non ha regole: firma prima le regole.")
BACKWARDS: Final = mark("L’ultimo giorno viene prima del primo.")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that two persons look at: its name, what holds today, what would hold."""

    name: str
    before: str
    after: str


def _percent(points: Any) -> str:  # noqa: ANN401 -- one value of the rules.
    return percent_text(points)


def _euro(cents: Any) -> str:  # noqa: ANN401 -- as above.
    return f"{euro_text(cents)} €"


def _of_100(percent: Any) -> str:  # noqa: ANN401 -- as above.
    return f"{percent} %"


# What a page may change, with how it is told; caps and the lawyer's switches stay as they are.
FIELDS: Final[tuple[tuple[str, str, Callable[[Any], str]], ...]] = (
    ("fund_points", mark("Parte del Fondo Sociale in uno scontrino"), _percent),
    ("group_points", mark("Sconto di un gruppo di acquisto"), _percent),
    ("release_cents", mark("Gli sconti diventano crediti da"), _euro),
    ("to_shop", mark("Conversione: al negozio"), _of_100),
    ("to_fund", mark("Conversione: al Fondo Sociale"), _of_100),
    ("to_costs", mark("Conversione: alle spese"), _of_100),
)


@router.get("")
def signing(request: Request, officer: Signed, ledger: OpenLedger, now: Now) -> Response:
    """The rules of today with a form to change them, and one for a shop's agreement."""
    circuit = circuit_page(ledger, now=now)
    rules = circuit.rules.rules if circuit.rules else CircuitRules()
    values = [(name, title, tell(getattr(rules, name))) for name, title, tell in FIELDS]
    return page(
        request, "association/signing.html", officer=officer, circuit=circuit, values=values,
        no=no_of(request), signed="firmato" in request.query_params,
    )  # fmt: skip


@router.post("/anteprima")
def preview_rules(
    request: Request, officer: Signed, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """What would change, for both to read; keeps nothing."""
    found = circuit_page(ledger, now=now).rules
    before = found.rules if found else None
    after, starts = _typed_rules(form, before or CircuitRules()), _first_of(form)
    changes = [
        Change(title, tell(getattr(before, name)) if before else "", tell(getattr(after, name)))
        for name, title, tell in FIELDS
        if before is None or getattr(before, name) != getattr(after, name)
    ]
    fields = {"testo": after.text(), "dal": starts.isoformat()}
    return _preview(request, officer, changes, fields, ("regole", starts, None))


@router.post("/firma")
def sign_rules(
    request: Request, officer: Signed, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Sign exactly the text that was read. The other signs by name and password."""
    try:
        rules = read_rules(form.get("testo", ""))
    except NotRules:
        raise forms.Unclear("testo", WRONG) from None
    starts, key = _first_of(form), forms.key(form)
    two = officer, _other(request, ledger, form, now)
    return _ended(sign_circuit_rules(ledger, rules, starts, signed_by=two, key=key, now=now))


@router.post("/accordi/anteprima")
def preview_agreement(
    request: Request, officer: Signed, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """A shop's discount as it would be, beside what it gives now; keeps nothing."""
    asked = _typed_agreement(ledger, form)
    known = [
        one for one in circuit_page(ledger, now=now).agreements if one.shop_id == asked.shop_id
    ]
    name = known[-1].name if known else form.get("negozio", "")
    changes = [Change(name, known[-1].percent if known else "", percent_text(asked.points))]
    fields = {
        "negozio": form.get("negozio", ""), "sconto": percent_text(asked.points),
        "dal": asked.starts_on.isoformat(), "al": asked.ends_on.isoformat(),
    }  # fmt: skip
    return _preview(request, officer, changes, fields, ("accordi", asked.starts_on, asked.ends_on))


@router.post("/accordi/firma")
def sign_agreement(
    request: Request, officer: Signed, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Sign exactly what was read."""
    asked, key = _typed_agreement(ledger, form), forms.key(form)
    two = officer, _other(request, ledger, form, now)
    try:
        done = agree_discount(ledger, asked, signed_by=two, key=key, now=now)
    except LookupError:
        raise forms.Unclear("dal", NO_RULES) from None
    except NoSplit:
        raise forms.Unclear("sconto", PERCENT) from None
    return _ended(done)


def _preview(
    request: Request,
    officer: OfficerRow,
    changes: list[Change],
    fields: dict[str, str],
    what: tuple[str, date, date | None],
) -> Response:
    where = f"{HERE}/firma" if what[0] == "regole" else f"{HERE}/accordi/firma"
    return page(
        request, "association/signing_preview.html", officer=officer, changes=changes,
        fields=fields, where=where, begins=what[1], ends=what[2], key=new_id(),
    )  # fmt: skip


def _ended(done: Decision) -> Response:
    told = "?firmato=1" if done.accepted else f"?no={done.code}"
    return RedirectResponse(f"{HERE}{told}", status_code=303)


def _other(request: Request, ledger: Ledger, form: forms.Form, now: Instant) -> OfficerRow:
    """Who signs beside the one that is signed in. Errors: `Unclear`; 429 after many guesses."""
    guesses = request.app.state.guesses
    if guesses.are_too_many(request):
        raise HTTPException(429)
    name, password = form.get("nome", ""), form.get("password", "")
    opened = sign_in_officer(ledger, CIRCUIT_BOOK, name, password, now=now)
    found = calling_officer(ledger, opened.token, now=now) if opened else None
    if opened is None or found is None:
        guesses.count(request)
        raise forms.Unclear("password", REFUSED)
    sign_out(ledger, opened.token)  # It signs once; nobody is left signed in for it.
    return found


def _typed_rules(form: forms.Form, before: CircuitRules) -> CircuitRules:
    typed: dict[str, Any] = dict(_typed(form))
    try:
        return replace(before, **typed)
    except NotRules:
        raise forms.Unclear("fund_points", WRONG) from None


def _typed(form: forms.Form) -> Iterator[tuple[str, int]]:
    for name, _title, tell in FIELDS:
        if tell is _euro:
            text = form.get(name, "").replace("€", "").strip()
            yield name, forms.amount({name: text}, name)
            continue
        points = _points(form, name)
        yield name, points if tell is _percent else _whole(points, name)


def _points(form: forms.Form, name: str) -> int:
    text = form.get(name, "").strip()
    try:
        return read_percent(text if text.endswith("%") else f"{text}%")
    except NoSplit:
        raise forms.Unclear(name, PERCENT) from None


def _whole(points: int, name: str) -> int:
    percent, rest = divmod(points, 100)
    if rest:
        raise forms.Unclear(name, PERCENT)
    return percent


def _first_of(form: forms.Form) -> date:
    day = forms.day(form, "dal")
    if day.day != 1:
        raise forms.Unclear("dal", FIRST)
    return day


def _typed_agreement(ledger: Ledger, form: forms.Form) -> Agreement:
    text = form.get("negozio", "").strip()
    shop = shops_by_number(ledger).get(int(text)) if text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004 -- no network has so many.
    if shop is None:
        raise forms.Unclear("negozio", NO_SHOP)
    starts, ends = forms.day(form, "dal"), forms.day(form, "al")
    if ends < starts:
        raise forms.Unclear("al", BACKWARDS)
    return Agreement(shop, _points(form, "sconto"), starts, ends)
