"""Calls with their rules and applications: rows that are written, rows that ride, and reads.

Nothing here says what an application holds: that is sealed (`ledger.store.applications`). Not
here: rankings (`rankings`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Table, insert, select, update
from sqlalchemy.engine import RowMapping

from ledger.core.entitlement.call_rule import CallRule, parse_call_rule
from ledger.core.ids import AccountId
from ledger.core.quantities import Instant
from ledger.core.requests import Row
from ledger.store.schema import (
    application,
    application_step,
    call,
    rule_draft,
    rule_version,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """Whom a programme asks to apply: which round, from which fund, until when (a day in Rome).

    `seed`: told before anybody applies; lots are drawn by it.
    """

    call_id: UUID
    book_no: int
    programme_id: UUID
    fund: AccountId
    round: str
    title: str
    seed: str
    closes_on: str
    made_by: UUID
    made_at: Instant


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """One version of a call's rule as somebody proposed it."""

    call_id: UUID
    version: int
    rule: str
    rule_hash: bytes
    proposed_by: UUID
    proposed_at: Instant


@dataclass(frozen=True, slots=True)
class Applied:
    """One application from outside. `digest`: of its contents; `household`: a keyed hash or none.

    `code`: random, for the public list of this call alone.
    """

    application_id: UUID
    call_id: UUID
    family_id: UUID
    code: str
    household: bytes | None
    received_at: Instant
    version: int
    digest: bytes
    status: str


@dataclass(frozen=True, slots=True)
class AppliedStep:
    """What was done with an application, by whom (a person), when."""

    application_id: UUID
    step: int
    what: str
    at: Instant
    by_person: UUID


def _values(one: Any) -> dict[str, Any]:  # noqa: ANN401 -- any of the rows above.
    return {name: getattr(one, name) for name in type(one).__slots__}


def read_row(kind: type[T], row: RowMapping) -> T:
    """A row with its bytes as bytes, whatever the driver gave."""
    names: tuple[str, ...] = kind.__slots__  # type: ignore[attr-defined]
    return kind(**{name: _plain(row[name]) for name in names})


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview | bytearray) else value


def add_rows(db: Connection, table: Table, rows: Sequence[object]) -> None:
    """Write many rows of one table."""
    if rows:
        db.execute(insert(table), [_values(one) for one in rows])


class RoundTaken(ValueError):
    """The programme has a call of that round already."""


def keep_call(db: Connection, one: Call) -> Call:
    """Write a call down, once however often it is sent. Errors: `RoundTaken`."""
    if (known := read_call(db, one.call_id)) is not None:
        return known
    same = select(call.c.call_id).where(
        call.c.book_no == one.book_no,
        call.c.programme_id == one.programme_id,
        call.c.round == one.round,
    )
    if db.execute(same).first() is not None:
        raise RoundTaken(one.round)
    add_rows(db, call, [one])
    return one


def read_call(db: Connection, call_id: UUID) -> Call | None:
    """One call."""
    row = db.execute(select(call).where(call.c.call_id == call_id)).mappings().first()
    return None if row is None else read_row(Call, row)


def calls_of(db: Connection, book_no: int) -> tuple[Call, ...]:
    """A comune's calls, newest first."""
    query = select(call).where(call.c.book_no == book_no).order_by(call.c.made_at.desc())
    return tuple(read_row(Call, row) for row in db.execute(query).mappings())


def keep_rule_draft(db: Connection, draft: RuleDraft) -> RuleDraft:
    """Write a proposal down as the next version; the same as the last is the last."""
    last = next(iter(rule_drafts(db, draft.call_id)), None)
    said = draft.rule_hash, draft.proposed_by
    if last is not None and (last.rule_hash, last.proposed_by) == said:
        return last
    made = replace(draft, version=last.version + 1 if last else 1)
    add_rows(db, rule_draft, [made])
    return made


def rule_drafts(db: Connection, call_id: UUID) -> tuple[RuleDraft, ...]:
    """All versions of a call's rule, as proposed, the newest first."""
    where = rule_draft.c.call_id == call_id
    query = select(rule_draft).where(where).order_by(rule_draft.c.version.desc())
    return tuple(read_row(RuleDraft, row) for row in db.execute(query).mappings())


def approved_versions(db: Connection, book_no: int, call_id: UUID) -> tuple[int, ...]:
    """The versions that a second officer signed, the newest first."""
    columns = rule_version.c
    query = (
        select(columns.version)
        .where(columns.book_no == book_no, columns.call_id == call_id)
        .order_by(columns.version.desc())
    )
    return tuple(db.execute(query).scalars())


def rule_in_force(db: Connection, one: Call) -> tuple[RuleDraft, CallRule] | None:
    """The newest version that two officers signed, read; None: there is none yet."""
    signed = approved_versions(db, one.book_no, one.call_id)
    if not signed:
        return None
    drafts = {draft.version: draft for draft in rule_drafts(db, one.call_id)}
    draft = drafts[signed[0]]
    return draft, parse_call_rule(draft.rule)


def rule_row(draft: RuleDraft, approved_by: UUID) -> Row:
    """A version that two persons signed; the database refuses the same person twice."""
    return Row(
        "rule_version",
        {
            "call_id": draft.call_id,
            "version": draft.version,
            "rule": draft.rule,
            "rule_hash": draft.rule_hash,
            "proposed_by": draft.proposed_by,
            "approved_by": approved_by,
        },
    )


def keep_applications(db: Connection, some: Sequence[Applied], *, by: UUID, now: Instant) -> None:
    """Write applications down, each with its first step."""
    add_rows(db, application, some)
    steps = [AppliedStep(one.application_id, 1, "received", now, by) for one in some]
    add_rows(db, application_step, steps)


def applications_of(db: Connection, call_id: UUID) -> tuple[Applied, ...]:
    """All applications of a call, in the order in which they came."""
    query = (
        select(application)
        .where(application.c.call_id == call_id)
        .order_by(application.c.received_at, application.c.application_id)
    )
    return tuple(read_row(Applied, row) for row in db.execute(query).mappings())


def applied_by(db: Connection, book_no: int, family_id: UUID) -> tuple[Applied, ...]:
    """A family's own applications in a comune's calls, in the order in which they came."""
    query = (
        select(application)
        .join(call, call.c.call_id == application.c.call_id)
        .where(call.c.book_no == book_no, application.c.family_id == family_id)
        .order_by(application.c.received_at)
    )
    return tuple(read_row(Applied, row) for row in db.execute(query).mappings())


def read_applied(db: Connection, application_id: UUID) -> Applied | None:
    """One application."""
    where = application.c.application_id == application_id
    row = db.execute(select(application).where(where)).mappings().first()
    return None if row is None else read_row(Applied, row)


def steps_of(db: Connection, application_id: UUID) -> tuple[AppliedStep, ...]:
    """What was done with an application, in order."""
    where = application_step.c.application_id == application_id
    query = select(application_step).where(where).order_by(application_step.c.step)
    return tuple(read_row(AppliedStep, row) for row in db.execute(query).mappings())


def change_applied(db: Connection, one: Applied, step: AppliedStep, *, from_version: int) -> bool:
    """Change an application as it stood, and say so; whether it still stood so."""
    changed = db.execute(
        update(application)
        .where(
            application.c.application_id == one.application_id,
            application.c.version == from_version,
        )
        .values(version=one.version, digest=one.digest, household=one.household, status=one.status)
    )
    if changed.rowcount == 1:
        add_rows(db, application_step, [step])
    return changed.rowcount == 1
