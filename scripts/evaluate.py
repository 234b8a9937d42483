"""`portavalori evaluate CASE.json`: one household through one rule, each step told.

Thin: how it is reckoned stands in `ledger.core.entitlement`. Needs no database, keeps nothing.
"""

import json
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from ledger.core.canonical import Json
from ledger.core.entitlement.cases import evaluate_case

MOST_BYTES = 1_000_000
Case = Annotated[str, typer.Argument(metavar="CASE.json", help="The case; - reads it from here.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")]


def evaluate(case: Case, *, as_json: AsJson = False) -> None:
    """Reckon ISEE-FF and the amount of one case; the forms are in ENTITLEMENT.md."""
    try:
        told = evaluate_case(_read(case))
    except OSError as error:
        _give_up(f"{case} cannot be read: {error.strerror}.")
    except (ValueError, RecursionError) as error:
        _give_up(f"This is no case. {error}")
    typer.echo(json.dumps(told, ensure_ascii=False) if as_json else _table(told))


def _read(case: str) -> object:
    """Errors: `OSError`, `ValueError`."""
    raw = sys.stdin.buffer.read(MOST_BYTES + 1) if case == "-" else Path(case).read_bytes()
    if len(raw) > MOST_BYTES:
        raise ValueError("it is too long for one")
    return json.loads(raw)


def _table(told: dict[str, Json]) -> str:
    """Steps first, as they were taken, then what came of them."""
    steps = told.pop("steps")
    assert isinstance(steps, list)
    lines = [f"{one['value']:>12}  {one['why']}" for one in steps]  # type: ignore[index,call-overload]
    return "\n".join([*lines, "", *(f"{value!s:>12}  {name}" for name, value in told.items())])


def _give_up(words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(1)
