"""Families and their credentials, with PIN tries. Not here: names (vault), money (books)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from ledger.core.credentials import PIN_TRIES, Credential
from ledger.core.quantities import Amount, Instant
from ledger.store.schema import credential, family, phone, phone_credential

CHUNK = 400  # Ids in one IN list.


@dataclass(frozen=True, slots=True)
class CredentialEntry:
    """What is written down of a credential; code and PIN only as keyed hashes."""

    credential_id: UUID
    kind: str
    book_no: int
    target_id: UUID
    code_hmac: bytes
    pin_hmac: bytes | None
    max_cents: Amount
    issued_at: Instant
    expires_at: Instant


def add_credentials(db: Connection, entries: Sequence[CredentialEntry]) -> None:
    """Write credentials down, all active."""
    rows = [
        {name: getattr(entry, name) for name in CredentialEntry.__slots__}
        | {"tries": 0, "status": "active"}
        for entry in entries
    ]
    if rows:
        db.execute(insert(credential), rows)


def read_credential(db: Connection, credential_id: UUID) -> Credential | None:
    """One credential by its id, as a token holds it."""
    return _first(db, credential.c.credential_id == credential_id)


def find_credential(db: Connection, code_hmac: bytes) -> Credential | None:
    """One credential by the keyed hash of its typed code."""
    return _first(db, credential.c.code_hmac == code_hmac)


def find_credentials(db: Connection, code_hmacs: Sequence[bytes]) -> list[UUID]:
    """The ids of many credentials by the keyed hashes of their typed codes."""
    found: list[UUID] = []
    for at in range(0, len(code_hmacs), CHUNK):
        part = credential.c.code_hmac.in_(code_hmacs[at : at + CHUNK])
        found += db.execute(select(credential.c.credential_id).where(part)).scalars()
    return found


def active_credentials(db: Connection, target_id: UUID) -> tuple[Credential, ...]:
    """The active credentials of a family or slip."""
    query = select(credential).where(
        credential.c.target_id == target_id, credential.c.status == "active"
    )
    return tuple(_credential(row) for row in db.execute(query).mappings())


def _first(db: Connection, condition: object) -> Credential | None:
    row = db.execute(select(credential).where(condition)).mappings().first()  # type: ignore[arg-type]
    return None if row is None else _credential(row)


def _credential(row: object) -> Credential:
    values = {
        name: row[column]  # type: ignore[index]
        for name, column in (
            ("id", "credential_id"), ("kind", "kind"), ("book_no", "book_no"),
            ("target_id", "target_id"), ("status", "status"), ("max_cents", "max_cents"),
            ("issued_at", "issued_at"), ("expires_at", "expires_at"), ("tries", "tries"),
        )
    }  # fmt: skip
    return Credential(**values)


def count_try(db: Connection, credential_id: UUID) -> bytes | None:
    """Count one PIN try, before it is compared; the PIN's hash, or None when it is locked."""
    counted = db.execute(
        update(credential)
        .where(credential.c.credential_id == credential_id, credential.c.tries < PIN_TRIES)
        .values(tries=credential.c.tries + 1)
    )
    if counted.rowcount != 1:
        return None
    query = select(credential.c.pin_hmac).where(credential.c.credential_id == credential_id)
    return bytes(db.execute(query).scalar_one())


def forgive_tries(db: Connection, credential_id: UUID) -> None:
    """Start counting anew: after the right PIN, or when an officer unlocks."""
    row = credential.c.credential_id == credential_id
    db.execute(update(credential).where(row).values(tries=0))


def set_status(db: Connection, credentials: Sequence[UUID], status: str) -> None:
    """Block credentials, or mark them replaced."""
    rows = credential.c.credential_id.in_(credentials)
    db.execute(update(credential).where(rows).values(status=status))


def add_families(db: Connection, rows: Sequence[tuple[UUID, int, UUID, Instant]]) -> None:
    """Write families down: family, book, person, when."""
    names = ("family_id", "book_no", "person_id", "created_at")
    if rows:
        db.execute(insert(family), [dict(zip(names, row, strict=True)) for row in rows])


def families_of(db: Connection, book_no: int) -> dict[UUID, UUID]:
    """Person -> family, of one book."""
    query = select(family.c.person_id, family.c.family_id).where(family.c.book_no == book_no)
    return {row.person_id: row.family_id for row in db.execute(query)}


def with_active_code(db: Connection, targets: Sequence[UUID]) -> frozenset[UUID]:
    """Those of these families and slips that have an active credential."""
    found: set[UUID] = set()
    for at in range(0, len(targets), CHUNK):
        query = select(credential.c.target_id).where(
            credential.c.target_id.in_(targets[at : at + CHUNK]), credential.c.status == "active"
        )
        found.update(row.target_id for row in db.execute(query))
    return frozenset(found)


def credentials_among(db: Connection, ids: Sequence[UUID]) -> dict[UUID, Credential]:
    """Many credentials by their ids."""
    found: dict[UUID, Credential] = {}
    for at in range(0, len(ids), CHUNK):
        query = select(credential).where(credential.c.credential_id.in_(ids[at : at + CHUNK]))
        rows = map(_credential, db.execute(query).mappings())
        found |= {one.id: one for one in rows}
    return found


def people_of(db: Connection, families: Sequence[UUID]) -> dict[UUID, UUID]:
    """Whom the vault knows each of these families by."""
    found: dict[UUID, UUID] = {}
    for at in range(0, len(families), CHUNK):
        query = select(family).where(family.c.family_id.in_(families[at : at + CHUNK]))
        found |= {row.family_id: row.person_id for row in db.execute(query)}
    return found


def person_of(db: Connection, family_id: UUID) -> UUID | None:
    """Whom the vault knows a family by."""
    return db.execute(select(family.c.person_id).where(family.c.family_id == family_id)).scalar()


def withdrawn_codes(db: Connection, now: Instant) -> list[UUID]:
    """What a till could still take without network, and must not: slips that were blocked or
    replaced, rights of phones that were taken away.
    """  # noqa: D205 -- one sentence.
    slips = select(credential.c.credential_id).where(
        credential.c.kind == "slip", credential.c.status != "active", credential.c.expires_at > now
    )
    rights = (
        select(phone_credential.c.credential_id)
        .join(phone, phone.c.phone_id == phone_credential.c.phone_id)
        .where(phone.c.status != "active", phone_credential.c.expires_at > now)
    )
    return [*db.execute(slips).scalars(), *db.execute(rights).scalars()]
