"""A citizen or a firm gives money to the Fondo Sociale itself: proposed with its receipt's number.

It becomes money of the fund when another person confirms (`move_by_two`). Who gave is in the vault
alone. Not here: donations to a comune's programme (`record_donation`). Source: design 4.2.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.core.chart import CIRCUIT_BOOK, EntryKind
from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.ids import RequestId
from ledger.core.quantities import Amount, Instant
from ledger.core.requests import Request
from ledger.store.book import Ledger
from ledger.store.donors import Donor, NoFiscalCode, kept_donation
from ledger.store.network.people import Officer
from ledger.store.registers.circuit_moves import CircuitMove, move_row
from ledger.store.registers.donations import Donation
from ledger.store.registers.proposals import proposal_claim

__all__ = ["Donor", "FundGift", "NoFiscalCode", "give_to_fund"]
MAY_PROPOSE: Final = frozenset({"officer", "approver"})


@dataclass(frozen=True, slots=True)
class FundGift:
    """So much (cents) received on a day for the fund; `purpose`: in the donor's words."""

    amount_cents: Amount
    received_on: date
    purpose: str


def give_to_fund(
    ledger: Ledger,
    asked: FundGift,
    donor: Donor,
    *,
    officer: Officer,
    key: RequestId,
    now: Instant,
) -> Decision:
    """Propose what was given, under the next number of its year; `key` is its id. Safe to retry.

    Errors: `NoFiscalCode`; a no is a decision (`not_approved`; `already_claimed`: somebody took
    that number this very moment; ask with a new key).
    """
    donor.code()
    book = ledger.book(CIRCUIT_BOOK)
    request = _request(asked, officer, key, now)
    earlier = book.decision(key)
    if earlier is not None:
        return earlier.again(request)
    if officer.book_no != book.book_no or officer.role not in MAY_PROPOSE:
        request = _request(asked, officer, key, now, refuse=Code.NOT_APPROVED)
    else:
        given = kept_donation(book, donor, asked.received_on, key=key, now=now)
        request = _request(asked, officer, key, now, given=given)
    [decision] = book.submit([request])
    return decision


def _request(
    asked: FundGift,
    officer: Officer,
    key: RequestId,
    now: Instant,
    *,
    given: Donation | None = None,
    refuse: Code | None = None,
) -> Request:
    """`given`: what the vault kept of it; None: it is refused, or was asked before."""
    rows = () if given is None else (move_row(_move(asked, given, officer)), given.row())
    claims = () if given is None else (given.claim(CIRCUIT_BOOK),)
    return Request(
        id=key,
        kind=EntryKind.REGISTRATION,
        items=(proposal_claim(key), *claims),
        actor=f"officer:{officer.officer_id.hex}",
        occurred_at=now,
        asked={
            "donation": CIRCUIT_BOOK,
            "amount": asked.amount_cents,
            "received": asked.received_on.isoformat(),
            "purpose": asked.purpose,
        },
        rows=rows,
        refuse=refuse,
    )


def _move(asked: FundGift, given: Donation, officer: Officer) -> CircuitMove:
    """It as a proposal: the number stands for an act, the purpose for its reason."""
    return CircuitMove(
        given.donation_id, str(EntryKind.DONATION), "", None, None,
        f"Donazione {given.number}/{given.year}", asked.received_on.isoformat(), asked.purpose,
        asked.amount_cents, officer.person_id,
    )  # fmt: skip
