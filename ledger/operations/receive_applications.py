"""Take applications in for a call: each person once, each household once, contents sealed first.

Who is new is written down in the vault; the row outside holds a digest only. The same list again
changes nothing. Not here: reading files (`ledger.imports`), and what anybody is due (`selection`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from ledger.core.entitlement.declared import Declared
from ledger.core.ids import derived_id
from ledger.core.quantities import Instant
from ledger.store.applications import household_key, keep_declared, keep_received
from ledger.store.book import Ledger
from ledger.store.edges import random_bytes
from ledger.store.network.credentials import families_of, person_of
from ledger.store.people import NewPerson, find_people, keep_people
from ledger.store.registers.calls import (
    Applied,
    AppliedStep,
    Call,
    applications_of,
    change_applied,
    read_applied,
    steps_of,
)

SALT_SIZE: Final = 16
CODE_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_SIZE: Final = 8


@dataclass(frozen=True, slots=True)
class Arrived:
    """One application as it was read: whose, what it declares, when it came in."""

    fiscal_code: str
    surname: str
    name: str
    declared: Declared
    received_at: Instant


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a list: how many are new, and whose were not taken, by their fiscal codes.

    `again`: have applied already (to correct them is another act); `same_household`: somebody of
    their statement has.
    """

    new: int
    again: tuple[str, ...]
    same_household: tuple[str, ...]


class Changed(Exception):
    """Somebody else changed the application meanwhile."""


def receive_applications(
    ledger: Ledger, call: Call, arrived: Sequence[Arrived], *, officer: UUID, now: Instant
) -> Received:
    """Take in whoever has not applied yet; if somebody else does so meanwhile, look once more.

    `officer`: the person. Errors: those of the vault.
    """
    while True:
        with ledger.reading() as db:
            known = applications_of(db, call.call_id)
            families = families_of(db, call.book_no)
        people = find_people(ledger, [one.fiscal_code for one in arrived])
        applied = {row.family_id for row in known}
        there = {code for code, person in people.items() if families.get(person) in applied}
        again = [one for one in arrived if one.fiscal_code in there]
        fresh = [one for one in arrived if one.fiscal_code not in there]
        fresh, same = _one_a_household(ledger, call, fresh, {row.household for row in known})
        if not fresh or _keep(ledger, call, fresh, len(known), officer, now):
            return Received(len(fresh), _codes(again), _codes(same))


def _codes(some: Sequence[Arrived]) -> tuple[str, ...]:
    return tuple(one.fiscal_code for one in some)


def _one_a_household(
    ledger: Ledger, call: Call, arrived: Sequence[Arrived], taken: set[bytes | None]
) -> tuple[list[Arrived], list[Arrived]]:
    """Who applies first for a household, and who comes after."""
    first, after = list[Arrived](), list[Arrived]()
    for one in arrived:
        key = household_key(ledger, call.call_id, one.declared.dsu)
        (after if key is not None and key in taken else first).append(one)
        taken.add(key)
    return first, after


def _keep(  # noqa: PLR0917 -- what is kept, and who keeps it.
    ledger: Ledger, call: Call, arrived: Sequence[Arrived], known: int, officer: UUID, now: Instant
) -> bool:
    """Persons, then what they declare, then the rows; stopped in between, nothing is half taken."""
    papers = [
        NewPerson(
            one.fiscal_code,
            {"fiscal_code": one.fiscal_code, "surname": one.surname, "name": one.name},
        )
        for one in arrived
    ]
    people = keep_people(ledger, papers, now=now)
    salted = [replace(one, declared=_salted(one.declared)) for one in arrived]
    keep_declared(ledger, [(people[one.fiscal_code], one.declared) for one in salted])

    def rows(families: Mapping[UUID, UUID]) -> list[Applied]:
        owners = [families[people[one.fiscal_code]] for one in salted]
        return _rows(ledger, call, salted, owners)

    who = list(people.values())
    return keep_received(ledger, call, who, rows, known=known, by=officer, now=now)


def _salted(declared: Declared) -> Declared:
    return replace(declared, salt=random_bytes(SALT_SIZE).hex())


def _rows(
    ledger: Ledger, call: Call, arrived: Sequence[Arrived], families: Sequence[UUID]
) -> list[Applied]:
    return [
        Applied(
            application_id=derived_id("application", call.call_id, family),
            call_id=call.call_id,
            family_id=family,
            code=_public_code(),
            household=household_key(ledger, call.call_id, one.declared.dsu),
            received_at=one.received_at,
            version=1,
            digest=one.declared.digest(),
            status="complete" if one.declared.statement else "incomplete",
        )
        for one, family in zip(arrived, families, strict=True)
    ]


def _public_code() -> str:
    """Eight letters by chance: what a published list calls an application, in this call alone."""
    letters = [CODE_LETTERS[byte % len(CODE_LETTERS)] for byte in random_bytes(CODE_SIZE)]
    return f"{''.join(letters[:4])}-{''.join(letters[4:])}"


@dataclass(frozen=True, slots=True)
class Change:
    """What is done with one application: the version that was seen, and what it becomes.

    `what`: `corrected` or `completed` bring new contents; `asked` waits for more; `withdrawn`.
    """

    application_id: UUID
    seen_version: int
    what: str
    declared: Declared | None = None


AFTER: Final[Mapping[str, str]] = {
    "corrected": "complete", "completed": "complete", "asked": "incomplete",
    "withdrawn": "withdrawn",
}  # fmt: skip


def change_application(
    ledger: Ledger, call: Call, asked: Change, *, officer: UUID, now: Instant
) -> Applied:
    """Correct, complete, ask for more, or withdraw; every step is kept, and who made it.

    Errors: `LookupError`; `Changed` if it is no longer the version that was seen.
    """
    with ledger.reading() as db:
        row = read_applied(db, asked.application_id)
        steps = steps_of(db, asked.application_id)
        person = None if row is None else person_of(db, row.family_id)
    if row is None or person is None or row.call_id != call.call_id:
        raise LookupError(asked.application_id)
    made = replace(row, version=row.version + 1, status=AFTER[asked.what])
    if asked.declared is not None:
        declared = _salted(asked.declared)
        keep_declared(ledger, [(person, declared)])
        key = household_key(ledger, call.call_id, declared.dsu)
        made = replace(made, digest=declared.digest(), household=key)
    step = AppliedStep(row.application_id, len(steps) + 1, asked.what, now, officer)
    changed = ledger.write(
        lambda db: change_applied(db, made, step, from_version=asked.seen_version)
    )
    if not changed:
        raise Changed(asked.application_id)
    return made
