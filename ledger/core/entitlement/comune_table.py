"""The FFC indicator: the comune's own table of burdens, as data beside the national scale.

Every row adds; nothing can make a family worse off than by ISEE (FF <= 1), because a weight below
zero is no row. "Fattore Famiglia" is somebody's trademark and table: here stands the table of the
comune's own act. Source: domain.md 3.1, 3.2, 3.7.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias

from ledger.core.canonical import Json
from ledger.core.entitlement.exact import read_decimal, weight_text
from ledger.core.entitlement.household import LAST_DEPENDANT, OF_AGE, Disability, Household
from ledger.core.entitlement.steps import Step

MOST_ROWS: Final = 60
MOST_WEIGHT: Final = Decimal(5)
Given: TypeAlias = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One burden and its weight. `given`: ages, a degree or a number, as its kind wants."""

    what: str
    weight: Decimal
    given: Given


@dataclass(frozen=True, slots=True)
class ComuneTable:
    """A table as an act laid it down. `is_synthetic`: made up for demonstrations, and says so."""

    rows: tuple[TableRow, ...]
    title: str = ""
    act: str = ""
    is_synthetic: bool = False


def _aged(from_age: int, to_age: int) -> Callable[[Household], int]:
    def count(household: Household) -> int:
        return sum(from_age <= one.age_on(household.on) <= to_age for one in household.minors)

    return count


def _children(given: Given) -> Callable[[Household], int]:
    return _aged(int(given["from_age"]), int(given["to_age"]))


def _dependants(given: Given) -> Callable[[Household], int]:
    first, last = int(given["from_age"]), int(given["to_age"])
    return lambda house: sum(first <= one.age_on(house.on) <= last for one in house.dependants)


def _elderly(given: Given) -> Callable[[Household], int]:
    first = int(given["from_age"])
    return lambda house: sum(one.age_on(house.on) >= first for one in house.members)


def _from_number(given: Given) -> Callable[[Household], int]:
    number = int(given["number"])
    return lambda house: max(0, len(house.minors) + len(house.dependants) - number + 1)


def _disabled(given: Given) -> Callable[[Household], int]:
    return lambda house: sum(one.disability == given["degree"] for one in house.members)


@dataclass(frozen=True, slots=True)
class Burden:
    """A kind of row: the fields it wants besides its weight, and how often it applies."""

    wants: tuple[str, ...]
    counts: Callable[[Given], Callable[[Household], int]]


BURDENS: Final[Mapping[str, Burden]] = {
    "child": Burden(("from_age", "to_age"), _children),
    "dependant": Burden(("from_age", "to_age"), _dependants),
    "elderly": Burden(("from_age",), _elderly),
    "each_child_from": Burden(("number",), _from_number),
    "disability": Burden(("degree",), _disabled),
    "lone_parent": Burden((), lambda _given: lambda house: int(house.lone_parent)),
    "widowed": Burden((), lambda _given: lambda house: int(house.widowed)),
    "multiple_birth": Burden((), lambda _given: lambda house: house.multiple_births),
    "pregnancy": Burden((), lambda _given: lambda house: int(house.pregnancy)),
    "job_loss": Burden((), lambda _given: lambda house: int(house.job_loss)),
    "mortgage": Burden((), lambda _given: lambda house: int(house.mortgage)),
}
LIMITS: Final = {
    "child": (0, OF_AGE - 1),
    "dependant": (OF_AGE, LAST_DEPENDANT),
    "elderly": (OF_AGE, 120),
    "each_child_from": (1, 20),
}


def comune_scale(
    table: ComuneTable, national: Decimal, household: Household
) -> tuple[Decimal, tuple[Step, ...]]:
    """SE_FF, and the lines it adds to the national scale."""
    lines = list(_lines(table, household))
    weights = (weight for weight, _step in lines)
    return sum(weights, national), tuple(step for _weight, step in lines)


def _lines(table: ComuneTable, household: Household) -> Iterator[tuple[Decimal, Step]]:
    for row in table.rows:
        count = BURDENS[row.what].counts(row.given)(household)
        if count and row.weight:
            weight = count * row.weight
            yield weight, Step(row.what, weight_text(weight), {**row.given, "count": count})


