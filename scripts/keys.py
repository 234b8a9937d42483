"""Keys from the terminal: replace the master key while the server runs.

Not here: the keys that sign (`ledger.store.signing`), and backups of the keys (`backups`).
"""

from typing import Annotated, NoReturn

import typer
from rich.progress import Progress

from ledger import StoreError
from ledger.operations.rotate_keys import rotate_keys
from scripts.databases import DEFAULT_DATABASE, opened

app = typer.Typer(help="The keys under which names lie sealed.", no_args_is_help=True)

Database = Annotated[str, typer.Option(envvar="PORTAVALORI_DATABASE", metavar="URL")]


@app.callback()
def keys() -> None:
    """The keys under which names lie sealed."""


@app.command("rotate-master")
def rotate_master(*, database: Database = DEFAULT_DATABASE) -> None:
    """Replace the master key; stopped and run again, it goes on where it was."""
    try:
        with opened(database) as ledger, Progress(transient=True) as bar:
            task = bar.add_task("Keys", total=None)
            done = rotate_keys(
                ledger,
                now=ledger.clock(),
                tell=lambda at, of: bar.update(task, completed=at, total=of),
            )
    except StoreError as unusable:
        _give_up(f"The keys were not replaced. {unusable}")
    typer.echo(f"master key {done.number} is the only one now: {done.moved} keys were moved")
    typer.echo("Back the keys up now: older backups of them hold the old one.")


def _give_up(why: str) -> NoReturn:
    typer.echo(f"Portavalori cannot go on. {why}", err=True)
    raise typer.Exit(2)
