"""The circuit at the till: note a purchase with discount, or take credits. Each says which it is.

The page comes empty; its script asks for the content, and sends its forms, with the till's session.
Not here: what is owed, and how many credits a shop may hold (`ledger`). Source: docs/CIRCUIT.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ledger import Code, Decision, Ledger, RequestId, new_id
from ledger.core.circuit.credits import CreditSale, Holder
from ledger.core.circuit.purchases import Purchase
from ledger.core.circuit.rules import Role
from ledger.core.circuit.split import percent_text
from ledger.core.credentials import Credential
from ledger.core.quantities import MAX_AMOUNT, Amount, Instant, euro_text, parse_euro
from ledger.operations.pay_credits import sale_of_key, sell_for_credits
from ledger.operations.record_purchase import record_purchase, terms_at
from ledger.operations.sign_in import PinOutcome, credential_of_code, try_pin
from ledger.reports.circuit_credits import wallet_of
from ledger.token.short_code import Mistyped, parse
from wallet_web.dependencies import Now, OpenLedger, SentForm, SignedTill
from wallet_web.languages import mark
from wallet_web.rendering import page
from wallet_web.shop.words import TILL

router = APIRouter(prefix="/cassa/circuito")

AMOUNT: Final = mark("Scrivi l’importo così: 12,50.")
UNKNOWN: Final = mark("Codice sconosciuto: controlla i 12 caratteri.")
TOO_MANY: Final = mark("Troppi codici sbagliati: aspetta un minuto.")
MISTYPED: Final = mark("Nel codice c’è un errore di battitura: controlla i 12 caratteri.")
PINS: Final[Mapping[PinOutcome, str]] = {
    PinOutcome.WRONG: mark("PIN sbagliato: non è stato preso nulla. Riprova."),
    PinOutcome.LOCKED: mark("Troppi PIN sbagliati: il codice è bloccato. Chiama il Comune."),
}
FULL: Final = mark("Il negozio ha già tutti i crediti che può rimettere in giro.")
TOO_FEW: Final = mark("La famiglia non ha abbastanza crediti: non è stato preso nulla.")
NO: Final = mark("Non è andata: nulla è stato registrato. Riprova.")
REFUSED: Final[Mapping[Code, str]] = {
    Code.INSUFFICIENT_FUNDS: TOO_FEW,
    Code.CEILING_REACHED: FULL,
    Code.NO_DISCOUNT: TILL["no_discount"],
    Code.SHOP_SUSPENDED: TILL["shop_suspended"],
    Code.CREDENTIAL_INACTIVE: TILL["credential_inactive"],
    Code.OVER_LIMIT: TILL["over_limit"],
    Code.KEY_REUSED: TILL["key_reused"],
}


class No(Exception):
    """What is not done, in words."""

    def __init__(self, why: str) -> None:
        """Say why."""
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Done:
    """What was just noted: which form, and its amounts in cents."""

    form: str
    cents: Amount
    discount_cents: Amount = 0
    left_cents: Amount = 0


@router.get("")
def circuit_page(request: Request) -> Response:
    """The page, which asks for its content."""
    return page(request, "shop/circuit.html")


@router.get("/oggi")
def today(request: Request, till: SignedTill, ledger: OpenLedger, now: Now) -> Response:
    """What the shop gives today, its credits, and both forms."""
    return _drawn(request, till, ledger, now)


@router.post("/acquisto")
def bought(
    request: Request, till: SignedTill, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Note a purchase that was paid with ordinary money."""

    def note() -> Done:
        credential, key = _credential(request, ledger, form), _key(form)
        operator = None if till.operator_id is None else till.operator_id.hex
        asked = Purchase(till.till_id, credential.id, _cents(form), operator)
        decision = _accepted(record_purchase(ledger, asked, key=key, now=now))
        discount = sum(move.amount for move in decision.transfers)
        return Done("acquisto", asked.receipt_cents, discount)

    return _answered(request, till, ledger, form, now, note)


@router.post("/crediti")
def taken(
    request: Request, till: SignedTill, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Take credits of the family that shows its code and types its PIN."""

    def take() -> Done:
        credential, key = _credential(request, ledger, form), _key(form)
        operator = None if till.operator_id is None else till.operator_id.hex
        asked = CreditSale(till.till_id, credential.id, _cents(form), operator)
        if sale_of_key(ledger, till.till_id, key) is None:
            _want_pin(ledger, credential, form.get("pin", ""))
        decision = _accepted(sell_for_credits(ledger, asked, key=key, now=now))
        [moved] = decision.transfers
        return Done("crediti", moved.amount, left_cents=moved.debit_balance)

    return _answered(request, till, ledger, form, now, take)


def _answered(  # noqa: PLR0917 -- who asks, and what was sent.
    request: Request, till: SignedTill, ledger: Ledger, form: SentForm, now: Instant,
    do: Callable[[], Done],
) -> Response:  # fmt: skip
    try:
        done = do()
    except No as no:
        return _drawn(request, till, ledger, now, wrong=no.why, form=form)
    except LookupError:
        return _drawn(request, till, ledger, now, wrong=TILL["no_circuit"])
    return _drawn(request, till, ledger, now, done=done)


def _drawn(
    request: Request, till: SignedTill, ledger: Ledger, now: Instant, *, wrong: str = "",
    form: Mapping[str, str] | None = None, done: Done | None = None,
) -> Response:  # fmt: skip
    """The content; after a no with what was typed and its key, so that a retry is the same."""
    terms = terms_at(ledger, till.shop_id, now=now)
    wallet = wallet_of(ledger, Holder(Role.SHOP, till.shop_id), now=now)
    return page(
        request, "shop/circuit_today.html", terms=terms, wallet=wallet, wrong=wrong, done=done,
        points=None if terms is None else percent_text(terms.discount.points), number=euro_text,
        typed=form or {}, key=(form or {}).get("chiave") or str(new_id()), other=str(new_id()),
    )  # fmt: skip


def _cents(form: Mapping[str, str]) -> Amount:
    try:
        cents = parse_euro(form.get("importo", ""))
    except ValueError as error:
        raise No(AMOUNT) from error
    if not 0 < cents <= MAX_AMOUNT:
        raise No(AMOUNT)
    return cents


def _key(form: Mapping[str, str]) -> RequestId:
    try:
        key = UUID(form.get("chiave", ""))
    except ValueError as error:
        raise HTTPException(400) from error
    if key.int == 0:
        raise HTTPException(400)
    return RequestId(key)


def _credential(request: Request, ledger: Ledger, form: Mapping[str, str]) -> Credential:
    """The family behind a typed code; wrong ones are counted by address."""
    guesses = request.app.state.guesses
    if guesses.are_too_many(request):
        raise No(TOO_MANY)
    try:
        found = credential_of_code(ledger, parse(form.get("codice", "")))
    except Mistyped as error:
        raise No(MISTYPED) from error
    if found is None:
        guesses.count(request)
        raise No(UNKNOWN)
    if found.kind == "slip":
        raise No(REFUSED[Code.CREDENTIAL_INACTIVE])
    return found


def _want_pin(ledger: Ledger, credential: Credential, pin: str) -> None:
    outcome = PinOutcome.LOCKED
    if credential.pin_id is not None:
        outcome = try_pin(ledger, credential.pin_id, pin)
    if outcome is not PinOutcome.RIGHT:
        raise No(PINS[outcome])


def _accepted(decision: Decision) -> Decision:
    if not decision.accepted:
        raise No(REFUSED.get(decision.code, NO))
    return decision
