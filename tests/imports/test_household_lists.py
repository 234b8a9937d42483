"""A list of applications with households: every column and form, and what is pointed out."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest
from stdnum.it import codicefiscale

from ledger.core.entitlement.benefits import read_rule
from ledger.core.entitlement.comune_table import TABLE_S
from ledger.core.entitlement.evaluation import Meter, evaluate
from ledger.core.entitlement.household import Disability, Household, Member, Role
from ledger.core.entitlement.isee import Isee, IseeKind
from ledger.imports.faults import Fault
from ledger.imports.household_alike import Alike
from ledger.imports.household_cells import Notice
from ledger.imports.household_lists import (
    ControlTotals,
    household_template,
    read_household_list,
)
from tests.imports.household_files import (
    ON,
    OTHER,
    ROW,
    code_of,
    faults,
    one,
    read,
    text_of,
)


def test_the_template_reads_itself_back_and_is_evaluated_at_once() -> None:
    found = read(household_template())
    assert (found.problems, found.notices, found.dropped) == ((), ((2, Notice.EXAMPLE),), ())
    [row] = found.rows
    assert row.statement == Isee(IseeKind.ORDINARY, date(2026, 2, 2), date(2026, 12, 31))
    assert (row.dsu, row.filing_number) == ("INPS-ISEE-2026-12345678A-00", "2026/001")
    roles = [member.role for member in row.household.members]
    assert roles == [Role.ADULT, Role.ADULT, Role.CHILD, Role.CHILD, Role.RELATIVE]
    rule = read_rule({"kind": "flat", "amount": "50.00"})
    made = evaluate(row.household, row.isee_cents, TABLE_S, rule, Meter.ISEE_FF)
    assert (made.amount, made.se) == (
        50_00,
        Decimal("3.55"),
    )  # 2.85, working parents, one disabled.
    assert made.isee_ff < made.isee == 12_345_67


def test_everything_that_a_list_can_say_of_a_household() -> None:
    row = one(
        adults="1", children="4", child_birth_1="", members="7",
        child_births="01/05/2019; 2019-05-01, 3.4.2004 5/6/03", dependants="1",
        relative_birth_1="01/01/1940", relative_birth_2="02/02/1941", relatives="2",
        medium="1", severe="1", non_self_sufficient="1", works="X", lone_parent="Sì",
        widowed="SI", multiple_births="sì", pregnancy="vero", job_loss="1", mortgage="s",
    )  # fmt: skip
    degrees = (Disability.NON_SELF_SUFFICIENT, Disability.SEVERE, Disability.MEDIUM)
    members = (
        Member(Role.ADULT, date(1980, 1, 1), degrees[0], works=True),
        Member(Role.CHILD, date(2019, 5, 1), degrees[1]),
        Member(Role.CHILD, date(2019, 5, 1), degrees[2]),
        Member(Role.CHILD, date(2004, 4, 3), dependent=True),
        Member(Role.CHILD, date(2003, 6, 5)),
        Member(Role.RELATIVE, date(1940, 1, 1)),
        Member(Role.RELATIVE, date(1941, 2, 2)),
    )
    assert row.household == Household(
        members, ON, lone_parent=True, widowed=True, multiple_births=1, pregnancy=True,
        job_loss=True, mortgage=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "means"),
    [("sì", True), ("si", True), ("SI", True), ("Sì", True), ("x", True), ("X", True), ("1", True),
     ("vero", True), ("VERO", True), ("si\u0300", True), ("no", False), ("NO", False),
     ("0", False), ("falso", False), ("", False)],
)  # fmt: skip
def test_a_yes_and_a_no_as_people_write_them(said: str, means: bool) -> None:  # noqa: FBT001 -- what it means.
    assert one(mortgage=said).household.mortgage is means


@pytest.mark.parametrize("said", ["forse", "2", "sissignore", "no sì"])
def test_neither_yes_nor_no_is_told(said: str) -> None:
    assert faults(mortgage=said) == {("mortgage", Fault.YES_OR_NO)}


@pytest.mark.parametrize(
    ("said", "kind"),
    [("", "ordinary"), ("Ordinario", "ordinary"), ("ISEE ordinario", "ordinary"),
     ("MINORENNI", "minors"), ("corrente", "current"), ("Famiglie e inclusione",
     "family_inclusion")],
)  # fmt: skip
def test_kinds_of_isee(said: str, kind: str) -> None:
    row = one(isee_kind=said, valid_until="31/12/2026")
    assert row.statement == Isee(IseeKind(kind), date(2026, 2, 2), date(2026, 12, 31))
    unusable = kind == IseeKind.FAMILY_INCLUSION
    assert row.notices == ((Notice.STATEMENT_UNUSABLE,) if unusable else ())
    assert faults(isee_kind="altro") == {("isee_kind", Fault.ISEE_KIND)}


def test_how_long_a_statement_holds() -> None:
    """To the year's end; a current one only as long as the list says."""
    assert one().statement == Isee(IseeKind.ORDINARY, date(2026, 2, 2), date(2026, 12, 31))
    untold = one(isee_kind="corrente")
    assert (untold.statement, untold.notices) == (None, (Notice.NO_STATEMENT,))
    unsigned = one(signed_on="")
    assert (unsigned.statement, unsigned.notices) == (None, (Notice.NO_STATEMENT,))
    expired = one(signed_on="02/02/2025")
    assert expired.notices == (Notice.STATEMENT_UNUSABLE,)
    assert faults(valid_until="01/02/2026") == {("valid_until", Fault.STATEMENT)}
    assert faults(signed_on="24/11/2026") == {("signed_on", Fault.FUTURE)}


