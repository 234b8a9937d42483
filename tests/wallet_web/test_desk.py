"""The console's forms beside the story: shops, a family at the desk, corrections, paper."""

import re
from io import BytesIO
from uuid import UUID

import pypdfium2
import pytest
from starlette.testclient import TestClient

from ledger.operations.sign_in import PinOutcome, open_till_session, sign_in_family
from ledger.reports.programme_page import programme_totals
from tests.printed_codes import qr_codes
from tests.town import BIANCHI, NOON, PASSWORD, ROSSI, Town
from tests.wallet_web.conftest import come_in
from tests.wallet_web.test_acts import confirm
from tests.wallet_web.test_console import HOME, hidden, spend

SHOP = {
    "nome": "Forno Prova", "tipo": "bakery", "indirizzo": "Via Inventata 2",
    "partita-iva": "00743110157", "iban": "IT60 X054 2811 1010 0000 0123 456",
}  # fmt: skip


def texts(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def codes(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    pictures = [page.render(scale=203 / 72).to_pil().convert("L") for page in document]
    return [text for one in pictures for text in qr_codes(one)]


def at_the_desk(browser: TestClient, who: str = ROSSI) -> str:
    """The page of the family with this fiscal code, or family code."""
    answer = browser.post(f"{HOME}/famiglie", data={"chi": who})
    assert answer.status_code == 303, answer.text
    assert who not in answer.headers["location"]
    return answer.headers["location"]


def test_a_shop_is_accredited_once_and_its_till_takes_part(town: Town, browser: TestClient) -> None:
    come_in(browser, "officer")
    key = hidden(browser.get(f"{HOME}/negozi/nuovo").text, "chiave")
    shop = {
        browser.post(f"{HOME}/negozi/nuovo", data=SHOP | {"chiave": key}).headers["location"]
        for _ in range(2)  # A double tap.
    }
    [address] = shop
    page = browser.get(address).text
    assert "IT60X0542811101000000123456" in page
    assert "Ancora nessuna cassa" in page
    given = browser.post(f"{address}/casse", data={"nome": "Cassa 1", "chiave": str(UUID(int=7))})
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", given.text)
    assert secret
    assert given.headers["cache-control"] == "no-store"
    assert open_till_session(town.ledger, secret[1], now=NOON)
    page = browser.get(address).text
    assert secret[1] not in page  # Told once.
    withdraw = re.search(r'action="([^"]+/ritira)"', page)
    assert withdraw
    assert browser.post(withdraw[1]).status_code == 303
    assert open_till_session(town.ledger, secret[1], now=NOON) is None
    assert "Revocato" in browser.get(address).text


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("partita-iva", "00743110158", "partita IVA non è giusta"),
        ("iban", "IT60X0542811101000000123457", "IBAN non è giusto"),
        ("iban", "DROP TABLE", "IBAN non è giusto"),
        ("nome", "", "Scrivi qualcosa"),
        ("tipo", "casino", "non va bene"),
    ],
)
def test_a_wrong_field_of_a_shop_is_told_and_nothing_typed_is_lost(
    browser: TestClient, field: str, typed: str, says: str
) -> None:
    come_in(browser, "officer")
    key = hidden(browser.get(f"{HOME}/negozi/nuovo").text, "chiave")
    sent = SHOP | {"chiave": key, field: typed}
    answer = browser.post(f"{HOME}/negozi/nuovo", data=sent)
    assert answer.status_code == 422
    assert says in answer.text
    assert "Via Inventata 2" in answer.text
    assert "Forno Prova" not in browser.get(f"{HOME}/negozi").text


def test_another_comunes_shop_is_only_looked_at(town: Town, browser: TestClient) -> None:
    shop, _secret = town.shop()
    come_in(browser, "officer")
    till = browser.post(f"{HOME}/negozi/{shop}/casse/{shop}/ritira")
    assert till.status_code == 404  # No till of this shop.


def test_a_lost_code_is_replaced_and_the_new_one_printed(town: Town, browser: TestClient) -> None:
    town.issue(town.programme())
    old = town.codes()[0]
    come_in(browser, "officer")
    address = at_the_desk(browser, old.code)
    before = browser.get(f"{address}/foglio.pdf")
    assert old.code in texts(before.content)
    assert browser.post(f"{address}/codice").status_code == 303
    outcome = sign_in_family(town.ledger, old.code, old.pin, now=NOON).outcome
    assert outcome is PinOutcome.WRONG
    fresh = texts(browser.get(f"{address}/foglio.pdf").content)
    assert old.code not in fresh
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", fresh)
    apart = texts(browser.get(f"{address}/pin.pdf").content).replace(" ", "")
    pin = re.search(r"(?<!\d)\d{5}(?!\d)", apart)
    assert code
    assert pin
    assert pin[0] not in fresh
    assert sign_in_family(town.ledger, code[0], pin[0], now=NOON).opened


