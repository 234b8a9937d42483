"""What two persons of the association propose and confirm, newest first. Cents; nobody's name."""

from dataclasses import dataclass
from uuid import UUID

from ledger.core.chart import CIRCUIT_BOOK, AccountKind
from ledger.core.quantities import Amount, Instant
from ledger.reports.feeds import compare_feeds
from ledger.reports.rows import query, rows
from ledger.store.book import Ledger


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One proposal; `whom`: the programme, or the shop; `outcome`: empty while it waits."""

    proposal_id: UUID
    kind: str
    comune: str
    subject: UUID | None
    vote_id: UUID | None
    whom: str
    act_number: str
    act_dated: str
    reason: str
    amount_cents: Amount
    content_hash: bytes
    proposed_by: UUID
    proposed_name: str
    proposed_at: Instant
    outcome: str
    log_index: int | None
    leaf_hash: bytes | None
    ended_at: Instant | None

    @property
    def status(self) -> str:
        """Where it is, as a state."""
        return {"": "prepared", "confirmed": "approved", "withdrawn": "withdrawn"}[self.outcome]


MOVES = query(
    """
    SELECT m.proposal_id, m.kind, m.comune, m.subject, m.vote_id,
           COALESCE(s.name, v.title, '') AS whom,
           m.act_number, m.act_dated, m.reason, m.amount_cents, m.content_hash, m.proposed_by,
           COALESCE((SELECT MIN(o.user_name) FROM officer o
             WHERE o.book_no = m.book_no AND o.person_id = m.proposed_by), '') AS proposed_name,
           d.recorded_at AS proposed_at, COALESCE(e.outcome, '') AS outcome,
           e.log_index, ed.leaf_hash, ed.recorded_at AS ended_at
      FROM circuit_move m
      JOIN decision d ON d.book_no = m.book_no AND d.log_index = m.log_index
      LEFT JOIN proposal_end e ON e.book_no = m.book_no AND e.proposal_id = m.proposal_id
      LEFT JOIN decision ed ON ed.book_no = e.book_no AND ed.log_index = e.log_index
      LEFT JOIN shop s ON s.shop_id = m.subject
      LEFT JOIN book b ON b.name = m.comune
      LEFT JOIN programme_version v
        ON v.book_no = b.book_no AND v.programme_id = m.subject AND v.version = 1
     WHERE m.book_no = :book_no ORDER BY m.log_index DESC
    """,
    MoveRow,
    ids="proposal_id subject vote_id proposed_by",
)


@dataclass(frozen=True, slots=True)
class KindSum:
    """What lies on all accounts of one kind, on its own side."""

    kind: str
    cents: Amount


SUMS = query(
    """
    SELECT kind, CAST(SUM(CASE WHEN kind = 'bank' THEN debits_posted - credits_posted
                               ELSE credits_posted - debits_posted END) AS BIGINT) AS cents
      FROM account
     WHERE book_no = :book_no AND unit = 'EUR'
       AND kind IN ('bank', 'social_fund', 'in_transit', 'running_costs', 'shop_payable')
     GROUP BY kind ORDER BY kind
    """,
    KindSum,
)


@dataclass(frozen=True, slots=True)
class OwedShop:
    """A shop that the circuit owes euro to, for credits it converted."""

    shop_id: UUID
    name: str
    cents: Amount


OWED = query(
    """
    SELECT s.shop_id, s.name, a.credits_posted - a.debits_posted AS cents
      FROM account a JOIN shop s ON s.shop_id = a.owner
     WHERE a.book_no = :book_no AND a.kind = 'shop_payable' AND a.credits_posted > a.debits_posted
     ORDER BY s.shop_no
    """,
    OwedShop,
    ids="shop_id",
)


@dataclass(frozen=True, slots=True)
class CircuitMoves:
    """Every move, what lies where, and of the confirmed feeds those that are still on their way."""

    all: tuple[MoveRow, ...]
    sums: dict[str, Amount]
    moving: frozenset[UUID]
    owed: tuple[OwedShop, ...]

    @property
    def waiting(self) -> tuple[MoveRow, ...]:
        """Those that another person has to confirm."""
        return tuple(one for one in self.all if not one.outcome)

    def at(self, kind: str) -> Amount:
        """What lies on a kind of account."""
        return self.sums.get(AccountKind(kind), 0)


def circuit_moves(ledger: Ledger) -> CircuitMoves:
    """All of it. Errors: `LookupError`: there is no circuit."""
    book_no = ledger.book(CIRCUIT_BOOK).book_no
    with ledger.reading() as db:
        found = rows(db, MOVES, MoveRow, {"book_no": book_no})
        owed = rows(db, OWED, OwedShop, {"book_no": book_no})
        sums = rows(db, SUMS, KindSum, {"book_no": book_no})
    moving = {one.feed.feed_id for one in compare_feeds(ledger).all if one.settled is None}
    return CircuitMoves(found, {one.kind: one.cents for one in sums}, frozenset(moving), owed)
