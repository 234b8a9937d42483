"""The twenty hostile imports, for what exists: each answered calmly, nothing half-done or told.

Source: reliability.md 7.2 (I1 to I19).
"""

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from ledger import random_id
from ledger.exports.tables import Heading, Kind, csv_for_offices, csv_for_programs
from ledger.imports.applications import (
    MAX_BYTES,
    MAX_ROWS,
    CannotRead,
    Fault,
    Preview,
    read_applications,
)
from ledger.operations.approve_batch import Approval, approve_batch
from ledger.operations.import_applications import withdraw_batch
from ledger.reports.batches_page import batch, batches
from ledger.reports.programme_page import programme_totals
from ledger.store.network.people import Officer, add_officer
from ledger.store.passwords import hash_password
from tests.town import BIANCHI, LIST, NOON, PASSWORD, ROSSI, Town, key
from tests.wallet_web.conftest import come_in
from tests.wallet_web.test_console import HOME, approve, hidden, prepare, upload

HEAD = "Codice fiscale;Cognome;Nome;Importo\n"
CANARY = "CNRPTR80A01F205Q"


def row(code: str = ROSSI, amount: str = "50,00", surname: str = "Rossi") -> str:
    return f"{HEAD}{code};{surname};Mara;{amount}\n"


def read(data: bytes | str) -> Preview:
    return read_applications(data if isinstance(data, bytes) else data.encode())


TAKEN: dict[str, bytes | str] = {
    "I1 a byte order mark": "\ufeff" + row(),
    "I1 two byte order marks": "\ufeff\ufeff" + row(),
    "I2 UTF-16": row().encode("utf-16"),
    "I3 Windows-1252": row(surname="Nicolò D’Amico").encode("windows-1252"),
    "I4 a sep= line": "sep=;\n" + row(),
    "I4 commas": row(amount="50").replace(";", ","),
    "I4 tabs": row().replace(";", "\t"),
    "I4 empty last lines": row() + "\n;;;\n\n",
    "I4 a newline within quotes": row(surname='"Ros\nsi"'),
    "I5 the sign of the euro": row(amount="€ 50,00"),
    "I7 lower case and blanks": row(code=" rssmra 80a41 f205b "),
    "I16 columns that we do not need": row().replace("\n", ";ISEE\n", 1).replace("00\n", "00;9\n"),
    "I16 shuffled": f"Importo;Codice fiscale;Cognome\n50,00;{ROSSI};Rossi\n",
}  # fmt: skip


@pytest.mark.parametrize("name", TAKEN)
def test_what_can_only_mean_one_thing_is_taken(name: str) -> None:
    [one] = read(TAKEN[name]).applicants
    assert (one.fiscal_code, one.amount_cents) == (ROSSI, 50_00)
    assert "\ufeff" not in one.surname
    assert "\ufffd" not in one.surname


