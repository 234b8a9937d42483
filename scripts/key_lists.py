"""`portavalori keys root …` and `keys lists …`: the offline root, and what it signs for the tills.

`root make` and `lists sign` need no database: they are for a machine without network. Not here: the
signing keys of comuni (`keys`).
"""

import json
from pathlib import Path
from typing import Annotated

import typer

from ledger.core.quantities import SECOND
from ledger.operations.publish_lists import (
    DAYS_OF_A_LIST,
    NotTaken,
    believe_root,
    next_lists,
    take_lists,
)
from ledger.reports.key_report import keys_today
from ledger.token import cbor
from ledger.token.issue import issue_list
from ledger.token.keys import DenyList, KeyList
from scripts.databases import DEFAULT_DATABASE, opened
from scripts.giving_up import give_up
from scripts.root_shares import BadShares, join_shares, make_shares

roots = typer.Typer(help="The root: three custodians, any two sign.", no_args_is_help=True)
lists = typer.Typer(help="The lists that tills believe.", no_args_is_help=True)
Database = Annotated[str, typer.Option(envvar="PORTAVALORI_DATABASE", metavar="URL")]
Output = Annotated[Path, typer.Option("--output", "-o", help="A file that is not there yet.")]


@roots.command("make")
def make(files: Annotated[list[Path], typer.Argument(help="Three new files.")]) -> None:
    """Make a root, in three files; to be done offline. Says the public key."""
    try:
        public = make_shares(files)
    except (BadShares, OSError) as error:
        give_up(f"No root was made. {error}")
    typer.echo(f"root {public.hex()}")
    typer.echo("Give each file to another person, and keep none: any two of them sign.")


@roots.command("use")
def use(public: str, *, database: Database = DEFAULT_DATABASE) -> None:
    """Have tills believe this root from now on; they want lists that it signed."""
    try:
        with opened(database) as ledger:
            believe_root(ledger, bytes.fromhex(public), now=ledger.clock())
    except ValueError:
        give_up("This is no public key of a root: 64 hexadecimal characters.")
    typer.echo("Now draft, sign and take the lists: until then no till sells without network.")


@lists.command("draft")
def draft(
    *,
    output: Output,
    days: Annotated[int, typer.Option(help="How long tills may read them.")] = DAYS_OF_A_LIST,
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Write down what the root is to sign next."""
    with opened(database) as ledger:
        made = next_lists(ledger, now=ledger.clock(), days=days)
    _write(output, cbor.encode(made.keys.to_claims()), cbor.encode(made.denied.to_claims()))
    tell(made.keys, made.denied)


@lists.command("sign")
def sign(
    drafted: Annotated[Path, typer.Argument(help="The draft.")],
    shares: Annotated[list[Path], typer.Argument(help="Two custodians' files.")],
    *,
    output: Output,
) -> None:
    """Sign a draft with two custodians' files; to be done offline. Shows what is signed."""
    if len(shares) != 2:  # noqa: PLR2004 -- two persons.
        give_up("Two custodians' files are wanted.")
    try:
        keys, denied = (cbor.decode(one) for one in _read(drafted))
        read = KeyList.from_claims(keys), DenyList.from_claims(denied)
        tell(*read)
        root, kid = join_shares(*shares)
    except (BadShares, OSError, ValueError) as error:
        give_up(f"Nothing was signed. {error}")
    _write(output, *(issue_list(one, root=root, kid=kid) for one in read))
    typer.echo(f"signed: {output}")


@lists.command("take")
def take(signed: Path, *, database: Database = DEFAULT_DATABASE) -> None:
    """Take signed lists in: tills hear of them with their next contact."""
    try:
        with opened(database) as ledger:
            read = take_lists(ledger, *_read(signed), now=ledger.clock())
    except (NotTaken, OSError, ValueError) as error:
        give_up(f"The lists were not taken. {error}")
    typer.echo(f"taken: key list {read.keys.version}, deny list {read.denied.version}")


@lists.command("show")
def show(*, database: Database = DEFAULT_DATABASE) -> None:
    """Say what tills are told now, and since when."""
    with opened(database) as ledger:
        found, now = keys_today(ledger), ledger.clock()
    typer.echo(f"roots: {', '.join(one.hex()[:16] for one in found.roots) or 'none'}")
    for kind, name in ((7, "key list"), (8, "deny list")):
        one = found.lists.get(kind)
        age = (now - one.taken_at) // SECOND if one else 0
        typer.echo(f"{name}: {f'version {one.version}, {age} s old' if one else 'none signed'}")


def tell(keys: KeyList, denied: DenyList) -> None:
    """What two custodians read before they sign."""
    typer.echo(f"key list {keys.version}: {len(keys.keys)} keys, {len(keys.limits)} limits")
    for one in keys.keys:
        typer.echo(f"  {one.kid.hex()} {one.issuer} {one.use}")
    for limit in keys.limits:
        typer.echo(
            f"  {limit.issuer} programme {limit.programme}: slips to {limit.slip_cents} cents"
        )
    typer.echo(f"deny list {denied.version}: {len(denied)} codes, {len(denied.prefixes)} bytes")


def _write(path: Path, keys: bytes, denied: bytes) -> None:
    told = {"key_list": keys.hex(), "deny_list": denied.hex()}
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(json.dumps(told) + "\n")
    except OSError as error:
        give_up(f"{path} was not written. {error}")


def _read(path: Path) -> tuple[bytes, bytes]:
    """Both lists of a file. Errors: OSError, ValueError."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return bytes.fromhex(told["key_list"]), bytes.fromhex(told["deny_list"])
    except (KeyError, TypeError) as error:
        message = f"{path} holds no two lists"
        raise ValueError(message) from error
