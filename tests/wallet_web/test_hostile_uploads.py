"""The hostile imports on the console: what is shown, confirmed, approved, kept and never told.

Source: reliability.md 7.2. What files alone can hold is in `test_hostile_imports`.
"""

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from ledger import random_id
from ledger.imports.faults import MAX_BYTES
from ledger.operations.approve_batch import Approval, approve_batch
from ledger.operations.fund_programme import Funding
from ledger.operations.import_applications import withdraw_batch
from ledger.reports.batches_page import batch, batches
from ledger.reports.programme_page import programme_totals
from ledger.store.network.people import Officer, add_officer
from ledger.store.passwords import hash_password
from tests.town import BIANCHI, LIST, NOON, PASSWORD, ROSSI, Town, key
from tests.wallet_web.conftest import come_in
from tests.wallet_web.test_console import HOME, approve, hidden, prepare, upload
from tests.wallet_web.test_hostile_imports import CANARY, HEAD, row


def target(funding: Funding, rows: str = "2", total: str = "130,00") -> dict[str, str]:
    """What an officer types beside the file."""
    fund = str(funding.fund())
    return {"iniziativa": "P1", "fonte": fund, "turno": "1", "righe": rows, "totale": total}


def confirmed(page: str) -> dict[str, str]:
    """What the preview's form sends, its box ticked."""
    words = {name: hidden(page, name) for name in ("file", "iniziativa", "fonte", "turno")}
    return words | {"controllato": "1"}


@pytest.mark.parametrize("name", ["../../x.csv", "CON.csv", "x" * 300, "a\u202eb.csv", "", "=1"])
def test_a_files_name_means_nothing(town: Town, browser: TestClient, name: str) -> None:
    funding = town.programme()
    come_in(browser, "officer")
    words = target(funding)
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
    answer = browser.post(f"{HOME}/elenchi", data=confirmed(page))
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
        words = target(funding, "1", "50,00")
        files = {"file": (f"{CANARY}.csv", text.encode())}
        answer = browser.post(f"{HOME}/elenchi/anteprima", data=words, files=files)
        addresses.append(answer.headers.get("location", ""))
        if 'name="file" value="' in answer.text:
            addresses.append(prepare(browser, answer.text))
    assert any("/elenchi/" in one for one in addresses)
    for wrong in ({"iniziativa": CANARY}, {"iniziativa": "P1", "fonte": CANARY, "turno": CANARY}):
        files = {"file": ("l.csv", row(code=CANARY).encode())}
        answer = browser.post(f"{HOME}/elenchi/anteprima", data=wrong, files=files)
        assert CANARY not in answer.text
    lost = browser.post(f"{HOME}/famiglie", data={"chi": CANARY})
    addresses.append(lost.headers.get("location", ""))
    told = capfd.readouterr()
    assert CANARY not in "".join([*addresses, caplog.text, told.out, told.err])


@pytest.mark.parametrize(
    ("said", "shown"), [((3, "130,00"), "3"), ((2, "130,01"), "130,01"), ((1, "50,00"), "50,00")]
)
def test_a_file_that_is_not_its_letters_is_not_prepared(
    town: Town, browser: TestClient, said: tuple[int, str], shown: str
) -> None:
    """I17: the officer types what the letter says; a form that was changed does not help."""
    town.programme()
    come_in(browser, "officer")
    good, bad = upload(browser), upload(browser, LIST, *said)
    assert "Il file non è quello della lettera" in bad
    assert shown in bad
    assert "Prepara per" not in bad
    [file] = [hidden(good, "file")]
    words = confirmed(good)
    [wrong] = town_files(browser, but=file)
    answer = browser.post(f"{HOME}/elenchi", data=words | {"file": wrong})
    assert answer.status_code == 422
    assert "non sono quelli della lettera" in answer.text
    assert batches(town.ledger, town.book_no) == ()
    assert prepare(browser, good)


def town_files(browser: TestClient, *, but: str) -> list[str]:
    """The other files that this process keeps."""
    files = browser.app.state.pending_files  # type: ignore[attr-defined]
    return [str(one) for one in files._files if str(one) != but]


