"""Opens a ledger: three stores of one ledger, of this schema, on an engine that keeps its word."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

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
from ledger.store.keys import make_named_keys
from ledger.store.limits import Limits
from ledger.store.migrate import assert_current, read_identity, upgrade, write_identity


def open_ledger(
    url: str,
    *,
    create: bool = False,
    limits: Limits | None = None,
    clock: Callable[[], Instant] = edges.now,
) -> Ledger:
    """Open the ledger at a database address; with `create`, make or upgrade its three stores.

    Errors: `StoreError`, saying what to do, for a missing file, stores of different ledgers, an
    old or newer schema, missing keys, or an engine that could lose what it acknowledged.
    """
    place = read_place(url)
    if create:
        _create(place, clock())
    _assert_one_ledger(place)
    return Ledger(place, limits=limits or Limits(), clock=clock)


def _create(place: Place, now: Instant) -> None:
    if place.is_sqlite:
        present = [store for store in Store if place.path(store).exists()]
        if present and len(present) < len(Store):
            missing = ", ".join(str(place.path(store)) for store in Store if store not in present)
            message = f"part of this ledger is missing: {missing}. Restore it first"
            raise StoreError(message)
    else:
        create_schemas(place)
    ledger_id = edges.random_id()
    for store in Store:
        with _opened(place, store, create=True) as engine:
            upgrade(engine, store)
            with engine.begin() as db:
                fresh = write_identity(db, store, ledger_id, now)
                if fresh and store is Store.KEYS:
                    make_named_keys(db, now)


def _assert_one_ledger(place: Place) -> None:
    identities = {}
    for store in Store:
        with _opened(place, store) as engine:
            assert_current(engine, store)
            assert_durable(engine)
            identities[store] = _identity(engine, store)
    if len(set(identities.values())) != 1:
        message = "book, vault and keys are of different ledgers: restore the right ones"
        raise StoreError(message)


@contextmanager
def _opened(place: Place, store: Store, *, create: bool = False) -> Iterator[Engine]:
    """A store for as long as it is looked at: also a refusal leaves no connection behind."""
    engine = writing_engine(place, store, create=create)
    try:
        yield engine
    finally:
        engine.dispose()


def _identity(engine: Engine, store: Store) -> object:
    with engine.connect() as db:
        return read_identity(db, store)
