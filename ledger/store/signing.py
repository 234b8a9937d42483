"""Signs rows, never bytes: a credential of the register, a decision of a book.

Private keys are kept sealed in the keys store and opened here only; issued codes are counted per
key, each once however often it is printed, so that signatures can be compared with issuance. Not
here: the tokens' form (`ledger.token`). Source: qr.md 8; design 6.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, insert, select

from ledger.core.credentials import Credential
from ledger.core.decisions import Decision
from ledger.core.quantities import DAY, SECOND, Instant
from ledger.core.redemption import sales_of
from ledger.store.book import Ledger
from ledger.store.code_payloads import (
    SlipRow,
    active_codes,
    family_payload,
    phone_payload,
    slip_rows,
)
from ledger.store.edges import steady
from ledger.store.engines import Store
from ledger.store.key_register import key_rows, scope_key
from ledger.store.keys import signing_key
from ledger.store.masters import Masters, masters_in, masters_to_wrap, signing_place
from ledger.store.network.offline import Grant, read_taken
from ledger.store.signatures import KeyEnded, count_signed
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
from ledger.token.payloads import NO_NONCE, FamilyCode, Receipt, Slip
from ledger.token.shown import sign_credential
from ledger.token.text import Environment

KEY_LIFE = 400 * DAY
KEPT_SECONDS: Final = 30.0  # A key that was rotated elsewhere signs here no longer than that.
T = TypeVar("T", str, bytes)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An opened key: what signs, how its signatures name it, since when, and until when kept."""

    kid: bytes
    key: Ed25519PrivateKey
    not_before: Instant
    keep_until: float


class Signer:
    """Opens keys, half a minute each, and signs with them; safe from many threads."""

    def __init__(self, ledger: Ledger, environment: Environment = Environment.REAL) -> None:
        """Sign for this ledger, in this environment."""
        self._ledger = ledger
        self.environment = environment
        self._keys: dict[tuple[str, KeyUse, int], SigningKey] = {}
        self._lock = threading.Lock()

    def family_code(self, credential: Credential, issuer: str) -> str:
        """The text of a family's code, from its committed row. Errors: `LookupError`."""
        return _only(self.family_codes([credential.id], issuer), credential.id)

    def family_codes(self, ids: Sequence[UUID], issuer: str) -> dict[UUID, str]:
        """The texts of many families' codes, from their committed rows; counted together."""
        with self._ledger.reading() as db:
            rows = active_codes(db, ids, "family", issuer)

        def texts(opened: SigningKey) -> dict[UUID, str]:
            made = {row.id: family_payload(row, issuer, opened.not_before) for row in rows}
            return {code: self._text(one, opened) for code, one in made.items()}

        return self._signed(texts, issuer, KeyUse.FAMILY)

    def slip(self, credential: Credential, issuer: str) -> str:
        """The text of a slip's code, from its committed row. Errors: `LookupError`."""
        return _only(self.slips([credential.id], issuer), credential.id)

    def slips(self, ids: Sequence[UUID], issuer: str) -> dict[UUID, str]:
        """The texts of many slips' codes, each by its programme's key; counted together."""
        with self._ledger.reading() as db:
            rows = slip_rows(db, ids, issuer)
        found: dict[UUID, str] = {}
        for number in sorted({one.programme for one in rows}):
            own = [one for one in rows if one.programme == number]

            def texts(opened: SigningKey, own: Sequence[SlipRow] = own) -> dict[UUID, str]:
                since = opened.not_before
                return {one.row.id: self._text(one.payload(issuer, since), opened) for one in own}

            found |= self._signed(texts, issuer, KeyUse.VOUCHER, number)
        return found

    def receipt(self, decision: Decision, issuer: str, shop_no: int, reference: bytes) -> str:
        """The receipt of a committed redemption (or, negative, of a refund): the same each time."""
        refund = decision.request.kind == "refund"
        amount = sum(part.amount for part in decision.transfers if _concerns_shop(decision, part))
        payload = Receipt(
            issuer=issuer,
            id=decision.request.id.bytes,
            issued_at=decision.recorded_at // SECOND,
            shop_no=shop_no,
            amount_cents=-amount if refund else amount,
            credential_ref=reference,
            nonce=_nonce_of(decision),
        )
        opened = self._key(issuer, KeyUse.RECEIPT)
        return issue(payload, key=opened.key, kid=opened.kid, environment=self.environment)

    def phone_credential(self, credential_id: UUID) -> bytes:
        """A phone's right to pay, from its committed row. Errors: `LookupError`."""
        with self._ledger.reading() as db:
            right = phone_payload(db, credential_id)

        def signed(opened: SigningKey) -> dict[UUID, bytes]:
            return {credential_id: sign_credential(right, opened.key, opened.kid)}

        use = KeyUse.CREDENTIAL
        return _only(self._signed(signed, right.issuer, use, right.programme), credential_id)

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

    def _text(self, payload: FamilyCode | Slip, opened: SigningKey) -> str:
        return issue(payload, key=opened.key, kid=opened.kid, environment=self.environment)

    def _signed(
        self,
        sign: Callable[["SigningKey"], dict[UUID, T]],
        issuer: str,
        use: KeyUse,
        programme: int = 0,
    ) -> dict[UUID, T]:
        """What was issued, signed by a key that has not ended; counted before anybody is told."""
        while True:
            opened = self._key(issuer, use, programme)
            made = sign(opened)
            try:
                count_signed(self._ledger, opened.kid, list(made))
            except KeyEnded:
                self._forget()
            else:
                return made

    def _key(self, issuer: str, use: KeyUse, programme: int = 0) -> SigningKey:
        place = (issuer, use, programme)
        with self._lock:
            if place not in self._keys or self._keys[place].keep_until < steady():
                self._keys[place] = self._open(issuer, use, programme)
            return self._keys[place]

    def _forget(self) -> None:
        with self._lock:
            self._keys.clear()

    def _open(self, issuer: str, use: KeyUse, programme: int) -> SigningKey:
        """The newest key that lives: of the programme, where it has one of its own."""
        with self._ledger.reading(Store.KEYS) as db:
            living = [one for one in key_rows(db) if (one.issuer, one.use) == (issuer, str(use))]
            living = [one for one in living if one.is_believed()]
            row = next(
                (one for wanted in (programme, 0) for one in living if one.programme == wanted),
                None,
            )
            if row is None:
                raise LookupError(f"{issuer} has no key to sign a {use}")
            query = select(signing_key.c.wrapped).where(signing_key.c.kid == row.kid)
            wrapped, masters = bytes(db.execute(query).scalar_one()), masters_in(db)
        key = Ed25519PrivateKey.from_private_bytes(masters.unwrap(wrapped, signing_place(row.kid)))
        return SigningKey(row.kid, key, row.not_before, steady() + KEPT_SECONDS)


