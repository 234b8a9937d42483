"""What a comune holds about a person: the same at home, at the desk and on the command line."""

import csv
import json
from datetime import datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient
from typer.testing import CliRunner

from ledger import Ledger, random_id
from ledger.core.quantities import SECOND
from ledger.operations.erase_person import erase_person
from ledger.operations.issue_credential import NewCredential
from ledger.reports.person_data import person_data
from ledger.store.registers.calls import applications_of
from ledger.store.schema import book_store, vote_voter
from ledger.store.vault import commitment_to
from ledger.store.vault_schema import vault_store
from scripts.cli import app
from tests.circuit_town import make_circuit
from tests.operations.test_calls import arrived, opened_call, receive
from tests.town import BIANCHI, NOON, ROSSI, Town
from tests.wallet_web.conftest import come_in
from tests.wallet_web.test_desk import at_the_desk
from tests.wallet_web.test_family_pages import sign_in, spend
from wallet_web.person_pack import pack_of


@pytest.fixture
def family(town: Town, browser: TestClient) -> NewCredential:
    """A family that has spent something, signed in."""
    town.issue(town.programme())
    code = town.codes()[0]
    spend(town, code, 12_50)
    assert sign_in(browser, code.code, code.pin) == (303, "/famiglia")
    return code


def unpacked(pack: bytes) -> dict[str, str]:
    with ZipFile(BytesIO(pack)) as archive:
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def told(pack: bytes) -> dict[str, Any]:
    words: dict[str, Any] = json.loads(unpacked(pack)["dati.json"])
    return words


def test_all_of_it_is_in_the_file(browser: TestClient, family: NewCredential) -> None:
    answer = browser.get("/famiglia/dati.zip")
    assert answer.headers["cache-control"] == "no-store"
    files = unpacked(answer.content)
    assert list(files) == ["dati.json", "movimenti.csv", "LEGGIMI.txt"]
    data = json.loads(files["dati.json"])
    assert data["papers"]["fiscal_code"] in {ROSSI, BIANCHI}
    face = {ROSSI: 50_00, BIANCHI: 80_00}[data["papers"]["fiscal_code"]]
    [voucher] = data["vouchers"]
    assert (voucher["face_cents"], voucher["available_cents"]) == (face, face - 12_50)
    assert [one["amount_cents"] for one in data["movements"]] == [-12_50, face]
    moments = [datetime.fromisoformat(one["recorded_at"]) for one in data["movements"]]
    assert all(one.tzinfo for one in moments)
    assert moments == sorted(moments, reverse=True)
    assert datetime.fromisoformat(data["told_at"]).timestamp() == pytest.approx(NOON / SECOND)
    assert [one["status"] for one in data["lists"]] == ["issued"]
    assert [one["kind"] for one in data["codes"]] == ["family"]
    table = list(csv.reader(StringIO(files["movimenti.csv"]), delimiter=";"))
    assert len(table) == len(data["movements"]) + 1
    assert table[1][1] == "Spesa"
    assert table[1][4] == "-12,50"
    assert "GIUSSANO" in files["LEGGIMI.txt"]
    assert family.pin not in files["dati.json"]
    assert family.code not in files["dati.json"].replace("-", "")


def test_nobody_else_is_in_it(browser: TestClient, family: NewCredential) -> None:
    del family
    text = unpacked(browser.get("/famiglia/dati.zip").content)["dati.json"]
    assert (ROSSI in text) != (BIANCHI in text)
    assert ("Mara" in text) == (ROSSI in text)


def test_what_the_book_vouches_for_can_be_hashed_again(
    browser: TestClient, family: NewCredential
) -> None:
    assert family.pin
    said = told(browser.get("/famiglia/dati.zip").content)["said"]
    assert said
    for one in said:
        salt, values = bytes.fromhex(one["salt"]), one["values"]
        assert commitment_to(salt, values).hex() == one["commitment"]


def test_the_page_says_it_in_words(browser: TestClient, family: NewCredential) -> None:
    page = browser.get("/famiglia/dati").text
    assert "RSSMRA80A41F205B" in page or "BNCGLI85B41F205J" in page
    assert "Buoni e tagliandi: 1. Movimenti: 2." in page
    assert "Codice famiglia" in page
    assert family.pin not in page
    assert 'href="/famiglia/dati"' in browser.get("/famiglia").text


def test_at_the_desk_it_is_the_same_file_for_who_may_help(town: Town, browser: TestClient) -> None:
    town.issue(town.programme())
    come_in(browser, "officer")
    address = at_the_desk(browser)
    assert (
        f"{address.removeprefix('https://portavalori.test')}/dati.zip" in browser.get(address).text
    )
    assert told(browser.get(f"{address}/dati.zip").content)["papers"]["fiscal_code"] == ROSSI
    come_in(browser, "auditor")
    assert browser.get(f"{address}/dati.zip").status_code == 403


