"""Lists of beneficiaries from the terminal: import a file, approve by a second officer, issue.

The same verbs as the console's, and the same four eyes: each command asks for an officer's
password (or takes it from `PORTAVALORI_PASSWORD`). Not here: how a file is read (`ledger.imports`).
"""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.progress import Progress

from ledger import AccountId, Ledger, RequestId, new_id
from ledger.core.quantities import euro_text, parse_euro
from ledger.imports.applications import Preview, read_applications
from ledger.imports.faults import CannotRead
from ledger.operations.approve_batch import Approval, approve_batch
from ledger.operations.import_applications import (
    Compared,
    CoverLetter,
    NothingToIssue,
    Target,
    TotalsDiffer,
    compare_with_ledger,
    prepare_batch,
)
from ledger.operations.issue_credential import issue_family_codes
from ledger.operations.issue_vouchers import NotApproved, issue_batch
from ledger.operations.sign_in import calling_officer, sign_in_officer
from ledger.reports.letters_to_print import families_of_batch
from ledger.reports.programme_funds import funds_of
from ledger.reports.waiting_batch import waiting_batch
from ledger.reports.who_asks import OfficerRow
from scripts.databases import DEFAULT_DATABASE, usable
from scripts.giving_up import give_up

app = typer.Typer(name="import", help="Bring lists of beneficiaries in.", no_args_is_help=True)

Database = Annotated[str, typer.Option(envvar="PORTAVALORI_DATABASE", metavar="URL")]
Comune = Annotated[str, typer.Option(help="Whose book, for instance giussano.")]
OfficerName = Annotated[str, typer.Option("--officer", help="The user name of who acts.")]
Password = Annotated[str, typer.Option(prompt=True, hide_input=True, envvar="PORTAVALORI_PASSWORD")]
Batch = Annotated[UUID, typer.Option("--batch", help="The batch, as the import told it.")]


@app.command("applications")
def import_applications(  # noqa: PLR0913 -- the command's options.
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    *,
    comune: Comune,
    programme: Annotated[str, typer.Option(help="The programme's unit, for instance P1.")],
    officer: OfficerName,
    password: Password,
    round_name: Annotated[str, typer.Option("--round", help="A month, say: once a family.")] = "1",
    source: Annotated[str, typer.Option(help="The source's name, where there are several.")] = "",
    rows: Annotated[int | None, typer.Option(help="How many rows the cover letter says.")] = None,
    total: Annotated[str, typer.Option(help="The cover letter's total, like 1.234,56.")] = "",
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Read a list and prepare a batch of everybody who is new; issues nothing."""
    with usable(database) as ledger:
        who = officer_of(ledger, comune, officer, password)
        fund = _fund(ledger, comune, programme, source)
        preview = _read(file)
        target = Target(*fund, round_name)
        compared = compare_with_ledger(ledger, comune, preview, target)
        for alike in compared.look_alikes:
            typer.echo(f"look at lines {alike.told_lines}: the same name as another person's")
        said = _said(preview, rows, total)
        batch = _prepare(ledger, comune, compared, target, who.person_id, said)
        total_text = euro_text(compared.total_cents)
        typer.echo(f"batch {batch}: {len(compared.fresh)} families, {total_text} €")
        typer.echo(f"already issued, left out: {len(compared.already_issued)}")


def _read(file: Path) -> Preview:
    """A list without a fault; each is told with its line."""
    try:
        preview = read_applications(file.read_bytes())
    except CannotRead as unreadable:
        give_up(f"This file cannot be read: {unreadable.fault} {unreadable.detail}".strip())
    for problem in preview.problems:
        typer.echo(f"line {problem.line}: {problem.column} {problem.fault} {problem.detail}")
    if preview.problems:
        give_up("Nothing was imported. Mend these lines and import the file again.")
    return preview


def _prepare(  # noqa: PLR0917 -- what, for what, by whom, as said.
    ledger: Ledger,
    comune: str,
    compared: Compared,
    target: Target,
    person: UUID,
    said: CoverLetter,
) -> UUID:
    """The batch that waits for the second officer."""
    now = ledger.clock()
    try:
        draft = prepare_batch(
            ledger, comune, compared, target, prepared_by=person, said=said, now=now
        )
    except TotalsDiffer:
        preview = compared.preview
        found = f"{preview.rows_in_file} rows, {euro_text(preview.cents_in_file)} €"
        give_up(f"The cover letter says otherwise: the file has {found}. Nothing was imported.")
    except NothingToIssue:
        give_up("Everybody in this file has this round's voucher already.")
    return draft.batch_id


@app.command()
def approve(
    *,
    comune: Comune,
    batch: Batch,
    officer: OfficerName,
    password: Password,
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Approve a prepared batch: another person than who prepared it."""
    with usable(database) as ledger:
        who = officer_of(ledger, comune, officer, password)
        draft = waiting_batch(ledger, batch)
        if draft is None:
            give_up("No batch of this id is waiting.")
        approval = Approval(batch, draft.content_hash, draft.total_cents)
        key = RequestId(new_id())
        now = ledger.clock()
        decision = approve_batch(ledger, comune, approval, approver=who, key=key, now=now)
        if not decision.accepted:
            give_up(f"Refused: {decision.code}.")
        typer.echo(f"approved: {euro_text(draft.total_cents)} € left the fund for this batch")


@app.command()
def issue(*, comune: Comune, batch: Batch, database: Database = DEFAULT_DATABASE) -> None:
    """Issue an approved batch; stopped and run again, it goes on where it was."""
    with usable(database) as ledger, Progress(transient=True) as bar:
        task = bar.add_task("Vouchers", total=None)
        now = ledger.clock()
        try:
            issued = issue_batch(
                ledger,
                comune,
                batch,
                now=now,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
        except (LookupError, NotApproved):
            give_up("This batch is not there, or nobody has approved it.")
        families = families_of_batch(ledger, ledger.book(comune).book_no, batch)
        fresh = issue_family_codes(ledger, comune, families, now=now)
        typer.echo(f"issued: {issued.vouchers} vouchers, {euro_text(issued.cents)} €")
        typer.echo(f"new family codes: {len(fresh)}; refused rows: {issued.refused}")


def _said(preview: Preview, rows: int | None, total: str) -> CoverLetter:
    """What the cover letter says; what was not typed is taken from the file."""
    try:
        cents = parse_euro(total) if total else preview.cents_in_file
    except ValueError:
        give_up(f"Write the total like 1.234,56, not {total}.")
    return CoverLetter(preview.rows_in_file if rows is None else rows, cents)


def officer_of(ledger: Ledger, comune: str, user_name: str, password: str) -> OfficerRow:
    """The officer who signs in so."""
    now = ledger.clock()
    try:
        opened = sign_in_officer(ledger, comune, user_name, password, now=now)
    except LookupError:
        give_up(f"There is no book called {comune}.")
    found = None if opened is None else calling_officer(ledger, opened.token, now=now)
    if found is None:
        give_up("User name or password are wrong.")
    return found


def _fund(ledger: Ledger, comune: str, unit: str, source: str) -> tuple[UUID, AccountId]:
    """The programme and its fund, by the source's name if there are several."""
    found = [
        one
        for one in funds_of(ledger, ledger.book(comune).book_no)
        if one.unit == unit and source in {"", one.source}
    ]
    if len(found) != 1:
        names = ", ".join(one.source for one in found) or "none"
        give_up(f"Which source of {unit}? There are: {names}. Use --source.")
    return found[0].programme_id, found[0].fund
