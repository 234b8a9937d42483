"""Let shops sell without network in a programme: its limits, signed by two, and its cover.

Not here: the cover's money (`fund_programme`), and what a till is granted (`grant_offline`).
"""

from dataclasses import astuple
from uuid import UUID

from ledger.core.chart import EntryKind
from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.ids import ClaimId, RequestId, derived_id
from ledger.core.items import Claim
from ledger.core.offline import Limits
from ledger.core.quantities import Instant
from ledger.core.requests import Request
from ledger.store.book import Ledger
from ledger.store.network.people import Officer
from ledger.store.registers.offline import OfflineProgramme, offline_programmes, terms_row
from ledger.store.signing import make_signing_keys


class NotOffline(ValueError):
    """A programme whose rules no till can keep without asking the server."""


def set_offline_limits(
    ledger: Ledger,
    comune: str,
    programme_id: UUID,
    limits: Limits,
    *,
    signed_by: tuple[Officer, Officer],
    key: RequestId,
    now: Instant,
) -> Decision:
    """Say what a programme allows offline from now on; safe to retry.

    Slips issued before keep what they were signed for. Four eyes: the second signs too, is an
    approver and another person. Errors: `LookupError` for an unknown programme, `NotOffline`; a no
    is a decision (`not_approved`). Source: qr.md 7.
    """
    book = ledger.book(comune)
    one = _programme(ledger, book.book_no, programme_id)
    if one.rules != "{}" and limits.slip_cents:
        raise NotOffline(one.title)
    make_signing_keys(ledger, one.issuer, now=now)
    officer, approver = signed_by
    earlier = book.decision(key)
    row = terms_row(programme_id, one.version + 1, limits, (officer.person_id, approver.person_id))
    version = ClaimId(derived_id("offline_terms", programme_id, one.version + 1))
    request = Request(
        id=key,
        kind=EntryKind.REGISTRATION,
        items=(Claim(version),),
        actor=f"officer:{officer.officer_id.hex}",
        occurred_at=now,
        asked={
            "programme": programme_id.hex,
            "approved_by": approver.officer_id.hex,
            "limits": list(astuple(limits)),
        },
        rows=() if earlier else (row,),
        refuse=None if _two(officer, approver, book.book_no) else Code.NOT_APPROVED,
    )
    return book.submit([request])[0]


def _programme(ledger: Ledger, book_no: int, programme_id: UUID) -> OfflineProgramme:
    with ledger.reading() as db:
        found = {one.programme_id: one for one in offline_programmes(db, book_no)}
    if programme_id not in found:
        raise LookupError(programme_id)
    return found[programme_id]


def _two(officer: Officer, approver: Officer, book_no: int) -> bool:
    """Whether two persons of this comune sign, the second as its approver."""
    here = officer.book_no == approver.book_no == book_no
    return here and approver.role == "approver" and officer.person_id != approver.person_id
