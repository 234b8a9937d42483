"""Rules of the circuit and shops' agreements, signed at one desk: one officer proposes, reads what
changes with the other, who signs with its own name and password. Nothing is kept in between.

Not here: who may sign, and what is too late (`sign_circuit_rules`).
"""  # noqa: D205 -- one sentence.

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import Decision, Ledger, new_id
from ledger.core.chart import CIRCUIT_BOOK
from ledger.core.circuit.rules import CircuitRules, NotRules, read_rules
from ledger.core.circuit.split import NoSplit, percent_text
from ledger.core.quantities import Instant
from ledger.operations.sign_circuit_rules import Agreement, agree_discount, sign_circuit_rules
from ledger.operations.sign_in import calling_officer, sign_in_officer, sign_out
from ledger.reports.circuit_page import circuit_page
from ledger.reports.contributions import shops_by_number
from ledger.reports.who_asks import OfficerRow, comuni
from wallet_web import forms
from wallet_web.association.console import HOME, REFUSED, Signed
from wallet_web.association.rule_fields import (
    PERCENT,
    WRONG,
    Group,
    groups,
    percent,
    rules_of,
    values_of,
)
from wallet_web.dependencies import Now, OpenLedger, SentForm
from wallet_web.languages import mark
from wallet_web.outcomes import no_of
from wallet_web.rendering import page

router = APIRouter(prefix="/associazione/regole")
HERE: Final = f"{HOME}/regole"
FIRST: Final = mark("Le regole cominciano il primo giorno di un mese.")
NO_SHOP: Final = mark("Nessun negozio ha questo numero.")
NO_RULES: Final = mark("In quel giorno il circuito non ha regole: firma prima le regole.")
BACKWARDS: Final = mark("L’ultimo giorno viene prima del primo.")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that two persons look at: its name, what holds today, what would hold.

    `of`: the comune that it is of, if it is of one.
    """

    name: str
    before: str
    after: str
    of: str = ""


@router.get("")
def signing(request: Request, officer: Signed, ledger: OpenLedger, now: Now) -> Response:
    """The rules of today with a form to change them, and one for a shop's agreement."""
    circuit = circuit_page(ledger, now=now)
    rules = circuit.rules.rules if circuit.rules else CircuitRules()
    return page(
        request, "association/signing.html", officer=officer, circuit=circuit,
        groups=_groups(ledger), values=values_of(rules), no=no_of(request),
        signed="firmato" in request.query_params,
    )  # fmt: skip


@router.post("/anteprima")
def preview_rules(
    request: Request, officer: Signed, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """What would change, for both to read; keeps nothing."""
    found = circuit_page(ledger, now=now).rules
    before = found.rules if found else None
    shown, starts = _groups(ledger), _first_of(form)
    after = rules_of(before or CircuitRules(), form, shown)
    changes = [one for group in shown for one in _changes(group, before, after)]
    fields = {"testo": after.text(), "dal": starts.isoformat()}
    return _preview(request, officer, changes, fields, ("regole", starts, None))


def _groups(ledger: Ledger) -> tuple[Group, ...]:
    return groups([(one.slug, one.name) for one in comuni(ledger)])


def _changes(group: Group, before: CircuitRules | None, after: CircuitRules) -> Iterator[Change]:
    old, new = values_of(before) if before else {}, values_of(after)
    for field in group.fields:
        then, soon = old.get(field.name), new.get(field.name)
        if then != soon:
            yield Change(field.title, field.told(then), field.told(soon), field.of)


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
    return Agreement(shop, percent(form, "sconto"), starts, ends)
