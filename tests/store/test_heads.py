"""How far the books were told: a ledger put back from before that is read only, and says so."""

import json
import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ledger import Book, ReadOnly, StoreError, accept_loss, missing_of, open_ledger
from merchant_api.app import create_app
from tests.engines import sqlite_copy
from tests.faults.contest import prepare, spend

HEADS = "portavalori.heads.json"


def keep(folder: Path, name: str) -> Path:
    """Copy the stores of a closed ledger aside: a backup, taken now."""
    aside = folder / name
    aside.mkdir()
    for file in folder.glob("*.db"):
        shutil.copy(file, aside / file.name)
    return aside


def put_back(folder: Path, aside: Path) -> None:
    for stale in folder.glob("*.db-*"):
        stale.unlink()
    for file in aside.glob("*.db"):
        shutil.copy(file, folder / file.name)


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path) -> str:
    return sqlite_copy(sqlite_template, tmp_path)


def spend_some(url: str, times: int) -> int:
    with open_ledger(url) as ledger:
        book: Book = ledger.book("contested")
        for _ in range(times):
            assert book.submit([spend()])[0].accepted
        return book.head().size


@pytest.fixture
def restored(url: str, tmp_path: Path) -> str:
    """A ledger put back from before three sales that were told."""
    with open_ledger(url) as ledger:
        prepare(ledger)
    aside = keep(tmp_path, "aside")
    spend_some(url, 3)
    put_back(tmp_path, aside)
    return url


def test_a_ledger_that_lost_nothing_writes_on(url: str, tmp_path: Path) -> None:
    with open_ledger(url) as ledger:
        prepare(ledger)
    size = spend_some(url, 2)
    told = json.loads((tmp_path / HEADS).read_text())
    assert told["books"]["contested"]["size"] == size
    assert missing_of(url) == ()
    assert spend_some(url, 1) == size + 1


def test_a_ledger_put_back_from_before_is_read_only_and_says_what_is_missing(
    restored: str,
) -> None:
    with open_ledger(restored) as ledger:
        assert ledger.read_only is not None
        assert "contested: 3 decisions" in ledger.read_only
        book = ledger.book("contested")
        with pytest.raises(ReadOnly, match="3 decisions"):
            book.submit([spend()])
        assert list(book.check()) == []  # What is there can be read and checked.
    [behind] = missing_of(restored)
    assert (behind.book, behind.missing) == ("contested", 3)


def test_once_the_loss_is_accepted_it_writes_on(restored: str) -> None:
    [behind] = accept_loss(restored, open_tills=True)
    assert behind.missing == 3
    assert accept_loss(restored, open_tills=True) == ()
    assert spend_some(restored, 1) == behind.size + 1


def test_the_right_backup_ends_it(url: str, restored: str, tmp_path: Path) -> None:
    """A later backup holds what was told; nothing need be accepted."""
    accept_loss(restored, open_tills=True)
    spend_some(url, 2)
    later = keep(tmp_path, "later")
    spend_some(url, 1)
    put_back(tmp_path, later)
    assert [one.missing for one in missing_of(url)] == [1]
    put_back(tmp_path, tmp_path / "aside")
    assert [one.missing for one in missing_of(url)] == [3]


def test_a_book_with_another_history_is_refused(restored: str, tmp_path: Path) -> None:
    """As many decisions as were told, but others: somebody wrote on elsewhere."""
    told = (tmp_path / HEADS).read_text()
    accept_loss(restored, open_tills=True)
    spend_some(restored, 3)
    (tmp_path / HEADS).write_text(told)
    with pytest.raises(StoreError, match="not the one whose head was told"):
        open_ledger(restored)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("{", "cannot be read"),
        ("[]", "cannot be read"),
        ('{"ledger": "x", "books": {}}', "another"),
    ],
)
def test_a_file_that_is_not_its_own_is_refused(
    restored: str, tmp_path: Path, words: str, says: str
) -> None:
    (tmp_path / HEADS).write_text(words)
    with pytest.raises(StoreError, match=says):
        open_ledger(restored)


def test_a_disk_that_takes_no_heads_stops_no_sale(url: str, tmp_path: Path) -> None:
    with open_ledger(url) as ledger:
        prepare(ledger)
        (tmp_path / HEADS).unlink(missing_ok=True)
        (tmp_path / HEADS).mkdir()  # Nothing can be put in its place.
        assert ledger.book("contested").submit([spend()])[0].accepted
    (tmp_path / HEADS).rmdir()
    assert spend_some(url, 1) > 0


def test_a_till_is_told_to_ask_later(restored: str) -> None:
    with (
        open_ledger(restored) as ledger,
        TestClient(
            create_app(ledger), base_url="https://testserver", raise_server_exceptions=False
        ) as client,
    ):
        assert client.get("/status").status_code == 200
        told = client.get("/api/v1/problems/read_only").json()
    assert told["status"] == 503
    assert "Keep the key" in told["detail"]
