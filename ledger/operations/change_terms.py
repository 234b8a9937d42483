"""Give a programme new terms, for what is issued from now on.

What was issued before keeps its dates, its kinds of shop and the rules of its own version.
"""

from uuid import UUID

from ledger.core.chart import EntryKind
from ledger.core.decisions import Decision
from ledger.core.ids import ClaimId, RequestId, derived_id
from ledger.core.items import Claim
from ledger.core.programmes import Terms
from ledger.core.quantities import Instant
from ledger.core.requests import Request
from ledger.store.book import Ledger
from ledger.store.registers.programmes import programme, version_row


def change_terms(
    ledger: Ledger,
    comune: str,
    programme_id: UUID,
    terms: Terms,
    *,
    officer: UUID,
    key: RequestId,
    now: Instant,
) -> Decision:
    """Write the next version of a programme's terms; safe to retry.

    Errors: `LookupError` for an unknown programme; a no is a decision (`already_claimed`: another
    officer wrote that version meanwhile). Source: domain.md 5.3.
    """
    book = ledger.book(comune)
    with ledger.reading() as db:
        version = programme(db, book.book_no, programme_id).version + 1
    request = Request(
        id=key,
        kind=EntryKind.REGISTRATION,
        items=(Claim(ClaimId(derived_id("programme_version", programme_id, version))),),
        actor=f"officer:{officer.hex}",
        occurred_at=now,
        asked={
            "programme": programme_id.hex,
            "title": terms.title,
            "starts": terms.starts_on.isoformat(),
            "ends": terms.ends_on.isoformat(),
            "categories": list(terms.categories),
            "rules": terms.rules.text(),
        },
        rows=(version_row(programme_id, version, terms),),
    )
    [decision] = book.submit([request])
    return decision
