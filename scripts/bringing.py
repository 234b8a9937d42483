"""`portavalori import book BUNDLE.zip REGISTERS.jsonl`: a book of another system into ours.

Thin: what comes out is compared by `ledger.operations.bring_book`.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import typer
from rich.progress import Progress, TaskID

from ledger import StoreError
from ledger.imports.bundles import NotABundle, read_bundle, read_registers
from ledger.operations.bring_book import NotThisBook, bring_book
from scripts.databases import DEFAULT_DATABASE, opened

T = TypeVar("T")
Database = Annotated[str, typer.Option(envvar="PORTAVALORI_DATABASE", metavar="URL")]


def import_book(
    bundle_file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, metavar="BUNDLE")],
    registers_file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, metavar="REGISTERS")
    ],
    *,
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Make a book again from its audit bundle and registers, to the same root; verify first."""
    bundle, registers = _read(read_bundle, bundle_file), _read(read_registers, registers_file)
    try:
        with opened(database, create=True) as ledger, Progress(transient=True) as bar:
            task = bar.add_task("Decisions", total=bundle.size)
            head = bring_book(ledger, bundle, registers, tell=partial(_show, bar, task))
    except StoreError as unusable:
        _give_up(f"The database cannot be used. {unusable}")
    except FileExistsError:
        _give_up(f"There is a book {bundle.name} already: bring it into an empty database.")
    except NotABundle as error:
        _give_up(f"A file is damaged: {error}. Throw that database away.")
    except NotThisBook as error:
        _give_up(f"This is not the book that it says: {error}. Throw that database away.")
    typer.echo(f"{bundle.name}: {head.size} decisions, root {head.root.hex()}")
    typer.echo("Names, codes, officers and keys are in neither: they come by a backup, or anew.")


def _show(bar: Progress, task: TaskID, done: int) -> None:
    bar.update(task, completed=done)


def _read(read: Callable[[Path], T], file: Path) -> T:
    try:
        return read(file)
    except NotABundle as error:
        _give_up(f"{file.name} cannot be read: {error}.")


def _give_up(words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(1)
