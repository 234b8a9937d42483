"""Row 39: every value of vault and keys is sealed to its place, and the master is replaced online.

Every column is told apart by what it may hold; every sealed value is read back; values that were
swapped, cut, changed or sealed under an old key are refused. Then the master key is rotated by a
process that is killed half-way and by one that is not, while others read, write and erase.
Not here: who does all that meanwhile (`rotating`).
"""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import LargeBinary, Text, delete, insert, select, update

from ledger import Ledger, open_ledger
from ledger.store.engines import Store
from ledger.store.keys import (
    AES_GCM,
    CannotOpen,
    key_number,
    keys_store,
    master_key,
    person_key,
)
from ledger.store.patience import LONG, waiting
from ledger.store.people import NewPerson, commit_to_all, keep_people, papers_of
from ledger.store.vault import open_commitment, read_papers
from ledger.store.vault_schema import opening, paper, vault_store
from tests.faults.rotating import FIELDS, Load, rotated_under_load, words_of
from tests.faults.scoreboard import Asked, Row
from tests.town import NOON

MOST_SECONDS: Final = 600
MARKS: Final = (*(f"qz{one[:4]}kx".encode() for one in FIELDS), b"CF000", b"qzsaid")
SAMPLE: Final = 40  # Rows on which every kind of damage is tried.

SEALED: Final = frozenset({
    "paper.sealed", "opening.sealed", "person_key.wrapped", "signing_key.wrapped",
    "note_key.wrapped", "vote_key.wrapped",
})  # fmt: skip
DIGESTS: Final = frozenset({"lookup.digest", "opening.commitment", "signing_key.kid",
                            "signed_code.kid", "key_end.kid", "key_programme.kid",
                            "root_key.kid"})  # fmt: skip
PUBLIC: Final = frozenset({"signing_key.public", "note_key.public", "root_key.public",
                           "signed_list.raw"})  # fmt: skip
NAMES: Final = frozenset({  # Of fields, keys and logs: fixed words of ours.
    "paper.field", "named_key.name", "signing_key.use", "signing_key.issuer", "note_key.name",
    "key_end.why",
})  # fmt: skip
SECRETS: Final = frozenset({"named_key.secret", "master_key.secret"})  # What the keys store is for.


