"""`portavalori report 5r`: the five R of a period, from the book alone. Not here: the sums."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from ledger import StoreError
from ledger.core.quantities import euro_text
from ledger.reports.five_rs import five_rs
from scripts.databases import DEFAULT_DATABASE, opened
from scripts.giving_up import give_up
from wallet_web.five_rs_paper import five_rs_paper
from wallet_web.spans import Span

Database = Annotated[str, typer.Option(envvar="PORTAVALORI_DATABASE", metavar="URL")]
TITLES = {
    "raccogliere": "Raccogliere", "redistribuire": "Redistribuire", "rigenerare": "Rigenerare",
    "rendere": "Rendere", "responsabilizzare": "Responsabilizzare",
}  # fmt: skip

app = typer.Typer(name="report", help="Reports from the books alone.", no_args_is_help=True)


@app.callback()
def reports() -> None:
    """Reports from the books alone."""


@app.command("5r")
def five(
    *,
    begins: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"])],
    ends: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"])],
    comune: Annotated[str | None, typer.Option(help="One comune; else the whole Rete.")] = None,
    programme: Annotated[str, typer.Option(help="One programme of it, like `P1`.")] = "",
    pdf: Annotated[Path | None, typer.Option(help="Where to write it on paper (PDF/A).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Collect, redistribute, regenerate, give yield, make responsible: both days included."""
    first, last = begins.date(), ends.date()
    if last < first or last > date(2199, 12, 31) or first < date(2015, 1, 1):
        give_up("The period ends before it begins, or lies in no year that a book can have.")
    _whole(comune, programme, pdf)
    try:
        with opened(database) as ledger:
            if pdf:
                span = Span(first, last, {})
                pdf.write_bytes(five_rs_paper(ledger, span, comune, "it", now=ledger.clock()))
            told: dict[str, Any] = five_rs(ledger, first, last, comune, programme).told()
    except StoreError as unusable:
        give_up(f"The database cannot be used. {unusable}")
    except LookupError:
        give_up(_unknown(comune, programme))
    if as_json:
        typer.echo(json.dumps(told))
        return
    typer.echo(f"{told['comune'] or 'Rete'}, {told['from']} – {told['to']}")
    for name, title in TITLES.items():
        if name not in told:  # Of no single programme.
            continue
        typer.echo(f"\n{title}")
        for line in _lines(told[name]):
            typer.echo(f"  {line}")
    for name, one in told.get("targets", {}).items():
        wanted, found = (_sum_or_ratio(one, part) for part in ("wanted", "found"))
        reached = {True: "reached", False: "not yet", None: "n/d"}[one["reached"]]
        typer.echo(f"\ntarget {name}: {wanted}, found {found}: {reached}")


def _sum_or_ratio(one: dict[str, Any], part: str) -> str:
    cents = one.get(f"{part}_cents")
    return f"{euro_text(cents)} €" if cents is not None else one[part] or "n/d"


def _lines(told: dict[str, Any]) -> list[str]:
    """A line a figure: euro, hours, or a ratio; n/d where there is nothing to divide by."""
    lines = []
    for name, one in told.items():
        if isinstance(one, dict) and not {"cents", "minutes"} & one.keys():
            lines += _lines(one)
            continue
        lines.append(f"{name}: {_figure(name, one)}")
    return lines


def _figure(name: str, one: Any) -> str:  # noqa: ANN401 -- a figure, a sum or a ratio.
    if isinstance(one, dict):
        minutes = one.get("minutes")
        much = euro_text(one["cents"]) + " €" if minutes is None else f"{minutes / 60:g} h"
        return f"{much} ({one['entries']})"
    if name.endswith("_cents"):
        return euro_text(one) + " €"
    return "n/d" if one is None else str(one)


def _whole(comune: str | None, programme: str, pdf: Path | None) -> None:
    if programme and comune is None:
        give_up("A programme belongs to a comune: add `--comune giussano`.")
    if pdf and programme:
        give_up("The paper is of a comune or of the Rete, not of one programme.")


def _unknown(comune: str | None, programme: str) -> str:
    either = f" with a programme {programme!r} (like `P1`)" if programme else ""
    return f"There is no comune {comune!r}{either} here; its name is like `giussano`."
