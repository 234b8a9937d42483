"""The circuit at a till: purchases with discount, credits taken, paid on and converted.

A discount is no voucher and a credit is neither: each answer says which it is (`nature`).
Not here: what is owed, and caps (`ledger`). Source: design 4.2; docs/CIRCUIT.md.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from ledger import AccountKind, Code, Decision, RequestId
from ledger.core.circuit.accounts import circuit_account
from ledger.core.circuit.credits import ASSOCIATION, CreditSale, Holder
from ledger.core.circuit.purchases import Purchase, is_late
from ledger.core.circuit.rules import Role
from ledger.core.circuit.split import NoSplit
from ledger.core.credentials import Credential
from ledger.core.quantities import Instant
from ledger.operations.convert_credits import convert_credits
from ledger.operations.pay_credits import pay_on, sale_of_key, sell_for_credits
from ledger.operations.record_purchase import (
    purchase_of_key,
    record_order,
    record_purchase,
    return_goods,
    terms_at,
)
from ledger.reports.associations import associations
from ledger.reports.circuit_credits import wallet_of
from ledger.reports.contributions import shops_by_number
from merchant_api import messages
from merchant_api.answers import refused
from merchant_api.body import body_of
from merchant_api.credentials import check_pin, shown_credential
from merchant_api.dependencies import (
    Api,
    CallingTill,
    IdempotencyKey,
    Now,
    TheApi,
    Till,
    read_key,
)
from merchant_api.instants import instant_text, read_instant
from merchant_api.openapi import body, problems
from merchant_api.problems import Problem

router = APIRouter(prefix="/api/v1", tags=["circuit"])

PurchaseBody = Annotated[messages.Purchase, Depends(body_of(messages.Purchase))]
OrderBody = Annotated[messages.GroupOrder, Depends(body_of(messages.GroupOrder))]
CreditSaleBody = Annotated[messages.CreditSale, Depends(body_of(messages.CreditSale))]
PayOnBody = Annotated[messages.PayOn, Depends(body_of(messages.PayOn))]
ConversionBody = Annotated[messages.Conversion, Depends(body_of(messages.Conversion))]


@router.get("/circuit", operation_id="readCircuit", responses=problems(404))
def read_circuit(till: CallingTill, api: TheApi, now: Now) -> messages.Circuit:
    """Tell what this shop gives today, and the credits that it holds and may hold."""
    wallet = wallet_of(api.ledger, Holder(Role.SHOP, till.shop_id), now=now)
    if wallet is None:
        raise Problem("no_circuit")
    terms = terms_at(api.ledger, till.shop_id, now=now)
    return messages.Circuit(
        discount_points=None if terms is None else terms.discount.points,
        credits_cents=wallet.balance_cents,
        cap_cents=wallet.cap_cents,
        is_convertible=terms is not None and terms.rules.rules.credits_convertible,
    )


@router.post(
    "/purchases",
    status_code=201,
    operation_id="recordPurchase",
    responses=problems(404, 409, 422, 503),
    openapi_extra=body(messages.Purchase),
)
def purchase(
    body: PurchaseBody, till: CallingTill, key: IdempotencyKey, api: TheApi, now: Now
) -> messages.Purchased:
    """Note a purchase paid with ordinary money: the shop owes its discount, nothing is taken."""
    bought_at = _bought_at(body.bought_at)
    late = bought_at is not None and is_late(bought_at, now)
    if late and purchase_of_key(api.ledger, till.till_id, key) is None:
        raise Problem("bought_long_ago")
    credential = shown_credential(api, till, body, now=bought_at or now)
    asked = Purchase(
        till.till_id, credential.id, body.receipt_cents, _operator(till), bought_at=bought_at
    )
    try:
        decision = record_purchase(api.ledger, asked, key=key, now=now)
    except LookupError as error:
        raise Problem("no_circuit") from error
    except NoSplit as error:
        raise Problem("invalid", errors=[{"field": "receipt_cents", "what": "no_split"}]) from error
    return _purchased(decision)


@router.post(
    "/group-orders",
    status_code=201,
    operation_id="recordGroupOrder",
    responses=problems(404, 409, 422, 503),
    openapi_extra=body(messages.GroupOrder),
)
def group_order(
    body: OrderBody, till: CallingTill, key: IdempotencyKey, api: TheApi, now: Now
) -> messages.Purchased:
    """Note an order of a buying group: its price cut is the family's, its accrual the fund's."""
    credential = shown_credential(api, till, body, now=now)
    try:
        decision = record_order(
            api.ledger, till.till_id, credential.id, body.list_cents, key=key, now=now
        )
    except LookupError as error:
        raise Problem("no_circuit") from error
    return _purchased(decision)


@router.get("/purchases/{key}", operation_id="readPurchase", responses=problems(404))
def read_purchase(key: str, till: CallingTill, api: TheApi) -> messages.Purchased:
    """Tell a purchase again."""
    decision = purchase_of_key(api.ledger, till.till_id, read_key(key, "not_found"))
    if decision is None:
        raise Problem("not_found")
    return _purchased(decision)


@router.post(
    "/purchases/{key}/returns",
    status_code=201,
    operation_id="returnPurchase",
    responses=problems(404, 409, 422, 503),
)
def returned(
    key: str, till: CallingTill, return_key: IdempotencyKey, api: TheApi, now: Now
) -> messages.Returned:
    """Take back the discount of returned goods, so far as the shop has not paid it in."""
    bought = read_key(key, "not_found")
    if purchase_of_key(api.ledger, till.till_id, bought) is None:
        raise Problem("not_found")
    decision = return_goods(
        api.ledger, bought, cents=None, till_id=till.till_id, key=return_key, now=now
    )
    _want_accepted(decision)
    cents = sum(move.amount for move in decision.transfers)
    return messages.Returned(id=str(decision.request.id), discount_cents=cents)


@router.post(
    "/credit-payments",
    status_code=201,
    operation_id="takeCredits",
    responses=problems(404, 409, 422, 503),
    openapi_extra=body(messages.CreditSale),
)
def take_credits(
    body: CreditSaleBody, till: CallingTill, key: IdempotencyKey, api: TheApi, now: Now
) -> messages.CreditsPaid:
    """Take credits of the family that shows its code; the PIN is always asked."""
    credential = shown_credential(api, till, body, now=now)
    asked = CreditSale(till.till_id, credential.id, body.amount_cents, _operator(till))
    if sale_of_key(api.ledger, till.till_id, key) is None:
        _want_pin(api, till, key, credential, body.pin)
    try:
        decision = sell_for_credits(api.ledger, asked, key=key, now=now)
    except LookupError as error:
        raise Problem("no_circuit") from error
    return _credits_paid(decision)


@router.post(
    "/credit-payments/onward",
    status_code=201,
    operation_id="payCreditsOn",
    responses=problems(403, 404, 409, 422, 503),
    openapi_extra=body(messages.PayOn),
)
def pay_credits_on(
    body: PayOnBody, till: CallingTill, key: IdempotencyKey, api: TheApi, now: Now
) -> messages.CreditsPaid:
    """Pay the shop's credits on to another shop, to an association, or to the circuit itself."""
    _want_owner(till)
    receiver = _receiver(api, till, body)
    try:
        cents = body.amount_cents
        decision = pay_on(api.ledger, till.till_id, receiver, cents, key=key, now=now)
    except LookupError as error:
        raise Problem("no_circuit") from error
    return _credits_paid(decision)


