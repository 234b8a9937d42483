"""Fees for services: signed by two, tried on a case, told to families; nothing typed is kept."""

import csv
import re
from io import StringIO
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from starlette.testclient import TestClient

from ledger import random_id
from ledger.core.entitlement.tariff import parse_tariff
from ledger.operations.set_tariff import approve_tariff, propose_tariff
from ledger.reports.tariffs import tariff_board, tariff_boards
from tests.core.entitlement.test_tariff import tariff
from tests.town import NOON, Town
from tests.wallet_web.conftest import come_in
from tests.wallet_web.test_console import HOME, hidden

CANTEEN = {
    "titolo": "Mensa 2026", "servizio": "un pasto", "dal": "2026-09-01", "costo": "6,87",
    "nota": "Dal terzo figlio 2,40 €", "indicatore": "isee", "tabella": "S", "funzione": "bands",
    "fascia-0-fino": "7.250,00", "fascia-0-importo": "2,40", "fascia-1-fino": "14.600,00",
    "fascia-1-importo": "5,00", "fascia-2-fino": "20.000,00", "fascia-2-importo": "5,40",
    "fascia-3-fino": "30.000,00", "fascia-3-importo": "5,60", "oltre": "6,77",
}  # fmt: skip
FAMILY = {"isee": "15.300,00", "adulti": "2", "lavorano": "2", "figlio-0": "4", "figlio-1": "4",
          "figlio-2": "4"}  # fmt: skip
OPEN = "/tariffe/giussano"


@pytest.fixture
def desk(browser: TestClient) -> TestClient:
    come_in(browser, "officer")
    return browser


def proposed(desk: TestClient, **changes: str) -> str:
    form = {"tariffa": hidden(desk.get(f"{HOME}/tariffe/nuova").text, "tariffa")}
    answer = desk.post(f"{HOME}/tariffe", data=CANTEEN | form | changes)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def sign(desk: TestClient, address: str) -> None:
    come_in(desk, "approver")
    page = desk.get(address).text
    form = {name: hidden(page, name) for name in ("versione", "impronta")}
    assert desk.post(f"{address}/approva", data=form).status_code == 303
    come_in(desk, "officer")


def test_a_tariff_counts_once_another_person_has_signed_it(town: Town, desk: TestClient) -> None:
    one = proposed(desk)
    assert "aspetta una seconda firma" in desk.get(one).text
    assert "Mensa 2026" not in desk.get(OPEN).text
    public = f"{OPEN}/{one.rpartition('/')[2]}"
    assert desk.get(public).status_code == 404
    sign(desk, one)
    assert "Mensa 2026" in desk.get(OPEN).text
    assert "Mensa 2026" in desk.get(public).text
    rows = list(csv.reader(StringIO(desk.get(f"{one}?formato=csv").text)))
    assert [row[2] for row in rows[1:]] == ["2.40", "5.00", "5.40", "5.60", "6.77"]
    del town


def test_what_is_changed_waits_while_the_old_one_counts(town: Town, desk: TestClient) -> None:
    one = proposed(desk)
    sign(desk, one)
    form = desk.get(f"{one}/cambia").text
    assert 'value="Mensa 2026"' in form
    assert 'value="7250,00"' in form
    again = CANTEEN | {"tariffa": hidden(form, "tariffa"), "fascia-0-importo": "2,50"}
    assert desk.post(f"{HOME}/tariffe", data=again).headers["location"] == one
    [board] = tariff_boards(town.ledger, town.book_no)
    assert [one.version for one in board.versions] == [2, 1]
    assert board.signed() == parse_tariff(board.versions[1].text)
    assert "2,40" in desk.get(f"{OPEN}/{one.rpartition('/')[2]}").text


def test_a_family_sees_its_fee_and_each_step(desk: TestClient) -> None:
    one = proposed(desk, indicatore="isee_ff")
    sign(desk, one)
    desk.cookies.clear()
    public = f"{OPEN}/{one.rpartition('/')[2]}"
    answer = desk.post(public, data=FAMILY)
    assert answer.status_code == 200
    # By ISEE 5.40; by the comune's indicator, for triplets of four, 5.00.
    assert re.search(r"<strong><bdi>5,00\u00a0€</bdi></strong>", answer.text)
    assert "15.300,00" in answer.text
    assert "Tabella S: sintetica" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "<script" not in answer.text


