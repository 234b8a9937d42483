"""After a restore: a till asks from when on its receipts are wanted, and brings them back.

What it brings is kept and told to its comune; nothing is booked here. Not here: what may be booked
again, and by whom (`ledger.operations.recover`).
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from ledger.core.quantities import Instant
from ledger.operations.recover import note_till_answered, receipts_wanted_since, take_receipt
from ledger.token.refusal import TokenRefused
from merchant_api import messages
from merchant_api.body import body_of
from merchant_api.dependencies import Api, Now, TheApi, Till, any_till
from merchant_api.instants import instant_text
from merchant_api.openapi import body, problems

router = APIRouter(prefix="/api/v1/returned-receipts", tags=["receipts"])

AnyTill = Annotated[Till, Depends(any_till)]
KeptBody = Annotated[messages.KeptReceipts, Depends(body_of(messages.KeptReceipts))]


@router.get("", operation_id="readWanted", responses=problems(401, 429))
def wanted(_till: AnyTill, api: TheApi, now: Now) -> messages.Wanted:
    """From when on receipts are wanted; nothing, if no book was put back from before lately."""
    since = receipts_wanted_since(api.ledger, now=now)
    return messages.Wanted(since=None if since is None else instant_text(since))


@router.post(
    "",
    operation_id="bringReceipts",
    responses=problems(401, 422, 429, 503),
    openapi_extra=body(messages.KeptReceipts),
)
def bring(body: KeptBody, till: AnyTill, api: TheApi, now: Now) -> messages.Brought:
    """Bring back what was kept of sales and refunds; again the same changes nothing."""
    outcomes = [_keep(one, till, api, now) for one in body.receipts]
    if body.last:
        note_till_answered(api.ledger, till.till_id, now=now)
    return messages.Brought(outcomes=outcomes)


def _keep(one: messages.KeptReceipt, till: Till, api: Api, now: Instant) -> str:
    sale = None if one.sale is None else UUID(one.sale)
    trust = api.receipts.fresh_trust(now)
    try:
        take_receipt(api.ledger, till.till_id, one.receipt, sale, trust, now=now)
    except (TokenRefused, ValueError):
        return "refused"
    return "kept"