ROWS = {
    "I3 letters spoilt": (row(surname="NicolÃ²"), Fault.MOJIBAKE),
    "I4 a ragged row": (f"{HEAD}{ROSSI};Rossi\n", Fault.RAGGED),
    "I5 a thousand, or one and a bit": (row(amount="1.234"), Fault.AMOUNT_AMBIGUOUS),
    "I5 a letter for a zero": (row(amount="5O"), Fault.AMOUNT),
    "I5 nothing": (row(amount="0,00"), Fault.AMOUNT),
    "I5 less than nothing": (row(amount="-1,00"), Fault.AMOUNT),
    "I7 a wrong last letter": (row(code=f"{ROSSI[:-1]}A"), Fault.FISCAL_CODE),
    "I7 fifteen characters": (row(code=ROSSI[:-1]), Fault.FISCAL_CODE),
    "I7 a number in floating point": (row(code="3,20E+09"), Fault.FISCAL_CODE),
    "I8 twice in the file": (row() + f"{ROSSI};Rossi;Mara;9,00\n", Fault.TWICE_IN_FILE),
    "I11 a cell without end": (row(surname="A" * 3_000), Fault.CELL_TOO_LONG),
    "I15 letters that run backwards": (row(surname="Ros\u202esi"), Fault.CONTROL_CHARACTER),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_that_cannot_be_taken_is_named_with_its_line(name: str) -> None:
    text, fault = ROWS[name]
    found = read(text)
    assert found.applicants == ()
    assert {one.fault for one in found.problems} == {fault}
    assert all(one.line >= 2 for one in found.problems)


FILES = {
    "I4 only blanks": (b" \n \n", Fault.EMPTY),
    "I4 no separator": (b"Codice fiscale\nX\n", Fault.NO_SEPARATOR),
    "I11 too many rows": ((HEAD + "x;y;z;1\n" * (MAX_ROWS + 1)).encode(), Fault.TOO_MANY_ROWS),
    "I11 too many bytes": (b"x" * (MAX_BYTES + 1), Fault.TOO_LARGE),
    "I12 a workbook": (b"PK\x03\x04rest", Fault.NOT_TEXT),
    "I14 a PDF": (b"%PDF-1.7", Fault.NOT_TEXT),
    "I14 a picture": (b"\x89PNG\r\n", Fault.NOT_TEXT),
    "I14 an old workbook": (b"\xd0\xcf\x11\xe0rest", Fault.NOT_TEXT),
    "I14 a web page called xls": (b"<html><table>", Fault.NOT_TEXT),
    "I14 XML": (b'<?xml version="1.0"?><!DOCTYPE x>', Fault.NOT_TEXT),
    "I14 bytes of no text": (b"a;b\x00;c\n", Fault.NOT_TEXT),
    "I16 no header": (f"{ROSSI};50,00\n".encode(), Fault.COLUMN_MISSING),
    "I16 a header twice": (b"CF;Codice fiscale;Importo\n", Fault.COLUMN_TWICE),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_list_says_what_to_do(name: str) -> None:
    data, fault = FILES[name]
    with pytest.raises(CannotRead) as cannot:
        read(data)
    assert cannot.value.fault is fault


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+39", "-1", "@SUM", "\t=1", "\r=1", "\uff1d1"])
def test_a_cell_is_kept_as_it_is_and_harmless_in_every_export(cell: str) -> None:
    for written in (csv_for_programs, csv_for_offices):
        text = written([Heading("Nome", Kind.WORDS)], [[cell]]).decode("utf-8-sig")
        assert text.split("\r\n", 1)[1].lstrip('"').startswith("'")


@pytest.mark.parametrize("name", ["../../x.csv", "CON.csv", "x" * 300, "a\u202eb.csv", "", "=1"])
def test_a_files_name_means_nothing(town: Town, browser: TestClient, name: str) -> None:
    funding = town.programme()
    come_in(browser, "officer")
    words = {"iniziativa": "P1", "fonte": str(funding.fund()), "turno": "1"}
    files = {"file": (name, LIST.encode(), "application/pdf")}
    answer = browser.post(f"{HOME}/elenchi/anteprima", data=words, files=files)
    assert answer.status_code == (200 if name else 400)
    assert "../.." not in answer.headers.get("content-disposition", "")


def test_a_body_without_end_is_stopped_while_it_comes(town: Town, browser: TestClient) -> None:
    town.programme()
    come_in(browser, "officer")
    sent = 0

    def endless() -> object:
        nonlocal sent
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\n'
        while sent < 2 * MAX_BYTES:
            sent += 1 << 20
            yield b"x" * (1 << 20)

    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = browser.post(f"{HOME}/elenchi/anteprima", content=endless(), headers=kind)  # type: ignore[arg-type]
    assert answer.status_code == 413
    assert "dividilo" in answer.text
    small = browser.post(f"{HOME}/liquidazioni", data={"nome": "x" * 100_000})
    assert small.status_code == 413


def test_the_same_file_again_or_renamed_issues_nothing_new(town: Town, browser: TestClient) -> None:
    town.issue(town.programme())
    come_in(browser, "officer")
    page = upload(browser)
    assert "nessuno a cui emettere" in page
    assert 'name="file" value="' not in page
    town_totals = programme_totals(town.ledger, town.book_no)[0]
    assert town_totals.at("voucher") == 130_00


def test_two_officers_who_load_the_same_file_make_one_batch(town: Town) -> None:
    funding = town.programme()
    with ThreadPoolExecutor(4) as pool:
        drafts = list(pool.map(lambda _: town.prepare(funding), range(4)))
    assert len({one.batch_id for one in drafts}) == 1
    assert len(batches(town.ledger, town.book_no)) == 1
    town.issue(funding)
    [totals] = programme_totals(town.ledger, town.book_no)
    assert (totals.at("voucher"), totals.at("batch")) == (130_00, 0)
    assert totals.agrees
    assert list(town.ledger.book(town.comune).check()) == []


def test_a_list_that_was_withdrawn_can_come_again(town: Town) -> None:
    funding = town.programme()
    first = town.prepare(funding)
    withdraw_batch(town.ledger, first.batch_id)
    second = town.prepare(funding)
    assert second.batch_id != first.batch_id
    assert [one.status for one in batches(town.ledger, town.book_no)].count("prepared") == 1


def test_a_batch_that_exceeds_its_source_by_a_cent_is_not_approved(
    town: Town, browser: TestClient
) -> None:
    town.programme(129_99)
    come_in(browser, "officer")
    address = prepare(browser, upload(browser))
    come_in(browser, "approver")
    assert "disponibilità insufficiente" in browser.get(approve(browser, address)).text
    assert programme_totals(town.ledger, town.book_no)[0].at("fund") == 129_99


def test_nobody_approves_a_list_of_ones_own(town: Town, browser: TestClient) -> None:
    """Two accounts of one person, or a role that changed: the person is the same."""
    town.programme()
    come_in(browser, "officer")
    address = prepare(browser, upload(browser))
    person = town.officer.person_id
    second = Officer(random_id(), town.book_no, person, "seconda", "approver", "active")
    kept = hash_password(PASSWORD)
    town.ledger.write(lambda db: add_officer(db, second, kept))
    come_in(browser, "seconda")
    assert "serve l’approvazione di un’altra persona" in browser.get(approve(browser, address)).text
    found = batch(town.ledger, town.book_no, UUID(address.rsplit("/", 1)[1]))
    assert found
    assert found.status == "prepared"


@pytest.mark.parametrize("change", ["content", "total"])
def test_an_approval_is_bound_to_what_was_seen(
    town: Town, browser: TestClient, change: str
) -> None:
    town.programme()
    come_in(browser, "officer")
    address = prepare(browser, upload(browser))
    found = batch(town.ledger, town.book_no, UUID(address.rsplit("/", 1)[1]))
    assert found
    content = bytes(32) if change == "content" else found.content_hash
    total = found.total_cents + (change == "total")
    asked = Approval(found.batch_id, content, total)
    decision = approve_batch(
        town.ledger, town.comune, asked, approver=town.approver, key=key(), now=NOON
    )
    assert decision.code == "not_approved"


def test_an_officers_file_is_no_other_officers(town: Town, browser: TestClient) -> None:
    town.programme()
    come_in(browser, "officer")
    page = upload(browser)
    other = Officer(random_id(), town.book_no, random_id(), "altra", "officer", "active")
    kept = hash_password(PASSWORD)
    town.ledger.write(lambda db: add_officer(db, other, kept))
    come_in(browser, "altra")
    words = {name: hidden(page, name) for name in ("file", "iniziativa", "fonte", "turno")}
    answer = browser.post(f"{HOME}/elenchi", data=words)
    assert answer.status_code == 422
    assert "caricalo di nuovo" in answer.text


def test_a_fiscal_code_stays_out_of_logs_addresses_and_errors(
    town: Town,
    browser: TestClient,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    funding = town.programme()
    come_in(browser, "officer")
    addresses = []
    for text in (row(code=CANARY), row(code=CANARY, amount="x"), f"{CANARY}\n{CANARY}"):
        words = {"iniziativa": "P1", "fonte": str(funding.fund()), "turno": "1"}
        files = {"file": (f"{CANARY}.csv", text.encode())}
        answer = browser.post(f"{HOME}/elenchi/anteprima", data=words, files=files)
        addresses.append(answer.headers.get("location", ""))
        if 'name="file" value="' in answer.text:
            addresses.append(prepare(browser, answer.text))
    for wrong in ({"iniziativa": CANARY}, {"iniziativa": "P1", "fonte": CANARY, "turno": CANARY}):
        files = {"file": ("l.csv", row(code=CANARY).encode())}
        answer = browser.post(f"{HOME}/elenchi/anteprima", data=wrong, files=files)
        assert CANARY not in answer.text
    lost = browser.post(f"{HOME}/famiglie", data={"chi": CANARY})
    addresses.append(lost.headers.get("location", ""))
    told = capfd.readouterr()
    assert CANARY not in "".join([*addresses, caplog.text, told.out, told.err])


def test_a_homonym_is_another_family(town: Town) -> None:
    same = f"{HEAD}{ROSSI};Rossi;Mara;50,00\n{BIANCHI};Rossi;Mara;50,00\n"
    town.issue(town.programme(), same)
    assert len({one.target_id for one in town.codes()}) == 2
    assert re.fullmatch(r"[A-Z0-9]{16}", CANARY)
