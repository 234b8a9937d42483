"""Keys from the terminal: those that sign, for the two on duty; the master under which names lie.

docs/KEYS.md says what to do when. Not here: the root and its lists (`key_lists`), and backups of
the keys (`backups`).
"""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from ledger import Ledger, StoreError
from ledger.core.programmes import day_of
from ledger.operations.block_codes import Blocked, block_codes, faces_of, named_codes
from ledger.operations.end_key import EndOutcome, ask_to_end_key, confirm_key_end
from ledger.operations.issue_credential import issue_family_codes, issue_slip_codes
from ledger.operations.reissue_codes import StillBelieved, reissue_codes
from ledger.operations.rotate_keys import rotate_keys
from ledger.operations.rotate_signing import NoSuchProgramme, rotate_signing
from ledger.reports.key_report import check_signatures, keys_today, state_of
from ledger.token.keys import KeyUse
from scripts import key_lists
from scripts.databases import DEFAULT_DATABASE, opened
from scripts.giving_up import give_up
from scripts.officers import officer_named

app = typer.Typer(
    name="keys", help="The keys that sign, and those under which names lie.", no_args_is_help=True
)
app.add_typer(key_lists.roots, name="root")
app.add_typer(key_lists.lists, name="lists")

Password = Annotated[
    str, typer.Option(envvar="PORTAVALORI_PASSWORD", help="Asked for if it is needed.")
]
Officer = Annotated[str, typer.Option(help="The user name of who acts.")]
Comune = Annotated[str, typer.Option(help="Whose keys, for instance giussano.")]
WORDS = {
    EndOutcome.FORBIDDEN: "Refused: an officer or approver of the key's comune asks, an approver"
    " confirms.",
    EndOutcome.SAME_PERSON: "Refused: another person has to confirm than the one who asked.",
    EndOutcome.NOT_ASKED: "Nobody has asked for the end of this key: ask first, without --confirm.",
}
Database = Annotated[str, typer.Option(envvar="PORTAVALORI_DATABASE", metavar="URL")]


@app.callback()
def keys() -> None:
    """The keys that sign, and those under which names lie."""


@app.command("list")
def list_keys(*, database: Database = DEFAULT_DATABASE) -> None:
    """Say every signing key: whose, for what, from when to when, how often it signed."""
    with opened(database) as ledger:
        found, now = keys_today(ledger), ledger.clock()
    for one in found.keys:
        span = f"{day_of(one.not_before)} {day_of(one.not_after)}"
        scope = f"programme {one.programme}" if one.programme else "all"
        typer.echo(
            f"{one.kid.hex()} {one.issuer} {one.use} {scope} {span}"
            f" signed {one.signed} {state_of(one, now)}"
        )


@app.command("check")
def check(*, database: Database = DEFAULT_DATABASE) -> None:
    """Compare what the keys signed with what was issued; status 1 on any difference."""
    with opened(database) as ledger:
        findings = list(check_signatures(ledger))
    for one in findings:
        typer.echo(f"{one.kid.hex()}: {one.what}")
    if findings:
        raise typer.Exit(1)
    typer.echo("signatures = issuance rows, for every key")


