"""Every body of the API on one page: frozen, strict, unknown fields forbidden. Amounts in cents."""
# long: one page for all of them, so that they stay alike.

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ledger.core.till_rules import GOODS

Cents = Annotated[int, Field(ge=1, le=100_000_000, json_schema_extra={"format": "int64"})]
SignedCents = Annotated[int, Field(json_schema_extra={"format": "int64"})]
Count = Annotated[int, Field(ge=0, json_schema_extra={"format": "int64"})]
Token = Annotated[str, Field(min_length=5, max_length=600)]
TypedCode = Annotated[str, Field(min_length=12, max_length=40)]
Card = Annotated[str, Field(pattern=r"^[A-Z0-9]{16}$")]
Pin = Annotated[str, Field(pattern=r"^[0-9]{5}$")]
UUID_FORM = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


class Message(BaseModel):
    """What every body has in common."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class TillSecret(Message):
    """The secret that enrolled a till."""

    secret: Annotated[str, Field(min_length=16, max_length=64)]


class TillSession(Message):
    """A session just opened: the token goes into `Authorization: Bearer`."""

    session_token: str
    expires_at: Time
    shop: str
    till: str


class PracticeSession(TillSession):
    """A session at the practice ground, and what to show there: nothing of it is money.

    `code` and `pin` of a family that nobody is, `token` its QR code; `slip`: of a slip.
    """

    code: str
    pin: str
    token: str
    slip: str


class Shown(Message):
    """What the family shows: the text of its QR code, or the typed code; and its PIN.

    `card` instead: what the bar code of a health card (tessera sanitaria) says; never kept.
    """

    token: Token | None = None
    code: TypedCode | None = None
    card: Card | None = None
    pin: Pin | None = None


Goods = Literal["alcohol", "lotteries", "tobacco", "top_ups"]
Declared = Annotated[list[Goods], Field(max_length=len(GOODS))]


Base64 = Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"^[A-Za-z0-9_-]+$")]


class DeviceKey(Message):
    """The public key of a till's device: 32 bytes (Ed25519), or 65 (P-256, uncompressed)."""

    public: Base64


class Enrolment(DeviceKey):
    """The code that the shop's owner shows, and the key that this device made."""

    code: Annotated[str, Field(min_length=12, max_length=60)]


class Enrolled(Message):
    """A device that waits for the owner's yes, by its till's name."""

    device_no: Count
    shop: str
    till: str


class Challenge(Message):
    """What a device signs to open a session, within a minute, once."""

    challenge: Base64


class SignedChallenge(Challenge):
    """A challenge, and its signature by the device's key (64 bytes)."""

    signature: Base64


class OperatorPin(Message):
    """Who comes to the till, and the PIN."""

    operator: Annotated[str, Field(json_schema_extra={"format": "uuid"})]
    pin: Pin


class Operator(Message):
    """An operator of the shop, by a nickname; `locked`: the PIN was wrong too often."""

    id: str
    nickname: str
    rights: Literal["scan", "refund", "owner"]
    locked: bool


class Operators(Message):
    """The shop's operators; none: it has one, who needs no PIN. `current`: who stands here."""

    items: list[Operator]
    current: str | None = None


class Device(Message):
    """A till's device, by its number in its shop; it sells offline once it is confirmed."""

    device_no: Count
    status: Literal["waiting", "active", "frozen", "revoked"]


class Grant(Message):
    """A signed sync token of one comune."""

    issuer: str
    token: str


class OfflineProgramme(Message):
    """A programme whose slips and phones this shop may take without network.

    `phone_sale_cents`, `reserve_cents`: the most in one sale, and what a phone may carry along.
    `last_offline` in UTC seconds; `guarantee_seconds` from the sync token to the upload.
    """

    issuer: str
    programme: Count
    title: str
    slip_cents: Count
    phone_sale_cents: Count
    reserve_cents: Count
    unsynced: Count
    last_offline: Count
    guarantee_seconds: Count


