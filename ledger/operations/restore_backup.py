"""Put a backup back into an empty place, or only try whether one could: the drill.

Both open it the same way; a drill throws it away afterwards. Not here: what happens to what the
backup does not hold (docs/OPERATIONS.md). Source: reliability.md section 5; BACKUP.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

from ledger.core.quantities import Instant
from ledger.store.backup_sets import backups_in, read_manifest, scratch_beside, sync_folder
from ledger.store.copies import assert_empty, move_stores, sqlite_place
from ledger.store.engines import Store, StoreError
from ledger.store.heads import Behind, HeadsFile, Told, books_behind
from ledger.store.opening import missing_of
from ledger.store.proving import Proved, SealedStore, prove
from ledger.store.sealed_files import read_secret

Tell: TypeAlias = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class BackupSource:
    """Where backups lie and what opens them. `name`: which of them; None takes the newest."""

    folder: Path
    secret: Path
    keys_folder: Path
    keys_secret: Path
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Restored:
    """What a backup held, once opened: its name and age, its books, what is missing after them."""

    name: str
    made_at: Instant
    heads: Mapping[str, Told]
    behind: tuple[Behind, ...]
    findings: tuple[str, ...]


def restore_backup(url: str, source: BackupSource, *, replay: bool, tell: Tell) -> Restored:
    """Open a backup aside, prove it, and put its stores into an empty place.

    If a heads file lies there, what was told after the backup is `behind`, and the ledger will
    open read only. Errors: `StoreError`; then nothing was put there.
    """
    place = sqlite_place(url)
    assert_empty(place)
    sealed = _sealed(source)
    book = place.path(Store.BOOK)
    heads = book.with_suffix(".heads.json")
    told = _told_of(sealed, heads if heads.exists() else None)
    with scratch_beside(book) as scratch:
        proved = prove(sealed, scratch, replay=replay, tell=tell)
        found = _words(proved)
        if found:
            message = f"the books in this backup are not right ({len(found)}): {found[0]}"
            raise StoreError(message + ". Nothing was put there; --quick leaves the replay out")
        behind = books_behind(told, proved.heads)
        assert_empty(place)
        move_stores(proved.place, place)
        sync_folder(book.parent)
    missing_of(url)  # As it lies there now, it opens.
    header = sealed[Store.BOOK].manifest.header
    return Restored(header.backup, header.made_at, proved.heads, behind, found)


def drill(source: BackupSource, scratch: Path, heads: Path | None, *, tell: Tell) -> Restored:
    """Open the newest backup in a place of its own, replay it, throw it away; says what it found.

    `heads`: the file of the ledger that runs; the backup may be behind it, and must not contradict
    it. Errors: `StoreError` for a backup that does not open.
    """
    sealed = _sealed(source)
    told = _told_of(sealed, heads)
    with scratch_beside(scratch / "drill.db") as folder:
        proved = prove(sealed, folder, replay=True, tell=tell)
        behind = books_behind(told, proved.heads)
    header = sealed[Store.BOOK].manifest.header
    return Restored(header.backup, header.made_at, proved.heads, behind, _words(proved))


def _sealed(source: BackupSource) -> dict[Store, SealedStore]:
    """The three files to open. The keys are the newest there are: who was erased stays erased."""
    data, keys = read_secret(source.secret), read_secret(source.keys_secret)
    name = source.name or _newest(source.folder, Store.BOOK)
    newest_keys = _newest(source.keys_folder, Store.KEYS)
    parts = {
        Store.BOOK: (source.folder, name, data),
        Store.VAULT: (source.folder, name, data),
        Store.KEYS: (source.keys_folder, newest_keys, keys),
    }
    sealed = {}
    for store, (folder, backup, secret) in parts.items():
        manifest = read_manifest(folder, backup, store)
        sealed[store] = SealedStore(folder / manifest.file, manifest, secret)
    return sealed


def _newest(folder: Path, store: Store) -> str:
    names = backups_in(folder, store)
    if not names:
        raise StoreError(f"{folder} holds no finished backup of the {store}")
    return names[-1]


def _told_of(sealed: Mapping[Store, SealedStore], heads: Path | None) -> Mapping[str, Told]:
    """What a heads file tells of this ledger. Errors: `StoreError` for none, or another's."""
    if heads is None:
        return {}
    if not heads.exists():
        raise StoreError(f"there is no heads file at {heads}")
    return HeadsFile(heads, UUID(sealed[Store.BOOK].manifest.header.ledger)).read()


def _words(proved: Proved) -> tuple[str, ...]:
    return tuple(f"{book}: {one.table} {one.row}: {one.detail}" for book, one in proved.findings)
