"""No wait without an end: PostgreSQL's own limits, and ours where it does not answer at all.

Without ours these would wait for a quarter of an hour, and reach the limit of the test.
"""

import random
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import OperationalError

from ledger import open_ledger
from ledger.store.engines import Place, Store, read_place, reading_engine, writing_engine
from ledger.store.patience import (
    GRACE,
    LIMITS_TRANSACTIONS,
    LONG,
    PAGE,
    SALE,
    Patience,
    PatientConnection,
    waiting,
)
from ledger.store.quick import SHUT_SECONDS
from tests.engines import postgresql_copy
from tests.faults.contest import prepare, spend
from tests.faults.proxy import Fault, Proxy, by_way_of, open_proxy, place_of

pytestmark = pytest.mark.pg_only


@pytest.fixture
def address(postgresql: str, postgresql_template: str) -> Iterator[str]:
    """A fresh, migrated database on PostgreSQL."""
    with postgresql_copy(postgresql, postgresql_template) as made:
        yield made


@pytest.fixture
def place(address: str) -> Place:
    return read_place(address)


@pytest.fixture
def link(address: str) -> Iterator[Proxy]:
    """What stands between us and it."""
    with open_proxy(place_of(address), random.Random(1)) as proxy:
        yield proxy


def limits_of(engine: Engine) -> dict[str, int]:
    """The limits of a new connection, in seconds, as PostgreSQL says them."""
    query = "SELECT setting, unit FROM pg_settings WHERE name = :name"
    told = {}
    with engine.connect() as db:
        for name in Patience(1, 1, 1).limits():
            row = db.execute(text(query), {"name": name}).first()
            told[name] = 0 if row is None else int(row.setting) // 1000
    engine.dispose()
    return told


def wanted(patience: Patience, engine: Engine) -> dict[str, int]:
    limits = patience.limits()
    with engine.connect() as db:
        if db.execute(text("SHOW server_version_num")).scalar_one() < "170000":
            limits["transaction_timeout"] = 0
    return limits


def test_each_kind_of_work_has_its_own_limits(place: Place) -> None:
    for engine, patience in [
        (writing_engine(place, Store.BOOK), SALE),
        (writing_engine(place, Store.VAULT), PAGE),
        (writing_engine(place, Store.BOOK, patience=LONG), LONG),
        (reading_engine(place, Store.BOOK), PAGE),
    ]:
        assert limits_of(engine) == wanted(patience, engine)
        engine.dispose()
    assert (SALE.statement, SALE.lock, SALE.idle, SALE.transaction) == (2, 1, 5, 5)
    assert PAGE.statement + GRACE < 30


def test_the_reads_of_a_sale_wait_as_a_sale_does(address: str) -> None:
    with open_ledger(address) as ledger:
        with pytest.raises(Exception, match="statement timeout"):
            ledger.quick.rows("SELECT pg_sleep(?)", (600,))
        assert ledger.quick.rows("SELECT 1", ()) == [(1,)]


def test_a_transaction_that_takes_long_is_given_its_time_and_no_other(place: Place) -> None:
    engine = reading_engine(place, Store.BOOK)
    with engine.connect() as db, db.begin(), waiting(db, LONG):
        assert db.execute(text("SHOW statement_timeout")).scalar() == "10min"
    with engine.connect() as db, db.begin():
        assert db.execute(text("SHOW statement_timeout")).scalar() == f"{PAGE.statement}s"
        connection = db.connection.dbapi_connection
        assert getattr(connection, "patience", None) == PAGE
    engine.dispose()


def test_a_check_takes_the_time_it_needs(address: str) -> None:
    waits = set()
    with open_ledger(address) as ledger:
        book = prepare(ledger)

        @event.listens_for(ledger._readers[Store.BOOK], "before_cursor_execute")
        def note(db: Connection, *_given: object) -> None:
            waits.add(getattr(db.connection.dbapi_connection, "patience", None))

        assert list(book.check()) == []
        assert waits == {LONG}
        book.head()
        assert waits == {LONG, PAGE}


