"""An auditor's month on the pages: draw, look, record, close; and who may not."""

import re
from datetime import date, timedelta

import pytest
from starlette.testclient import TestClient

from ledger.core.programmes import starts_at
from tests.town import Town
from tests.wallet_web.conftest import come_in
from tests.wallet_web.test_console import hidden
from tests.wallet_web.test_controls import spend_much
from wallet_web.rendering import as_date

HOME = "/comune/giussano/controlli/campioni"


@pytest.fixture
def month(town: Town) -> date:
    """A month with four purchases, which has ended."""
    spend_much(town)
    first = as_date(town.ledger.book("giussano").head().recorded_at).replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    town.ledger.clock = lambda: starts_at(following) + 1
    return first


def drawn(browser: TestClient, month: date, **words: str) -> str:
    """Draw a sample twice by one form, as a double tap does; gives its address."""
    come_in(browser, "auditor")
    page = browser.get(HOME).text
    form = {name: hidden(page, name) for name in ("chiave", "estratto")}
    form |= {"mese": month.isoformat(), "parte": "50", "seme": "verde"} | words
    answers = [browser.post(HOME, data=form) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303], answers[0].text
    assert answers[0].headers["location"] == answers[1].headers["location"]
    return answers[0].headers["location"]


def record(browser: TestClient, address: str, finding: str, note: str = "") -> str:
    form = {"chiave": hidden(browser.get(address).text, "chiave")}
    answer = browser.post(address, data=form | {"esito": finding, "nota": note})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_an_auditor_looks_at_a_month_and_closes_it(browser: TestClient, month: date) -> None:
    address = drawn(browser, month)
    assert "0 esiti registrati su 2" in " ".join(browser.get(address).text.split())
    assert record(browser, f"{address}/1", "regular") == f"{address}/2"
    assert record(browser, f"{address}/2", "irregular", "senza scontrino") == address
    assert "senza scontrino" in browser.get(f"{address}/2").text
    page = " ".join(browser.get(address).text.split())
    assert "2 esiti registrati su 2" in page
    assert "50,0 % di quelle con esito" in page
    assert 'value="2"></progress>' in page.replace('value="2" aria', 'value="2"></progress> aria')
    closing = {"chiave": hidden(browser.get(address).text, "chiave")}
    assert browser.post(address, data=closing).headers["location"] == address
    assert "Chiuso" in browser.get(address).text
    assert "<form" not in browser.get(f"{address}/1").text.partition("<main")[2]
    assert "Mese" in browser.get(HOME).text


def test_every_row_leads_down_to_its_entry_and_everything_is_kept(
    browser: TestClient, month: date
) -> None:
    address = drawn(browser, month)
    record(browser, f"{address}/1", "to_clarify", "la signora ha detto di no")
    page = browser.get(address).text
    entry = re.search(r'href="(/comune/giussano/registrazioni/\d+)"', page.partition("<tbody>")[2])
    assert entry
    assert "Spesa" in browser.get(entry[1]).text
    plain = browser.get(f"{address}?formato=csv").content.decode()
    assert plain.count("\r\n") == 3
    assert "Da chiarire,auditor" in plain
    assert "signora" not in plain  # A note may speak of a family.
    assert browser.get(f"{address}?formato=xlsx").content[:2] == b"PK"
    assert ",4,2,1,1,0," in browser.get(f"{HOME}?formato=csv").content.decode()
    printed = browser.get(f"{address}/stampa").text
    assert printed.count("<tr>") == 3
    assert "signora" not in printed
    assert "verde" in printed


def test_an_empty_seed_is_drawn_and_shown(browser: TestClient, month: date) -> None:
    address = drawn(browser, month, seme="")
    seed = re.search(r"<code>([0-9a-f]{12})</code>", browser.get(address).text)
    assert seed
    again = drawn(browser, month, seme=seed[1])

    def rows(page: str) -> list[str]:
        return re.findall(r"registrazioni/(\d+)", page.partition("<tbody>")[2])

    assert rows(browser.get(address).text) == rows(browser.get(again).text)


NO_SAMPLES: tuple[dict[str, str], ...] = (
    {"seme": "è"}, {"seme": "x" * 65}, {"parte": "14"}, {"parte": "101"}, {"mese": "2026-01-01"},
    {"mese": "x"}, {"mese": "2099-01-01"}, {"parte": "x"}, {"chiave": "x"},
)  # fmt: skip


def test_what_cannot_be_drawn_says_why(browser: TestClient, month: date) -> None:
    come_in(browser, "auditor")
    page = browser.get(HOME).text
    form = {name: hidden(page, name) for name in ("chiave", "estratto")}
    form |= {"mese": month.isoformat(), "parte": "15", "seme": ""}
    for words in NO_SAMPLES:
        assert (words, browser.post(HOME, data=form | words).status_code) == (words, 422)
    assert "Ancora nessun campione." in browser.get(HOME).text


@pytest.mark.parametrize(
    ("finding", "note"), [("good", ""), ("irregular", " "), ("regular", "x" * 501), ("", "x")]
)
def test_an_outcome_that_says_nothing_is_refused(
    browser: TestClient, month: date, finding: str, note: str
) -> None:
    address = f"{drawn(browser, month)}/1"
    form = {"chiave": hidden(browser.get(address).text, "chiave"), "esito": finding, "nota": note}
    assert browser.post(address, data=form).status_code == 422


def test_others_look_and_read_no_note(browser: TestClient, month: date) -> None:
    address = drawn(browser, month)
    record(browser, f"{address}/1", "irregular", "la signora ha detto di no")
    for role in ("officer", "approver", "treasurer"):
        come_in(browser, role)
        assert "Non regolare" in browser.get(address).text
        page = browser.get(f"{address}/1").text
        assert "signora" not in page
        assert 'name="esito"' not in page
        assert browser.post(f"{address}/1", data={}).status_code == 403


def test_what_is_not_there_is_told(browser: TestClient, month: date) -> None:
    address = drawn(browser, month)
    for path in (f"{address}/0", f"{address}/3", f"{HOME}/x", f"{HOME}/{address[-36:-4]}0000"):
        assert browser.get(path).status_code == 404
    assert browser.get(f"{address}/zzz").status_code == 400


def test_a_month_is_told_in_words_and_kept_by_its_number(browser: TestClient, month: date) -> None:
    address = drawn(browser, month)
    assert month == date(2026, 11, 1)
    for path in (HOME, address, f"{address}/1", f"{address}/stampa"):
        for language, words in (("it", "novembre 2026"), ("en", "November 2026")):
            page = browser.get(path, headers={"Accept-Language": language}).text
            told = page.partition("<main")[2].partition("<form")[0]  # Whose choices are months.
            assert words in told, path
            assert "2026-11" not in told, path
    assert "\r\n2026-11,verde," in browser.get(f"{HOME}?formato=csv").content.decode()
    assert "\r\n11/2026;verde;" in browser.get(f"{HOME}?formato=csv-it").content.decode()


@pytest.mark.parametrize(("path", "most"), [("", 4), ("/S", 6), ("/S/1", 5), ("/S/stampa", 5)])
def test_a_page_costs_few_statements(
    browser: TestClient, month: date, statements: list[str], path: str, most: int
) -> None:
    address = drawn(browser, month)
    statements.clear()
    assert browser.get(path.replace("/S", address) if path else HOME).status_code == 200
    selects = [one for one in statements if one.lstrip().upper().startswith("SELECT")]
    assert len(selects) <= most, len(selects)
