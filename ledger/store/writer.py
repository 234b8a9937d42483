"""The one writer: a queue, and a thread that drains whatever waits into one transaction.

At low load a batch is one request; under load it grows by itself, without a timer. What is not
money (sessions, PIN tries, the vault) is a short function handed to the same thread. Not here:
the statements of a batch (`batch`), who waits (`tickets`), what an error means (`failures`), and
what the door shows (`book`). Source: design 3.3.
"""
# long: queue, retries and splitting are one promise: answered once, and after COMMIT.

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias, TypeVar

from sqlalchemy import Connection, Engine

from ledger.core.decisions import Decision
from ledger.core.ids import RequestId
from ledger.core.quantities import SECOND, Instant
from ledger.core.requests import Request
from ledger.proof.merkle import Frontier
from ledger.store.batch import Batch, Cache
from ledger.store.drivers import driver_of
from ledger.store.edges import jitter, steady
from ledger.store.edges import now as wall_clock
from ledger.store.engines import Store, StoreError
from ledger.store.failures import is_io_error, is_of_one_request, may_try_again
from ledger.store.limits import Limits, QueueFull, WriterStopped
from ledger.store.statements import Statements
from ledger.store.tickets import Ticket, answer, groups
from ledger.store.wal import WalKeeper

T = TypeVar("T")

DIED: Final = "the writer has ended"
DISK_FAILED: Final = "the disk failed: stop, look at it, start again and check the book"
CLOCK_JUMPED: Final = "the clock jumped forward: confirm it before anything more is written"


