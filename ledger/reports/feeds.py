"""What the Fondo Sociale gave to programmes: where each sum is, and whether both books agree.

Each side names the message by its hash; the circuit's last entry names the comune's by place and
hash. Not here: how it gets there (`ledger.operations.feed_programme`). Amounts in cents.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from ledger.core.chart import CIRCUIT_BOOK, AccountKind
from ledger.core.circuit.accounts import circuit_account
from ledger.core.circuit.feeds import ATTEMPTS, MESSAGE, Feed
from ledger.core.decisions import Decision
from ledger.core.quantities import Amount
from ledger.proof.merkle import leaf_hash
from ledger.store.book import Book, Ledger
from ledger.store.registers.circuit_moves import confirmed_feeds

IN_TRANSIT, ARRIVED = "in_transit", "arrived"


@dataclass(frozen=True, slots=True)
class FeedState:
    """One feed: where it is, and the entries of the comune's book and of the circuit's end.

    `wrong`: in what the two books do not agree; empty where they do.
    """

    feed: Feed
    there: int | None
    settled: int | None
    wrong: str = ""

    @property
    def state(self) -> str:
        """In transit until the circuit has booked its end."""
        return IN_TRANSIT if self.settled is None else ARRIVED


@dataclass(frozen=True, slots=True)
class Feeds:
    """All feeds, and what lies in transit by the account."""

    all: tuple[FeedState, ...]
    transit_cents: Amount

    @property
    def wrong(self) -> tuple[str, ...]:
        """What is not as both books should say."""
        moving = sum(one.feed.amount_cents for one in self.all if one.settled is None)
        found = [f"feed {one.feed.feed_id}: {one.wrong}" for one in self.all if one.wrong]
        if moving != self.transit_cents:
            found.append(f"in transit {self.transit_cents}, feeds on their way {moving}")
        return tuple(found)


NONE: Final = Feeds((), 0)


def compare_feeds(ledger: Ledger) -> Feeds:
    """Every feed, seen from both books; none where there is no circuit."""
    try:
        circuit = ledger.book(CIRCUIT_BOOK)
        transit = circuit.balance(circuit_account(AccountKind.IN_TRANSIT))
    except LookupError:
        return NONE
    with ledger.reading() as db:
        moves = confirmed_feeds(db, circuit.book_no)
    return Feeds(tuple(_state(ledger, circuit, one.feed()) for one in moves), transit)


def _state(ledger: Ledger, circuit: Book, feed: Feed) -> FeedState:
    there, settled = _arrival(ledger, feed), circuit.decision(feed.settling)
    return FeedState(
        feed,
        None if there is None else there.log_index,
        None if settled is None else settled.log_index,
        "; ".join(_differences(feed, there, settled)),
    )


def _arrival(ledger: Ledger, feed: Feed) -> Decision | None:
    """The comune's entry: of its attempts the accepted one, or the last no."""
    try:
        book = ledger.book(feed.to)
    except LookupError:
        return None
    tried = [book.decision(feed.arrival(attempt)) for attempt in range(ATTEMPTS)]
    made = [one for one in tried if one is not None]
    return next((one for one in made if one.accepted), made[-1] if made else None)


def _differences(feed: Feed, there: Decision | None, settled: Decision | None) -> Iterator[str]:
    """What one book says and the other does not. Silence while it is on its way."""
    if there is not None:
        asked: dict[str, Any] = dict(there.request.asked or {})
        if not there.accepted:
            yield f"the comune's book refused it: {there.code}"
        elif asked.get(MESSAGE) != feed.message_hash():
            yield "the comune's entry names another message"
        elif sum(one.amount for one in there.transfers) != feed.amount_cents:
            yield "the comune's entry is of another amount"
    if settled is None:
        return
    told: dict[str, Any] = dict(settled.request.asked or {})
    if there is None:
        yield "it left the circuit's bank and never reached the comune's book"
    elif (told.get("entry"), told.get("leaf")) != (
        there.log_index, leaf_hash(there.leaf()).hex(),
    ):  # fmt: skip
        yield "the circuit names another entry of the comune's book"
    if told.get(MESSAGE) != feed.message_hash():
        yield "the circuit's last entry names another message"
