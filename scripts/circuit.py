"""`portavalori circuit`: what can be asked of the circuit at a command line. Not here: the work."""

import json
from typing import Annotated

import typer

from ledger.core.circuit.rules import CircuitRules
from ledger.core.circuit.split import NoSplit, read_percent, split
from ledger.core.quantities import euro_text
from scripts.circuit_feed import feed
from scripts.circuit_rules import agree, found, rules
from scripts.circuit_year import year
from scripts.contributions import dues, statement
from scripts.group_month import month

app = typer.Typer(
    name="circuit", help="The circuit: discounts, the fund, credits.", no_args_is_help=True
)

DIGITS = 16


for command in (found, rules, agree, dues, statement, feed, year, month):
    app.command(command.__name__)(command)


@app.command("split")
def split_receipt(
    *,
    amount_cents: Annotated[str, typer.Option(metavar="CENTS", help="The receipt, in cents.")],
    discount: Annotated[str, typer.Option(metavar="PERCENT", help="All of it, like 6% or 6,5%.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Split a receipt's discount: the Fondo Sociale first, the rest to the family."""
    try:
        shares = split(_cents(amount_cents), read_percent(discount), CircuitRules().fund_points)
    except NoSplit as no:
        typer.echo(f"This cannot be split: {no}.", err=True)
        raise typer.Exit(2) from no
    told = {
        "fund_cents": shares.fund_cents,
        "family_cents": shares.family_cents,
        "shop_net_cents": shares.shop_net_cents,
    }
    if as_json:
        typer.echo(json.dumps(told))
        return
    names = ("Fondo Sociale", "Famiglia", "Negozio")
    for name, cents in zip(names, told.values(), strict=True):
        typer.echo(f"{name}: {euro_text(cents)} €")


def _cents(text: str) -> int:
    """A whole number, as it is written; anything else is refused, not guessed."""
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS):
        message = "an amount is a whole number of cents above zero, like 5000"
        raise NoSplit(message)
    return int(text)
