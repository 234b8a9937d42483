"""Opens a backup in a place of its own and proves it: a backup that was never opened is none.

Used when one is made, when one is restored and in the drill. Not here: where it is put afterwards.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

from ledger.store.backup_sets import Manifest, unseal_store
from ledger.store.comparing import Finding
from ledger.store.copies import (
    assert_keys_open,
    assert_readable,
    assert_sound,
    bring_up_to_date,
    heads_of,
    identity_of,
    place_at,
    replayed,
)
from ledger.store.engines import Place, Store, StoreError
from ledger.store.heads import Told
from ledger.store.open_names import names_that_stay_closed
from ledger.store.opening import missing_of
from ledger.store.sealed_files import Secret

Tell: TypeAlias = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class SealedStore:
    """One store of a backup: its file, what its manifest says, what opens it."""

    file: Path
    manifest: Manifest
    secret: Secret


@dataclass(frozen=True, slots=True)
class Proved:
    """A backup that was opened: where, how far each book comes, what the replay found."""

    place: Place
    heads: Mapping[str, Told]
    findings: tuple[tuple[str, Finding], ...]
    replayed: bool


def prove(
    sealed: Mapping[Store, SealedStore], scratch: Path, *, replay: bool, tell: Tell
) -> Proved:
    """Decrypt all three stores into `scratch`, open them as the product does, and replay.

    Errors: `StoreError` for anything that is not as the manifests say, or is of another ledger.
    """
    _assert_one_backup({store: one.manifest for store, one in sealed.items()})
    place = place_at(scratch / "portavalori.db")
    for number, (store, one) in enumerate(sealed.items()):
        tell("open", number, len(sealed))
        assert_readable(store, one.manifest.header.schema)
        unseal_store(one.file, one.manifest, one.secret, place.path(store))
    tell("open", len(sealed), len(sealed))
    for store, one in sealed.items():
        _assert_as_told(place, store, one.manifest)
    told = sealed[Store.BOOK].manifest.header.heads
    heads = heads_of(place)
    if heads != told:
        message = "the books in this backup do not end where its manifest says"
        raise StoreError(message)
    assert_sound(place)
    bring_up_to_date(place)
    assert_keys_open(place)
    _assert_names_open(place, {store: one.manifest for store, one in sealed.items()})
    missing_of(str(place.url))  # Opens it with every guard of a start.
    found = tuple(replayed(place, partial(tell, "replay"))) if replay else ()
    return Proved(place, heads, found, replay)


def _assert_one_backup(manifests: Mapping[Store, Manifest]) -> None:
    """Refuse stores of different ledgers, or moments that do not go together.

    Book and vault come from one backup. The keys may come from a later one, never an earlier: what
    was sealed meanwhile would not open.
    """
    headers = {store: manifest.header for store, manifest in manifests.items()}
    if len({header.ledger for header in headers.values()}) != 1:
        message = "these backups are of different ledgers: take book, vault and keys of one"
        raise StoreError(message)
    if headers[Store.BOOK].backup != headers[Store.VAULT].backup:
        message = "book and vault are of different backups: take both from one"
        raise StoreError(message)
    if headers[Store.KEYS].made_at < headers[Store.BOOK].made_at:
        message = (
            f"the keys ({headers[Store.KEYS].backup}) are older than book and vault"
            f" ({headers[Store.BOOK].backup}): newer names would not open"
        )
        raise StoreError(message)


def _assert_names_open(place: Place, manifests: Mapping[Store, Manifest]) -> None:
    """Refuse a vault or keys that do not open what the book names.

    Later keys are left alone: who was erased after the backup is meant to stay closed.
    """
    if manifests[Store.KEYS].header.backup != manifests[Store.BOOK].header.backup:
        return
    if closed := names_that_stay_closed(place):
        message = (
            f"{closed} names of the book do not open with this vault and these keys. If somebody"
            " was erased during the backup, back up again"
        )
        raise StoreError(message)


def _assert_as_told(place: Place, store: Store, manifest: Manifest) -> None:
    ledger_id, revision = identity_of(place, store)
    if (str(ledger_id), revision) != (manifest.header.ledger, manifest.header.schema):
        message = f"the {store} in this backup is not the one that its manifest names"
        raise StoreError(message)
