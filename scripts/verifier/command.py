"""The command: read the files named, check the bundle, speak, and end with a status.

0: all is proved; 1: something is wrong; 2: it cannot be read. Not here: the checks (`verify`).
"""

import argparse
import gc
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from scripts.verifier.findings import UnreadableError, WrongError
from scripts.verifier.notes import Head, Policy, read_head, read_policy
from scripts.verifier.opening import Opening, read_opening
from scripts.verifier.telling import as_json, as_words, exit_code
from scripts.verifier.verify import Report, compare_books, verify
from scripts.verifier.words import TROUBLES

T = TypeVar("T")

UNREADABLE = 2
LARGEST_FILE = 1 << 20


def run_verifier(arguments: Sequence[str]) -> int:
    """Check one bundle as told on the command line; gives the exit status."""
    given = _parser().parse_args(arguments)
    english = given.lang == "en"
    gc.disable()  # Leaves are trees without cycles; looking for some would cost a tenth.
    try:
        report = verify(given.bundle, *_beside(given))
        if given.other is not None:
            compare_books(report, verify(given.other))
    except UnreadableError as trouble:
        _tell_unreadable(trouble, as_json=given.json, english=english)
        return UNREADABLE
    finally:
        gc.enable()
    _tell(report, as_json_too=given.json, english=english)
    return exit_code(report)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="portavalori verify", description="Ricalcola un libro dal suo pacco / Recompute a book"
    )
    parser.add_argument("bundle", type=Path, metavar="BUNDLE.zip")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--lang", choices=("it", "en"), default="it")
    parser.add_argument(
        "--with", dest="other", type=Path, metavar="OTHER.zip", help="the other book of a message"
    )
    parser.add_argument("--policy", type=Path, help="keys that you got from the witnesses")
    parser.add_argument("--after", type=Path, help="a checkpoint that you kept")
    parser.add_argument("--opening", type=Path, help="salt and values behind a commitment")
    return parser


def _beside(given: argparse.Namespace) -> tuple[Policy | None, Head | None, Opening | None]:
    return (
        _from(given.policy, read_policy),
        _from(given.after, _read_kept),
        _from(given.opening, read_opening),
    )


def _read_kept(text: str) -> Head:
    """A checkpoint that the reader kept. Errors: `UnreadableError`."""
    try:
        return read_head(text)
    except WrongError as error:
        raise UnreadableError(error.kind, **error.facts) from error


def _from(path: Path | None, reader: Callable[[str], T]) -> T | None:
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST_FILE).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableError("no_file", entry=path.name) from error
    return reader(text)


def _tell(report: Report, *, as_json_too: bool, english: bool) -> None:
    if as_json_too:
        print(json.dumps(as_json(report), ensure_ascii=False))
    else:
        print(as_words(report, english=english))


def _tell_unreadable(trouble: UnreadableError, *, as_json: bool, english: bool) -> None:
    details = [text.format(**trouble.facts) for text in TROUBLES[trouble.kind]]
    if as_json:
        finding = {"kind": trouble.kind, "detail": details[1], "dettaglio": details[0]}
        print(json.dumps({"ok": False, "unreadable": True, "findings": [finding]}))
        return
    opening = "This file cannot be checked" if english else "Questo file non si può controllare"
    print(f"{opening}: {details[english]}.", file=sys.stderr)


def main() -> None:
    """Run it alone: `python -m scripts.verifier BUNDLE.zip`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    raise SystemExit(run_verifier(sys.argv[1:]))
