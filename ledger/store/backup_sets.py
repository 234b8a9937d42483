"""Which backups lie in a folder: a sealed file per store, and a manifest that says what it is.

A backup is there once its manifests are: they come last, so what was interrupted is no backup.
Not here: how a file is sealed (`sealed_files`), what is copied (`copies`). Source: BACKUP.md.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final, Self

from ledger.core.canonical import canonical
from ledger.core.quantities import Instant
from ledger.store.engines import Store, StoreError
from ledger.store.heads import Told
from ledger.store.sealed_files import Sealed, Secret, read_header, seal_file, unseal_file

FORMAT: Final = 1
PART: Final = ".part"


@dataclass(frozen=True, slots=True)
class Header:
    """What a sealed file says of itself, in clear; proved when it is opened.

    `backup`: the same word in the three files made together. `heads`: how far each book had come
    in the book's file. `secret`: which secret opens it, by name.
    """

    backup: str
    ledger: str
    store: str
    schema: str
    made_at: Instant
    secret: str
    heads: Mapping[str, Told]
    format: int = FORMAT

    def to_bytes(self) -> bytes:
        """As it stands in the file."""
        heads: Any = {book: asdict(told) for book, told in self.heads.items()}
        words = {name: getattr(self, name) for name in self.__slots__} | {"heads": heads}
        return canonical(words)

    @classmethod
    def from_words(cls, words: dict[str, Any]) -> Self:
        """Read what `to_bytes` wrote. Errors: `StoreError` for a format that is not ours."""
        if words.get("format") != FORMAT:
            message = "this backup was written by a newer program: restore it with that one"
            raise StoreError(message)
        try:
            heads = {book: Told(**told) for book, told in words["heads"].items()}
            header = cls(**(words | {"heads": heads}))
            Store(header.store), int(header.made_at)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            message = "this backup does not say what it is: its header was changed"
            raise StoreError(message) from error
        return header


@dataclass(frozen=True, slots=True)
class Manifest:
    """One store's file in a backup: its header, its name, and what its bytes must be."""

    header: Header
    file: str
    sealed: Sealed

    @property
    def store(self) -> Store:
        """Which store it is of."""
        return Store(self.header.store)

    def written(self) -> str:
        """As the manifest's file."""
        words = json.loads(self.header.to_bytes()) | {"file": self.file} | asdict(self.sealed)
        return json.dumps(words, indent=1, sort_keys=True) + "\n"


def name_backup(now: Instant, chance: str) -> str:
    """A name that sorts by time, to the microsecond: `20270131T041500000000Z-1f2e3d4c`."""
    seconds, rest = divmod(now, 10**6)
    return datetime.fromtimestamp(seconds, UTC).strftime(f"%Y%m%dT%H%M%S{rest:06}Z-{chance}")


def seal_store(
    copy: Path, folder: Path, header: Header, secret: Secret, *, salt: bytes
) -> Manifest:
    """Encrypt a store's copy into the folder, under a name that says it is not done yet."""
    name = f"{header.backup}.{header.store}.backup"
    with copy.open("rb") as source, _private(folder / (name + PART)) as target:
        sealed = seal_file(source, target, header.to_bytes(), secret, salt=salt)
        target.flush()
        os.fsync(target.fileno())
    return Manifest(header, name, sealed)


def unseal_store(file: Path, manifest: Manifest, secret: Secret, target: Path) -> None:
    """Prove a sealed file against its manifest, and decrypt it into a new file.

    Errors: `StoreError` that says which file, and whether it was cut off, changed, or is under
    another secret.
    """
    if manifest.header.secret != secret.name:
        raise StoreError(f"{file.name} was made under another secret")
    size = file.stat().st_size if file.exists() else 0
    if size != manifest.sealed.size:
        why = "cut off, or something was added"
        raise StoreError(f"{file.name} has {size} bytes, not {manifest.sealed.size}: {why}")
    with file.open("rb") as source:
        if file_digest(source, "sha256").hexdigest() != manifest.sealed.sha256:
            raise StoreError(f"{file.name} was changed after it was written")
        source.seek(0)
        if read_header(source) != manifest.header.to_bytes():
            raise StoreError(f"{file.name} and its manifest do not belong together")
        source.seek(0)
        with _private(target) as out:
            try:
                unseal_file(source, out, secret)
            except StoreError as wrong:
                raise StoreError(f"{file.name}: {wrong}") from wrong
            out.flush()
            os.fsync(out.fileno())


