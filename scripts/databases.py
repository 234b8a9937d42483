"""How a command opens its ledger; where a demo's files are, and how to throw them away.

Only SQLite files of a demo are ever deleted here; a PostgreSQL database is never touched.
"""

from datetime import UTC, date, datetime
from pathlib import Path
from shutil import rmtree

from pydantic_settings import BaseSettings, SettingsConfigDict

from ledger import Ledger, Limits, StoreError, open_ledger
from ledger.core.chart import CIRCUIT_BOOK
from ledger.core.programmes import ROME
from scripts.giving_up import give_up

DEFAULT_DATABASE = "sqlite:///data/portavalori.db"
SUFFIXES = ("", "-wal", "-shm")
STORES = ("", ".vault", ".keys")


class HeadsSetting(BaseSettings):
    """`PORTAVALORI_HEADS`: the file that says how far the books were told.

    None: beside the book on SQLite, none on PostgreSQL.
    """

    model_config = SettingsConfigDict(env_prefix="PORTAVALORI_", frozen=True, extra="ignore")

    heads: Path | None = None


def heads_file() -> Path | None:
    """The file of heads that this machine was given; None: the ledger's own choice."""
    return HeadsSetting().heads


def opened(database: str, *, create: bool = False, limits: Limits | None = None) -> Ledger:
    """The ledger of a command, held against the heads that were told. Errors: `StoreError`."""
    return open_ledger(database, create=create, limits=limits, heads=heads_file())


def usable(database: str) -> Ledger:
    """The same, for a command that says in words why it cannot, and ends."""
    try:
        return opened(database)
    except StoreError as unusable:
        give_up(f"The database cannot be used. {unusable}")


def circuit_ledger(database: str) -> Ledger:
    """The same, if it has a circuit."""
    ledger = usable(database)
    try:
        ledger.book(CIRCUIT_BOOK)
    except LookupError:
        ledger.close()
        give_up("There is no circuit here: `portavalori circuit found` makes its book.")
    return ledger


def today() -> date:
    """Today in Rome."""
    return datetime.now(UTC).astimezone(ROME).date()


def sqlite_file(database: str) -> Path | None:
    """The file of the book's store; None on PostgreSQL."""
    head, _, path = database.partition(":///")
    return Path(path) if head.startswith("sqlite") and path else None


def beside(database: str) -> Path:
    """Where the demo's credentials are written."""
    file = sqlite_file(database)
    return file.with_suffix(".demo.json") if file else Path("data/postgresql.demo.json")


def witnesses_beside(database: str) -> Path:
    """Where a demo's witnesses keep what they saw."""
    file = sqlite_file(database)
    return file.with_suffix(".witnesses") if file else Path("data/postgresql.witnesses")


def root_beside(database: str) -> Path:
    """Where a demo's three custodians keep their files, which is nowhere to keep them."""
    file = sqlite_file(database)
    return file.with_suffix(".root") if file else Path("data/postgresql.root")


def forget_witnesses(database: str) -> None:
    """Delete what a demo's own witnesses kept, and its root."""
    rmtree(witnesses_beside(database), ignore_errors=True)
    rmtree(root_beside(database), ignore_errors=True)


def is_there(database: str) -> bool:
    """Whether a ledger with books is there already. Errors: `StoreError`."""
    file = sqlite_file(database)
    if file is not None and not file.exists():
        return False
    try:
        with opened(database) as ledger:
            return bool(ledger.books())
    except StoreError:
        if file is not None:
            raise
        return False  # An empty PostgreSQL database: the seed makes its schemas.


def throw_away(database: str) -> None:
    """Delete a demo's files. Errors: `StoreError` on PostgreSQL, where we delete nothing."""
    file = sqlite_file(database)
    if file is None:
        message = "--reset deletes SQLite files only: drop the PostgreSQL database yourself"
        raise StoreError(message)
    for store in STORES:
        for suffix in SUFFIXES:
            path = file.with_suffix(f"{store}{file.suffix}")
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    for name in (".heads.json", ".heads.lock"):
        file.with_suffix(name).unlink(missing_ok=True)
    beside(database).unlink(missing_ok=True)
    forget_witnesses(database)
