"""Real bundles are proved on both engines; what an outsider does to one is found and named.

An outsider has no key: it changes bytes, entries, order, or hands out an older file. A lying
operator is in `test_bites`; here only what its witnesses say of it.
"""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from ledger import Ledger
from ledger.core.quantities import DAY, SECOND
from ledger.exports.bundle import write_bundle
from ledger.operations.erase_person import erase_person
from ledger.operations.publish_checkpoint import collect_cosignatures, publish_checkpoint
from ledger.reports.bundle_rows import BundleRows
from ledger.reports.log_proofs import policy_of
from ledger.store.note_keys import log_key
from scripts.verifier.findings import UnreadableError
from scripts.verifier.notes import read_head, read_policy
from scripts.verifier.verify import verify
from scripts.witness.memory import make_witness
from tests.exports.test_bundle import somebody
from tests.store.rich_store import rich_ledger
from tests.town import make_town
from tests.verifier.books import believed, changed, checked, index_of, kinds, rich_leaves
from tests.verifier.maker import ORIGIN, WITNESSES, note, policy, sealed, tables, vkey

NOW = 1_800_000_000 * SECOND
DOMAIN = "portavalori.example"
BUNDLE = "bundle.zip"
EARLIER = index_of(rich_leaves(), "seal") + 1  # A seal that is not the last.


def published(ledger: Ledger, book: str, folder: Path, at: int = NOW) -> Path:
    publish_checkpoint(ledger, book, domain=DOMAIN, now=at)
    target = BytesIO()
    write_bundle(BundleRows(ledger.book(book)), target)
    (folder / BUNDLE).write_bytes(target.getvalue())
    return folder / BUNDLE


# What the ledger itself writes.


def test_a_book_with_something_of_everything_is_proved(url: str, tmp_path: Path) -> None:
    with rich_ledger(url) as ledger:
        report = verify(published(ledger, "giussano", tmp_path))
        total = ledger.book("giussano").trial_balance()
    assert kinds(report) == [("missing", 3)]  # Nobody in its vault ever said it.
    recomputed = {one.id: one.balance() for one in report.replay.book.numbered}
    assert recomputed == {line.account.hex: line.balance for line in total}


def test_a_town_with_witnesses_is_proved_and_an_erased_person_is_told_apart(
    ledger: Ledger, tmp_path: Path
) -> None:
    town = make_town(ledger)
    town.issue(town.programme())
    publish_checkpoint(ledger, "giussano", domain=DOMAIN, now=NOW)
    erased = erase_person(ledger, somebody(ledger), officer=town.officer.officer_id, now=NOW)
    assert erased
    publish_checkpoint(ledger, "giussano", domain=DOMAIN, now=NOW + DAY)
    witness = make_witness(tmp_path / "seveso", f"{DOMAIN}/seveso/witness")
    witness.trust(log_key(ledger, f"{DOMAIN}/giussano", now=NOW).vkey())
    collect_cosignatures(ledger, "giussano", [witness], now=NOW + DAY)
    path = published(ledger, "giussano", tmp_path, NOW + DAY)
    told = policy_of(ledger.book("giussano"))
    assert told is not None
    report = verify(path, read_policy(told.text()))
    assert kinds(report) == []
    assert list(report.seen) == [f"{DOMAIN}/seveso/witness"]
    assert report.checkpoints == 2
    assert report.commitments.erased > 0
    assert report.commitments.held > 0


def test_both_writers_of_bundles_tell_the_same_tables(url: str, tmp_path: Path) -> None:
    with (
        rich_ledger(url) as ledger,
        ZipFile(published(ledger, "giussano", tmp_path)) as archive,
    ):
        leaves = archive.read("leaves/000000000000.jsonl").splitlines()
        balance = archive.read("trial_balance.csv")
    assert tables(leaves)[0] == balance


# What an outsider does. (The bundle's sums are made anew: an outsider can do that, too.)


def test_a_neutral_change_that_nobody_signed_is_found_by_the_root(tmp_path: Path) -> None:
    leaves = rich_leaves()
    index = index_of(leaves, "V1")
    other = changed(leaves, index, lambda leaf: leaf["request"].update(actor="somebody else"))
    forged = sealed(leaves, days=[EARLIER])
    name = "leaves/000000000000.jsonl"
    forged.entries[name] = b"".join(leaf + b"\n" for leaf in other)
    report = checked(forged, tmp_path)
    found = [(one.kind, one.place) for one in report.findings]
    assert found == [("root", f"checkpoints/{EARLIER:012d}"), ("root", "checkpoint")]


