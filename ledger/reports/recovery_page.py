"""A book after a restore: what is missing, which tills have told what they know, who proposed what.

Not here: what can be booked again (`ledger.operations.recover`), and what a receipt proves.
"""

from dataclasses import dataclass
from uuid import UUID

from ledger.core.quantities import Amount, Instant
from ledger.reports.rows import query, rows
from ledger.store.book import Book
from ledger.store.network.recoveries import recovery_of, wanted_since


@dataclass(frozen=True, slots=True)
class Gap:
    """What the book lacks: so many decisions between two moments.

    `is_accepted`: somebody has said that it goes on without them; `waits`: its tills do not yet.
    """

    missing: int
    from_at: Instant
    until_at: Instant
    is_accepted: bool = False
    waits: bool = True


@dataclass(frozen=True, slots=True)
class TillTold:
    """A till of the network, and when it had brought all that it kept; None: not yet."""

    shop_id: UUID
    shop: str
    label: str
    told_at: Instant | None


@dataclass(frozen=True, slots=True)
class Proposed:
    """What one person proposed to book again: cents, refunds taken off. `outcome`: "" waits."""

    proposal_id: UUID
    receipts: int
    amount_cents: Amount
    content_hash: bytes
    proposed_by: UUID
    proposed_name: str
    log_index: int
    outcome: str
    ended_name: str
    end_index: int | None


TILLS = query(
    """
    SELECT s.shop_id, s.name AS shop, t.label,
           (SELECT MAX(r.received_at) FROM till_return r
             WHERE r.till_id = t.till_id AND r.since = :since) AS told_at
      FROM till t JOIN shop s ON s.shop_id = t.shop_id
     WHERE t.status = 'active' ORDER BY s.name, t.label
    """,
    TillTold,
    ids="shop_id",
)
PROPOSED = query(
    """
    SELECT p.proposal_id, p.receipts, p.amount_cents, p.content_hash, p.proposed_by,
           COALESCE((SELECT MIN(o.user_name) FROM officer o
             WHERE o.book_no = p.book_no AND o.person_id = p.proposed_by), '') AS proposed_name,
           p.log_index, COALESCE(e.outcome, '') AS outcome,
           COALESCE((SELECT MIN(o.user_name) FROM officer o
             WHERE o.book_no = p.book_no AND o.person_id = e.ended_by), '') AS ended_name,
           e.log_index AS end_index
      FROM recovery_proposal p
      LEFT JOIN proposal_end e ON e.book_no = p.book_no AND e.proposal_id = p.proposal_id
     WHERE p.book_no = :book_no ORDER BY p.log_index DESC
    """,
    Proposed,
    ids="proposal_id proposed_by",
)


def gap_of(book: Book) -> Gap | None:
    """What a book lacks since it was put back; None: it never was."""
    for one in book.ledger.behind:
        if one.book == book.name:
            return Gap(one.missing, one.recorded_at, one.told.recorded_at)
    with book.ledger.reading() as db:
        found = recovery_of(db, book.book_no)
    if found is None:
        return None
    waits = found.ended_at is None
    return Gap(found.missing, found.from_at, found.until_at, is_accepted=True, waits=waits)


def open_gap(book: Book) -> Gap | None:
    """The same while its tills wait; in every other book nothing is read."""
    waits = book.ledger.behind or book.ledger.waiting.holds(book.book_no)
    return gap_of(book) if waits else None


def tills_that_told(book: Book, now: Instant) -> tuple[TillTold, ...]:
    """Every till that takes money, and whether it has brought what it kept."""
    behind = [one.recorded_at for one in book.ledger.behind]
    with book.ledger.reading() as db:
        lately = wanted_since(db, now)
        since = min([*behind, *([] if lately is None else [lately])], default=0)
        return rows(db, TILLS, TillTold, {"since": since})


def recovery_proposals(book: Book) -> tuple[Proposed, ...]:
    """Every proposal, newest first."""
    with book.ledger.reading() as db:
        return rows(db, PROPOSED, Proposed, {"book_no": book.book_no})
