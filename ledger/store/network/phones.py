"""Phones of families and the credentials signed for them: rows, each change one guarded statement.

Not here: what a phone may carry along (`ledger.core.phones`), and money (the books).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, func, insert, select, update

from ledger.core.ids import AccountId
from ledger.core.phones import MOST_PHONES, Carried, Phone, TooManyPhones
from ledger.core.quantities import Amount, Instant
from ledger.store.schema import account, comune, family, phone, phone_credential, voucher


@dataclass(frozen=True, slots=True)
class PhoneRight:
    """One credential as it is written down before it is signed; cents.

    `programme_no`: 0, and no voucher, without a reserve.
    """

    credential_id: UUID
    phone_id: UUID
    book_no: int
    programme_no: int
    voucher_id: AccountId | None
    max_cents: Amount
    reserve_cents: Amount
    pin_over_cents: Amount
    issued_at: Instant
    expires_at: Instant


def add_phone(db: Connection, made: Phone) -> Phone:
    """Register a phone of a family under its next number. Errors: `TooManyPhones`."""
    mine = (phone.c.book_no == made.book_no) & (phone.c.family_id == made.family_id)
    lock = update(family).where(family.c.family_id == made.family_id)
    db.execute(lock.values(created_at=family.c.created_at))  # One at a time.
    active = select(func.count()).select_from(phone).where(mine, phone.c.status == "active")
    if (db.execute(active).scalar() or 0) >= MOST_PHONES:
        raise TooManyPhones(made.family_id)
    number = (db.execute(select(func.max(phone.c.number)).where(mine)).scalar() or 0) + 1
    values = {name: getattr(made, name) for name in Phone.__slots__} | {"number": number}
    db.execute(insert(phone).values(**values))
    return Phone(**values)


def read_phone(db: Connection, phone_id: UUID) -> Phone | None:
    """One phone, also one that was taken away."""
    return _first(db.execute(select(phone).where(phone.c.phone_id == phone_id)).mappings().first())


def phone_with_key(db: Connection, public: bytes) -> Phone | None:
    """The phone that this key was registered for."""
    return _first(db.execute(select(phone).where(phone.c.public == public)).mappings().first())


def phones_of(db: Connection, book_no: int, family_id: UUID) -> tuple[Phone, ...]:
    """The active phones of a family, oldest first."""
    query = select(phone).where(
        phone.c.book_no == book_no, phone.c.family_id == family_id, phone.c.status == "active"
    )
    return tuple(map(_read, db.execute(query.order_by(phone.c.number)).mappings()))


def revoke_phones(db: Connection, phones: Sequence[UUID]) -> None:
    """Take phones away, at once."""
    db.execute(update(phone).where(phone.c.phone_id.in_(phones)).values(status="revoked"))


def revoke_phones_of(db: Connection, families: Sequence[UUID]) -> None:
    """Take the phones of these families away, at once."""
    db.execute(update(phone).where(phone.c.family_id.in_(families)).values(status="revoked"))


def add_right(db: Connection, made: PhoneRight) -> None:
    """Write a credential down; only then is it signed."""
    values = {name: getattr(made, name) for name in PhoneRight.__slots__}
    db.execute(insert(phone_credential).values(**values))


def read_right(db: Connection, credential_id: UUID) -> tuple[PhoneRight, Phone] | None:
    """A credential and its phone; None: it was never written down."""
    query = select(phone_credential).where(phone_credential.c.credential_id == credential_id)
    row = db.execute(query).mappings().first()
    if row is None:
        return None
    right = PhoneRight(**{name: row[name] for name in PhoneRight.__slots__})
    found = read_phone(db, right.phone_id)
    assert found
    return right, found


def issuer_of(db: Connection, book_no: int) -> str:
    """The name by which a comune signs."""
    query = select(comune.c.issuer).where(comune.c.book_no == book_no)
    return str(db.execute(query).scalar_one())


def carried_by(db: Connection, phone_id: UUID) -> tuple[Carried, ...]:
    """Every voucher of which a phone ever carried something, and until when it may."""
    return _carried(db, phone_credential.c.phone_id == phone_id)


def carried_until(db: Connection, book_no: int, ended: Instant) -> tuple[Carried, ...]:
    """What phones carry of a book whose last right to it ended before."""
    return _carried(db, phone_credential.c.book_no == book_no, ended)


def _carried(
    db: Connection, where: ColumnElement[bool], before: Instant | None = None
) -> tuple[Carried, ...]:
    of = phone_credential.c
    here = (voucher.c.book_no == of.book_no) & (voucher.c.voucher_id == of.voucher_id)
    last = func.max(of.expires_at)
    query = (
        select(of.phone_id, of.voucher_id, voucher.c.fund, last.label("ends_at"))
        .join(voucher, here)
        .where(where)
        .group_by(of.phone_id, of.voucher_id, voucher.c.fund)
    )
    if before is not None:
        query = query.having(last < before)
    return tuple(
        Carried(row.phone_id, AccountId(row.voucher_id), AccountId(row.fund), row.ends_at)
        for row in db.execute(query)
    )


def filled_reserves(db: Connection, book_no: int) -> frozenset[AccountId]:
    """The accounts of phones' allowances on which something is left."""
    mine = (account.c.book_no == book_no) & (account.c.kind == "device_reserve")
    left = account.c.credits_posted > account.c.debits_posted
    query = select(account.c.account_id).where(mine, left)
    return frozenset(AccountId(one) for one in db.execute(query).scalars())


def _first(row: RowMapping | None) -> Phone | None:
    return None if row is None else _read(row)


def _read(row: RowMapping) -> Phone:
    values = {name: row[name] for name in Phone.__slots__}
    return Phone(**values | {"public": bytes(row["public"])})
