"""Opens a ledger: three stores of one ledger, of this schema, on an engine that keeps its word."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, Engine, select

from ledger.core.quantities import Instant
from ledger.store import edges
from ledger.store.book import Ledger
from ledger.store.engines import (
    Place,
    Store,
    StoreError,
    assert_durable,
    create_schemas,
    read_place,
    writing_engine,
)
from ledger.store.heads import Behind, HeadsFile, Told, books_behind, present_heads
from ledger.store.keys import CannotOpen, make_named_keys, read_named_keys
from ledger.store.limits import Limits
from ledger.store.migrate import assert_current, read_identity, upgrade, write_identity
from ledger.store.network.recoveries import Recovery, begin_recovery
from ledger.store.patience import LONG
from ledger.store.schema import book


def open_ledger(
    url: str,
    *,
    create: bool = False,
    limits: Limits | None = None,
    clock: Callable[[], Instant] = edges.now,
    heads: Path | None = None,
) -> Ledger:
    """Open the ledger at a database address; with `create`, make or upgrade its three stores.

    `heads`: the file that says how far its books were told; on SQLite beside the book. If a book
    ends before that, the ledger is opened to be read only, and `read_only` says why.
    Errors: `StoreError`, saying what to do, for a missing file, stores of different ledgers, an
    old or newer schema, missing keys, or an engine that could lose what it acknowledged.
    """
    place = read_place(url)
    fresh = create and _create(place, clock())
    file = _heads_file(place, heads, _assert_one_ledger(place))
    if fresh and file is not None:
        file.replace({})
    behind = () if file is None else books_behind(file.read(), _present(place))
    return Ledger(place, limits=limits or Limits(), clock=clock, heads=file, behind=behind)


def missing_of(url: str, *, heads: Path | None = None) -> tuple[Behind, ...]:
    """What is missing at the end of each book, against what was told. Errors: `StoreError`."""
    place = read_place(url)
    file = _heads_file(place, heads, _assert_one_ledger(place))
    return () if file is None else books_behind(file.read(), _present(place))


def accept_loss(
    url: str, *, heads: Path | None = None, open_tills: bool = False
) -> tuple[Behind, ...]:
    """Say that the books are right as they are, though more had been told; gives what is missing.

    Their tills wait until what they bring back is booked again, and an officer says so; with
    `open_tills` they take money at once.
    Errors: `StoreError`, as `open_ledger`; for a ledger that has no heads file.
    """
    place = read_place(url)
    file = _heads_file(place, heads, _assert_one_ledger(place))
    if file is None:
        message = "this ledger keeps no file of heads: there is nothing to accept"
        raise StoreError(message)
    present = _present(place)
    behind = books_behind(file.read(), present)
    with _opened(place, Store.BOOK) as engine, engine.begin() as db:
        for one in behind:
            _begin_recovery(db, one, edges.now(), open_tills=open_tills)
    file.replace(present)
    return behind


def _begin_recovery(db: Connection, one: Behind, now: Instant, *, open_tills: bool) -> None:
    book_no = db.execute(select(book.c.book_no).where(book.c.name == one.book)).scalar()
    if book_no is None:
        return  # It is missing with all it had: there is nothing to book on.
    until = one.told.recorded_at
    ended = now if open_tills else None
    begin_recovery(db, Recovery(book_no, one.size, one.missing, one.recorded_at, until, now, ended))


def _heads_file(place: Place, given: Path | None, ledger_id: UUID) -> HeadsFile | None:
    if given is None and place.is_sqlite:
        given = place.path(Store.BOOK).with_suffix(".heads.json")
    return None if given is None else HeadsFile(given, ledger_id)


def _present(place: Place) -> dict[str, Told]:
    with _opened(place, Store.BOOK) as engine, engine.connect() as db:
        return present_heads(db)


def _create(place: Place, now: Instant) -> bool:
    """Make or upgrade the stores; whether this made a new ledger."""
    if place.is_sqlite:
        present = [store for store in Store if place.path(store).exists()]
        if present and len(present) < len(Store):
            missing = ", ".join(str(place.path(store)) for store in Store if store not in present)
            message = f"part of this ledger is missing: {missing}. Restore it first"
            raise StoreError(message)
    else:
        create_schemas(place)
    ledger_id = edges.random_id()
    fresh = False
    for store in Store:
        with _opened(place, store, create=True) as engine:
            upgrade(engine, store)
            with engine.begin() as db:
                fresh = write_identity(db, store, ledger_id, now)
                if fresh and store is Store.KEYS:
                    make_named_keys(db, now)
    return fresh


def _assert_one_ledger(place: Place) -> UUID:
    """The ledger that all three stores are of. Errors: `StoreError`."""
    identities = {}
    for store in Store:
        with _opened(place, store) as engine:
            assert_current(engine, store)
            assert_durable(engine)
            identities[store] = _identity(engine, store)
            if store is Store.KEYS:
                _assert_keys(engine)
    ids = set(identities.values())
    [ledger_id] = ids if len(ids) == 1 else [None]
    if ledger_id is None:
        message = "book, vault and keys are of different ledgers: restore the right ones"
        raise StoreError(message)
    return ledger_id


def _assert_keys(engine: Engine) -> None:
    try:
        with engine.connect() as db:
            read_named_keys(db)
    except CannotOpen as error:
        message = f"{error}: restore the right key store"
        raise StoreError(message) from error


@contextmanager
def _opened(place: Place, store: Store, *, create: bool = False) -> Iterator[Engine]:
    """A store for as long as it is looked at: also a refusal leaves no connection behind."""
    engine = writing_engine(place, store, create=create, patience=LONG)
    try:
        yield engine
    finally:
        engine.dispose()


def _identity(engine: Engine, store: Store) -> UUID | None:
    with engine.connect() as db:
        return read_identity(db, store)