def test_a_locked_pin_is_unlocked(town: Town, browser: TestClient) -> None:
    town.issue(town.programme())
    code = town.codes()[0]
    wrong = "00000" if code.pin != "00000" else "11111"
    for _ in range(5):
        sign_in_family(town.ledger, code.code, wrong, now=NOON)
    come_in(browser, "officer")
    address = at_the_desk(browser, code.code)
    assert "cinque PIN sbagliati" in browser.get(address).text
    assert browser.post(f"{address}/sblocca").status_code == 303
    assert sign_in_family(town.ledger, code.code, code.pin, now=NOON).opened
    assert "cinque PIN sbagliati" not in browser.get(address).text


@pytest.mark.parametrize("who", ["XXXXXX00X00X000X", "0000-0000-0000", "' OR 1=1", "Rossi"])
def test_who_is_not_there_is_told_without_repeating_it(
    town: Town, browser: TestClient, who: str
) -> None:
    town.issue(town.programme())
    come_in(browser, "officer")
    answer = browser.post(f"{HOME}/famiglie", data={"chi": who})
    assert answer.status_code == 404
    assert "controllalo" in answer.text
    assert who not in answer.text


def test_a_voucher_is_recalled_by_the_second_officer(town: Town, browser: TestClient) -> None:
    town.issue(town.programme())
    come_in(browser, "officer")
    address = at_the_desk(browser)
    page = browser.get(address).text
    form = re.search(r'action="([^"]+/revoca)">\s+<input[^>]+value="([^"]+)"', page)
    assert form
    proposed = {
        browser.post(form[1], data={"chiave": form[2]}).headers["location"] for _ in range(2)
    }
    confirmed_by_another(browser, *proposed)
    [one] = programme_totals(town.ledger, town.book_no)
    assert one.at("voucher") == 80_00
    assert one.agrees
    other = at_the_desk(browser, BIANCHI)
    stranger = form[1].replace(address, other)
    assert browser.post(stranger, data={"chiave": form[2]}).status_code == 404


def confirmed_by_another(browser: TestClient, address: str) -> str:
    """Who proposed cannot confirm; the second person sees what it does, and does it."""
    waiting = browser.get(address).text
    assert "Aspetta la conferma di un’altra persona" in waiting
    come_in(browser, "approver")
    assert address in browser.get(HOME).text
    page = browser.get(address).text
    words = {name: hidden(page, name) for name in ("chiave", "impronta")}
    browser.post(f"{address}/conferma", data=words)
    answer = browser.post(f"{address}/conferma", data=words)  # A double tap.
    return browser.get(answer.headers["location"]).text


def test_slips_are_issued_once_and_printed(town: Town, browser: TestClient) -> None:
    town.issue(town.programme())
    come_in(browser, "officer")
    address = at_the_desk(browser)
    assert browser.get(f"{address}/tagliandi.pdf").status_code == 404
    page = browser.get(address).text
    fund = re.search(r'<option value="([0-9a-f-]{36})"', page)
    assert fund
    order = {"chiave": hidden(page, "chiave"), "fonte": fund[1], "quanti": "9", "valore": "5,00"}
    alone = order | {"chiave": str(UUID(int=8)), "secondo": "officer", "password": PASSWORD}
    refused = browser.post(f"{address}/tagliandi", data=alone)
    assert "approvazione di un’altra persona" in browser.get(refused.headers["location"]).text
    order |= {"secondo": "approver", "password": "un'altra frase"}
    assert browser.post(f"{address}/tagliandi", data=order).status_code == 422
    order |= {"password": PASSWORD}
    for _ in range(2):
        answer = browser.post(f"{address}/tagliandi", data=order | {"tipo-bar": "1"})
        assert answer.headers["location"] == address
    printed = browser.get(f"{address}/tagliandi.pdf").content
    found = codes(printed)
    assert len(set(found)) == len(found) == 9
    assert "Bar" in texts(printed)
    [one] = programme_totals(town.ledger, town.book_no)
    assert one.at("voucher") == 50_00 + 80_00 + 9 * 5_00
    too_much = order | {"chiave": str(UUID(int=7)), "valore": "99.000,00"}
    refused = browser.post(f"{address}/tagliandi", data=too_much)
    assert "disponibilità insufficiente" in browser.get(refused.headers["location"]).text
    assert browser.post(f"{address}/tagliandi", data=order | {"quanti": "201"}).status_code == 422


