"""A root of a test's own: three custodians' files, and lists that two of them signed."""

from dataclasses import dataclass
from pathlib import Path

from ledger import Ledger
from ledger.core.quantities import Instant
from ledger.operations.publish_lists import Lists, believe_root, next_lists, take_lists
from ledger.token.issue import issue_list
from scripts.root_shares import join_shares, make_shares


@dataclass(frozen=True)
class Root:
    """Three custodians' files, and the public key."""

    shares: tuple[Path, Path, Path]
    public: bytes

    def sign(self, lists: Lists, first: int = 0, second: int = 1) -> tuple[bytes, bytes]:
        """Both lists, signed by two custodians."""
        root, kid = join_shares(self.shares[first], self.shares[second])
        return (
            issue_list(lists.keys, root=root, kid=kid),
            issue_list(lists.denied, root=root, kid=kid),
        )

    def publish(self, ledger: Ledger, now: Instant) -> Lists:
        """Draft, sign and take the next lists."""
        return take_lists(ledger, *self.sign(next_lists(ledger, now=now)), now=now)


def make_root(folder: Path) -> Root:
    """A new root."""
    shares = (folder / "uno.json", folder / "due.json", folder / "tre.json")
    return Root(shares, make_shares(shares))


def rooted(ledger: Ledger, folder: Path, now: Instant) -> Root:
    """A new root that this ledger's tills believe, and its first lists."""
    made = make_root(folder)
    believe_root(ledger, made.public, now=now)
    made.publish(ledger, now)
    return made
