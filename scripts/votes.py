"""`portavalori vote`: count a published vote again, without a database and without the ledger.

Not here: how it is counted (`scripts.verifier.votes`).
"""

import json
from pathlib import Path
from typing import Annotated

import typer

from scripts.verifier.findings import UnreadableError
from scripts.verifier.votes import read_vote, recount

app = typer.Typer(help="Votes of families, from their published file.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Votes of families, from their published file."""


@app.command("recount")
def recount_file(
    file: Annotated[Path, typer.Argument(help="The JSON that the vote's public page gives.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One object, for programs.")] = False,
) -> None:
    """Check every signature and add everything up again; exit 0 only if all of it agrees."""
    try:
        told = read_vote(file.read_bytes())
        found, wrong = recount(told)
    except (UnreadableError, OSError):
        typer.echo("This is not the file of a vote.", err=True)
        raise typer.Exit(2) from None
    if as_json:
        typer.echo(json.dumps({"ok": not wrong, "result": found, "wrong": wrong}))
    else:
        for line in (*_lines(told, found), *(f"WRONG: {one}" for one in wrong)):
            typer.echo(line)
        typer.echo("Not what was published." if wrong else "Counted again: all of it agrees.")
    raise typer.Exit(1 if wrong else 0)


def _lines(told: object, found: dict[str, object]) -> list[str]:
    assert isinstance(told, dict)
    counts = found["counts"]
    assert isinstance(counts, list)
    titles = ["(blank)", *(one["title"] for one in told["terms"]["options"])]
    rows = [f"{votes:>7}  {title}" for title, votes in zip(titles, counts, strict=True)]
    voted = f"{sum(counts)} of {found['eligible']} families voted; valid: {found['valid']}"
    return [told["terms"]["title"], *rows, voted, f"urn {found['urn']}"]
