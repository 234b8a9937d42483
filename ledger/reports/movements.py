"""Movements of a book, filtered and by pages; lists of vouchers. Amounts in cents.

Each row is one transfer with both its accounts in words. Not here: one entry (`entry_page`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.core.ids import AccountId
from ledger.core.quantities import MAX_AMOUNT, Amount, Instant, Unit
from ledger.reports.rows import name_of, named, query, rows
from ledger.store.book import Ledger

PORTION: Final = 5_000  # Rows of one read of a list that is told whole.


@dataclass(frozen=True, slots=True)
class MovementFilter:
    """Which movements; a field left as it is lets all through. Times: from, and before."""

    unit: str = ""
    kind: str = ""
    since: Instant = 0
    until: Instant = MAX_AMOUNT
    shop: str = ""
    period: int = 0


@dataclass(frozen=True, slots=True)
class Movement:
    """One transfer, with the entry it belongs to and both its accounts."""

    seq: int
    log_index: int
    recorded_at: Instant
    period: int
    kind: str
    unit: Unit
    debit: AccountId
    debit_kind: str
    debit_name: str
    credit: AccountId
    credit_kind: str
    credit_name: str
    amount_cents: Amount


MOVEMENTS = query(
    f"""
    SELECT t.seq, t.log_index, d.recorded_at, d.period, d.kind, t.unit, t.debit,
           da.kind AS debit_kind, {name_of("da")} AS debit_name, t.credit,
           ca.kind AS credit_kind, {name_of("ca")} AS credit_name, t.amount AS amount_cents
      FROM transfer t
      JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
      JOIN account da ON da.book_no = t.book_no AND da.account_id = t.debit
      JOIN account ca ON ca.book_no = t.book_no AND ca.account_id = t.credit
      {named("da")} {named("ca")}
     WHERE t.book_no = :book_no AND t.seq < :before AND t.phase IN ('posted', 'used')
       AND (:unit = '' OR t.unit = :unit) AND (:kind = '' OR d.kind = :kind)
       AND (:period = 0 OR d.period = :period)
       AND (:shop = '' OR da_shop.name = :shop OR ca_shop.name = :shop)
       AND d.recorded_at >= :since AND d.recorded_at < :until
     ORDER BY t.seq DESC LIMIT :limit
    """,  # noqa: S608 -- fragments of our own.
    Movement,
    ids="debit credit",
)


def movements(
    ledger: Ledger, book_no: int, wanted: MovementFilter, *, before: int, limit: int
) -> tuple[Movement, ...]:
    """Movements before a seq, newest first."""
    given = {
        "book_no": book_no, "before": before, "limit": limit, "unit": wanted.unit,
        "kind": wanted.kind, "since": wanted.since, "until": wanted.until, "shop": wanted.shop,
        "period": wanted.period,
    }  # fmt: skip
    with ledger.reading() as db:
        return rows(db, MOVEMENTS, Movement, given)


def all_of(ledger: Ledger, book_no: int, wanted: MovementFilter) -> Iterator[Movement]:
    """Every movement that there is now, newest first, read in portions.

    No read lasts long, and no more than a portion is held; what is booked meanwhile comes before
    the first of them, and so is not told.
    """
    before = MAX_AMOUNT
    while portion := movements(ledger, book_no, wanted, before=before, limit=PORTION):
        yield from portion
        before = portion[-1].seq


@dataclass(frozen=True, slots=True)
class VoucherRow:
    """One voucher of a programme: its worth, what is left, and its state."""

    id: AccountId
    kind: str
    face_cents: Amount
    left_cents: Amount
    ends_at: Instant
    state: str
    log_index: int

    @property
    def last(self) -> Instant:
        """The last instant of its last day."""
        return self.ends_at - 1


VOUCHERS = query(
    """
    SELECT id, kind, face_cents, left_cents, ends_at, state, log_index
      FROM (SELECT v.voucher_id AS id, v.kind, v.face_cents,
                   a.credits_posted - a.debits_posted AS left_cents, v.ends_at,
                   CASE WHEN v.ends_at <= :now OR a.closed = 1 THEN 'ended'
                        WHEN a.credits_posted = a.debits_posted THEN 'spent'
                        WHEN v.starts_at > :now THEN 'not_yet'
                        ELSE 'valid' END AS state,
                   v.log_index, v.row_no
              FROM voucher v
              JOIN account a ON a.book_no = v.book_no AND a.account_id = v.voucher_id
             WHERE v.book_no = :book_no AND v.programme_id = :programme) one
     WHERE :state = '' OR state = :state
     ORDER BY log_index, row_no LIMIT :limit OFFSET :offset
    """,
    VoucherRow,
    ids="id",
    given="programme",
)


def vouchers(
    ledger: Ledger,
    book_no: int,
    programme_id: UUID,
    *,
    state: str,
    now: Instant,
    offset: int,
    limit: int,
) -> tuple[VoucherRow, ...]:
    """The vouchers of a programme, in the order of their issue; `state` empty: all."""
    given = {
        "book_no": book_no, "programme": programme_id, "state": state, "now": now,
        "offset": offset, "limit": limit,
    }  # fmt: skip
    with ledger.reading() as db:
        return rows(db, VOUCHERS, VoucherRow, given)
