"""`portavalori circuit found`, `rules`, `agree`: what two persons of the association sign.

Not here: the rules themselves (`ledger.core.circuit.rules`), and who may (`sign_circuit_rules`).
"""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from ledger import Code, Decision, Ledger, RequestId, new_id
from ledger.core.chart import CIRCUIT_BOOK
from ledger.core.circuit.rules import NotRules, read_rules
from ledger.core.circuit.split import NoSplit, read_percent
from ledger.operations.found_circuit import found_circuit
from ledger.operations.sign_circuit_rules import Agreement, agree_discount, sign_circuit_rules
from ledger.reports.contributions import shops_by_number
from ledger.reports.who_asks import OfficerRow
from scripts.databases import DEFAULT_DATABASE, usable
from scripts.giving_up import give_up
from scripts.officers import officer_named

Database = Annotated[str, typer.Option(envvar="PORTAVALORI_DATABASE", metavar="URL")]
First = Annotated[str, typer.Option("--officer", help="The user name of who proposes.")]
Second = Annotated[str, typer.Option("--approver", help="The user name of who signs too.")]
Password = Annotated[str, typer.Option(envvar="PORTAVALORI_PASSWORD", help="Asked for.")]
Other = Annotated[str, typer.Option(envvar="PORTAVALORI_PASSWORD_2", help="The second one's.")]
Day = Annotated[str, typer.Option(metavar="2026-12-01")]


def found(*, database: Database = DEFAULT_DATABASE) -> None:
    """Make the circuit's book, with the accounts that are its own; again does no harm."""
    with usable(database) as ledger:
        book = found_circuit(ledger, now=ledger.clock())
        typer.echo(f"the circuit's book is there: {book.name}")


def rules(
    file: Annotated[Path, typer.Argument(metavar="RULES.json", help="One object, canonical.")],
    *,
    starts: Day,
    officer: First,
    approver: Second,
    password: Password = "",
    password_2: Other = "",
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Give the circuit rules from the first of a month on; two officers sign."""
    with usable(database) as ledger:
        two = _two(ledger, (officer, password), (approver, password_2))
        try:
            given = read_rules(file.read_text(encoding="utf-8").strip())
            day, key = date.fromisoformat(starts), RequestId(new_id())
            done = sign_circuit_rules(
                ledger, given, day, signed_by=two, key=key, now=ledger.clock()
            )
        except (OSError, ValueError, NotRules) as error:
            give_up(f"{error}.")
    _tell(done)


def agree(  # noqa: PLR0913 -- the options of a command.
    *,
    shop: Annotated[int, typer.Option(help="The shop's number in the network.")],
    discount: Annotated[str, typer.Option(metavar="PERCENT", help="Like 6% or 6,5%.")],
    starts: Day,
    ends: Day,
    officer: First,
    approver: Second,
    password: Password = "",
    password_2: Other = "",
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Write down the discount that a shop agreed on; two officers sign."""
    with usable(database) as ledger:
        two = _two(ledger, (officer, password), (approver, password_2))
        shop_id = shops_by_number(ledger).get(shop)
        if shop_id is None:
            give_up(f"No shop has the number {shop}.")
        try:
            days = date.fromisoformat(starts), date.fromisoformat(ends)
            asked = Agreement(shop_id, read_percent(discount), *days)
            key, now = RequestId(new_id()), ledger.clock()
            done = agree_discount(ledger, asked, signed_by=two, key=key, now=now)
        except LookupError:
            give_up("The circuit has no rules on that day: sign rules first.")
        except (NoSplit, ValueError) as error:
            give_up(f"{error}.")
    _tell(done)


def _two(
    ledger: Ledger, one: tuple[str, str], other: tuple[str, str]
) -> tuple[OfficerRow, OfficerRow]:
    first, second = (officer_named(ledger, CIRCUIT_BOOK, *who) for who in (one, other))
    return first, second


def _tell(done: Decision) -> None:
    if done.code is Code.TOO_LATE:
        give_up("Refused: it would begin in the past, or in a month that has begun.")
    if not done.accepted:
        give_up(f"Refused: {done.code}.")
    typer.echo("signed by both.")
