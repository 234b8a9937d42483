"""A case as a script writes it: the answer, and a clear word for what is no case."""

import copy
from typing import Any

import pytest

from ledger.core.entitlement.benefits import read_rule
from ledger.core.entitlement.cases import evaluate_case
from ledger.core.entitlement.comune_table import TABLE_S, read_table, rows_as_json
from ledger.core.entitlement.exact import cents_text, read_cents
from tests.core.entitlement.households import aged, couple, home, parent

CASE: dict[str, Any] = {
    "date": "2026-09-01",
    "isee": "22500.00",
    "meter": "isee_ff",
    "table": "S",
    "household": {
        "members": [
            {"role": "adult", "birth": "1986-05-01", "works": True},
            {"role": "adult", "birth": "1988-02-29", "works": True},
            {"role": "child", "birth": "2016-05-01", "disability": None, "dependent": True},
        ],
        "widowed": True, "pregnancy": True, "job_loss": True, "mortgage": False,
        "lone_parent": False, "multiple_births": 0,
    },
    "function": {
        "kind": "linear", "from": ["3000.00", "1300.00"], "to": ["15000.00", "900.00"],
        "below": "1300.00", "above": "0.00",
    },
}  # fmt: skip


def test_a_case_is_told_with_every_step() -> None:
    told = evaluate_case(CASE)
    steps = told.pop("steps")
    assert told == {
        "se": "2.24", "se_ff": "3.34", "ff": "0.6707", "isee": "22500.00",
        "isee_ff": "15089.82", "amount": "0.00",
    }  # fmt: skip
    assert isinstance(steps, list)
    assert [(one["what"], one["value"]) for one in steps] == [  # type: ignore[index, call-overload]
        ("base", "2.04"), ("working_parents", "0.20"), ("se", "2.24"), ("child", "0.25"),
        ("widowed", "0.30"), ("pregnancy", "0.35"), ("job_loss", "0.20"), ("se_ff", "3.34"),
        ("ff", "0.6707"), ("isee_ff", "15089.82"), ("meter", "15089.82"), ("above", "0.00"),
    ]  # fmt: skip


def test_the_made_up_table_is_the_table_of_its_own_rows() -> None:
    assert evaluate_case(CASE | {"table": rows_as_json(TABLE_S)}) == evaluate_case(CASE)


def changed(path: str, value: object) -> dict[str, Any]:
    case = copy.deepcopy(CASE)
    *way, last = path.split(".")
    place: Any = case
    for one in way:
        place = place[int(one) if one.isdigit() else one]
    if value is KeyError:
        del place[last]
    else:
        place[int(last) if last.isdigit() else last] = value
    return case


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("isee", 22500.0, "isee: 22500.0 is no amount like 15000.00"),
        ("isee", "22.500,00", "isee: "),
        ("isee", "-1.00", "isee: "),
        ("isee", "1e3", "isee: "),
        ("isee", KeyError, "the case has no isee"),
        ("colour", "red", "the case knows no colour"),
        ("date", "2026-02-30", "date: "),
        ("meter", "isr", "meter: "),
        ("table", "Z", "table: a table is `S` or a list of rows"),
        ("table", {"rows": [{"what": "child"}]}, "table: row 1: None is no decimal"),
        ("household.members", [], "household: a household has 1 to 30 members"),
        ("household.members.0.birth", "2026-09-02", "household: somebody is not born yet"),
        ("household.members.0.role", "king", "household: member 1: "),
        ("household.members.2.disability", "some", "household: member 3: "),
        ("household.members.2.works", "yes", "household: member 3: works is true or false"),
        ("household.lone_parent", True, "household: a lone parent is the only adult"),
        ("household.multiple_births", 1, "household: twins are two children"),
        ("household.multiple_births", True, "household: multiple_births is a whole number"),
        ("function.kind", "magic", "function: a function has a kind"),
        ("function.to", ["3000.00", "1.00"], "function: `to` lies above `from`"),
        ("function.below", KeyError, "function: linear wants above, below, from, to"),
        ("function.cap", "x", "function: "),
        ("function.per", "dog", "function: per is one of"),
    ],
)
def test_what_is_no_case_is_told_so(path: str, value: object, words: str) -> None:
    with pytest.raises(ValueError, match=r"\w") as refused:
        evaluate_case(changed(path, value))
    assert str(refused.value).startswith(words)


STATEMENT = {"kind": "ordinary", "signed_on": "2026-02-02", "valid_until": "2026-12-31"}


def test_an_isee_that_holds_changes_nothing() -> None:
    for kind in ("ordinary", "minors", "current"):
        assert evaluate_case(CASE | {"statement": STATEMENT | {"kind": kind}}) == evaluate_case(
            CASE
        )
    last_day = STATEMENT | {"signed_on": "2026-09-01", "valid_until": "2026-09-01"}
    assert evaluate_case(CASE | {"statement": last_day}) == evaluate_case(CASE)