def column_encryption(asked: Asked, url: str, folder: Path) -> Row:
    """Fill a vault with `n` persons, damage it in every way, and replace its master key."""
    findings = [f"no line says what {name} holds" for name in unknown_columns()]
    chance = random.Random(asked.seed)
    with open_ledger(url) as ledger:
        people = fill(ledger, asked.n)
        findings += unsealed(ledger)
        tried, refused = damaged(ledger, chance.sample(people, min(SAMPLE, len(people))), findings)
        old = wrapped_of(ledger, people[0])
        load = Load()
        seconds = rotated_under_load(ledger, url, people, load, chance)
        findings += [f"under load: {one}" for one in load.errors]
        with ledger.reading(Store.KEYS) as db:
            numbers = {
                key_number(bytes(row[0])) for row in db.execute(select(person_key.c.wrapped))
            }
            masters = list(db.execute(select(master_key.c.number)).scalars())
        if numbers != {2} or masters != [2]:
            findings.append(f"keys under {numbers}, masters {masters}")
        if not refuses_old_key(ledger, people[0], old):
            findings.append("a value under the old key still opens")
        findings += unread(ledger, people[: -len(people) // 4])
    if asked.engine == "sqlite" and any(old in file.read_bytes() for file in keys_files(folder)):
        findings.append("a key wrapped by the old master stands in the files")
    got = {
        "people": asked.n, "values": asked.n * (len(FIELDS) + 1), "damaged": tried,
        "refused": refused, "rotation_s": round(seconds, 1), "reads": load.reads,
        "writes": load.writes, "erased": load.erased, "errors": len(load.errors),
        "wrong": len(findings),
    }  # fmt: skip
    passed = not findings and tried == refused and 0 < seconds <= MOST_SECONDS and load.reads > 0
    goal = f"all columns sealed; {asked.n} keys rotated online, killed once, 0 errors"
    return Row(39, "column_encryption", goal, got, passed, asked.seed, asked.engine, findings[:5])


def unknown_columns() -> Iterator[str]:
    """Columns of vault and keys that no list above names: a new one is decided, not forgotten."""
    told = SEALED | DIGESTS | PUBLIC | NAMES | SECRETS
    for metadata in (vault_store, keys_store):
        for table in metadata.sorted_tables:
            for column in table.columns:
                name = f"{table.name}.{column.name}"
                if isinstance(column.type, LargeBinary | Text) and name not in told:
                    yield name


def fill(ledger: Ledger, count: int) -> list[UUID]:
    """Write persons down, each with papers and something that the book could name."""
    new = [NewPerson(f"CF{number:07}", words_of(number)) for number in range(count)]
    found = keep_people(ledger, new, now=NOON)
    people = [found[one.fiscal_code] for one in new]
    for at in range(0, count, 2_000):
        commit_to_all(ledger, [(who, {"said": "qzsaid"}) for who in people[at : at + 2_000]])
    return people


def unsealed(ledger: Ledger) -> Iterator[str]:
    """Values that hold a word of somebody, or do not say which key and algorithm sealed them."""
    for store, metadata in ((Store.VAULT, vault_store), (Store.KEYS, keys_store)):
        for table in metadata.sorted_tables:
            with ledger.reading(store) as db, waiting(db, LONG):
                for row in db.execute(select(table)):
                    for name, value in row._mapping.items():
                        place = f"{table.name}.{name}"
                        if place in SEALED and bytes(value)[:1] != AES_GCM:
                            yield f"{place} is not sealed"
                        if isinstance(value, bytes | str) and holds_a_word(value, place):
                            yield f"{place} holds a word in clear"


def holds_a_word(value: bytes | str, place: str) -> bool:
    """Whether what was told of persons can be read there."""
    data = value.encode() if isinstance(value, str) else bytes(value)
    return place not in NAMES and any(mark in data for mark in MARKS)


def damaged(ledger: Ledger, people: Sequence[UUID], findings: list[str]) -> tuple[int, int]:
    """Put every kind of wrong value in the place of right ones; how many, and how many refused."""
    tried = refused = 0
    for who, other in zip(people, (*people[1:], people[0]), strict=True):
        right = sealed_of(ledger, who, "surname")
        wrong = {
            "of another row": sealed_of(ledger, other, "surname"),
            "of another column": sealed_of(ledger, who, "name"),
            "cut": right[:-1], "cut to its head": right[:5], "empty": b"",
            "longer": right + b"\0", "another bit": bytes([*right[:-1], right[-1] ^ 1]),
            "another algorithm": b"\x03" + right[1:], "an older form": b"\x01" + right[1:],
            "another key's number": right[:4] + b"\x02" + right[5:],
        }  # fmt: skip
        for what, value in wrong.items():
            put(ledger, who, value)
            tried += 1
            if is_refused(ledger, who):
                refused += 1
            else:
                findings.append(f"a value {what} was taken")
        put(ledger, who, right)
    tried, refused = tried + 1, refused + commitments_swapped(ledger, people)
    return tried, refused


def sealed_of(ledger: Ledger, who: UUID, name: str) -> bytes:
    """One sealed value as it lies there."""
    query = select(paper.c.sealed).where(paper.c.person_id == who, paper.c.field == name)
    with ledger.reading(Store.VAULT) as db:
        return bytes(db.execute(query).scalar_one())


def put(ledger: Ledger, who: UUID, value: bytes) -> None:
    """Overwrite a person's surname, as somebody with the database could."""
    there = (paper.c.person_id == who) & (paper.c.field == "surname")
    change = update(paper).where(there).values(sealed=value)
    ledger.write(lambda db: db.execute(change), store=Store.VAULT)


def is_refused(ledger: Ledger, who: UUID) -> bool:
    """Whether the product refuses to read this person, both ways that it reads."""
    refused = 0
    for read in (lambda: read_papers(ledger, who), lambda: papers_of(ledger, [who])):
        try:
            read()
        except CannotOpen:
            refused += 1
    return refused == 2


def commitments_swapped(ledger: Ledger, people: Sequence[UUID]) -> bool:
    """Whether an opening in another one's place is refused."""
    with ledger.reading(Store.VAULT) as db:
        query = select(opening).where(opening.c.person_id.in_(people[:2]))
        one, other = db.execute(query).all()[:2]
    there = opening.c.commitment == one.commitment
    change = update(opening).where(there).values(sealed=other.sealed)
    back = update(opening).where(there).values(sealed=one.sealed)
    ledger.write(lambda db: db.execute(change), store=Store.VAULT)
    try:
        open_commitment(ledger, one.commitment)
    except CannotOpen:
        return True
    finally:
        ledger.write(lambda db: db.execute(back), store=Store.VAULT)
    return False


def wrapped_of(ledger: Ledger, who: UUID) -> bytes:
    """A person's key as it lies there."""
    query = select(person_key.c.wrapped).where(person_key.c.person_id == who)
    with ledger.reading(Store.KEYS) as db:
        return bytes(db.execute(query).scalar_one())


def refuses_old_key(ledger: Ledger, who: UUID, old: bytes) -> bool:
    """Whether a key under the retired master, put back from an old copy, opens nothing."""
    new = wrapped_of(ledger, who)
    keep_wrapped(ledger, who, old)
    try:
        return is_refused(ledger, who)
    finally:
        keep_wrapped(ledger, who, new)


def keep_wrapped(ledger: Ledger, who: UUID, wrapped: bytes) -> None:
    """Put a wrapped key into its row's place, as a new row."""
    row = insert(person_key).values(person_id=who, wrapped=wrapped, created_at=NOON)
    old = delete(person_key).where(person_key.c.person_id == who)
    ledger.write(lambda db: (db.execute(old), db.execute(row)), store=Store.KEYS)


def unread(ledger: Ledger, people: Sequence[UUID]) -> Iterator[str]:
    """Who does not read as written, after all of it."""
    found = papers_of(ledger, people)
    wrong = sum(found.get(who) != words_of(at) for at, who in enumerate(people))
    if wrong:
        yield f"{wrong} persons do not read as they were written"


def keys_files(folder: Path) -> Iterator[Path]:
    """The files of the keys store, its WAL among them."""
    return folder.glob("*.keys.db*")
