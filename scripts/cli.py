"""The command `portavalori`: one function per subcommand, each thin; the work is done elsewhere.

To add one: a function below with `@app.command()`, its options keyword-only and `Annotated`, its
docstring the help text. Expected troubles end in `give_up` with a sentence that says what to do.
"""

import json
from importlib.metadata import version as installed_version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.progress import Progress

from ledger import StoreError
from ledger.core.quantities import euro_text
from ledger.operations.sweep_vault import left_behind
from scripts.backups import app as backups
from scripts.batches import app as batches
from scripts.bench.http import Load, bench_http, http_row
from scripts.bench.ledger import as_row, as_words, bench_ledger, default_postgresql
from scripts.bench.verify import bench_verify
from scripts.bench.volume import bench_volume, volume_row
from scripts.bringing import import_book
from scripts.check_books import check_ledger, told
from scripts.circuit import app as circuit
from scripts.databases import (
    DEFAULT_DATABASE,
    beside,
    forget_witnesses,
    is_there,
    opened,
    throw_away,
    today,
)
from scripts.db_commands import app as db
from scripts.demo.seed import AlreadySeeded, Size, seed_demo, write_credentials
from scripts.evaluate import evaluate
from scripts.exports import app as exports
from scripts.giving_up import give_up
from scripts.housekeeping import keep_house
from scripts.keys import app as keys
from scripts.listening import PortTakenError
from scripts.practices import import_practice
from scripts.report import app as report
from scripts.retention import retention
from scripts.serve import LOOPBACK
from scripts.serve import serve as serve_until_stopped
from scripts.verifier.command import run_verifier
from scripts.votes import app as votes
from scripts.witness.commands import app as witness
from wallet_web.rendering import FrontEndMissingError
from wallet_web.settings import Settings

app = typer.Typer(
    help="Portavalori: the book of local civic money.", no_args_is_help=True,
    add_completion=False, pretty_exceptions_enable=False,
)  # fmt: skip

BENCH = "Figures, each beside its baseline in the same run."
bench = typer.Typer(name="bench", help=BENCH, no_args_is_help=True)
batches.command("book")(import_book)
batches.command("practice")(import_practice)
for group in (db, bench, batches, exports, witness, keys, circuit, report):
    app.add_typer(group, name=group.info.name)
app.add_typer(votes, name="vote")
app.command("evaluate")(evaluate)
app.command("retention")(retention)
app.registered_commands += backups.registered_commands

Port = Annotated[int, typer.Option(min=0, max=65535, help="Where to listen; 0 takes a free one.")]
Database = Annotated[
    str,
    typer.Option(
        envvar="PORTAVALORI_DATABASE",
        metavar="URL",
        help="An SQLite file or a PostgreSQL server.",
    ),
]
Reset = Annotated[bool, typer.Option("--reset", help="Throw the demo network away first.")]

DEFAULT_ADDRESS = "http://127.0.0.1:8000"
STEPS = {
    "comuni": "Five comuni, their shops and families",
    "mesi": "The year before: a pact with families, and the circuit",
    "vendite": "Six weeks of sales",
}


@app.command()
def version() -> None:
    """Say which version this is."""
    typer.echo(installed_version("portavalori"))


@app.command()
def serve(*, port: Port = 8000, database: Database = DEFAULT_DATABASE) -> None:
    """Serve the pages and the API for one database, on this machine's own address."""
    serve_or_explain(port, database, Settings())


@app.command()
def run(*, port: Port = 8000, database: Database = DEFAULT_DATABASE, reset: Reset = False) -> None:
    """Make the demo network if it is not there, then serve it."""
    credentials = beside(database)
    if reset:
        throw_away(database)
    if not is_there(database):
        forget_witnesses(database)  # Of a demo before this one: they know its logs, not these.
        seed(database, Size(), credentials, f"http://{LOOPBACK}:{port}")
    serve_or_explain(port, database, Settings(demo=True, demo_file=credentials))


@app.command()
def demo(
    *,
    database: Database = DEFAULT_DATABASE,
    families: Annotated[int, typer.Option(min=1, max=20_000, help="How many families.")] = 2_000,
    credentials: Annotated[
        Path | None, typer.Option(help="Where to write how each part can be tried.")
    ] = None,
    base_url: Annotated[str, typer.Option(help="Where the server will be.")] = DEFAULT_ADDRESS,
) -> None:
    """Seed the five comuni of the demo network into an empty ledger."""
    size = Size(families=families, sales=families * 3)
    seed(database, size, credentials or beside(database), base_url)


