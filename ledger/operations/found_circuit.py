"""Found the circuit: its book, with the accounts that are nobody's but its own. Once, and again."""

from ledger.core.chart import CIRCUIT_BOOK, AccountKind
from ledger.core.circuit.accounts import opening
from ledger.core.quantities import Instant
from ledger.store.book import Book, Ledger
from ledger.store.openings import open_missing

ITS_OWN = (
    AccountKind.BANK, AccountKind.SOCIAL_FUND, AccountKind.IN_TRANSIT, AccountKind.CREDIT_RESERVE,
    AccountKind.RUNNING_COSTS, AccountKind.CREDITS_ISSUED,
)  # fmt: skip


def found_circuit(ledger: Ledger, *, now: Instant) -> Book:
    """The circuit's book, made where it is not there yet; safe to repeat."""
    book = ledger.book(CIRCUIT_BOOK, create=True)
    open_missing(book, [opening(kind) for kind in ITS_OWN], now=now)
    return book
