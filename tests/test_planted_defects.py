"""No test counts until it has caught a planted defect: a guard is taken out, and its oracle is red.

Two kinds: only the check in `apply()` or in the writer is out, and the database must refuse; or
all guards are out, and the test that is named must fail. The same oracles are green without a
defect: they are tests of their own. Source: reliability.md 3.5.
"""
# long: all guards in one list, so that a missing one is missed.

import hashlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from ledger import EntryKind, Ledger, Request, open_ledger
from ledger.core import accounts, apply, chart, decisions, items, shapes, state
from ledger.core.codes import Code
from ledger.store import batch, comparing, loading, replay, writer
from ledger.store.drivers import POSTGRESQL, Driver
from ledger.store.statements import Statements
from tests import test_format
from tests.core import test_apply, test_requests
from tests.engines import sqlite_copy
from tests.faults import test_races, test_writer
from tests.faults.contest import CONTESTS, account, ask, prepare, race, spend
from tests.rich_circuit import circuit_decisions, circuit_requests
from tests.store.rich_store import rich_ledger
from tests.stories.teller import read_story
from tests.stories.test_stories import STORIES, told_to

Plant = Callable[[pytest.MonkeyPatch], None]
Oracle = Callable[[Ledger], object]
REFUSED = (DBAPIError, sqlite3.Error, psycopg.Error)  # By the database, wrapped or not.
RED = (AssertionError, pytest.fail.Exception, *REFUSED)


def instead(place: Any, name: str, new: object) -> Plant:  # noqa: ANN401 -- a module or class.
    return lambda patch: patch.setattr(place, name, new)


def both(*plants: Plant) -> Plant:
    def plant(patch: pytest.MonkeyPatch) -> None:
        for one in plants:
            one(patch)

    return plant


# What a database must refuse though nobody else did.


def overspend(ledger: Ledger) -> None:
    """Balances beyond their floor: the CHECK on the counters."""
    book = prepare(ledger)
    move = items.Transfer(account("V"), account("S"), 11, "U")
    book.submit([ask(EntryKind.REDEMPTION, move)])


def same_id_again(ledger: Ledger) -> None:
    """Two decisions of one request: the unique key."""
    book = prepare(ledger)
    request = spend()
    book.submit([request])
    book.submit([request])


def same_claim_again(ledger: Ledger) -> None:
    """One claim by two decisions: the primary key."""
    book = prepare(ledger)
    for _ in range(2):
        book.submit([CONTESTS["claim"].ask()])


def refund_twice(ledger: Ledger) -> None:
    """More given back than was taken: the CHECK on the chain."""
    book = prepare(ledger)
    move = items.Transfer(account("V"), account("S"), 5, "U")
    [sale] = book.submit([ask(EntryKind.REDEMPTION, move)])
    book.submit([ask(EntryKind.REDEMPTION, move)])
    leg = items.Leg(account("S"), account("V"), sale.transfers[0].seq)
    for _ in range(2):
        book.submit([ask(EntryKind.REFUND, items.Draw(5, (leg,)))])


def float_to_the_disk(ledger: Ledger) -> None:
    """Half a cent: refused before it is a request."""
    _ = ledger
    test_requests.test_what_cannot_be_a_request_is_refused_when_it_is_made(
        lambda: items.Transfer(account("V"), account("S"), 1.0, "U")  # type: ignore[arg-type]
    )


def nothing(*_args: object) -> None:
    """The guard that is out."""


def always(answer: object) -> Callable[..., object]:
    return lambda *_args, **_more: answer


REFUSALS: dict[str, tuple[Plant, Oracle]] = {
    "bounds are not checked by apply()": (
        instead(apply, "_kept_bounds", always(Code.ACCEPTED)), overspend),
    "ids are not looked up": (instead(loading.Loader, "look_up_ids", nothing), same_id_again),
    "claims are not looked up": (
        instead(loading.Loader, "_load_claims", nothing), same_claim_again),
    "chains have no limit": (
        instead(accounts.Chain, "rest", property(lambda self: self.amount)), refund_twice),
}  # fmt: skip


@pytest.mark.parametrize("defect", REFUSALS)
def test_the_database_refuses_what_apply_let_through(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, defect: str
) -> None:
    plant, oracle = REFUSALS[defect]
    plant(monkeypatch)
    with pytest.raises(REFUSED, match=r"(?i)constraint"):
        oracle(ledger)
    monkeypatch.undo()
    assert list(ledger.book("contested").check()) == []  # And nothing of it is in the book.


