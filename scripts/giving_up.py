"""How a command ends that cannot go on: in words, with status 2."""

from typing import NoReturn

import typer


def give_up(why: str) -> NoReturn:
    """Say why on standard error, and what to do; `why` is whole sentences."""
    typer.echo(f"Portavalori cannot go on. {why}", err=True)
    raise typer.Exit(2)
