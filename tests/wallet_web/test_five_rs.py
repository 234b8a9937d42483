"""The 5R on pages: each audience's figures, what they are made of, and who may see which."""

import csv
import re
from datetime import date
from io import StringIO
from typing import Any

import pypdfium2
import pytest
from starlette.testclient import TestClient

from ledger import random_id
from ledger.core.circuit.hours import Alfa, Beta
from ledger.core.circuit.rules import CircuitRules
from ledger.core.circuit.targets import Target
from ledger.core.programmes import day_of, starts_at
from ledger.core.quantities import euro_text
from ledger.core.redemption import Redemption
from ledger.operations.offer_action import (
    NewAction,
    Seen,
    choose_action,
    offer_action,
    record_done,
)
from ledger.operations.redeem import redeem
from ledger.operations.sign_circuit_rules import sign_circuit_rules
from ledger.reports.five_rs import five_rs
from ledger.reports.public_five_rs import public_months
from ledger.reports.public_totals import month_of, public_totals
from ledger.reports.who_asks import comuni
from tests.circuit_town import Circuit, add_circuit
from tests.town import NOON, Town, key
from tests.wallet_web.conftest import come_in
from tests.wallet_web.test_association import come_in as come_in_association
from tests.wallet_web.test_association import plain

COMUNE, ASSOCIATION = "/comune/giussano/cinque-r", "/associazione/cinque-r"
YEAR, DAYS = "anno=2026", (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def circuit(town: Town) -> Circuit:
    town.issue(town.programme())
    codes = sorted(town.codes(), key=lambda one: one.code)
    _shop, secret = town.shop()
    made = add_circuit(town, codes, secret)
    made.buy(50_00, 0)
    made.buy(37_45, 1)
    sale = Redemption(made.till_id, made.credentials[0], 12_50)
    assert redeem(town.ledger, sale, key=key(), now=NOON).accepted
    return made


def test_a_comune_reads_its_figures_and_follows_them_down(
    browser: TestClient, circuit: Circuit
) -> None:
    assert circuit.credentials
    come_in(browser, "auditor")
    shown = browser.get(f"{COMUNE}?{YEAR}")
    assert shown.status_code == 200
    told = plain(shown.text)
    for words in ("Raccogliere", "Buoni spesi nei negozi 12,50 €", "6,96 cent/€"):
        assert words in told, words
    [link] = set(re.findall(rf'href="({COMUNE}/registrazioni[^"]*voce=spent)"', shown.text))
    below = browser.get(link.replace("&amp;", "&"))
    assert "12,50" in plain(below.text)
    [entry] = set(re.findall(r'href="(/comune/giussano/registrazioni/\d+)"', below.text))
    assert "Panificio Prova" in browser.get(entry).text
    discounts = browser.get(f"{COMUNE}/registrazioni?{YEAR}&voce=discounts").text
    assert "Circuito della Rete" in discounts
    assert "/associazione/registrazioni" not in discounts
    refused = browser.get(f"{COMUNE}/registrazioni?{YEAR}&voce=discounts&libro=circuito")
    assert refused.status_code == 404


def test_a_programme_has_its_own_figures_and_a_file_the_same(
    browser: TestClient, circuit: Circuit
) -> None:
    circuit.town.issue(circuit.town.programme(act="43"), round_name="2")
    come_in(browser, "officer")
    shown = plain(browser.get(f"{COMUNE}?{YEAR}&iniziativa=P2").text)
    assert "Buoni emessi 130,00" in shown
    assert "Tasso di autofinanziamento" not in shown
    file = browser.get(f"{COMUNE}?{YEAR}&iniziativa=P2&formato=csv").text
    rows = {row["Voce"]: row for row in csv.DictReader(StringIO(file))}
    assert rows["Buoni emessi"]["Euro"] == "130.00"
    for table in ("mesi", "flusso", "negozi"):
        assert browser.get(f"{COMUNE}?{YEAR}&tabella={table}&formato=xlsx").status_code == 200
    assert browser.get(f"{COMUNE}?{YEAR}&iniziativa=P9").status_code == 404
    assert browser.get(f"{COMUNE}?{YEAR}&tabella=altro&formato=csv").status_code == 404
    assert browser.get(f"{COMUNE}/registrazioni?voce=tutto").status_code == 404
    assert browser.get(f"{COMUNE}?anno=due").status_code == 400


def test_the_association_sees_sums_of_the_comuni_and_its_own_entries(
    browser: TestClient, circuit: Circuit
) -> None:
    assert circuit.credentials
    assert browser.get(ASSOCIATION).status_code == 303
    come_in_association(browser, "officer")
    shown = plain(browser.get(f"{ASSOCIATION}?{YEAR}").text)
    assert "Parte del Fondo Sociale negli sconti" in shown
    spent = browser.get(f"{ASSOCIATION}/registrazioni?{YEAR}&voce=spent")
    assert "12,50" in spent.text
    assert "Panificio Prova" not in spent.text
    fund = browser.get(f"{ASSOCIATION}/registrazioni?{YEAR}&voce=fund").text
    [first, second] = sorted(set(re.findall(r'href="(/associazione/registrazioni/\d+)"', fund)))
    for entry in (first, second):
        assert "Acquisto con sconto" in plain(browser.get(entry).text)
    assert browser.get("/associazione/registrazioni/99999").status_code == 404
    assert browser.get(f"{ASSOCIATION}?{YEAR}&comune=milano").status_code == 404


def test_targets_stand_beside_their_figures(browser: TestClient, circuit: Circuit) -> None:
    comune = circuit.town.comune
    of_comune = {Target.RATE: 6_96, Target.UNSPENT: 10_00, Target.COLLECTED: 365_00_00}
    rules = CircuitRules(targets={"rete": {Target.RATE: 6_97}, comune: of_comune})
    two, start = (circuit.officer, circuit.approver), date(2026, 12, 1)
    signed = sign_circuit_rules(circuit.ledger, rules, start, signed_by=two, key=key(), now=NOON)
    assert signed.accepted
    come_in(browser, "auditor")
    shown = plain(browser.get(f"{COMUNE}?{YEAR}").text)
    for words in (
        "almeno 6,96 cent/€; nel periodo 6,96 cent/€. Raggiunto",
        "al massimo 10,0 %; nel periodo n/d. Non si può ancora dire",
        "almeno 36.500,00 €; nel periodo", "valgono quelli dell’ultimo giorno",
    ):  # fmt: skip
        assert words in shown, words
    assert "Traguardo" not in plain(browser.get(f"{COMUNE}?anno=2026&parte=m11").text)
    december = plain(browser.get(f"{COMUNE}?anno=2026&parte=m12").text)
    assert "Traguardo" in december or "ancora nulla" in december
    assert "Traguardo" not in plain(browser.get(f"{COMUNE}?{YEAR}&iniziativa=P1").text)
    come_in_association(browser, "officer")
    whole = plain(browser.get(f"{ASSOCIATION}?{YEAR}").text)
    assert "almeno 6,97 cent/€; nel periodo 6,96 cent/€. Non ancora raggiunto" in whole
    beside = f"{ASSOCIATION}/confronto?{YEAR}"
    assert "6,96 cent/€ 6,96 cent/€ Raggiunto" in plain(browser.get(beside).text)
    file = browser.get(f"{beside}&tabella=traguardi&formato=csv").text
    [one] = [row for row in csv.DictReader(StringIO(file)) if row["R"] == "Rigenerare"]
    assert one["Raggiunto?"] == "Raggiunto"
    assert browser.get(f"{ASSOCIATION}/rapporto.pdf?{YEAR}").content.startswith(b"%PDF")
    told: Any = five_rs(circuit.ledger, *DAYS, comune).told()
    assert told["targets"]["rate"] == {"wanted": "0.0696", "found": "0.0696", "reached": True}
    assert told["targets"]["collected"]["wanted_cents"] == 365_00_00
    assert told["targets"]["unspent"]["reached"] is None


def test_anybody_sees_totals_and_never_what_two_families_did(
    browser: TestClient, circuit: Circuit
) -> None:
    ledger = circuit.ledger
    december = starts_at(month_of(NOON).replace(month=12)) + 1
    ledger.clock = lambda: december
    until = month_of(december)
    totals = public_totals(ledger, circuit.town.book_no, until=until)
    [month] = public_months(ledger, circuit.town.book_no, totals, until)
    assert (month.fund, month.bonus, month.spent) == (None, None, 0)
    for place in ("/cinque-r", "/cinque-r/giussano"):
        shown = browser.get(place)
        assert shown.status_code == 200
        assert shown.headers["cache-control"].startswith("public")
        told = plain(shown.text)
        assert "meno di 5 famiglie" in told
        assert "Negozi per tipo: Giussano" in told
        for hidden in ("12,50", "0,87", "5,25"):
            assert hidden not in told
    assert "10.000,00" in plain(browser.get("/cinque-r?anno=2026").text)
    assert browser.get("/cinque-r?formato=csv").text.startswith("Comune")
    assert browser.get("/cinque-r/milano").status_code == 404
    assert browser.get("/cinque-r?anno=x").status_code == 400


def test_the_yearly_paper_says_what_the_page_says(browser: TestClient, circuit: Circuit) -> None:
    come_in(browser, "officer")
    made = browser.get(f"{COMUNE}/rapporto.pdf?{YEAR}")
    assert made.headers["content-type"] == "application/pdf"
    document = pypdfium2.PdfDocument(made.content)
    pages = [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    assert "Comune di Giussano" in pages[0]
    assert circuit.book.head().root.hex()[:40] in pages[0].replace(" ", "")
    assert any("Rigenerare" in one and "6,96 cent/€" in one for one in pages)
    assert any("Buoni spesi nei negozi 12,50 €" in one for one in pages)
    assert b"pdfaid" in made.content
    again = browser.get(f"{COMUNE}/rapporto.pdf?{YEAR}")
    assert again.content == made.content
    come_in_association(browser, "officer")
    for query in ("", "&comune=giussano"):
        assert browser.get(f"{ASSOCIATION}/rapporto.pdf?{YEAR}{query}").status_code == 200


def test_comuni_stand_side_by_side_and_the_page_says_what_not_to_compare(
    browser: TestClient, circuit: Circuit
) -> None:
    people = comuni(circuit.ledger)[0].people
    come_in_association(browser, "officer")
    shown = plain(browser.get(f"{ASSOCIATION}/confronto?{YEAR}").text)
    assert "Giussano" in shown
    assert "6,96 cent/€" in shown
    assert euro_text((12_50 * 2_000 + people) // (people * 2)) in shown
    assert "Che cosa non si può confrontare" in shown
    file = browser.get(f"{ASSOCIATION}/confronto?{YEAR}&formato=csv").text
    assert "6,96" in file


def test_outcomes_are_told_apart_from_money(browser: TestClient, circuit: Circuit) -> None:
    ledger, officer, action = circuit.ledger, circuit.officer, random_id()
    today = day_of(NOON)
    asked = NewAction("Associazione Prova", "Pacchi della spesa", "Magazzino", today, 120, 6)
    offer_action(ledger, asked, officer=officer, action_id=action)
    family = circuit.families[0]
    assert choose_action(ledger, family, action)
    seen = Seen(120, Alfa.REACHED, Beta.NONE, "")
    done = record_done(ledger, (action, family), seen, officer=officer, key=key(), now=NOON)
    assert done.accepted, done.code
    come_in(browser, "auditor")
    told = plain(browser.get(f"{COMUNE}?{YEAR}").text)
    assert "Riuscita come previsto Nient’altro 1 2" in told
    assert "Famiglie che hanno donato ore 1" in told
    told = plain(browser.get(f"{COMUNE}?anno=2025").text)
    assert "Non ne sono ancora registrati" in told