def test_unspent_money_goes_back_to_its_owner(town: Town, browser: TestClient) -> None:
    town.programme(1_000_00)
    come_in(browser, "officer")
    page = browser.get(f"{HOME}/iniziative/P1/economie").text
    fund = re.search(r'<option value="([0-9a-f-]{36})"', page)
    assert fund
    words = {"chiave": hidden(page, "chiave"), "fonte": fund[1], "importo": "400,00"}
    pages = [browser.post(f"{HOME}/iniziative/P1/economie", data=words) for _ in range(2)]
    [proposal] = {one.headers["location"] for one in pages}
    assert "Economie" in browser.get(proposal).text
    confirm(browser, proposal)
    [one] = programme_totals(town.ledger, town.book_no)
    assert (one.at("treasury"), one.at("fund"), one.agrees) == (600_00, 600_00, True)
    more = words | {"chiave": str(UUID(int=9)), "importo": "600,01"}
    refused = browser.post(f"{HOME}/iniziative/P1/economie", data=more)
    assert "disponibilità insufficiente" in browser.get(refused.headers["location"]).text


def test_an_entry_is_corrected_by_its_contrary_once(town: Town, browser: TestClient) -> None:
    town.programme(1_000_00)
    come_in(browser, "treasurer")
    moves = browser.get(f"{HOME}/movimenti?tipo=funding").text
    entry = re.findall(r'href="(/comune/giussano/registrazioni/\d+)"', moves)[0]
    assert "Rettifica questa" not in browser.get(entry).text
    come_in(browser, "officer")
    key = hidden(browser.get(entry).text, "chiave")
    proposed = {
        browser.post(f"{entry}/rettifica", data={"chiave": key}).headers["location"]
        for _ in range(2)
    }
    confirmed_by_another(browser, *proposed)
    page = browser.get(entry).text
    assert "Rettifica questa" not in page
    assert "Rettifica dalla registrazione" in page
    [one] = programme_totals(town.ledger, town.book_no)
    assert (one.held_cents, one.agrees) == (0, True)
    come_in(browser, "officer")
    again = browser.post(f"{entry}/rettifica", data={"chiave": str(UUID(int=5))})
    page = confirmed_by_another(browser, again.headers["location"])
    assert "già rettificata" in page


def test_the_settlement_list_is_a_paper_for_the_determina(town: Town, browser: TestClient) -> None:
    town.issue(town.programme())
    spend(town, 12_50)
    come_in(browser, "treasurer")
    assert browser.get(f"{HOME}/liquidazioni/7/elenco.pdf").status_code == 404
    form = browser.get(f"{HOME}/liquidazioni").text
    words = {name: hidden(form, name) for name in ("chiave", "periodo")}
    browser.post(f"{HOME}/liquidazioni", data=words | {"nome": "novembre 2026"})
    first = browser.get(f"{HOME}/liquidazioni/1/elenco.pdf")
    assert first.headers["content-disposition"] == 'attachment; filename="liquidazione-1.pdf"'
    assert first.content == browser.get(f"{HOME}/liquidazioni/1/elenco.pdf").content
    text = texts(first.content).replace("\r\n", " ")
    for told in ("novembre 2026", "Panificio Prova", "IT60X0542811101000000123456", "12,50"):
        assert told in text


AMOUNT = re.compile(r"<bdi>[^<]*</bdi>")
# Where an amount is the end of the way, or no sum: an entry's own legs, limits of an account, a
# figure of the 5R right above the entries that it is made of.
BOTTOM = ("/registrazioni/", "/conti/", "/cinque-r/registrazioni")


def test_every_sum_leads_to_what_makes_it_up(town: Town, browser: TestClient) -> None:
    town.issue(town.programme())
    spend(town, 12_50)
    come_in(browser, "treasurer")
    form = browser.get(f"{HOME}/liquidazioni").text
    words = {name: hidden(form, name) for name in ("chiave", "periodo")}
    browser.post(f"{HOME}/liquidazioni", data=words | {"nome": "novembre 2026"})
    seen, waiting, sums = set(), [HOME], 0
    while waiting:
        address = waiting.pop()
        page = browser.get(address).text
        if not any(part in address for part in BOTTOM):
            outside = re.sub(r"(?s)<a\b.*?</a>", "", page)
            assert not AMOUNT.findall(outside), address
            sums += len(AMOUNT.findall(page))
        for link in re.findall(r'href="([^"#]+)"', page):
            path = link.replace("&amp;", "&").removeprefix("https://portavalori.test")
            known = re.sub(r"registrazioni/\d+", "registrazioni/n", path.partition("?")[0])
            if (
                path.startswith(HOME)
                and not re.search(r"formato|\.pdf", path)
                and known not in seen
            ):
                seen.add(known)
                waiting.append(path)
    assert sums > 50
