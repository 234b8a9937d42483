"""A citizen gives to a programme: two officers, a number, a receipt; the name is in the vault."""

import re

import pypdfium2
import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from ledger import EntryKind, Request, random_id
from ledger.core.quantities import DAY
from ledger.operations.erase_person import erase_person
from ledger.reports.donations import donations, who_gave
from ledger.reports.programme_page import funds
from ledger.store.orphans import sweep_orphans
from ledger.store.people import find_people
from ledger.store.registers.donations import Donation
from ledger.store.schema import decision
from tests.town import NOON, ROSSI, Town, key
from tests.wallet_web.conftest import come_in

HOME = "/comune/giussano/donazioni"
FORM = {
    "nome": "Mara Inventata", "codice": ROSSI, "indirizzo": "Via Inventata 7", "importo": "250,00",
    "giorno": "2026-11-01", "scopo": "Per la spesa", "iniziativa": "P1",
}  # fmt: skip


def key_in(text: str) -> str:
    found = re.search(r'name="chiave" value="([^"]+)"', text)
    assert found
    return found[1]


def propose(browser: TestClient, **said: str) -> str:
    """Ask as an officer; gives the page of the proposal."""
    come_in(browser, "officer")
    sent = FORM | said | {"chiave": key_in(browser.get(f"{HOME}/nuova").text)}
    answer = browser.post(HOME, data=sent)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def confirm(browser: TestClient, place: str) -> str:
    come_in(browser, "approver")
    shown = browser.get(place).text
    content = re.search(r'name="impronta" value="([0-9a-f]+)"', shown)
    assert content
    sent = {"chiave": key_in(shown), "impronta": content[1]}
    return browser.post(f"{place}/conferma", data=sent).headers["location"]


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(document[0].get_textpage().get_text_range().split())


def test_a_donation_becomes_money_of_its_programme_and_gets_a_receipt(
    town: Town, browser: TestClient
) -> None:
    funding = town.programme()
    place = propose(browser)
    [waiting] = donations(town.ledger, town.book_no)
    assert (waiting.name, waiting.status, waiting.entry) == ("1/2026", "prepared", None)
    assert browser.get(f"{HOME}/{waiting.donation_id}.pdf").status_code == 404
    assert confirm(browser, place) == place
    [one] = donations(town.ledger, town.book_no)
    assert (one.status, one.amount_cents, one.purpose) == ("approved", 250_00, "Per la spesa")
    given = [
        (fund.kind, fund.given_cents)
        for fund in funds(town.ledger, town.book_no, funding.programme_id)
    ]
    assert given == [("comune", 10_000_00), ("donor", 250_00)]
    assert list(town.ledger.book("giussano").check()) == []
    paper = browser.get(f"{HOME}/{one.donation_id}.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.content == browser.get(f"{HOME}/{one.donation_id}.pdf").content
    text = words_of(paper.content)
    wanted = ("1/2026", "Mara Inventata", ROSSI, "250,00", "Buoni spesa", "Via Inventata 7")
    assert all(said in text for said in wanted), text
    assert "1/2026" in browser.get(HOME).text


def test_no_name_is_outside_of_the_vault(town: Town, browser: TestClient) -> None:
    town.programme()
    place = propose(browser)
    confirm(browser, place)
    with town.ledger.reading() as db:
        leaves = b"".join(bytes(one) for one in db.execute(select(decision.c.leaf)).scalars())
    assert b"Inventata" not in leaves
    assert ROSSI.encode() not in leaves
    for address in (HOME, f"{HOME}?formato=csv", place, "/comune/giussano/atti"):
        shown = browser.get(address).text
        assert "Inventata" not in shown
        assert ROSSI not in shown


def test_numbers_follow_each_other_and_a_form_sent_twice_is_one_donation(
    town: Town, browser: TestClient
) -> None:
    town.programme()
    come_in(browser, "officer")
    sent = FORM | {"chiave": key_in(browser.get(f"{HOME}/nuova").text)}
    places = {browser.post(HOME, data=sent).headers["location"] for _tap in range(2)}
    assert len(places) == 1
    propose(browser, scopo="Per i libri")
    propose(browser, giorno="2025-12-31")
    told = [one.name for one in donations(town.ledger, town.book_no)]
    assert told == ["2/2026", "1/2026", "1/2025"]


def test_a_number_that_another_took_this_moment_is_refused_and_asked_again(
    town: Town, browser: TestClient
) -> None:
    town.programme()
    taken = Donation(random_id(), 2026, 1, random_id()).claim(town.comune)
    [other] = town.ledger.book(town.comune).submit(
        [Request(key(), EntryKind.REGISTRATION, (taken,), "x", NOON)]
    )
    assert other.accepted
    come_in(browser, "officer")
    sent = FORM | {"chiave": key_in(browser.get(f"{HOME}/nuova").text)}
    answer = browser.post(HOME, data=sent)
    assert answer.headers["location"] == f"{HOME}/nuova?no=already_claimed"
    assert "numero già usato" in browser.get(answer.headers["location"]).text
    assert donations(town.ledger, town.book_no) == ()


@pytest.mark.parametrize(
    ("field", "typed"), [("codice", "RSSMRA80A41F205A"), ("importo", "molto"), ("nome", " ")]
)
def test_what_cannot_be_read_records_nothing(
    town: Town, browser: TestClient, field: str, typed: str
) -> None:
    town.programme()
    come_in(browser, "officer")
    sent = FORM | {"chiave": key_in(browser.get(f"{HOME}/nuova").text), field: typed}
    answer = browser.post(HOME, data=sent)
    assert answer.status_code == 422
    assert not typed.strip() or typed not in answer.text
    assert donations(town.ledger, town.book_no) == ()


def test_who_gave_is_kept_though_no_family_and_can_be_erased(
    town: Town, browser: TestClient
) -> None:
    town.programme()
    confirm(browser, propose(browser))
    assert sweep_orphans(town.ledger, now=NOON + 30 * DAY).people == ()
    [one] = donations(town.ledger, town.book_no)
    told = who_gave(town.ledger, town.book_no, one.donation_id)
    assert told
    assert told.name == "Mara Inventata"
    [who] = find_people(town.ledger, [ROSSI]).values()
    erase_person(town.ledger, who, officer=town.officer.officer_id, now=NOON)
    assert who_gave(town.ledger, town.book_no, one.donation_id) is None
    assert browser.get(f"{HOME}/{one.donation_id}.pdf").status_code == 404


def test_an_auditor_sees_the_list_and_no_receipt(town: Town, browser: TestClient) -> None:
    town.programme()
    confirm(browser, propose(browser))
    [one] = donations(town.ledger, town.book_no)
    come_in(browser, "auditor")
    assert "1/2026" in browser.get(HOME).text
    assert browser.get(f"{HOME}/{one.donation_id}.pdf").status_code == 403
    assert browser.get(f"{HOME}/nuova").status_code == 403
