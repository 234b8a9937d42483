"""Release what families' discounts have come to: as credits, each covered by the euro collected.

Only collected money, only from the threshold on, and then all of it. The clock asks for it
(`tick`); it is safe to ask any often. Source: design 4.2; domain.md 2.3.
"""

from collections.abc import Iterable

from ledger.core.chart import CIRCUIT_BOOK, CREDITS, EURO, AccountKind, EntryKind
from ledger.core.circuit.accounts import circuit_account, opening
from ledger.core.circuit.purchases import release_key
from ledger.core.decisions import Decision
from ledger.core.items import SetBounds, Transfer
from ledger.core.programmes import day_of
from ledger.core.quantities import Instant
from ledger.core.requests import Request
from ledger.store.book import Ledger
from ledger.store.openings import open_missing
from ledger.store.registers.circuit import Bonus, bonuses_over, rules_on


def release_bonuses(ledger: Ledger, *, now: Instant) -> tuple[Decision, ...]:
    """Turn every family's collected discounts into credits where they have reached the threshold.

    Where there is no circuit, or no rules yet, nothing. A bonus that changed meanwhile waits for
    the next time: its key follows from the state that was read.
    """
    try:
        book = ledger.book(CIRCUIT_BOOK)
    except LookupError:
        return ()
    with ledger.reading() as db:
        rules = rules_on(db, book.book_no, day_of(now).isoformat())
        due = () if rules is None else bonuses_over(db, book.book_no, rules.rules.release_cents)
    open_missing(book, [opening(AccountKind.WALLET, one.family_id) for one in due], now=now)
    return tuple(book.submit(list(_requests(due, now)))) if due else ()


def _requests(due: Iterable[Bonus], now: Instant) -> Iterable[Request]:
    reserve = circuit_account(AccountKind.CREDIT_RESERVE)
    issued = circuit_account(AccountKind.CREDITS_ISSUED)
    for one in due:
        bonus = circuit_account(AccountKind.FAMILY_BONUS, one.family_id)
        wallet = circuit_account(AccountKind.WALLET, one.family_id)
        yield Request(
            id=release_key(one.family_id, one.version),
            kind=EntryKind.BONUS_RELEASE,
            items=(
                SetBounds(wallet),  # A cap is for what others pay in, not for what is one's own.
                Transfer(bonus, reserve, one.cents, EURO),
                Transfer(issued, wallet, one.cents, CREDITS),
            ),
            actor="system",
            occurred_at=now,
            asked={"bonus": bonus.hex, "version": one.version},
        )
