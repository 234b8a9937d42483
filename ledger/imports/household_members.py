"""A row's household: adults, children and relatives by birth day, and burdens.

What a list says twice has to agree. A list says how many are disabled or dependent, not who: the
first members of the right age stand for them, since nothing that is reckoned asks who it is.
Not here: what a household weighs (`ledger.core.entitlement`).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from ledger.core.entitlement.household import (
    LAST_DEPENDANT,
    MOST_MEMBERS,
    OF_AGE,
    Disability,
    Household,
    Member,
    Role,
)
from ledger.imports.faults import Fault
from ledger.imports.household_cells import YES, Cells, Notice, years_between
from ledger.imports.household_columns import FLAGS, birth_columns

DEGREES: Final = (Disability.NON_SELF_SUFFICIENT, Disability.SEVERE, Disability.MEDIUM)


def read_household(cells: Cells, applicant: date) -> Household | None:
    """The household of an applicant born that day; None with its faults in `cells`."""
    adults = _adults(cells, applicant)
    children = _children(cells)
    relatives = _births(cells, "relative", "relatives", told_before=0)
    members = (*adults, *children, *(Member(Role.RELATIVE, birth) for birth in relatives))
    _assert_count(cells, "members", len(members))
    if len(members) > MOST_MEMBERS:
        cells.refuse("members", Fault.TOO_MANY_MEMBERS)
    flags = {name: cells.flag(name) for name in FLAGS}
    if flags["lone_parent"] and len(adults) > 1:
        cells.refuse("lone_parent", Fault.NOT_ALONE)
    twins = _multiple_births(cells, children)
    disabled = _with_disabilities(cells, members)
    if cells.problems:
        return None
    return Household(disabled, cells.on, multiple_births=twins, **flags)


def _births(cells: Cells, kind: str, counted: str, *, told_before: int) -> list[date]:
    """Birth days of one kind of member; a count beside them has to agree."""
    births = cells.births(f"{kind}_births", birth_columns(kind, cells.given))
    _assert_count(cells, counted, told_before + len(births))
    return births


def _assert_count(cells: Cells, name: str, found: int) -> None:
    told = cells.count(name)
    if told is not None and told != found:
        cells.refuse(name, Fault.COUNT_DIFFERS, f"{told}/{found}")


def _adults(cells: Cells, applicant: date) -> tuple[Member, ...]:
    """The applicant, and whoever else is taken for a parent; `adults` counts the applicant too."""
    told = cells.count("adults")
    births = cells.births("adult_births", birth_columns("adult", cells.given))
    if not births and told is not None and 1 < told <= MOST_MEMBERS:
        births = [applicant] * (told - 1)
        cells.notice(Notice.AGE_ASSUMED)
    _assert_count(cells, "adults", 1 + len(births))
    works = cells.flag("works")
    return tuple(Member(Role.ADULT, birth, works=works) for birth in (applicant, *births))


def _children(cells: Cells) -> tuple[Member, ...]:
    """Children in the list's order; those of 18 to 25 depend as far as it says, youngest first."""
    births = _births(cells, "child", "children", told_before=0)
    children = [Member(Role.CHILD, birth) for birth in births]
    grown = [one for one in births if OF_AGE <= years_between(one, cells.on) <= LAST_DEPENDANT]
    told = cells.count("dependants")
    if grown and told is None:
        cells.notice(Notice.DEPENDANTS_UNTOLD)
    if told is not None and told > len(grown):
        cells.refuse("dependants", Fault.COUNT_DIFFERS, f"{told}/{len(grown)}")
    dependent = sorted(grown, reverse=True)[: told or 0]
    for at, child in enumerate(children):
        if child.birth in dependent:
            dependent.remove(child.birth)
            children[at] = replace(child, dependent=True)
    return tuple(children)


def _multiple_births(cells: Cells, children: tuple[Member, ...]) -> int:
    """How many births were of twins or more: a number, or yes for one."""
    said = cells.text("multiple_births").casefold()
    told = int(cells.flag("multiple_births")) if said in YES | {"no", "n"} else None
    twins = told if told is not None else cells.count("multiple_births") or 0
    if twins > len(children) // 2:
        cells.refuse("multiple_births", Fault.TWINS)
    if not twins and len({one.birth for one in children}) < len(children):
        cells.notice(Notice.TWINS_UNTOLD)
    return twins


def _with_disabilities(cells: Cells, members: tuple[Member, ...]) -> tuple[Member, ...]:
    degrees = list(_degrees(cells))
    if len(degrees) > len(members):
        cells.refuse(Disability.MEDIUM, Fault.DISABILITIES)
        return members
    marked = zip(members, degrees, strict=False)
    return (
        *(replace(one, disability=degree) for one, degree in marked),
        *members[len(degrees) :],
    )


def _degrees(cells: Cells) -> Iterator[Disability]:
    for degree in DEGREES:
        yield from [degree] * (cells.count(degree) or 0)
