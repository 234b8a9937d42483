"""Signs rows, never bytes: a credential of the register, a decision of a book.

Private keys are kept sealed in the keys store and opened here only; issued codes are counted per
key, each once however often it is printed, so that signatures can be compared with issuance. Not
here: the tokens' form (`ledger.token`). Source: qr.md 8; design 6.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from ledger.core.credentials import Credential
from ledger.core.decisions import Decision
from ledger.core.quantities import DAY, SECOND, Instant
from ledger.core.redemption import sales_of
from ledger.store.book import Ledger
from ledger.store.engines import Store
from ledger.store.keys import signed_code, signing_key
from ledger.store.masters import Masters, masters_in, masters_to_wrap, signing_place
from ledger.store.network.credentials import credentials_among, read_credential
from ledger.store.network.offline import Grant, read_taken
from ledger.store.registers.offline import offline_face
from ledger.token.acceptances import (
    Acknowledgement,
    Answer,
    SyncToken,
    peek_acceptance,
    sign_for_till,
)
from ledger.token.issue import issue
from ledger.token.keys import (
    KeyUse,
    kid_of,
)
from ledger.token.payloads import FamilyCode, Receipt, Slip, reference_of
from ledger.token.text import Environment

CHUNK = 400
KEY_LIFE = 400 * DAY


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An opened key: what signs, and how its signatures name it."""

    kid: bytes
    key: Ed25519PrivateKey


class Signer:
    """Opens keys once and signs with them; safe from many threads."""

    def __init__(self, ledger: Ledger, environment: Environment = Environment.REAL) -> None:
        """Sign for this ledger, in this environment."""
        self._ledger = ledger
        self.environment = environment
        self._keys: dict[tuple[str, KeyUse], SigningKey] = {}
        self._lock = threading.Lock()

    def family_code(self, credential: Credential, issuer: str) -> str:
        """The text of a family's code, from its committed row."""
        row = self._committed(credential.id, "family")
        return self._issue(row.id, _family_payload(row, issuer), issuer, KeyUse.FAMILY)

    def family_codes(self, ids: Sequence[UUID], issuer: str) -> dict[UUID, str]:
        """The texts of many families' codes, from their committed rows; counted together."""
        with self._ledger.reading() as db:
            rows = credentials_among(db, ids)
        opened = self._key(issuer, KeyUse.FAMILY)
        texts = {
            row.id: issue(
                _family_payload(row, issuer),
                key=opened.key,
                kid=opened.kid,
                environment=self.environment,
            )
            for row in rows.values()
            if row.kind == "family" and row.is_active
        }
        self._count(opened.kid, list(texts))
        return texts

    def slip(self, credential: Credential, issuer: str, programme_no: int, face: int) -> str:
        """The text of a slip's code, from its committed row."""
        row = self._committed(credential.id, "slip")
        with self._ledger.reading() as db:
            offline = offline_face(db, row.id, row.issued_at)
        payload = Slip(
            issuer=issuer,
            id=row.id.bytes,
            issued_at=row.issued_at // SECOND,
            expires_at=row.expires_at // SECOND,
            programme=programme_no,
            face_cents=face,
            offline_cents=offline,
        )
        return self._issue(row.id, payload, issuer, KeyUse.VOUCHER)

    def receipt(self, decision: Decision, issuer: str, shop_no: int, credential: UUID) -> str:
        """The receipt of a committed redemption (or, negative, of a refund): the same each time."""
        refund = decision.request.kind == "refund"
        amount = sum(part.amount for part in decision.transfers if _concerns_shop(decision, part))
        payload = Receipt(
            issuer=issuer,
            id=decision.request.id.bytes,
            issued_at=decision.recorded_at // SECOND,
            shop_no=shop_no,
            amount_cents=-amount if refund else amount,
            credential_ref=reference_of(credential.bytes),
        )
        opened = self._key(issuer, KeyUse.RECEIPT)
        return issue(payload, key=opened.key, kid=opened.kid, environment=self.environment)

    def sync_token(self, grant: Grant, issuer: str, numbers: tuple[int, int], at: Instant) -> bytes:
        """What a device may take offline from now: its committed grant, by the server's time.

        `numbers`: those of shop and device.
        """
        token = SyncToken(
            issuer=issuer,
            issued_at=at // SECOND,
            shop_no=numbers[0],
            device_no=numbers[1],
            share_cents=grant.share_cents,
        )
        return self._for_till(token)

    def acknowledgement(self, acceptance_hash: bytes, issuer: str) -> bytes:
        """That an acceptance is kept, and how it ended. Errors: `LookupError`."""
        with self._ledger.reading() as db:
            kept = read_taken(db, acceptance_hash)
        if kept is None or kept.outcome == "waiting":
            raise LookupError(acceptance_hash.hex())
        said = peek_acceptance(kept.raw)
        return self._for_till(
            Acknowledgement(
                issuer=issuer,
                at=kept.received_at // SECOND,
                rid=kept.rid.bytes,
                shop_no=said.shop_no,
                device_no=said.device_no,
                seq=kept.seq,
                answer=Answer[kept.outcome.upper()],
                loss_cents=kept.loss_cents,
            )
        )

    def _for_till(self, one: SyncToken | Acknowledgement) -> bytes:
        opened = self._key(one.issuer, KeyUse.SYNC)
        return sign_for_till(one, opened.key, opened.kid)

    def _committed(self, credential_id: UUID, kind: str) -> Credential:
        with self._ledger.reading() as db:
            row = read_credential(db, credential_id)
        if row is None or row.kind != kind or not row.is_active:
            raise LookupError(credential_id)
        return row

    def _issue(self, code: UUID, payload: FamilyCode | Slip, issuer: str, use: KeyUse) -> str:
        opened = self._key(issuer, use)
        text = issue(payload, key=opened.key, kid=opened.kid, environment=self.environment)
        self._count(opened.kid, [code])
        return text

    def _count(self, kid: bytes, codes: Sequence[UUID]) -> None:
        """Count those that this key had not signed before; the same text again is no more."""
        while True:
            with self._ledger.reading(Store.KEYS) as db:
                known = _signed_among(db, kid, codes)
            fresh = [code for code in codes if code not in known]
            if not fresh:
                return None
            try:
                return self._ledger.write(partial(_add, kid, fresh), store=Store.KEYS)
            except IntegrityError:
                continue  # Another process printed one of them just now: look again.

    def _key(self, issuer: str, use: KeyUse) -> SigningKey:
        with self._lock:
            if (issuer, use) not in self._keys:
                self._keys[issuer, use] = self._open(issuer, use)
            return self._keys[issuer, use]

    def _open(self, issuer: str, use: KeyUse) -> SigningKey:
        query = (
            select(signing_key)
            .where(signing_key.c.issuer == issuer, signing_key.c.use == str(use))
            .order_by(signing_key.c.not_before.desc())
        )
        with self._ledger.reading(Store.KEYS) as db:
            row, masters = db.execute(query).first(), masters_in(db)
        if row is None:
            raise LookupError(f"{issuer} has no key to sign a {use}")
        kid = bytes(row.kid)
        raw = masters.unwrap(bytes(row.wrapped), signing_place(kid))
        return SigningKey(kid, Ed25519PrivateKey.from_private_bytes(raw))