def test_a_connection_that_cannot_be_told_its_limits_is_closed(address: str) -> None:
    others = (
        b"SELECT count(*) FROM pg_stat_activity"
        b" WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with psycopg.connect(address, autocommit=True) as watching:
        with pytest.raises(psycopg.errors.InvalidParameterValue) as refused:
            PatientConnection.opened(Patience(statement=1, lock=-5, idle=1), (address,), {})
        for _ in range(100):
            if watching.execute(others).fetchone() == (0,):
                break
            time.sleep(0.05)
        assert watching.execute(others).fetchone() == (0,), refused  # Which keeps it from dying.


def test_what_never_answers_is_given_up(address: str, link: Proxy) -> None:
    engine = writing_engine(read_place(by_way_of(link, address)), Store.BOOK)
    with engine.connect() as db:
        db.execute(text("SELECT 1"))
        link.set(Fault.DROP)
        with pytest.raises(OperationalError):
            db.execute(text("SELECT 1"))
        db.invalidate()
    with pytest.raises(OperationalError, match="timeout"):
        engine.connect()
    engine.dispose()


def test_calls_do_not_queue_up_behind_a_database_that_is_not_reached(
    address: str, link: Proxy
) -> None:
    with open_ledger(by_way_of(link, address)) as ledger:
        assert ledger.quick.rows("SELECT 1", ()) == [(1,)]
        link.set(Fault.DROP)
        with pytest.raises(psycopg.OperationalError):
            ledger.quick.rows("SELECT 1", ())
        for _ in range(20):
            with pytest.raises(psycopg.OperationalError, match="a moment ago"):
                ledger.quick.rows("SELECT 1", ())
        link.set(Fault.NONE)
        time.sleep(SHUT_SECONDS)
        assert ledger.quick.rows("SELECT 1", ()) == [(1,)]


def test_a_sale_survives_a_network_that_loses_it_without_a_word(address: str, link: Proxy) -> None:
    with open_ledger(by_way_of(link, address)) as ledger:
        book = prepare(ledger)
        link.set(Fault.DROP)
        link.set(Fault.NONE)  # What was open stays half-open; what is new comes through.
        [decision] = book.submit([spend()])
        assert decision.accepted
    assert_whole(address)


def test_a_lock_left_behind_by_a_lost_writer_is_free_within_seconds(
    address: str, link: Proxy
) -> None:
    """The answer to COMMIT never comes, or COMMIT itself never came: the row stays locked."""
    with open_ledger(by_way_of(link, address)) as ledger:
        book = prepare(ledger)
        with ledger._engines[Store.BOOK].connect() as other:
            other.execute(text("SELECT * FROM book FOR UPDATE"))
            link.set(Fault.DROP)
            link.set(Fault.NONE)
            [decision] = book.submit([spend()])
            assert decision.accepted
            other.invalidate()
    assert_whole(address)


def test_who_froze_within_a_pipeline_lets_go_of_the_lock(address: str) -> None:
    """PostgreSQL does not call that idle, so its limit for who idles is not enough."""
    with open_ledger(address) as ledger, psycopg.connect(address) as other:
        prepare(ledger)
        if other.info.server_version < LIMITS_TRANSACTIONS:
            pytest.skip("PostgreSQL before version 17 has no limit for this")
        with ledger._engines[Store.BOOK].connect() as db:
            connection: Any = db.connection.dbapi_connection
            pipeline = connection.pipeline()
            pipeline.__enter__()
            assert connection.execute("SELECT 1 FROM book FOR UPDATE").fetchall()  # And no more.
            assert not is_free(other)
            time.sleep(SALE.idle)
            while not is_free(other):  # As long as the test may take.
                time.sleep(0.1)
            db.invalidate()


def is_free(other: psycopg.Connection[Any]) -> bool:
    """Whether the book's row can be locked at once."""
    try:
        with other.transaction():
            return bool(other.execute("SELECT 1 FROM book.book FOR UPDATE NOWAIT").fetchall())
    except psycopg.errors.LockNotAvailable:
        return False


def assert_whole(address: str) -> None:
    with open_ledger(address) as ledger:
        assert [list(book.check()) for book in ledger.books()] == [[]]