class PublicKey(Message):
    """A key that signs what a till reads: Ed25519; from when to when (UTC seconds)."""

    kid: str
    x: str
    use: Literal["voucher", "sync", "credential", "receipt"]
    issuer: str
    not_before: Count
    not_after: Count


class Sync(Message):
    """What a till takes along; without a grant it sells nothing offline.

    `public`: the key of the device that this till has now, as it was registered. `checked_at`:
    when keys and programmes were read (UTC seconds); good for `max_age` seconds. `root`: the key
    that signs the two lists, where the network has one; then only what they say counts.
    """

    server_time: Time
    shop_no: Count
    device_no: Count
    status: str
    public: str
    grants: list[Grant]
    programmes: list[OfflineProgramme]
    keys: list[PublicKey]
    checked_at: Count
    max_age: Count
    root: str | None = None
    key_list: str | None = None
    deny_list: str | None = None


class Acceptances(Message):
    """What a till accepted without network, oldest first."""

    acceptances: Annotated[list[Base64], Field(min_length=1, max_length=100)]


class Answer(Message):
    """How one acceptance ended; `why`: the rule that it broke; and the signed acknowledgement."""

    outcome: str
    id: str | None = None
    why: str | None = None
    amount_cents: Count | None = None
    acknowledgement: str | None = None


class Answers(Message):
    """An answer for each acceptance, in the order in which they were sent."""

    answers: list[Answer]


class KeptReceipt(Message):
    """A receipt as the server signed it; of a refund also the id of its sale."""

    receipt: Token
    sale: Annotated[str, Field(pattern=UUID_FORM)] | None = None


class KeptReceipts(Message):
    """What a till kept since the moment asked for; `last`: it has no more."""

    receipts: Annotated[list[KeptReceipt], Field(max_length=100)]
    last: bool


class Wanted(Message):
    """From when on receipts are wanted; nothing: none are."""

    since: Time | None = None


class Brought(Message):
    """What became of each, in the order in which they came: `kept` or `refused`."""

    outcomes: list[str]


class Look(Shown):
    """Look before you take: consumes nothing (but a PIN typed here counts).

    `bill_cents`, `declared` as in a redemption; left out: not known yet.
    """

    bill_cents: Cents | None = None
    declared: Declared | None = None


class LookPart(Message):
    """One voucher that this shop could take from, and what that buys with what the shop adds."""

    programme: str
    spendable_cents: Count
    worth_cents: Count
    ends_at: Time
    single_use: bool


class LookAnswer(Message):
    """What could be taken now, in one sale, if the redemption says what is asked for here.

    `wants_bill`: a programme pays a share of the bill. `to_declare`: goods that some programme
    does not pay; `declared` names those that the sale has none of.
    """

    spendable_cents: Count
    wants_bill: bool
    to_declare: list[str]
    parts: list[LookPart]


class Redemption(Shown):
    """Take so much. `bill_cents`: the whole receipt, `declared`: goods that it has none of.

    `operator`: who stood at the till, where the shop has no operators with a PIN.
    """

    amount_cents: Cents
    bill_cents: Cents | None = None
    operator: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    declared: Declared = []


class Part(Message):
    """One programme's share; `worth_cents`: what it buys, where the shop adds to vouchers."""

    programme: str
    amount_cents: Count
    worth_cents: Count | None = None


class Paid(Message):
    """The shop is paid: written, durable, signed. `at`: when the book recorded it."""

    id: str
    at: Time
    outcome: Literal["paid"] = "paid"
    amount_cents: Count
    parts: list[Part]
    remaining_cents: Count
    receipt: str


class Decided(Message):
    """The decision of a key again, and its present state."""

    id: str
    at: Time
    outcome: Literal["paid", "refused"]
    state: Literal["paid", "partly_refunded", "refunded", "refused", "voided"]
    amount_cents: Count
    refunded_cents: Count
    parts: list[Part]
    remaining_cents: Count
    receipt: str | None = None
    code: str | None = None


class Voided(Message):
    """No doubt is left about a key."""

    state: Literal["burnt", "refunded"]


