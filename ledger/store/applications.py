"""What applications hold, sealed with their person's key, and opened for those who may read it.

A paper is named by its contents' digest: a correction is another paper, the row says which counts.
Not here: the rows (`registers.calls`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ledger.core.entitlement.declared import Declared, inputs_hash, read_declared
from ledger.core.entitlement.selection import Application
from ledger.core.quantities import Instant
from ledger.store.book import Ledger
from ledger.store.engines import Store
from ledger.store.keys import keyed_hash, open_sealed
from ledger.store.network.credentials import people_of
from ledger.store.people import CHUNK, add_papers, person_keys, with_families
from ledger.store.registers.batches import claimed_among, entitlement_claim
from ledger.store.registers.calls import Applied, Call, applications_of, keep_applications
from ledger.store.vault_schema import paper

FIELD = "application:"


def field_of(digest: bytes) -> str:
    """The name of the paper that holds what this digest is of."""
    return f"{FIELD}{digest.hex()}"


def keep_declared(ledger: Ledger, said: Iterable[tuple[UUID, Declared]]) -> None:
    """Seal what persons declare; each has a salt of its own, so nothing is kept twice."""
    add_papers(ledger, [(who, field_of(one.digest()), one.text()) for who, one in said])


def keep_received(
    ledger: Ledger,
    call: Call,
    people: Sequence[UUID],
    rows: Callable[[Mapping[UUID, UUID]], list[Applied]],
    *,
    known: int,
    by: UUID,
    now: Instant,
) -> bool:
    """Write all of these applications down, or none of them: somebody was faster with some.

    `rows` is told person -> family. `known`: how many the call had when it was looked at.
    """
    try:
        with_families(
            ledger, call.book_no, people,
            lambda db, families: keep_applications(db, rows(families), by=by, now=now), now=now,
        )  # fmt: skip
    except IntegrityError:
        with ledger.reading() as db:
            if len(applications_of(db, call.call_id)) == known:
                raise  # Nobody was faster: something else is wrong.
        return False
    return True


def opened(ledger: Ledger, rows: Sequence[Applied]) -> dict[UUID, Declared]:
    """What these applications hold, by application; nothing of who was erased."""
    with ledger.reading() as db:
        people = people_of(db, [row.family_id for row in rows])
    keys = person_keys(ledger, set(people.values()))
    found: dict[UUID, Declared] = {}
    for at in range(0, len(rows), CHUNK):
        found |= _portion(ledger, rows[at : at + CHUNK], people, keys)
    return found


def _portion(
    ledger: Ledger,
    rows: Sequence[Applied],
    people: Mapping[UUID, UUID],
    keys: Mapping[UUID, bytes],
) -> dict[UUID, Declared]:
    wanted = {field_of(row.digest): row for row in rows}
    with ledger.reading(Store.VAULT) as db:
        sealed = db.execute(select(paper).where(paper.c.field.in_(list(wanted)))).all()
    found: dict[UUID, Declared] = {}
    for one in sealed:
        row = wanted[one.field]
        if one.person_id in keys and people.get(row.family_id) == one.person_id:
            place = f"paper/{one.person_id.hex}/{one.field}"
            text = open_sealed(keys[one.person_id], bytes(one.sealed), place).decode()
            found[row.application_id] = read_declared(text)
    return found


def household_key(ledger: Ledger, call_id: UUID, dsu: str) -> bytes | None:
    """What two applications of one household have in common: a keyed hash of their statement's
    protocol, other in each call; None where no protocol was given.
    """  # noqa: D205 -- one sentence.
    if not dsu:
        return None
    return keyed_hash(ledger.keys["lookup"], b"household", call_id.bytes, dsu.upper().encode())


@dataclass(frozen=True, slots=True)
class InLine:
    """Who is asked: the complete applications of who has nothing of this round yet, opened."""

    rows: tuple[Applied, ...]
    declared: Mapping[UUID, Declared]

    def applications(self, on: date) -> list[Application]:
        """What a rule looks at, on its day."""
        return [
            self.declared[row.application_id].as_applied(row.application_id, row.received_at, on)
            for row in self.rows
        ]

    @property
    def inputs_hash(self) -> bytes:
        """What anything made of them was made of."""
        return inputs_hash((row.application_id, row.digest) for row in self.rows)


def in_line(ledger: Ledger, call: Call) -> InLine:
    """A call's complete applications, but of who has this round's voucher, or was erased."""
    with ledger.reading() as db:
        complete = [row for row in applications_of(db, call.call_id) if row.status == "complete"]
        claims = {
            row.family_id: entitlement_claim(call.programme_id, row.family_id, call.round)
            for row in complete
        }
        taken = claimed_among(db, call.book_no, list(claims.values()))
    asked = [row for row in complete if claims[row.family_id] not in taken]
    declared = opened(ledger, asked)
    return InLine(tuple(row for row in asked if row.application_id in declared), declared)
