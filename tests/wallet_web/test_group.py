"""A buying group's months on the console, for whoever gives money to it."""

import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from ledger.core.redemption import Redemption
from ledger.core.till_rules import TillRules
from ledger.operations.record_purchase import record_order
from ledger.operations.redeem import redeem
from tests.circuit_town import Circuit, add_circuit
from tests.town import NOON, TERMS, Town, key
from tests.wallet_web.conftest import come_in

HOME = "/comune/giussano"
GROUP = f"{HOME}/iniziative/P1/gruppo"


@pytest.fixture
def circuit(town: Town) -> Circuit:
    _gaf, secret = town.shop("GAF Prova", "grocery")
    town.issue(town.programme(terms=replace(TERMS, rules=TillRules(gaf=(1,)))))
    found = add_circuit(town, town.codes(), secret)
    found.agree(found.shop_id, 100)
    return found


def order(circuit: Circuit, cents: int) -> None:
    """What is ordered at list price, 5 % off, and paid by voucher as far as asked."""
    one, ledger = circuit.credentials[0], circuit.ledger
    assert record_order(ledger, circuit.till_id, one, cents, key=key(), now=NOON).accepted
    asked = Redemption(circuit.till_id, one, cents * 95 // 100)
    assert redeem(ledger, asked, key=key(), now=NOON).accepted


def amounts(page: str) -> list[str]:
    return re.findall(r"<bdi>([^<]*)</bdi>", page)


def test_each_month_is_told_and_every_sum_leads_on(browser: TestClient, circuit: Circuit) -> None:
    order(circuit, 20_00)
    order(circuit, 10_00)
    come_in(browser, "auditor")
    assert f'href="{GROUP}"' in browser.get(f"{HOME}/iniziative/P1").text
    months = browser.get(GROUP).text
    assert f'href="{GROUP}/2026-11"' in months
    shown = browser.get(f"{GROUP}/2026-11").text
    issued, spent, returned, *orders = amounts(shown)
    assert (spent, returned) == ("28,50\u00a0€", "0,00\u00a0€")
    assert orders[:4] == ["30,00\u00a0€", "1,50\u00a0€", "28,50\u00a0€", "0,29\u00a0€"]
    assert amounts(months) == [issued, spent, returned, *orders[:4]]
    assert "Il mese non è finito" in shown
    outside = re.sub(r"(?s)<a\b.*?</a>|<table.*?</table>", "", shown)
    assert amounts(outside) == []
    issues, sales, _expiries = (
        browser.get(one.replace("&amp;", "&")).text
        for one in re.findall(r'href="([^"]+/movimenti[^"]+tipo=[^"]+)"', shown)
    )
    assert amounts(sales) == ["9,50\u00a0€", "19,00\u00a0€"]
    assert amounts(issues) == ["80,00\u00a0€", "50,00\u00a0€"]
    assert issued == "130,00\u00a0€"


def test_the_orders_are_a_file_too(browser: TestClient, circuit: Circuit) -> None:
    order(circuit, 20_00)
    come_in(browser, "auditor")
    lines = browser.get(f"{GROUP}/2026-11?formato=csv").text.splitlines()
    assert len(lines) == 2
    assert lines[1].endswith("20.00,1.00,19.00,0.19")
    assert "0,19" in browser.get(f"{GROUP}?formato=csv-it").text


def test_only_a_groups_programme_and_a_month_of_it_are_there(
    browser: TestClient, town: Town, circuit: Circuit
) -> None:
    del circuit
    town.programme(act="2")
    come_in(browser, "auditor")
    for path in ("P1/gruppo/2026-10", "P1/gruppo/2099-01", "P1/gruppo/x", "P2/gruppo", "P9/gruppo"):
        assert browser.get(f"{HOME}/iniziative/{path}").status_code == 404, path
    assert "/gruppo" not in browser.get(f"{HOME}/iniziative/P2").text


def test_where_there_is_no_circuit_vouchers_are_told_alone(browser: TestClient, town: Town) -> None:
    town.shop("GAF Prova", "grocery")
    town.issue(town.programme(terms=replace(TERMS, rules=TillRules(gaf=(1,)))))
    come_in(browser, "auditor")
    assert "In questo mese nessun ordine" in browser.get(f"{GROUP}/2026-11").text
