"""A citizen or a firm gives money to a comune's programme: proposed with its receipt's number.

It becomes money when another person confirms, like any act (`fund_programme`): a fund of kind
`donor`. Who gave is in the vault alone. Not here: the receipt (`ledger.exports`).
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ledger.core.chart import EntryKind
from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.ids import AccountId, RequestId, derived_id
from ledger.core.quantities import Amount, Instant
from ledger.core.requests import Request
from ledger.store.book import Book, Ledger
from ledger.store.donors import Donor, NoFiscalCode, kept_donation
from ledger.store.network.people import Officer
from ledger.store.registers.budgets import BudgetChange, budget_row
from ledger.store.registers.donations import Donation
from ledger.store.registers.programmes import programme, sources
from ledger.store.registers.proposals import proposal_claim

__all__ = ["Donor", "NewDonation", "NoFiscalCode", "propose_donation"]
MAY_PROPOSE = frozenset({"officer", "approver"})
DONOR, SOURCE_NAME = "donor", "Donazioni di cittadini e imprese"


@dataclass(frozen=True, slots=True)
class NewDonation:
    """So much (cents) received on a day for a programme; `purpose`: in the donor's words."""

    programme_id: UUID
    amount_cents: Amount
    received_on: date
    purpose: str
    gift_allowed: bool = False


def propose_donation(
    ledger: Ledger,
    comune: str,
    asked: NewDonation,
    donor: Donor,
    *,
    officer: Officer,
    key: RequestId,
    now: Instant,
) -> Decision:
    """Propose what was given, under the next number of its year; `key` is its id. Safe to retry.

    Errors: `NoFiscalCode`; `LookupError` for an unknown programme; a no is a decision
    (`already_claimed`: somebody took that number this very moment; ask with a new key).
    """
    donor.code()
    book = ledger.book(comune)
    earlier = book.decision(key)
    if earlier is not None:
        return earlier.again(_request(key, asked, now, officer))
    with ledger.reading() as db:
        programme(db, book.book_no, asked.programme_id)
    is_here = officer.book_no == book.book_no and officer.role in MAY_PROPOSE
    if not is_here:
        [decision] = book.submit([_request(key, asked, now, officer, refuse=Code.NOT_APPROVED)])
        return decision
    given = kept_donation(book, donor, asked.received_on, key=key, now=now)
    change = _change(book, asked, given, officer)
    request = _request(key, asked, now, officer, comune=comune, given=given, change=change)
    [decision] = book.submit([request])
    return decision


def _change(book: Book, asked: NewDonation, given: Donation, officer: Officer) -> BudgetChange:
    """It as a proposal of money: the number stands for an act, the purpose for its title."""
    fund = AccountId(derived_id("fund", asked.programme_id, DONOR, SOURCE_NAME))
    with book.ledger.reading() as db:
        known = {one.fund: one for one in sources(db, book.book_no, asked.programme_id)}
    rule = known[fund].gift_allowed if fund in known else asked.gift_allowed
    return BudgetChange(
        given.donation_id, str(EntryKind.FUNDING), asked.programme_id, fund,
        f"Donazione {given.number}/{given.year}", asked.received_on.isoformat(), asked.purpose,
        DONOR, SOURCE_NAME, rule, asked.amount_cents, officer.person_id,
    )  # fmt: skip


def _request(
    key: RequestId,
    asked: NewDonation,
    now: Instant,
    officer: Officer,
    *,
    comune: str = "",
    given: Donation | None = None,
    change: BudgetChange | None = None,
    refuse: Code | None = None,
) -> Request:
    claims = () if given is None else (given.claim(comune),)
    rows = () if given is None or change is None else (budget_row(change), given.row())
    return Request(
        id=key,
        kind=EntryKind.REGISTRATION,
        items=(proposal_claim(key), *claims),
        actor=f"officer:{officer.officer_id.hex}",
        occurred_at=now,
        asked={
            "donation": asked.programme_id.hex,
            "amount": asked.amount_cents,
            "received": asked.received_on.isoformat(),
            "purpose": asked.purpose,
        },
        rows=rows,
        refuse=refuse,
    )
