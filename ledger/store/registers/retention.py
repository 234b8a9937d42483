"""How long people are kept, legal holds, and lists of who is erased: rows that ride, and reads.

Not here: who is due (`ledger.store.retention`), and who may say so (the verb).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, update

from ledger.core.ids import ClaimId, Commitment, derived_id
from ledger.core.items import Claim
from ledger.core.quantities import Instant
from ledger.core.requests import Row
from ledger.store.schema import (
    application,
    batch_approval,
    family,
    import_draft,
    import_row,
    legal_hold,
    legal_hold_end,
    retention_item,
    retention_list,
    retention_rule,
    retention_run,
)

CHUNK = 400


@dataclass(frozen=True, slots=True)
class RetentionList:
    """Who would be erased on a day (in Rome), as one officer proposed it: how many, and a hash."""

    list_id: UUID
    book_no: int
    as_of: str
    content_hash: bytes
    people: int
    applications: int
    proposed_by: UUID
    proposed_at: Instant


@dataclass(frozen=True, slots=True)
class Hold:
    """A family that must be kept: since which decision, and the commitment to the reason."""

    hold_id: UUID
    family_id: UUID
    note: Commitment
    set_by: UUID
    log_index: int


def rule_claim(programme_id: UUID, version: int) -> Claim:
    """A version of a programme's rule is written once."""
    return Claim(ClaimId(derived_id("retention_rule", programme_id, version)))


def hold_end_claim(hold_id: UUID) -> Claim:
    """A hold is lifted once."""
    return Claim(ClaimId(derived_id("legal_hold_end", hold_id)))


def run_claim(list_id: UUID) -> Claim:
    """A list is confirmed once."""
    return Claim(ClaimId(derived_id("retention_run", list_id)))


def rule_row(programme_id: UUID, version: int, months: int, set_by: UUID) -> Row:
    """How many months after a programme's end people are kept, from now on."""
    return Row(
        "retention_rule",
        {"programme_id": programme_id, "version": version, "months": months, "set_by": set_by},
    )


def hold_row(hold_id: UUID, family_id: UUID, note: Commitment, set_by: UUID) -> Row:
    """A family that must be kept until the hold is lifted."""
    return Row(
        "legal_hold",
        {"hold_id": hold_id, "family_id": family_id, "note": note, "set_by": set_by},
    )


def hold_end_row(hold_id: UUID, note: Commitment, lifted_by: UUID) -> Row:
    """Lifted from now on, and by whom."""
    return Row("legal_hold_end", {"hold_id": hold_id, "note": note, "lifted_by": lifted_by})


def run_row(one: RetentionList, confirmed_by: UUID) -> Row:
    """The second person's yes to a list; the database refuses that of who proposed it."""
    names = ("list_id", "as_of", "content_hash", "people", "applications", "proposed_by")
    values = {name: getattr(one, name) for name in names}
    return Row("retention_run", values | {"confirmed_by": confirmed_by})


def rule_versions(db: Connection, book_no: int, programme_id: UUID) -> int:
    """How many rules a programme has had."""
    query = select(func.count()).where(
        retention_rule.c.book_no == book_no, retention_rule.c.programme_id == programme_id
    )
    return int(db.execute(query).scalar_one())


def open_hold(db: Connection, book_no: int, hold_id: UUID) -> Hold | None:
    """A hold that was not lifted yet."""
    return next((one for one in open_holds(db, book_no) if one.hold_id == hold_id), None)


def open_holds(db: Connection, book_no: int) -> tuple[Hold, ...]:
    """Every hold of a book that was not lifted yet, oldest first."""
    ended = select(legal_hold_end.c.hold_id).where(legal_hold_end.c.book_no == book_no)
    query = (
        select(legal_hold)
        .where(legal_hold.c.book_no == book_no, legal_hold.c.hold_id.not_in(ended))
        .order_by(legal_hold.c.log_index)
    )
    return tuple(
        Hold(row.hold_id, row.family_id, Commitment(bytes(row.note)), row.set_by, row.log_index)
        for row in db.execute(query)
    )


