"""`portavalori circuit dues` and `statement`: what shops owe, and what their bank transfers paid.

A statement is proposed by one officer of the association and confirmed by another, by its hash.
Not here: how lines are read and booked (`bank_statements`, `collect_contributions`).
"""

import json
from pathlib import Path
from typing import Annotated

import typer

from ledger import Ledger, RequestId, new_id
from ledger.core.chart import CIRCUIT_BOOK
from ledger.core.proposals import Confirmation
from ledger.core.quantities import euro_text
from ledger.imports.bank_statements import read_statement_file
from ledger.imports.faults import CannotRead
from ledger.operations.collect_contributions import (
    confirm_statement,
    lines_to_book,
    propose_statement,
)
from ledger.reports.contributions import contributions_due, shops_by_number, statements_waiting
from ledger.reports.who_asks import OfficerRow
from scripts.databases import DEFAULT_DATABASE, circuit_ledger
from scripts.giving_up import give_up
from scripts.officers import officer_named

Database = Annotated[str, typer.Option(envvar="PORTAVALORI_DATABASE", metavar="URL")]
Password = Annotated[
    str, typer.Option(envvar="PORTAVALORI_PASSWORD", help="Asked for if it is needed.")
]
Who = Annotated[str, typer.Option(help="The user name of who acts for the association.")]


def dues(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    letters: Annotated[bool, typer.Option("--letters", help="The reminder of each shop.")] = False,
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Say what each shop owes for the discounts it gave, by month, and how it pays."""
    with circuit_ledger(database) as ledger:
        found = contributions_due(ledger)
    if as_json:
        told = [
            {"shop": one.name, "shop_no": one.shop_no, "due_cents": one.due_cents,
             "months": dict(one.months), "reference": one.reference}
            for one in found
        ]  # fmt: skip
        typer.echo(json.dumps({"dues": told}, ensure_ascii=False))
        return
    for one in found:
        line = f"{one.shop_no} {one.name}: {euro_text(one.due_cents)} €, {one.reference}"
        typer.echo(one.reminder() if letters else line)


def statement(
    file: Annotated[Path | None, typer.Argument(metavar="FILE.csv")] = None,
    *,
    officer: Who = "",
    confirm: Annotated[str, typer.Option(metavar="HASH", help="Book what was proposed.")] = "",
    password: Password = "",
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Propose to book the contributions of a bank statement (CSV), or confirm them by their hash.

    Columns: Data, Importo, Causale; a line is a contribution if it holds a shop's reference.
    """
    with circuit_ledger(database) as ledger:
        who = officer_named(ledger, CIRCUIT_BOOK, officer, password)
        if confirm:
            _confirm(ledger, confirm, who)
        elif file is not None:
            _propose(ledger, file, who)
        else:
            give_up("Name a file to propose, or --confirm HASH.")


def _propose(ledger: Ledger, file: Path, who: OfficerRow) -> None:
    try:
        read = read_statement_file(file.read_bytes())
    except (OSError, CannotRead) as error:
        give_up(f"This file cannot be read: {error}.")
    for problem in read.problems:
        typer.echo(f"line {problem.line}, {problem.column}: {problem.fault}")
    lines = lines_to_book(read.lines, shops_by_number(ledger), {})
    known = {line.line_no for line in lines}
    for one in read.lines:
        if one.number not in known:
            typer.echo(f"line {one.number}: {euro_text(one.amount_cents)} €, of no shop")
    if not lines:
        give_up("No line holds a shop's reference: nothing to propose.")
    key, now = RequestId(new_id()), ledger.clock()
    decision = propose_statement(ledger, lines, officer=who, key=key, now=now)
    if not decision.accepted:
        give_up(f"Refused: {decision.code}.")
    [one_hash] = [s.content_hash for s in statements_waiting(ledger) if s.statement_id == key]
    total = euro_text(sum(line.amount_cents for line in lines))
    typer.echo(f"proposed: {len(lines)} lines, {total} €; another officer books it with")
    typer.echo(f"  --confirm {one_hash.hex()}")


def _confirm(ledger: Ledger, wanted: str, who: OfficerRow) -> None:
    waiting = [one for one in statements_waiting(ledger) if one.content_hash.hex() == wanted]
    if not waiting:
        give_up("No statement of this hash waits: propose it first, by another officer.")
    one = waiting[-1]
    asked = Confirmation(one.statement_id, one.content_hash)
    key, now = RequestId(new_id()), ledger.clock()
    done = confirm_statement(ledger, asked, officer=who, key=key, now=now)
    if not done.end.accepted:
        give_up(f"Refused: {done.end.code}.")
    typer.echo(f"booked: {euro_text(done.booked_cents)} €")
    for line, decision in done.lines:
        if not decision.accepted:
            typer.echo(f"line {line.line_no}: not booked, {decision.code}")
