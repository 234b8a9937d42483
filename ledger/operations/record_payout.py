"""The mandato came back from the treasurer: the shop is paid."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ledger.core.chart import EntryKind
from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.ids import ClaimId, RequestId, derived_id
from ledger.core.items import Claim, Transfer
from ledger.core.quantities import Amount, Instant
from ledger.core.requests import Request, Row, Value
from ledger.core.vouchers import payable_account
from ledger.store.book import Ledger
from ledger.store.network.people import Officer
from ledger.store.registers.programmes import programme
from ledger.store.registers.proposals import person_who_closed


@dataclass(frozen=True, slots=True)
class Mandate:
    """One mandato: its number and day, for which shop, programme and period, in cents."""

    number: str
    paid_on: date
    period: int
    programme_id: UUID
    shop_id: UUID
    amount_cents: Amount


def record_payout(
    ledger: Ledger, comune: str, mandate: Mandate, *, officer: Officer, key: RequestId, now: Instant
) -> Decision:
    """Book a mandato that was paid; safe to retry. A number is used once a year and payee.

    Another person than who closed the mandato's period, in the database too. Errors: `LookupError`
    for an unknown programme; a no is a decision (`not_approved`: the same person, or a period that
    nobody closed; `already_claimed`; `insufficient_funds` beyond what the shop is owed or the
    treasury holds). Source: design 4.1; web.md 11.
    """
    book = ledger.book(comune)
    with ledger.reading() as db:
        found = programme(db, book.book_no, mandate.programme_id)
        closed_by = person_who_closed(db, book.book_no, mandate.period)
    owed = payable_account(mandate.programme_id, mandate.shop_id)
    year = mandate.paid_on.year
    number = ("mandate", comune, year, mandate.number, mandate.shop_id, mandate.programme_id)
    request = Request(
        id=key,
        kind=EntryKind.PAYOUT,
        items=(
            Claim(ClaimId(derived_id(*number))),
            Transfer(owed, found.treasury, mandate.amount_cents, found.unit),
        ),
        actor=f"officer:{officer.officer_id.hex}",
        occurred_at=now,
        asked={
            "number": mandate.number,
            "shop": mandate.shop_id.hex,
            "programme": mandate.programme_id.hex,
            "period": mandate.period,
            "amount": mandate.amount_cents,
        },
        rows=(_row(mandate, key), *_signatures(mandate, key, closed_by, officer.person_id)),
        refuse=Code.NOT_APPROVED if closed_by in {None, officer.person_id} else None,
    )
    [decision] = book.submit([request])
    return decision


def _signatures(
    mandate: Mandate, key: RequestId, closed_by: UUID | None, paid_by: UUID
) -> tuple[Row, ...]:
    if closed_by is None:
        return ()
    values: dict[str, Value | None] = {
        "mandate_id": derived_id("mandate_row", key),
        "period": mandate.period,
        "closed_by": closed_by,
        "paid_by": paid_by,
    }
    return (Row("payout_signature", values),)


def _row(mandate: Mandate, key: RequestId) -> Row:
    return Row(
        "mandate",
        {
            "mandate_id": derived_id("mandate_row", key),
            "period": mandate.period,
            "programme_id": mandate.programme_id,
            "shop_id": mandate.shop_id,
            "number": mandate.number,
            "paid_on": mandate.paid_on.isoformat(),
            "amount_cents": mandate.amount_cents,
        },
    )
