"""Contact with a till that sells without network: its device, its grant, and what it accepted.

Keys and limits come as the server tells them over its own connection; where the network has a root,
with the lists that it signed, and a till believes those alone. Bytes travel as base64url without
padding. Not here: the rules (`ledger.core.offline`).
"""

from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends

from ledger.core.quantities import Instant
from ledger.operations.grant_offline import contact, enrol_device
from ledger.operations.take_offline import acknowledged, take_offline
from ledger.reports.key_report import root_and_lists
from ledger.reports.offline_terms import offline_terms
from ledger.token.keys import KeyEntry, KeyUse
from ledger.token.refusal import TokenRefused
from merchant_api import messages
from merchant_api.base64url import bytes_of, text_of
from merchant_api.body import body_of
from merchant_api.dependencies import Api, ConnectedTill, Now, TheApi, any_till
from merchant_api.instants import instant_text
from merchant_api.openapi import body, problems
from merchant_api.problems import Problem

router = APIRouter(prefix="/api/v1", tags=["offline"])

NEEDED: Final[dict[KeyUse, Literal["voucher", "sync", "credential", "receipt"]]] = {
    KeyUse.VOUCHER: "voucher",  # A till reads slips,
    KeyUse.CREDENTIAL: "credential",  # phones,
    KeyUse.RECEIPT: "receipt",  # what they bring back from the server,
    KeyUse.SYNC: "sync",  # and our answers.
}

DeviceBody = Annotated[messages.DeviceKey, Depends(body_of(messages.DeviceKey))]
QueueBody = Annotated[messages.Acceptances, Depends(body_of(messages.Acceptances))]


@router.post(
    "/till-devices",
    status_code=201,
    operation_id="enrolDevice",
    responses=problems(401, 422, 429),
    openapi_extra=body(messages.DeviceKey),
)
def enrol(body: DeviceBody, till: ConnectedTill, api: TheApi, now: Now) -> messages.Device:
    """Register the public key of this till's device; it waits for its comune's confirmation."""
    try:
        made = enrol_device(api.ledger, till.till_id, bytes_of(body.public), now=now)
    except ValueError as error:
        raise Problem("invalid") from error
    return messages.Device(device_no=made.device_no, status="waiting")


@router.post("/till-syncs", operation_id="syncTill", responses=problems(401, 404, 429))
def sync(till: ConnectedTill, api: TheApi, now: Now) -> messages.Sync:
    """Take along what may be sold offline until the next contact; asked again, it is the same."""
    try:
        told = contact(api.ledger, api.receipts.signer, till.till_id, now=now)
    except LookupError as error:
        raise Problem("not_found") from error
    listed = api.receipts.fresh_trust(now).keys
    return messages.Sync(
        server_time=instant_text(now),
        shop_no=api.receipts.shop_no(till.shop_id),
        device_no=told.device.device_no,
        status=told.device.status,
        public=text_of(told.device.public),
        grants=[
            messages.Grant(issuer=issuer, token=text_of(raw)) for issuer, raw in told.tokens.items()
        ],
        programmes=_programmes(api, till.shop_id),
        keys=[_public_key(one) for one in listed.keys if one.use in NEEDED],
        checked_at=listed.issued_at,
        max_age=listed.max_age,
        **{name: text_of(raw) for name, raw in root_and_lists(api.ledger).items()},
    )


def _programmes(api: Api, shop_id: UUID) -> list[messages.OfflineProgramme]:
    return [
        messages.OfflineProgramme(
            issuer=one.issuer,
            programme=one.programme_no,
            title=one.title,
            slip_cents=one.limits.slip_cents,
            phone_sale_cents=one.phones.sale_cents if one.phones else 0,
            reserve_cents=one.phones.reserve_cents if one.phones else 0,
            unsynced=one.limits.unsynced,
            last_offline=one.limits.last_offline,
            guarantee_seconds=one.limits.guarantee_seconds,
        )
        for one in offline_terms(api.ledger, shop_id)
        if one.limits is not None
    ]


def _public_key(one: KeyEntry) -> messages.PublicKey:
    return messages.PublicKey(
        kid=text_of(one.kid),
        x=text_of(one.key.public_bytes_raw()),
        use=NEEDED[one.use],
        issuer=one.issuer,
        not_before=one.not_before,
        not_after=one.not_after,
    )


@router.post(
    "/acceptances",
    operation_id="uploadAcceptances",
    responses=problems(401, 422, 429, 503),
    openapi_extra=body(messages.Acceptances),
    dependencies=[Depends(any_till)],
)
def upload(body: QueueBody, api: TheApi, now: Now) -> messages.Answers:
    """Send what was accepted, in its order; each is answered alone, and again the same.

    Only what comes back with its acknowledgement may be forgotten. What no device of ours signed is
    told as `poison`; nothing of it is kept. A till that was withdrawn hands in what it took before.
    """
    return messages.Answers(answers=[_answer(one, api, now) for one in body.acceptances])


def _answer(text: str, api: Api, now: Instant) -> messages.Answer:
    try:
        raw = bytes_of(text)
        kept = take_offline(api.ledger, raw, api.receipts.trust_of_upload(raw, now), now=now)
    except (TokenRefused, LookupError, ValueError):
        return messages.Answer(outcome="poison")
    return messages.Answer(
        id=str(kept.rid),
        outcome=kept.outcome,
        why=kept.why or None,
        amount_cents=kept.amount_cents,
        acknowledgement=text_of(acknowledged(api.ledger, api.receipts.signer, kept)),
    )
