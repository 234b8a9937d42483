"""The checkers of histories find each anomaly that is put before them, and none where none is."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ledger import AccountId, Book
from tests.faults import history_clients
from tests.faults.elle import edn_lines
from tests.faults.history import acts_of, history, record
from tests.faults.history_cycles import Act, anomalies
from tests.faults.history_lines import FAIL, INFO, OK, Operation, Pen, read_operations
from tests.faults.history_registers import Step, first_impossible
from tests.faults.scoreboard import Asked
from tests.faults.trials import fresh_ledger

# Registers: (name, amount, began, ended, told), accepted unless it says otherwise.


def step(  # noqa: PLR0917 -- a line of a table.
    name: str, amount: int, began: int, ended: int, told: int | None, how: str = OK
) -> Step:
    return Step(name, amount, began, ended, how, told)


def unheard(name: str, amount: int, began: int) -> Step:
    return Step(name, amount, began)


FILLED = step("add", 10, 0, 1, 10)
POSSIBLE = {
    "one after the other": [FILLED, step("spend", 4, 2, 3, 6), step("look", 0, 4, 5, 6)],
    "in the other order": [FILLED, step("spend", 4, 2, 9, 3), step("spend", 3, 3, 8, 7)],
    "seen before its end": [FILLED, step("spend", 4, 2, 9, 6), step("look", 0, 3, 4, 6)],
    "not seen before its end": [FILLED, step("spend", 4, 2, 9, 6), step("look", 0, 3, 4, 10)],
    "refused meanwhile": [FILLED, step("spend", 8, 2, 9, 2), step("spend", 3, 3, 8, 2, FAIL)],
    "unheard and done": [FILLED, unheard("spend", 4, 2), step("look", 0, 8, 9, 6)],
    "unheard and not done": [FILLED, unheard("spend", 4, 2), step("look", 0, 8, 9, 10)],
    "unheard, done late": [
        FILLED, unheard("spend", 4, 2), step("look", 0, 5, 6, 10), step("look", 0, 8, 9, 6),
    ],
}  # fmt: skip
IMPOSSIBLE = {
    "lost update": [FILLED, step("spend", 4, 2, 5, 6), step("spend", 3, 3, 6, 7)],
    "stale look": [FILLED, step("spend", 4, 2, 3, 6), step("look", 0, 4, 5, 10)],
    "seen, then not": [
        FILLED, step("spend", 4, 2, 9, 6), step("look", 0, 3, 4, 6), step("look", 0, 5, 6, 10),
    ],
    "spent twice": [FILLED, step("spend", 10, 2, 5, 0), step("spend", 10, 3, 6, 0)],
    "refused for nothing": [FILLED, step("spend", 4, 2, 3, 3, FAIL)],
    "refused though enough": [FILLED, step("spend", 4, 2, 3, 10, FAIL)],
    "below zero": [FILLED, step("spend", 11, 2, 3, -1)],
    "done without being asked": [FILLED, step("look", 0, 2, 3, 6), unheard("spend", 4, 4)],
    "unheard and done twice": [FILLED, unheard("spend", 4, 2), step("look", 0, 8, 9, 2)],
}  # fmt: skip


@pytest.mark.parametrize("name", POSSIBLE)
def test_a_possible_history_is_put_in_a_line(name: str) -> None:
    assert first_impossible(POSSIBLE[name]) is None


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_an_impossible_history_is_not(name: str) -> None:
    found = first_impossible(IMPOSSIBLE[name])
    assert found is not None
    assert found.began > 0  # The filling was possible.


def test_many_open_steps_are_looked_at_in_all_their_orders() -> None:
    """Twelve spend one each at once; each told another rest, the last begun the highest."""
    open_ones = [step("spend", 1, 2 + n, 100 + n, 19 - (11 - n)) for n in range(12)]
    filled = step("add", 20, 0, 1, 20)
    assert first_impossible([filled, *open_ones]) is None
    twice = [*open_ones[:-1], replace(open_ones[-1], told=open_ones[0].told)]
    assert first_impossible([filled, *twice]) is not None


# Lists: number -> how it ended, what it appended, what it read; all at one time unless given.

Lists = Mapping[str, tuple[int, ...]]


def act(number: int, appends: Lists, reads: Lists, how: str = OK, **more: object) -> Act:
    return Act(number, how, 0, 100, appends, reads, **more)  # type: ignore[arg-type]


WHOLE = act(90, {}, {"x": (1, 2), "y": (3, 4)})
BAD: dict[str, tuple[str, Sequence[Act]]] = {
    "dirty write": (
        "G0:",
        [act(1, {"x": (1,), "y": (4,)}, {}), act(2, {"x": (2,), "y": (3,)}, {}), WHOLE],
    ),
    "a refusal is seen": (
        "G1a:", [act(1, {"x": (1,)}, {}, FAIL), act(2, {}, {"x": (1,)})],
    ),
    "seen in the middle": (
        "G1b:",
        [act(1, {"x": (1, 2)}, {}), act(2, {}, {"x": (1,)}), act(3, {}, {"x": (1, 2)})],
    ),
    "each saw the other": (
        "G1c:", [act(1, {"x": (1,)}, {"y": (2,)}), act(2, {"y": (2,)}, {"x": (1,)})],
    ),
    "half of an entry is seen": (
        "G-single:",
        [act(1, {"x": (1,), "y": (2,)}, {}), act(2, {}, {"x": (1,), "y": ()}),
         act(3, {}, {"y": (2,)})],
    ),
    "lost update": (
        "G-single:",
        [act(1, {"x": (1,)}, {"x": ()}), act(2, {"x": (2,)}, {"x": ()}),
         act(3, {}, {"x": (1, 2)})],
    ),
    "write skew": (
        "G2:",
        [act(1, {"x": (1,)}, {"y": ()}), act(2, {"y": (2,)}, {"x": ()}),
         act(3, {}, {"x": (1,), "y": (2,)})],
    ),
    "long fork": (
        "G2:",
        [act(1, {"x": (1,)}, {}), act(2, {"y": (2,)}, {}), act(3, {}, {"x": (1,), "y": ()}),
         act(4, {}, {"x": (), "y": (2,)})],
    ),
    "stale read": (
        "G-single-realtime:",
        [Act(1, OK, 0, 1, {"x": (1,)}), Act(2, OK, 2, 3, {}, {"x": ()}),
         Act(3, OK, 4, 5, {}, {"x": (1,)})],
    ),
    "acknowledged, never seen": (
        "G-single-realtime:",
        [Act(1, OK, 0, 1, {"x": (1,)}), Act(2, OK, 2, 3, {"x": (2,)}),
         Act(3, OK, 4, 5, {}, {"x": (1,)})],
    ),
    "first, then second, the other way in the list": (
        "G0-realtime:",
        [Act(1, OK, 0, 1, {"x": (1,)}), Act(2, OK, 2, 3, {"x": (2,)}),
         Act(3, OK, 4, 5, {}, {"x": (2, 1)})],
    ),
    "told one place twice": (
        "misplaced:",
        [act(1, {"x": (1,)}, {}, places={"x": (0,)}), act(2, {"x": (2,)}, {}, places={"x": (0,)}),
         act(3, {}, {"x": (1, 2)})],
    ),
    "told one place twice, and nobody looked": (
        "G2:",
        [act(1, {"x": (1,)}, {}, places={"x": (0,)}), act(2, {"x": (2,)}, {}, places={"x": (0,)}),
         act(3, {}, {"x": ()})],
    ),
    "two ways": ("fork:", [act(1, {"x": (1, 2)}, {}), act(2, {}, {"x": (1, 2)}),
                           act(3, {}, {"x": (2,)})]),
    "twice": ("twice:", [act(1, {"x": (1,)}, {}), act(2, {}, {"x": (1, 1)})]),
    "from nobody": ("phantom:", [act(2, {}, {"x": (1,)})]),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_each_class_of_anomaly_is_found_and_named(name: str) -> None:
    wanted, acts = BAD[name]
    assert any(found.startswith(wanted) for found in anomalies(acts)), anomalies(acts)


def test_a_good_history_has_none() -> None:
    acts = [
        Act(1, OK, 0, 3, {"x": (1,), "y": (2,)}, {}, {"x": (0,), "y": (0,)}),
        Act(2, OK, 1, 4, {"x": (3, 4)}, {}, {"x": (1, 2)}),
        Act(3, FAIL, 1, 4, {"x": (5,)}),
        Act(4, INFO, 2, appends={"y": (6,)}),
        Act(5, INFO, 2, appends={"y": (7,)}),
        Act(6, OK, 2, 5, {}, {"x": (1,), "y": (2,)}),
        Act(7, OK, 6, 7, {}, {"x": (1, 3, 4), "y": (2, 6)}),
        Act(8, OK, 8, 9, {"y": (8,)}, {}, {"y": (2,)}),
    ]
    assert anomalies(acts) == []


# The trial itself.


def red(engine: str, size: int, **more: object) -> Sequence[str]:
    with fresh_ledger(engine) as (url, folder):
        row = history(Asked(size, 3, engine), url, folder, **more)  # type: ignore[arg-type]
    assert row.passed is False
    return row.why


def look_late() -> None:
    """Planted: a balance is told as it was when it was last looked at."""
    remembered: dict[AccountId, int] = {}
    balance = Book.balance

    def stale(self: Book, account: AccountId) -> int:
        before = remembered.get(account, 0)
        remembered[account] = balance(self, account)
        return before

    Book.balance = stale  # type: ignore[assignment, method-assign]


def read_apart() -> None:
    """Planted: each statement of a page is read on a snapshot of its own."""
    together = history_clients.read_lists

    def one_by_one(book: Book, names: Sequence[str]) -> dict[str, list[str]]:
        read: dict[str, list[str]] = {}
        for name in names:
            read |= together(book, [name])
            time.sleep(0.002)
        return read

    history_clients.read_lists = one_by_one


@pytest.mark.minutes
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("plant", "seen"), [(look_late, "not linearisable"), (read_apart, "G-single")]
)
def test_a_planted_reader_is_seen(plant: Callable[[], None], seen: str) -> None:
    assert any(why.startswith(seen) for why in red("sqlite", 600, plant=plant))


@pytest.mark.minutes
@pytest.mark.timeout(300)
def test_a_planted_writer_is_seen() -> None:
    why = red("postgresql", 600, defect="read, then update")
    assert any(one.startswith(("not linearisable", "misplaced", "twice", "G")) for one in why)


# What is written down.


def test_who_was_killed_has_begun_and_not_ended(tmp_path: Path) -> None:

    pen = Pen(tmp_path, 3)
    pen.begin("look", {"account": "a"})
    pen.end(OK, {"held": 4})
    pen.begin("look", {"account": "b"})
    pen.close()
    file = next(tmp_path.iterdir())
    file.write_bytes(file.read_bytes() + b'{"client": 3, "ty')
    heard, unheard_one = read_operations(tmp_path)
    assert (heard.client, heard.outcome, heard.told) == (3, OK, {"held": 4})
    assert (unheard_one.outcome, unheard_one.asked) == (INFO, {"account": "b"})


def test_elle_reads_what_we_read() -> None:
    key = "0" * 32
    operations = [
        Operation(1, "move", {"id": key, "pairs": [["f", "v"]]}, 1, 4, OK, {"versions": [[1, 1]]}),
        Operation(2, "read", {"accounts": ["v"]}, 2, 5, OK, {"lists": {"v": [key]}}),
        Operation(3, "move", {"id": "1" * 32, "pairs": [["f", "v"]]}, 3),
    ]
    assert anomalies(acts_of(operations)) == []
    told = [line.removeprefix("{").removesuffix("}") for line in edn_lines(operations)]
    assert told == [
        ":index 0 :type :invoke :process 1 :f :txn :value [[:append 0 0] [:append 1 0]] :time 1",
        ":index 1 :type :invoke :process 2 :f :txn :value [[:r 1 nil]] :time 2",
        ":index 2 :type :invoke :process 3 :f :txn :value [[:append 0 20] [:append 1 20]] :time 3",
        ":index 3 :type :ok :process 1 :f :txn :value [[:append 0 0] [:append 1 0]] :time 4",
        ":index 4 :type :ok :process 2 :f :txn :value [[:r 1 [0]]] :time 5",
    ]


@pytest.mark.minutes
@pytest.mark.timeout(300)
def test_a_history_covers_what_it_is_to_judge() -> None:
    """Who reads is not alone, a refusal and an unheard one are in it, lists grow long."""
    with fresh_ledger("sqlite") as (url, folder):
        operations = record(Asked(800, 5, "sqlite"), url, folder)
    assert {one.outcome for one in operations} == {OK, FAIL, INFO}
    assert len(operations) >= 800
    longest = max(len(read) for one in acts_of(operations) for read in one.reads.values())
    assert longest >= 15
