"""Fees for services: versions as somebody proposed them, and who else signed. No family here."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Connection, select, update

from ledger.core.quantities import Instant
from ledger.store.registers.calls import add_rows, read_row
from ledger.store.schema import tariff_version


@dataclass(frozen=True, slots=True)
class TariffVersion:
    """One version of a tariff; without `approved_by` it only waits."""

    tariff_id: UUID
    version: int
    book_no: int
    text: str
    text_hash: bytes
    proposed_by: UUID
    proposed_at: Instant
    approved_by: UUID | None
    approved_at: Instant | None


def keep_version(db: Connection, one: TariffVersion) -> TariffVersion:
    """Write a proposal down as the next version; the same as the last is the last."""
    known = versions_of(db, one.tariff_id)
    if known and (known[0].text_hash, known[0].proposed_by) == (one.text_hash, one.proposed_by):
        return known[0]
    made = replace(one, version=known[0].version + 1 if known else 1)
    add_rows(db, tariff_version, [made])
    return made


def sign_version(db: Connection, one: TariffVersion, *, by: UUID, now: Instant) -> bool:
    """Sign what waits, once, by another person; whether it waited. The database holds it too."""
    columns = tariff_version.c
    done = db.execute(
        update(tariff_version)
        .where(
            columns.tariff_id == one.tariff_id,
            columns.version == one.version,
            columns.text_hash == one.text_hash,
            columns.approved_by.is_(None),
            columns.proposed_by != by,
        )
        .values(approved_by=by, approved_at=now)
    )
    return done.rowcount == 1


def versions_of(db: Connection, tariff_id: UUID) -> tuple[TariffVersion, ...]:
    """A tariff's versions, newest first."""
    where = tariff_version.c.tariff_id == tariff_id
    query = select(tariff_version).where(where).order_by(tariff_version.c.version.desc())
    return tuple(read_row(TariffVersion, row) for row in db.execute(query).mappings())


def all_versions(db: Connection, book_no: int) -> tuple[TariffVersion, ...]:
    """The versions of all tariffs of a comune, newest first."""
    where = tariff_version.c.book_no == book_no
    query = select(tariff_version).where(where)
    order = query.order_by(tariff_version.c.tariff_id, tariff_version.c.version.desc())
    return tuple(read_row(TariffVersion, row) for row in db.execute(order).mappings())
