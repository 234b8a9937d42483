"""`portavalori circuit feed`: a part of the Fondo Sociale for a comune's programme, by two persons.

One officer of the association proposes, another confirms by the hash. Not here: how it arrives
(`ledger.operations.feed_programme`).
"""

import json
from datetime import date
from typing import Annotated

import typer

from ledger import EntryKind, Ledger, RequestId, new_id
from ledger.core.chart import CIRCUIT_BOOK
from ledger.core.proposals import Confirmation
from ledger.core.quantities import Amount, euro_text, parse_euro
from ledger.operations.feed_programme import deliver_feeds
from ledger.operations.move_by_two import NewMove, confirm_move, propose_move
from ledger.reports.circuit_moves import circuit_moves
from ledger.reports.feeds import compare_feeds
from ledger.reports.programme_page import programme_totals
from ledger.reports.who_asks import OfficerRow
from scripts.databases import DEFAULT_DATABASE, circuit_ledger
from scripts.giving_up import give_up
from scripts.officers import officer_named

Database = Annotated[str, typer.Option(envvar="PORTAVALORI_DATABASE", metavar="URL")]
Who = Annotated[str, typer.Option(help="The user name of who acts for the association.")]
Password = Annotated[
    str, typer.Option(envvar="PORTAVALORI_PASSWORD", help="Asked for if it is needed.")
]


def feed(  # noqa: PLR0913 -- the options of a command.
    comune: Annotated[str, typer.Argument(help="The comune's book, like giussano.")] = "",
    programme: Annotated[str, typer.Argument(help="Its programme's code, like P1.")] = "",
    amount: Annotated[str, typer.Argument(metavar="EURO", help="Like 1500,00.")] = "",
    *,
    number: Annotated[str, typer.Option(help="Of the association's act; used once.")] = "",
    dated: Annotated[str, typer.Option(metavar="2026-12-01", help="The act's day.")] = "",
    reason: Annotated[str, typer.Option(help="Why; the comune reads it. No names.")] = "",
    confirm: Annotated[str, typer.Option(metavar="HASH", help="Do what was proposed.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    officer: Who = "",
    password: Password = "",
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Propose to feed a programme, confirm it by its hash; with nothing named, list all feeds."""
    with circuit_ledger(database) as ledger:
        if confirm:
            _confirm(ledger, confirm, _who(ledger, officer, password))
        elif comune:
            asked = _asked(ledger, comune, programme, _cents(amount), (number, dated, reason))
            _propose(ledger, asked, _who(ledger, officer, password))
        else:
            _list(ledger, as_json=as_json)


def _who(ledger: Ledger, officer: str, password: str) -> OfficerRow:
    return officer_named(ledger, CIRCUIT_BOOK, officer, password)


def _cents(text: str) -> Amount:
    try:
        cents = parse_euro(text)
    except ValueError:
        give_up("An amount is written like 1500,00.")
    if cents <= 0:
        give_up("An amount is above zero.")
    return cents


def _asked(
    ledger: Ledger, comune: str, unit: str, cents: Amount, act: tuple[str, str, str]
) -> NewMove:
    number, dated, reason = act
    try:
        book = ledger.book(comune)
        day = date.fromisoformat(dated)
    except LookupError:
        give_up(f"There is no book called {comune}.")
    except ValueError:
        give_up("Say the act's day: --dated 2026-12-01.")
    known = {one.programme.unit: one.programme.id for one in programme_totals(ledger, book.book_no)}
    if unit not in known:
        give_up(f"{comune} has no programme {unit}; it has {', '.join(known) or 'none'}.")
    return NewMove(EntryKind.FEED, cents, number, day, reason, comune, known[unit])


def _propose(ledger: Ledger, asked: NewMove, who: OfficerRow) -> None:
    key = RequestId(new_id())
    try:
        done = propose_move(ledger, asked, officer=who, key=key, now=ledger.clock())
    except ValueError as error:
        give_up(f"Say the act's --number and the --reason: {error}.")
    if not done.accepted:
        give_up(f"Refused: {done.code}.")
    said = asked.move(key, who.person_id).content_hash().hex()
    typer.echo(f"proposed: {euro_text(asked.amount_cents)} €; another officer confirms it with")
    typer.echo(f"  --confirm {said}")


def _confirm(ledger: Ledger, wanted: str, who: OfficerRow) -> None:
    waiting = [one for one in circuit_moves(ledger).waiting if one.content_hash.hex() == wanted]
    if not waiting:
        give_up("No proposal of this hash waits: propose it first, by another officer.")
    asked, key = Confirmation(waiting[0].proposal_id, waiting[0].content_hash), new_id()
    now = ledger.clock()
    done = confirm_move(ledger, asked, officer=who, key=RequestId(key), now=now)
    if not done.accepted:
        give_up(f"Refused: {done.code}.")
    deliver_feeds(ledger, now=now)
    typer.echo(f"done: {euro_text(waiting[0].amount_cents)} €")


def _list(ledger: Ledger, *, as_json: bool) -> None:
    found = compare_feeds(ledger)
    if as_json:
        told = [
            {"to": one.feed.to, "amount_cents": one.feed.amount_cents, "state": one.state,
             "act": one.feed.act_number, "message": one.feed.message_hash()}
            for one in found.all
        ]  # fmt: skip
        typer.echo(json.dumps({"feeds": told, "in_transit_cents": found.transit_cents}))
        return
    for one in found.all:
        cents = euro_text(one.feed.amount_cents)
        typer.echo(f"{one.feed.act_number} {one.feed.to}: {cents} €, {one.state}")
    typer.echo(f"in transit: {euro_text(found.transit_cents)} €")
