"""Every story, on both engines: after each line the identity holds, at its end the book checks."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ledger import AccountId, AccountKind, Book, EntryKind, Limits, open_ledger
from ledger.core.posting_rules import POSTING_RULES, Sides
from tests.engines import sqlite_copy
from tests.stories.teller import Teller, read_story

STORIES = sorted(Path(__file__).parent.glob("*.txt"), key=lambda path: path.stem)
BEGIN = 1_795_000_000_000_000
NO_JUMP = Limits(forward_jump_seconds=float("inf"))  # Stories wait for days.

# Debit-balance kinds on the left of the identity, all others on the right: ledger/README.md.
LEFT = {
    AccountKind.TREASURY, AccountKind.SHOP_CLAIM, AccountKind.CAPS_USED, AccountKind.BANK,
    AccountKind.CONTRIBUTION_DUE, AccountKind.CREDITS_ISSUED,
}  # fmt: skip


@contextmanager
def told_to(url: str, story: Path) -> Iterator[Teller]:
    """A comune's book, or the circuit's for a story named so."""
    clock, name = [BEGIN], "circuito" if story.stem.startswith("circuit_") else "giussano"
    with open_ledger(url, limits=NO_JUMP, clock=lambda: clock[0]) as ledger:
        yield Teller(ledger.book(name, create=True), clock)


def assert_identity(book: Book, where: str) -> None:
    """treasury + Σ shop_claim = Σ of all others, in each unit; and Σ debits = Σ credits."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    covered = {AccountKind.CREDIT_RESERVE: 0, AccountKind.CREDITS_ISSUED: 0}
    for line in book.trial_balance():
        if line.kind in covered:
            covered[AccountKind(line.kind)] += line.balance
        left = AccountKind(line.kind) in LEFT
        sums[line.unit][0 if left else 1] += line.balance
        sums[line.unit][2] += line.debits
        sums[line.unit][3] += line.credits
    for unit, (left_sum, right_sum, debits, credit_sum) in sums.items():
        assert (left_sum, debits) == (right_sum, credit_sum), f"{where}: {unit}"
    assert len(set(covered.values())) == 1, f"{where}: a credit without its euro"


def balances(book: Book, at_seq: int | None = None) -> dict[AccountId, int]:
    lines = book.trial_balance(at_seq)
    return {line.account: line.balance for line in lines if line.debits or line.credits}


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.stem)
def test_a_story_comes_true(story: Path, url: str) -> None:
    seen: dict[int, dict[AccountId, int]] = {}
    with told_to(url, story) as teller:
        for line in read_story(story.read_text(encoding="utf-8")):
            teller.tell(line)
            assert_identity(teller.book, f"{story.name}:{line.number}")
            seen[teller.book.head().last_seq] = balances(teller.book)
        assert list(teller.book.check()) == []
        for seq, then in seen.items():  # Every past moment reads as it was.
            assert balances(teller.book, seq) == then
        for account, balance in balances(teller.book).items():
            lines = teller.book.statement(account)
            assert [line.version for line in lines] == list(range(1, len(lines) + 1))
            assert lines[-1].balance == balance


def test_the_stories_tell_every_posting_rule(sqlite_template: Path, tmp_path: Path) -> None:
    told: set[tuple[EntryKind, Sides]] = set()
    kinds: set[EntryKind] = set()
    for story in STORIES:
        folder = tmp_path / story.stem
        folder.mkdir()
        with told_to(sqlite_copy(sqlite_template, folder), story) as teller:
            for line in read_story(story.read_text(encoding="utf-8")):
                teller.tell(line)
            kind_of = {line.account: line.kind for line in teller.book.trial_balance()}
            for account, own in kind_of.items():
                for entry in teller.book.statement(account):
                    kinds.add(EntryKind(entry.kind))
                    sides = AccountKind(own), AccountKind(entry.other_kind)
                    pair = sides if entry.side == "debit" else sides[::-1]
                    told.add((EntryKind(entry.kind), Sides(*pair)))
    wanted = {(kind, sides) for kind, rules in POSTING_RULES.items() for sides in rules}
    assert wanted - told == set()
    assert kinds >= {EntryKind.REVERSAL, EntryKind.HOLD_EXPIRY}
