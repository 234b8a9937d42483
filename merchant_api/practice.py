"""The way to the practice ground: a till tries everything, on a ledger that is thrown away.

The same API, below `/prova`, on a ledger of its own in the test environment: so no total, list or
figure can count it, its codes are refused by every other till, and theirs are refused there. Not
here: the ground itself (`scripts.practice`).
"""

from fastapi import APIRouter

from ledger.reports.shop_people import own_shop
from merchant_api import messages
from merchant_api.dependencies import CallingTill, Now, TheApi
from merchant_api.instants import instant_text
from merchant_api.openapi import problems
from merchant_api.problems import Problem

router = APIRouter(prefix="/api/v1", tags=["tills"])


@router.post(
    "/practice-sessions",
    status_code=201,
    operation_id="openPracticeSession",
    responses=problems(401, 403, 404, 429),
)
def practise(till: CallingTill, api: TheApi, now: Now) -> messages.PracticeSession:
    """Open a session at the practice ground; 404 where the server has none."""
    if api.practice is None:
        raise Problem("no_practice")
    shop = own_shop(api.ledger, till.shop_id)
    made = api.practice.enter(shop.id, shop.name, shop.category, now=now)
    return messages.PracticeSession(
        session_token=made.session_token,
        expires_at=instant_text(made.expires_at),
        shop=made.shop,
        till=till.label,
        code=made.code,
        pin=made.pin,
        token=made.token,
        slip=made.slip,
    )
