"""The auditor's controls: what is unusual is counted, listed down to the entry, and kept."""

import re
from datetime import date, timedelta

import pytest
from starlette.testclient import TestClient

from ledger.core.programmes import starts_at
from ledger.core.redemption import Redemption
from ledger.operations.redeem import redeem
from ledger.operations.sign_in import calling_till, open_till_session
from ledger.reports import redeemed_in_year
from ledger.reports.exception_rules import RULES
from tests.town import NOON, Town, key
from tests.wallet_web.conftest import come_in
from wallet_web.rendering import as_date

HOME = "/comune/giussano/controlli"


def spend_much(town: Town) -> str:
    """One family four times at once, which is unusual; gives the days to look at."""
    town.issue(town.programme())
    _shop, secret = town.shop()
    opened = open_till_session(town.ledger, secret, now=NOON)
    assert opened
    till = calling_till(town.ledger, opened.token, now=NOON)
    assert till
    asked = Redemption(till.till_id, town.codes()[0].credential_id, 2_50)
    for _ in range(4):
        assert redeem(town.ledger, asked, key=key(), now=NOON).accepted
    day = as_date(town.ledger.book("giussano").head().recorded_at)
    return f"dal={day}&al={day}"


def test_an_ordinary_book_says_plainly_that_there_is_nothing(
    town: Town, browser: TestClient
) -> None:
    town.issue(town.programme())
    come_in(browser, "auditor")
    page = browser.get(f"{HOME}/eccezioni").text
    assert "Nessuna eccezione." in page
    assert page.count('<th scope="row">') == len(RULES)
    assert "5.000,00 €" in page  # A limit is told as the rule has it.
    assert "{limit}" not in page
    assert "bdi&gt;" not in page


def test_each_rule_has_its_count_and_its_rows_down_to_the_entry(
    town: Town, browser: TestClient
) -> None:
    days = spend_much(town)
    come_in(browser, "auditor")
    page = browser.get(f"{HOME}/eccezioni?{days}").text
    found = re.search(r'href="([^"]*regola=quick_family[^"]*)">(\d+)</a>', page)
    assert found
    rows = browser.get(found[1].replace("&amp;", "&")).text
    entries = re.findall(r'href="(/comune/giussano/registrazioni/\d+)"', rows)
    assert found[2] == "1"
    assert "Spesa" in browser.get(entries[0]).text
    assert "Nessuna eccezione." in browser.get(f"{HOME}/eccezioni?{days}&regola=refund_large").text


def test_the_lists_are_kept_as_filtered(town: Town, browser: TestClient) -> None:
    days = spend_much(town)
    come_in(browser, "auditor")
    wanted = f"{HOME}/eccezioni?{days}&formato=csv&regola="
    plain = browser.get(f"{wanted}quick_family").content.decode()
    assert plain.count("\r\n") == 2
    assert "Panificio Prova" in plain
    assert ",2.50,4,spese\r\n" in plain
    assert browser.get(f"{wanted}refund_large").content.decode().count("\r\n") == 1
    everything = browser.get(f"{HOME}/eccezioni?{days}&formato=csv-it").content.decode()
    assert "Spese una dietro l’altra" in everything
    assert browser.get(f"{HOME}/eccezioni?{days}&formato=xlsx").content[:2] == b"PK"


@pytest.mark.parametrize("words", ["regola=x", "dal=x", "al=0001-01-01", "dal=9999-12-31&al=x"])
def test_a_filter_that_is_none_is_refused_calmly(
    town: Town, browser: TestClient, words: str
) -> None:
    town.programme()
    come_in(browser, "auditor")
    assert browser.get(f"{HOME}/eccezioni?{words}").status_code == 400


def test_a_long_span_is_its_end_and_the_form_says_so(town: Town, browser: TestClient) -> None:
    town.programme()
    come_in(browser, "auditor")
    page = browser.get(f"{HOME}/eccezioni?dal=2020-01-01&al=2026-12-31").text
    first = re.search(r'name="dal"\s+value="([0-9-]+)"', page)
    assert first
    assert date(2026, 12, 31) - date.fromisoformat(first[1]) == timedelta(days=91)


@pytest.mark.parametrize(
    ("path", "most"), [("", 3), ("/eccezioni", 3 + len(RULES)), ("/soglia", 7)]
)
def test_a_control_costs_few_statements(
    town: Town, browser: TestClient, statements: list[str], path: str, most: int
) -> None:
    spend_much(town)
    come_in(browser, "auditor")
    statements.clear()
    assert browser.get(f"{HOME}{path}").status_code == 200
    selects = [one for one in statements if one.lstrip().upper().startswith("SELECT")]
    assert len(selects) <= most, len(selects)


def test_the_years_total_stands_beside_the_law(town: Town, browser: TestClient) -> None:
    days = spend_much(town)
    year = days.split("=")[1][:4]
    town.ledger.clock = lambda: starts_at(date(int(year), 12, 31))
    come_in(browser, "auditor")
    page = " ".join(browser.get(f"{HOME}/soglia").text.split())
    assert f"nel {year}, un’iniziativa" in page
    assert "<bdi>10,00" in page.partition("<table")[2].partition("</table>")[0]
    assert "Banca d’Italia" in page
    assert "75 %, 90 %, 100 %" in page
    assert "Soglia raggiunta" not in page
    kept = browser.get(f"{HOME}/soglia?formato=csv").content.decode().split("\r\n")
    assert kept[1] == f'{year},,Giussano,4,10.00,0.00,"0,0 %",'
    assert kept[2] == f'{year},P1,Buoni spesa,4,10.00,0.00,"0,0 %",'
    for odd in ("x", "2025", "9999"):
        assert browser.get(f"{HOME}/soglia?anno={odd}").status_code == 400


@pytest.mark.parametrize(
    ("limit", "told"), [(14_00, ""), (13_33, "Oltre il 75 %"), (10_00, "Soglia raggiunta")]
)
def test_the_home_page_warns_from_a_level_on(
    town: Town, browser: TestClient, monkeypatch: pytest.MonkeyPatch, limit: int, told: str
) -> None:
    days = spend_much(town)
    town.ledger.clock = lambda: starts_at(date.fromisoformat(days[-10:]))
    monkeypatch.setattr(redeemed_in_year, "LIMIT_CENTS", limit)
    come_in(browser, "auditor")
    page = browser.get("/comune/giussano").text
    assert ("Soglia PSD2: nel" in page) == bool(told)
    assert told in page
