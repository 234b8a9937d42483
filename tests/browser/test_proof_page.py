"""A receipt's proof checked in a real browser, on the page that anybody may open."""

from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import FilePayload, Page, expect

from ledger import Ledger, RequestId
from ledger.operations.publish_checkpoint import (
    collect_cosignatures,
    log_key_of,
    publish_checkpoint,
)
from ledger.reports.log_proofs import policy_of, proof_of
from scripts.witness.memory import make_witness
from tests.browser.place import Place, assert_accessible

pytestmark = pytest.mark.browser
DOMAIN = "portavalori.example"


def published(ledger: Ledger, folder: Path) -> tuple[str, str]:
    """The proof of the book's seventh entry as a file, and the keys; two witnesses have seen it."""
    now = ledger.clock()
    publish_checkpoint(ledger, "giussano", domain=DOMAIN, now=now)
    vkey = log_key_of(ledger, "giussano", domain=DOMAIN, now=now).vkey()
    made = [make_witness(folder / one, f"{DOMAIN}/{one}/witness") for one in ("besana", "seveso")]
    for one in made:
        one.trust(vkey)
    collect_cosignatures(ledger, "giussano", made, now=now)
    book = ledger.book("giussano")
    with ledger.reading() as db:
        row = db.exec_driver_sql("SELECT request_id FROM decision WHERE log_index = 6").one()
    proof = proof_of(book, RequestId(UUID(bytes=bytes(row[0]))))
    policy = policy_of(book)
    assert proof is not None
    assert policy is not None
    return proof.text(), policy.text()


def check(tab: Page, text: str, keys: str | None = None) -> None:
    name, data = "x.tlog-proof", text.encode()
    payload: FilePayload = {"name": name, "mimeType": "text/plain", "buffer": data}
    tab.set_input_files("#prova", payload)
    if keys is not None:
        tab.fill("#chiavi", keys)
    tab.click("main button")


def test_a_proof_is_proved_here_and_nothing_leaves_the_page(
    tab: Page, place: Place, tmp_path: Path
) -> None:
    text, keys = published(place.town.ledger, tmp_path)
    tab.goto("/prova?libro=giussano")
    assert tab.input_value("#chiavi") == keys
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    check(tab, text)
    outcome = tab.locator("[data-outcome]")
    expect(outcome).to_contain_text("Provato")
    expect(outcome).to_contain_text("Registrazione 6")
    expect(outcome).to_contain_text(f"Vista da {DOMAIN}/seveso/witness")
    assert asked == []
    assert_accessible(tab)


def test_a_file_brings_the_keys_of_its_book(tab: Page, place: Place, tmp_path: Path) -> None:
    text, keys = published(place.town.ledger, tmp_path)
    tab.goto("/prova")
    payload: FilePayload = {"name": "x", "mimeType": "text/plain", "buffer": text.encode()}
    tab.set_input_files("#prova", payload)
    expect(tab.locator("#chiavi")).to_have_value(keys)
    tab.click("main button")
    expect(tab.locator("[data-outcome]")).to_contain_text("Provato")
    tab.fill("#chiavi", "log nobody")
    tab.set_input_files("#prova", payload)
    tab.set_input_files("#prova", {**payload, "buffer": b"nothing"})
    assert tab.input_value("#chiavi") == "log nobody"


def test_what_was_changed_or_too_little_seen_is_not_proved(
    tab: Page, place: Place, tmp_path: Path
) -> None:
    text, keys = published(place.town.ledger, tmp_path)
    tab.goto("/prova")
    outcome = tab.locator("[data-outcome]")
    lines = text.split("\n")
    extra, index = lines[1], lines[2]
    other = f"{extra[:40]}{'A' if extra[40] != 'A' else 'B'}{extra[41:]}"
    head, gap, note = text.partition("\n\n")
    for changed, with_keys, words in (
        (text.replace(extra, other), keys, "non è nel libro firmato"),
        (text.replace(index, "index 5"), keys, "non è nel libro firmato"),
        (text.replace("\n" + lines[3], "", 1), keys, "non è nel libro firmato"),
        (head + gap + note.replace("/giussano\n", "/seveso\n", 1), keys, "sua firma non"),
        ("nothing", keys, "non è una prova"),
        (text, "nothing", "non sono chiavi"),
        (text, keys.replace("quorum 1", "quorum 3"), "troppo pochi testimoni"),
        (text, keys.replace("log ", "witness ", 1), "non sono chiavi"),
    ):
        check(tab, changed, with_keys)
        expect(outcome).to_contain_text("Non provato")
        expect(outcome).to_contain_text(words)
    check(tab, text, keys)
    expect(outcome).not_to_contain_text("Non provato")
