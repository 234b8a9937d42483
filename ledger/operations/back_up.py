"""Back a running ledger up: three encrypted files, opened again and replayed before it is said.

The order is book, vault, keys, contrary to that of writing: a person's key is written first, then
the papers, then the book that names the person. So whatever the copied book names is in the copy
of the vault, and whatever that holds has its key. Source: reliability.md section 5; BACKUP.md.
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from ledger.core.quantities import DAY, Instant
from ledger.store.backup_sets import (
    PART,
    Header,
    Manifest,
    alone_in,
    drop_older,
    name_backup,
    publish,
    scratch_beside,
    seal_store,
)
from ledger.store.copies import copy_store, heads_of, identity_of, place_at, sqlite_place
from ledger.store.edges import random_bytes
from ledger.store.engines import Place, Store, StoreError
from ledger.store.heads import Told
from ledger.store.opening import missing_of
from ledger.store.proving import Proved, SealedStore, prove
from ledger.store.sealed_files import SALT_SIZE, Secret, make_secret, read_secret

Tell: TypeAlias = Callable[[str, int, int], None]
ORDER: Final = (Store.BOOK, Store.VAULT, Store.KEYS)


@dataclass(frozen=True, slots=True)
class BackupOrder:
    """Where book and vault go and under which secret, and where the keys, under which other.

    Backups of the keys older than `keep_keys_days` are deleted once a new one is there.
    """

    folder: Path
    secret: Path
    keys_folder: Path
    keys_secret: Path
    keep_keys_days: int = 30


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was proved: its name, how far each book comes, its size in bytes.

    `dropped_keys`: older backups of the keys, which are no more.
    """

    name: str
    heads: Mapping[str, Told]
    size: int
    replayed: bool
    dropped_keys: tuple[str, ...]


def make_backup_secret(file: Path) -> None:
    """Write a new secret for backups into a file of its own. Errors: `StoreError`, `OSError`."""
    make_secret(file)


def back_up(url: str, order: BackupOrder, *, now: Instant, replay: bool, tell: Tell) -> BackedUp:
    """Copy, encrypt, open again, replay, and only then give the files their names.

    May run beside the server. Without `replay` the books are not recomputed. Errors: `StoreError`,
    saying what to do; then there is no backup, and nothing is left that looks like one.
    """
    place = sqlite_place(url)
    missing_of(url)  # The three stores are there and one ledger's, or this says what is not.
    secrets = _secrets(order)
    _assert_apart(order, place)
    with ExitStack() as stack:
        for folder in (order.folder, order.keys_folder):
            stack.enter_context(alone_in(folder))
        scratch = stack.enter_context(scratch_beside(place.path(Store.BOOK)))
        manifests = _seal_all(place, scratch / "copy", order, secrets, now=now, tell=tell)
        sealed = {
            store: SealedStore(
                _folder(order, store) / (manifest.file + PART), manifest, secrets[store]
            )
            for store, manifest in manifests.items()
        }
        proved = prove(sealed, _made(scratch / "again"), replay=replay, tell=tell)
        _assert_right(proved)
        publish(order.keys_folder, [manifests[Store.KEYS]])
        publish(order.folder, [manifests[Store.VAULT], manifests[Store.BOOK]])
        # A key that lies in a backup erases nobody, and a restore takes the newest keys anyway.
        header = manifests[Store.KEYS].header
        before = header.made_at - order.keep_keys_days * DAY
        dropped = drop_older(order.keys_folder, Store.KEYS, header.ledger, before)
    size = sum(manifest.sealed.size for manifest in manifests.values())
    return BackedUp(header.backup, proved.heads, size, replay, dropped)


def _seal_all(
    place: Place,
    folder: Path,
    order: BackupOrder,
    secrets: Mapping[Store, Secret],
    *,
    now: Instant,
    tell: Tell,
) -> dict[Store, Manifest]:
    """Copy one store after the other, then encrypt each; the plain copies are deleted."""
    copied = place_at(_made(folder) / "portavalori.db")
    for store in ORDER:
        copy_store(place, store, copied.path(store), partial(tell, store))
    name, heads = name_backup(now, random_bytes(4).hex()), heads_of(copied)
    manifests = {}
    for number, store in enumerate(Store):
        tell("seal", number, len(Store))
        ledger_id, revision = identity_of(copied, store)
        header = Header(name, str(ledger_id), store, revision, now, secrets[store].name, heads)
        manifests[store] = seal_store(
            copied.path(store), _folder(order, store), header, secrets[store],
            salt=random_bytes(SALT_SIZE),
        )  # fmt: skip
        copied.path(store).unlink()
    tell("seal", len(Store), len(Store))
    return manifests


def _secrets(order: BackupOrder) -> dict[Store, Secret]:
    data, keys = read_secret(order.secret), read_secret(order.keys_secret)
    if data == keys:
        message = (
            "one secret for all would open the names too: make another for the keys with"
            " `portavalori backup-secret`, and give it to somebody else"
        )
        raise StoreError(message)
    return {Store.BOOK: data, Store.VAULT: data, Store.KEYS: keys}


def _assert_apart(order: BackupOrder, place: Place) -> None:
    """Refuse keys beside what they open. Errors: `StoreError`."""
    data, keys = order.folder.resolve(), order.keys_folder.resolve()
    if data == keys or data in keys.parents or keys in data.parents:
        message = (
            "the keys must lie apart from what they open, or erasing a person erases nothing:"
            " choose a --keys-to elsewhere"
        )
        raise StoreError(message)
    beside = place.path(Store.BOOK).resolve().parent
    if beside in {data, keys}:
        message = "a backup beside the ledger is lost with it: choose a folder on another disk"
        raise StoreError(message)


def _assert_right(proved: Proved) -> None:
    if proved.findings:
        book, finding = proved.findings[0]
        message = (
            f"the books are not right, so this is no backup: {book}: {finding.table}"
            f" {finding.row}: {finding.detail} ({len(proved.findings)} in all). Run `portavalori"
            " check`; --quick keeps a copy for who looks into it"
        )
        raise StoreError(message)


def _folder(order: BackupOrder, store: Store) -> Path:
    return order.keys_folder if store is Store.KEYS else order.folder


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700)
    return folder
