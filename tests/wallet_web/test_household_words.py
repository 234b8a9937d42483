"""Every fault, notice and likeness of a list of households is said in words, in every language."""

from ledger.imports.faults import Fault
from ledger.imports.household_alike import Alike
from ledger.imports.household_cells import Notice
from wallet_web.household_words import ALIKE, HOUSEHOLD_FAULTS, NOTICES
from wallet_web.languages import LANGUAGES, SOURCE, translations
from wallet_web.words import FAULTS


def test_nothing_is_left_without_words() -> None:
    assert set(Fault) == set(FAULTS) | set(HOUSEHOLD_FAULTS)
    assert set(Notice) == set(NOTICES)
    assert set(Alike) == set(ALIKE)
    for table in (HOUSEHOLD_FAULTS, NOTICES, ALIKE):
        for language in set(LANGUAGES) - {SOURCE}:
            say = translations(language).gettext
            assert [text for text in table.values() if say(text) == text] == []
