"""What became of a till's request to a phone. Not here: the phone's answer (the family's pages)."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from ledger.operations.read_request import request_key
from merchant_api import messages
from merchant_api.answers import read_again
from merchant_api.dependencies import CallingTill, Now, TheApi
from merchant_api.openapi import problems
from merchant_api.redemptions import voided

router = APIRouter(prefix="/api/v1/shop-requests", tags=["redemptions"])


Nonce = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]


@router.get(
    "/{nonce}",
    operation_id="readShopRequest",
    response_model=messages.Decided,
    responses=problems(404),
)
def read_shop_request(nonce: Nonce, till: CallingTill, api: TheApi) -> Response:
    """Tell the decision that answered a request of this till, named by its nonce in hexadecimal.

    404 as long as nobody has answered it.
    """
    return read_again(api, till, request_key(till.till_id, bytes.fromhex(nonce)))


@router.post(
    "/{nonce}/void",
    operation_id="voidShopRequest",
    response_model=messages.Voided,
    responses=problems(404, 503),
)
def void_shop_request(nonce: Nonce, till: CallingTill, api: TheApi, now: Now) -> messages.Voided:
    """Take a request back: nobody can pay it any more, and what was paid goes back in full."""
    return voided(api, till, request_key(till.till_id, bytes.fromhex(nonce)), now)
