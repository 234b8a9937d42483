"""A ledger that runs, where its backups go, and an empty place beside: for tests of backups."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from ledger import open_ledger
from ledger.operations.back_up import BackedUp, BackupOrder, back_up, make_backup_secret
from ledger.operations.restore_backup import BackupSource, Restored, drill, restore_backup
from ledger.store.edges import now
from ledger.store.engines import Store
from tests.engines import sqlite_copy
from tests.town import LIST, ROSSI, Town, make_town

VERDI, NERI = "VRDLCU75A01F205M", "NREGNN70A01F205W"  # Of nobody.


def tell_nobody(_step: str, _done: int, _all: int) -> None:
    pass


@dataclass(frozen=True)
class Yard:
    """A ledger that runs, where its backups go, and an empty place beside."""

    folder: Path
    url: str
    town: Town

    @property
    def order(self) -> BackupOrder:
        return BackupOrder(
            self.folder / "data", self.folder / "s1", self.folder / "keys", self.folder / "s2"
        )

    @property
    def source(self) -> BackupSource:
        order = self.order
        return BackupSource(order.folder, order.secret, order.keys_folder, order.keys_secret)

    @property
    def empty(self) -> str:
        return f"sqlite:///{self.folder / 'new' / 'portavalori.db'}"

    def back_up(
        self, tell: Callable[[str, int, int], None] = tell_nobody, *, replay: bool = True
    ) -> BackedUp:
        return back_up(self.url, self.order, now=now(), replay=replay, tell=tell)

    def restore(self, url: str | None = None, name: str | None = None) -> Restored:
        source = replace(self.source, name=name)
        return restore_backup(url or self.empty, source, replay=True, tell=tell_nobody)

    def drill(self, heads: Path | None = None) -> Restored:
        return drill(self.source, self.folder / "drill", heads, tell=tell_nobody)

    def take_in(self, code: str) -> None:
        """A list with one who was not there before, issued while others read."""
        with open_ledger(self.url) as ledger:
            town = replace(self.town, ledger=ledger)
            town.issue(town.programme(act=code), LIST.replace(ROSSI, code))

    def file(self, backup: str, store: Store, end: str = "backup") -> Path:
        folder = self.order.keys_folder if store is Store.KEYS else self.order.folder
        return folder / f"{backup}.{store}.{end}"

    def left(self) -> list[str]:
        """What lies in the folders, and beside the ledger, that is no store."""
        folders = (self.order.folder, self.order.keys_folder, self.folder / "live")
        names = [path.name for folder in folders for path in folder.glob("*")]
        names += [path.name for folder in folders for path in folder.glob(".*")]
        return [name for name in names if ".db" not in name and "heads" not in name]


def make_yard(template: Path, folder: Path) -> Yard:
    """One with a town, a programme and two families."""
    (folder / "live").mkdir()
    for name in ("s1", "s2"):
        make_backup_secret(folder / name)
    url = sqlite_copy(template, folder / "live")
    with open_ledger(url) as ledger:
        town = make_town(ledger)
        town.issue(town.programme())
    return Yard(folder, url, town)


def heads_of(url: str) -> dict[str, tuple[int, str]]:
    with open_ledger(url) as ledger:
        return {one.name: (one.head().size, one.head().root.hex()) for one in ledger.books()}
