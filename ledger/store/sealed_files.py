"""A large file encrypted in chunks, so that nobody reads, changes, cuts or reorders it unnoticed.

The format is specified in BACKUP.md, with vectors in `tests/vectors/backup.json`. Not here: which
files these are and where they lie (`backup_sets`).
"""

import base64
import binascii
import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ledger.store.edges import random_bytes
from ledger.store.engines import StoreError

MAGIC: Final = b"portavalori-backup/1\n"
SECRET_WORD: Final = "portavalori-backup-secret/1"  # noqa: S105 -- the name of the format.
SECRET_SIZE: Final = 32
SALT_SIZE: Final = 32
KEY_SIZE: Final = 32
PREFIX_SIZE: Final = 7
TAG_SIZE: Final = 16
CHUNK: Final = 65_536
MOST_HEADER: Final = 1_048_576
OTHERS: Final = 0o077


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """What a backup is encrypted under; it is never printed. `name`: tells two of them apart."""

    value: bytes

    @property
    def name(self) -> str:
        """Sixteen digits that follow from the secret, and from which it does not follow."""
        return _derive(self.value, b"", b"name", 8).hex()


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was written: its size in bytes, and the SHA-256 of all of it."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class _Keys:
    """What one file's chunks are sealed with, all of it bound to secret, salt and header."""

    cipher: AESGCM
    prefix: bytes
    place: bytes

    def nonce(self, number: int, *, last: bool) -> bytes:
        return self.prefix + number.to_bytes(4, "big") + bytes([last])


def make_secret(path: Path) -> None:
    """Write a new secret, readable by its owner alone. Errors: `StoreError` if one is there."""
    line = f"{SECRET_WORD} {base64.b64encode(random_bytes(SECRET_SIZE)).decode()}\n"
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        message = f"{path} is there already: what was encrypted under it would be lost"
        raise StoreError(message) from None
    with os.fdopen(file, "w", encoding="ascii") as out:
        out.write(line)
        out.flush()
        os.fsync(out.fileno())


def read_secret(path: Path) -> Secret:
    """The secret in a file. Errors: `StoreError` for none, or one that others may read."""
    try:
        mode, words = path.stat().st_mode, path.read_text("ascii").split()
        value = base64.b64decode(words[1], validate=True) if len(words) > 1 else b""
    except FileNotFoundError:
        message = f"there is no secret at {path}: make one with `portavalori backup-secret`"
        raise StoreError(message) from None
    except (UnicodeDecodeError, binascii.Error):
        words, value, mode = [], b"", 0
    if words[:1] != [SECRET_WORD] or len(value) != SECRET_SIZE:
        raise StoreError(f"{path} is no secret of ours: make one with `portavalori backup-secret`")
    if mode & OTHERS:
        raise StoreError(f"others may read {path}: `chmod 600` it, or make a new secret")
    return Secret(value)


def seal_file(
    source: BinaryIO, target: BinaryIO, header: bytes, secret: Secret, *, salt: bytes
) -> Sealed:
    """Encrypt all of `source` behind a header that is in clear, and bound to it.

    `salt`: 32 random bytes, new for each file. Source: BACKUP.md, section 2.
    """
    opening = MAGIC + len(header).to_bytes(4, "big") + header + salt
    keys = _keys_of(secret, opening, salt)
    digest, size = sha256(opening), len(opening)
    target.write(opening)
    number, chunk = 0, source.read(CHUNK)
    while True:
        following = source.read(CHUNK)
        nonce = keys.nonce(number, last=not following)
        sealed = keys.cipher.encrypt(nonce, chunk, keys.place)
        target.write(sealed)
        digest.update(sealed)
        size += len(sealed)
        if not following:
            return Sealed(size, digest.hexdigest())
        number, chunk = number + 1, following


def read_header(source: BinaryIO) -> bytes:
    """The header, not yet proved: only `unseal_file` does. Errors: `StoreError`."""
    if source.read(len(MAGIC)) != MAGIC:
        message = "this is no backup of ours, or its first bytes were changed"
        raise StoreError(message)
    size = int.from_bytes(source.read(4), "big")
    header = source.read(size) if size <= MOST_HEADER else b""
    if len(header) != size or not size:
        message = "this backup's header was cut off or changed"
        raise StoreError(message)
    return header


def unseal_file(source: BinaryIO, target: BinaryIO, secret: Secret) -> None:
    """Decrypt; each chunk is proved before it is written, and the end is proved to be the end.

    Errors: `StoreError` for another secret, and for anything changed, cut off or in another order.
    What was written to `target` by then is worth nothing.
    """
    header = read_header(source)
    salt = source.read(SALT_SIZE)
    keys = _keys_of(secret, MAGIC + len(header).to_bytes(4, "big") + header + salt, salt)
    number, chunk = 0, source.read(CHUNK + TAG_SIZE)
    while True:
        following = source.read(CHUNK + TAG_SIZE)
        nonce = keys.nonce(number, last=not following)
        try:
            target.write(keys.cipher.decrypt(nonce, chunk, keys.place))
        except (InvalidTag, ValueError):
            message = f"chunk {number} is not what was sealed: changed, cut off, or elsewhere"
            raise StoreError(message) from None
        if not following:
            return
        number, chunk = number + 1, following


def _keys_of(secret: Secret, opening: bytes, salt: bytes) -> _Keys:
    derived = _derive(secret.value, salt, b"file", KEY_SIZE + PREFIX_SIZE)
    place = sha256(opening).digest()
    return _Keys(AESGCM(derived[:KEY_SIZE]), derived[KEY_SIZE:], place)


def _derive(secret: bytes, salt: bytes, use: bytes, size: int) -> bytes:
    """HKDF-SHA-256 (RFC 5869), so that no key is used twice, nor for two things."""
    return HKDF(SHA256(), size, salt or None, MAGIC + use).derive(secret)
