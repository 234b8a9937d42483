"""Publishing as it is run: a comune's server, witnesses in processes of their own, over HTTP."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ledger import Ledger, open_ledger
from ledger.operations.publish_checkpoint import log_key_of
from ledger.proof.notes import NotANote
from ledger.reports.log_proofs import public_log
from scripts.check import ROOT
from scripts.cli import app
from scripts.housekeeping import Housekeeper
from scripts.publishing import Publisher, local_witnesses, publish_book
from scripts.witness.client import Asked, read_witnesses_file
from tests.engines import sqlite_copy
from tests.faults.contest import prepare, spend
from tests.faults.test_writer import wait_until

command = CliRunner()
DOMAIN, BOOK = "portavalori.example", "contested"


def run(*words: object) -> str:
    done = command.invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done.output.strip()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A witness in a process of its own; gives its address."""
    words = [sys.executable, "-m", "scripts.cli", "witness", "serve", "--port", "0"]
    words += ["--folder", str(folder)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            found = re.search(r"http://\S+", said)
            assert found, said
            yield found[0]
        finally:
            process.terminate()


@pytest.fixture
def book(ledger: Ledger) -> Ledger:
    prepare(ledger)
    ledger.book(BOOK).submit([spend()])
    return ledger


def test_a_witness_on_another_machine_cosigns_over_http(book: Ledger, tmp_path: Path) -> None:
    folder, lists = tmp_path / "w", tmp_path / "witnesses.txt"
    vkey = run("witness", "init", f"{DOMAIN}/seveso/witness", "--folder", folder)
    log = log_key_of(book, BOOK, domain=DOMAIN, now=book.clock()).vkey()
    run("witness", "trust", log, "--folder", folder)
    with served(folder) as address:
        lists.write_text(f"# the Rete\nwitness {vkey} {address}\n")
        publish_book(book, BOOK, DOMAIN, read_witnesses_file(lists))
    told = public_log(book.book(BOOK))
    assert told.is_witnessed
    assert told.last is not None
    assert list(told.last.seen) == [f"{DOMAIN}/seveso/witness"]
    assert f"{told.last.size} leaves" in run("witness", "status", "--folder", folder)
    # Nobody is there any more: the sale goes on, and the absence is kept.
    book.book(BOOK).submit([spend()])
    publish_book(book, BOOK, DOMAIN, read_witnesses_file(lists))
    [away] = public_log(book.book(BOOK)).witnesses
    assert away.missing_since is not None
    assert "Error" in away.trouble


def test_a_publisher_keeps_up_by_itself(sqlite_template: Path, tmp_path: Path) -> None:
    with open_ledger(sqlite_copy(sqlite_template, tmp_path)) as ledger:
        prepare(ledger)
        ledger.book("other", create=True)
        asked = local_witnesses(ledger, tmp_path / "witnesses", DOMAIN)
        publisher = Publisher(ledger, DOMAIN, asked, every_seconds=0.1)
        try:
            for _ in range(3):
                [spent] = ledger.book(BOOK).submit([spend()])
                index = spent.log_index  # Not the head: it may be published before we look.
                wait_until(lambda index=index: _published(ledger) > index)  # type: ignore[misc]
        finally:
            publisher.stop()
        assert list(ledger.book(BOOK).check()) == []


TABLES = ("checkpoint", "book", "session")


def rename(ledger: Ledger, old: str, new: str) -> None:
    ledger.write(lambda db: db.exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}"))


def test_publishing_and_keeping_house_outlive_a_database_that_is_away(
    sqlite_template: Path, tmp_path: Path
) -> None:
    with open_ledger(sqlite_copy(sqlite_template, tmp_path)) as ledger:
        prepare(ledger)
        for name in TABLES:
            rename(ledger, name, f"x_{name}")
        publisher = Publisher(ledger, DOMAIN, Asked(), every_seconds=0.05)
        keeper = Housekeeper(ledger, every_seconds=0.05)
        try:
            time.sleep(0.3)
            for name in TABLES:
                rename(ledger, f"x_{name}", name)
            wait_until(lambda: public_log(ledger.book(BOOK)).last is not None)
            assert keeper.is_alive()
        finally:
            publisher.stop()
            keeper.stop()


def _published(ledger: Ledger) -> int:
    told = public_log(ledger.book(BOOK))
    return told.last.size if told.last is not None and told.is_witnessed else 0


def test_a_witness_never_watches_its_own_comune(sqlite_template: Path, tmp_path: Path) -> None:
    with open_ledger(sqlite_copy(sqlite_template, tmp_path)) as ledger:
        for name in ("besana", "seveso", "giussano"):
            ledger.book(name, create=True)
        asked = local_witnesses(ledger, tmp_path / "w", DOMAIN)
        again = local_witnesses(ledger, tmp_path / "w", DOMAIN)
        assert [one.key for one in asked.witnesses] == [one.key for one in again.witnesses]
        names = [one.key.name for one in asked.of(f"{DOMAIN}/seveso")]
        assert names == [f"{DOMAIN}/besana/witness", f"{DOMAIN}/giussano/witness"]


@pytest.mark.parametrize(
    "line",
    [
        "witness", "witness x http://w", "quorum three", "witness {vkey} ftp://w",
        "watch {vkey} http://w", "witness {log} http://w",
    ],
)  # fmt: skip
def test_a_list_that_is_none_is_refused_by_its_line(
    book: Ledger, tmp_path: Path, line: str
) -> None:
    vkey = run("witness", "init", "w.example", "--folder", tmp_path / "w")
    log = log_key_of(book, BOOK, domain=DOMAIN, now=book.clock()).vkey()
    lists = tmp_path / "witnesses.txt"
    lists.write_text(f"\nwitness {vkey} https://w.example/\n{line.format(vkey=vkey, log=log)}\n")
    with pytest.raises(NotANote, match=r"line 3|a key is written"):
        read_witnesses_file(lists)


def test_commands_say_what_is_wrong(tmp_path: Path) -> None:
    for words in (
        ("status", "--folder", tmp_path / "none"),
        ("trust", "nonsense", "--folder", tmp_path / "none"),
        ("init", "two words", "--folder", tmp_path / "none"),
    ):
        done = command.invoke(app, ["witness", *map(str, words)])
        assert done.exit_code == 2
        assert "cannot go on" in done.output


def test_without_witnesses_a_log_is_still_signed(book: Ledger) -> None:
    publish_book(book, BOOK, DOMAIN, Asked())
    told = public_log(book.book(BOOK))
    assert told.last is not None
    assert not told.is_witnessed