class Refund(Message):
    """Give back a part of a redemption, or all; `second`: who agrees, above the shop's limit."""

    amount_cents: Cents
    reason: Literal["mistake", "goods_returned", "wrong_amount", "other"]
    second: OperatorPin | None = None


class Refunded(Message):
    """Given back to the voucher, by a new entry."""

    id: str
    at: Time
    refunded_cents: Count
    remaining_cents: Count
    receipt: str


class ReceiptAgain(Message):
    """The receipt of a sale, or of what was given back of it (`sale`), with the till's name."""

    id: str
    at: Time
    kind: Literal["redemption", "refund"]
    sale: str
    till: str
    amount_cents: Count
    refunded_cents: Count
    parts: list[Part]
    receipt: str


class StatementItem(Message):
    """One line of what the shop is owed; negative: given back, or paid out.

    `own_till`: whether the till that asks made it, and so may undo it.
    """

    id: str
    at: Time
    kind: str
    own_till: bool
    comune: str
    programme: str
    amount_cents: SignedCents
    refunded_cents: Count
    state: Literal["to_settle", "in_settlement", "paid"]
    mandate: str | None = None
    paid_on: str | None = None


class Statement(Message):
    """A page of lines, newest first."""

    items: list[StatementItem]
    next_cursor: str | None = None


class DayTotal(Message):
    """One programme's sales and refunds of a day."""

    programme: str
    comune: str
    sales: Count
    sold_cents: Count
    refunds: Count
    refunded_cents: Count


class DayTotals(Message):
    """A day's totals, in all and by programme; a sale that drew on two is one in all."""

    date: str
    sales: Count
    sold_cents: Count
    refunds: Count
    refunded_cents: Count
    items: list[DayTotal]


class ProblemError(Message):
    """One field that is wrong; never what it held."""

    field: str
    what: str


class ProblemDocument(BaseModel):
    """A problem of the closed catalogue (RFC 9457)."""

    model_config = ConfigDict(frozen=True)

    type: str
    title: str
    status: Annotated[int, Field(json_schema_extra={"format": "int32"})]
    code: str
    detail: str
    field: str | None = None
    available_cents: Count | None = None
    errors: list[ProblemError] = []


# The circuit: a discount is no voucher, and a credit is neither.


class Circuit(Message):
    """What this shop gives today (hundredths of a percent), and its credits, in cents."""

    discount_points: Count | None
    credits_cents: Count
    cap_cents: Count
    is_convertible: bool


class Purchase(Shown):
    """The family shows its code; the receipt was paid with ordinary money. No PIN is asked.

    `bought_at`: when it was, where the till had no network then; within seven days.
    """

    receipt_cents: Cents
    bought_at: Time | None = None


class GroupOrder(Shown):
    """The family shows its code; the order of a buying group at its list price, in cents."""

    list_cents: Cents


class Purchased(Message):
    """A purchase that was noted: the shop owes the discount, in cents.

    `list_cents`: of a buying group's order, before its price cut; the receipt is what is paid.
    """

    id: str
    at: Time
    nature: Literal["discount"]
    list_cents: Count | None = None
    receipt_cents: Count
    discount_cents: Count
    shop_net_cents: Count


class Returned(Message):
    """What of a purchase's discount the shop does not owe any more, in cents."""

    id: str
    discount_cents: Count


class CreditSale(Shown):
    """So many credits (cents) of the family that shows its code and types its PIN."""

    amount_cents: Cents


class PayOn(Message):
    """So many credits (cents) to a shop by its number, an association by its id, or the circuit."""

    amount_cents: Cents
    shop_no: Count | None = None
    association_id: Annotated[str, Field(pattern=UUID_FORM)] | None = None


class CreditsPaid(Message):
    """Credits that went from wallet to wallet, and what the giver has left, in cents."""

    id: str
    at: Time
    nature: Literal["credit"]
    amount_cents: Count
    remaining_cents: Count


class Conversion(Message):
    """So many credits (cents) to be turned into euro."""

    amount_cents: Cents


class Converted(Message):
    """Credits that became euro: what the circuit owes the shop for them, in cents."""

    id: str
    amount_cents: Count
    owed_cents: Count
