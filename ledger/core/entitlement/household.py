"""A household as an evaluation sees it: ages and burdens, no name and no codice fiscale.

Whoever is an `adult` here is taken for a parent; grown-up children stay `child`, and a grandmother
is a `relative`. Not here: what anything weighs (`national_scale`, `comune_table`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

OF_AGE: Final = 18
SMALL: Final = 3  # Years: the youngest for whom the national scale gives more.
LAST_DEPENDANT: Final = 25  # Years: a dependant over it is no child of a comune's table.
MOST_MEMBERS: Final = 30


class Role(StrEnum):
    """What a member is in the household."""

    ADULT = "adult"
    CHILD = "child"
    RELATIVE = "relative"


class Disability(StrEnum):
    """Degrees of Annex 3, DPCM 159/2013."""

    MEDIUM = "medium"
    SEVERE = "severe"
    NON_SELF_SUFFICIENT = "non_self_sufficient"


@dataclass(frozen=True, slots=True)
class Member:
    """One person. `works`: at least six months in the year that the ISEE looks at."""

    role: Role
    birth: date
    disability: Disability | None = None
    dependent: bool = False
    works: bool = False

    def age_on(self, day: date) -> int:
        """Full years; who is born on 29 February is a year older on 1 March."""
        had_birthday = (day.month, day.day) >= (self.birth.month, self.birth.day)
        return day.year - self.birth.year - (not had_birthday)


@dataclass(frozen=True, slots=True)
class Household:
    """Members and burdens on one day. `multiple_births`: how many births were of twins or more."""

    members: tuple[Member, ...]
    on: date
    lone_parent: bool = False
    widowed: bool = False
    multiple_births: int = 0
    pregnancy: bool = False
    job_loss: bool = False
    mortgage: bool = False

    def __post_init__(self) -> None:
        """Refuse what no household is. Errors: `ValueError`, for whoever typed it."""
        for holds, message in (
            (0 < len(self.members) <= MOST_MEMBERS, f"a household has 1 to {MOST_MEMBERS} members"),
            (all(one.birth <= self.on for one in self.members), "somebody is not born yet"),
            (not self.lone_parent or len(self.adults) == 1, "a lone parent is the only adult"),
            (0 <= self.multiple_births <= len(self.children) // 2, "twins are two children"),
        ):
            if not holds:
                raise ValueError(message)

    @property
    def adults(self) -> tuple[Member, ...]:
        """Who is taken for a parent."""
        return tuple(one for one in self.members if one.role is Role.ADULT)

    @property
    def children(self) -> tuple[Member, ...]:
        """Sons and daughters in the household, of any age."""
        return tuple(one for one in self.members if one.role is Role.CHILD)

    @property
    def minors(self) -> tuple[Member, ...]:
        """Children under 18."""
        return self._children(lambda age, _one: age < OF_AGE)

    @property
    def dependants(self) -> tuple[Member, ...]:
        """Children of 18 to 25 who depend on the household."""
        return self._children(lambda age, one: one.dependent and OF_AGE <= age <= LAST_DEPENDANT)

    def _children(self, wanted: Callable[[int, Member], bool]) -> tuple[Member, ...]:
        return tuple(one for one in self.children if wanted(one.age_on(self.on), one))
