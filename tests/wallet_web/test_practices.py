"""A good practice from one comune's console to another's: signed, looked at, adapted, signed."""

import json
import re
from dataclasses import replace
from functools import partial

import pytest
from starlette.testclient import TestClient

from ledger import random_id
from ledger.core.entitlement.call_rule import CallRule
from ledger.operations.publish_checkpoint import publish_checkpoint
from ledger.proof.notes import LOG_KEY, note_key
from ledger.reports.calls_page import call_boards
from ledger.reports.practices import shared_files
from ledger.reports.who_asks import comune
from ledger.store.network.people import Comune, Officer, add_comune, add_officer
from ledger.store.passwords import hash_password
from tests.core.test_practices import changed
from tests.imports.test_practice_files import KEY, LOG, signed
from tests.operations.test_calls import code
from tests.town import NOON, PASSWORD, Town
from tests.wallet_web.conftest import come_in
from tests.wallet_web.test_calls import applied, apply, opened, with_rule
from tests.wallet_web.test_console import HOME, hidden

THERE = "/comune/seveso"


@pytest.fixture
def seveso(town: Town) -> Town:
    """Another comune of the network, with people of its own and nothing else."""
    book = town.ledger.book("seveso", create=True)
    entry = Comune(book.book_no, "seveso", "Seveso", "c_i709", "108040", 23_797, "0362 000001")
    town.ledger.write(lambda db: add_comune(db, entry))
    kept = hash_password(PASSWORD)
    officer, approver = (
        Officer(random_id(), book.book_no, random_id(), role, role, "active")
        for role in ("officer", "approver")
    )
    for one in (officer, approver):
        town.ledger.write(partial(add_officer, entry=one, password_hash=kept))
    return replace(town, comune="seveso", officer=officer, approver=approver)


@pytest.fixture
def two(town: Town, seveso: Town, browser: TestClient) -> TestClient:
    """Giussano, whose log is published, with money; and Seveso, with nothing."""
    del seveso
    town.programme(1_000_00)
    publish_checkpoint(town.ledger, "giussano", domain="brianza.example.org", now=NOON)
    come_in(browser, "officer")
    return browser


def practice_of(desk: TestClient) -> bytes:
    """The file of Giussano's call, which two officers signed."""
    call = opened(desk)
    with_rule(desk, call)
    apply(desk, call, 1)
    page = desk.get(f"{HOME}/pratiche").text
    found = re.search(rf'href="({HOME}/pratiche/di/P1\?bando=[0-9a-f-]+)"', page)
    assert found
    answer = desk.get(found[1])
    assert answer.headers["content-type"] == "application/json"
    return answer.content


def looked_at(desk: TestClient, data: bytes, vkey: str = "") -> str:
    form = {"chiave-pubblica": vkey}
    answer = desk.post(f"{THERE}/pratiche/anteprima", data=form, files={"file": ("p.json", data)})
    assert answer.status_code == 200, answer.text
    return answer.text


def taken(desk: TestClient, data: bytes, **more: str) -> str:
    """The address of the draft."""
    form = {"file": hidden(looked_at(desk, data), "file")} | more
    answer = desk.post(f"{THERE}/pratiche", data=form)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_a_practice_is_taken_over_adapted_and_signed_by_two(two: TestClient, town: Town) -> None:
    data = practice_of(two)
    for secret in (code(1), "Prova", "12.000", "officer", "100000"):
        assert secret not in data.decode()
    come_in(two, "officer", "seveso")
    shown = looked_at(two, data)
    assert "Firma verificata" in shown
    assert "Tabella S: sintetica" in shown
    draft = taken(two, data)
    assert draft == taken(two, data)  # Sent twice, kept once.
    form = two.get(f"{draft}/iniziativa").text
    assert 'value="Buoni spesa"' in form or "Buoni" in form
    asked = {
        "chiave": hidden(form, "chiave"), "titolo": "Buoni di Seveso", "testo": "",
        "dal": "2026-12-01", "al": "2027-03-31", "tipo-bakery": "1",
    }  # fmt: skip
    assert two.post(f"{draft}/iniziativa", data=asked).headers["location"] == draft
    unit = re.search(rf'href="{THERE}/iniziative/(P\d)">Buoni di Seveso', two.get(draft).text)
    assert unit
    programme = two.get(f"{THERE}/iniziative/{unit[1]}").text
    assert "Da una buona pratica del Comune di Giussano" in programme
    del town


def test_the_rule_waits_as_a_draft_for_the_two_of_the_other_comune(
    two: TestClient, town: Town, seveso: Town
) -> None:
    data = practice_of(two)
    call = call_of_seveso(two, seveso, data)
    page = two.get(call).text
    assert "Da una buona pratica del Comune di Giussano" in page
    assert "Nessuna regola è in vigore" in page
    come_in(two, "approver", "seveso")
    page = two.get(call).text
    form = {name: hidden(page, name) for name in ("chiave", "versione", "impronta")}
    assert two.post(f"{call}/regola/approva", data=form).headers["location"] == call
    [ours] = call_boards(town.ledger, town.book_no)
    [theirs] = call_boards(town.ledger, town.ledger.book("seveso").book_no)
    mine, adapted = ours.rule(), theirs.rule()
    assert isinstance(mine, CallRule)
    assert isinstance(adapted, CallRule)
    assert adapted.on.isoformat() == "2026-12-15"
    assert replace(adapted, on=mine.on) == mine


