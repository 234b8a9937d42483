"""Signed notes: a text and the lines under it, each by a named key. Source: C2SP signed-note v1.

Whoever checks a note brings the keys: a line of an unknown key says nothing, a wrong line of a
known key spoils the note. Not here: what the text says (`checkpoint`), and the signature of a
witness, which has its own form (`cosignature`).
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LOG_KEY: Final = 0x01
WITNESS_KEY: Final = 0x04
ID_SIZE: Final = 4
KEY_SIZE: Final = 32  # A public key's, and a hash's.
MAX_SIGNATURES: Final = 32
MAX_NOTE: Final = 16_384  # Characters.
DASH: Final = "\u2014 "


class NotANote(ValueError):
    """Text that is no signed note, or whose signatures do not hold."""


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key with the name that its lines bear. `kind`: `LOG_KEY` or `WITNESS_KEY`."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that name it in a line, beside its name."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def vkey(self) -> str:
        """Its text, to be given to others."""
        return f"{self.name}+{self.id.hex()}+{as_text(bytes([self.kind]) + self.public)}"

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether it made this Ed25519 signature of the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


def read_vkey(text: str) -> NoteKey:
    """Read a key's text. Errors: `NotANote`."""
    name, plus, rest = text.partition("+")
    shown, plus_too, material = rest.partition("+")
    raw = from_text(material)
    if not (plus and plus_too and is_name(name)) or len(raw) != 1 + KEY_SIZE:
        message = "a key is written <name>+<id>+<base64 of type and key>"
        raise NotANote(message)
    key = NoteKey(name, raw[0], raw[1:])
    if key.kind not in {LOG_KEY, WITNESS_KEY} or key.id.hex() != shown:
        message = f"the key of {name} has another id or type than it says"
        raise NotANote(message)
    return key


def note_key(name: str, kind: int, key: Ed25519PrivateKey) -> NoteKey:
    """The public half of a private key, under a name."""
    return NoteKey(name, kind, key.public_key().public_bytes_raw())


@dataclass(frozen=True, slots=True)
class Line:
    """One signature line: who, which key, and the bytes after the key's id."""

    name: str
    key_id: bytes
    signature: bytes

    def text(self) -> str:
        """The line, with its newline."""
        return f"{DASH}{self.name} {as_text(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends with a newline, and the lines under it."""

    text: str
    lines: tuple[Line, ...]

    def whole(self) -> str:
        """Text, empty line, signature lines."""
        return f"{self.text}\n{''.join(line.text() for line in self.lines)}"

    def signatures_of(self, key: NoteKey) -> tuple[bytes, ...]:
        """What stands there under this key's name and id, verified or not."""
        wanted = key.name, key.id
        return tuple(line.signature for line in self.lines if (line.name, line.key_id) == wanted)

    def with_lines(self, lines: Iterable[Line]) -> "Note":
        """The note with more lines: no key twice, in the order of their names."""
        own, *others = self.lines
        known = {(line.name, line.key_id): line for line in (*others, *lines)}
        known.pop((own.name, own.key_id), None)
        ordered = sorted(known.values(), key=lambda line: (line.name, line.key_id))
        return Note(self.text, (own, *ordered))


def sign_note(text: str, name: str, key: Ed25519PrivateKey) -> Note:
    """A note with a log's own signature."""
    line = Line(name, note_key(name, LOG_KEY, key).id, key.sign(text.encode()))
    return Note(text, (line,))


def read_note(text: str) -> Note:
    """Read a note, strictly; nothing is verified yet. Errors: `NotANote`."""
    if len(text) > MAX_NOTE or any(char < " " and char != "\n" for char in text):
        message = "a note is short text without control characters"
        raise NotANote(message)
    body, gap, under = text.rpartition("\n\n")
    if not gap or not body or not under.endswith("\n"):
        message = "a note is a text, an empty line and signature lines"
        raise NotANote(message)
    lines = under[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        message = "a note bears too many signatures"
        raise NotANote(message)
    return Note(body + "\n", tuple(map(read_line, lines)))


def read_line(text: str) -> Line:
    """Read one signature line, without its newline. Errors: `NotANote`."""
    name, space, material = text.removeprefix(DASH).partition(" ")
    raw = from_text(material)
    if not (text.startswith(DASH) and space and is_name(name)) or len(raw) <= ID_SIZE:
        message = "a signature line is a dash, a name and base64"
        raise NotANote(message)
    return Line(name, raw[:ID_SIZE], raw[ID_SIZE:])


def is_name(name: str) -> bool:
    """Whether a key can be called so: not empty, no space, no plus, nothing invisible."""
    return bool(name) and name.isprintable() and "+" not in name and not any(map(str.isspace, name))


def as_text(data: bytes) -> str:
    """Standard base64."""
    return base64.b64encode(data).decode()


def read_hash(text: str) -> bytes:
    """Read one hash, base64 of 32 bytes. Errors: `NotANote`."""
    data = from_text(text)
    if len(data) != KEY_SIZE:
        raise NotANote("a hash is 32 bytes")
    return data


def from_text(text: str) -> bytes:
    """Read standard base64, strictly. Errors: `NotANote`."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise NotANote("what should be base64 is not") from error
    if as_text(data) != text:
        raise NotANote("what should be base64 is not")
    return data
