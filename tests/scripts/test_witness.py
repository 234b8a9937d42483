"""Five books and their witnesses: growth is cosigned, a rewritten or doubled history is not."""

import shutil
import threading
from pathlib import Path
from typing import Any, ClassVar

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from ledger import EntryKind, Ledger, Request, Seal, open_ledger
from ledger.core.quantities import SECOND
from ledger.operations.publish_checkpoint import (
    Answered,
    collect_cosignatures,
    publish_checkpoint,
)
from ledger.proof.checkpoint import Contradiction
from ledger.proof.cosignature import Policy, open_seen, quorum_of
from ledger.proof.notes import NotANote
from ledger.store.log import read_kept, read_witnesses
from ledger.store.note_keys import log_key
from scripts.witness.client import Asked
from scripts.witness.memory import NoWitness, Witness, make_witness
from scripts.witness.server import witness_app
from tests.engines import sqlite_copy
from tests.faults.contest import prepare, spend

DOMAIN = "portavalori.example"
BOOK = "contested"
ORIGIN = f"{DOMAIN}/{BOOK}"
NAMES = ("besana", "brugherio", "muggio", "seveso")
NOW = 1_770_000_000 * SECOND


@pytest.fixture
def book(ledger: Ledger) -> Ledger:
    prepare(ledger)
    return ledger


@pytest.fixture
def witnesses(book: Ledger, tmp_path: Path) -> Asked:
    made = [make_witness(tmp_path / name, f"{DOMAIN}/{name}/witness") for name in NAMES]
    vkey = log_key(book, ORIGIN, now=NOW).vkey()
    for one in made:
        one.trust(vkey)
    return Asked(tuple(made))


def publish(ledger: Ledger, asked: Asked) -> list[Answered]:
    assert publish_checkpoint(ledger, BOOK, domain=DOMAIN, now=NOW) is not None
    return collect_cosignatures(ledger, BOOK, asked.of(ORIGIN), now=NOW)


def policy(ledger: Ledger, asked: Asked) -> Policy:
    keys = tuple(one.key for one in asked.witnesses)
    return Policy(log_key(ledger, ORIGIN, now=NOW), keys, quorum_of(len(keys)))


def last_note(ledger: Ledger) -> str:
    with ledger.reading() as db:
        kept = read_kept(db, ledger.book(BOOK).book_no)
    assert kept is not None
    return kept.whole()


def test_a_log_that_grows_is_sealed_signed_and_cosigned(book: Ledger, witnesses: Asked) -> None:
    for _round in range(3):
        assert book.book(BOOK).submit([spend()])[0].accepted
        answers = publish(book, witnesses)
        assert [one.cosigned for one in answers] == [True] * 4
        seen = open_seen(last_note(book), policy(book, witnesses))
        head = book.book(BOOK).head()
        assert seen.is_witnessed
        assert (seen.checkpoint.size, seen.checkpoint.root) == (head.size, head.root)
    assert publish_checkpoint(book, BOOK, domain=DOMAIN, now=NOW) is None  # Nothing new.
    assert collect_cosignatures(book, BOOK, witnesses.of(ORIGIN), now=NOW) == []
    assert list(book.book(BOOK).check()) == []


def test_the_last_leaf_under_a_checkpoint_is_the_seal_of_what_was_touched(book: Ledger) -> None:
    publish_checkpoint(book, BOOK, domain=DOMAIN, now=NOW)
    query = "SELECT kind, leaf FROM decision ORDER BY log_index DESC LIMIT 1"
    with book.reading() as db:
        kind, leaf = db.execute(text(query)).one()
    assert kind == EntryKind.SEAL
    assert b'"totals":[["U"' in bytes(leaf)


def test_who_is_away_is_shown_with_its_first_time_and_asked_again(
    book: Ledger, witnesses: Asked
) -> None:
    class Away:
        key = witnesses.witnesses[0].key

        def add_checkpoint(self, _body: bytes) -> tuple[int, bytes]:
            raise ConnectionRefusedError("nobody is there")

    some = Asked((Away(), *witnesses.witnesses[1:]))
    for at in (NOW, NOW + SECOND):
        book.book(BOOK).submit([spend()])
        publish_checkpoint(book, BOOK, domain=DOMAIN, now=at)
        collect_cosignatures(book, BOOK, some.of(ORIGIN), now=at)
    with book.reading() as db:
        [away, *others] = read_witnesses(db, book.book(BOOK).book_no)
    assert (away.missing_since, away.size) == (NOW, 0)
    assert "nobody is there" in away.trouble
    assert all(one.missing_since is None for one in others)
    assert open_seen(last_note(book), policy(book, witnesses)).is_witnessed  # Three of four.
    later = NOW + 2 * SECOND
    assert [one.cosigned for one in collect_cosignatures(
        book, BOOK, witnesses.of(ORIGIN), now=later
    )] == [True]  # fmt: skip
    with book.reading() as db:
        assert all(one.missing_since is None for one in read_witnesses(db, 1))