# What the tests must see.


def story(name: str) -> Oracle:
    """A story told to the ledger's own stores."""

    def tell(ledger: Ledger) -> None:
        url = ledger._place.url.render_as_string(hide_password=False)
        [path] = [one for one in STORIES if one.stem == name]
        ledger.close()
        with told_to(url, path) as teller:
            for line in read_story(path.read_text(encoding="utf-8")):
                teller.tell(line)
            assert list(teller.book.check()) == []

    return tell


def contest(name: str) -> Oracle:
    def run(ledger: Ledger) -> None:
        asked = [CONTESTS[name].ask() for _ in range(4)]
        test_races.assert_right(CONTESTS[name], race(prepare(ledger), asked))

    return run


def table_of_refusals(_ledger: Ledger) -> None:
    for kind, asked, code in test_apply.CASES:
        test_apply.test_the_first_reason_in_order_is_told(kind, asked, code)


def true_is_not_one(_ledger: Ledger) -> None:
    test_apply.test_true_is_not_one()


def tree(_ledger: Ledger) -> None:
    test_format.test_the_tree_is_that_of_the_rfc()


def published_leaves(_ledger: Ledger) -> None:
    test_format.test_the_published_vectors_are_what_the_code_writes()


def circuit_leaves(_ledger: Ledger) -> None:
    known = json.loads(test_format.VECTORS.read_text(encoding="utf-8"))["circuit"]
    assert test_format.told(circuit_decisions()) == known


def clean_check(ledger: Ledger) -> None:
    """Several decisions at one moment of the clock."""
    book = prepare(ledger)
    book.submit([spend() for _ in range(3)])
    assert list(book.check()) == []


def cache_after_a_rollback(ledger: Ledger) -> None:
    """A commit fails once for good; what comes after must not build upon it."""
    book = prepare(ledger)

    def fail(_commit: object, _dbapi: object) -> None:
        raise LookupError("no commit")

    with test_writer.commits(book, fail), pytest.raises(LookupError):
        book.submit([spend()])
    assert book.submit([spend()])[0].accepted
    assert book.balance(account("V")) == 9
    assert list(book.check()) == []


def remembered_early(run: Any = batch.Batch.run) -> Callable[..., object]:  # noqa: ANN401
    def plant(self: batch.Batch, asked: list[Request], now: int) -> object:
        answers = run(self, asked, now)
        self.remember()
        return answers

    return plant


