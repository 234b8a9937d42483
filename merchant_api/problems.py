"""The closed catalogue of problems: every code -> status, title, what to do (RFC 9457).

One table for refusals of the book and for what is no decision. Never echoes what was sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import JSONResponse

from ledger import Code

MEDIA_TYPE: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind of problem: its HTTP status, what it is called, what to do about it."""

    status: int
    title: str
    detail: str


CATALOGUE: Final[Mapping[str, Entry]] = {
    # The book's refusals: kept for ever under the key that asked.
    Code.KEY_REUSED: Entry(409, "Key used for another request", "Make a new key."),
    Code.VOIDED: Entry(409, "Key voided", "This key was voided before; make a new one."),
    Code.INSUFFICIENT_FUNDS: Entry(
        422, "Not enough left", "Take at most `available_cents`, the rest in other money."
    ),
    Code.CREDENTIAL_INACTIVE: Entry(
        422, "Code replaced or blocked", "The family asks its comune for a new code."
    ),
    Code.SHOP_SUSPENDED: Entry(422, "Shop suspended", "Ask the comune."),
    Code.NOT_ADMITTED: Entry(
        422, "Not for this kind of shop", "No programme behind this code admits this shop."
    ),
    Code.NOT_YET_VALID: Entry(422, "Not valid yet", "The programme has not begun."),
    Code.EXPIRED: Entry(422, "Expired", "The programme's last day is over."),
    Code.NOT_IN_GROUP: Entry(
        422, "Only in the buying group's shops", "Another shop, or other money."
    ),
    Code.OTHER_DENOMINATION: Entry(
        422, "Not this face in this shop", "This kind of shop takes vouchers of another face."
    ),
    Code.EARNED_HERE: Entry(
        422, "To be spent elsewhere", "It was earned in this shop: another shop takes it."
    ),
    Code.BEGUN_ELSEWHERE: Entry(
        422, "Begun in another shop", "What is left of it is spent where it was begun."
    ),
    Code.FIRST_USE_MISSED: Entry(
        422, "Not begun in time", "The days for its first use are over: ask the comune."
    ),
    Code.DECLARATION_NEEDED: Entry(
        422, "Declaration needed", "Send in `declared` the goods that the sale has none of."
    ),
    Code.BILL_NEEDED: Entry(422, "Bill needed", "Send the whole receipt as `bill_cents`."),
    Code.OVER_SHARE: Entry(
        422, "More than its share of the bill", "Look with `bill_cents`: it tells how much."
    ),
    Code.OVER_LIMIT: Entry(422, "Above the limit of one sale", "Take less: a look tells how much."),
    Code.OVER_DAY: Entry(422, "Above the family's day", "Take less: a look tells how much."),
    Code.OVER_WEEK: Entry(422, "Above the family's week", "Take less: a look tells how much."),
    Code.CEILING_REACHED: Entry(422, "The family's maximum was reached", "Look again."),
    Code.ACCOUNT_CLOSED: Entry(422, "Used or taken back", "Nothing can be taken any more."),
    Code.ALREADY_CLAIMED: Entry(
        422, "Shown before", "Its phone opens the code again: each sale has a number of its own."
    ),
    Code.REFUND_EXCEEDS: Entry(
        422, "More than was paid", "Refund at most what is left of this redemption."
    ),
    Code.TOO_LATE: Entry(422, "Too late", "Use a refund with its reason."),
    Code.NO_DISCOUNT: Entry(422, "No agreement today", "The shop agrees with the association."),
    Code.SWITCHED_OFF: Entry(
        422, "Not allowed yet", "The circuit's rules switch it off until a lawyer has answered."
    ),
    "wallet_full": Entry(
        422,
        "As many credits as can be passed on",
        "At most `available_cents` more, or pay some on.",
    ),
    # What is no decision: nothing is stored, and the key stays free.
    "unauthorized": Entry(401, "Session unknown or over", "Open a new till session."),
    "secret_unknown": Entry(401, "Secret unknown", "Enrol the till again."),
    "bought_long_ago": Entry(422, "Told too late", "A purchase is told within seven days."),
    "no_circuit": Entry(404, "No circuit", "This network has none, or no rules yet."),
    "no_practice": Entry(404, "No practice ground", "This server has none."),
    "till_revoked": Entry(
        403, "Till withdrawn", "Hand in what waits; the shop's owner connects it again."
    ),
    "device_unconfirmed": Entry(403, "Device waits", "The shop's owner confirms it by its name."),
    "challenge_refused": Entry(401, "Challenge over or not signed so", "Ask for another one."),
    "invitation_unknown": Entry(
        422, "Code unknown, used or over", "The owner makes another; this try was counted."
    ),
    "operator_needed": Entry(403, "Nobody at the till", "An operator comes in by a PIN first."),
    "operator_pin_wrong": Entry(422, "Wrong operator PIN", "Five tries in all."),
    "operator_locked": Entry(422, "Operator locked", "The shop's owner unlocks."),
    "right_missing": Entry(403, "Not this operator's right", "An operator who may does it."),
    "second_operator_needed": Entry(
        403, "A second operator is needed", "Send `second`: another one, who may refund, and a PIN."
    ),
    "token_refused": Entry(422, "Code not valid", "Scan again, or type the code below it."),
    "other_sale": Entry(
        422, "Shown for another sale", "The phone showed it for less, or for another shop."
    ),
    "code_mistyped": Entry(422, "Typing error in the code", "Compare the twelve characters."),
    "code_unknown": Entry(422, "Code unknown", "Compare the code; this try was counted."),
    "card_mistyped": Entry(422, "Typing error in the card", "Compare the sixteen characters."),
    "card_refused": Entry(
        422, "Card or PIN not right", "Another PIN needs a new key; this try was counted."
    ),
    "pin_needed": Entry(422, "PIN needed", "Let the family type its PIN."),
    "pin_wrong": Entry(422, "Wrong PIN", "Another PIN needs a new key; five tries in all."),
    "pin_locked": Entry(422, "PIN locked", "The comune unlocks it, or prints a new sheet."),
    "key_missing": Entry(400, "Idempotency-Key missing", "Send a UUID made before sending."),
    "key_malformed": Entry(400, "Idempotency-Key malformed", "It is one UUID."),
    "not_found": Entry(404, "Not found", "Nothing was decided under this key by this till."),
    "not_proved_yet": Entry(
        404, "Not proved yet", "The book is signed every few minutes: ask again later."
    ),
    "method_not_allowed": Entry(405, "Method not allowed", "See the API's description."),
    "slow_body": Entry(408, "Body too slow", "Send it again with the same key."),
    "too_large": Entry(413, "Body too large", "At most 64 kB."),
    "media_type": Entry(415, "Media type not supported", "Send application/json, not encoded."),
    "malformed": Entry(400, "Not JSON", "Send one JSON object in UTF-8."),
    "invalid": Entry(422, "Fields not as they must be", "See `errors`, by field."),
    "too_many": Entry(429, "Too many requests", "Wait as long as Retry-After says."),
    "busy": Entry(503, "Busy", "Nothing was charged. Try again with the same key."),
    "read_only": Entry(
        503, "Book being restored", "Nothing is booked now. Keep the key, and ask with it later."
    ),
    "unknown_outcome": Entry(
        503, "Outcome unknown", "Ask again with the same key before taking other money."
    ),
}

OTHER = Entry(422, "Refused", "The book refused this request.")


class Problem(Exception):
    """Raised anywhere in the API; becomes a problem document. Holds nothing of what was sent."""

    def __init__(
        self, code: str, *, headers: Mapping[str, str] | None = None, **more: object
    ) -> None:
        """Name a problem of the catalogue; `more` are members of the document."""
        super().__init__(code)
        self.code = code
        self.more = more
        self.headers = dict(headers or {})


def document(code: str, **more: object) -> dict[str, Any]:
    """The problem document of a code; members that are None are left out."""
    entry = CATALOGUE.get(code, OTHER)
    words = {
        "type": f"/api/v1/problems/{code}",
        "title": entry.title,
        "status": entry.status,
        "code": str(code),
        "detail": entry.detail,
    }
    return words | {key: value for key, value in more.items() if value is not None}


def response(problem: Problem) -> JSONResponse:
    """The HTTP answer that tells a problem."""
    words = document(problem.code, **problem.more)
    return JSONResponse(words, words["status"], problem.headers, media_type=MEDIA_TYPE)