@pytest.mark.parametrize(
    ("said", "is_right"),
    [("INPS-ISEE-2026-12345678A-00", True), ("inps-isee-2026-12345678a-00", True),
     ("INPS-ISEE-2026-12345678A-00 ", True), ("", True), ("INPS-ISEE-2025-12345678A-00", False),
     ("INPS-ISEE-2026-1234567A-00", False), ("12345678A", False)],
)  # fmt: skip
def test_a_protocol_is_kept_as_text(said: str, is_right: bool) -> None:  # noqa: FBT001 -- what is told.
    if is_right:
        assert one(dsu=said).dsu == said.strip().upper()
    else:
        assert faults(dsu=said) == {("dsu", Fault.PROTOCOL)}


@pytest.mark.parametrize(("said", "cents"), [("0", 0), ("0,00", 0), ("€ 9.000,50", 9_000_50)])
def test_an_isee_may_be_nothing_but_not_missing(said: str, cents: int) -> None:
    assert one(isee=said).isee_cents == cents
    assert faults(isee="") == {("isee", Fault.AMOUNT)}


CONTRADICTIONS = {
    "two numbers of children": ({"children": "2"}, "children", Fault.COUNT_DIFFERS),
    "children without a birth day": (
        {"children": "1", "child_birth_1": ""}, "children", Fault.COUNT_DIFFERS,
    ),
    "two numbers of members": ({"members": "3"}, "members", Fault.COUNT_DIFFERS),
    "children told twice": ({"child_births": "01/05/2019"}, "child_births", Fault.TOLD_TWICE),
    "no adult": ({"adults": "0"}, "adults", Fault.COUNT_DIFFERS),
    "more adults than told": (
        {"adults": "3", "adult_birth_2": "01/01/1980"}, "adults", Fault.COUNT_DIFFERS,
    ),
    "relatives of no age": ({"relatives": "1"}, "relatives", Fault.COUNT_DIFFERS),
    "more dependants than grown children": (
        {"dependants": "1"}, "dependants", Fault.COUNT_DIFFERS,
    ),
    "a lone parent of two": ({"adults": "2", "lone_parent": "sì"}, "lone_parent", Fault.NOT_ALONE),
    "twins of one child": ({"multiple_births": "1"}, "multiple_births", Fault.TWINS),
    "more disabled than members": ({"medium": "3"}, "medium", Fault.DISABILITIES),
    "no number": ({"severe": "una"}, "severe", Fault.COUNT),
    "less than none": ({"severe": "-1"}, "severe", Fault.COUNT),
    "half a child": ({"children": "1,5"}, "children", Fault.COUNT),
    "a whole village": ({"adults": "31"}, "adults", Fault.COUNT_DIFFERS),
    "too many in one cell": (
        {"child_birth_1": "", "child_births": "01/05/2019 " * 30}, "members",
        Fault.TOO_MANY_MEMBERS,
    ),
    "another birth day than the code's": (
        {"birth": "02/01/1980"}, "birth", Fault.BIRTH_DIFFERS,
    ),
    "no birth day at all": ({"fiscal_code": "12345670017"}, "birth", Fault.BIRTH_MISSING),
    "no such language": ({"language": "marziano"}, "language", Fault.LANGUAGE),
    "a number without end": ({"filing_number": "9" * 101}, "filing_number", Fault.CELL_TOO_LONG),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_what_a_list_says_twice_has_to_agree(name: str) -> None:
    cells, column, fault = CONTRADICTIONS[name]
    assert faults(**cells) == {(column, fault)}


def test_adults_may_be_a_number_and_are_then_pointed_out() -> None:
    row = one(adults="2")
    births = [adult.birth for adult in row.household.adults]
    assert births == [date(1980, 1, 1)] * 2
    assert row.notices == (Notice.AGE_ASSUMED,)
    assert one(adult_birth_2="01/01/1981", adults="2").notices == ()


def test_the_applicants_birth_day_comes_from_the_code_or_the_column() -> None:
    assert one().household.members[0].birth == date(1980, 1, 1)
    old = one(fiscal_code=code_of("RSSMRA", date(1926, 11, 24)))
    assert old.household.members[0].birth == date(1926, 11, 24)  # Else it were tomorrow.
    centenarian = one(fiscal_code=code_of("RSSMRA", date(1920, 5, 1)), birth="01/05/1920")
    assert centenarian.household.members[0].birth == date(1920, 5, 1)
    assert centenarian.notices == ()
    provisional = one(fiscal_code="12345670017", birth="01/05/1990")
    assert provisional.household.members[0].birth == date(1990, 5, 1)


def test_omocodia_keeps_its_birth_day() -> None:
    stem = "RSSMRAULA41F205"
    code = stem + codicefiscale.calc_check_digit(stem)
    assert one(fiscal_code=code).household.members[0].birth == date(1980, 1, 1)


def test_what_a_person_should_look_at() -> None:
    child = one(fiscal_code=code_of("RSSMRA", date(2012, 1, 1)))
    assert child.notices == (Notice.MINOR_APPLICANT,)
    sheltered = one(protected="sì")
    assert (sheltered.protected, sheltered.notices) == (True, (Notice.PROTECTED_ADDRESS,))
    assert one(child_birth_2="01/05/2019").notices == (Notice.TWINS_UNTOLD,)
    assert one(child_birth_2="01/05/2019", multiple_births="1").notices == ()
    assert one(child_birth_1="01/05/2005").notices == (Notice.DEPENDANTS_UNTOLD,)
    assert one(child_birth_1="01/05/2005", dependants="0").notices == ()
    found = read(text_of({**ROW, "protected": "x"}))
    assert found.notices == ((2, Notice.PROTECTED_ADDRESS),)


@pytest.mark.parametrize(
    ("said", "code"), [("", "it"), ("EN", "en"), ("inglese", "en"), ("Ucraino", "uk"), ("fr", "fr")]
)
def test_the_language_of_a_family(said: str, code: str) -> None:
    assert one(language=said).language == code


def alike(*rows: Mapping[str, object]) -> list[tuple[Alike, tuple[int, ...]]]:
    found = read(text_of(*({**ROW, "child_birth_1": "", **row} for row in rows)))
    assert found.problems == ()
    return [(group.alike, group.lines) for group in found.look_alikes]


def test_who_looks_alike_is_a_group_and_never_one() -> None:
    twin = code_of("RSSLCU", date(1980, 1, 1))
    father = code_of("RSSMRA", date(1950, 3, 3))
    stranger = {"fiscal_code": OTHER, "surname": "Bianchi", "name": "Giulia"}
    assert alike({}, stranger) == []
    assert alike({}, {"fiscal_code": twin, "name": "Luca"}) == [(Alike.SURNAME_AND_BIRTH, (2, 3))]
    assert alike({}, {"fiscal_code": father}) == [(Alike.NAME, (2, 3))]
    swapped = {"fiscal_code": father, "surname": "MÀRA", "name": "rossi"}
    assert alike({}, swapped) == [(Alike.NAME, (2, 3))]
    dsu = {"dsu": "INPS-ISEE-2026-12345678A-00"}
    assert alike(dsu, stranger | dsu) == [(Alike.DSU, (2, 3))]
    children = {"child_births": "01/05/2019 02/06/2021"}
    again = {"child_births": "2021-06-02 2019-05-01"}
    assert alike(children, stranger | again) == [(Alike.CHILDREN, (2, 3))]
    homonym = {"fiscal_code": code_of("RSSMRA", date(1980, 1, 1), "H501", woman=True)}
    assert alike({}, stranger, homonym) == [
        (Alike.NAME, (2, 4)), (Alike.SURNAME_AND_BIRTH, (2, 4)),
    ]  # fmt: skip


def test_what_a_cover_letter_says_is_compared_with_every_row() -> None:
    bad = {**ROW, "fiscal_code": "WRONG", "isee": "1.000,50"}
    found = read(text_of(ROW, bad, {**ROW, "fiscal_code": OTHER, "isee": "x"}))
    assert (len(found.rows), found.rows_in_file, found.isee_in_file) == (1, 3, 10_000_50)
    assert ControlTotals().differences(found) == ()
    assert ControlTotals(3, 10_000_50).differences(found) == ()
    assert ControlTotals(4, 10_000_51).differences(found) == (
        ("rows", 4, 3), ("isee", 10_000_51, 10_000_50),
    )  # fmt: skip


def test_the_day_of_reading_is_the_households() -> None:
    data = text_of(ROW).encode()
    [row] = read_household_list(data, on=date(2026, 5, 1)).rows
    assert row.household.on == date(2026, 5, 1)
    [problem] = read_household_list(data, on=date(2019, 4, 30)).problems[:1]
    assert problem.fault is Fault.FUTURE
