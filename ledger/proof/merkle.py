"""The Merkle tree over a book's leaves: RFC 6962 and 9162 hashes, grown leaf by leaf.

A frontier is what must be kept to go on: the roots of the perfect subtrees, largest first, as many
as the size has ones in binary. Not here: proofs and checkpoints (a later issue).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """Hash one leaf: SHA-256 over 0x00 and its bytes. Source: RFC 9162, section 2.1.1."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees: SHA-256 over 0x01, left, right. Source: RFC 9162, section 2.1.1."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree of `size` leaves: enough to append, and to know the root."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def extended(self, hashes: Iterable[bytes]) -> "Frontier":
        """The tree with more leaf hashes at its end."""
        size, peaks = self.size, list(self.peaks)
        for leaf in hashes:
            peak, level = leaf, size
            while level & 1:
                peak = node_hash(peaks.pop(), peak)
                level >>= 1
            peaks.append(peak)
            size += 1
        return Frontier(size, tuple(peaks))

    def root(self) -> bytes:
        """The tree's root hash, 32 bytes."""
        if not self.peaks:
            return EMPTY_ROOT
        *others, root = self.peaks
        for peak in reversed(others):
            root = node_hash(peak, root)
        return root

    def to_bytes(self) -> bytes:
        """Its peaks, one after the other."""
        return b"".join(self.peaks)


def read_frontier(size: int, data: bytes) -> Frontier:
    """Read a stored frontier. Errors: `ValueError` if its length does not fit its size."""
    if len(data) != HASH_SIZE * size.bit_count():
        message = "a frontier has one hash for each one in the size"
        raise ValueError(message)
    peaks = tuple(data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE))
    return Frontier(size, peaks)