def _concerns_shop(decision: Decision, part: object) -> bool:
    """Whether a transfer is between shop and voucher: the rest of a slip is not."""
    legs = {(leg.debit, leg.credit) for draw in sales_of(decision) for leg in draw.legs}
    return (part.debit, part.credit) in legs  # type: ignore[attr-defined]


def _family_payload(row: Credential, issuer: str) -> FamilyCode:
    return FamilyCode(
        issuer=issuer,
        id=row.id.bytes,
        issued_at=row.issued_at // SECOND,
        expires_at=row.expires_at // SECOND,
        max_tx_cents=row.max_cents,
    )


def _signed_among(db: Connection, kid: bytes, codes: Sequence[UUID]) -> frozenset[UUID]:
    found: set[UUID] = set()
    for at in range(0, len(codes), CHUNK):
        part = signed_code.c.credential_id.in_(codes[at : at + CHUNK])
        query = select(signed_code.c.credential_id).where(part, signed_code.c.kid == kid)
        found.update(db.execute(query).scalars())
    return frozenset(found)


def _add(kid: bytes, codes: Sequence[UUID], db: Connection) -> None:
    db.execute(insert(signed_code), [{"credential_id": code, "kid": kid} for code in codes])
    count = signing_key.c.signed + len(codes)
    db.execute(update(signing_key).where(signing_key.c.kid == kid).values(signed=count))


def make_signing_keys(ledger: Ledger, issuer: str, *, now: Instant) -> None:
    """Make a comune's keys for its family codes, slips and receipts, where it has none."""
    with ledger.reading(Store.KEYS) as db:
        query = select(signing_key.c.use).where(signing_key.c.issuer == issuer)
        present = {row[0] for row in db.execute(query)}
    missing = [use for use in KeyUse if str(use) not in present]
    if missing:
        ledger.write(partial(_make, issuer, missing, now), store=Store.KEYS)


def _make(issuer: str, uses: Sequence[KeyUse], now: Instant, db: Connection) -> None:
    masters = masters_to_wrap(db)
    db.execute(insert(signing_key), [_new_key(masters, issuer, use, now) for use in uses])


def _new_key(masters: Masters, issuer: str, use: KeyUse, now: Instant) -> dict[str, object]:
    key = Ed25519PrivateKey.generate()
    public = key.public_key()
    kid = kid_of(public)
    wrapped = masters.wrap(key.private_bytes_raw(), signing_place(kid))
    return {
        "kid": kid,
        "use": str(use),
        "issuer": issuer,
        "public": public.public_bytes_raw(),
        "wrapped": wrapped,
        "not_before": now - DAY,
        "not_after": now + KEY_LIFE,
        "signed": 0,
    }
