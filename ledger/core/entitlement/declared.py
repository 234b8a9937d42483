"""What an application declares, as it is sealed in the vault: income, statement, household.

No name and no fiscal code: whose it is, the vault knows. A salt is part of it, so that a hash over
many of them tells nothing of one. Not here: the sealing (`ledger.store`).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from uuid import UUID

from ledger.core.canonical import Json, canonical
from ledger.core.entitlement.cases import household_words, read_household
from ledger.core.entitlement.exact import cents_text, read_cents
from ledger.core.entitlement.household import Household
from ledger.core.entitlement.isee import Isee, IseeKind
from ledger.core.entitlement.selection import Application
from ledger.core.quantities import Amount, Instant

VERSION = 1


@dataclass(frozen=True, slots=True)
class Declared:
    """One application's contents. `isee` in cents; `dsu`: the statement's protocol, or nothing."""

    isee: Amount
    statement: Isee | None
    household: Household
    dsu: str = ""
    language: str = "it"
    salt: str = ""

    def text(self) -> str:
        """What is sealed."""
        words: dict[str, Json] = {
            "v": VERSION,
            "salt": self.salt,
            "isee": cents_text(self.isee),
            "on": self.household.on.isoformat(),
            "household": household_words(self.household),
            "dsu": self.dsu,
            "language": self.language,
        }
        if self.statement is not None:
            words["statement"] = {
                "kind": str(self.statement.kind),
                "signed_on": self.statement.signed_on.isoformat(),
                "valid_until": self.statement.valid_until.isoformat(),
            }
        return canonical(words).decode()

    def digest(self) -> bytes:
        """SHA-256 of what is sealed: kept in the clear, it tells nothing because of the salt."""
        return sha256(self.text().encode()).digest()

    def as_applied(self, application: UUID, received: Instant, on: date) -> Application:
        """What a rule looks at on its day; who is not born by then is not there yet."""
        members = tuple(one for one in self.household.members if one.birth <= on)
        children = sum(one.role == "child" for one in members)
        births = min(self.household.multiple_births, children // 2)
        household = replace(self.household, members=members, on=on, multiple_births=births)
        return Application(application, received, self.isee, self.statement, household)


def read_declared(text: str) -> Declared:
    """Read what was sealed. Errors: `ValueError`: it was sealed by a newer program."""
    words = json.loads(text)
    if words.get("v") != VERSION:
        raise ValueError("this application was written by a newer program")
    told = words.get("statement")
    return Declared(
        isee=read_cents(words["isee"]),
        statement=None if told is None else _statement(told),
        household=read_household(words["household"], date.fromisoformat(words["on"])),
        dsu=words["dsu"],
        language=words["language"],
        salt=words["salt"],
    )


def _statement(told: Mapping[str, str]) -> Isee:
    days = (date.fromisoformat(told[name]) for name in ("signed_on", "valid_until"))
    return Isee(IseeKind(told["kind"]), *days)


def inputs_hash(digests: Iterable[tuple[UUID, bytes]]) -> bytes:
    """What a ranking was made of: SHA-256 over every application and its contents' digest."""
    rows: list[Json] = [[one.hex, digest.hex()] for one, digest in sorted(digests)]
    return sha256(canonical(rows)).digest()
