"""Let shops sell without network in a programme: its limits, signed by two, and its cover.

Not here: the cover's money (`fund_programme`), and what a till is granted (`grant_offline`).
"""

from dataclasses import astuple, dataclass
from uuid import UUID

from ledger.core.canonical import Json
from ledger.core.chart import EntryKind
from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.ids import ClaimId, RequestId, derived_id
from ledger.core.items import Claim
from ledger.core.offline import Limits
from ledger.core.phones import PhoneTerms
from ledger.core.quantities import Instant
from ledger.core.requests import Request, Row
from ledger.store.book import Ledger
from ledger.store.network.people import Officer
from ledger.store.registers.offline import (
    OfflineProgramme,
    offline_programmes,
    phone_terms_row,
    terms_row,
)
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
    one = _programme(ledger, comune, programme_id)
    if one.rules != "{}" and limits.slip_cents:
        raise NotOffline(one.title)
    make_signing_keys(ledger, one.issuer, now=now)
    by = (signed_by[0].person_id, signed_by[1].person_id)
    row = terms_row(programme_id, one.version + 1, limits, by)
    terms = _Version("offline_terms", programme_id, one.version + 1, row, list(astuple(limits)))
    return _sign(ledger, comune, terms, signed_by, key, now)


def set_phone_terms(
    ledger: Ledger,
    comune: str,
    programme_id: UUID,
    phones: PhoneTerms,
    *,
    signed_by: tuple[Officer, Officer],
    key: RequestId,
    now: Instant,
) -> Decision:
    """Say what a programme allows phones from now on; safe to retry.

    Credentials signed before keep what they say, for 7 days at most. Errors: as above.
    """
    one = _programme(ledger, comune, programme_id)
    if one.rules != "{}" and phones.reserve_cents:
        raise NotOffline(one.title)
    make_signing_keys(ledger, one.issuer, now=now)
    version, by = one.phone_version + 1, (signed_by[0].person_id, signed_by[1].person_id)
    row = phone_terms_row(programme_id, version, phones, by)
    terms = _Version("phone_terms", programme_id, version, row, list(astuple(phones)))
    return _sign(ledger, comune, terms, signed_by, key, now)


@dataclass(frozen=True, slots=True)
class _Version:
    """What two persons sign: a version of a programme's terms, once."""

    scope: str
    programme_id: UUID
    number: int
    row: Row
    words: list[Json]


def _sign(  # noqa: PLR0917 -- who signs what, when.
    ledger: Ledger,
    comune: str,
    terms: _Version,
    signed_by: tuple[Officer, Officer],
    key: RequestId,
    now: Instant,
) -> Decision:
    book = ledger.book(comune)
    officer, approver = signed_by
    earlier = book.decision(key)
    version = ClaimId(derived_id(terms.scope, terms.programme_id, terms.number))
    name = "limits" if terms.scope == "offline_terms" else "phones"
    request = Request(
        id=key,
        kind=EntryKind.REGISTRATION,
        items=(Claim(version),),
        actor=f"officer:{officer.officer_id.hex}",
        occurred_at=now,
        asked={
            "programme": terms.programme_id.hex,
            "approved_by": approver.officer_id.hex,
            name: terms.words,
        },
        rows=() if earlier else (terms.row,),
        refuse=None if _two(officer, approver, book.book_no) else Code.NOT_APPROVED,
    )
    return book.submit([request])[0]


def _programme(ledger: Ledger, comune: str, programme_id: UUID) -> OfflineProgramme:
    book_no = ledger.book(comune).book_no
    with ledger.reading() as db:
        found = {one.programme_id: one for one in offline_programmes(db, book_no)}
    if programme_id not in found:
        raise LookupError(programme_id)
    return found[programme_id]


def _two(officer: Officer, approver: Officer, book_no: int) -> bool:
    """Whether two persons of this comune sign, the second as its approver."""
    here = officer.book_no == approver.book_no == book_no
    return here and approver.role == "approver" and officer.person_id != approver.person_id
