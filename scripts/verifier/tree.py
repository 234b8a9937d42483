"""The Merkle tree of RFC 9162, grown leaf by leaf; only its right edge is kept.

Not here: who signed which root (`notes`).
"""

from hashlib import sha256


class Tree:
    """A tree over all leaves so far."""

    def __init__(self) -> None:
        """No leaves."""
        self.size = 0
        self._edge: list[bytes] = []  # Roots of full subtrees, the largest first.

    def add(self, leaf: bytes) -> None:
        """Append one leaf."""
        top, at = sha256(b"\0" + leaf).digest(), self.size
        while at % 2:
            top = sha256(b"\1" + self._edge.pop() + top).digest()
            at //= 2
        self._edge.append(top)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves."""
        if not self._edge:
            return sha256().digest()
        root = self._edge[-1]
        for left in self._edge[-2::-1]:
            root = sha256(b"\1" + left + root).digest()
        return root
