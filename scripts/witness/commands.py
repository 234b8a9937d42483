"""`portavalori witness …`: make a witness, tell it which logs to watch, serve it, look at it."""

from base64 import b64encode
from pathlib import Path
from typing import Annotated, NoReturn

import typer
import uvicorn

from ledger.proof.notes import NotANote
from scripts.listening import PortTakenError, listen
from scripts.witness.memory import NoWitness, Witness, make_witness
from scripts.witness.server import told, witness_app

app = typer.Typer(name="witness", help="Witness the logs of other comuni.", no_args_is_help=True)

Folder = Annotated[Path, typer.Option(help="Where its key and its memory are.")]
HERE = Path("data/witness")


@app.command()
def init(
    name: Annotated[str, typer.Argument(help="Its name, like example.org/seveso/witness.")],
    *,
    folder: Folder = HERE,
) -> None:
    """Make a witness with a key of its own; prints the key that others need."""
    try:
        typer.echo(make_witness(folder, name).key.vkey())
    except NoWitness as error:
        _give_up(str(error))


@app.command()
def trust(
    vkey: Annotated[str, typer.Argument(help="The log's key, as its comune gives it.")],
    *,
    folder: Folder = HERE,
) -> None:
    """Watch one more log from now on."""
    try:
        _open(folder).trust(vkey)
    except NotANote as error:
        _give_up(str(error))
    typer.echo("From now on it is watched.")


@app.command()
def status(*, folder: Folder = HERE) -> None:
    """What it has seen, and what it holds against whom."""
    witness = _open(folder)
    typer.echo(told(witness), nl=False)
    for one in witness.evidence():
        typer.echo(f"  {one.origin}: {one.status} on {one.kept.size} leaves; its signed request:")
        typer.echo(f"  {b64encode(one.request).decode()}")


@app.command()
def serve(
    *,
    folder: Folder = HERE,
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8100,
) -> None:
    """Answer logs until stopped."""
    witness = _open(folder)
    try:
        listener = listen(host, port)
    except PortTakenError as taken:
        _give_up(f"{taken}. Choose another with --port.")
    options = uvicorn.Config(
        witness_app(witness), log_level="warning", access_log=False, server_header=False,
        proxy_headers=False, limit_concurrency=64,
    )  # fmt: skip
    typer.echo(f"Witness: http://{host}:{listener.getsockname()[1]}   (Ctrl-C stops it)")
    uvicorn.Server(options).run(sockets=[listener])


def _open(folder: Path) -> Witness:
    try:
        return Witness(folder)
    except NoWitness as error:
        _give_up(str(error))


def _give_up(why: str) -> NoReturn:
    typer.echo(f"The witness cannot go on. {why}", err=True)
    raise typer.Exit(2)
