"""Days and hours in lists of households, as people and programs write them."""

from datetime import UTC, date, datetime

import pytest

from ledger.core.quantities import SECOND
from ledger.imports.faults import Fault
from ledger.imports.household_cells import Notice
from tests.imports.household_files import ROW, faults, one, read, workbook_of


@pytest.mark.parametrize(
    ("said", "day"),
    [("01/02/2026", date(2026, 2, 1)), ("2026-02-01", date(2026, 2, 1)),
     ("1/2/26", date(2026, 2, 1)), ("1-2-2026", date(2026, 2, 1)), ("1.2.2026", date(2026, 2, 1)),
     ("29/02/2024", date(2024, 2, 29)), ("31/12/99", date(1999, 12, 31)),
     ("1/1/28", date(1928, 1, 1)), ("2026-02-01 00:00:00", date(2026, 2, 1))],
)  # fmt: skip
def test_a_day_as_people_write_it(said: str, day: date) -> None:
    row = one(child_birth_1="", relative_birth_1=said)
    assert row.household.members[-1].birth == day
    short = len(said.rpartition("/")[2]) == 2
    assert row.notices == ((Notice.SHORT_YEAR,) if short else ())


def test_short_years_are_pointed_out_once() -> None:
    assert one(child_birth_1="1/5/19", child_birth_2="2/6/21").notices == (Notice.SHORT_YEAR,)


DAYS = {
    "31/02/2019": Fault.DATE, "29/02/2023": Fault.DATE, "02/13/2019": Fault.DATE,
    "2019": Fault.DATE, "43586": Fault.DATE, "01/02-2019": Fault.DATE, "ieri": Fault.DATE,
    "24/11/2026": Fault.FUTURE, "1/1/27": Fault.FUTURE, "22/11/1905": Fault.TOO_LONG_AGO,
    "01/02/0019": Fault.TOO_LONG_AGO,
    "\u0660\u0661/\u0660\u0662/\u0662\u0660\u0661\u0669": Fault.DATE,
}  # fmt: skip


@pytest.mark.parametrize("said", DAYS)
def test_a_birth_day_that_cannot_be_is_told(said: str) -> None:
    assert faults(child_birth_1=said) == {("child_birth_1", DAYS[said])}
    assert faults(child_birth_1="", child_births=f"01/05/2019 {said}") >= {
        ("child_births", DAYS[said])
    }


def test_a_birth_day_at_the_edges_is_taken() -> None:
    for said in ("23/11/2026", "23/11/1906"):
        assert one(child_birth_1=said).household.children[0].birth.month == 11


@pytest.mark.parametrize(
    ("epoch", "serial"), [(None, 43_586), (datetime(1904, 1, 1, tzinfo=UTC), 42_124)]
)
def test_days_of_a_workbook(epoch: datetime | None, serial: int) -> None:
    """As a cell that is a day, as text, and as a number, counted from that workbook's first day."""
    start = epoch.replace(tzinfo=None) if epoch else None
    birth = datetime(2019, 5, 1)  # noqa: DTZ001 -- a cell has no zone.
    for cell in (birth, "01/05/2019", serial, birth.date()):
        found = read(workbook_of({**ROW, "child_birth_1": cell, "isee": 9_000}, epoch=start))
        assert found.problems == ()
        assert found.rows[0].household.children[0].birth == date(2019, 5, 1)


@pytest.mark.parametrize("cell", [2019, 43_586.5, 10**9, True, "=TODAY()"])
def test_a_number_that_is_no_day(cell: object) -> None:
    """A year alone among them: it is not the day that far from a workbook's first."""
    [problem] = read(workbook_of({**ROW, "child_birth_1": cell})).problems
    fault = Fault.FORMULA if cell == "=TODAY()" else Fault.DATE
    assert (problem.column, problem.fault) == ("child_birth_1", fault)


def test_a_workbooks_yes_and_hour() -> None:
    arrived = datetime(2026, 9, 1, 9, 30)  # noqa: DTZ001 -- a cell has no zone.
    [row] = read(workbook_of({**ROW, "mortgage": True, "received": arrived})).rows
    assert row.household.mortgage
    assert row.received == one(received="01/09/2026 09:30").received


@pytest.mark.parametrize(
    ("said", "utc"),
    [("01/09/2026", "2026-08-31T22:00:00"), ("01/09/2026 9:30", "2026-09-01T07:30:00"),
     ("2026-01-09T09:30:15", "2026-01-09T08:30:15"), ("01/09/2026 09.30", "2026-09-01T07:30:00")],
)  # fmt: skip
def test_when_an_application_came_in_is_an_hour_in_rome(said: str, utc: str) -> None:
    wanted = datetime.fromisoformat(utc).replace(tzinfo=UTC).timestamp()
    assert one(received=said).received == round(wanted) * SECOND


@pytest.mark.parametrize("said", ["01/09/2026 25:00", "01/09/2026 mattina", "31/09/2026 10:00"])
def test_an_hour_that_is_none_is_told(said: str) -> None:
    assert faults(received=said) == {("received", Fault.DATE)}
    assert faults(received="24/11/2026 00:01") == {("received", Fault.FUTURE)}
