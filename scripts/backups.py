"""Backups from the terminal: make a secret, back up, restore, and the drill that tries it all.

The work is done by `ledger.operations.back_up` and `restore_backup`; a secret is a file and is
never printed. Not here: PostgreSQL, whose own tools docs/OPERATIONS.md explains.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, time_ns
from typing import Annotated, Any

import typer
from rich.progress import Progress

from ledger import StoreError
from ledger.operations.back_up import BackupOrder, Tell, back_up, make_backup_secret
from ledger.operations.restore_backup import BackupSource, Restored, drill, restore_backup
from scripts.databases import DEFAULT_DATABASE
from scripts.giving_up import give_up

app = typer.Typer()

Database = Annotated[str, typer.Option(envvar="PORTAVALORI_DATABASE", metavar="URL")]
Secret = Annotated[
    Path, typer.Option("--secret", envvar="PORTAVALORI_BACKUP_SECRET", help="For book and vault.")
]
KeysSecret = Annotated[
    Path,
    typer.Option(
        "--keys-secret", envvar="PORTAVALORI_BACKUP_KEYS_SECRET", help="Another, for the keys."
    ),
]
From = Annotated[Path, typer.Option("--from", help="The folder of the backups.")]
KeysFrom = Annotated[Path, typer.Option("--keys-from", help="The folder of the keys' backups.")]
Quick = Annotated[bool, typer.Option("--quick", help="Leave the replay of the books out.")]
Name = Annotated[str | None, typer.Option("--backup", help="Its name; the newest if not said.")]
TITLES = {
    "book": "Copy the book", "vault": "Copy the vault", "keys": "Copy the keys",
    "seal": "Encrypt", "open": "Open it again", "replay": "Replay the books",
}  # fmt: skip


@app.command("backup-secret")
def backup_secret(file: Annotated[Path, typer.Argument(help="Where to write it.")]) -> None:
    """Make a secret for backups: a file that only you can read. Keep a copy on paper or offline."""
    with _explained():
        make_backup_secret(file)
    typer.echo(f"{file} is made. Whoever loses it loses the backups; keep it apart from them.")


@app.command("backup")
def backup(
    *,
    database: Database = DEFAULT_DATABASE,
    to: Annotated[Path, typer.Option("--to", help="A folder for book and vault.")],
    secret: Secret,
    keys_to: Annotated[Path, typer.Option("--keys-to", help="A folder elsewhere for the keys.")],
    keys_secret: KeysSecret,
    keep_keys_days: Annotated[
        int, typer.Option(min=1, max=30, help="Older backups of the keys are deleted.")
    ] = 30,
    quick: Quick = False,
) -> None:
    """Back up while the server runs: encrypted, opened again and replayed before it counts."""
    order = BackupOrder(to, secret, keys_to, keys_secret, keep_keys_days)
    with _explained(), _progress() as tell:
        made = back_up(database, order, now=time_ns() // 1000, replay=not quick, tell=tell)
    typer.echo(f"backup {made.name}: {made.size} bytes, opened again and compared")
    for book, told in made.heads.items():
        typer.echo(f"  {book}: {told.size} decisions, root {told.root[:16]}…")
    for name in made.dropped_keys:
        typer.echo(f"keys of {name}: deleted, older than {keep_keys_days} days")
    if quick:
        typer.echo("The books were not replayed: let `portavalori drill` do it.")


@app.command("restore")
def restore(
    *,
    database: Database,
    folder: From,
    secret: Secret,
    keys_from: KeysFrom,
    keys_secret: KeysSecret,
    name: Name = None,
    quick: Quick = False,
) -> None:
    """Put a backup into an empty place, once it is proved."""
    source = BackupSource(folder, secret, keys_from, keys_secret, name)
    with _explained(), _progress() as tell:
        restored = restore_backup(database, source, replay=not quick, tell=tell)
    typer.echo(f"restored {restored.name}, made {_time(restored.made_at)}")
    for book, told in restored.heads.items():
        typer.echo(f"  {book}: {told.size} decisions, the last {_time(told.recorded_at)}")
    for one in restored.behind:
        typer.echo(
            f"{one.book}: {one.missing} decisions after {one.size} are missing, to"
            f" {_time(one.told.recorded_at)}"
        )
    if restored.behind:
        typer.echo("It opens read only. Read docs/OPERATIONS.md before `db accept-loss`.")
    if quick:
        typer.echo("The books were not replayed: run `portavalori check` before you serve.")


@app.command("drill")
def try_restore(
    *,
    folder: From,
    secret: Secret,
    keys_from: KeysFrom,
    keys_secret: KeysSecret,
    heads: Annotated[
        Path | None, typer.Option(help="The running ledger's file of heads, to compare with.")
    ] = None,
    scratch: Annotated[Path, typer.Option(help="Where to unpack; emptied again.")] = Path(),
    max_age_hours: Annotated[
        float, typer.Option(min=0, help="An older newest backup fails the drill.")
    ] = 26.0,
) -> None:
    """Try the newest backup, unattended: restore aside, replay, compare; one JSON line."""
    source = BackupSource(folder, secret, keys_from, keys_secret)
    began, now = perf_counter(), time_ns() // 1000
    try:
        found = drill(source, scratch, heads, tell=lambda _step, _done, _all: None)
    except StoreError as wrong:
        told: dict[str, Any] = {"ok": False, "why": [str(wrong)]}
    else:
        told = _told(found, age_hours=(now - found.made_at) / 3.6e9, most=max_age_hours)
    told["seconds"] = round(perf_counter() - began, 2)
    typer.echo(json.dumps(told, ensure_ascii=False))
    if not told["ok"]:
        raise typer.Exit(1)


def _told(found: Restored, *, age_hours: float, most: float) -> dict[str, Any]:
    """The drill's line."""
    why = list(found.findings)
    if age_hours > most:
        why.append(f"the newest backup is {age_hours:.1f} hours old")
    missing = {one.book: one.missing for one in found.behind}
    books = [
        {"book": book, "size": told.size, "root": told.root, "missing": missing.get(book, 0)}
        for book, told in found.heads.items()
    ]
    return {
        "ok": not why,
        "backup": found.name,
        "age_hours": round(age_hours, 2),
        "books": books,
        "why": why,
    }


def _time(instant: int) -> str:
    return datetime.fromtimestamp(instant / 1e6, UTC).isoformat(timespec="seconds")


@contextmanager
def _progress() -> Iterator[Tell]:
    """A bar a step, as the steps come."""
    with Progress(transient=True) as bar:
        tasks: dict[str, Any] = {}

        def tell(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(TITLES[step], total=total)
            bar.update(tasks[step], completed=done, total=total)

        yield tell


@contextmanager
def _explained() -> Iterator[None]:
    """End expected troubles in words."""
    try:
        yield
    except (StoreError, OSError) as trouble:
        give_up(str(trouble))
