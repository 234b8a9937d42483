"""How a log reaches its witnesses: over HTTP, or in this process where they live together.

The list is a text file: `witness <vkey> <address>` a line; `#` begins a comment.
"""

from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from ledger.operations.publish_checkpoint import AsksWitness
from ledger.proof.notes import WITNESS_KEY, NotANote, NoteKey, read_vkey

SECONDS = 5.0
MOST = 16_384  # Bytes of an answer.


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a network's logs ask."""

    witnesses: tuple[AsksWitness, ...] = ()

    def of(self, origin: str) -> tuple[AsksWitness, ...]:
        """The witnesses of one log: never its own."""
        return tuple(one for one in self.witnesses if one.key.name != f"{origin}/witness")


@dataclass(frozen=True, slots=True)
class DistantWitness:
    """A witness at an address, `http://…` or `https://…`."""

    key: NoteKey
    address: str

    def add_checkpoint(self, body: bytes) -> tuple[int, bytes]:
        """Ask it. Errors: `OSError` if it cannot be reached, or answers nonsense."""
        place = urlsplit(self.address)
        kind = HTTPSConnection if place.scheme == "https" else HTTPConnection
        connection = kind(place.netloc, timeout=SECONDS)
        try:
            path = f"{place.path.rstrip('/')}/add-checkpoint"
            connection.request("POST", path, body, {"Content-Type": "text/plain; charset=utf-8"})
            answer = connection.getresponse()
            return answer.status, answer.read(MOST)
        except HTTPException as error:
            raise OSError(f"no answer of HTTP: {type(error).__name__}") from error
        finally:
            connection.close()


def read_witnesses_file(file: Path) -> Asked:
    """Read the list. Errors: `NotANote` for a line that is none, naming it."""
    found: list[AsksWitness] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        match line.partition("#")[0].split():
            case []:
                continue
            case ["witness", vkey, address] if urlsplit(address).scheme in {"http", "https"}:
                found.append(_witness(vkey, address, number))
            case _:
                raise NotANote(f"line {number} is no `witness <vkey> <address>`")
    return Asked(tuple(found))


def _witness(vkey: str, address: str, number: int) -> DistantWitness:
    key = read_vkey(vkey)
    if key.kind != WITNESS_KEY:
        raise NotANote(f"line {number} gives no witness's key")
    return DistantWitness(key, address)
