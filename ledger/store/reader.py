"""Reads of one book: decisions, balances, statements, trial balance; now, or at any past seq.

SQL above, the frozen row it fills below. Not here: reports for a page (`ledger.reports`).
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, text
from sqlalchemy import column as c

from ledger.core.chart import CHART, AccountKind, Side
from ledger.core.decisions import Decision
from ledger.core.ids import AccountId, RequestId
from ledger.core.leaves import read_leaf
from ledger.core.quantities import Amount, Instant
from ledger.proof.merkle import read_frontier
from ledger.store.columns import Id

DECISION = text(
    "SELECT leaf FROM decision WHERE book_no = :book_no AND request_id = :request_id"
).bindparams(bindparam("request_id", type_=Id()))


def decision(db: Connection, book_no: int, request: RequestId) -> Decision | None:
    """The decision of a request, read from its leaf, or None."""
    leaf = db.execute(DECISION, {"book_no": book_no, "request_id": request}).scalar()
    return None if leaf is None else read_leaf(bytes(leaf))


@dataclass(frozen=True, slots=True)
class Receipt:
    """What proves a decision: the leaf and its hash, and where it stands in which log."""

    book: str
    log_index: int
    leaf: bytes
    leaf_hash: bytes


RECEIPT = text(
    "SELECT b.name AS book, d.log_index, d.leaf, d.leaf_hash FROM decision d"
    " JOIN book b ON b.book_no = d.book_no"
    " WHERE d.book_no = :book_no AND d.request_id = :request_id"
).bindparams(bindparam("request_id", type_=Id()))


def receipt(db: Connection, book_no: int, request: RequestId) -> Receipt | None:
    """The proof of one decision, or None if nothing was decided under this id."""
    row = db.execute(RECEIPT, {"book_no": book_no, "request_id": request}).first()
    if row is None:
        return None
    return Receipt(row.book, row.log_index, bytes(row.leaf), bytes(row.leaf_hash))


@dataclass(frozen=True, slots=True)
class BookHead:
    """Where a book's log ends: leaves, root, last seq and time, open period."""

    size: int
    root: bytes
    last_seq: int
    recorded_at: Instant
    period: int


HEAD = text(
    "SELECT next_index, next_seq, recorded_at, period, frontier FROM book WHERE book_no = :book_no"
)


def head(db: Connection, book_no: int) -> BookHead:
    """The head of a book."""
    row = db.execute(HEAD, {"book_no": book_no}).one()
    root = read_frontier(row.next_index, bytes(row.frontier)).root()
    return BookHead(row.next_index, root, row.next_seq - 1, row.recorded_at, row.period)


ACCOUNT = text(
    "SELECT kind, debits_posted, credits_posted FROM account"
    " WHERE book_no = :book_no AND account_id = :account"
).bindparams(bindparam("account", type_=Id()))

# The last transfer up to a seq that touched an account, on either side.
LAST_TOUCH = text("""
    SELECT seq, debit_balance AS balance FROM transfer
     WHERE book_no = :book_no AND debit = :account AND seq <= :at_seq
       AND debit_version = (SELECT MAX(debit_version) FROM transfer
                             WHERE book_no = :book_no AND debit = :account AND seq <= :at_seq)
    UNION ALL
    SELECT seq, credit_balance AS balance FROM transfer
     WHERE book_no = :book_no AND credit = :account AND seq <= :at_seq
       AND credit_version = (SELECT MAX(credit_version) FROM transfer
                              WHERE book_no = :book_no AND credit = :account AND seq <= :at_seq)
     ORDER BY seq DESC
""").bindparams(bindparam("account", type_=Id()))