def publish(folder: Path, manifests: list[Manifest]) -> None:
    """Give a folder's files their names, then their manifests: from now on it is a backup."""
    for manifest in manifests:
        (folder / (manifest.file + PART)).replace(folder / manifest.file)
    sync_folder(folder)
    for manifest in manifests:
        name = manifest_name(manifest.header.backup, manifest.store)
        with _private(folder / (name + PART)) as out:
            out.write(manifest.written().encode())
            out.flush()
            os.fsync(out.fileno())
        (folder / (name + PART)).replace(folder / name)
    sync_folder(folder)


def manifest_name(backup: str, store: Store) -> str:
    """The manifest's file name."""
    return f"{backup}.{store}.json"


def backups_in(folder: Path, store: Store) -> list[str]:
    """The names of the backups of one store in a folder, oldest first."""
    return sorted(path.name.split(".")[0] for path in folder.glob(f"*.{store}.json"))


def drop_older(folder: Path, store: Store, ledger_id: str, before: Instant) -> tuple[str, ...]:
    """Delete one ledger's backups of a store made before a moment, but never the newest one.

    The manifest goes first: what is interrupted leaves a file that is no backup. Gives their names.
    """
    own = []
    for name in backups_in(folder, store):
        with suppress(StoreError):  # What cannot be read may be another's: it stays.
            own.append(read_manifest(folder, name, store))
    own = [one for one in own if one.header.ledger == ledger_id]
    gone = [one for one in own[:-1] if one.header.made_at < before]
    for one in gone:
        (folder / manifest_name(one.header.backup, store)).unlink()
        sync_folder(folder)
        (folder / one.file).unlink(missing_ok=True)
    sync_folder(folder)
    return tuple(one.header.backup for one in gone)


def read_manifest(folder: Path, backup: str, store: Store) -> Manifest:
    """What a backup says of one store. Errors: `StoreError`."""
    path = folder / manifest_name(backup, store)
    try:
        words: dict[str, Any] = json.loads(path.read_text("utf-8"))
        sealed, file = Sealed(words.pop("size"), words.pop("sha256")), str(words.pop("file"))
        manifest = Manifest(Header.from_words(words), file, sealed)
    except FileNotFoundError:
        raise StoreError(f"{folder} holds no backup {backup} of the {store}") from None
    except (ValueError, KeyError, AttributeError) as error:
        raise StoreError(f"{path.name} cannot be read: it was changed") from error
    named = (manifest.header.backup, manifest.header.store, Path(manifest.file).name)
    if named != (backup, store, manifest.file):
        raise StoreError(f"{path.name} speaks of another file: it was changed or renamed")
    return manifest


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Nobody else backs up into this folder meanwhile; what was left unfinished is removed.

    Errors: `StoreError` if somebody does.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with _locked(folder):
            _remove_parts(folder)
            try:
                yield
            finally:
                _remove_parts(folder)
    except BlockingIOError:
        raise StoreError(f"another backup into {folder} is running: let it end") from None


@contextmanager
def scratch_beside(place: Path) -> Iterator[Path]:
    """A private folder beside a file, for plain copies; gone afterwards.

    What a process left there that died is removed: it holds its lock no more.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{place.stem}-scratch-"
    for stale in place.parent.glob(f"{prefix}*"):
        with suppress(OSError), _locked(stale):
            shutil.rmtree(stale, ignore_errors=True)
    folder = Path(mkdtemp(prefix=prefix, dir=place.parent))
    try:
        with _locked(folder):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sync_folder(folder: Path) -> None:
    """Have the disk keep the names in a folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold a folder's lock, which ends with the process. Errors: `BlockingIOError` if taken."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _remove_parts(folder: Path) -> None:
    for path in folder.glob(f"*{PART}"):
        path.unlink(missing_ok=True)


@contextmanager
def _private(path: Path) -> Iterator[Any]:
    """A new file that only its owner reads."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        yield file
