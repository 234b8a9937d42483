"""`portavalori circuit month`: a month of a buying group, for who gives money to it.

Not here: the sums (`ledger.reports.group_month`).
"""

import json
from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from ledger import StoreError
from ledger.core.quantities import euro_text
from ledger.reports.contributions import shops_by_number
from ledger.reports.group_month import group_month
from scripts.databases import DEFAULT_DATABASE, opened
from scripts.giving_up import give_up


def month(
    of: Annotated[str, typer.Argument(metavar="2026-11", help="Which month.")],
    *,
    comune: Annotated[str, typer.Option(help="Whose vouchers, for instance seveso.")],
    programme: Annotated[str, typer.Option(help="Its number, like P1.")],
    shop: Annotated[int, typer.Option(help="The number of the group's shop.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    database: Annotated[
        str, typer.Option(envvar="PORTAVALORI_DATABASE", metavar="URL")
    ] = DEFAULT_DATABASE,
) -> None:
    """Say what a buying group's vouchers and orders came to in a month: names nobody."""
    try:
        first = date.fromisoformat(f"{of}-01")
        with opened(database) as ledger:
            shop_id = shops_by_number(ledger)[shop]
            found = group_month(ledger, comune, programme, [shop_id], first)
    except StoreError as unusable:
        give_up(f"The database cannot be used. {unusable}")
    except ValueError:
        give_up("A month is written like 2026-11.")
    except LookupError:
        give_up("There is no such book, shop or circuit here.")
    if as_json:
        typer.echo(json.dumps(asdict(found)))
        return
    public, own = found.vouchers, found.orders
    typer.echo(f"{found.month}: {public.families} families, {own.count} orders")
    for name, cents in (
        ("vouchers issued", public.issued_cents), ("vouchers spent", public.spent_cents),
        ("vouchers returned", public.returned_cents), ("orders at list price", own.list_cents),
        ("taken off", own.cut_cents), ("paid", own.paid_cents),
        ("accrued to the fund", own.accrued_cents),
    ):  # fmt: skip
        typer.echo(f"{name}: {euro_text(cents)} €")
