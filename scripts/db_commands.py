"""`portavalori db …`: the stores themselves: their schema, and what to do after a restore.

Not here: backups and putting them back (`backups`).
"""

from datetime import UTC, datetime
from typing import Annotated

import typer

from ledger import StoreError, accept_loss, missing_of
from scripts.databases import DEFAULT_DATABASE, heads_file, opened
from scripts.giving_up import give_up

Database = Annotated[str, typer.Option(envvar="PORTAVALORI_DATABASE", metavar="URL")]

app = typer.Typer(name="db", help="The stores themselves.", no_args_is_help=True)


@app.command()
def upgrade(*, database: Database = DEFAULT_DATABASE) -> None:
    """Bring the three stores to this version's schema, or make them."""
    try:
        opened(database, create=True).close()
    except StoreError as unusable:
        give_up(f"The database cannot be used. {unusable}")
    typer.echo("Book, vault and keys are up to date.")


@app.command("accept-loss")
def accept(
    *,
    database: Database = DEFAULT_DATABASE,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only say what is.")] = False,
    open_tills: Annotated[
        bool, typer.Option("--open-tills", help="Let tills take money before lost sales are back.")
    ] = False,
) -> None:
    """After a restore: say that the books are right as they are, though more had been told."""
    heads = heads_file()
    try:
        if yes:
            behind = accept_loss(database, heads=heads, open_tills=open_tills)
        else:
            behind = missing_of(database, heads=heads)
    except StoreError as unusable:
        give_up(f"The database cannot be used. {unusable}")
    for one in behind:
        when = datetime.fromtimestamp(one.told.recorded_at / 1e6, UTC).isoformat(timespec="seconds")
        typer.echo(f"{one.book}: {one.missing} decisions after {one.size} are missing, to {when}")
    if not behind:
        typer.echo("Nothing is missing: the books are as far as was told.")
    elif yes:
        typer.echo("Accepted: the books go on from here. Keep this list with the act that says so.")
        if not open_tills:
            typer.echo("The tills wait until an approver lets them go on, in the console.")
    else:
        typer.echo("Nothing was changed. With --yes the books go on from here.")
