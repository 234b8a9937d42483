"""`portavalori export …`: files for who checks from outside. Thin: rows and forms are elsewhere."""

from collections.abc import Iterator
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.progress import Progress

from ledger import Book, Ledger, StoreError
from ledger.exports.bundle import write_bundle
from ledger.exports.conto_giudiziale import Pack, write_pack
from ledger.exports.plain_text_books import End, Entry, Form, Move, plain_text_book
from ledger.exports.registers import write_registers
from ledger.reports.book_lines import BookLine, acts_by_entry, book_lines
from ledger.reports.bundle_rows import BundleRows
from ledger.reports.conto_giudiziale import NotWhole, SamePerson, Signers, year_account, years_of
from ledger.reports.family_desk import find_family
from ledger.reports.log_proofs import book_named
from ledger.reports.person_data import person_data
from ledger.reports.register_lines import register_lines
from ledger.reports.who_asks import comune as comune_named
from ledger.reports.who_asks import officers
from scripts.databases import DEFAULT_DATABASE, opened
from scripts.giving_up import give_up
from scripts.practices import export_practice
from wallet_web.comune.conto_pack import conto_pack
from wallet_web.person_pack import pack_of

app = typer.Typer(name="export", help="Files for who checks from outside.", no_args_is_help=True)
app.command("practice")(export_practice)

Database = Annotated[str, typer.Option(envvar="PORTAVALORI_DATABASE", help="Where the books are.")]
BookName = Annotated[str, typer.Option("--book", help="Which book, like giussano.")]
Target = Annotated[Path, typer.Option("-o", "--output", help="The file to write.")]
Program = Annotated[Form, typer.Option("--format", help="For which program.")]


class Language(StrEnum):
    """Of a paper."""

    ITALIAN = "it"
    ENGLISH = "en"


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
                give_up(f"There is no book {book}.")
            rows = BundleRows(found)
            draft = output.with_name(output.name + ".draft")
            with draft.open("wb") as file:
                write_bundle(rows, file)
            draft.replace(output)
    except StoreError as unusable:
        give_up(f"The database cannot be used. {unusable}")
    except LookupError:
        give_up("This book was never published: serve it with PORTAVALORI_LOG_DOMAIN set.")
    except OSError as error:
        give_up(f"The file cannot be written: {error.strerror}.")
    seen = len(rows.last.seen)
    typer.echo(f"{output.name}: {rows.last.size} decisions, seen by {seen} witnesses")
    typer.echo(f"Check it: portavalori verify {output.name}")


@app.command()
def registers(*, database: Database = DEFAULT_DATABASE, book: BookName, output: Target) -> None:
    """Write the rows that the log names by a hash alone; with the bundle, the whole book again."""
    try:
        with opened(database) as ledger:
            found = book_named(ledger, book)
            if found is None:
                give_up(f"There is no book {book}.")
            size = found.head().size
            draft = output.with_name(output.name + ".draft")
            with draft.open("wb") as file:
                write_registers(book, size, register_lines(found, size), file)
            draft.replace(output)
    except StoreError as unusable:
        give_up(f"The database cannot be used. {unusable}")
    except OSError as error:
        give_up(f"The file cannot be written: {error.strerror}.")
    typer.echo(f"{output.name}: the registers of {size} decisions")
    typer.echo(f"With the bundle: portavalori import book BUNDLE.zip {output.name}")


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
                give_up(f"There is no book {book}.")
            draft = output.with_name(output.name + ".draft")
            with draft.open("w", encoding="utf-8", newline="") as file:
                file.writelines(plain_text_book(book, entries_of(found), form))
            draft.replace(output)
    except StoreError as unusable:
        give_up(f"The database cannot be used. {unusable}")
    except OSError as error:
        give_up(f"The file cannot be written: {error.strerror}.")
    typer.echo(f"{output.name}: written")
    if form in CHECKED_BY:
        typer.echo(f"Check it: {CHECKED_BY[form].format(output.name)}")


@app.command()
def person(*, database: Database = DEFAULT_DATABASE, book: BookName, output: Target) -> None:
    """Write all that a comune holds about a person (GDPR art. 15, 20), for nobody else's eyes.

    The fiscal code or family code is asked for, or read from the standard input: an argument would
    stay in the shell's history.
    """
    wanted = typer.prompt("Codice fiscale o codice famiglia", hide_input=True, err=True)
    try:
        with opened(database) as ledger:
            found = comune_named(ledger, book)
            if found is None:
                give_up(f"There is no comune {book}.")
            family = find_family(ledger, found.book_no, wanted)
            if family is None:
                give_up("No family of this comune has that code.")
            now = ledger.clock()
            told = person_data(ledger, found.book_no, family, comune=found.name, now=now)
            assert told is not None  # It was found.
            _keep_private(output, pack_of(told, Language.ITALIAN))
    except StoreError as unusable:
        give_up(f"The database cannot be used. {unusable}")
    except OSError as error:
        give_up(f"The file cannot be written: {error.strerror}.")
    typer.echo(f"{output.name}: written; give it to that person only, and delete it here")


def _keep_private(target: Path, content: bytes) -> None:
    draft = target.with_name(target.name + ".draft")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600, exist_ok=False)
    draft.write_bytes(content)
    draft.replace(target)


@app.command()
def conto(
    *,
    database: Database = DEFAULT_DATABASE,
    comune: Annotated[str, typer.Option(help="Which comune, like giussano.")],
    year: Annotated[int, typer.Option(help="Which year.")],
    keeper: Annotated[str, typer.Option(help="Who keeps the vouchers: an officer's user name.")],
    checker: Annotated[str, typer.Option(help="Who checks the account: another person.")],
    language: Annotated[Language, typer.Option(help="Of the paper.")] = Language.ITALIAN,
    output: Target,
) -> None:
    """Write the pack of a comune's yearly account (conto giudiziale): PDF/A and CSV in one ZIP."""
    try:
        with opened(database) as ledger:
            made = _pack_of(ledger, comune, year, (keeper, checker), language)
            draft = output.with_name(output.name + ".draft")
            with draft.open("wb") as file, Progress(transient=True) as bar:
                task = bar.add_task("Register", total=max(made.register.volumes, 1))
                write_pack(made, file, tell=lambda done, _all: bar.update(task, completed=done))
            draft.replace(output)
    except StoreError as unusable:
        give_up(f"The database cannot be used. {unusable}")
    except NotWhole as wrong:
        give_up(f"Of this book no account can be given: {wrong}. Run: portavalori check")
    except SamePerson:
        give_up("Who keeps the vouchers and who checks the account are two different people.")
    except OSError as error:
        give_up(f"The file cannot be written: {error.strerror}.")
    typer.echo(f"{output.name}: {made.register.count} lines; {made.notice or 'the whole year'}")


def _pack_of(ledger: Ledger, name: str, year: int, people: tuple[str, str], language: str) -> Pack:
    """Errors: `NotWhole`, `SamePerson`."""
    found = comune_named(ledger, name)
    if found is None:
        give_up(f"There is no comune {name}.")
    book, now = ledger.book(name), ledger.clock()
    if year not in (known := years_of(book, now=now)):
        give_up(f"The book of {name} has the years {known[-1]} to {known[0]}.")
    staff = {one.user_name: one for one in officers(ledger, found.book_no)}
    for one in people:
        if one not in staff:
            give_up(f"{name} has no officer {one}.")
    signers = Signers(*(staff[one] for one in people))
    return conto_pack(found, year_account(book, year, now=now), signers, language=language)


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
