"""Who stands at a till: the shop's operators, and whose turn it is, by PIN.

Not here: adding operators and their rights (the shop's pages).
"""

from typing import Annotated, Final, Literal, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Header

from ledger.operations.take_turn import TurnOutcome, end_turn, take_turn, try_operator
from ledger.reports.shop_people import operator_rows
from merchant_api import messages
from merchant_api.body import body_of
from merchant_api.dependencies import (
    Api,
    ConnectedTill,
    TheApi,
    Till,
    read_key,
    token_of,
)
from merchant_api.openapi import body, problems
from merchant_api.problems import Problem

router = APIRouter(prefix="/api/v1", tags=["tills"])

PinBody = Annotated[messages.OperatorPin, Depends(body_of(messages.OperatorPin))]
SaidToken = Annotated[str, Header(alias="authorization", include_in_schema=False)]
Rights = Literal["scan", "refund", "owner"]
NOES: Final = {
    TurnOutcome.WRONG: "operator_pin_wrong",
    TurnOutcome.LOCKED: "operator_locked",
    TurnOutcome.UNKNOWN: "not_found",
}


@router.get("/operators", operation_id="readOperators", responses=problems(401, 403))
def read_operators(till: ConnectedTill, api: TheApi) -> messages.Operators:
    """Read who may stand at this till, and who does."""
    return _told(api, till, till.operator_id)


@router.post(
    "/operator-turns",
    operation_id="takeTurn",
    responses=problems(401, 403, 404, 422),
    openapi_extra=body(messages.OperatorPin),
)
def take(body: PinBody, till: ConnectedTill, api: TheApi, said: SaidToken) -> messages.Operators:
    """Come to the till by a PIN: from now on every entry carries this operator."""
    who = read_key(body.operator, "not_found")
    outcome = take_turn(api.ledger, token_of(said), till.shop_id, who, body.pin)
    if outcome is not TurnOutcome.RIGHT:
        raise Problem(NOES[outcome])
    return _told(api, till, who)


@router.delete("/operator-turns", operation_id="endTurn", responses=problems(401, 403))
def leave(till: ConnectedTill, api: TheApi, said: SaidToken) -> messages.Operators:
    """Lock the till: whoever comes next comes in by a PIN."""
    end_turn(api.ledger, token_of(said))
    return _told(api, till, None)


def _told(api: Api, till: Till, current: UUID | None) -> messages.Operators:
    return messages.Operators(
        items=[
            messages.Operator(
                id=str(one.operator_id),
                nickname=one.nickname,
                rights=cast("Rights", one.rights),
                locked=one.is_locked,
            )
            for one in operator_rows(api.ledger, till.shop_id)
        ],
        current=None if current is None else str(current),
    )


def second_person(api: Api, till: Till, shown: messages.OperatorPin | None) -> UUID | None:
    """The second operator who agrees, by a PIN; who stands at the till is none. Errors: `Problem`.

    Counted as any PIN is.
    """
    if shown is None:
        return None
    who = read_key(shown.operator, "not_found")
    if who == till.operator_id:
        raise Problem("second_operator_needed")
    outcome = try_operator(api.ledger, till.shop_id, who, shown.pin)
    if outcome is not TurnOutcome.RIGHT:
        raise Problem(NOES[outcome])
    return who