def test_who_was_erased_has_movements_and_no_name(
    town: Town, browser: TestClient, family: NewCredential
) -> None:
    before = told(browser.get("/famiglia/dati.zip").content)
    data = person_data(town.ledger, town.book_no, family.target_id, comune="Giussano", now=NOON)
    assert data
    erase_person(town.ledger, data.person_id, officer=town.officer.officer_id, now=NOON)
    after = told(browser.get("/famiglia/dati.zip").content)
    assert (after["papers"], after["said"]) == ({}, [])
    assert after["movements"] == before["movements"]
    assert "cancellato" in browser.get("/famiglia/dati").text


def test_the_command_asks_for_the_code_and_keeps_the_file_private(
    url: str, town: Town, tmp_path: Path
) -> None:
    town.issue(town.programme())
    town.ledger.close()
    file = tmp_path / "dati.zip"
    words = ["export", "person", "--book", "giussano", "--database", url, "-o", str(file)]
    said = CliRunner().invoke(app, words, input=f"{ROSSI}\n")
    assert said.exit_code == 0, said.output
    assert ROSSI not in said.output
    assert file.stat().st_mode & 0o077 == 0
    assert told(file.read_bytes())["papers"]["surname"] == "Rossi"
    nobody = CliRunner().invoke(app, words, input="VRDLCU90C41F205X\n")
    assert nobody.exit_code == 2
    assert "VRDLCU" not in nobody.output


def test_what_one_applied_for_is_told_as_it_was_declared(town: Town) -> None:
    call = opened_call(town)
    receive(town, call, arrived(1, 12_345_67, 4))
    with town.ledger.reading() as db:
        [row] = applications_of(db, call.call_id)
    data = person_data(town.ledger, town.book_no, row.family_id, comune="Giussano", now=NOON)
    assert data
    [own] = data.applications
    assert (own.call, own.round, own.code, own.status) == (
        "Bando prova", "2026", row.code, "complete",
    )  # fmt: skip
    assert own.steps == ("received",)
    assert own.declared
    assert own.declared["isee"] == "12345.67"
    assert told(pack_of(data, "it"))["applications"][0]["code"] == row.code


def test_purchases_and_votes_are_told_too(ledger: Ledger) -> None:
    circuit = make_circuit(ledger)
    family, book_no = circuit.families[0], circuit.town.book_no
    assert circuit.buy(20_00).accepted
    vote = random_id()
    ledger.write(lambda db: db.execute(insert(vote_voter).values(
        book_no=book_no, vote_id=vote, family_id=family, how="paper"
    )))  # fmt: skip
    data = person_data(ledger, book_no, family, comune="Giussano", now=NOON)
    assert data
    assert [(one.shop, one.receipt_cents) for one in data.purchases] == [("Panificio Prova", 20_00)]
    assert [(one.vote_id, one.how) for one in data.votes] == [(vote, "paper")]
    assert told(pack_of(data, "it"))["votes"] == [{"vote_id": vote.hex, "how": "paper"}]
    other = person_data(ledger, book_no, circuit.families[1], comune="Giussano", now=NOON)
    assert other
    assert (other.purchases, other.votes) == ((), ())


# A table that names somebody is told of here, or the reason why it is not stands beside it.
TOLD = {
    "family": "since when, and whose it is",
    "credential": "codes",
    "health_card": "cards: since when",
    "phone": "phones: since when",
    "voucher": "vouchers",
    "application": "applications",
    "import_row": "lists",
    "purchase": "purchases",
    "vote_voter": "votes",
    "vote_idea": "its words, which are among the papers",
    "hours_offer": "its paper: how many, when, what",
    "action_choice": "its paper: which action",
    "action_done": "its paper: what was noted; the hours are those of the choice",
    "vote_paper": "an officer's count: see officer",
    "donation": "its paper: who gave, how much, for what",
    "person": "the person's own id",
    "paper": "papers",
    "opening": "said",
    "legal_hold": "that it is kept, for a reason which is among what was said",
    "lookup": "a keyed hash of the fiscal code, which is among the papers",
    "officer": "who works there: a duty of the comune as an employer, not of this book",
    "session": "which lives for minutes",
}


def test_every_table_that_names_somebody_is_told_or_has_its_reason() -> None:
    naming = {"family_id", "person_id", "target_id"}
    tables = [*book_store.tables.values(), *vault_store.tables.values()]
    found = {table.name for table in tables if naming & set(table.c.keys())}
    assert found <= set(TOLD), found - set(TOLD)
    assert {"family", "credential", "voucher", "import_row", "paper", "opening"} <= found


def test_no_such_family_has_no_data(ledger: Ledger, town: Town) -> None:
    assert person_data(ledger, town.book_no, town.officer.person_id, comune="x", now=NOON) is None
