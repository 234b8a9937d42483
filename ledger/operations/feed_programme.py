"""What left the Fondo Sociale arrives in a comune's programme: two books, one message, three steps.

The first step is confirmed by two persons (`move_by_two`) and is the message itself: it stands in
the circuit's log until the comune's entry is written, under an id that follows from it; then the
circuit books that the money left its bank. No step spans two books, each is done once however
often this is asked, and whoever is stopped between two is continued by the next. Source: design
4.2; docs/CIRCUIT.md.
"""

from typing import Final

from ledger.core.chart import CIRCUIT_BOOK, EURO, AccountKind, EntryKind
from ledger.core.circuit.accounts import circuit_account
from ledger.core.circuit.feeds import ATTEMPTS, MESSAGE, SOURCE_KIND, SOURCE_NAME, Feed
from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.ids import ClaimId, RequestId, derived_id
from ledger.core.items import Claim, OpenAccount, Transfer
from ledger.core.quantities import Instant
from ledger.core.requests import Request, Row
from ledger.proof.merkle import leaf_hash
from ledger.store.book import Book, Ledger
from ledger.store.registers.circuit_moves import CircuitMove, confirmed_feeds
from ledger.store.registers.programmes import Programme, Source, act_row, programme, source_row

AGAIN: Final = ("", " bis", " ter", " quater")


def deliver_feeds(ledger: Ledger, *, now: Instant) -> tuple[Decision, ...]:
    """Send every feed on that is in transit; gives the entries that ended one. Safe to repeat.

    Where there is no circuit, nothing. One that a comune's book refuses stays in transit, and
    `compare_feeds` says so.
    """
    try:
        circuit = ledger.book(CIRCUIT_BOOK)
    except LookupError:
        return ()
    transit = circuit_account(AccountKind.IN_TRANSIT)
    try:
        waits = circuit.balance(transit) > 0
    except LookupError:
        return ()
    if not waits:
        return ()
    with ledger.reading() as db:
        moves = confirmed_feeds(db, circuit.book_no)
    waiting = [one for one in moves if circuit.decision(one.feed().settling) is None]
    done = (_deliver(ledger, circuit, one, now) for one in waiting)
    return tuple(one for one in done if one is not None)


def _deliver(ledger: Ledger, circuit: Book, move: CircuitMove, now: Instant) -> Decision | None:
    """The second step, and once it is durable the third."""
    feed = move.feed()
    there = _arrive(ledger.book(feed.to), move, feed, now)
    return _settle(circuit, feed, there, now) if there.accepted else None


def _arrive(book: Book, move: CircuitMove, feed: Feed, now: Instant) -> Decision:
    """Fund the programme from a source of its own, opened once."""
    with book.ledger.reading() as db:
        found = programme(db, book.book_no, feed.programme_id)
    _open_source(book, found, feed, now)
    decision = _funded(book, found, move, 0, now)
    for attempt in range(1, ATTEMPTS):
        if decision.code is Code.ALREADY_CLAIMED:  # An act of the comune has our number.
            decision = _funded(book, found, move, attempt, now)
    return decision


def _open_source(book: Book, found: Programme, feed: Feed, now: Instant) -> None:
    source = Source(feed.fund, found.id, SOURCE_KIND, SOURCE_NAME, gift_allowed=False)
    request = Request(
        id=RequestId(derived_id("opening", feed.fund)),
        kind=EntryKind.OPENING,
        items=(OpenAccount(feed.fund, found.unit, AccountKind.FUND, owner=found.id),),
        actor="system",
        occurred_at=now,
        asked={"account": feed.fund.hex},
        rows=(source_row(source),),
    )
    book.submit([request])


def _funded(
    book: Book, found: Programme, move: CircuitMove, attempt: int, now: Instant
) -> Decision:
    act = f"Rete {move.act_number}{AGAIN[attempt]}"
    feed = move.feed()
    request = Request(
        id=feed.arrival(attempt),
        kind=EntryKind.FUNDING,
        items=(
            Claim(ClaimId(derived_id("act", book.name, act))),
            Transfer(found.treasury, feed.fund, feed.amount_cents, found.unit),
        ),
        actor=f"circuit:{feed.feed_id.hex}",
        occurred_at=now,
        asked=feed.asked(),
        rows=(_row(move, act),),
    )
    [decision] = book.submit([request])
    return decision


def _row(move: CircuitMove, act: str) -> Row:
    named = derived_id("act_row", move.feed().arrival())
    return act_row(named, act, move.act_dated, move.reason, move.amount_cents)


def _settle(circuit: Book, feed: Feed, there: Decision, now: Instant) -> Decision:
    """The money has left the bank; the entry names the comune's, by its place and hash."""
    ways = circuit_account(AccountKind.IN_TRANSIT), circuit_account(AccountKind.BANK)
    request = Request(
        id=feed.settling,
        kind=EntryKind.FEED_ARRIVAL,
        items=(Transfer(*ways, feed.amount_cents, EURO),),
        actor=f"circuit:{feed.feed_id.hex}",
        occurred_at=now,
        asked={
            MESSAGE: feed.message_hash(),
            "book": feed.to,
            "entry": there.log_index,
            "leaf": leaf_hash(there.leaf()).hex(),
        },
    )
    [decision] = circuit.submit([request])
    return decision