def _nonce_of(decision: Decision) -> bytes:
    """That of the till's request which a redemption answers; zeros for any other."""
    told = (decision.request.asked or {}).get("nonce")
    return bytes.fromhex(told) if isinstance(told, str) else NO_NONCE


def _concerns_shop(decision: Decision, part: object) -> bool:
    """Whether a transfer is between shop and voucher: the rest of a slip is not."""
    legs = {(leg.debit, leg.credit) for draw in sales_of(decision) for leg in draw.legs}
    return (part.debit, part.credit) in legs  # type: ignore[attr-defined]


def _only(found: Mapping[UUID, T], wanted: UUID) -> T:
    """The one that was asked for. Errors: `LookupError`: no such row, or not any more."""
    if wanted not in found:
        raise LookupError(wanted)
    return found[wanted]


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
    db.execute(insert(signing_key), [_new_key(masters, issuer, use, now - DAY) for use in uses])


def rotate_signing_key(
    ledger: Ledger, issuer: str, use: KeyUse, *, programme: int = 0, now: Instant
) -> bytes:
    """Have a new key sign from now on; the one before stays believed. Gives the new key's name.

    `programme`: its number, for a key that signs for it alone.
    """
    make = partial(_rotate, issuer, use, programme, now)
    return ledger.write(make, store=Store.KEYS)


def _rotate(issuer: str, use: KeyUse, programme: int, now: Instant, db: Connection) -> bytes:
    same = (issuer, str(use), programme)
    before = [o.not_before for o in key_rows(db) if (o.issuer, o.use, o.programme) == same]
    since = max(now - DAY, *(one + SECOND for one in before)) if before else now - DAY
    row = _new_key(masters_to_wrap(db), issuer, use, since)
    db.execute(insert(signing_key).values(**row))
    kid: bytes = row["kid"]  # type: ignore[assignment]
    if programme:
        scope_key(db, kid, programme)
    return kid


def _new_key(masters: Masters, issuer: str, use: KeyUse, since: Instant) -> dict[str, object]:
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
        "not_before": since,
        "not_after": since + DAY + KEY_LIFE,
        "signed": 0,
    }
