"""One account in words, and its statement by pages; accounts of one kind; the trial balance.

Now, or as it stood at a past moment. Not here: the lines' SQL (`ledger.store.reader`).
"""

from dataclasses import dataclass
from uuid import UUID

from ledger.core.chart import CHART, AccountKind, Side
from ledger.core.ids import AccountId
from ledger.core.quantities import Amount, Instant, Unit
from ledger.reports.rows import first_row, name_of, named, query, rows
from ledger.store.book import Ledger


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account: whom it is for, its totals, what is held on it, its bounds."""

    id: AccountId
    unit: Unit
    kind: str
    name: str
    programme: str
    owner: UUID | None
    debits: Amount
    credits: Amount
    debits_held: Amount
    credits_held: Amount
    floor: int | None
    ceiling: int | None
    version: int
    closed: int

    @property
    def side(self) -> Side:
        """The side on which its balance grows."""
        return CHART[AccountKind(self.kind)].side

    @property
    def balance(self) -> int:
        """On its own side, in cents."""
        net = self.credits - self.debits
        return net if self.side is Side.CREDIT else -net


_ACCOUNT = f"""
    SELECT a.account_id AS id, a.unit, a.kind, {name_of("a")} AS name,
           COALESCE(v.title, '') AS programme, a.owner, a.debits_posted AS debits,
           a.credits_posted AS credits, a.debits_pending AS debits_held,
           a.credits_pending AS credits_held, a.floor, a.ceiling, a.version, a.closed
      FROM account a
      LEFT JOIN programme p ON p.book_no = a.book_no AND p.unit = a.unit
      LEFT JOIN programme_version v
        ON v.book_no = p.book_no AND v.programme_id = p.programme_id AND v.version = 1
      {named("a")}
     WHERE a.book_no = :book_no
"""  # noqa: S608 -- fragments of our own.
ACCOUNT = query(
    _ACCOUNT + " AND a.account_id = :account", AccountRow, ids="id owner", given="account"
)
ACCOUNTS = query(
    _ACCOUNT
    + """ AND a.unit = :unit AND (:kind = '' OR a.kind = :kind)
     ORDER BY a.kind, name, a.account_id LIMIT :limit OFFSET :offset""",
    AccountRow,
    ids="id owner",
)


def account(ledger: Ledger, book_no: int, account_id: AccountId) -> AccountRow | None:
    """One account, or None: the book has no such line."""
    with ledger.reading() as db:
        return first_row(db, ACCOUNT, AccountRow, {"book_no": book_no, "account": account_id})


def accounts(
    ledger: Ledger, book_no: int, *, unit: Unit, kind: str, offset: int, limit: int
) -> tuple[AccountRow, ...]:
    """The accounts of one unit, and of one kind if any is named, by name."""
    given = {"book_no": book_no, "unit": unit, "kind": kind, "offset": offset, "limit": limit}
    with ledger.reading() as db:
        return rows(db, ACCOUNTS, AccountRow, given)


@dataclass(frozen=True, slots=True)
class _LastSeq:
    seq: int


LAST_SEQ = query(
    """
    SELECT first_seq + transfers - 1 AS seq FROM decision
     WHERE book_no = :book_no AND recorded_at <= :moment AND transfers > 0
     ORDER BY recorded_at DESC LIMIT 1
    """,
    _LastSeq,
)


def seq_at(ledger: Ledger, book_no: int, moment: Instant) -> int:
    """The last transfer booked at or before a moment; 0 if there was none."""
    with ledger.reading() as db:
        found = first_row(db, LAST_SEQ, _LastSeq, {"book_no": book_no, "moment": moment})
    return found.seq if found else 0


@dataclass(frozen=True, slots=True)
class TrialKind:
    """The accounts of one kind in one unit at a moment, added up."""

    unit: Unit
    programme: str
    kind: str
    accounts: int
    debits: Amount
    credits: Amount

    @property
    def debit_balance(self) -> Amount:
        """What stands in dare, if it does."""
        return max(0, self.debits - self.credits)

    @property
    def credit_balance(self) -> Amount:
        """What stands in avere, if it does."""
        return max(0, self.credits - self.debits)


TRIAL = query(
    """
    SELECT a.unit, COALESCE(MIN(v.title), '') AS programme, a.kind,
           COUNT(DISTINCT a.account_id) AS accounts, CAST(SUM(m.debits) AS BIGINT) AS debits,
           CAST(SUM(m.credits) AS BIGINT) AS credits
      FROM (SELECT debit AS touched, SUM(amount) AS debits, 0 AS credits FROM transfer
             WHERE book_no = :book_no AND seq <= :at_seq AND phase IN ('posted', 'used')
             GROUP BY debit
            UNION ALL
            SELECT credit AS touched, 0 AS debits, SUM(amount) AS credits FROM transfer
             WHERE book_no = :book_no AND seq <= :at_seq AND phase IN ('posted', 'used')
             GROUP BY credit) m
      JOIN account a ON a.book_no = :book_no AND a.account_id = m.touched
      LEFT JOIN programme p ON p.book_no = a.book_no AND p.unit = a.unit
      LEFT JOIN programme_version v
        ON v.book_no = p.book_no AND v.programme_id = p.programme_id AND v.version = 1
     GROUP BY a.unit, a.kind ORDER BY a.unit, a.kind
    """,
    TrialKind,
)


def trial_by_kind(ledger: Ledger, book_no: int, *, at_seq: int) -> tuple[TrialKind, ...]:
    """The trial balance after a transfer, from the transfers alone, by programme and kind."""
    with ledger.reading() as db:
        return rows(db, TRIAL, TrialKind, {"book_no": book_no, "at_seq": at_seq})
