"""`portavalori export …`: files for who checks from outside. Thin: rows and forms are elsewhere."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

from ledger import Book, StoreError
from ledger.exports.bundle import write_bundle
from ledger.exports.plain_text_books import End, Entry, Form, Move, plain_text_book
from ledger.reports.book_lines import BookLine, acts_by_entry, book_lines
from ledger.reports.bundle_rows import BundleRows
from ledger.reports.log_proofs import book_named
from scripts.databases import DEFAULT_DATABASE, opened

app = typer.Typer(help="Files for who checks from outside.", no_args_is_help=True)

Database = Annotated[str, typer.Option(envvar="PORTAVALORI_DATABASE", help="Where the books are.")]
BookName = Annotated[str, typer.Option("--book", help="Which book, like giussano.")]
Target = Annotated[Path, typer.Option("-o", "--output", help="The file to write.")]
Program = Annotated[Form, typer.Option("--format", help="For which program.")]

CHECKED_BY: Final = {
    Form.BEANCOUNT: "bean-check {}",
    Form.HLEDGER: "hledger check --strict -f {}",
}


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


@app.command()
def books(
    *,
    database: Database = DEFAULT_DATABASE,
    book: BookName,
    form: Program = Form.BEANCOUNT,
    output: Target,
) -> None:
    """Write a whole book for another accounting program, which adds it all up again."""
    try:
        with opened(database) as ledger:
            found = book_named(ledger, book)
            if found is None:
                _give_up(f"There is no book {book}.")
            draft = output.with_name(output.name + ".draft")
            with draft.open("w", encoding="utf-8", newline="") as file:
                file.writelines(plain_text_book(book, entries_of(found), form))
            draft.replace(output)
    except StoreError as unusable:
        _give_up(f"The database cannot be used. {unusable}")
    except OSError as error:
        _give_up(f"The file cannot be written: {error.strerror}.")
    typer.echo(f"{output.name}: written")
    if form in CHECKED_BY:
        typer.echo(f"Check it: {CHECKED_BY[form].format(output.name)}")


def entries_of(book: Book) -> Iterator[Entry]:
    """The posted entries of a book, in the order of its log."""
    acts = acts_by_entry(book)
    for index, lines in groupby(book_lines(book), lambda line: line.log_index):
        moved = list(lines)
        first, moves = moved[0], tuple(map(_move, moved))
        number = acts.get(index, ())
        yield Entry(index, first.request_id, first.kind, first.recorded_at, number, moves)


def _move(line: BookLine) -> Move:
    debit = End(line.debit, line.debit_kind, line.debit_balance)
    credit = End(line.credit, line.credit_kind, line.credit_balance)
    return Move(line.seq, line.unit, line.amount, debit, credit, line.undoes)


def _give_up(why: str) -> NoReturn:
    typer.echo(f"Portavalori cannot go on. {why}", err=True)
    raise typer.Exit(2)
