"""The auditor's bundle: whole, the same bytes twice, and without anything of anybody."""

import json
from io import BytesIO
from uuid import UUID
from zipfile import ZipFile

import pytest
from sqlalchemy import delete, select

from ledger import Ledger
from ledger.core.leaves import read_leaf
from ledger.core.quantities import DAY, SECOND
from ledger.exports.bundle import write_bundle
from ledger.operations.erase_person import erase_person
from ledger.operations.publish_checkpoint import publish_checkpoint
from ledger.proof.checkpoint import open_checkpoint
from ledger.proof.merkle import Frontier, leaf_hash
from ledger.proof.notes import read_vkey
from ledger.reports import bundle_rows
from ledger.reports.bundle_rows import BundleRows
from ledger.store.engines import Store
from ledger.store.vault_schema import opening
from tests.store.rich_store import rich_ledger
from tests.town import BIANCHI, ROSSI, Town, make_town

NOW = 1_770_000_000 * SECOND
DOMAIN = "portavalori.example"


def bundle_of(ledger: Ledger, book: str) -> ZipFile:
    target = BytesIO()
    write_bundle(BundleRows(ledger.book(book)), target)
    return ZipFile(target)


def publish(ledger: Ledger, book: str, at: int = NOW) -> None:
    assert publish_checkpoint(ledger, book, domain=DOMAIN, now=at) is not None


@pytest.fixture
def town(ledger: Ledger) -> Town:
    """A comune with a family that has spent something."""
    town = make_town(ledger)
    town.issue(town.programme())
    return town


def test_it_holds_the_whole_log_and_its_signed_end(url: str) -> None:
    with rich_ledger(url) as ledger:
        [book] = ledger.books()
        publish(ledger, book.name)
        archive, head = bundle_of(ledger, book.name), book.head()
    about = json.loads(archive.read("bundle.json"))
    leaves = archive.read("leaves/000000000000.jsonl").splitlines()
    assert (about["size"], about["root"]) == (head.size, head.root.hex())
    assert Frontier().extended(map(leaf_hash, leaves)).root() == head.root
    signed, _note = open_checkpoint(
        archive.read("checkpoint").decode(), read_vkey(about["log_key"])
    )
    assert (signed.size, signed.root) == (head.size, head.root)


def test_the_same_book_gives_the_same_bytes(town: Town) -> None:
    publish(town.ledger, "giussano")
    files = []
    for _twice in range(2):
        target = BytesIO()
        write_bundle(BundleRows(town.ledger.book("giussano")), target)
        files.append(target.getvalue())
    assert files[0] == files[1]


def test_portions_do_not_show_in_the_log(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(town.ledger, "giussano")
    monkeypatch.setattr(bundle_rows, "PORTION", 7)
    archive = bundle_of(town.ledger, "giussano")
    names = [name for name in archive.namelist() if name.startswith("leaves/")]
    assert names == [f"leaves/{first:012d}.jsonl" for first in range(0, 7 * len(names), 7)]
    leaves = b"".join(archive.read(name) for name in names).splitlines()
    assert [read_leaf(leaf).log_index for leaf in leaves] == list(range(len(leaves)))


def test_what_came_after_the_checkpoint_is_not_in_it(town: Town) -> None:
    publish(town.ledger, "giussano")
    before = bundle_of(town.ledger, "giussano").read("trial_balance.csv")
    town.issue(town.programme(act="43"), round_name="2")
    assert bundle_of(town.ledger, "giussano").read("trial_balance.csv") == before
    publish(town.ledger, "giussano", NOW + DAY)
    archive = bundle_of(town.ledger, "giussano")
    assert archive.read("trial_balance.csv") != before
    earlier = [name for name in archive.namelist() if name.startswith("checkpoints/")]
    assert len(earlier) == 1


def test_a_book_that_was_never_published_has_no_bundle(town: Town) -> None:
    with pytest.raises(LookupError):
        BundleRows(town.ledger.book("giussano"))


# Persons.


def states(archive: ZipFile) -> list[str]:
    lines = archive.read("commitments.csv").decode().splitlines()[1:]
    return sorted(line.partition(",")[2] for line in lines)


def somebody(ledger: Ledger) -> UUID:
    with ledger.reading(Store.VAULT) as db:
        found: UUID = db.execute(select(opening.c.person_id)).scalars().first()  # type: ignore[assignment]
    return found


def test_an_erased_person_is_told_from_a_missing_one(town: Town) -> None:
    ledger, officer = town.ledger, town.officer.officer_id
    publish(ledger, "giussano")
    whole = states(bundle_of(ledger, "giussano"))
    assert set(whole) == {"held"}
    erase_person(ledger, somebody(ledger), officer=officer, now=NOW)
    assert set(states(bundle_of(ledger, "giussano"))) == {"held", "later"}
    publish(ledger, "giussano", NOW + SECOND)
    after = states(bundle_of(ledger, "giussano"))
    assert set(after) == {"held", "erased"}
    assert len(after) == len(whole)
    other = somebody(ledger)
    ledger.write(
        lambda db: db.execute(delete(opening).where(opening.c.person_id == other)),
        store=Store.VAULT,
    )
    assert "missing" in states(bundle_of(ledger, "giussano"))


def test_nothing_of_anybody_is_in_it(town: Town) -> None:
    codes = town.codes()
    publish(town.ledger, "giussano")
    archive = bundle_of(town.ledger, "giussano")
    every = b"\n".join(archive.read(name) for name in archive.namelist()).lower()
    canaries = [ROSSI, BIANCHI, "Rossi", "Mara", "Bianchi", "Giulia"]
    canaries += [text for one in codes for text in (one.code, one.code.replace("-", ""))]
    for canary in canaries:
        assert canary.lower().encode() not in every, canary
    assert b"giussano" in every