def is_family_of(db: Connection, book_no: int, family_id: UUID) -> bool:
    """Whether a book knows this family."""
    query = select(family.c.family_id).where(
        family.c.book_no == book_no, family.c.family_id == family_id
    )
    return db.execute(query).first() is not None


def add_list(db: Connection, one: RetentionList, items: Sequence[tuple[str, UUID]]) -> None:
    """Write a proposed list down, and forget the older ones of its book that nobody confirmed."""
    confirmed = select(retention_run.c.list_id).where(retention_run.c.book_no == one.book_no)
    old = select(retention_list.c.list_id).where(
        retention_list.c.book_no == one.book_no, retention_list.c.list_id.not_in(confirmed)
    )
    stale = list(db.execute(old).scalars())
    db.execute(delete(retention_item).where(retention_item.c.list_id.in_(stale)))
    db.execute(delete(retention_list).where(retention_list.c.list_id.in_(stale)))
    values = {name: getattr(one, name) for name in RetentionList.__slots__}
    db.execute(insert(retention_list).values(values))
    rows = [{"list_id": one.list_id, "kind": kind, "subject": who} for kind, who in items]
    if rows:
        db.execute(insert(retention_item), rows)


def lists_of(db: Connection, book_no: int) -> tuple[RetentionList, ...]:
    """The lists of a book, newest first."""
    query = (
        select(retention_list)
        .where(retention_list.c.book_no == book_no)
        .order_by(retention_list.c.proposed_at.desc(), retention_list.c.list_id)
    )
    return tuple(
        RetentionList(**{**row, "content_hash": bytes(row["content_hash"])})
        for row in db.execute(query).mappings()
    )


def confirmed_by(db: Connection, book_no: int, list_id: UUID) -> UUID | None:
    """Who confirmed a list; None while it waits."""
    query = select(retention_run.c.confirmed_by).where(
        retention_run.c.book_no == book_no, retention_run.c.list_id == list_id
    )
    return db.execute(query).scalar()


def items_left(db: Connection, list_id: UUID) -> list[tuple[str, UUID]]:
    """What is still to do of a list, in order."""
    query = (
        select(retention_item.c.kind, retention_item.c.subject)
        .where(retention_item.c.list_id == list_id)
        .order_by(retention_item.c.kind, retention_item.c.subject)
    )
    return [(row.kind, row.subject) for row in db.execute(query)]


def people_of_applications(db: Connection, applications: Sequence[UUID]) -> frozenset[UUID]:
    """Whose applications these are."""
    query = (
        select(family.c.person_id)
        .join(application, application.c.family_id == family.c.family_id)
        .where(application.c.application_id.in_(applications))
    )
    return frozenset(db.execute(query).scalars())


def drop_items(list_id: UUID, kind: str, subjects: Sequence[UUID], db: Connection) -> None:
    """What was done of a list is not to do any more."""
    for at in range(0, len(subjects), CHUNK):
        here = retention_item.c.subject.in_(subjects[at : at + CHUNK])
        same = (retention_item.c.list_id == list_id) & (retention_item.c.kind == kind)
        db.execute(delete(retention_item).where(same, here))


def give_up_drafts(before: Instant, db: Connection) -> None:
    """Withdraw the drafts that have waited for a second person since before a moment."""
    signed = select(batch_approval.c.batch_id)
    waiting = (
        (import_draft.c.status == "prepared")
        & (import_draft.c.prepared_at < before)
        & import_draft.c.batch_id.not_in(signed)  # Its status was not written before a crash.
    )
    db.execute(update(import_draft).where(waiting).values(status="withdrawn"))


def forget_draft_rows(before: Instant, db: Connection) -> int:
    """Delete the rows of drafts that were withdrawn and are older than a moment; how many."""
    ended = (import_draft.c.status == "withdrawn") & (import_draft.c.prepared_at < before)
    batches = list(db.execute(select(import_draft.c.batch_id).where(ended)).scalars())
    gone = 0
    for at in range(0, len(batches), CHUNK):
        part = import_row.c.batch_id.in_(batches[at : at + CHUNK])
        gone += db.execute(delete(import_row).where(part)).rowcount
    return gone
