"""Define a programme: its unit, its treasury, its terms. Money comes by `fund_programme`."""

from uuid import UUID

from ledger.core.canonical import Json
from ledger.core.chart import AccountKind, EntryKind
from ledger.core.decisions import Decision
from ledger.core.ids import AccountId, RequestId, derived_id
from ledger.core.items import OpenAccount
from ledger.core.programmes import Terms
from ledger.core.quantities import Instant
from ledger.core.requests import Request
from ledger.core.till_rules import NO_RULES
from ledger.store.book import Ledger
from ledger.store.registers.programmes import programme_row, programmes, version_row


def programme_id_of(key: RequestId) -> UUID:
    """The id of the programme that this request defines."""
    return derived_id("programme", key)


def define_programme(
    ledger: Ledger, comune: str, terms: Terms, *, officer: UUID, key: RequestId, now: Instant
) -> Decision:
    """Give a programme its unit and its first terms; safe to retry.

    Errors: raises only what `Book.submit` raises; two programmes defined at the very same moment
    may take the same number, then one of them gets an integrity error and is asked again.
    Source: design 5.
    """
    book = ledger.book(comune)
    earlier = book.decision(key)
    with ledger.reading() as db:
        number = max((one.programme_no for one in programmes(db, book.book_no)), default=0) + 1
    programme = programme_id_of(key)
    treasury = AccountId(derived_id("treasury", programme))
    risk = AccountId(derived_id("offline_risk", programme))
    unit = f"P{number}"
    rows = (
        programme_row(programme, number, unit, treasury, risk),
        version_row(programme, 1, terms),
    )
    asked: dict[str, Json] = {"title": terms.title, "starts": terms.starts_on.isoformat()}
    if terms.rules != NO_RULES:
        asked["rules"] = terms.rules.text()
    request = Request(
        id=key,
        kind=EntryKind.REGISTRATION,
        items=(
            OpenAccount(treasury, unit, AccountKind.TREASURY, owner=programme),
            OpenAccount(risk, unit, AccountKind.OFFLINE_RISK, owner=programme),
        ),
        actor=f"officer:{officer.hex}",
        occurred_at=now,
        asked=asked,
        rows=() if earlier else rows,
    )
    [decision] = book.submit([request])
    return decision