# The fork attack: an operator who holds the database and the log's key.


def copies(url: str, folder: Path) -> str:
    """The three stores as they are now, elsewhere: another history can begin there."""
    place = Path(url.removeprefix("sqlite:///"))
    folder.mkdir()
    for file in place.parent.glob("*.db*"):
        shutil.copy(file, folder / file.name)
    return f"sqlite:///{folder / place.name}"


def test_two_histories_are_caught_by_every_witness(sqlite_template: Path, tmp_path: Path) -> None:
    (tmp_path / "live").mkdir()
    url = sqlite_copy(sqlite_template, tmp_path / "live")
    with open_ledger(url) as ledger:
        prepare(ledger)
        made = [make_witness(tmp_path / name, f"{DOMAIN}/{name}/witness") for name in NAMES]
        asked = Asked(tuple(made))
        for one in made:
            one.trust(log_key(ledger, ORIGIN, now=NOW).vkey())
    fork = copies(url, tmp_path / "fork")
    with open_ledger(url) as ledger:
        ledger.book(BOOK).submit([spend()])
        assert all(one.cosigned for one in publish(ledger, asked))
    with open_ledger(fork) as ledger:
        ledger.book(BOOK).submit([spend(), spend()])  # Another story from the same beginning.
        answers = publish(ledger, asked)
        assert [one.cosigned for one in answers] == [False] * 4
        assert not open_seen(last_note(ledger), policy(ledger, asked)).is_witnessed
        assert {one.trouble[:3] for one in answers} == {"422"}
    for one in made:
        [caught] = one.evidence()
        assert (caught.origin, caught.status) == (ORIGIN, 422)
        assert caught.request.count(b"portavalori.example/contested") >= 1


def test_a_rewritten_entry_is_not_signed_and_if_it_were_is_not_cosigned(
    sqlite_template: Path, tmp_path: Path
) -> None:
    url = sqlite_copy(sqlite_template, tmp_path)
    with open_ledger(url) as ledger:
        prepare(ledger)
        made = [make_witness(tmp_path / name, f"{DOMAIN}/{name}/witness") for name in NAMES]
        asked = Asked(tuple(made))
        for one in made:
            one.trust(log_key(ledger, ORIGIN, now=NOW).vkey())
        ledger.book(BOOK).submit([spend()])
        publish(ledger, asked)
        ledger.book(BOOK).submit([spend()])
        hash_of = "UPDATE decision SET leaf_hash = zeroblob(32) WHERE log_index = 1"
        ledger.write(lambda db: db.execute(text(hash_of)))
        with pytest.raises(Contradiction):
            publish_checkpoint(ledger, BOOK, domain=DOMAIN, now=NOW)
        # An operator who forgets, too, what it signed.
        ledger.write(lambda db: db.execute(text("DELETE FROM checkpoint")))
        answers = publish(ledger, asked)
        assert [one.cosigned for one in answers] == [False] * 4
    assert all(len(one.evidence()) == 1 for one in made)


def test_a_log_put_back_from_before_is_told_how_far_it_was_seen(
    sqlite_template: Path, tmp_path: Path
) -> None:
    (tmp_path / "live").mkdir()
    url = sqlite_copy(sqlite_template, tmp_path / "live")
    with open_ledger(url) as ledger:
        prepare(ledger)
        witness = make_witness(tmp_path / "seveso", f"{DOMAIN}/seveso/witness")
        witness.trust(log_key(ledger, ORIGIN, now=NOW).vkey())
    before = copies(url, tmp_path / "before")
    asked = Asked((witness,))
    with open_ledger(url) as ledger:
        for _ in range(5):
            ledger.book(BOOK).submit([spend()])
        publish(ledger, asked)
    with open_ledger(before) as ledger:
        [answer] = publish(ledger, asked)
    assert "something is missing here" in answer.trouble


