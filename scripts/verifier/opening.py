"""What somebody was told of themselves, held against the book: the opening of a commitment.

A file `{"salt": <64 hex digits>, "values": {…}}`: the commitment is SHA-256 over the salt's bytes
and the canonical values. Source: FORMAT.md section 3, PROOF.md section 7.
"""

from dataclasses import dataclass
from hashlib import sha256

from scripts.verifier.findings import UnreadableError, WrongError
from scripts.verifier.shapes import is_hash, is_words, read_json, write_json
from scripts.verifier.state import Book


@dataclass(frozen=True, slots=True)
class Opening:
    """The commitment that an opening leads to, 32 bytes."""

    commitment: bytes

    def state(self, book: Book) -> str:
        """`made`, `erased`, or `unknown` to this book."""
        erased = book.commitments.get(self.commitment)
        if erased is None:
            return "unknown"
        return "erased" if erased else "made"


def read_opening(text: str) -> Opening:
    """Read an opening. Errors: `UnreadableError`."""
    try:
        told = read_json(text)
    except WrongError as error:
        raise UnreadableError("opening") from error
    known = type(told) is dict and set(told) == {"salt", "values"}
    if not known or not is_hash(told["salt"]) or not is_words(told["values"]):
        raise UnreadableError("opening")
    salted = bytes.fromhex(told["salt"]) + write_json(told["values"]).encode()
    return Opening(sha256(salted).digest())
