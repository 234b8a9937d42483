"""Vouchers of a book: the row that rides an issuance, and the reads that a redemption needs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnClause, Connection, bindparam, select, text
from sqlalchemy import column as c

from ledger.core.ids import AccountId
from ledger.core.quantities import Amount, Instant
from ledger.core.requests import Row, Value
from ledger.core.vouchers import Voucher
from ledger.store.columns import Id
from ledger.store.registers.programmes import plain
from ledger.store.schema import voucher as voucher_table

CHUNK: Final = 500


def voucher_row(  # noqa: PLR0913 -- one row's columns, by name.
    voucher: AccountId,
    *,
    programme_id: UUID,
    fund: AccountId,
    family_id: UUID,
    kind: str,
    face: Amount,
    span: tuple[Instant, Instant],
    categories: str = "",
    batch_id: UUID | None = None,
    earned_at: UUID | None = None,
) -> Row:
    """One voucher; `span`: from its first instant to the first after its last.

    `earned_at`: the shop where its family earned it, if it did.
    """
    values: dict[str, Value | None] = {
        "voucher_id": voucher,
        "programme_id": programme_id,
        "fund": fund,
        "family_id": family_id,
        "kind": kind,
        "face_cents": face,
        "starts_at": span[0],
        "ends_at": span[1],
        "categories": categories,
        "batch_id": batch_id,
        "earned_at": earned_at,
    }
    return Row("voucher", values)


_VOUCHER = """
    SELECT v.voucher_id AS id, v.kind, v.family_id, v.programme_id, a.unit, v.fund, p.title,
           v.face_cents, a.credits_posted - a.debits_posted - a.debits_pending AS available,
           v.starts_at, v.ends_at, p.categories, v.categories AS own_categories, a.closed
      FROM voucher v
      JOIN account a ON a.book_no = v.book_no AND a.account_id = v.voucher_id
      JOIN programme_version p
        ON p.book_no = v.book_no AND p.programme_id = v.programme_id
       AND p.version = (SELECT MAX(w.version) FROM programme_version w
                         WHERE w.book_no = v.book_no AND w.programme_id = v.programme_id
                           AND w.log_index < v.log_index)
     WHERE v.book_no = :book_no
"""
_COLUMNS: tuple[ColumnClause[Any], ...] = (
    c("id", Id()), c("kind"), c("family_id", Id()), c("programme_id", Id()), c("unit"),
    c("fund", Id()), c("title"), c("face_cents"), c("available"), c("starts_at"), c("ends_at"),
    c("categories"), c("own_categories"), c("closed"),
)  # fmt: skip

OF_FAMILY = (
    text(_VOUCHER + " AND v.family_id = :target AND v.kind = 'voucher' ORDER BY v.ends_at")
    .bindparams(bindparam("target", type_=Id()))
    .columns(*_COLUMNS)
)
ONE = (
    text(_VOUCHER + " AND v.voucher_id = :target")
    .bindparams(bindparam("target", type_=Id()))
    .columns(*_COLUMNS)
)
# A slip that a till may have taken without network waits until no till can be told so any more.
_STILL_OFFLINE = """
    v.kind = 'slip' AND EXISTS (
        SELECT 1 FROM offline_terms o WHERE o.book_no = v.book_no
           AND o.programme_id = v.programme_id AND o.slip_cents > 0
           AND (o.last_offline + 86400 + o.guarantee_seconds) * 1000000 > :now)
"""
ENDED = text(
    f"{_VOUCHER} AND v.ends_at <= :now AND a.closed = 0 AND NOT ({_STILL_OFFLINE})"
    " ORDER BY v.ends_at LIMIT :limit"
).columns(*_COLUMNS)


def vouchers_of(db: Connection, book_no: int, family_id: UUID) -> tuple[Voucher, ...]:
    """A family's vouchers, ended ones too, earliest end first; slips are out of a code's reach."""
    given = {"book_no": book_no, "target": family_id}
    return tuple(map(_voucher, db.execute(OF_FAMILY, given).mappings()))


def voucher(db: Connection, book_no: int, voucher_id: UUID) -> Voucher | None:
    """One voucher or slip."""
    row = db.execute(ONE, {"book_no": book_no, "target": voucher_id}).mappings().first()
    return None if row is None else _voucher(row)


def families_with(db: Connection, book_no: int, vouchers: Sequence[UUID]) -> dict[UUID, UUID]:
    """Whose each of these vouchers and slips is."""
    found: dict[UUID, UUID] = {}
    for at in range(0, len(vouchers), CHUNK):
        query = select(voucher_table.c.voucher_id, voucher_table.c.family_id).where(
            voucher_table.c.book_no == book_no,
            voucher_table.c.voucher_id.in_(vouchers[at : at + CHUNK]),
        )
        found |= {row.voucher_id: row.family_id for row in db.execute(query)}
    return found


def ended_vouchers(
    db: Connection, book_no: int, *, now: Instant, limit: int
) -> tuple[Voucher, ...]:
    """Vouchers whose last day is over and whose money has not gone back yet."""
    given = {"book_no": book_no, "now": now, "limit": limit}
    return tuple(map(_voucher, db.execute(ENDED, given).mappings()))


def _voucher(row: Mapping[Any, Any]) -> Voucher:
    return Voucher(**plain(row) | {"closed": bool(row["closed"])})


OPEN_ACCOUNTS = (
    text("SELECT account_id FROM account WHERE book_no = :book_no AND account_id IN :accounts")
    .bindparams(bindparam("accounts", expanding=True, type_=Id()))
    .columns(c("account_id", Id()))
)


def missing_accounts(
    db: Connection, book_no: int, accounts: Iterable[AccountId]
) -> frozenset[AccountId]:
    """Those of these accounts that the book has not opened yet."""
    wanted = frozenset(accounts)
    if not wanted:
        return wanted
    rows = db.execute(OPEN_ACCOUNTS, {"book_no": book_no, "accounts": sorted(wanted)})
    return wanted - {row[0] for row in rows}
