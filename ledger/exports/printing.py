"""Paper: a template and its data become a PDF/A-2a that is tagged for readers (PDF/UA-1).

The same bytes for the same data, in fonts of our own. Started as a program it prints what it reads:
a long print in a process of its own takes nothing of a server's memory for longer than it lasts.
Not here: templates and what they say. Imports nothing of the ledger, so that it starts at once.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

import typst

LONGEST: Final = 120  # Seconds; a thousand lines take half of one.


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed: the template's and the fonts' places, the data, and the hour on it (UTC)."""

    template: str
    fonts: str
    data: Mapping[str, Any]
    seconds: int


class Unprintable(RuntimeError):
    """What the printer refused: letters that no font has, say. It does not quote what it was."""


def printed(sheet: Sheet) -> bytes:
    """The PDF. Errors: `Unprintable`."""
    try:
        return _compiled(sheet)
    except typst.TypstError:
        pass  # It quotes what it could not print: a name, and a log would keep it.
    raise Unprintable


def _compiled(sheet: Sheet) -> bytes:
    made: bytes = typst.compile(
        sheet.template,
        format="pdf",
        font_paths=[sheet.fonts],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(sheet.data, ensure_ascii=False)},
        pdf_standards=["ua-1", "a-2a"],
        timestamp=datetime.fromtimestamp(sheet.seconds, UTC),
    )
    return made


def printed_apart(sheet: Sheet) -> bytes:
    """The same bytes, made by a process that ends with it.

    The printer keeps what its last prints were made of: a hundred megabytes for a thousand rows.
    Errors: `CalledProcessError`; `TimeoutExpired` for one that does not end.
    """
    done = subprocess.run(  # noqa: S603 -- this very file, by the Python that reads it.
        [sys.executable, "-I", __file__],
        input=json.dumps(asdict(sheet)).encode(),
        capture_output=True,
        check=True,
        timeout=LONGEST,
    )
    return done.stdout


if __name__ == "__main__":
    sys.stdout.buffer.write(_compiled(Sheet(**json.load(sys.stdin.buffer))))
