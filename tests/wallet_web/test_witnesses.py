"""Who has seen the book: the page says it, and hands out what anybody needs to check."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from starlette.testclient import TestClient

from ledger.operations.publish_checkpoint import (
    collect_cosignatures,
    log_key_of,
    publish_checkpoint,
)
from ledger.proof.cosignature import Policy
from ledger.proof.receipt import prove, read_proof
from ledger.reports.log_proofs import policy_of
from scripts.witness.memory import make_witness
from tests.town import Town
from tests.wallet_web.conftest import come_in

DOMAIN, HOME = "portavalori.example", "/comune/giussano"


@pytest.fixture
def auditor(browser: TestClient) -> TestClient:
    come_in(browser, "officer")
    return browser


def publish(town: Town, folder: Path, *, away: bool = False) -> None:
    ledger, now = town.ledger, town.ledger.clock()
    publish_checkpoint(ledger, "giussano", domain=DOMAIN, now=now)
    witness = make_witness(folder / "w", f"{DOMAIN}/seveso/witness")
    if not away:
        witness.trust(log_key_of(ledger, "giussano", domain=DOMAIN, now=now).vkey())
    collect_cosignatures(ledger, "giussano", [witness], now=now)


def test_a_book_that_is_not_published_says_so_and_gives_nothing(
    auditor: TestClient, town: Town
) -> None:
    town.programme()
    assert "non è ancora pubblicato" in auditor.get(f"{HOME}/testimoni").text
    for path in ("testimoni/libri.zip", "testimoni/chiavi.txt", "registrazioni/0/prova.tlog-proof"):
        assert auditor.get(f"{HOME}/{path}").status_code == 404
    assert "Aspetta la prossima firma" in auditor.get(f"{HOME}/registrazioni/0").text


def test_the_page_the_keys_the_books_and_a_proof_fit_together(
    auditor: TestClient, town: Town, tmp_path: Path
) -> None:
    publish(town, tmp_path)
    told = auditor.get(f"{HOME}/testimoni").text
    assert "Il libro è controfirmato" in told
    assert f"{DOMAIN}/seveso/witness" in told
    assert auditor.get(f"{HOME}/testimoni/chiavi.txt").text.startswith("log ")
    books = auditor.get(f"{HOME}/testimoni/libri.zip")
    assert books.headers["content-type"] == "application/zip"
    assert "checkpoint" in ZipFile(BytesIO(books.content)).namelist()
    assert "Scarica la prova" in auditor.get(f"{HOME}/registrazioni/0").text
    proof = read_proof(auditor.get(f"{HOME}/registrazioni/0/prova.tlog-proof").text)
    policy = policy_of(town.ledger.book("giussano"))
    assert isinstance(policy, Policy)
    assert prove(proof, policy).is_witnessed
    assert auditor.get(f"{HOME}/registrazioni/99999999/prova.tlog-proof").status_code == 404


def test_who_is_missing_is_named_with_the_reason(
    auditor: TestClient, town: Town, tmp_path: Path
) -> None:
    publish(town, tmp_path, away=True)
    told = auditor.get(f"{HOME}/testimoni").text
    assert "Mancano controfirme" in told
    assert "manca dal" in told
    assert "404: this log is not known here" in told


def test_nobody_from_outside_gets_it_here(browser: TestClient) -> None:
    for path in ("testimoni", "testimoni/libri.zip", "testimoni/chiavi.txt"):
        answer = browser.get(f"{HOME}/{path}", follow_redirects=False)
        assert answer.status_code in {302, 303}
