"""Each outcome as a letter, in each language, read back from the printed page."""

from dataclasses import replace
from datetime import date

import pypdfium2
import pytest

from ledger.core.entitlement.call_rule import ORDERS as ALL_ORDERS
from ledger.core.entitlement.selection import Reason
from ledger.exports.outcome_letters import OutcomeLetter, print_letters
from wallet_web.comune.letter_facts import (
    Addressee,
    Award,
    CallTold,
    Integration,
    Outcome,
    Refusal,
    Reminder,
    Waiting,
)
from wallet_web.comune.outcome_words import (
    MISSING,
    ORDERS,
    REASONS,
    outcome_letter,
    outcome_press,
)

PRESS = outcome_press("Giussano", now=1_790_000_000_000_000)
APPEAL = (
    "Contro questo atto si può ricorrere al TAR della Lombardia entro 60 giorni,\n"
    "oppure al Presidente della Repubblica entro 120 giorni. #1 $2 *3* _4_ [5] @6 <7> `8` ~9 //10"
)
CALL = CallTold(
    sender=("Comune di Giussano", "Servizi sociali", "Via di Prova 1, 20833 Giussano MB"),
    programme="Buoni spesa 2026",
    call="Bando famiglie 100% #1",
    act="Determinazione n. 42 del 20 ottobre 2026",
    contact="sportello famiglie, 0362 000000",
    appeal=APPEAL,
    sent_on=date(2026, 11, 23),
)
FIRST, LAST = date(2026, 12, 1), date(2027, 3, 31)
OUTCOMES: dict[str, Outcome] = {
    "award": Award(904_42, FIRST, LAST, ("grocery", "bakery")),
    "award anywhere": Award(904_42, FIRST, LAST),
    "refusal": Refusal(Reason.ISEE_TOO_HIGH, 25_000_01, 25_000_00),
    "refusal without a number": Refusal(Reason.TOO_FEW_MINORS),
    "waiting": Waiting(3, 41, Reason.MONEY_ENDED, ("isee_ff", "most_minors", "received")),
    "integration": Integration(("statement", "dependants"), LAST, ("Il modulo B, firmato",)),
    "reminder": Reminder(12_50, LAST),
}
SAID: dict[tuple[str, str], tuple[str, ...]] = {
    ("award", "it"): ("è stata accolta", "€ 904,42", "Buoni spesa 2026",
        "dal 1 dicembre 2026 al 31 marzo 2027", "altro foglio", "Alimentari, Panificio"),
    ("award", "en"): ("was accepted", "€ 904,42", "Buoni spesa 2026", "another sheet"),
    ("award anywhere", "it"): ("Tutti i negozi della Rete",),
    ("award anywhere", "en"): ("All shops of the network",),
    ("refusal", "it"): ("non è stata accolta", "Il tuo ISEE è più alto", "25.000,01 euro",
        "limite è 25.000,00 euro", "Se non sei d’accordo"),
    ("refusal", "en"): ("was not accepted", "Your ISEE is above", "25.000,01 euros",
        "If you do not agree", "language of the law, Italian"),
    ("refusal without a number", "it"): ("più figli minorenni",),
    ("refusal without a number", "en"): ("more children under age",),
    ("waiting", "it"): ("al posto 3 della lista d’attesa, su 41", "soldi sono finiti",
        "prima chi ha l’indicatore più basso", "più figli minorenni", "sorteggiato"),
    ("waiting", "en"): ("at place 3 of the waiting list, of 41", "money ended",
        "first who has the lowest indicator", "drawn by lot"),
    ("integration", "it"): ("attestazione ISEE valida oggi", "a carico", "Il modulo B, firmato",
        "entro il 31 marzo 2027"),
    ("integration", "en"): ("ISEE statement that holds today", "are dependent",
        "Il modulo B, firmato", "by March 31, 2027"),
    ("reminder", "it"): ("Ti resta", "€ 12,50", "31 marzo 2027"),
    ("reminder", "en"): ("You have left", "€ 12,50", "March 31, 2027"),
}  # fmt: skip


def letter(outcome: Outcome, language: str = "it", call: CallTold = CALL) -> OutcomeLetter:
    to = Addressee("Nicolò D’Amico", ("Via dei Prati 12",), language, "A7K2-0042")
    return outcome_letter(call, to, outcome)


def words_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    told = [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    document.close()
    return told


@pytest.mark.parametrize(("name", "language"), SAID)
def test_a_letter_says_what_its_family_needs(name: str, language: str) -> None:
    [told] = words_of(print_letters(PRESS, [letter(OUTCOMES[name], language)]))
    for wanted in (*SAID[name, language], "Comune di Giussano", "A7K2-0042", "0362 000000"):
        assert wanted in told
    assert "Nicolò D’Amico Via dei Prati 12" in told  # In the window.
    assert told.count("Nicolò D’Amico") == 2
    assert "%" not in told.replace("100%", "")


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("name", ["refusal", "waiting"])
def test_terms_of_appeal_and_the_act_are_printed_as_they_are(name: str, language: str) -> None:
    [told] = words_of(print_letters(PRESS, [letter(OUTCOMES[name], language)]))
    assert " ".join(APPEAL.split()) in told
    assert CALL.act in told


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_no_without_terms_of_appeal_is_not_written(name: str) -> None:
    silent = replace(CALL, appeal=" \n")
    if isinstance(OUTCOMES[name], Refusal | Waiting):
        with pytest.raises(ValueError, match="appeal"):
            letter(OUTCOMES[name], call=silent)
    else:
        assert letter(OUTCOMES[name], call=silent).title


def test_every_reason_order_and_lack_can_be_said_on_a_page() -> None:
    assert set(REASONS) == set(Reason) - {Reason.NONE}
    assert set(ORDERS) == set(ALL_ORDERS)
    longest = [
        *(letter(Refusal(reason, 1, 2), "en") for reason in REASONS),
        letter(Waiting(1, 1, Reason.OVER_THRESHOLD, ALL_ORDERS), "en"),
        letter(Integration(tuple(MISSING), LAST, ("x" * 200,)), "en"),
    ]
    assert len(words_of(print_letters(PRESS, longest))) == len(longest)


def test_a_language_without_a_catalogue_is_written_to_in_italian() -> None:
    found = letter(OUTCOMES["reminder"], "uk")
    assert (found.language, found.title) == ("it", "Hai ancora qualcosa da spendere")


def test_a_protected_family_has_no_address_on_paper() -> None:
    to = Addressee("Ada Esempi", (), "it", "A7K2-0042")
    assert outcome_letter(CALL, to, OUTCOMES["award"]).recipient == ("Ada Esempi",)
