"""`portavalori export …`: files for who checks from outside. Thin: rows and forms are elsewhere."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from ledger import StoreError
from ledger.exports.bundle import write_bundle
from ledger.reports.bundle_rows import BundleRows
from ledger.reports.log_proofs import book_named
from scripts.databases import DEFAULT_DATABASE, opened

app = typer.Typer(help="Files for who checks from outside.", no_args_is_help=True)

Database = Annotated[str, typer.Option(envvar="PORTAVALORI_DATABASE", help="Where the books are.")]
BookName = Annotated[str, typer.Option("--book", help="Which book, like giussano.")]
Target = Annotated[Path, typer.Option("-o", "--output", help="The file to write.")]


@app.command()
def audit(*, database: Database = DEFAULT_DATABASE, book: BookName, output: Target) -> None:
    """Write the auditor's bundle: every decision up to the last checkpoint, without names."""
    try:
        with opened(database) as ledger:
            found = book_named(ledger, book)
            if found is None:
                _give_up(f"There is no book {book}.")
            rows = BundleRows(found)
            draft = output.with_name(output.name + ".draft")
            with draft.open("wb") as file:
                write_bundle(rows, file)
            draft.replace(output)
    except StoreError as unusable:
        _give_up(f"The database cannot be used. {unusable}")
    except LookupError:
        _give_up("This book was never published: serve it with PORTAVALORI_LOG_DOMAIN set.")
    except OSError as error:
        _give_up(f"The file cannot be written: {error.strerror}.")
    seen = len(rows.last.seen)
    typer.echo(f"{output.name}: {rows.last.size} decisions, seen by {seen} witnesses")
    typer.echo(f"Check it: portavalori verify {output.name}")


def _give_up(why: str) -> NoReturn:
    typer.echo(f"Portavalori cannot go on. {why}", err=True)
    raise typer.Exit(2)