class Writer:
    """One thread that writes: all files on SQLite; one book, or all small writes, on PostgreSQL."""

    def __init__(
        self,
        name: str,
        engines: dict[Store, Engine],
        *,
        limits: Limits,
        clock: Callable[[], Instant] = wall_clock,
        tell: Callable[[str, Frontier, Instant], None],
    ) -> None:
        """Start the thread; `engines` are this writer's own, for the stores it writes.

        `tell` hears after each COMMIT how far a book has come.
        """
        self._engines = engines
        self._limits = limits
        self._clock = clock
        self._tell = tell
        self._connections: dict[Store, Connection] = {}
        self._logs: dict[Store, WalKeeper] = {}
        self._caches: dict[int, Cache] = {}
        self._waiting: deque[Ticket[Any]] = deque()
        self._size = 0
        self._changed = threading.Condition()
        self._stopping = False
        self._broken: str | None = None
        self._drift = clock() - int(steady() * SECOND)
        self._thread = threading.Thread(target=self._run, name=f"writer-{name}", daemon=True)
        self._thread.start()

    # What callers see.

    def submit(self, book_no: int, requests: Sequence[Request]) -> list[Decision]:
        """Have requests decided and committed; blocks until then. Errors: see the classes above."""
        ticket: Ticket[list[Decision]] = Ticket(len(requests), book_no, requests)
        return self._wait_for(ticket)

    async def asubmit(self, book_no: int, requests: Sequence[Request]) -> list[Decision]:
        """The awaitable twin of `submit`: a cancelled caller changes nothing of what is decided."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        ticket: Ticket[list[Decision]] = Ticket(len(requests), book_no, requests, loop=loop)
        ticket.wake = lambda: None if done.done() else done.set_result(None)
        self._put(ticket)
        await done
        return ticket.result()

    def write(self, store: Store, function: Callable[[Connection], T]) -> T:
        """Run one short function in a transaction of its own; back after COMMIT."""
        ticket: Ticket[T] = Ticket(1, store=store, function=function)
        return self._wait_for(ticket)

    def confirm_clock(self) -> None:
        """Say that the clock's jump was right, and write on."""
        with self._changed:
            self._drift = self._clock() - int(steady() * SECOND)
            if self._broken == CLOCK_JUMPED:
                self._broken = None

    def look_after(self, book_no: int) -> None:
        """Let this book's holds lapse in time even if nobody asks anything of it."""
        self._caches.setdefault(book_no, Cache())

    def close(self) -> None:
        """Answer what waits, then end."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join()

    def _wait_for(self, ticket: Ticket[T]) -> T:
        if threading.current_thread() is self._thread:
            message = "the writer cannot wait for itself"
            raise RuntimeError(message)
        answered = threading.Lock()
        answered.acquire()
        ticket.wake = answered.release
        self._put(ticket)
        answered.acquire()
        return ticket.result()

    def _put(self, ticket: Ticket[Any]) -> None:
        with self._changed:
            if self._broken is not None or self._stopping:
                raise WriterStopped(self._broken or "the ledger is closed")
            if self._size and self._size + ticket.size > self._limits.queue:
                message = "too many requests are waiting"
                raise QueueFull(message)
            self._size += ticket.size
            self._waiting.append(ticket)
            self._changed.notify()

    # The loop.

    def _run(self) -> None:
        tickets: list[Ticket[Any]] | None = []
        try:
            while (tickets := self._take()) is not None:
                if not tickets:
                    self._expire_holds()
                for group in groups(tickets):
                    self._serve(group)
                self._keep_short()
        finally:  # Whatever ends this thread, nobody may wait for it for ever.
            self._stop(DIED, tickets or [])
            for connection in self._connections.values():
                connection.close()

    def _keep_short(self) -> None:
        """Let the log on disk begin anew now and then; a failed disk stops us, as ever."""
        for store, connection in list(self._connections.items()):
            try:
                self._logs.setdefault(store, WalKeeper()).keep_short(connection)
            except Exception as error:  # noqa: BLE001 -- judged like that of a transaction.
                self._after(store, error)

    def _serve(self, group: list[Ticket[Any]]) -> None:
        """One transaction for tickets of one kind; none after the disk or the clock failed."""
        if self._broken is not None:
            self._fail(group, WriterStopped(self._broken))
        elif group[0].function is None:
            self._decide(group)
        else:
            self._write_all(group)

    def _stop(self, why: str, taken: list[Ticket[Any]]) -> None:
        """Take nothing more, and answer who still waits."""
        with self._changed:
            self._broken = self._broken or why
            waiting = [ticket for ticket in (*taken, *self._waiting) if not ticket.is_told]
            self._waiting.clear()
            self._size = 0
        self._fail(waiting, WriterStopped(self._broken))

    def _take(self) -> list[Ticket[Any]] | None:
        """Everything that waits, up to a batch; nothing after an idle while; None at the end."""
        with self._changed:
            if not self._waiting and not self._stopping:
                self._changed.wait(self._limits.idle_seconds)
            if not self._waiting:
                return None if self._stopping else []
            taken: list[Ticket[Any]] = []
            size = 0
            while self._waiting and (not taken or size < self._limits.batch):
                ticket = self._waiting.popleft()
                size += ticket.size
                taken.append(ticket)
            self._size -= size
        oldest = steady() - self._limits.age_seconds
        late = [ticket for ticket in taken if ticket.sent_at < oldest]
        self._fail(late, QueueFull("it waited too long, and was not executed"))
        return [ticket for ticket in taken if ticket.sent_at >= oldest]

    def _expire_holds(self) -> None:
        """Let due holds lapse also when nobody asks anything."""
        for book_no in tuple(self._caches):
            self._serve([Ticket(0, book_no)])

    # Money.

    def _decide(self, tickets: list[Ticket[Any]]) -> None:
        if self._clock_jumped():
            self._broken = CLOCK_JUMPED
            return self._fail(tickets, WriterStopped(CLOCK_JUMPED))
        requests = [request for ticket in tickets for request in ticket.requests]
        try:
            decisions = self._commit(tickets[0].book_no, requests)
        except Exception as error:  # noqa: BLE001 -- handed to each caller, never swallowed.
            if is_of_one_request(error):
                return self._split(tickets, error)
            return self._fail(tickets, error)
        at = 0
        for ticket in tickets:
            ticket.answer = decisions[at : at + len(ticket.requests)]
            at += len(ticket.requests)
        answer(tickets)
        return None

    def _split(self, tickets: list[Ticket[Any]], error: Exception) -> None:
        """One bad request must not fail its whole batch: halve until it stands alone."""
        if len(tickets) == 1:
            return self._fail(tickets, error)
        middle = len(tickets) // 2
        self._serve(tickets[:middle])
        self._serve(tickets[middle:])
        return None

    def _commit(self, book_no: int, requests: Sequence[Request]) -> list[Decision]:
        """Write one batch; a lost COMMIT answer is found out by reading the ids again."""
        cache = self._caches.setdefault(book_no, Cache())
        sent: set[_Mark] = set()  # What an earlier try may have committed: no replays.

        def work(db: Connection) -> Callable[[], list[Decision]]:
            cursor = db.connection.cursor()
            on = Statements(cursor, driver_of(db.dialect.name), book_no)  # type: ignore[arg-type]
            batch = Batch(on, cache)
            answers = batch.run(requests, self._clock())
            fresh = [_as_first(answer, sent) for answer in answers]
            sent.update(map(_mark, batch.decisions))

            def committed() -> list[Decision]:
                batch.remember()
                if batch.decisions:
                    self._tell(batch.name, batch.frontier, batch.state.head.recorded_at)
                return fresh

            return committed

        return self._transaction(Store.BOOK, work, cache.drop)()

    def _clock_jumped(self) -> bool:
        drift = self._clock() - int(steady() * SECOND)
        if drift - self._drift > self._limits.forward_jump_seconds * SECOND:
            return True
        self._drift = min(self._drift, drift)
        return False

    # What is not money.

    def _write_all(self, tickets: list[Ticket[Any]]) -> None:
        """Several small writes in one transaction; if one fails, each alone."""
        functions = [ticket.function for ticket in tickets if ticket.function is not None]
        try:
            answers = self._transaction(
                tickets[0].store, lambda db: [function(db) for function in functions]
            )
        except Exception as error:  # noqa: BLE001 -- handed to its caller, never swallowed.
            if len(tickets) == 1:
                return self._fail(tickets, error)
            for ticket in tickets:
                self._write_all([ticket])
            return None
        for ticket, told in zip(tickets, answers, strict=True):
            ticket.answer = told
        answer(tickets)
        return None

    # One transaction, tried again only for a closed list of errors.

    def _transaction(
        self,
        store: Store,
        work: Callable[[Connection], T],
        forget: Callable[[], None] = lambda: None,
    ) -> T:
        give_up_at = steady() + self._limits.age_seconds
        for tried in range(1, self._limits.tries + 1):
            try:
                db = self._connection(store)
                with db.begin():
                    result = work(db)
            except Exception as error:
                forget()
                self._after(store, error)
                # Once more even if late: the machine may have stood still, and nobody has failed.
                late = tried > 1 and steady() > give_up_at
                last = tried == self._limits.tries or late
                if last or not may_try_again(error):
                    raise
                time.sleep(jitter(0.005 * 2**tried))
            else:
                return result
        raise AssertionError  # The last try has raised.

    def _connection(self, store: Store) -> Connection:
        if store not in self._connections:
            self._connections[store] = self._engines[store].connect()
        return self._connections[store]

    def _after(self, store: Store, error: Exception) -> None:
        """After a failure nothing is known of the connection; after an I/O error, of the disk."""
        connection = self._connections.pop(store, None)
        if connection is not None:
            connection.invalidate()
            connection.close()
        if is_io_error(error):
            self._broken = DISK_FAILED
        elif isinstance(error, StoreError):
            self._broken = str(error)

    def _fail(self, tickets: list[Ticket[Any]], error: BaseException) -> None:
        for ticket in tickets:
            ticket.error = error
        answer(tickets)


_Mark: TypeAlias = tuple[RequestId, int, Instant]


def _mark(decision: Decision) -> _Mark:
    """What tells our own decision from one that another process made of the same request."""
    return decision.request.id, decision.log_index, decision.recorded_at


def _as_first(answer: Decision, sent: set[_Mark]) -> Decision:
    """A decision that our own lost COMMIT had written is no replay for who is still waiting."""
    return answer.first() if answer.replayed and _mark(answer) in sent else answer