@pytest.mark.parametrize(
    ("entry", "change", "kind"),
    [
        ("checkpoint", lambda _text: note(rich_leaves(), 30).encode(), "head"),
        ("checkpoint", lambda text: text.replace(b"\n33\n", b"\n32\n"), "signature"),
        ("checkpoint", lambda text: text.replace(b"giussano", b"besana"), "unsigned"),
        ("checkpoint", lambda text: text.replace("— ".encode(), b"- "), "checkpoint_form"),
        ("checkpoint", lambda text: text.replace(b"\n33\n", b"\n033\n"), "checkpoint_form"),
        ("checkpoint", lambda text: text + b"x", "checkpoint_form"),
        ("checkpoint", lambda text: b"\n".join(text.split(b"\n")[:6]) + b"\n", "quorum"),
        ("checkpoint", lambda text: text.replace(b"seveso", b"lissone"), "quorum"),
        ("checkpoints/000000000020", lambda _text: note(rich_leaves(), 4).encode(),
         "checkpoint_place"),
        ("bundle.json", lambda text: text.replace(b'"book": "giussano"', b'"book": "seveso"'),
         "book"),
        ("bundle.json", lambda text: text.replace(vkey(ORIGIN, 1).encode(),
                                                  vkey("x.example", 1).encode()), "other_log"),
        ("leaves/000000000000.jsonl", lambda text: text[:-1], "leaf_count"),
        ("leaves/000000000000.jsonl", lambda text: text + b"{}\n", "leaf_count"),
        ("leaves/000000000000.jsonl", lambda text: text.partition(b"\n")[2], "leaf_count"),
    ],
)  # fmt: skip
def test_an_entry_of_another_content_is_named(
    entry: str, change: Callable[[bytes], bytes], kind: str, tmp_path: Path
) -> None:
    forged = sealed(rich_leaves(), days=[4, 20])
    before = forged.entries[entry]
    forged.entries[entry] = change(before)
    assert forged.entries[entry] != before
    assert kind in [found for found, _row in kinds(checked(forged, tmp_path, policy=believed(3)))]


def test_a_cosignature_that_does_not_hold_spoils_the_checkpoint(tmp_path: Path) -> None:
    forged = sealed(rich_leaves())
    mixed = forged.entries["checkpoint"].splitlines(keepends=True)
    other = note(rich_leaves(), 20).encode().splitlines(keepends=True)
    forged.entries["checkpoint"] = b"".join([*mixed[:-1], other[-1]])
    assert kinds(checked(forged, tmp_path)) == [("cosignature", None)]


def test_sums_of_other_bytes_name_their_entry(tmp_path: Path) -> None:
    forged = sealed(rich_leaves())
    forged.entries["SHA256SUMS"] = b"0" * 64 + b"  bundle.json\n"
    path = forged.write(tmp_path / BUNDLE, sums=False)
    [finding] = verify(path, believed()).findings
    assert (finding.kind, finding.facts["entry"]) == ("sums", "bundle.json")


# An operator who rewrites, and the witnesses who do not sign that.


def rewritten() -> list[bytes]:
    """Another history that is whole in itself: only somebody else can say that it is not ours."""
    leaves = rich_leaves()
    change = {"actor": "officer:8"}
    return changed(leaves, index_of(leaves, "V1"), lambda leaf: leaf["request"].update(change))


def test_a_history_that_the_witnesses_did_not_see_has_no_quorum(tmp_path: Path) -> None:
    report = checked(sealed(rewritten(), witnesses=()), tmp_path)
    assert kinds(report) == [("quorum", None)]


def test_who_kept_a_checkpoint_finds_that_the_log_was_rewritten_or_cut(tmp_path: Path) -> None:
    kept = read_head(note(rich_leaves(), 20))
    assert kinds(checked(sealed(rich_leaves()), tmp_path, after=kept)) == []
    assert kinds(checked(sealed(rewritten()), tmp_path, after=kept)) == [("rewritten", None)]
    whole = read_head(note(rich_leaves(), 33))
    seal = index_of(rich_leaves(), "seal")
    short = sealed(rich_leaves()[: seal + 1])
    assert kinds(checked(short, tmp_path, after=whole)) == [("shorter", None)]
    foreign = read_head(note(rich_leaves(), 20).replace("giussano", "besana"))
    assert ("unsigned", None) in kinds(checked(sealed(rich_leaves()), tmp_path, after=foreign))


def test_three_names_of_one_witness_are_one(tmp_path: Path) -> None:
    forged = sealed(rich_leaves())
    about = json.loads(forged.entries["bundle.json"])
    about["witnesses"][0] = about["witnesses"][1]
    forged.entries["bundle.json"] = json.dumps(about).encode()
    assert ("same_witness", None) in kinds(checked(forged, tmp_path, policy=None))
    about["witnesses"] = [vkey(f"{ORIGIN}/witness", 4)]
    forged.entries["bundle.json"] = json.dumps(about).encode()
    assert ("own_witness", None) in kinds(checked(forged, tmp_path, policy=None))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "quorum 1\n",
        f"log {vkey(ORIGIN, 1)}\n",
        f"log {vkey(ORIGIN, 4)}\nquorum 0\n",
        f"log {vkey(ORIGIN, 1)}x\nquorum 0\n",
        policy(4),
        policy(2) + "trust me\n",
        policy(2) + f"witness {vkey(WITNESSES[0], 4)}\n",
        policy(2).replace("quorum 2", "quorum two"),
        policy(2) + f"witness {vkey(ORIGIN + '/witness', 4)}\n",
    ],
)
def test_a_policy_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_policy(text)