@pytest.mark.parametrize(
    ("changed_in_it", "words"),
    [
        ({"valid_until": "2026-08-31"}, "statement: it has expired by that day"),
        ({"signed_on": "2026-09-02"}, "statement: it is not signed yet"),
        ({"kind": "family_inclusion"}, "statement: it is the indicator for national benefits"),
        ({"kind": "isr"}, "statement: 'isr' is not"),
        ({"valid_until": "2026-02-01"}, "statement: it is valid for a day at least"),
        ({"colour": 1}, "statement: a statement knows no colour"),
    ],
)
def test_an_isee_that_may_not_be_read_is_told_so(
    changed_in_it: dict[str, object], words: str
) -> None:
    with pytest.raises(ValueError, match=r"\w") as refused:
        evaluate_case(CASE | {"statement": STATEMENT | changed_in_it})
    assert str(refused.value).startswith(words)


ROW = {"what": "child", "from_age": 0, "to_age": 5, "weight": "0.35"}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([ROW | {"weight": "-0.01"}], "row 1: a weight is 0 to 5: less would make"),
        ([ROW | {"weight": 0.35}], "row 1: 0.35 is no decimal"),
        ([ROW | {"weight": "0,35"}], "row 1: '0,35' is no decimal"),
        ([ROW | {"to_age": 18}], "row 1: to_age is a whole number from 0 to 17"),
        ([ROW | {"from_age": 6}], "row 1: to_age is not below from_age"),
        ([ROW | {"dog": 1}], "row 1: child has no dog"),
        ([ROW, ROW | {"from_age": 5, "to_age": 6}], "row 2: it counts what another row counts"),
        ([{"what": "widowed", "weight": "0.1"}] * 2, "row 2: it counts what another row counts"),
        ([{"what": "disability", "degree": "odd", "weight": "0.1"}], "row 1: "),
        (["child"], "row 1: it is no row"),
        ([{"what": "child", "weight": "0.1"}], "row 1: from_age is a whole number"),
    ],
)
def test_what_is_no_table_is_told_so(rows: list[object], words: str) -> None:
    with pytest.raises(ValueError, match=r"\w") as refused:
        read_table(rows)
    assert words in str(refused.value)


SEGMENTS = {
    "kind": "segments",
    "segments": [
        {"over": "4500.00", "upto": "30000.00", "base": "30.00", "slope": "250/25499.99",
         "origin": "4500.01"},
        {"over": "30000.00", "upto": "40000.00", "base": "280.00", "slope": "0.0135",
         "origin": "30000.00"},
    ],
    "below": "0.00", "above": "415.00",
}  # fmt: skip


@pytest.mark.parametrize(
    ("read", "wanted"),
    [
        ("4500.00", "0.00"), ("4500.01", "30.00"), ("15300.00", "135.88"), ("30000.00", "280.00"),
        ("30000.01", "280.00"), ("40000.00", "415.00"), ("40000.01", "415.00"),
    ],
)  # fmt: skip
def test_segments_one_after_the_other(read: str, wanted: str) -> None:
    assert cents_text(read_rule(SEGMENTS).at(read_cents(read), couple())[0]) == wanted


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ({}, "100.50"),
        ({"per": "minor"}, "201.00"),
        ({"per": "child"}, "301.50"),
        ({"per": "member"}, "402.00"),
        ({"per": "member", "cap": "350.00"}, "350.00"),
        ({"floor": "120.00"}, "120.00"),
        ({"round_to": "5.00"}, "100.00"),
        ({"round_to": "1.00"}, "101.00"),
        ({"round_to": "1.00", "round": "down"}, "100.00"),
        ({"round_to": "5.00", "round": "up"}, "105.00"),
    ],
)
def test_what_is_done_with_an_amount(more: dict[str, str], wanted: str) -> None:
    rule = read_rule({"kind": "flat", "amount": "100.50", **more})
    household = home(parent(), aged(3), aged(9), aged(20, dependent=True))
    amount, steps = rule.at(0, household)
    assert (cents_text(amount), steps[-1].value) == (wanted, wanted)
    assert all(one.why for one in steps)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kind": "bands", "bands": [], "above": "0.00"}, "1 to 100 rows of 2 values"),
        ({"kind": "bands", "bands": [["2.00", "1.00"], ["2.00", "1.00"]], "above": "0.00"}, "each"),
        (SEGMENTS | {"segments": [SEGMENTS["segments"][1], SEGMENTS["segments"][0]]}, "begins"),
        ({"kind": "flat", "amount": "1.00", "cap": "1.00", "floor": "2.00"}, "the floor is not"),
        ({"kind": "flat", "amount": "1.00", "round_to": "0.00"}, "round_to is 0.01 or more"),
        ([], "a function has a kind"),
    ],
)
def test_what_is_no_function_is_told_so(given: object, words: str) -> None:
    with pytest.raises(ValueError, match=r"\w") as refused:
        read_rule(given)
    assert words in str(refused.value)
