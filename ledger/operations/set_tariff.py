"""Propose a version of a tariff, and have another person sign it: then it is what families pay.

No money moves here, and a tariff is no entry of the book: it is kept beside it, like a draft.
"""

from uuid import UUID

from ledger.core.entitlement.tariff import Tariff
from ledger.core.quantities import Instant
from ledger.store.book import Book
from ledger.store.network.people import Officer
from ledger.store.registers.tariffs import (
    TariffVersion,
    keep_version,
    sign_version,
    versions_of,
)


def propose_tariff(
    book: Book, tariff_id: UUID, tariff: Tariff, *, officer: Officer, now: Instant
) -> TariffVersion:
    """Write a version down; sent twice it is one. Errors: `LookupError` for another comune's."""
    with book.ledger.reading() as db:
        known = versions_of(db, tariff_id)
    if known and known[0].book_no != book.book_no:
        raise LookupError(tariff_id)
    one = TariffVersion(
        tariff_id, 1, book.book_no, tariff.text(), tariff.hash(), officer.person_id, now, None, None
    )
    return book.ledger.write(lambda db: keep_version(db, one))


def approve_tariff(
    book: Book,
    tariff_id: UUID,
    version: int,
    text_hash: bytes,
    *,
    approver: Officer,
    now: Instant,
) -> bool:
    """Sign what was seen; False for one's own, for another text, or where nothing waits.

    Errors: `LookupError` for an unknown version.
    """
    with book.ledger.reading() as db:
        known = {one.version: one for one in versions_of(db, tariff_id)}
    one = known.get(version)
    if one is None or one.book_no != book.book_no:
        raise LookupError(tariff_id)
    may = approver.role == "approver" and approver.book_no == book.book_no
    if not may or one.text_hash != text_hash:
        return False
    return book.ledger.write(lambda db: sign_version(db, one, by=approver.person_id, now=now))
