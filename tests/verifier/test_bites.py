"""Each rule bites: a bundle with one thing wrong is found, and the thing is named with its row.

The forger is a lying operator: leaves are changed, then hashed and signed anew with the log's own
key and by witnesses that sign anything. What an outsider can do is in `test_bundles`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.core.canonical import canonical
from ledger.core.chart import EntryKind
from ledger.core.ids import RequestId, derived_id
from ledger.core.items import ExpireHold, Seal
from ledger.core.requests import Request
from tests.rich_book import BOOK, all_requests, ask, commitment, hold, lapse, uuid
from tests.verifier.books import (
    changed,
    checked,
    decided,
    index_of,
    kinds,
    rich_leaves,
)
from tests.verifier.maker import note, sealed

Leaf = dict[str, Any]


def item(leaf: Leaf, name: str, number: int = 0) -> Any:  # noqa: ANN401 -- JSON.
    return leaf["request"]["items"][number][name]


def put(*path: Any) -> Callable[[Leaf], None]:  # noqa: ANN401
    """Put the last of these at the place that the others lead to."""

    def change(leaf: Any) -> None:  # noqa: ANN401
        *way, key, value = path
        for step in way:
            leaf = leaf[step]
        leaf[key] = value

    return change


def swap_legs(leaf: Leaf) -> None:
    item(leaf, "draw")["legs"].reverse()


def second_transfer(leaf: Leaf) -> None:
    leaf["transfers"].append(leaf["transfers"][0])


def moves_after_all(leaf: Leaf) -> None:
    leaf["transfers"] = [[1, "posted", "BUONI-2026", *(["1" * 32] * 2), 1, 1, 1, 0, 1, 1, 0]]


def take(leaf: Leaf, *names: str) -> None:
    for name in names:
        leaf["request"].pop(name)


LIES = {
    "amount in the request": ("funding", put("request", "items", 0, "transfer", "amount", 1),
                              "transfer"),
    "amount in the transfer": ("funding", put("transfers", 0, 5, 499_00), "transfer"),
    "balance of the debited": ("funding", put("transfers", 0, 7, 1), "transfer"),
    "version": ("V1", put("transfers", 0, 9, 7), "transfer"),
    "what is held": ("H1", put("transfers", 0, 8, 0), "transfer"),
    "which account": ("V1", put("transfers", 0, 4, uuid("V3").hex), "transfer"),
    "seq": ("V1", put("transfers", 0, 0, 9), "transfer"),
    "phase": ("H1", put("transfers", 0, 1, "posted"), "transfer"),
    "what it undoes": ("refund", put("transfers", 0, 12, 10), "transfer"),
    "a transfer more": ("funding", second_transfer, "transfer_count"),
    "a transfer less": ("sale", lambda leaf: leaf["transfers"].pop(), "transfer_count"),
    "order of the legs": ("sale", swap_legs, "transfer"),
    "a kind that may not": ("V1", put("request", "kind", "gift"), "code"),
    "another unit": ("funding", put("request", "items", 0, "transfer", "unit", "ALTRA"), "code"),
    "more than there is": ("V1", put("request", "items", 0, "transfer", "amount", 999_00), "code"),
    "an unknown account": ("V1", put("request", "items", 0, "transfer", "credit", "9" * 32),
                           "code"),
    "a refund of another's": ("refund", put("request", "items", 0, "draw", "legs", 0, 2, 1),
                              "code"),
    "a refund too large": ("refund", put("request", "items", 0, "draw", "total", 60_00), "code"),
    "a refused one that was paid": ("too much", put("code", "accepted"), "code"),
    "a refused one that moved": ("too much", moves_after_all, "transfer_count"),
    "another refusal": ("too much", put("code", "account_closed"), "code"),
    "a refusal that was not asked": ("burnt", lambda leaf: take(leaf, "refuse"), "code"),
    "a refusal of what could be": ("funding", put("code", "insufficient_funds"), "code"),
    "available": ("too much", put("facts", "available", 1), "facts"),
    "left": ("sale", put("facts", "left", 1), "facts"),
    "claimed": ("copy", put("facts", {}), "facts"),
    "a seal's totals": ("seal", put("facts", "totals", 0, 1, 1), "facts"),
    "a seal's pending": ("seal", put("facts", "totals", 0, 2, 0), "facts"),
    "an unknown unit sealed": ("seal", put("request", "items", 0, "seal", "units", ["X"]), "code"),
    "a period that is not open": ("month", put("request", "items", 0, "close_period", "period", 2),
                                  "code"),
    "the period": ("seal", put("period", 1), "period"),
    "a hold beyond its end": ("use", put("request", "items", 0, "post", "amount", 9_00), "code"),
    "a hold of nobody": ("free", put("request", "items", 0, "void", "id", "9" * 32), "code"),
    "a mandato twice": ("payout", put("request", "items", 0, "claim", "id", uuid("counter").hex),
                        "code"),
    "a closed account": ("close", put("request", "items", 0, "close", "id", uuid("V2").hex),
                         "code"),
    "a bound": ("cap", put("request", "items", 0, "bounds", "ceiling", 1), "code"),
    "a floor below the chart": ("cap", put("request", "items", 0, "bounds", "floor", -1), "code"),
    "a correction of a sale": ("wrong", put("request", "items", 0, "reverse", "entry",
                                            ask("approval", EntryKind.VOID).id.hex), "code"),
    "a housekeeping item": ("funding", put("request", "items", [{"seal": {"units": []}}]), "code"),
    "an erasure of nothing": ("erasure", put("request", "items", 0, "erase", "commitments",
                                             ["0" * 64]), "code"),
    "a commitment twice": ("V2", lambda leaf: leaf["request"].update(
        commitments=[commitment("anna").hex()]), "code"),
    "the book": ("V1", put("book", "seveso"), "book"),
    "the number": ("V1", put("index", 40), "index"),
    "the time": ("V1", put("recorded_at", 1), "time"),
    "the version of the format": ("V1", put("v", 2), "v"),
    "an unknown field": ("V1", put("request", "name", "anna"), "form"),
    "an unknown outcome": ("V1", put("code", "perhaps"), "form"),
    "a float for an amount": ("V1", put("transfers", 0, 5, True), "transfer"),
    "a truth for a number": ("V1", put("request", "items", 0, "transfer", "amount", True), "form"),
    "an upper-case id": ("V1", put("request", "id", "F" * 32), "form"),
    "the nil id": ("V1", put("request", "id", "0" * 32), "form"),
    "an id seen before": ("V2", put("request", "id", ask("V1", EntryKind.VOID).id.hex), "key"),
    "a NUL in the words": ("sale", put("request", "asked", "till", "\x00"), "form"),
    "an odd key in the words": ("sale", put("request", "asked", "Till", 1), "form"),
    "a number too large": ("sale", put("request", "asked", "amount", 2**53), "form"),
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
def test_a_lie_in_a_leaf_is_named_with_its_number(name: str, tmp_path: Path) -> None:
    request, change, kind = LIES[name]
    leaves, index = rich_leaves(), index_of(rich_leaves(), request)
    report = checked(sealed(changed(leaves, index, change)), tmp_path)
    assert kinds(report)[0] == (kind, index)
    assert report.broken
    assert report.leaves == len(leaves)


def test_the_book_without_a_lie_is_proved(tmp_path: Path) -> None:
    report = checked(sealed(rich_leaves()), tmp_path)
    assert kinds(report) == []
    assert (report.leaves, report.replay.accepted) == (33, 31)


@pytest.mark.parametrize(
    ("how", "found"),
    [
        (lambda leaf: leaf.replace(b":", b": ", 1), "form"),
        (lambda leaf: leaf.replace(b'"book"', b'"\\u0062ook"'), "form"),
        (lambda leaf: leaf[:-1] + b',"v":1}', "form"),
        (lambda leaf: leaf[:-1] + b',"w":1}', "form"),
        (lambda leaf: leaf.replace(b'"index":4', b'"index":4.0'), "form"),
        (lambda leaf: leaf.replace(b'"index":4', b'"index":NaN'), "form"),
        (lambda leaf: leaf + b"\xff", "form"),
        (lambda leaf: leaf + b" ", "form"),
        (lambda leaf: b"[" * 50_000 + leaf, "form"),
        (lambda _leaf: b"[1]", "form"),
        (lambda _leaf: b"null", "form"),
        (lambda _leaf: b"", "form"),
    ],
)
def test_a_leaf_has_one_way_to_be_written(
    how: Callable[[bytes], bytes], found: str, tmp_path: Path
) -> None:
    leaves = list(rich_leaves())
    leaves[4] = how(leaves[4])
    forged = sealed(rich_leaves())
    for name, data in sealed_names(leaves).items():
        forged.entries[name] = data
    assert (found, 4) in kinds(checked(forged, tmp_path))


def sealed_names(leaves: list[bytes]) -> dict[str, bytes]:
    """The entries with leaves and signatures, of leaves that are perhaps none."""
    whole = b"".join(leaf + b"\n" for leaf in leaves)
    signed = note(leaves, len(leaves)).encode()
    return {"leaves/000000000000.jsonl": whole, "checkpoint": signed}


# Whole leaves out of their place: taken away, put in twice, in another order.


@pytest.mark.parametrize(
    ("forge", "found"),
    [
        (lambda leaves: [*leaves[:5], *leaves[6:]], ("index", 5)),
        (lambda leaves: [*leaves[:5], leaves[4], *leaves[5:]], ("index", 5)),
        (lambda leaves: [*leaves[:5], leaves[6], leaves[5], *leaves[7:]], ("index", 5)),
        (lambda leaves: leaves[1:], ("index", 0)),
    ],
)
def test_leaves_have_one_order(
    forge: Callable[[tuple[bytes, ...]], list[bytes]], found: tuple[str, int], tmp_path: Path
) -> None:
    report = checked(sealed(forge(rich_leaves())), tmp_path)
    assert found in kinds(report)


def test_an_entry_left_out_and_renumbered_shows_where_it_is_missed(tmp_path: Path) -> None:
    requests = [one for one in all_requests() if one.id != ask("V1", EntryKind.VOID).id]
    leaves = [*rich_leaves()[:5], *map(renumbered, rich_leaves()[6:])]
    assert len(leaves) == len(requests) + 2
    assert kinds(checked(sealed(leaves), tmp_path))[0] == ("transfer", 5)


def renumbered(leaf: bytes) -> bytes:
    return changed([leaf], 0, lambda one: one.update(index=one["index"] - 1))[0]


def test_only_the_book_itself_lets_a_hold_lapse(tmp_path: Path) -> None:
    own = Request(ask("mine", EntryKind.VOID).id, EntryKind.HOLD_EXPIRY, lapse().items, "somebody")
    last = ask("last", EntryKind.SEAL, Seal(("BUONI-2026",)))
    leaves = decided([*all_requests(), own, last], late=2)
    found = kinds(checked(sealed(leaves), tmp_path))
    assert found[0] == ("expiry_id", index_of(leaves, "", kind="hold_expiry"))


def test_a_hold_lapses_under_its_next_name_if_a_caller_took_the_first(tmp_path: Path) -> None:
    taken = Request(lapse().id, EntryKind.OPENING, (), "somebody")
    second = RequestId(derived_id("hold_expiry", BOOK, hold("H3"), 1))
    lapsed = Request(second, EntryKind.HOLD_EXPIRY, (ExpireHold(hold("H3")),), "writer")
    last = ask("last", EntryKind.SEAL, Seal(("BUONI-2026",)))
    leaves = decided([*all_requests(), taken, lapsed, last], late=2)
    assert kinds(checked(sealed(leaves), tmp_path)) == []


def test_a_log_ends_with_a_seal_of_all_that_moved(tmp_path: Path) -> None:
    without = rich_leaves()[:-1]
    assert kinds(checked(sealed(without), tmp_path)) == [("unsealed", len(without) - 1)]
    empty = changed(rich_leaves(), 32, put("request", "items", 0, "seal", "units", []))
    empty = changed(empty, 32, put("facts", "totals", []))
    assert kinds(checked(sealed(empty), tmp_path)) == [("unsealed", 32)]


# The tables beside the leaves.


@pytest.mark.parametrize(
    ("entry", "old", "new", "kind"),
    [
        ("trial_balance.csv", b",10000,", b",10001,", "balance"),
        ("trial_balance.csv", b",treasury,", b",fund,", "balance"),
        ("trial_balance.csv", b"account,unit", b"unit,account", "balance"),
        ("commitments.csv", b",held\n", b",missing\n", "missing"),
        ("commitments.csv", b",held\n", b",erased\n", "missing"),
        ("commitments.csv", b",erased\n", b",held\n", "not_erased"),
        ("commitments.csv", b"commitment,", b"sha,", "commitment_line"),
    ],
)
def test_a_table_that_says_otherwise_is_named_with_its_line(
    entry: str, old: bytes, new: bytes, kind: str, tmp_path: Path
) -> None:
    forged = sealed(rich_leaves())
    before = forged.entries[entry]
    forged.entries[entry] = before.replace(old, new, 1)
    assert forged.entries[entry] != before
    line = before[: before.index(old)].count(b"\n") + 1
    assert kinds(checked(forged, tmp_path)) == [(kind, line)]


@pytest.mark.parametrize(
    ("entry", "kind"), [("trial_balance.csv", "balance"), ("commitments.csv", "missing")]
)
def test_a_line_taken_away_or_added_is_found(entry: str, kind: str, tmp_path: Path) -> None:
    forged = sealed(rich_leaves())
    whole = forged.entries[entry]
    forged.entries[entry] = b"".join(whole.splitlines(keepends=True)[:-1])
    assert [found for found, _row in kinds(checked(forged, tmp_path))] == [kind]
    forged.entries[entry] = whole + b"f" * 64 + b",held\n"
    assert checked(forged, tmp_path).findings
    forged.entries[entry] = whole + b"\n"
    assert checked(forged, tmp_path).findings
    forged.entries[entry] = whole + b"f" * 64 + b",held\n"
    found = "commitment_line" if entry == "commitments.csv" else "balance"
    assert [found] == [kind for kind, _row in kinds(checked(forged, tmp_path))]


def test_what_is_erased_after_the_checkpoint_is_only_remarked_upon(tmp_path: Path) -> None:
    forged = sealed(rich_leaves())
    told = forged.entries["commitments.csv"]
    forged.entries["commitments.csv"] = told.replace(b",held", b",later")
    report = checked(forged, tmp_path)
    assert kinds(report) == []
    assert (report.commitments.later, report.commitments.erased) == (1, 1)


def test_the_forger_of_this_page_writes_canonically() -> None:
    leaves = rich_leaves()
    assert changed(leaves, 3, lambda _leaf: None) == list(leaves)
    assert canonical({"b": 1, "a": [True]}) == b'{"a":[true],"b":1}'