def test_by_isee_alone_nothing_else_is_asked(desk: TestClient) -> None:
    one = proposed(desk)
    sign(desk, one)
    public = f"{OPEN}/{one.rpartition('/')[2]}"
    page = desk.get(public).text
    assert 'name="adulti"' not in page
    assert "sintetica" not in page
    assert "<bdi>5,40\u00a0€</bdi></strong>" in desk.post(public, data={"isee": "15300"}).text


def test_what_a_family_types_is_kept_nowhere(
    town: Town, desk: TestClient, statements: list[str]
) -> None:
    one = proposed(desk)
    sign(desk, one)
    desk.cookies.clear()
    statements.clear()
    desk.post(f"{OPEN}/{one.rpartition('/')[2]}", data={"isee": "12345,67"})
    assert not [one for one in statements if re.match(r"\s*(INSERT|UPDATE|DELETE)", one)]
    del town


NO_HOUSEHOLDS: tuple[dict[str, str], ...] = (
    {"isee": "tanto"}, {"isee": "15300", "adulti": "9"}, {"isee": "15300", "adulti": "-1"},
    {"isee": "15300", "adulti": "2", "lone_parent": "1"},
    {"isee": "15300", "adulti": "1", "figlio-0": "99"},
    {"isee": "15300", "adulti": "1", "gemelli": "2"},
)  # fmt: skip


def test_a_household_that_cannot_be_is_told(desk: TestClient) -> None:
    one = proposed(desk, indicatore="isee_ff")
    sign(desk, one)
    for typed in NO_HOUSEHOLDS:
        answer = desk.post(f"{OPEN}/{one.rpartition('/')[2]}", data=typed)
        assert (typed, answer.status_code) == (typed, 422)


def test_a_case_is_tried_before_anybody_signs(desk: TestClient) -> None:
    one = proposed(desk)
    tried = desk.post(f"{one}/prova", data={"isee": "30.000,01"})
    assert "<bdi>6,77\u00a0€</bdi></strong>" in tried.text


@pytest.mark.parametrize(
    "changes", [{"costo": "0,00"}, {"fascia-1-fino": "7.000,00"}, {"funzione": "x"}, {"dal": ""}]
)
def test_a_tariff_that_cannot_be_is_refused(
    town: Town, desk: TestClient, changes: dict[str, str]
) -> None:
    form = {"tariffa": str(random_id())}
    assert desk.post(f"{HOME}/tariffe", data=CANTEEN | form | changes).status_code == 422
    assert tariff_boards(town.ledger, town.book_no) == ()


def test_nobody_signs_their_own_and_nobody_another_text(town: Town) -> None:
    book, made = town.ledger.book(town.comune), random_id()
    one = propose_tariff(book, made, tariff(), officer=town.approver, now=NOON)
    for approver, seen in (
        (town.approver, one.text_hash), (town.officer, one.text_hash), (town.approver, b"x" * 32),
    ):  # fmt: skip
        assert not approve_tariff(book, made, 1, seen, approver=approver, now=NOON)
    two = propose_tariff(book, random_id(), tariff(), officer=town.officer, now=NOON)
    assert not approve_tariff(book, two.tariff_id, 1, b"x" * 32, approver=town.approver, now=NOON)
    stolen = text("UPDATE tariff_version SET approved_by = proposed_by")
    with pytest.raises(IntegrityError):
        town.ledger.write(lambda db: db.execute(stolen))


def test_another_comunes_tariff_is_not_there(town: Town, desk: TestClient) -> None:
    one = proposed(desk).rpartition("/")[2]
    other = town.ledger.book("seveso", create=True)
    with pytest.raises(LookupError):
        propose_tariff(other, UUID(one), tariff(), officer=town.officer, now=NOON)
    assert tariff_board(town.ledger, town.book_no, UUID(one)) is not None
    assert tariff_board(town.ledger, other.book_no, UUID(one)) is None
    assert desk.get(f"{OPEN}/nonsense").status_code == 404
