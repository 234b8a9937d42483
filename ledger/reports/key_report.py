"""Every signing key as two people on duty see it, and whether what it signed is what was issued.

Not here: private keys. Source: qr.md 8; docs/KEYS.md.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, select

from ledger.core.quantities import Instant
from ledger.store.book import Ledger
from ledger.store.engines import Store
from ledger.store.key_register import (
    CHUNK,
    DENY_LIST,
    KEY_LIST,
    KeyRow,
    SignedList,
    counted,
    key_rows,
    newest_lists,
    roots,
    signed_codes,
)
from ledger.store.network.people import comuni
from ledger.store.schema import credential, phone_credential
from ledger.store.trust import listed_keys, listed_limits
from ledger.token.cose import take_apart
from ledger.token.keys import KeyList

KINDS: Final = {"family": "family", "voucher": "slip"}
CODES: Final = frozenset({*KINDS, "credential"})  # What signs codes; other keys sign decisions.


@dataclass(frozen=True, slots=True)
class KeysToday:
    """The register of keys, the roots' public keys, and the lists that tills are told."""

    keys: tuple[KeyRow, ...]
    roots: tuple[bytes, ...]
    lists: dict[int, SignedList]


def keys_today(ledger: Ledger) -> KeysToday:
    """All of it, as it stands."""
    with ledger.reading(Store.KEYS) as db:
        return KeysToday(key_rows(db), roots(db), newest_lists(db))


def root_and_lists(ledger: Ledger) -> dict[str, bytes]:
    """What a till is told: the newest root, and what it signed; nothing where there is no root."""
    found = keys_today(ledger)
    if not found.roots:
        return {}
    names = {KEY_LIST: "key_list", DENY_LIST: "deny_list"}
    lists = {names[kind]: one.raw for kind, one in found.lists.items()}
    return {"root": found.roots[-1]} | lists


def tills_know_limits(ledger: Ledger, issuer: str, programme: int) -> bool:
    """Whether tills are told what a programme allows offline now: in the newest signed list.

    A network without a root tells them itself.
    """
    told = root_and_lists(ledger)
    if not told:
        return True
    own = [o for o in listed_limits(ledger) if (o.issuer, o.programme) == (issuer, programme)]
    if "key_list" not in told:
        return not own
    signed = KeyList.from_claims(take_apart(told["key_list"]).claims)
    return signed.limits_of(issuer, programme) == (own[0] if own else None)


def key_set_of(ledger: Ledger) -> dict[str, object]:
    """The keys that count, as a JWK set (RFC 7517, 8037): for programs that read no COSE."""
    return {
        "keys": [
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "x": urlsafe_b64encode(one.key.public_bytes_raw()).decode().rstrip("="),
                "kid": one.kid.hex(),
                "alg": "Ed25519",
                "use": "sig",
                "iss": one.issuer,
                "key_use": str(one.use),
                "nbf": one.not_before,
                "exp": one.not_after,
            }
            for one in listed_keys(ledger)
        ]
    }


@dataclass(frozen=True, slots=True)
class KeyFinding:
    """A key whose signatures are not what was issued: alarm."""

    kid: bytes
    what: str


def check_signatures(ledger: Ledger) -> Iterator[KeyFinding]:
    """Compare each key's count with what stands as signed, and that with the rows of the register.

    The keys are read first: what is issued meanwhile is there by the time the register is read.
    """
    with ledger.reading(Store.KEYS) as db:
        keys = [one for one in key_rows(db) if one.use in CODES]
        stands = counted(db)
        signed = {one.kid: signed_codes(db, one.kid) for one in keys}
    for one in keys:
        if one.signed != stands.get(one.kid, 0):
            yield KeyFinding(one.kid, f"counts {one.signed}, signed {stands.get(one.kid, 0)}")
        with ledger.reading() as db:
            unknown = _not_issued(db, one, signed[one.kid])
        if unknown:
            yield KeyFinding(one.kid, f"signed {unknown} codes that nobody issued")
    for kid in stands.keys() - {one.kid for one in keys}:
        yield KeyFinding(kid, "signed codes, and is no key for that")


def _not_issued(db: Connection, key: KeyRow, codes: Sequence[UUID]) -> int:
    """How many of these are no row of the key's comune and of the kind that it signs."""
    book_no = next((one.book_no for one in comuni(db) if one.issuer == key.issuer), None)
    known: set[UUID] = set()
    for at in range(0, len(codes), CHUNK):
        part = codes[at : at + CHUNK]
        if key.use in KINDS:
            query = select(credential.c.credential_id).where(
                credential.c.credential_id.in_(part),
                credential.c.book_no == book_no,
                credential.c.kind == KINDS[key.use],
            )
        else:
            query = select(phone_credential.c.credential_id).where(
                phone_credential.c.credential_id.in_(part), phone_credential.c.book_no == book_no
            )
        known.update(db.execute(query).scalars())
    return len(codes) - len(known)


def state_of(key: KeyRow, now: Instant) -> str:
    """In one word: `signs`, `listed` (believed, past its time), `asked` to end, or `ended`."""
    if key.ended_at:
        return "ended"
    if key.asked_by is not None:
        return "asked"
    return "signs" if key.not_before <= now <= key.not_after else "listed"