# The witness itself.


def test_what_a_witness_cosigned_it_remembers_over_a_restart(
    book: Ledger, witnesses: Asked, tmp_path: Path
) -> None:
    publish(book, witnesses)
    again = Witness(tmp_path / "seveso")
    [log] = again.logs()
    head = book.book(BOOK).head()
    assert (log.size, log.root) == (head.size, head.root)
    assert again.key == witnesses.witnesses[3].key


def test_a_witness_without_its_memory_does_not_start(tmp_path: Path) -> None:
    make_witness(tmp_path / "w", "w.example")
    with pytest.raises(NoWitness, match="already"):
        make_witness(tmp_path / "w", "w.example")
    (tmp_path / "w" / "witness.db").unlink()
    with pytest.raises(NoWitness, match="make one"):
        Witness(tmp_path / "w")
    with pytest.raises(NoWitness, match="one word"):
        make_witness(tmp_path / "v", "two words")
    (tmp_path / "w" / "witness.db").write_bytes(b"x" * 5000)
    with pytest.raises(NoWitness, match="not whole"):
        Witness(tmp_path / "w")


def test_a_known_log_keeps_its_key(book: Ledger, witnesses: Asked) -> None:
    one = witnesses.witnesses[0]
    assert isinstance(one, Witness)
    other = log_key(book, f"{DOMAIN}/other", now=NOW)
    with pytest.raises(NotANote, match="another key"):
        one.trust(type(other)(ORIGIN, other.kind, other.public).vkey())
    with pytest.raises(NotANote, match="no key of a log"):
        one.trust(one.key.vkey())


def test_many_at_once_are_decided_one_after_the_other(book: Ledger, tmp_path: Path) -> None:
    """Two growths from one size, sent together to two processes' witnesses: one is cosigned."""
    made = make_witness(tmp_path / "w", "w.example")
    made.trust(log_key(book, ORIGIN, now=NOW).vkey())
    twins = [Witness(tmp_path / "w") for _ in range(4)]
    bodies: list[bytes] = []

    class Recorder:
        key = made.key

        def add_checkpoint(self, body: bytes) -> tuple[int, bytes]:
            bodies.append(body)
            return 503, b"busy"

    for _ in range(4):
        book.book(BOOK).submit([Request(id=spend().id, kind=EntryKind.SEAL, items=(Seal(("U",)),))])
        publish_checkpoint(book, BOOK, domain=DOMAIN, now=NOW)
        collect_cosignatures(book, BOOK, (Recorder(),), now=NOW)
    start, statuses = threading.Barrier(4, timeout=20), []

    def send(twin: Witness, body: bytes) -> None:
        start.wait()
        statuses.append(twin.add_checkpoint(body)[0])

    threads = [threading.Thread(target=send, args=pair) for pair in zip(twins, bodies, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(statuses) == [200, 409, 409, 409]


def test_over_http_the_answers_are_those_of_the_page(book: Ledger, tmp_path: Path) -> None:
    witness = make_witness(tmp_path / "w", "w.example")
    witness.trust(log_key(book, ORIGIN, now=NOW).vkey())
    publish_checkpoint(book, BOOK, domain=DOMAIN, now=NOW)
    with TestClient(witness_app(witness)) as client:

        class Through:
            key = witness.key
            told: ClassVar[list[Any]] = []

            def add_checkpoint(self, body: bytes) -> tuple[int, bytes]:
                answer = client.post("/add-checkpoint", content=body)
                self.told.append(answer)
                return answer.status_code, answer.content

        [answer] = collect_cosignatures(book, BOOK, (Through(),), now=NOW)
        assert answer.cosigned
        again = Through.told[0].request.content
        conflict = client.post("/add-checkpoint", content=again)
        assert conflict.status_code == 409
        assert conflict.headers["content-type"].startswith("text/x.tlog.size")
        assert conflict.text == f"{book.book(BOOK).head().size}\n"
        assert client.post("/add-checkpoint", content=b"x" * 70_000).status_code == 413
        assert client.post("/add-checkpoint", content=b"hello").status_code == 400
        assert client.get("/add-checkpoint").status_code == 405
        about = client.get("/").text
        assert ORIGIN in about
        assert "evidence against logs: 0" in about
