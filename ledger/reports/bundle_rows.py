"""What an auditor's bundle holds, read in portions below one checkpoint, where nothing changes.

Not here: the file (`ledger.exports.bundle`). Source: PROOF.md 5.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Column, Select, func, select

from ledger.core.chart import CHART, AccountKind, Side
from ledger.core.items import Erase
from ledger.core.leaves import read_leaf
from ledger.core.programmes import ROME
from ledger.core.quantities import SECOND, Amount, Instant
from ledger.reports.log_proofs import policy_of
from ledger.store.book import Book
from ledger.store.engines import Store
from ledger.store.log import KeptCheckpoint, checkpoints_before, read_kept
from ledger.store.open_names import opened_commitments
from ledger.store.schema import account, commitment, decision, transfer

PORTION: Final = 4096  # Leaves in a file.
NAMES_SOMEBODY: Final = b'"commitments":['


class AccountLine(NamedTuple):
    """An account's posted totals and its balance on its own side, in minor units."""

    account: str
    unit: str
    kind: str
    debits: Amount
    credits: Amount
    balance: int


def _day(at: Instant) -> date:
    return datetime.fromtimestamp(at / SECOND, UTC).astimezone(ROME).date()


class BundleRows:
    """The rows of one book under its last checkpoint that enough witnesses saw, or its last."""

    def __init__(self, book: Book) -> None:
        """Choose the checkpoint. Errors: `LookupError` if the book was never published."""
        policy = policy_of(book)
        if policy is None:
            raise LookupError(book.name)
        with book.ledger.reading() as db:
            seen = read_kept(db, book.book_no, seen_by=policy.quorum)
            last = seen or read_kept(db, book.book_no)
        assert last is not None
        self.book, self.name, self.policy, self.last = book, book.name, policy, last
        self._made, self._erased = set[bytes](), set[bytes]()

    def days(self) -> Iterator[KeptCheckpoint]:
        """The last checkpoint of each day before, but for the one of `last` itself."""
        with self.book.ledger.reading() as db:
            earlier = list(checkpoints_before(db, self.book.book_no, self.last.size))
        by_day = {_day(one.made_at): one for one in earlier}
        yield from sorted(by_day.values(), key=lambda one: one.size)

    def leaves(self) -> Iterator[tuple[int, list[bytes]]]:
        """The leaves in portions, each with the index of its first."""
        column = decision.c.log_index
        for first in range(0, self.last.size, PORTION):
            until = min(first + PORTION, self.last.size)
            query = (
                select(decision.c.leaf)
                .where(decision.c.book_no == self.book.book_no, column >= first, column < until)
                .order_by(column)
            )
            with self.book.ledger.reading() as db:
                leaves = [bytes(row[0]) for row in db.execute(query)]
            for leaf in leaves:
                if NAMES_SOMEBODY in leaf:
                    self._note(leaf)
            yield first, leaves

    def _note(self, leaf: bytes) -> None:
        told = read_leaf(leaf)
        if told.accepted:
            self._made.update(told.request.commitments)
            for item in told.request.items:
                self._erased.update(item.commitments if isinstance(item, Erase) else ())

    def accounts(self) -> Iterator[AccountLine]:
        """Every account that something was posted on, by its id."""
        with self.book.ledger.reading() as db:
            dare = {row[0]: int(row[1]) for row in db.execute(self._sums(transfer.c.debit))}
            avere = {row[0]: int(row[1]) for row in db.execute(self._sums(transfer.c.credit))}
            query = select(account.c.account_id, account.c.unit, account.c.kind)
            rows = db.execute(query.where(account.c.book_no == self.book.book_no)).all()
        for row in sorted(rows, key=lambda one: one.account_id.hex):
            key = row.account_id
            if key in dare or key in avere:
                debits, got = dare.get(key, 0), avere.get(key, 0)
                side = CHART[AccountKind(row.kind)].side
                balance = got - debits if side is Side.CREDIT else debits - got
                yield AccountLine(key.hex, row.unit, row.kind, debits, got, balance)

    def _sums(self, side: Column[Any]) -> Select[Any]:
        posted = transfer.c.phase.in_(("posted", "used"))
        below = transfer.c.log_index < self.last.size
        where = transfer.c.book_no == self.book.book_no, below, posted
        return select(side, func.sum(transfer.c.amount)).where(*where).group_by(side)

    def commitments(self) -> Iterator[tuple[str, str]]:
        """The state of each commitment that the leaves read so far made. Source: PROOF.md 5."""
        ledger = self.book.ledger
        with ledger.reading(Store.VAULT) as vault, ledger.reading(Store.KEYS) as keys:
            held = opened_commitments(vault, keys)
        query = select(commitment.c.commitment).where(
            commitment.c.book_no == self.book.book_no, commitment.c.erased == 1
        )
        with ledger.reading() as db:
            later = {bytes(row[0]) for row in db.execute(query)}
        for one in sorted(self._made):
            yield one.hex(), _state(one, (self._erased, "erased"), (later, "later"), (held, "held"))


def _state(one: bytes, *known: tuple[AbstractSet[bytes], str]) -> str:
    return next((state for members, state in known if one in members), "missing")