@app.command("rotate")
def rotate(
    *,
    comune: Comune,
    use: Annotated[KeyUse, typer.Option(help="Which of its keys.")],
    programme: Annotated[str, typer.Option(help="Its unit, for a key of its own.")] = "",
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Have a new key sign from now on; what the one before signed stays good."""
    try:
        with opened(database) as ledger:
            kid = rotate_signing(ledger, comune, use, unit=programme, now=ledger.clock())
    except NoSuchProgramme:
        give_up("There is no such programme, or this use has no key of its own for one.")
    except LookupError:
        give_up(f"There is no comune called {comune}.")
    typer.echo(f"key {kid.hex()} signs now; sign new lists, so that tills without network know it")


@app.command("end")
def end(
    kid: str,
    *,
    comune: Comune,
    officer: Officer,
    why: Annotated[str, typer.Option(help="leaked, lost, misused: a word for the register.")] = "",
    confirm: Annotated[bool, typer.Option("--confirm", help="As the second person.")] = False,
    password: Password = "",
    database: Database = DEFAULT_DATABASE,
) -> None:
    """End a key that leaked: one person asks, another confirms; another key takes its place."""
    try:
        with opened(database) as ledger:
            who = officer_named(ledger, comune, officer, password)
            name, now = bytes.fromhex(kid), ledger.clock()
            if confirm:
                done = confirm_key_end(ledger, name, officer=who, now=now)
                _told(done.outcome)
                typer.echo(f"ended; key {done.successor.hex()} signs instead")
                typer.echo("Now sign new lists, and `keys reissue` what the old key had signed.")
                return
            if not why.isalpha():
                give_up("Say why, in one word: --why leaked.")
            _told(ask_to_end_key(ledger, name, why, officer=who, now=now))
            typer.echo("asked; another person confirms it with --confirm")
    except (LookupError, ValueError):
        give_up("There is no key of this name: see `keys list`.")


def _told(outcome: EndOutcome) -> None:
    if outcome in WORDS:
        give_up(WORDS[outcome])


@app.command("reissue")
def reissue(kid: str, *, database: Database = DEFAULT_DATABASE) -> None:
    """Sign anew all that an ended key had signed; stopped and run again, it goes on."""
    try:
        with opened(database) as ledger, Progress(transient=True) as bar:
            task = bar.add_task("Codes", total=None)
            done = reissue_codes(
                ledger,
                bytes.fromhex(kid),
                tell=lambda at, of: bar.update(task, completed=at, total=of),
            )
    except StillBelieved:
        give_up("This key has not ended: end it first.")
    except (LookupError, ValueError):
        give_up("There is no key of this name: see `keys list`.")
    typer.echo(f"signed anew: {done.codes}; before: {done.done}; that work no more: {done.gone}")
    typer.echo("Print the letters again; until they arrive the twelve characters go on working.")


@app.command("block")
def block(
    file: Annotated[Path, typer.Argument(help="Ids or typed codes, one a line; - for the input.")],
    *,
    comune: Comune,
    replace: Annotated[
        bool, typer.Option("--replace", help="Give whoever had one another code at once.")
    ] = False,
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Withdraw many codes at once; the money behind them stays."""
    lines = sys.stdin if str(file) == "-" else file.read_text(encoding="utf-8").splitlines()
    try:
        with opened(database) as ledger, Progress(transient=True) as bar:
            task = bar.add_task("Codes", total=None)
            ids, unknown = named_codes(ledger, [one for line in lines if (one := line.strip())])
            done = block_codes(
                ledger,
                comune,
                ids,
                tell=lambda at, of: bar.update(task, completed=at, total=of),
            )
            made = _replaced(ledger, comune, done) if replace else 0
    except LookupError:
        give_up(f"There is no comune called {comune}.")
    typer.echo(f"withdrawn: {len(done.codes)}; replaced: {made}; unknown: {unknown + done.others}")
    typer.echo("Sign new lists, so that tills without network refuse them too.")


def _replaced(ledger: Ledger, comune: str, done: Blocked) -> int:
    """Give those whose codes were withdrawn new ones."""
    now = ledger.clock()
    families = [one.target_id for one in done.codes if one.kind == "family"]
    made = issue_family_codes(ledger, comune, families, now=now)
    return len(made) + len(issue_slip_codes(ledger, comune, faces_of(ledger, done), now=now))


@app.command("rotate-master")
def rotate_master(*, database: Database = DEFAULT_DATABASE) -> None:
    """Replace the master key; stopped and run again, it goes on where it was."""
    try:
        with opened(database) as ledger, Progress(transient=True) as bar:
            task = bar.add_task("Keys", total=None)
            done = rotate_keys(
                ledger,
                now=ledger.clock(),
                tell=lambda at, of: bar.update(task, completed=at, total=of),
            )
    except StoreError as unusable:
        give_up(f"The keys were not replaced. {unusable}")
    typer.echo(f"master key {done.number} is the only one now: {done.moved} keys were moved")
    typer.echo("Back the keys up now: older backups of them hold the old one.")
