"""The shop's pages beside the till: when it is paid, its day, and both as files; its own alone."""

import re
from datetime import date
from io import BytesIO
from uuid import UUID

import openpyxl
import pytest
from starlette.testclient import TestClient

from ledger import RequestId
from ledger.core.redemption import Redemption
from ledger.core.refunding import Refund
from ledger.operations.close_period import close_period
from ledger.operations.issue_credential import NewCredential
from ledger.operations.record_payout import Mandate, record_payout
from ledger.operations.redeem import redeem
from ledger.operations.refund import Asking, refund
from ledger.operations.sign_in import calling_till, credential_of_code, open_till_session
from tests.town import NOON, Town, key
from wallet_web.rendering import as_date


class Shop:
    """A shop with one till, signed in, and a family before it."""

    def __init__(self, town: Town) -> None:
        self.town, self.funding = town, town.programme()
        town.issue(self.funding)
        self.family: NewCredential = town.codes()[0]
        self.shop_id, secret = town.shop()
        opened = open_till_session(town.ledger, secret, now=NOON)
        assert opened
        self.headers = {"Authorization": f"Bearer {opened.token}"}
        till = calling_till(town.ledger, opened.token, now=NOON)
        assert till
        self.till_id: UUID = till.till_id

    def sell(self, cents: int, operator: str | None = None) -> RequestId:
        credential = credential_of_code(self.town.ledger, self.family.code)
        assert credential
        asked = Redemption(self.till_id, credential.id, cents, operator=operator)
        decision = redeem(self.town.ledger, asked, key=key(), now=NOON)
        assert decision.accepted, decision.code
        self.day = as_date(decision.recorded_at)
        return decision.request.id

    def give_back(self, sale: RequestId, cents: int) -> None:
        book = self.town.ledger.book(self.town.comune)
        asked = Refund(sale, cents, "goods_returned", f"till:{self.till_id.hex}")
        by = Asking(self.till_id)
        decision = refund(self.town.ledger, book, asked, by=by, key=key(), now=NOON)
        assert decision.accepted, decision.code

    def close(self) -> None:
        officer = self.town.officer.officer_id
        close_period(self.town.ledger, "giussano", 1, "novembre", officer=officer, key=key(),
                     now=NOON)  # fmt: skip

    def pay(self, cents: int) -> None:
        mandate = Mandate(
            "1001", date(2026, 12, 5), 1, self.funding.programme_id, self.shop_id, cents
        )
        decision = record_payout(
            self.town.ledger, "giussano", mandate, officer=self.town.treasurer,
            key=key(), now=NOON,
        )  # fmt: skip
        assert decision.accepted, decision.code


@pytest.fixture
def shop(town: Town) -> Shop:
    return Shop(town)


def told(browser: TestClient, shop: Shop, path: str) -> str:
    """The words of a part of a page."""
    answer = browser.get(f"/cassa{path}", headers=shop.headers)
    assert answer.status_code == 200, answer.text
    return " ".join(re.sub(r"<[^>]*>", " ", answer.text).replace("\u00a0", " ").split())


