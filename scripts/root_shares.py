"""The root's private key, in files of three custodians: any two make it, one alone tells nothing.

Each pair of custodians shares the key by a pad of its own: one has the pad, the other the key under
the pad. So nobody alone can sign, and nobody alone can be missing. Not here: the lists.
"""

import json
import secrets
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.token.keys import kid_of

FORMAT: Final = "portavalori root share 1"
SIZE: Final = 32
CUSTODIANS: Final = 3


class BadShares(ValueError):
    """Files that do not make one root together; says why."""


def make_shares(folder: Sequence[Path]) -> bytes:
    """Make a root and write one new file for each custodian; gives the public key.

    Errors: `BadShares` for another number of files, `FileExistsError` for one that is there.
    """
    if len(folder) != CUSTODIANS or len(set(folder)) != CUSTODIANS:
        raise BadShares("three files are wanted, one for each custodian")
    there = next((one for one in folder if one.exists()), None)
    if there is not None:
        raise FileExistsError(there)
    key = Ed25519PrivateKey.generate()
    public, seed = key.public_key(), key.private_bytes_raw()
    parts: list[dict[str, str]] = [{} for _ in folder]
    for one, other in combinations(range(CUSTODIANS), 2):
        pad = secrets.token_bytes(SIZE)
        parts[one][str(other + 1)] = pad.hex()
        parts[other][str(one + 1)] = _xor(pad, seed).hex()
    for number, (path, part) in enumerate(zip(folder, parts, strict=True), 1):
        told = {
            "format": FORMAT,
            "custodian": number,
            "public": public.public_bytes_raw().hex(),
            "with": part,
        }
        with path.open("x", encoding="utf-8") as file:
            path.chmod(0o600)
            file.write(json.dumps(told, indent=1) + "\n")
    return public.public_bytes_raw()


def join_shares(first: Path, second: Path) -> tuple[Ed25519PrivateKey, bytes]:
    """The root's private key of two custodians' files, and its name. Errors: `BadShares`."""
    one, other = _read(first), _read(second)
    if one["public"] != other["public"]:
        raise BadShares("the two files are of different roots")
    if one["custodian"] == other["custodian"]:
        raise BadShares("the two files are of one custodian: two persons are needed")
    try:
        halves = one["with"][str(other["custodian"])], other["with"][str(one["custodian"])]
        seed = _xor(*(bytes.fromhex(half) for half in halves))
        key = Ed25519PrivateKey.from_private_bytes(seed)
    except (KeyError, ValueError) as error:
        raise BadShares("a file is not whole") from error
    if key.public_key().public_bytes_raw().hex() != one["public"]:
        raise BadShares("the two files do not make the root that they name")
    return key, kid_of(key.public_key())


def _read(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadShares(f"{path} cannot be read") from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise BadShares(f"{path} is no custodian's file")
    return told


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
