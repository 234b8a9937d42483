"""`portavalori circuit year`: what the law's limit counts, and how credits went from hand to hand.

Not here: the sums (`circuit_in_year`, `circuit_credits`).
"""

import json
from datetime import date
from typing import Annotated

import typer

from ledger import StoreError
from ledger.core.programmes import starts_at
from ledger.core.quantities import euro_text
from ledger.reports.circuit_credits import multiplier
from ledger.reports.circuit_in_year import circuit_in_year
from ledger.reports.redeemed_in_year import LIMIT_CENTS
from scripts.databases import DEFAULT_DATABASE, opened, today
from scripts.giving_up import give_up

Database = Annotated[str, typer.Option(envvar="PORTAVALORI_DATABASE", metavar="URL")]


def year(
    of: Annotated[int | None, typer.Argument(metavar="YEAR", min=2020, max=2198)] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Say what a year came to against the limit of PSD2, and how often a credit changed hands."""
    wanted = today().year if of is None else of
    try:
        with opened(database) as ledger:
            found = circuit_in_year(ledger, wanted)
            since, until = starts_at(date(wanted, 1, 1)), starts_at(date(wanted + 1, 1, 1))
            used = multiplier(ledger, since=since, until=until)
    except StoreError as unusable:
        give_up(f"The database cannot be used. {unusable}")
    except LookupError:
        give_up("There is no circuit here: `portavalori circuit found` makes its book.")
    if as_json:
        rows = [
            {"unit": one.unit, "payments": one.sales, "paid_cents": one.redeemed_cents,
             "level": one.level}
            for one in found
        ]  # fmt: skip
        told = {
            "year": wanted, "limit_cents": LIMIT_CENTS, "rows": rows,
            "multiplier_thousandths": used.thousandths,
            "local_thousandths": used.local_thousandths,
        }  # fmt: skip
        typer.echo(json.dumps(told))
        return
    for one in found:
        level = f", {one.level}" if one.level else ""
        typer.echo(f"{one.title or wanted}: {euro_text(one.redeemed_cents)} €{level}")
    typer.echo(f"a credit changed hands {_ratio(used.thousandths)} times")
    typer.echo(f"spent in shops of the own comune: {_ratio(used.local_thousandths)}")


def _ratio(thousandths: int | None) -> str:
    """A ratio with three decimals; n/d where there is nothing to divide by."""
    return "n/d" if thousandths is None else f"{thousandths // 1000},{thousandths % 1000:03d}"