def any_leaf(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def as_words(words: dict[str, Any]) -> dict[str, Any]:
    return dict(words)


DEFECTS: dict[str, tuple[Plant, Oracle]] = {
    "a claim may be made again": (
        instead(state.Draft, "is_claimed", always(False)), contest("claim")),
    "a hold may be used again": (
        instead(apply, "_resolvable", always(Code.ACCEPTED)), story("money_held")),
    "a hold never lapses": (
        instead(loading.Loader, "_due_holds", always([])), story("money_held")),
    "an entry may be reversed again": (
        instead(state.State, "chain", always(None)), story("corrections_and_periods")),
    "a closed account takes money": (
        instead(apply, "_closed", always(False)), story("vouchers_that_end")),
    "any entry may touch any account": (
        instead(apply, "allows", always(True)), table_of_refusals),
    "a refund goes anywhere": (
        instead(apply, "_to_who_gave", always(True)), table_of_refusals),
    "a refund comes from anybody": (
        instead(apply, "_from_who_received", always(True)), table_of_refusals),
    "linked pairs come alone": (
        instead(apply, "LINKED", {}), story("circuit_discounts_and_credits")),
    "a share is collected by anybody's payment": (
        instead(apply, "_share_goes", always(True)), circuit_leaves),
    "the circuit's accounts open anywhere": (
        instead(chart.Where, "has", always(True)), circuit_leaves),
    "a period closes twice": (
        instead(apply, "RULES", {**apply.RULES, items.ClosePeriod: always(Code.ACCEPTED)}),
        table_of_refusals),
    "floats are amounts": (
        instead(shapes, "is_amount", always(True)), float_to_the_disk),
    "words are compared as Python does": (
        instead(decisions, "_told", as_words), true_is_not_one),
    "the same id is not compared": (
        instead(decisions.Decision, "again", lambda self, _asked: self._replace(replayed=True)),
        story("a_voucher_in_two_shops")),
    "leaves and nodes hash alike": (instead(test_format, "leaf_hash", any_leaf), tree),
    "the leaf forgets its balances": (
        instead(decisions.Posting, "text", lambda self: f"[{self.seq}]"), published_leaves),
    "two decisions at one time": (
        instead(state.Head, "time_for", lambda _self, _now: 7), clean_check),
    "the cache outlives a rollback": (
        both(instead(batch.Batch, "run", remembered_early()),
             instead(batch.Cache, "drop", nothing)), cache_after_a_rollback),
    "a lost answer to COMMIT is told as a replay": (
        instead(writer, "_as_first", lambda answer, _sent: answer),
        test_writer.test_a_lost_answer_to_commit_is_found_out),
    "a bad request fails its whole batch": (
        instead(writer, "is_of_one_request", always(False)),
        test_writer.test_one_bad_request_fails_alone),
    "transient errors are not tried again": (
        instead(writer, "may_try_again", always(False)),
        lambda ledger: test_writer.test_a_transient_error_is_tried_again(ledger, "40001")),
}  # fmt: skip


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_seen(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, defect: str
) -> None:
    plant, oracle = DEFECTS[defect]
    plant(monkeypatch)
    with pytest.raises(RED):
        oracle(ledger)


@pytest.mark.parametrize("defect", DEFECTS)
def test_without_its_defect_the_oracle_is_content(
    sqlite_template: Path, tmp_path: Path, defect: str
) -> None:
    _plant, oracle = DEFECTS[defect]
    with open_ledger(sqlite_copy(sqlite_template, tmp_path)) as ledger:
        oracle(ledger)


# The checker, blinded in one eye after the other.

BLIND: dict[str, tuple[ModuleType, str]] = {
    "compare_decision": (replay, "UPDATE decision SET actor = 'x' WHERE log_index = 0"),
    "compare_transfers": (replay, "UPDATE transfer SET amount = amount + 1 WHERE seq = 1"),
    "compare_registers": (replay, "UPDATE act SET title = 'x' WHERE row_no = 0"),
    "_compare_table": (comparing, "UPDATE account SET version = version + 1"),
    "_compare_routes": (comparing, "UPDATE key_route SET log_index = log_index + 1"),
    "_compare_head": (replay, "UPDATE book SET period = period + 1"),
}


@pytest.mark.parametrize("eye", BLIND)
def test_the_checker_needs_each_of_its_eyes(
    url: str, monkeypatch: pytest.MonkeyPatch, eye: str
) -> None:
    with rich_ledger(url) as ledger:
        place, harm = BLIND[eye]
        ledger.write(lambda db: db.exec_driver_sql(harm))
        book = ledger.book("giussano")
        assert list(book.check()) != []
        monkeypatch.setattr(place, eye, always(()))
        assert all(finding.kind == "extra" for finding in book.check())


def test_the_checker_adds_up_the_euro_that_cover_credits(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It runs the same rule, so a rule that let half a release in is seen by its sums alone."""
    book = ledger.book("circuito", create=True)
    monkeypatch.setattr(apply, "LINKED", {})
    book.submit(circuit_requests())
    [found] = book.check()
    assert (found.kind, found.row) == ("identity", "EUR = CREDITS")


@pytest.mark.pg_only
def test_without_the_row_lock_the_unique_numbers_refuse(
    ledger: Ledger,
) -> None:
    """Guards overlap: with the fence of one book gone, two writers still cannot take one number."""
    if ledger._place.is_sqlite:
        pytest.skip("SQLite locks its file, whatever we say")
    book = prepare(ledger)
    engine = test_writer.engine_of(book)
    fenced = POSTGRESQL
    loose = Driver(fenced.mark, "", fenced.id_out, fenced.id_in, fenced.together)
    with engine.connect() as one, engine.connect() as two, two.begin():
        first = batch.Batch(Statements(two.connection.cursor(), loose, book.book_no), batch.Cache())
        first.run([spend()], 2)
        with one.begin() as transaction:
            one.exec_driver_sql("SET LOCAL lock_timeout = 300")
            second = batch.Batch(
                Statements(one.connection.cursor(), loose, book.book_no), batch.Cache()
            )
            with pytest.raises(Exception, match=r"(?i)lock timeout|unique"):
                second.run([spend()], 2)
            transaction.rollback()
    assert list(book.check()) == []
