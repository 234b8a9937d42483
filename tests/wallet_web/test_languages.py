"""Catalogues are complete, in step with the pages, and say the same with the same placeholders."""

import re

import pytest
from babel.messages.pofile import read_po

from ledger import AccountKind, Code, EntryKind
from ledger.core.programmes import CATEGORIES
from ledger.core.till_rules import GOODS
from ledger.imports.faults import Fault
from merchant_api.problems import CATALOGUE
from scripts.catalogues import extracted, merge, text_of
from wallet_web.languages import LANGUAGES, SOURCE, catalogue_path
from wallet_web.shop.words import TILL
from wallet_web.words import WORDS

HOLES = re.compile(r"%\(\w+\)s|\{\w+\}")
MESSAGES = [str(one.id) for one in extracted() if one.id]

# What no till can be told: faults of a program, not of a sale.
FOR_PROGRAMMERS = {
    "key_missing", "key_malformed", "method_not_allowed", "slow_body", "too_large", "media_type",
    "malformed",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_is_what_the_pages_say(language: str) -> None:
    assert catalogue_path(language).read_bytes() == text_of(merge(extracted(), language)), (
        "run: python -m scripts.catalogues"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_is_complete_and_sure(language: str) -> None:
    with catalogue_path(language).open(encoding="utf-8") as file:
        catalogue = read_po(file, locale=language)
    for message in (one for one in catalogue if one.id):
        assert message.string, message.id
        assert not message.fuzzy, message.id
        said, meant = HOLES.findall(str(message.string)), HOLES.findall(str(message.id))
        assert sorted(said) == sorted(meant)


def test_italian_is_its_own_translation() -> None:
    with catalogue_path(SOURCE).open(encoding="utf-8") as file:
        assert all(one.id == one.string for one in read_po(file, locale=SOURCE) if one.id)


@pytest.mark.parametrize(
    ("table", "kinds"),
    [
        ("account", AccountKind),
        ("entry", EntryKind),
        ("code", Code),
        ("category", CATEGORIES),
        ("goods", GOODS),
        ("fault", Fault),
    ],
)
def test_every_kind_has_its_words(table: str, kinds: type[Code]) -> None:
    assert set(WORDS[table]) == set(kinds)


def test_a_till_has_words_for_every_problem_it_can_meet() -> None:
    assert set(CATALOGUE) - FOR_PROGRAMMERS <= set(TILL)
