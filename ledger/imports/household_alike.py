"""Rows of a list that look alike: shown to a person as groups of lines, never merged.

Homonyms, father and son, name and surname swapped: one name, several fiscal codes. Twins: one
surname and birth day. One household that asks twice: one DSU, or the same children.
Source: reliability.md 7.2 (I9).
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ledger.imports.household_row import HouseholdRow
from ledger.imports.names import name_key

NOTHING: Final = ("", None)
FEWEST_CHILDREN: Final = 2  # One child's birth day is many children's.


class Alike(StrEnum):
    """In what rows are alike; the words are the pages'."""

    NAME = "name"
    SURNAME_AND_BIRTH = "surname_and_birth"
    DSU = "dsu"
    CHILDREN = "children"


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """Lines of a list that are alike in one thing."""

    alike: Alike
    lines: tuple[int, ...]


def look_alikes(rows: Sequence[HouseholdRow]) -> tuple[LookAlikes, ...]:
    """Every group of two lines or more, by what they have in common and then by line."""
    return tuple(
        LookAlikes(alike, tuple(lines))
        for alike, key in KEYS.items()
        for lines in _groups(rows, key)
    )


def _groups(
    rows: Sequence[HouseholdRow], key: Callable[[HouseholdRow], Hashable]
) -> Iterator[list[int]]:
    lines: dict[Hashable, list[int]] = {}
    for row in rows:
        if (same := key(row)) not in NOTHING:
            lines.setdefault(same, []).append(row.line)
    return (found for found in lines.values() if len(found) > 1)


def _surname_and_birth(row: HouseholdRow) -> Hashable:
    surname = name_key(row.surname)
    return (surname, row.household.members[0].birth) if surname else None


def _children(row: HouseholdRow) -> Hashable:
    births = sorted(one.birth for one in row.household.children)
    return tuple(births) if len(births) >= FEWEST_CHILDREN else None


KEYS: Final[Mapping[Alike, Callable[[HouseholdRow], Hashable]]] = {
    Alike.NAME: lambda row: name_key(row.surname, row.name),
    Alike.SURNAME_AND_BIRTH: _surname_and_birth,
    Alike.DSU: lambda row: row.dsu,
    Alike.CHILDREN: _children,
}
