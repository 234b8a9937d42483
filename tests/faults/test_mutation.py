"""Mutants are what they say, each once; and those that are excused exist, each with its reason."""

import ast
import random
from pathlib import Path

import pytest

from tests.engines import sqlite_copy
from tests.faults.model import model
from tests.faults.mutation import all_mutants, equivalent, money_modules
from tests.faults.mutation_operators import mutants
from tests.faults.scoreboard import Asked

TURNS = {
    "a < b": {"a <= b", "a >= b"},
    "a == b": {"a != b"},
    "x is None": {"x is not None"},
    "a in b": {"a not in b"},
    "a - b": {"a + b"},
    "a + 1": {"a - 1", "1 -> 2", "1 -> 0"},
    "'a' + 'b'": set(),
    "True": {"False"},
    "a and b": {"a or b"},
    "not a": {"not not a"},
    "f(a, b, c)": {"f(b, a, c)"},
    "min(a, b)": {"max(a, b)"},
    "Side.DEBIT": {"Side.CREDIT"},
    "{A.b, C.d}": {"{C.d}", "{A.b}"},
    "(A(1), B)": {"1 -> 2", "1 -> 0"},
    "a if b else c": {"b -> True", "b -> False"},
}


@pytest.mark.parametrize("before", TURNS)
def test_each_wrong_turn_is_taken(before: str) -> None:
    found = {one.name.removeprefix("m.py : ") for one in mutants("m.py", f"x = {before}")}
    wanted = {turn if "->" in turn else f"{before} -> {turn}" for turn in TURNS[before]}
    assert found == wanted


def test_what_is_done_is_left_out_and_what_is_said_is_not() -> None:
    source = '''
def f(a: int = 3) -> "int":
    """Say 1."""
    assert a > 0
    g()
    a.b = c
    if a:
        raise E
    return a
'''
    names = {one.name.removeprefix("m.py f: ") for one in mutants("m.py", source)}
    assert names == {
        "g() -> pass", "a.b = c -> pass", "a -> True", "a -> False", "raise E -> pass",
        "3 -> 4", "3 -> 2",
    }  # fmt: skip


def test_the_code_that_decides_about_money_is_found_by_its_imports() -> None:
    names = {path.rpartition("/")[2] for path in money_modules()}
    assert {"apply.py", "posting_rules.py", "state.py", "accounts.py", "items.py"} <= names


def test_every_mutant_has_its_own_name_and_is_another_program() -> None:
    every = all_mutants()
    assert len({one.name for one in every}) == len(every) > 500
    for one in random.Random(1).sample(every, 40):
        assert ast.dump(ast.parse(one.source())) != ast.dump(one.tree), one.name


def test_who_is_excused_exists_and_says_why() -> None:
    names = {one.name for one in all_mutants()}
    for name, reason in equivalent().items():
        assert name in names, f"there is no mutant {name} any more"
        assert len(reason) > 20


def test_the_book_is_what_the_model_is_for_a_while(sqlite_template: Path, tmp_path: Path) -> None:
    """The last stage that a mutant meets; a mutant that passes it has survived."""
    row = model(Asked(12, 1, "sqlite"), sqlite_copy(sqlite_template, tmp_path), tmp_path)
    assert row.passed, row.line()
