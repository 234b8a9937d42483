"""A second writer of bundles, apart from the ledger's: leaves in, keys of its own, any forgery.

Leaves come from SQL or from memory. A lying operator uses the same keys: `sealed` hashes and signs
whatever it is given. Not here: what must be found (the tests).
"""

import base64
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ORIGIN = "portavalori.example/giussano"
WITNESSES = tuple(f"portavalori.example/{name}/witness" for name in ("besana", "lissone", "seveso"))
PER_FILE = 4096
DARE = {"treasury", "shop_claim", "caps_used"}
SEEN_AT = 1_795_000_000


def key_of(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def vkey(name: str, kind: int) -> str:
    public = bytes([kind]) + key_of(name).public_key().public_bytes_raw()
    return f"{name}+{number(name, kind).hex()}+{b64(public)}"


def number(name: str, kind: int) -> bytes:
    public = bytes([kind]) + key_of(name).public_key().public_bytes_raw()
    return sha256(name.encode() + b"\n" + public).digest()[:4]


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """As RFC 9162 writes it, from the top."""
    if len(leaves) < 2:
        return sha256(b"\0" + leaves[0]).digest() if leaves else sha256(b"").digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\1" + tree_root(leaves[:half]) + tree_root(leaves[half:])).digest()


def note(leaves: Sequence[bytes], size: int, witnesses: Iterable[str] = WITNESSES) -> str:
    text = f"{ORIGIN}\n{size}\n{b64(tree_root(leaves[:size]))}\n"
    lines = [f"— {ORIGIN} {b64(number(ORIGIN, 1) + key_of(ORIGIN).sign(text.encode()))}\n"]
    for name in witnesses:
        told = f"cosignature/v1\ntime {SEEN_AT}\n{text}".encode()
        stamped = SEEN_AT.to_bytes(8, "big") + key_of(name).sign(told)
        lines.append(f"— {name} {b64(number(name, 4) + stamped)}\n")
    return f"{text}\n{''.join(lines)}"


def policy(quorum: int = 2, witnesses: Iterable[str] = WITNESSES) -> str:
    keys = "".join(f"witness {vkey(name, 4)}\n" for name in witnesses)
    return f"# given by hand\nlog {vkey(ORIGIN, 1)}\n{keys}quorum {quorum}\n"


@dataclass
class Forged:
    """The parts of a bundle, each of which a test may change before it is written."""

    entries: dict[str, bytes]
    doubled: list[str] = field(default_factory=list)

    def write(self, path: Path, *, sums: bool = True) -> Path:
        listed = {name: data for name, data in self.entries.items() if name != "SHA256SUMS"}
        lines = [f"{sha256(data).hexdigest()}  {name}\n" for name, data in listed.items()]
        whole = {**listed, "SHA256SUMS": "".join(lines).encode()} if sums else self.entries
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in whole.items():
                archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)
        return path


def sealed(
    leaves: Sequence[bytes], *, days: Sequence[int] = (), witnesses: Iterable[str] = WITNESSES,
    book: str = "giussano",
) -> Forged:  # fmt: skip
    """The bundle of these leaves, whatever they say, with fresh hashes and signatures."""
    size = len(leaves)
    about: Mapping[str, Any] = {
        "format": "portavalori-bundle", "v": 1, "book": book, "origin": ORIGIN, "size": size,
        "root": tree_root(leaves).hex(), "log_key": vkey(ORIGIN, 1),
        "witnesses": [vkey(name, 4) for name in WITNESSES], "quorum": 2,
    }  # fmt: skip
    entries = {"bundle.json": json.dumps(about).encode()}
    entries["checkpoint"] = note(leaves, size, witnesses).encode()
    for day in days:
        entries[f"checkpoints/{day:012d}"] = note(leaves, day, witnesses).encode()
    for first in range(0, size, PER_FILE):
        lines = b"".join(leaf + b"\n" for leaf in leaves[first : first + PER_FILE])
        entries[f"leaves/{first:012d}.jsonl"] = lines
    accounts, commitments = tables(leaves)
    entries["trial_balance.csv"], entries["commitments.csv"] = accounts, commitments
    entries["LEGGIMI.txt"] = b"a bundle of a test\n"
    return Forged(entries)


def tables(leaves: Iterable[bytes]) -> tuple[bytes, bytes]:
    """Both tables, added up from what the leaves say themselves."""
    kinds: dict[str, tuple[str, str]] = {}
    sums: dict[str, list[int]] = {}
    state: dict[str, str] = {}
    for raw in leaves:
        leaf = json.loads(raw)
        if leaf["code"] != "accepted":
            continue
        for item in leaf["request"]["items"]:
            if "open" in item:
                kinds[item["open"]["id"]] = item["open"]["unit"], item["open"]["kind"]
            state |= dict.fromkeys(item.get("erase", {}).get("commitments", ()), "erased")
        state |= dict.fromkeys(leaf["request"].get("commitments", ()), "held")
        for _seq, phase, _unit, debit, credit, amount, *_rest in leaf["transfers"]:
            if phase in {"posted", "used"}:
                sums.setdefault(debit, [0, 0])[0] += amount
                sums.setdefault(credit, [0, 0])[1] += amount
    lines = ["account,unit,kind,debits,credits,balance\n"]
    for name, (dare, avere) in sorted(sums.items()):
        unit, kind = kinds.get(name, ("?", "?"))
        net = dare - avere if kind in DARE else avere - dare
        lines.append(f"{name},{unit},{kind},{dare},{avere},{net}\n")
    told = [f"{one},{how}\n" for one, how in sorted(state.items())]
    return "".join(lines).encode(), "".join(["commitment,state\n", *told]).encode()