def read_table(rows: Iterable[object]) -> tuple[TableRow, ...]:
    """Read rows as the editor and files write them.

    Each is `{"what": ..., "weight": "0.35"}` with the fields its kind wants. Errors: `ValueError`
    that names the row, also for two rows that would count the same thing twice.
    """
    read = tuple(_row(number, one) for number, one in enumerate(rows, 1))
    if len(read) > MOST_ROWS:
        message = f"a table has at most {MOST_ROWS} rows"
        raise ValueError(message)
    for number, row in enumerate(read, 1):
        if any(_overlap(row, other) for other in read[: number - 1]):
            message = f"row {number}: it counts what another row counts already"
            raise ValueError(message)
    return read


def _row(number: int, given: object) -> TableRow:
    try:
        return _read_row(given)
    except ValueError as error:
        message = f"row {number}: {error}"
        raise ValueError(message) from error


def _read_row(given: object) -> TableRow:
    if not isinstance(given, Mapping):
        raise ValueError("it is no row")  # noqa: TRY004 -- one error for whoever typed it.
    what = str(given.get("what"))
    if what not in BURDENS:
        raise ValueError(f"{what} is no burden of a table")
    wants = BURDENS[what].wants
    if unknown := set(given) - {"what", "weight", *wants}:
        raise ValueError(f"{what} has no {', '.join(sorted(map(str, unknown)))}")
    weight = read_decimal(given.get("weight"))
    if not 0 <= weight <= MOST_WEIGHT:
        raise ValueError(f"a weight is 0 to {MOST_WEIGHT}: less would make a family worse off")
    return TableRow(what, weight, {name: _field(what, name, given) for name in wants})


def _field(what: str, name: str, given: Mapping[str, object]) -> str | int:
    value = given.get(name)
    if name == "degree":
        return str(Disability(str(value)))
    low, high = LIMITS[what]
    is_number = type(value) is int
    if not is_number or not low <= int(str(value)) <= high:
        raise ValueError(f"{name} is a whole number from {low} to {high}")
    if name == "to_age" and int(str(value)) < int(str(given.get("from_age", 0))):
        raise ValueError("to_age is not below from_age")
    return int(str(value))


def _overlap(one: TableRow, other: TableRow) -> bool:
    if one.what != other.what:
        return False
    if "to_age" in one.given:
        later = max(int(one.given["from_age"]), int(other.given["from_age"]))
        return later <= min(int(one.given["to_age"]), int(other.given["to_age"]))
    return one.given.get("degree") == other.given.get("degree")


def rows_as_json(table: ComuneTable) -> list[dict[str, Json]]:
    """A table's rows as `read_table` takes them."""
    return [
        {"what": row.what, **row.given, "weight": weight_text(row.weight)} for row in table.rows
    ]


# Made up, for demonstrations: one value is Lerici's, others lean on Parma and Trento.
# Source: domain.md 3.7.
TABLE_S: Final = ComuneTable(
    rows=read_table((
        {"what": "child", "from_age": 0, "to_age": 5, "weight": "0.35"},
        {"what": "child", "from_age": 6, "to_age": 13, "weight": "0.25"},
        {"what": "child", "from_age": 14, "to_age": 17, "weight": "0.30"},
        {"what": "dependant", "from_age": 18, "to_age": 25, "weight": "0.15"},
        {"what": "each_child_from", "number": 3, "weight": "0.20"},
        {"what": "disability", "degree": "severe", "weight": "0.25"},
        {"what": "disability", "degree": "non_self_sufficient", "weight": "0.50"},
        {"what": "lone_parent", "weight": "0.20"},
        {"what": "widowed", "weight": "0.30"},
        {"what": "multiple_birth", "weight": "0.30"},
        {"what": "pregnancy", "weight": "0.35"},
        {"what": "job_loss", "weight": "0.20"},
        {"what": "mortgage", "weight": "0.10"},
    )),
    title="Tabella S (sintetica)",
    is_synthetic=True,
)  # fmt: skip
