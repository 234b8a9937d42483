"""A shop's day on paper and its history: every cent, who stood there, and when it is paid."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pypdfium2
import pytest
from starlette.testclient import TestClient

from ledger.operations.take_turn import NewOperator, add_own_operator, part_with
from ledger.reports.shop_ledger import shop_lines
from tests.town import NOON, Town
from tests.wallet_web.test_shop_pages import Shop, told


@pytest.fixture
def shop(town: Town) -> Shop:
    return Shop(town)


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    words = " ".join(one.get_textpage().get_text_range() for one in document)
    document.close()
    return " ".join(words.replace("\u00a0", " ").split())


def test_operators_are_told_by_their_nicknames_until_they_leave(
    shop: Shop, browser: TestClient
) -> None:
    asked = NewOperator("Titta", "11111", "owner")
    who = add_own_operator(shop.town.ledger, shop.shop_id, asked, now=NOON)
    shop.sell(10_00, who.hex)
    part_with(shop.town.ledger, shop.shop_id, who)  # So that the till is not locked.
    page = told(browser, shop, f"/giornata/totali?giorno={shop.day}")
    assert f"operatore: #{who.hex[-4:]}" in page
    assert "Titta" not in page
    asked = NewOperator("Sara", "11111", "owner")
    new = add_own_operator(shop.town.ledger, shop.shop_id, asked, now=NOON)
    shop.sell(5_00, new.hex)
    assert browser.get("/cassa/giornata/totali", headers=shop.headers).status_code == 401
    lines = shop_lines(shop.town.ledger, shop.shop_id, (0, 2**62))
    assert [one.operator for one in lines] == [f"#{who.hex[-4:]}", "Sara"]


def test_the_history_is_every_line_with_its_real_state(shop: Shop, browser: TestClient) -> None:
    shop.sell(12_50, "Anna")
    paid = shop.sell(7_50)
    shop.close()
    shop.pay(20_00)
    shop.give_back(paid, 2_00)
    shop.sell(1_00)
    asked = f"/storico/elenco?dal={shop.day}&al={shop.day}"
    page = told(browser, shop, asked)
    assert "Incassi: 3 19,00 €" in page
    assert "Pagato il 5 dic 2026 con mandato n. 1001" in page
    assert "Da recuperare" in page
    assert "Da liquidare" in page
    sheet = openpyxl.load_workbook(
        BytesIO(
            browser.get(f"/cassa{asked}&formato=xlsx", headers=shop.headers).content
        )
    ).active  # fmt: skip
    assert sheet is not None
    rows = [[one.value for one in row] for row in sheet.iter_rows(min_row=2)]
    assert [(row[3], row[4], row[8]) for row in rows] == [
        ("Incasso", 12.5, "Pagato"), ("Incasso", 7.5, "Pagato"),
        ("Storno", -2, "Da recuperare"), ("Incasso", 1, "Da liquidare"),
    ]  # fmt: skip
    assert (rows[0][6], rows[0][9]) == ("Anna", "1001")
    before = (shop.day - timedelta(days=9)).isoformat()
    empty = f"/storico/elenco?dal={before}&al={before}"
    assert "nessun incasso" in told(browser, shop, empty)


@pytest.mark.parametrize("span", ["dal=x", "dal=2026-11-05&al=2026-11-04", "dal=2020-01-01"])
def test_days_that_are_none_are_refused(shop: Shop, browser: TestClient, span: str) -> None:
    answer = browser.get(f"/cassa/storico/elenco?{span}", headers=shop.headers)
    assert answer.status_code == 400


def test_both_are_printed_as_pdf(shop: Shop, browser: TestClient) -> None:
    shop.give_back(shop.sell(12_50, "Anna"), 50)
    for path, name in (
        (f"/giornata/totali?giorno={shop.day}", f"giornata-{shop.day}"),
        (f"/storico/elenco?dal={shop.day}&al={shop.day}", f"estratto-{shop.day}-{shop.day}"),
    ):
        answer = browser.get(f"/cassa{path}&formato=pdf", headers=shop.headers)
        assert answer.headers["content-type"] == "application/pdf"
        assert f'filename="{name}.pdf"' in answer.headers["content-disposition"]
        words = words_of(answer.content)
        for told_word in ("Panificio Prova", "Buoni spesa", "12,00", "Documento non fiscale"):
            assert told_word in words, (path, told_word, words)
        assert b"pdfuaid" in answer.content
        again = browser.get(f"/cassa{path}&formato=pdf", headers=shop.headers)
        assert again.content == answer.content
    assert "Anna" in words_of(
        browser.get(
            f"/cassa/giornata/totali?giorno={shop.day}&formato=pdf", headers=shop.headers
        ).content
    )  # fmt: skip


@pytest.mark.parametrize(("language", "words"), [("it", "PAGATO"), ("en", "PAID")])
def test_the_leaflet_is_one_page_that_anybody_may_have(
    browser: TestClient, language: str, words: str
) -> None:
    answer = browser.get("/cassa/guida.pdf", headers={"Accept-Language": language})
    assert answer.headers["content-type"] == "application/pdf"
    document = pypdfium2.PdfDocument(answer.content)
    assert len(document) == 1
    document.close()
    assert words in words_of(answer.content)
    assert b"pdfuaid" in answer.content
    assert "/cassa/guida.pdf" in browser.get("/cassa").text
    assert "/cassa/guida.pdf" in browser.get("/").text
