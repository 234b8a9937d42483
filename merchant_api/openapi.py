"""What the API's description says beyond the messages: bodies, problems, ModI's own fields."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from merchant_api.messages import ProblemDocument
from merchant_api.problems import MEDIA_TYPE

WORDS = {
    400: "Malformed / Richiesta malformata",
    401: "Session unknown / Sessione sconosciuta",
    403: "Not allowed now / Non consentito ora",
    404: "Not found / Non trovato",
    408: "Too slow / Troppo lento",
    409: "Key used otherwise / Chiave già usata",
    413: "Too large / Troppo grande",
    415: "Media type / Tipo non accettato",
    422: "Refused / Rifiutato",
    429: "Too many / Troppe richieste",
    503: "Busy or unknown / Occupato o esito ignoto",
}
ALWAYS = (400, 401, 403, 408, 413, 415, 422, 429, 503)


# The headers of a route that reads them itself.
CALLER: dict[str, Any] = {
    "parameters": [
        {
            "name": name,
            "in": "header",
            "required": True,
            "schema": {"type": "string", **more},
            "description": why,
        }
        for name, more, why in (
            ("Authorization", {}, "Bearer and the session's token"),
            ("Idempotency-Key", {"format": "uuid"}, "Made and stored before sending"),
        )
    ]
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that a route may answer with, besides those that every route may."""
    schema = {"$ref": "#/components/schemas/ProblemDocument"}
    content = {MEDIA_TYPE: {"schema": schema}}
    return {
        status: {"description": WORDS[status], "content": content}
        for status in sorted({*ALWAYS, *statuses})
    }


EXAMPLES: Mapping[str, dict[str, Any]] = {
    "TillSecret": {"secret": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"},
    "Look": {"code": "DNM0-C4E2-0CF4", "pin": "12345"},
    "Redemption": {"code": "DNM0-C4E2-0CF4", "pin": "12345", "amount_cents": 1250},
    "Refund": {"amount_cents": 250, "reason": "goods_returned"},
    "DeviceKey": {"public": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
    "Enrolment": {
        "code": "DNM0-C4E2-0CF4",
        "public": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    },
    "SignedChallenge": {"challenge": "AAAA", "signature": "AAAA"},
    "OperatorPin": {"operator": "018f0000-0000-7000-8000-000000000000", "pin": "12345"},
    "Purchase": {"code": "DNM0-C4E2-0CF4", "receipt_cents": 5000},
    "GroupOrder": {"code": "DNM0-C4E2-0CF4", "list_cents": 10000},
    "CreditSale": {"code": "DNM0-C4E2-0CF4", "pin": "12345", "amount_cents": 800},
    "PayOn": {"amount_cents": 300, "shop_no": 12},
    "Conversion": {"amount_cents": 10000},
    "Acceptances": {"acceptances": ["0oRD"]},
    "KeptReceipts": {"receipts": [{"receipt": "BC1:AAAA"}], "last": True},
}


def body(message: type[BaseModel]) -> dict[str, Any]:
    """The body that a route reads by hand, as its description tells it."""
    schema = {"$ref": f"#/components/schemas/{message.__name__}"}
    content = {"application/json": {"schema": schema, "example": EXAMPLES[message.__name__]}}
    return {"requestBody": {"required": True, "content": content}}


def with_messages(
    description: dict[str, Any], extra: Mapping[str, type[BaseModel]]
) -> dict[str, Any]:
    """Add the messages that are read by hand to the description's components."""
    schemas = description.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)  # The framework's own, which no route of ours answers with.
    reference = "#/components/schemas/{model}"
    by_hand: dict[str, type[BaseModel]] = {"ProblemDocument": ProblemDocument, **extra}
    for name, message in by_hand.items():
        schema = message.model_json_schema(ref_template=reference)
        schemas.update(schema.pop("$defs", {}))
        schemas[name] = schema
    return description