def call_of_seveso(desk: TestClient, seveso: Town, data: bytes) -> str:
    """A call that Seveso opens with the practice's rule, on money of its own."""
    seveso.programme(500_00)
    come_in(desk, "officer", "seveso")
    draft = taken(desk, data)
    page = desk.get(f"{draft}/bando").text
    fund = re.search(r'<option value="([0-9a-f-]{36})">', page)
    assert fund
    asked = {
        "chiave": hidden(page, "chiave"), "titolo": "Bando di Seveso", "fonte": fund[1],
        "turno": "2026", "entro": "2026-12-31", "giorno": "2026-12-15",
    }  # fmt: skip
    answer = desk.post(f"{draft}/bando", data=asked)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_a_signature_that_nobody_knows_has_to_be_accepted(two: TestClient, town: Town) -> None:
    come_in(two, "officer", "seveso")
    shown = looked_at(two, signed())
    assert "Firma non verificata" in shown
    form = {"file": hidden(shown, "file")}
    assert "segna la casella" in two.post(f"{THERE}/pratiche", data=form).text
    assert shared_files(town.ledger, town.ledger.book("seveso").book_no) == ()
    assert taken(two, signed(), accetto="1").startswith(f"{THERE}/pratiche/")
    assert "firma non verificata" in two.get(f"{THERE}/pratiche").text


def test_a_key_that_was_told_verifies(two: TestClient) -> None:
    come_in(two, "officer", "seveso")
    vkey = note_key(LOG, LOG_KEY, KEY).vkey()
    assert "Firma verificata" in looked_at(two, signed(), vkey)
    form = {"chiave-pubblica": "rete"}
    answer = two.post(f"{THERE}/pratiche/anteprima", data=form, files={"file": ("p", signed())})
    assert answer.status_code == 422
    assert "La chiave che hai scritto" in answer.text


def hostile() -> dict[str, tuple[bytes, str]]:
    """Files that are refused, and words of the refusal."""
    text = signed().decode()
    deep = b'{"body":' * 5_000
    newer = json.dumps(json.loads(text))
    newer_rule = changed("call.rule.function", {"kind": "magic"})
    return {
        "unknown rule": (signed(body=newer_rule), "non conosce"),
        "unknown field": (signed(body=changed("terms.budget", "1000.00")), "terms.budget"),
        "next version": (signed(body=changed("v", 2)), "<code>v</code>"),
        "tampered": (text.replace("Buoni spesa", "Buoni spese").encode(), "La firma non torna"),
        "stranger": (signed(name="brianza.example.org/giussano"), "con una chiave che non è"),
        "deep": (deep, "non è una buona pratica"),
        "rewritten": (newer.encode(), "riscritto da un altro programma"),
        "huge": (b"x" * 60_000, "troppo grande"),
        "binary": (b"PK\x03\x04" + b"\x00" * 100, "non è una buona pratica"),
    }


def test_hostile_files_are_refused_with_a_word_and_nothing_is_kept(
    two: TestClient, town: Town
) -> None:
    come_in(two, "officer", "seveso")
    for name, (data, words) in hostile().items():
        answer = two.post(f"{THERE}/pratiche/anteprima", files={"file": ("p.json", data)})
        assert (name, answer.status_code) == (name, 422)
        assert words in answer.text, name
    assert shared_files(town.ledger, town.ledger.book("seveso").book_no) == ()


def test_ten_megabytes_are_refused_too(two: TestClient) -> None:
    come_in(two, "officer", "seveso")
    answer = two.post(f"{THERE}/pratiche/anteprima", files={"file": ("p.json", b"[" * 10_000_000)})
    assert answer.status_code == 422
    assert "troppo grande" in answer.text


def test_without_a_published_log_there_is_no_signature_and_it_says_so(
    two: TestClient, seveso: Town
) -> None:
    seveso.programme(500_00)
    come_in(two, "officer", "seveso")
    answer = two.get(f"{THERE}/pratiche/di/P1")
    assert answer.status_code == 422
    assert "non è pubblicato" in answer.text


def test_another_comunes_draft_is_not_there(two: TestClient, town: Town) -> None:
    come_in(two, "officer", "seveso")
    draft = taken(two, signed(), accetto="1").rpartition("/")[2]
    come_in(two, "officer")
    assert two.get(f"{HOME}/pratiche/{draft}").status_code == 404
    assert comune(town.ledger, "seveso")


def test_figures_leave_signed_and_are_compared(two: TestClient, town: Town) -> None:
    call = opened(two)
    with_rule(two, call)
    for number in range(1, 13):
        apply(two, call, number, isee=f"{5_000 + number},00")
    apply(two, call, 13, isee="5.013,00")
    last = applied(two, call)[-1]
    asked = {"cosa": "asked", "versione": hidden(two.get(last).text, "versione")}
    assert two.post(last, data=asked).status_code == 303
    made = two.post(f"{call}/graduatoria", data={"importo": ""}).headers["location"]
    batch = f"{HOME}/elenchi/{made.rpartition('/')[2]}"
    come_in(two, "approver")
    page = two.get(batch).text
    form = {name: hidden(page, name) for name in ("chiave", "impronta", "totale")}
    two.post(f"{batch}/approva", data=form)
    come_in(two, "officer")
    name = f"bando:{call.rpartition('/')[2]}"
    shown = two.get(f"{HOME}/confronto?a={name}").text
    assert "Troppo poche domande" in shown  # Two of twelve wait: told, they would be found.
    file = two.get(f"{HOME}/confronto/indicatori?di={name}")
    told = json.loads(file.content)["body"]
    assert told["counts"]["complete"] == 12
    assert not {"received", "admitted"} & set(told["counts"])  # One is incomplete, two wait.
    assert told["synthetic"] is True
    come_in(two, "officer", "seveso")
    address = taken(two, file.content)
    assert address.startswith(f"{THERE}/confronto?a=file:")
    assert "Domande complete" in two.get(address).text
    del town