def balance(db: Connection, book_no: int, account: AccountId, at_seq: int | None) -> int:
    """Posted balance on the account's own side, in minor units. Errors: `LookupError`."""
    row = db.execute(ACCOUNT, {"book_no": book_no, "account": account}).first()
    if row is None:
        raise LookupError(account)
    if at_seq is None:
        net: int = row.credits_posted - row.debits_posted
        return net if CHART[AccountKind(row.kind)].side is Side.CREDIT else -net
    given = {"book_no": book_no, "account": account, "at_seq": at_seq}
    last = db.execute(LAST_TOUCH, given).first()
    return 0 if last is None else int(last.balance)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One transfer as seen from one account: the other side, and the balance after it."""

    version: int
    seq: int
    log_index: int
    recorded_at: Instant
    occurred_at: Instant
    period: int
    kind: str
    phase: str
    side: str
    other: AccountId
    other_kind: str
    amount: Amount
    balance: int
    held: Amount
    request_id: RequestId
    actor: str


_LINE = """
    SELECT t.{side}_version AS version, t.seq, t.log_index, d.recorded_at, d.occurred_at, d.period,
           d.kind, t.phase, '{side}' AS side, t.{other} AS other, o.kind AS other_kind, t.amount,
           t.{side}_balance AS balance, t.{side}_pending AS held, d.request_id, d.actor
      FROM transfer t
      JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
      JOIN account o ON o.book_no = t.book_no AND o.account_id = t.{other}
     WHERE t.book_no = :book_no AND t.{side} = :account AND t.{side}_version > :after
"""
STATEMENT = (
    text(
        _LINE.format(side="debit", other="credit")
        + " UNION ALL "
        + _LINE.format(side="credit", other="debit")
        + " ORDER BY version LIMIT :limit"
    )
    .bindparams(bindparam("account", type_=Id()))
    .columns(
        c("version"), c("seq"), c("log_index"), c("recorded_at"), c("occurred_at"), c("period"),
        c("kind"), c("phase"), c("side"), c("other", Id()), c("other_kind"), c("amount"),
        c("balance"), c("held"), c("request_id", Id()), c("actor"),
    )
)  # fmt: skip


def statement(
    db: Connection, book_no: int, account: AccountId, after_version: int, limit: int
) -> tuple[StatementLine, ...]:
    """Lines of one account in order, after a version; amounts in minor units."""
    given = {"book_no": book_no, "account": account, "after": after_version, "limit": limit}
    rows = db.execute(STATEMENT, given).mappings()
    return tuple(StatementLine(**_fields(row)) for row in rows)


@dataclass(frozen=True, slots=True)
class TrialLine:
    """One account in the trial balance: what was posted on each side, and its balance."""

    account: AccountId
    unit: str
    kind: str
    owner: UUID | None
    debits: int
    credits: int

    @property
    def balance(self) -> int:
        """On the account's own side, in minor units."""
        net = self.credits - self.debits
        return net if CHART[AccountKind(self.kind)].side is Side.CREDIT else -net


TRIAL_NOW = text("""
    SELECT account_id AS account, unit, kind, owner, debits_posted AS debits,
           credits_posted AS credits
      FROM account WHERE book_no = :book_no
     ORDER BY unit, kind, account_id
""").columns(c("account", Id()), c("unit"), c("kind"), c("owner", Id()), c("debits"), c("credits"))

TRIAL_THEN = text("""
    SELECT a.account_id AS account, a.unit, a.kind, a.owner,
           CAST(SUM(CASE WHEN t.debit = a.account_id THEN t.amount ELSE 0 END) AS BIGINT) AS debits,
           CAST(SUM(CASE WHEN t.credit = a.account_id THEN t.amount ELSE 0 END) AS BIGINT)
               AS credits
      FROM (SELECT debit AS touched, seq FROM transfer
             WHERE book_no = :book_no AND seq <= :at_seq AND phase IN ('posted', 'used')
            UNION ALL
            SELECT credit AS touched, seq FROM transfer
             WHERE book_no = :book_no AND seq <= :at_seq AND phase IN ('posted', 'used')) m
      JOIN transfer t ON t.book_no = :book_no AND t.seq = m.seq
      JOIN account a ON a.book_no = :book_no AND a.account_id = m.touched
     GROUP BY a.account_id, a.unit, a.kind, a.owner
     ORDER BY a.unit, a.kind, a.account_id
""").columns(c("account", Id()), c("unit"), c("kind"), c("owner", Id()), c("debits"), c("credits"))


def trial_balance(db: Connection, book_no: int, at_seq: int | None) -> tuple[TrialLine, ...]:
    """All accounts of a book (at a past seq: those that had moved), in minor units."""
    query = TRIAL_NOW if at_seq is None else TRIAL_THEN
    rows = db.execute(
        query, {"book_no": book_no} if at_seq is None else {"book_no": book_no, "at_seq": at_seq}
    ).mappings()
    return tuple(TrialLine(**_fields(row)) for row in rows)


def _fields(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a mapping of SQLAlchemy's.
    return {str(key): value for key, value in row.items()}
