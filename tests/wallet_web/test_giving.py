"""A family gives on what it does not use, by its PIN; an officer follows it down to the shop."""

import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from ledger.operations.issue_credential import NewCredential
from tests.town import Town
from tests.wallet_web.conftest import come_in


@pytest.fixture
def families(town: Town, browser: TestClient) -> list[NewCredential]:
    """Two families with vouchers of a source that may be given on; the first is signed in."""
    plain = town.programme(1_00)
    act = replace(plain.act, number="43")
    money = replace(
        plain, act=act, source_kind="donor", source_name="Donazioni", amount_cents=10_000_00,
        gift_allowed=True,
    )  # fmt: skip
    assert town.commit(money).accepted
    town.issue(money)
    codes = town.codes()
    sign_in(browser, codes[0])
    return codes


def sign_in(browser: TestClient, code: NewCredential) -> None:
    sent = {"codice": code.code, "pin": code.pin}
    assert browser.post("/famiglia/accesso", data=sent).status_code == 303


def form(browser: TestClient, pin: str, amount: str) -> dict[str, str]:
    page = browser.get("/famiglia/dona").text
    key, voucher = (
        re.search(r'name="chiave" value="([^"]+)"', page),
        re.search(r'<option value="([0-9a-f]{32})"', page),
    )
    assert key
    assert voucher
    return {"chiave": key[1], "buono": voucher[1], "importo": amount, "pin": pin}


def test_a_gift_wants_the_pin_is_booked_once_and_is_told(
    browser: TestClient, families: list[NewCredential]
) -> None:
    wrong = "00000" if families[0].pin != "00000" else "11111"
    refused = browser.post("/famiglia/dona", data=form(browser, wrong, "12,50"))
    assert (refused.status_code, "PIN sbagliato" in refused.text) == (422, True)
    assert wrong not in refused.text
    sent = form(browser, families[0].pin, "12,50")
    for _tap in range(2):
        done = browser.post("/famiglia/dona", data=sent)
        assert done.headers["location"] == "/famiglia/dona?fatto=1"
    page = browser.get("/famiglia/dona").text
    assert page.count("<bdi>12,50\u00a0€</bdi> aspettano una") == 1
    assert "Donato a un’altra famiglia (buono sospeso)" in browser.get("/famiglia").text


@pytest.mark.parametrize("amount", ["", "dodici", "0,00", "-1,00", "99.999,00"])
def test_an_odd_amount_gives_nothing(
    browser: TestClient, families: list[NewCredential], amount: str
) -> None:
    answer = browser.post("/famiglia/dona", data=form(browser, families[0].pin, amount))
    assert answer.status_code == 422
    assert "aspettano una" not in browser.get("/famiglia/dona").text


def test_nobody_gives_what_is_another_family_s(
    browser: TestClient, families: list[NewCredential]
) -> None:
    sent = form(browser, families[1].pin, "1,00")
    sign_in(browser, families[1])
    assert browser.post("/famiglia/dona", data=sent).status_code == 404
    assert browser.post("/famiglia/dona", data=sent | {"buono": "x"}).status_code == 400


def test_what_may_not_be_given_is_told_with_the_reason(town: Town, browser: TestClient) -> None:
    town.issue(town.programme())
    sign_in(browser, town.codes()[0])
    page = " ".join(browser.get("/famiglia/dona").text.split())
    assert "Il denaro viene da: Bilancio comunale." in page
    assert '<form method="post" action="/famiglia/dona"' not in page
    assert "Dona quello che non usi</a>" not in browser.get("/famiglia").text


def test_an_officer_follows_a_gift_by_links(
    town: Town, browser: TestClient, families: list[NewCredential]
) -> None:
    browser.post("/famiglia/dona", data=form(browser, families[0].pin, "12,50"))
    come_in(browser, "auditor")
    page = browser.get("/comune/giussano/doni").text
    [fund] = set(re.findall(r"/comune/giussano/doni/([0-9a-f-]{36})", page))
    way = browser.get(f"/comune/giussano/doni/{fund}").text
    [entry] = set(re.findall(r'<h2 id="dono-(\d+)"', way))
    assert f'href="/comune/giussano/registrazioni/{entry}"' in way
    shown = browser.get(f"/comune/giussano/registrazioni/{entry}").text
    assert f"/comune/giussano/doni/{fund}#dono-{entry}" in shown
    assert families[0].code not in way
    csv = browser.get("/comune/giussano/doni?formato=csv").text
    assert "12.50" in csv
    assert browser.get(f"/comune/giussano/doni/{town.account('voucher')}").status_code == 404


def test_the_act_says_whether_families_may_give_it_on(town: Town, browser: TestClient) -> None:
    funding = town.programme()
    come_in(browser, "officer")
    shown = browser.get("/comune/giussano/iniziative/P1/finanzia").text
    key = re.search(r'name="chiave" value="([^"]+)"', shown)
    assert key
    sent = {
        "chiave": key[1], "numero": "50", "data": "2026-10-30", "oggetto": "Donazioni",
        "tipo": "donor", "fonte": "Donazioni", "importo": "100,00", "dona": "1",
    }  # fmt: skip
    answer = browser.post("/comune/giussano/iniziative/P1/finanzia", data=sent)
    page = browser.get(answer.headers["location"]).text
    assert "Le famiglie possono donare quello che non" in page
    assert funding.source_name not in page
