"""The command `portavalori`: one function per subcommand, each thin; the work is done elsewhere.

To add one: a function below with `@app.command()`, its options keyword-only and `Annotated`, its
docstring the help text. Expected troubles end in `give_up` with a sentence that says what to do.
"""

from importlib.metadata import version as installed_version
from typing import Annotated, NoReturn

import typer

from ledger import StoreError
from scripts.serve import PortTakenError
from scripts.serve import serve as serve_until_stopped
from wallet_web.rendering import FrontEndMissingError

app = typer.Typer(
    help="Portavalori: the book of local civic money.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Port = Annotated[int, typer.Option(min=0, max=65535, help="Where to listen; 0 takes a free one.")]
Database = Annotated[
    str,
    typer.Option(
        envvar="PORTAVALORI_DATABASE",
        metavar="URL",
        help="An SQLite file or a PostgreSQL server.",
    ),
]
Reset = Annotated[bool, typer.Option("--reset", help="Throw the demo network away first.")]

DEFAULT_DATABASE = "sqlite:///data/portavalori.db"


@app.command()
def version() -> None:
    """Say which version this is."""
    typer.echo(installed_version("portavalori"))


@app.command()
def serve(*, port: Port = 8000, database: Database = DEFAULT_DATABASE) -> None:
    """Serve the pages and the API for one database, on this machine's own address."""
    try:
        serve_until_stopped(port=port, database=database)
    except PortTakenError as taken:
        give_up(f"{taken}. Choose another with --port.")
    except StoreError as unusable:
        give_up(f"The database cannot be used. {unusable}")
    except FrontEndMissingError as missing:
        give_up(f"The front end is not built. {missing}")


@app.command()
def run(*, port: Port = 8000, database: Database = DEFAULT_DATABASE, reset: Reset = False) -> None:
    """Make the demo network if it is not there, then serve it."""
    _ = reset  # There is no demo network yet.
    serve(port=port, database=database)


def give_up(why: str) -> NoReturn:
    """End the command with clear words and status 2."""
    typer.echo(f"Portavalori cannot go on. {why}", err=True)
    raise typer.Exit(2)


def main() -> None:
    """Run the command: the console script's door."""
    app()


if __name__ == "__main__":
    main()
