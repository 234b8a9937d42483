"""A shop turns credits back into euro, by the circuit's rule; and the circuit pays what it owes.

Off until a lawyer has answered: then the refusal says so, and no credit moves. Source: design 4.2.
"""

from uuid import UUID

from ledger.core.chart import CIRCUIT_BOOK, AccountKind, EntryKind
from ledger.core.circuit.accounts import opening
from ledger.core.circuit.credits import conversion_items
from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.ids import RequestId
from ledger.core.programmes import day_of
from ledger.core.quantities import Amount, Instant
from ledger.core.requests import Request
from ledger.store.book import Ledger
from ledger.store.openings import open_missing
from ledger.store.registers.circuit import rules_on


def convert_credits(
    ledger: Ledger, shop_id: UUID, cents: Amount, *, actor: str, key: RequestId, now: Instant
) -> Decision:
    """Convert so many credits (cents) of a shop; safe to retry.

    A no is a decision: `switched_off`, `insufficient_funds`. Errors: `LookupError` where there is
    no circuit, or no rules today.
    """
    book = ledger.book(CIRCUIT_BOOK)
    with ledger.reading() as db:
        rules = rules_on(db, book.book_no, day_of(now).isoformat())
    if rules is None:
        raise LookupError(day_of(now))
    kinds = (AccountKind.WALLET, AccountKind.SHOP_PAYABLE)
    open_missing(book, [opening(kind, shop_id) for kind in kinds], now=now)
    request = Request(
        id=key,
        kind=EntryKind.CONVERSION,
        items=conversion_items(shop_id, cents, rules.rules),
        actor=actor,
        occurred_at=now,
        asked={"shop": shop_id.hex, "amount": cents},
        refuse=None if rules.rules.credits_convertible else Code.SWITCHED_OFF,
    )
    [decision] = book.submit([request])
    return decision
