"""`portavalori retention`: who would be erased today; propose it, and confirm it as somebody else.

The same verbs as the console's, and the same four eyes: to propose or run asks for an officer's
password. What is printed are counts, reasons and a hash; `--ids` adds random ids.
"""

from datetime import date
from typing import Annotated

import typer
from rich.progress import Progress

from ledger import Ledger, RequestId, StoreError, new_id
from ledger.core.proposals import Confirmation
from ledger.operations.erase_due import (
    ListChanged,
    NothingDue,
    confirm_list,
    propose_list,
    run_list,
)
from ledger.reports.retention_page import ListRow, due_lines, retention_lists, who_is_due
from ledger.reports.who_asks import Asking, OfficerRow
from scripts.databases import DEFAULT_DATABASE, opened, today
from scripts.giving_up import give_up
from scripts.officers import officer_named

Database = Annotated[str, typer.Option(envvar="PORTAVALORI_DATABASE", metavar="URL")]
Password = Annotated[
    str, typer.Option(envvar="PORTAVALORI_PASSWORD", help="Asked for if it is needed.")
]


def retention(
    *,
    comune: Annotated[str, typer.Option(help="Whose people, for instance giussano.")],
    propose: Annotated[
        bool, typer.Option("--propose", help="Write the list down for another officer.")
    ] = False,
    run: Annotated[
        str, typer.Option(metavar="HASH", help="Confirm the proposed list of this hash, and do it.")
    ] = "",
    officer: Annotated[str, typer.Option(help="The user name of who acts.")] = "",
    password: Password = "",
    ids: Annotated[bool, typer.Option("--ids", help="Print the random ids too.")] = False,
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Say who is past their date and who is kept and why; erases only with --run, by a second."""
    try:
        with opened(database) as ledger:
            if run:
                confirm(
                    ledger,
                    comune,
                    run,
                    officer_named(ledger, comune, officer, password),
                )
                return
            tell(ledger, comune, today(), ids=ids)
            if propose:
                put_down(
                    ledger,
                    comune,
                    officer_named(ledger, comune, officer, password),
                )
    except StoreError as unusable:
        give_up(f"The database cannot be used. {unusable}")


def tell(ledger: Ledger, comune: str, as_of: date, *, ids: bool) -> None:
    """The dry run, as it is proposed and done."""
    try:
        found = who_is_due(ledger, comune, as_of)
    except LookupError:
        give_up(f"There is no book called {comune}.")
    for line in due_lines(found):
        typer.echo(f"{line.unit or '-'}: {line.outcome} {line.count}")
    typer.echo(
        f"as of {found.as_of}: {len(found.people)} persons and {len(found.applications)}"
        f" applications would be erased, hash {found.content_hash().hex()}"
    )
    if ids:
        for kind, one in found.items:
            typer.echo(f"{kind} {one}")


def put_down(ledger: Ledger, comune: str, who: OfficerRow) -> None:
    """Propose today's list."""
    try:
        one = propose_list(ledger, comune, today(), officer=who, now=ledger.clock())
    except NothingDue:
        give_up("Nobody is past their date: there is nothing to propose.")
    if one is None:
        give_up("Refused: only an officer or an approver of this comune proposes.")
    typer.echo(f"proposed: another officer runs it with --run {one.content_hash.hex()}")


def confirm(ledger: Ledger, comune: str, wanted: str, who: OfficerRow) -> None:
    """Confirm a proposed list, or go on with one that was stopped, and erase."""
    one = _listed(ledger, comune, wanted)
    if one.state == "prepared":
        asked = Confirmation(one.list_id, one.content_hash)
        by = Asking(who, RequestId(new_id()), ledger.clock())
        try:
            decision = confirm_list(ledger, comune, asked, by=by)
        except ListChanged:
            tell(ledger, comune, date.fromisoformat(one.as_of), ids=False)
            give_up("The list is another one by now, as told above: propose it again.")
        if not decision.accepted:
            give_up(f"Refused: {decision.code}.")
    with Progress(transient=True) as bar:
        task = bar.add_task("Erasing", total=None)
        done = run_list(
            ledger,
            comune,
            one.list_id,
            officer=who,
            now=ledger.clock(),
            tell=lambda at, of: bar.update(task, completed=at, total=of),
        )
    typer.echo(f"erased: {done.people} persons, {done.applications} applications")
    typer.echo(f"needed after all, and kept: {done.stayed}")


def _listed(ledger: Ledger, comune: str, wanted: str) -> ListRow:
    """The newest list of this hash."""
    lists = retention_lists(ledger, ledger.book(comune).book_no)
    found = next((one for one in lists if one.content_hash.hex() == wanted), None)
    if found is None:
        give_up("No list of this hash was proposed: propose it first, by another officer.")
    return found