@app.command()
def tick(
    *,
    database: Database = DEFAULT_DATABASE,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only count who was left behind in the vault.")
    ] = False,
) -> None:
    """Do once what must happen by itself: expiries, covers, dead sessions, a sweep of the vault."""
    try:
        with opened(database) as ledger:
            if dry_run:
                left = left_behind(ledger, now=ledger.clock())
                typer.echo(f"left behind in the vault: {left} persons; nothing was touched")
                return
            kept = keep_house(ledger)
    except StoreError as unusable:
        give_up(f"The database cannot be used. {unusable}")
    typer.echo(f"expired: {kept.expired} vouchers, {euro_text(kept.returned_cents)} € back")
    typer.echo(f"late refunds covered: {euro_text(kept.covered_cents)} €")
    typer.echo(f"left behind in the vault, deleted: {kept.swept} persons")


@app.command()
def check(
    *,
    database: Database = DEFAULT_DATABASE,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Replay every book and compare every row; exit 0 only if all is proved."""
    try:
        report = check_ledger(database)
    except StoreError as unusable:
        give_up(f"The database cannot be used. {unusable}")
    typer.echo(json.dumps(report, ensure_ascii=False) if as_json else told(report))
    if not report["ok"]:
        raise typer.Exit(1)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,  # The verifier reads its own words, alone as well as here.
)
def verify(ctx: typer.Context) -> None:
    """Recompute a book from its bundle by a program written apart; needs no database."""
    raise typer.Exit(run_verifier(ctx.args))


def serve_or_explain(port: int, database: str, settings: Settings) -> None:
    """Serve until stopped; end expected troubles in words."""
    try:
        serve_until_stopped(port=port, database=database, settings=settings)
    except PortTakenError as taken:
        give_up(f"{taken}. Choose another with --port.")
    except StoreError as unusable:
        give_up(f"The database cannot be used. {unusable}")
    except FrontEndMissingError as missing:
        give_up(f"The front end is not built. {missing}")


def seed(database: str, size: Size, credentials: Path, base_url: str) -> None:
    """Seed the demo with a progress bar, and write its credentials."""
    try:
        with Progress(transient=True) as bar:
            tasks = {name: bar.add_task(title, total=1) for name, title in STEPS.items()}

            def tell(step: str, done: int, total: int) -> None:
                bar.update(tasks[step], completed=done, total=total)

            made = seed_demo(database, size=size, today=today(), tell=tell)
    except AlreadySeeded:
        give_up("This ledger holds books already: choose an empty one with --database.")
    except StoreError as unusable:
        give_up(f"The database cannot be used. {unusable}")
    write_credentials(credentials, made, base_url)
    typer.echo(f"The demo network is there. How to try each part: {credentials}")


@bench.command("ledger")
def measure_ledger(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line a figure.")] = False,
    seconds: Annotated[float, typer.Option(min=0.05, help="How long each figure runs.")] = 2.0,
    postgresql: Annotated[str | None, typer.Option(metavar="URL", help="A server to use.")] = None,
) -> None:
    """Transfers a second on both engines: in flight, in bulk, uniform and hot; and a full check."""
    for figure in bench_ledger(seconds=seconds, postgresql=postgresql or default_postgresql()):
        typer.echo(json.dumps(as_words(figure)) if as_json else as_row(figure))


@bench.command("http")
def measure_http(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line a figure.")] = False,
    requests: Annotated[int, typer.Option(min=100, help="How many of each.")] = 2_000,
    postgresql: Annotated[str | None, typer.Option(metavar="URL", help="A server to use.")] = None,
) -> None:
    """A whole redemption over HTTP beside an empty JSON POST: same server, same run."""
    for in_flight in (1, 16, 64):
        with TemporaryDirectory() as folder:
            place = postgresql or f"sqlite:///{folder}/bench.db"
            engine = "postgresql" if postgresql else "sqlite"
            load = Load(requests, in_flight)
            for figure in bench_http(place, engine, load=load):
                typer.echo(json.dumps(figure) if as_json else http_row(figure))


@bench.command("volume")
def measure_volume(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line a figure.")] = False,
    transfers: Annotated[int, typer.Option(min=20_000, help="In the full book.")] = 1_000_000,
) -> None:
    """A redemption in a full book beside one in a small one; check and memory of the full one."""
    for figure in bench_volume(transfers):
        typer.echo(json.dumps(figure) if as_json else volume_row(figure))


@bench.command("verify")
def measure_verify(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line a figure.")] = False,
    transfers: Annotated[int, typer.Option(min=1_000, help="In the book.")] = 1_000_000,
) -> None:
    """The auditor's bundle of a full book, and the independent verifier on it: time and memory."""
    for figure in bench_verify(transfers):
        typer.echo(json.dumps(figure) if as_json else volume_row(figure))


def main() -> None:
    """Run the command: the console script's door."""
    app()


if __name__ == "__main__":
    main()
