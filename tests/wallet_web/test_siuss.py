"""The file for the SIUSS: no code is made up, no half mapping, and who took it is written down."""

import csv
from datetime import date
from io import StringIO
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from ledger.operations.erase_person import erase_person
from ledger.operations.issue_vouchers import issue_batch
from ledger.reports.siuss import Field, benefits, files_taken
from ledger.store.network.credentials import families_of
from tests.operations.test_calls import code
from tests.town import NOON, Town
from tests.wallet_web.conftest import come_in
from tests.wallet_web.test_calls import apply, opened, with_rule
from tests.wallet_web.test_console import HOME, hidden, spend

NAMES = {f"campo-{field}": f"Campo {at}" for at, field in enumerate(Field)}
WHOLE = NAMES | {"ente": "Comune prova", "codice-P1": "=A1.99"}
SPAN = {"dal": "2026-11-01", "al": "2026-11-30", "importo": "given"}


@pytest.fixture
def desk(town: Town, browser: TestClient) -> TestClient:
    """An officer, and two families with vouchers."""
    town.issue(town.programme())
    come_in(browser, "officer")
    return browser


def rows_of(desk: TestClient, **changes: str) -> list[list[str]]:
    answer = desk.post(f"{HOME}/siuss/file", data=SPAN | changes)
    assert answer.status_code == 200, answer.text
    return list(csv.reader(StringIO(answer.text)))


def test_nothing_is_made_up_and_a_half_mapping_makes_no_file(town: Town, desk: TestClient) -> None:
    page = desk.get(f"{HOME}/siuss", params=SPAN).text
    assert "non si inventano" in page
    assert "Mancano 9 voci" in page
    assert "Scarica il file" not in page
    for typed in ({}, NAMES, {**WHOLE, "codice-P1": ""}, {**WHOLE, "campo-dsu": ""}):
        assert desk.post(f"{HOME}/siuss", data=typed).status_code == 303
        refused = desk.post(f"{HOME}/siuss/file", data=SPAN)
        assert refused.status_code == 422
        assert "La corrispondenza non è completa" in refused.text
    assert files_taken(town.ledger, town.book_no) == ()


def test_two_fields_of_one_name_are_refused(desk: TestClient) -> None:
    same = WHOLE | {"campo-dsu": "Campo 0"}
    assert desk.post(f"{HOME}/siuss", data=same).status_code == 422


def test_the_file_has_the_comunes_names_and_no_formula(town: Town, desk: TestClient) -> None:
    desk.post(f"{HOME}/siuss", data=WHOLE)
    first, *rows = rows_of(desk)
    assert first == [f"Campo {at}" for at in range(7)]
    assert sorted(row[3] for row in rows) == ["50.00", "80.00"]
    assert {row[1] for row in rows} == {"Comune prova"}
    assert {row[2] for row in rows} == {"'=A1.99"}
    assert {(row[4], row[5]) for row in rows} == {("2026-11-01", "2026-11-30")}
    assert all(len(row[0]) == 16 for row in rows)
    [taken] = files_taken(town.ledger, town.book_no)
    assert (taken.row_count, taken.made_by) == (2, town.officer.person_id)
    page = desk.get(f"{HOME}/siuss").text
    assert "officer" in page
    for row in rows:
        assert row[0] not in page


def test_the_period_is_that_of_rome(town: Town, desk: TestClient) -> None:
    desk.post(f"{HOME}/siuss", data=WHOLE)
    assert len(rows_of(desk, dal="2026-10-01", al="2026-10-31")) == 1
    backwards = SPAN | {"dal": "2026-12-01"}
    assert desk.post(f"{HOME}/siuss/file", data=backwards).status_code == 422
    assert desk.post(f"{HOME}/siuss/file", data=SPAN | {"importo": "x"}).status_code == 422
    del town


def test_what_was_spent_is_another_amount(town: Town, desk: TestClient) -> None:
    desk.post(f"{HOME}/siuss", data=WHOLE)
    spend(town, 12_50)
    assert [row[3] for row in rows_of(desk, importo="spent")[1:]] == ["12.50"]


def test_who_was_erased_is_not_told(town: Town, desk: TestClient) -> None:
    desk.post(f"{HOME}/siuss", data=WHOLE)
    with town.ledger.reading() as db:
        person = next(iter(families_of(db, town.book_no)))
    erase_person(town.ledger, person, officer=town.officer.officer_id, now=NOON)
    assert len(rows_of(desk)) == 2


def test_the_statements_protocol_comes_from_the_application(town: Town, desk: TestClient) -> None:
    call = opened(desk)
    with_rule(desk, call)
    apply(desk, call, 1, dsu="INPS-ISEE-2026-1")
    made = desk.post(f"{call}/graduatoria", data={"importo": ""}).headers["location"]
    batch = f"{HOME}/elenchi/{made.rpartition('/')[2]}"
    come_in(desk, "approver")
    page = desk.get(batch).text
    form = {name: hidden(page, name) for name in ("chiave", "impronta", "totale")}
    desk.post(f"{batch}/approva", data=form)
    issue_batch(town.ledger, town.comune, UUID(batch.rpartition("/")[2]), now=NOON)
    days = date(2026, 11, 1), date(2026, 11, 30)
    told = {one.fiscal_code: one.dsu for one in benefits(town.ledger, town.book_no, *days, "given")}
    assert told[code(1)] == "INPS-ISEE-2026-1"
    assert sorted(told.values()) == ["", "", "INPS-ISEE-2026-1"]


@pytest.mark.parametrize("role", ["treasurer", "auditor"])
def test_who_does_not_help_families_takes_no_file(desk: TestClient, role: str) -> None:
    come_in(desk, role)
    assert desk.get(f"{HOME}/siuss").status_code == 403
    assert desk.post(f"{HOME}/siuss/file", data=SPAN).status_code == 403