@pytest.mark.parametrize("path", ["/pagamenti/elenco", "/pagamenti/incassi", "/giornata/totali"])
def test_nobody_reads_a_shops_money_without_its_session(browser: TestClient, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic x"}):
        assert browser.get(f"/cassa{path}", headers=headers).status_code == 401


def test_another_shop_sees_none_of_it(shop: Shop, town: Town, browser: TestClient) -> None:
    shop.sell(12_50)
    _, secret = town.shop("Un altro")
    opened = open_till_session(town.ledger, secret, now=NOON)
    assert opened
    shop.headers = {"Authorization": f"Bearer {opened.token}"}
    assert "Ancora nessun incasso" in told(browser, shop, "/pagamenti/elenco")
    lines = "/pagamenti/incassi?comune=giussano&iniziativa=P1&periodo=1"
    assert told(browser, shop, lines) == ""
    assert "nessun incasso" in told(browser, shop, "/giornata/totali")


def test_a_sale_is_followed_until_its_mandato(shop: Shop, browser: TestClient) -> None:
    assert "Ancora nessun incasso" in told(browser, shop, "/pagamenti/elenco")
    shop.give_back(shop.sell(12_50), 2_50)
    page = told(browser, shop, "/pagamenti/elenco")
    assert "Periodo 1, in corso" in page
    assert "Da liquidare 10,00 €" in page
    assert "Incassi: 1" in page
    shop.close()
    page = told(browser, shop, "/pagamenti/elenco")
    assert "In liquidazione 10,00 €" in page
    assert "Da liquidare 0,00 €" in page
    shop.pay(10_00)
    page = told(browser, shop, "/pagamenti/elenco")
    assert "Pagato il 5 dic 2026 con mandato n. 1001" in page
    assert "Pagato 10,00 €" in page
    assert "Da liquidare 0,00 €" in page
    lines = told(browser, shop, "/pagamenti/incassi?comune=giussano&iniziativa=P1&periodo=1")
    assert (lines.count("Spesa"), lines.count("Rimborso")) == (1, 1)
    assert "stornati 2,50 €" in lines
    assert "-2,50 €" in lines


def test_what_was_given_back_after_the_payment_is_told_as_owed(
    shop: Shop, browser: TestClient
) -> None:
    sale = shop.sell(12_50)
    shop.close()
    shop.pay(12_50)
    shop.give_back(sale, 3_00)
    page = told(browser, shop, "/pagamenti/elenco")
    assert "Da recuperare dai prossimi incassi: 3,00 €" in page
    assert "Pagato 12,50 €" in page
    assert "-3,00 €" in told(browser, shop, f"/giornata/totali?giorno={shop.day}")


def test_a_day_is_added_up_by_programme_and_by_who_stood_there(
    shop: Shop, browser: TestClient
) -> None:
    shop.sell(10_00, "Anna")
    shop.sell(5_00, "Anna")
    shop.give_back(shop.sell(2_00), 50)
    page = told(browser, shop, f"/giornata/totali?giorno={shop.day}")
    assert "operatore: Anna" in page
    assert "operatore: —" in page
    assert page.count("Incassi 2") == 1
    assert page.count("Incassi 3") == 2
    assert "16,50 €" in page
    assert "nessun incasso" in told(browser, shop, "/giornata/totali?giorno=2026-11-03")
    answer = browser.get("/cassa/giornata/totali?giorno=x", headers=shop.headers)
    assert answer.status_code == 400


def test_a_sale_from_two_vouchers_is_counted_once(shop: Shop, browser: TestClient) -> None:
    shop.town.issue(shop.funding, round_name="2")
    shop.sell(70_00)
    page = told(browser, shop, f"/giornata/totali?giorno={shop.day}")
    assert "70,00 €" in page
    assert page.count("Incassi 1") == 3
    assert "Incassi: 1" in told(browser, shop, "/pagamenti/elenco")


def test_the_day_and_the_payments_are_kept_as_files(shop: Shop, browser: TestClient) -> None:
    shop.sell(10_00, "=Anna")
    shop.give_back(shop.sell(5_00), 1_00)
    day = f"/cassa/giornata/totali?giorno={shop.day}&formato="
    plain = browser.get(f"{day}csv", headers=shop.headers).content.decode().splitlines()
    assert plain[1:] == [
        "Buoni spesa,Giussano,Cassa 1,—,1,5.00,1,1.00,4.00",
        "Buoni spesa,Giussano,Cassa 1,'=Anna,1,10.00,0,0.00,10.00",
    ]
    kept = browser.get(f"{day}xlsx", headers=shop.headers)
    assert 'filename="giornata.xlsx"' in kept.headers["content-disposition"]
    sheet = openpyxl.load_workbook(BytesIO(kept.content)).active
    assert sheet is not None
    assert [row[-1].value for row in sheet.iter_rows()] == ["Netto", 4, 10]
    paid = browser.get("/cassa/pagamenti/elenco?formato=csv-it", headers=shop.headers)
    assert paid.content.decode().splitlines()[1] == (
        "Giussano;1;;;Buoni spesa;2;14,00;Da liquidare;;"
    )
