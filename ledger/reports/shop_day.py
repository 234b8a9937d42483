"""A shop's day, to be added up by programme and by who stood at the till. Amounts in cents.

Refunds of a sale that was paid out already are among them. Not here: the list of sales, and when
they are paid (`shop_movements`, `shop_payments`).
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from ledger.core.leaves import read_leaf
from ledger.core.quantities import Amount, Instant
from ledger.reports.rows import query, rows
from ledger.reports.till_names import TillNames, till_names
from ledger.store.book import Ledger


@dataclass(frozen=True, slots=True)
class DayMove:
    """One amount that came in or went back: which programme, which till, who stood there.

    `operator` is empty where nobody is named. A sale may have several moves.
    """

    entry: tuple[int, int]
    comune: str
    programme: str
    till: str
    operator: str
    is_sale: bool
    amount_cents: Amount


@dataclass(frozen=True, slots=True)
class _Row:
    book_no: int
    log_index: int
    comune: str
    programme: str
    till: str
    kind: str
    leaf: bytes
    amount_cents: Amount


MOVES = query(
    """
    SELECT d.book_no, d.log_index, c.name AS comune, COALESCE(v.title, a.unit) AS programme,
           d.actor AS till, d.kind, d.leaf, t.amount AS amount_cents
      FROM comune c
      JOIN account a ON a.book_no = c.book_no AND a.owner = :shop
      JOIN transfer t ON t.book_no = a.book_no
       AND (t.credit = a.account_id OR t.debit = a.account_id)
      JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
      LEFT JOIN programme p ON p.book_no = a.book_no AND p.unit = a.unit
      LEFT JOIN programme_version v
        ON v.book_no = p.book_no AND v.programme_id = p.programme_id AND v.version = 1
     WHERE a.kind IN ('shop_payable', 'shop_claim') AND t.phase IN ('posted', 'used')
       AND d.kind IN ('redemption', 'offline_redemption', 'refund')
       AND d.recorded_at >= :since AND d.recorded_at < :until
     ORDER BY d.recorded_at, d.book_no, t.seq
    """,
    _Row,
    given="shop",
)


def shop_day(ledger: Ledger, shop_id: UUID, span: tuple[Instant, Instant]) -> tuple[DayMove, ...]:
    """What a shop took and gave back in a span, oldest first."""
    given = {"shop": shop_id, "since": span[0], "until": span[1]}
    with ledger.reading() as db:
        moves = rows(db, MOVES, _Row, given)
        names = till_names(db, shop_id)
    return tuple(_told(one, names) for one in moves)


def _told(one: _Row, names: TillNames) -> DayMove:
    asked = read_leaf(bytes(one.leaf)).request.asked
    return DayMove(
        (one.book_no, one.log_index), one.comune, one.programme, names.till(one.till),
        names.operator(asked), one.kind != "refund", one.amount_cents,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DaySum:
    """So many sales and refunds, and their amounts; each entry is counted once."""

    name: tuple[str, ...]
    sales: int
    sold_cents: Amount
    refunds: int
    refunded_cents: Amount

    @property
    def net_cents(self) -> int:
        """What stays with the shop."""
        return self.sold_cents - self.refunded_cents


Key: TypeAlias = Callable[[DayMove], tuple[str, ...]]


def by_programme(one: DayMove) -> tuple[str, ...]:
    """Told by programme."""
    return (one.programme, one.comune)


def by_operator(one: DayMove) -> tuple[str, ...]:
    """Told by till, and who stood there."""
    return (one.till, one.operator)


def by_all(one: DayMove) -> tuple[str, ...]:
    """Told as finely as it is known."""
    return by_programme(one) + by_operator(one)


def in_all(_one: DayMove) -> tuple[str, ...]:
    """The whole day as one."""
    return ()


def day_sums(moves: Iterable[DayMove], key: Key) -> tuple[DaySum, ...]:
    """The day's moves added up under their names, in the order of these."""
    groups: dict[tuple[str, ...], list[DayMove]] = {}
    for one in moves:
        groups.setdefault(key(one), []).append(one)
    return tuple(_sum(name, groups[name]) for name in sorted(groups))


def _sum(name: tuple[str, ...], moves: Iterable[DayMove]) -> DaySum:
    counted: dict[bool, set[Hashable]] = {True: set(), False: set()}
    cents = {True: 0, False: 0}
    for one in moves:
        counted[one.is_sale].add(one.entry)
        cents[one.is_sale] += one.amount_cents
    return DaySum(name, len(counted[True]), cents[True], len(counted[False]), cents[False])
