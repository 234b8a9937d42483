"""Which title means which column of a list of households, and what is dropped."""

from pathlib import Path

import pytest

from ledger.imports import household_columns
from ledger.imports.columns import plain
from ledger.imports.household_columns import HEADERS, TITLES, name_of, title_of
from tests.imports.household_files import CODE, ROW, one, read, text_of

BIRTH_TITLES = {
    "nascita figlio 1": "child_birth_1", "Figlio 1 - data di nascita": "child_birth_1",
    "1° figlio": "child_birth_1", "1º figlio": "child_birth_1", "FIGLIO/A 12": "child_birth_12",
    "data_nascita_primo_figlio": "child_birth_1", "Nato il (3 figlio)": "child_birth_3",
    "Nascita minore 2": "child_birth_2", "Nascita adulto 1": "birth", "Adulto 2": "adult_birth_2",
    "Data nascita altro adulto 1": "adult_birth_2", "Nascita coniuge": "adult_birth_2",
    "Data di nascita altro genitore": "adult_birth_2", "altro familiare 1": "relative_birth_1",
    "Nascita parente 2": "relative_birth_2",
    "Nome figlio 1": None, "CF figlio 1": None, "Età figlio 1": None, "Figlio": None,
    "Coniuge": None, "Codice fiscale coniuge": None, "Figlio 1 figlio 2": None,
    "Nascita genitore": None, "Figlio 1 2": None, "Figlio 0": None,
}  # fmt: skip


@pytest.mark.parametrize("title", BIRTH_TITLES)
def test_a_birth_in_a_column_of_its_own_in_any_words(title: str) -> None:
    assert name_of(plain(title)) == BIRTH_TITLES[title]


def test_every_numbered_child_counts() -> None:
    """However many columns there are, and in whatever order they stand."""
    births = {f"child_birth_{at}": f"01/05/{2000 + at}" for at in range(20, 0, -1)}
    years = [child.birth.year for child in one(dependants="0", **births).household.children]
    assert years == list(range(2001, 2021))


def test_no_title_means_two_columns() -> None:
    titles = [title for known in HEADERS.values() for title in known]
    assert len(titles) == len(set(titles))


def test_columns_that_nobody_needs_are_dropped_and_listed() -> None:
    diagnosis = {**ROW, "Diagnosi": "F84.0", "Telefono": "+39 02", "Indirizzo": "Via Prova 1"}
    found = read(text_of(diagnosis))
    assert found.dropped == ("Diagnosi", "Telefono", "Indirizzo")
    assert "F84.0" not in repr(found)
    assert dict(found.columns)["isee"] == TITLES["isee"][0]


def test_other_titles_and_their_order_do_not_matter() -> None:
    text = (
        "data di nascita 1° figlio;IMPORTO ISEE;COGNOME RICHIEDENTE;C.F.;Data Presentazione DSU\n"
        f"01/05/2019;9000;Rossi;{CODE};02/02/2026\n"
    )
    [row] = read(text).rows
    assert (row.household, row.statement) == (one().household, one().statement)


def test_the_paper_lists_every_column_by_its_title() -> None:
    """`HOUSEHOLDS.md`, in the template's words; a numbered one stands for its kind."""
    paper = Path(household_columns.__file__).with_name("HOUSEHOLDS.md").read_text(encoding="utf-8")
    listed = [row.split("|")[1].strip() for row in paper.splitlines() if row.startswith("| ")][2:]
    numbered = ("adult_birth_2", "child_birth_1", "relative_birth_1")
    assert sorted(listed) == sorted(title_of(name) for name in (*TITLES, *numbered))
