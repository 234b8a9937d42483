"""The phones of a family, and what each carries along. Amounts in cents."""

from dataclasses import dataclass
from uuid import UUID

from ledger.core.quantities import Amount, Instant
from ledger.reports.rows import query, rows
from ledger.store.book import Ledger
from ledger.store.network.phones import carried_by, filled_reserves, phones_of


@dataclass(frozen=True, slots=True)
class FamilyPhone:
    """One phone that pays for a family; `number`: what it is called by."""

    phone_id: UUID
    number: int
    since: Instant
    carried_cents: Amount


def family_phones(ledger: Ledger, book_no: int, family_id: UUID) -> tuple[FamilyPhone, ...]:
    """The phones of a family that were not taken away, oldest first."""
    book = ledger.book_numbered(book_no)
    with ledger.reading() as db:
        phones = phones_of(db, book_no, family_id)
        filled = filled_reserves(db, book_no) if phones else frozenset()
        carried = {one.phone_id: carried_by(db, one.phone_id) for one in phones}
    return tuple(
        FamilyPhone(
            one.phone_id, one.number, one.made_at,
            sum(book.balance(of.reserve) for of in carried[one.phone_id] if of.reserve in filled),
        )
        for one in phones
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Carried:
    cents: Amount


CARRIED = query(
    """
    SELECT COALESCE(SUM(credits_posted - debits_posted), 0) AS cents FROM account
     WHERE book_no = :book_no AND owner = :family AND kind = 'device_reserve'
    """,
    _Carried,
    given="family",
)


def carried_cents(ledger: Ledger, book_no: int, family_id: UUID) -> Amount:
    """What all phones of a family carry along, also those that were taken away a while ago."""
    with ledger.reading() as db:
        [one] = rows(db, CARRIED, _Carried, {"book_no": book_no, "family": family_id})
    return int(one.cents)
