"""The Merkle tree over a book's leaves: RFC 6962 and 9162 hashes, grown leaf by leaf.

A frontier is what must be kept to go on: the roots of the perfect subtrees, largest first, as many
as the size has ones in binary. A proof is read
against a root alone. Not here: where the hashes are kept (`tiles`, the store), and who signs a root
(`checkpoint`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, TypeAlias

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


# Proofs. A node is the hash of a perfect subtree: (height, index) -> 32 bytes.

Nodes: TypeAlias = Callable[[int, int], bytes]


def root_of(size: int, nodes: Nodes) -> bytes:
    """The root of the first `size` leaves, 32 bytes."""
    return _range(0, size, nodes) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, nodes: Nodes) -> tuple[bytes, ...]:
    """From the leaf's sibling up to the root's child. Source: RFC 6962, section 2.1.1.

    Errors: `ValueError` for a leaf that is not among the first `size`.
    """
    if not 0 <= index < size:
        message = f"there is no leaf {index} among {size}"
        raise ValueError(message)
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range(middle, end, nodes))
            end = middle
        else:
            path.append(_range(start, middle, nodes))
            start = middle
    return tuple(reversed(path))


def consistency_proof(old: int, new: int, nodes: Nodes) -> tuple[bytes, ...]:
    """That the first `old` of `new` leaves did not change. Source: RFC 6962, section 2.1.2.

    Empty for equal sizes and for an empty old tree. Errors: `ValueError` if old is the larger.
    """
    if not 0 <= old <= new:
        message = f"a log of {old} leaves cannot have become one of {new}"
        raise ValueError(message)
    if old in {0, new}:
        return ()
    start, end, path, whole = 0, new, [], True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range(middle, end, nodes))
            end = middle
        else:
            path.append(_range(start, middle, nodes))
            start, whole = middle, False
    if not whole:
        path.append(_range(start, end, nodes))
    return tuple(reversed(path))


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _range(start: int, end: int, nodes: Nodes) -> bytes:
    """The hash over leaves from `start` to `end`, which begins at a multiple of its width."""
    size = end - start
    if size & (size - 1) == 0:
        height = size.bit_length() - 1
        return nodes(height, start >> height)
    middle = start + _split(size)
    return node_hash(_range(start, middle, nodes), _range(middle, end, nodes))


def included_root(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a leaf's hash and its proof lead to; None for a proof of another length.

    Source: RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size:
        return None
    place, last, root = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            root = node_hash(sibling, root)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        place, last = place >> 1, last >> 1
    return root if last == 0 else None


def is_consistent(old: tuple[int, bytes], new: tuple[int, bytes], path: Sequence[bytes]) -> bool:
    """Whether the proof leads from the old size and root to the new. Source: RFC 9162, 2.1.4.2."""
    (old_size, old_root), (new_size, new_root) = old, new
    if old_size == new_size:
        return old_root == new_root and not path
    if old_size == 0:
        return old_root == EMPTY_ROOT and not path
    if old_size > new_size or not path:
        return False
    steps = list(path) if old_size & (old_size - 1) else [old_root, *path]
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, step)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root