@router.post(
    "/conversions",
    status_code=201,
    operation_id="convertCredits",
    responses=problems(403, 404, 409, 422, 503),
    openapi_extra=body(messages.Conversion),
)
def convert(
    body: ConversionBody, till: CallingTill, key: IdempotencyKey, api: TheApi, now: Now
) -> messages.Converted:
    """Turn the shop's credits into euro by the circuit's rule, once a lawyer has allowed it."""
    _want_owner(till)
    actor = f"till:{till.till_id.hex}"
    try:
        decision = convert_credits(
            api.ledger, till.shop_id, body.amount_cents, actor=actor, key=key, now=now
        )
    except LookupError as error:
        raise Problem("no_circuit") from error
    _want_accepted(decision)
    payable = circuit_account(AccountKind.SHOP_PAYABLE, till.shop_id)
    owed = sum(move.amount for move in decision.transfers if move.credit == payable)
    return messages.Converted(id=str(key), amount_cents=body.amount_cents, owed_cents=owed)


def _receiver(api: Api, till: Till, body: messages.PayOn) -> Holder:
    """Whom a shop pays on to. Errors: `Problem`."""
    if body.shop_no is not None and body.association_id is not None:
        raise Problem("invalid", errors=[{"field": "association_id", "what": "one receiver"}])
    if body.association_id is not None:
        wanted = UUID(body.association_id)
        if wanted not in {one.association_id for one in associations(api.ledger)}:
            raise Problem("not_found")
        return Holder(Role.ASSOCIATION, wanted)
    if body.shop_no is None:
        return ASSOCIATION
    shop_id = shops_by_number(api.ledger).get(body.shop_no)
    if shop_id is None or shop_id == till.shop_id:
        raise Problem("not_found")
    return Holder(Role.SHOP, shop_id)


def _bought_at(text: str | None) -> Instant | None:
    """When a purchase was, as its till says. Errors: `Problem`."""
    if text is None:
        return None
    try:
        return read_instant(text)
    except ValueError as error:
        raise Problem("invalid", errors=[{"field": "bought_at", "what": "no time"}]) from error


def _operator(till: Till) -> str | None:
    return None if till.operator_id is None else till.operator_id.hex


def _want_pin(
    api: Api, till: Till, key: RequestId, credential: Credential, pin: str | None
) -> None:
    if credential.kind == "slip":
        raise Problem(Code.CREDENTIAL_INACTIVE)
    check_pin(api, till, UUID(int=key.int), credential, pin)


def _want_owner(till: Till) -> None:
    """Credits leave a shop by its owner's hand, where it has operators. Errors: `Problem`."""
    if not till.may("owner"):
        raise Problem("right_missing")


def _want_accepted(decision: Decision) -> None:
    """Go on only with a yes. Errors: `Problem`."""
    if decision.code is Code.CEILING_REACHED:
        raise Problem("wallet_full", available_cents=decision.facts.get("available"))
    if not decision.accepted:
        raise refused(decision)


def _purchased(decision: Decision) -> messages.Purchased:
    _want_accepted(decision)
    asked = decision.request.asked or {}
    receipt, price = asked["receipt"], asked.get("list")
    assert isinstance(receipt, int)
    assert price is None or isinstance(price, int)
    discount = sum(move.amount for move in decision.transfers)
    return messages.Purchased(
        id=str(decision.request.id),
        at=instant_text(decision.recorded_at),
        nature="discount",
        list_cents=price,
        receipt_cents=receipt,
        discount_cents=discount,
        shop_net_cents=receipt - discount,
    )


def _credits_paid(decision: Decision) -> messages.CreditsPaid:
    _want_accepted(decision)
    [moved] = decision.transfers
    return messages.CreditsPaid(
        id=str(decision.request.id),
        at=instant_text(decision.recorded_at),
        nature="credit",
        amount_cents=moved.amount,
        remaining_cents=moved.debit_balance,
    )
