"""One batch, steps 1 to 6 of design 3.3, inside one transaction.

Locks the book row, looks up ids, loads what the requests touch, lets `apply()` decide, inserts.
Not here: what is read (`loading`), what is written (`writing`), and the queue, retries and the
commit (`writer`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ledger.core.accounts import Account
from ledger.core.apply import apply
from ledger.core.decisions import Decision
from ledger.core.ids import AccountId
from ledger.core.quantities import Instant
from ledger.core.requests import NumberedRequest, Request
from ledger.core.state import Head, Needs, State, Totals
from ledger.proof.merkle import Frontier, read_frontier
from ledger.store.failures import FenceLost
from ledger.store.loading import Before, Loader
from ledger.store.statements import Statements
from ledger.store.writing import Writing

ACCOUNTS_KEPT = 200_000  # In the cache, before it starts anew.


@dataclass(slots=True)
class Cache:
    """What the writer remembers of a book between batches: true while the head is as it left it."""

    head: Head | None = None
    frontier: Frontier = field(default_factory=Frontier)
    accounts: dict[AccountId, Account] = field(default_factory=dict)
    totals: dict[str, Totals] = field(default_factory=dict)

    def drop(self) -> None:
        """Forget everything: after any failure, and whenever somebody else has written."""
        self.head = None
        self.accounts = {}
        self.totals = {}


@dataclass(slots=True)
class Batch:
    """One transaction's work on one book."""

    on: Statements
    cache: Cache
    name: str = ""
    state: State = field(default_factory=lambda: State(""))
    decisions: list[Decision] = field(default_factory=list)
    frontier: Frontier = field(default_factory=Frontier)

    def run(self, requests: Sequence[Request], now: Instant) -> list[Decision]:
        """Decide all requests and write what was decided; the caller commits."""
        loader, head = self._begin(requests)
        expiries = loader.load(self._needs(requests), now)
        answers = [self._apply(request, now) for request in [*expiries, *requests]]
        self._write(loader, head)
        return answers[len(expiries) :]

    def run_again(self, told: Sequence[NumberedRequest]) -> list[Decision]:
        """Decide what a log tells, each at its own time; lapses stand in the log themselves."""
        requests = [one.request for one in told]
        loader, head = self._begin(requests)
        loader.load(self._needs(requests), head.recorded_at)
        answers = [self._apply(one.request, one.recorded_at) for one in told]
        self._write(loader, head)
        return answers

    def remember(self) -> None:
        """After COMMIT returned: the cache is what the book now is."""
        if len(self.cache.accounts) > ACCOUNTS_KEPT:
            self.cache.accounts = {}
        self.cache.accounts.update(self.state.accounts)
        self.cache.totals.update(self.state.totals)
        self.cache.head = self.state.head
        self.cache.frontier = self.frontier

    def _begin(self, requests: Sequence[Request]) -> tuple[Loader, Head]:
        self._lock()
        before = Before(totals=self.cache.totals)
        loader = Loader(self.on, self.state, before, self.cache.accounts)
        loader.look_up_ids({request.id for request in requests})
        return loader, self.state.head

    def _needs(self, requests: Sequence[Request]) -> Needs:
        needs = Needs()
        for request in requests:
            if request.id not in self.state.decided:
                needs.add(request)
        return needs

    def _write(self, loader: Loader, head_before: Head) -> None:
        if self.decisions:
            writing = Writing(self.on, self.state, loader.before, self.decisions)
            self.frontier = writing.write(self.frontier, head_before)
            self._expect_the_head()

    def _lock(self) -> None:
        """The fence: the book's row, locked; order and clock hang on it."""
        query = (
            "SELECT name, next_index, next_seq, recorded_at, period, frontier"
            " FROM book WHERE book_no = ?"
        )
        [row] = self.on.rows(query + self.on.driver.lock, (self.on.book_no,))
        self.name, *head, frontier = row
        self.state = State(self.name, Head(*head))
        if self.cache.head != self.state.head:
            self.cache.drop()
            self.cache.frontier = read_frontier(self.state.head.next_index, bytes(frontier))
            self.cache.totals = self._totals()
        self.frontier = self.cache.frontier
        self.state.totals = dict(self.cache.totals)

    def _totals(self) -> dict[str, Totals]:
        rows = self.on.rows(
            "SELECT unit, posted, pending FROM unit_total WHERE book_no = ?", (self.on.book_no,)
        )
        return {unit: Totals(posted, pending) for unit, posted, pending in rows}

    def _apply(self, request: Request, now: Instant) -> Decision:
        """Number, time, apply, in order."""
        head = self.state.head
        self.state, decision = apply(self.state, self.state.number(request, now))
        if self.state.head is not head:
            self.decisions.append(decision)
        return decision

    def _expect_the_head(self) -> None:
        """The head's guarded update was the last statement, and must have found its row."""
        if self.on.cursor.rowcount != 1:
            message = f"the head of book {self.on.book_no} was moved by somebody else"
            raise FenceLost(message)