def test_rows_that_cannot_be_taken_count_for_the_letter(town: Town, browser: TestClient) -> None:
    town.programme()
    come_in(browser, "officer")
    text = f"{LIST}WRONG;Neri;Ugo;20,00\n"
    page = upload(browser, text, 3, "150,00")
    assert "Il codice fiscale non è giusto" in page
    prepare(browser, page)
    [found] = batches(town.ledger, town.book_no)
    assert (found.row_count, found.total_cents) == (2, 130_00)


def test_what_was_guessed_is_shown_and_has_to_be_confirmed(town: Town, browser: TestClient) -> None:
    """I3, I16: letters, separator and columns stand on the preview; without the tick, nothing."""
    funding = town.programme()
    come_in(browser, "officer")
    text = f"C.F.\tCognome\tNome\tImporto contributo\tISEE\n{ROSSI}\tCantù\tMara\t50,00\t9\n"
    files = {"file": ("l.csv", text.encode("windows-1252"))}
    words = target(funding, "1", "50,00")
    page = browser.post(f"{HOME}/elenchi/anteprima", data=words, files=files).text
    for shown in ("guarda gli accenti", "tabulazione", "codice fiscale: «C.F.»", "ISEE", "Cantù",
        "importo: «Importo contributo»"):  # fmt: skip
        assert shown in page
    unticked = {name: said for name, said in confirmed(page).items() if name != "controllato"}
    answer = browser.post(f"{HOME}/elenchi", data=unticked)
    assert answer.status_code == 422
    assert "metti il segno" in answer.text
    assert batches(town.ledger, town.book_no) == ()
    assert browser.post(f"{HOME}/elenchi", data=confirmed(page)).status_code == 303


def test_who_looks_alike_is_shown_to_a_person(town: Town, browser: TestClient) -> None:
    """I9: in the file, and beside families that are known; swapped names and accents too."""
    town.issue(town.programme(), row(surname="D’Amico"))
    come_in(browser, "officer")
    text = f"{HEAD}{BIANCHI};MARA;D'AMICO;1,00\n{CANARY};Verdi;Ugo;1,00\n"
    page = upload(browser, text, 2, "2,00")
    assert "Stesso nome, altro codice fiscale" in page
    assert "una famiglia che c’è già" in page
    assert "Riga 2" in page
    assert "Riga 3" not in page
    twins = f"{HEAD}{BIANCHI};Verdi;Ugo;1,00\n{CANARY};Verdi;Ugo;1,00\n"
    assert "Riga 2, 3" in upload(browser, twins, 2, "2,00")
    assert "Stesso nome" not in upload(browser, row(surname="D’Amico"), 1, "50,00")  # Herself.


def test_one_row_changed_after_the_issue_gives_nothing_new(town: Town, browser: TestClient) -> None:
    """I8: another amount for who has this round's voucher is shown, and not issued."""
    town.issue(town.programme())
    come_in(browser, "officer")
    page = upload(browser, LIST.replace("50,00", "90,00"), 2, "170,00")
    assert "nessuno a cui emettere" in page
    more = f"{LIST}{CANARY};Verdi;Ugo;7,00\n"
    prepare(browser, upload(browser, more, 3, "137,00"))
    assert {one.total_cents for one in batches(town.ledger, town.book_no)} == {130_00, 7_00}


def test_only_a_header_gives_nobody(town: Town, browser: TestClient) -> None:
    town.programme()
    come_in(browser, "officer")
    assert "nessuno a cui emettere" in upload(browser, HEAD, 1, "1,00")


def test_a_homonym_is_another_family(town: Town) -> None:
    same = f"{HEAD}{ROSSI};Rossi;Mara;50,00\n{BIANCHI};Rossi;Mara;50,00\n"
    town.issue(town.programme(), same)
    assert len({one.target_id for one in town.codes()}) == 2
    assert re.fullmatch(r"[A-Z0-9]{16}", CANARY)
