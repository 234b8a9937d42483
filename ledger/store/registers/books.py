"""Which book: by number, by a till's key; and which commitments it made."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Connection, select

from ledger.core.ids import Commitment, RequestId
from ledger.store.book import Book, Ledger
from ledger.store.schema import claim, commitment, key_route


def book_of_key(ledger: Ledger, scope: UUID, request: RequestId) -> Book | None:
    """The book in which a till's key was decided, or None."""
    query = select(key_route.c.book_no).where(
        key_route.c.scope == scope, key_route.c.request_id == request
    )
    with ledger.reading() as db:
        book_no = db.execute(query).scalar()
    return None if book_no is None else ledger.book_numbered(book_no)


def claimed_among(db: Connection, book_no: int, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of these ids that a book has claimed."""
    query = select(claim.c.claim_id).where(
        claim.c.book_no == book_no, claim.c.claim_id.in_(list(ids))
    )
    return frozenset(db.execute(query).scalars())


def known_commitments(
    db: Connection, book_no: int, commitments: Iterable[Commitment]
) -> tuple[Commitment, ...]:
    """Those of these commitments that a book made and has not erased, in order."""
    query = select(commitment.c.commitment).where(
        commitment.c.book_no == book_no,
        commitment.c.erased == 0,
        commitment.c.commitment.in_(list(commitments)),
    )
    return tuple(sorted(Commitment(bytes(row[0])) for row in db.execute(query)))
