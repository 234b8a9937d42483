"""Signed notes, checkpoints, cosignatures, and whom a reader believes.

Source: PROOF.md sections 1, 2 and 6; C2SP signed-note, tlog-checkpoint, tlog-cosignature. Not
here: the tree whose root they sign (`tree`).
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from scripts.verifier.findings import UnreadableError, WrongError

LOG: Final = 1
WITNESS: Final = 4
KEY_SIZE: Final = 32
NUMBER_SIZE: Final = 4
TIME_SIZE: Final = 8
LONGEST_NOTE: Final = 16_384
MOST_LINES: Final = 32
MOST_WITNESSES: Final = 1_000
CHECKPOINT_LINES: Final = 3
TOP_TIME: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Key:
    """A public key under the name of its lines. `kind`: `LOG` or `WITNESS`."""

    name: str
    kind: int
    public: bytes

    def number(self) -> bytes:
        """Four bytes that stand for it in a line."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return sha256(named).digest()[:NUMBER_SIZE]

    def text(self) -> str:
        """As a *vkey*."""
        material = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.number().hex()}+{material}"

    def signed(self, signature: bytes, message: bytes) -> bool:
        """Whether this key made the Ed25519 signature. Errors: `UnreadableError`."""
        try:
            from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 -- told plainly.
            from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
                Ed25519PublicKey,
            )
        except ImportError as error:
            raise UnreadableError("no_cryptography") from error
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


def read_key(text: str, kind: int) -> Key:
    """Read a *vkey* of one kind. Errors: `WrongError`."""
    parts = text.split("+", 2)
    material = _base64(parts[-1]) if len(parts) == CHECKPOINT_LINES else b""
    if len(material) != 1 + KEY_SIZE or not _is_name(parts[0]):
        raise WrongError("vkey", text=text[:80])
    key = Key(parts[0], material[0], material[1:])
    if key.kind != kind or key.number().hex() != parts[1]:
        raise WrongError("vkey", text=text[:80])
    return key


def _is_name(name: str) -> bool:
    return (
        bool(name) and name.isprintable() and not any(one.isspace() or one == "+" for one in name)
    )


def _base64(text: str) -> bytes:
    """Strict base64; nothing for what is none."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return b""
    return data if base64.b64encode(data).decode() == text else b""


@dataclass(frozen=True, slots=True)
class Policy:
    """Whom a reader believes. `given`: by the reader; else as the bundle itself tells."""

    log: Key
    witnesses: tuple[Key, ...]
    quorum: int
    given: bool

    def check(self) -> None:
        """Refuse keys that are not different ones, or the book's own. Errors: `WrongError`."""
        publics = {one.public for one in (self.log, *self.witnesses)}
        names = {one.name for one in self.witnesses}
        if len(publics) != 1 + len(self.witnesses) or len(names) != len(self.witnesses):
            raise WrongError("same_witness")
        if f"{self.log.name}/witness" in names:
            raise WrongError("own_witness", name=self.log.name)


def read_policy(text: str) -> Policy:
    """Read a policy file. Errors: `UnreadableError`."""
    found: dict[str, list[str]] = {"log": [], "witness": [], "quorum": []}
    for raw in text.splitlines():
        word, _, rest = raw.split("#")[0].strip().partition(" ")
        if word and word not in found:
            raise UnreadableError("policy", why=word[:40])
        if word:
            found[word].append(rest.strip())
    if len(found["log"]) != 1 or len(found["quorum"]) != 1:
        raise UnreadableError("policy", why="log, quorum")
    quorum = found["quorum"][0]
    if not (quorum.isascii() and quorum.isdigit() and int(quorum[:9]) <= len(found["witness"])):
        raise UnreadableError("policy", why="quorum")
    try:
        log = read_key(found["log"][0], LOG)
        witnesses = tuple(read_key(one, WITNESS) for one in found["witness"])
        policy = Policy(log, witnesses, int(quorum), given=True)
        policy.check()
    except WrongError as error:
        raise UnreadableError(error.kind, **error.facts) from error
    return policy


@dataclass(frozen=True, slots=True)
class Head:
    """A checkpoint: how far a log had come, its root, and the lines under it."""

    text: str
    origin: str
    size: int
    root: bytes
    lines: tuple[tuple[str, bytes, bytes], ...]  # Name, key's number, what it signed with.

    def under(self, key: Key) -> list[bytes]:
        """What stands under this key's name and number, believed or not."""
        wanted = key.name, key.number()
        return [material for name, number, material in self.lines if (name, number) == wanted]


def read_head(whole: str) -> Head:
    """Read a signed checkpoint; nothing is verified yet. Errors: `WrongError`."""
    body, gap, under = whole.rpartition("\n\n")
    told = body.split("\n")
    odd = any(char < " " and char != "\n" for char in whole)
    if odd or len(whole) > LONGEST_NOTE or not gap or len(told) != CHECKPOINT_LINES:
        raise WrongError("checkpoint_form")
    origin, size, root = told[0], told[1], _base64(told[2])
    number = size if size.isascii() and size.isdigit() and len(size) < KEY_SIZE else "x"
    if not _is_name(origin) or str(int("0" + number.strip("x"))) != size or len(root) != KEY_SIZE:
        raise WrongError("checkpoint_form")
    lines = under.split("\n")
    if lines[-1] or len(lines) - 1 > MOST_LINES:
        raise WrongError("checkpoint_form")
    return Head(f"{body}\n", origin, int(size), root, tuple(map(_line, lines[:-1])))


def _line(text: str) -> tuple[str, bytes, bytes]:
    dash, _, rest = text.partition(" ")
    name, _, material = rest.partition(" ")
    raw = _base64(material)
    if dash != "\u2014" or not _is_name(name) or len(raw) <= NUMBER_SIZE:
        raise WrongError("checkpoint_form")
    return name, raw[:NUMBER_SIZE], raw[NUMBER_SIZE:]


def wants_signature(head: Head, log: Key) -> None:
    """Refuse a checkpoint that its log did not sign. Errors: `WrongError`."""
    signatures = head.under(log)
    message = head.text.encode()
    if head.origin != log.name or not signatures:
        raise WrongError("unsigned", name=log.name)
    if not all(log.signed(one, message) for one in signatures):
        raise WrongError("signature", name=log.name)


def seen_by(head: Head, witnesses: Iterable[Key]) -> dict[str, int]:
    """Which witnesses saw it, and when (seconds since 1970). Errors: `WrongError`."""
    seen: dict[str, int] = {}
    for witness in witnesses:
        for stamped in head.under(witness):
            when = int.from_bytes(stamped[:TIME_SIZE], "big")
            message = f"cosignature/v1\ntime {when}\n{head.text}".encode()
            if when > TOP_TIME or not witness.signed(stamped[TIME_SIZE:], message):
                raise WrongError("cosignature", name=witness.name)
            seen[witness.name] = max(when, seen.get(witness.name, 0))
    return seen
