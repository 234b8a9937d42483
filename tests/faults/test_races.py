"""Of many who want the same thing at once exactly the right number get it; on both engines.

Threads test the queue; only several processes test the guards of the database (reliability.md 2.2).
"""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from ledger import Ledger, open_ledger
from tests.faults.contest import CONTESTS, Contest, Outcome, prepare, race, race_in_processes


def assert_right(contest: Contest, outcomes: list[Outcome]) -> None:
    accepted = [outcome for outcome in outcomes if outcome[0]]
    assert len(accepted) == contest.winners(len(outcomes))
    if contest is CONTESTS["key"]:
        assert [replayed for _accepted, replayed, _leaf in outcomes].count(False) == 1
        assert len({leaf for _accepted, _replayed, leaf in outcomes}) == 1
    else:
        assert not any(replayed for _accepted, replayed, _leaf in outcomes)


@pytest.mark.parametrize("threads", [2, 8, 32])
@pytest.mark.parametrize("contest", CONTESTS)
def test_threads_that_want_the_same(ledger: Ledger, contest: str, threads: int) -> None:
    book = prepare(ledger)
    asked = [CONTESTS[contest].ask() for _ in range(threads)]
    assert_right(CONTESTS[contest], race(book, asked))
    assert list(book.check()) == []


def assert_processes_race_well(ledger: Ledger, url: str, processes: int) -> None:
    books = {name: prepare(ledger, name) for name in CONTESTS}
    told = race_in_processes(url, processes=processes, threads=5)
    for name, book in books.items():
        assert_right(CONTESTS[name], told[name])
        again = race(book, [CONTESTS[name].ask()])  # Others wrote: the cache is not used.
        assert again[0][0] is (name == "key")
        assert list(book.check()) == []


def test_processes_that_want_the_same(url: str) -> None:
    with open_ledger(url) as ledger:
        assert_processes_race_well(ledger, url, 4)


@pytest.mark.pg_only
def test_processes_at_serializable(url: str) -> None:
    """Real 40001s: another level must change nothing but the number of tries."""
    if url.startswith("sqlite"):
        pytest.skip("PostgreSQL alone has isolation levels")
    with open_ledger(url) as ledger:
        with ledger.reading() as db:
            name = db.exec_driver_sql("SELECT current_database()").scalar()
        set_level(url, f'ALTER DATABASE "{name}" SET default_transaction_isolation = serializable')
        assert_processes_race_well(ledger, url, 2)


def set_level(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(statement.encode())


def test_two_threads_that_ask_for_a_book_first_get_one(url: str) -> None:
    """And one writer: two on one book would be two queues."""
    with open_ledger(url) as ledger, ThreadPoolExecutor(8) as pool:
        books = list(pool.map(lambda _: ledger.book("new", create=True), range(8)))
        assert len({book.book_no for book in books}) == 1
        assert len(set(pool.map(lambda book: id(ledger.writer(book.book_no)), books))) == 1
