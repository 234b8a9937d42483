"""`portavalori export practice` and `import practice`: a good practice from one comune to another.

The same verbs as the console's: a file is kept as a draft, which people of the comune adapt and
sign there. Not here: the file (`ledger/imports/PRACTICE.md`).
"""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from ledger import Ledger, StoreError
from ledger.core.indicators import NotFigures
from ledger.core.practices import NotAPractice
from ledger.core.programmes import day_of
from ledger.exports.practices import NotPublished, practice_file
from ledger.imports.practice_files import NotSigned
from ledger.operations.take_practice import (
    NotAccepted,
    ReadFile,
    read_shared_file,
    take_file,
)
from ledger.proof.notes import NotANote
from ledger.reports.calls_page import call_board
from ledger.reports.practices import own_practice
from ledger.reports.programme_page import programme_totals
from ledger.reports.who_asks import comune as comune_named
from scripts.batches import Comune, Database, OfficerName, Password, officer_of
from scripts.databases import DEFAULT_DATABASE, opened
from scripts.giving_up import give_up

REFUSED = "The file was refused ({}): nothing was stored."


def export_practice(
    *,
    programme: Annotated[str, typer.Option(help="The programme's unit, for instance P1.")],
    comune: Comune,
    call: Annotated[UUID | None, typer.Option(help="One of its calls, with its rule.")] = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")],
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Write a programme's terms and rules, without data, signed by the key of the comune's log."""
    try:
        with opened(database) as ledger:
            owner = comune_named(ledger, comune)
            if owner is None:
                give_up(f"There is no comune {comune}.")
            known = {one.programme.unit: one for one in programme_totals(ledger, owner.book_no)}
            board = call_board(ledger, owner.book_no, call) if call else None
            if programme not in known or (call and board is None):
                give_up(f"{comune} has no such programme, or no such call.")
            day = day_of(ledger.clock())
            told = own_practice(ledger, owner.name, known[programme].programme, board, day)
            output.write_bytes(practice_file(ledger.book(comune), told))
    except StoreError as unusable:
        give_up(f"The database cannot be used. {unusable}")
    except NotPublished:
        give_up("This book was never published: serve it with PORTAVALORI_LOG_DOMAIN set.")
    except OSError as error:
        give_up(f"The file cannot be written: {error.strerror}.")
    typer.echo(f"{output.name}: written; it holds no family, no officer and no money")


def import_practice(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    *,
    comune: Comune,
    officer: OfficerName,
    password: Password,
    key: Annotated[str, typer.Option(help="The other log's public key, as it was told.")] = "",
    accept: Annotated[
        bool, typer.Option("--unverified", help="Take it though nobody here knows its key.")
    ] = False,
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Keep another comune's practice or figures as a draft, to be adapted on the console."""
    with opened(database) as ledger:
        who = officer_of(ledger, comune, officer, password)
        read = _read(ledger, file, key)
        try:
            kept = take_file(
                ledger.book(comune), read, accepted=accept, by=who.person_id, now=ledger.clock()
            )
        except NotAccepted:
            give_up(
                f"Nobody here knows the key of {read.signed.key.name}: ask that comune, and give"
                " it with --key; or take it with --unverified."
            )
    typer.echo(f"kept as a draft: {kept.practice_id} ({kept.kind}, {kept.trust})")


def _read(ledger: Ledger, file: Path, key: str) -> ReadFile:
    try:
        return read_shared_file(ledger, file.read_bytes(), vkey=key)
    except (NotSigned, NotAPractice, NotFigures) as error:
        give_up(REFUSED.format(error))
    except NotANote:
        give_up("The key that was typed cannot be read.")
