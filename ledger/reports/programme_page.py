"""A comune's programmes: acts, the identity of design 4.1, money by source, vouchers by state.

Not here: lists of movements (`movements`), one entry (`entry_page`). Amounts in cents.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.core.chart import CHART, AccountKind, Side, Where
from ledger.core.ids import AccountId
from ledger.core.quantities import Amount, Instant, Unit
from ledger.reports.rows import query, rows
from ledger.store.book import Ledger
from ledger.store.registers.programmes import Programme, programmes

_OWN: Final = [(kind, line) for kind, line in CHART.items() if line.where is not Where.CIRCUIT]
HELD: Final = tuple(kind for kind, line in _OWN if line.side is Side.DEBIT)
PROMISED: Final = tuple(kind for kind, line in _OWN if line.side is Side.CREDIT)


@dataclass(frozen=True, slots=True)
class KindTotal:
    """The accounts of one kind in one unit, added up on the kind's own side."""

    unit: Unit
    kind: str
    accounts: int
    debits: Amount
    credits: Amount


TOTALS = query(
    """
    SELECT unit, kind, COUNT(*) AS accounts, CAST(SUM(debits_posted) AS BIGINT) AS debits,
           CAST(SUM(credits_posted) AS BIGINT) AS credits
      FROM account WHERE book_no = :book_no GROUP BY unit, kind ORDER BY unit, kind
    """,
    KindTotal,
)


@dataclass(frozen=True, slots=True)
class ProgrammeTotals:
    """A programme and its balances by kind: what is held, and all that it is promised to."""

    programme: Programme
    balances: Mapping[AccountKind, Amount]

    @property
    def held(self) -> tuple[tuple[AccountKind, Amount], ...]:
        """The left side of the identity: what is there, and what shops owe back."""
        return tuple((kind, self.balances.get(kind, 0)) for kind in HELD)

    @property
    def promised(self) -> tuple[tuple[AccountKind, Amount], ...]:
        """The right side: to whom it is due or kept for."""
        return tuple((kind, self.balances.get(kind, 0)) for kind in PROMISED)

    @property
    def held_cents(self) -> Amount:
        """The sum of the left side."""
        return sum(amount for _, amount in self.held)

    @property
    def promised_cents(self) -> Amount:
        """The sum of the right side."""
        return sum(amount for _, amount in self.promised)

    @property
    def agrees(self) -> bool:
        """Whether nothing is promised that is not there. Source: design 4.1."""
        return self.held_cents == self.promised_cents

    def at(self, kind: str) -> Amount:
        """The balance of one kind of account."""
        return self.balances.get(AccountKind(kind), 0)


def programme_totals(ledger: Ledger, book_no: int) -> tuple[ProgrammeTotals, ...]:
    """All programmes of a comune with their balances, by number."""
    with ledger.reading() as db:
        found = programmes(db, book_no)
        totals = rows(db, TOTALS, KindTotal, {"book_no": book_no})
    return tuple(ProgrammeTotals(one, _balances(totals, one.unit)) for one in found)


def _balances(totals: tuple[KindTotal, ...], unit: Unit) -> dict[AccountKind, Amount]:
    return {AccountKind(one.kind): _balance(one) for one in totals if one.unit == unit}


def _balance(one: KindTotal) -> Amount:
    net = one.credits - one.debits
    return net if CHART[AccountKind(one.kind)].side is Side.CREDIT else -net


@dataclass(frozen=True, slots=True)
class ActRow:
    """An act that commits money, the entry that booked it and the programmes it feeds."""

    number: str
    dated: str
    title: str
    amount_cents: Amount
    log_index: int
    unit: str | None
    programme: str | None


ACTS = query(
    """
    SELECT a.number, a.dated, a.title, a.amount_cents, a.log_index, MIN(t.unit) AS unit,
           MIN(v.title) AS programme
      FROM act a
      LEFT JOIN transfer t ON t.book_no = a.book_no AND t.log_index = a.log_index
      LEFT JOIN programme p ON p.book_no = a.book_no AND p.unit = t.unit
      LEFT JOIN programme_version v
        ON v.book_no = p.book_no AND v.programme_id = p.programme_id AND v.version = 1
     WHERE a.book_no = :book_no
     GROUP BY a.number, a.dated, a.title, a.amount_cents, a.log_index
     ORDER BY a.log_index DESC
    """,
    ActRow,
)


def acts(ledger: Ledger, book_no: int) -> tuple[ActRow, ...]:
    """The acts of a comune, newest first."""
    with ledger.reading() as db:
        return rows(db, ACTS, ActRow, {"book_no": book_no})


@dataclass(frozen=True, slots=True)
class FundRow:
    """What one source gave to a programme, and what of it is not promised yet."""

    fund: AccountId
    kind: str
    name: str
    given_cents: Amount
    left_cents: Amount


FUNDS = query(
    """
    SELECT s.fund, s.kind, s.name,
           CAST(COALESCE((SELECT SUM(t.amount) FROM transfer t
             JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
            WHERE t.book_no = s.book_no AND t.credit = s.fund AND d.kind = 'funding'), 0) AS BIGINT)
             AS given_cents,
           a.credits_posted - a.debits_posted - a.debits_pending AS left_cents
      FROM source s
      JOIN account a ON a.book_no = s.book_no AND a.account_id = s.fund
     WHERE s.book_no = :book_no AND s.programme_id = :programme
     ORDER BY s.log_index, s.row_no
    """,
    FundRow,
    ids="fund",
    given="programme",
)


def funds(ledger: Ledger, book_no: int, programme_id: UUID) -> tuple[FundRow, ...]:
    """The sources of a programme, oldest first."""
    with ledger.reading() as db:
        return rows(db, FUNDS, FundRow, {"book_no": book_no, "programme": programme_id})


@dataclass(frozen=True, slots=True)
class AnyFund:
    """A source of any programme, for whoever chooses where money comes from."""

    fund: AccountId
    programme_id: UUID
    programme: str
    name: str
    left_cents: Amount


EVERY_FUND = query(
    """
    SELECT s.fund, s.programme_id, v.title AS programme, s.name,
           a.credits_posted - a.debits_posted - a.debits_pending AS left_cents
      FROM source s
      JOIN account a ON a.book_no = s.book_no AND a.account_id = s.fund
      JOIN programme_version v
        ON v.book_no = s.book_no AND v.programme_id = s.programme_id AND v.version = 1
     WHERE s.book_no = :book_no ORDER BY s.log_index, s.row_no
    """,
    AnyFund,
    ids="fund programme_id",
)


def every_fund(ledger: Ledger, book_no: int) -> tuple[AnyFund, ...]:
    """The sources of all programmes, oldest first."""
    with ledger.reading() as db:
        return rows(db, EVERY_FUND, AnyFund, {"book_no": book_no})


@dataclass(frozen=True, slots=True)
class VoucherState:
    """How many vouchers of a programme are in one state, what they were worth and what is left."""

    state: str
    vouchers: int
    face_cents: Amount
    left_cents: Amount


VOUCHER_STATES = query(
    """
    SELECT state, COUNT(*) AS vouchers, CAST(SUM(face_cents) AS BIGINT) AS face_cents,
           CAST(SUM(left_cents) AS BIGINT) AS left_cents
      FROM (SELECT CASE WHEN v.ends_at <= :now OR a.closed = 1 THEN 'ended'
                        WHEN a.credits_posted = a.debits_posted THEN 'spent'
                        WHEN v.starts_at > :now THEN 'not_yet'
                        ELSE 'valid' END AS state,
                   v.face_cents, a.credits_posted - a.debits_posted AS left_cents
              FROM voucher v
              JOIN account a ON a.book_no = v.book_no AND a.account_id = v.voucher_id
             WHERE v.book_no = :book_no AND v.programme_id = :programme) one
     GROUP BY state ORDER BY state
    """,
    VoucherState,
    given="programme",
)


def voucher_states(
    ledger: Ledger, book_no: int, programme_id: UUID, *, now: Instant
) -> tuple[VoucherState, ...]:
    """The vouchers of a programme, counted by state."""
    given = {"book_no": book_no, "programme": programme_id, "now": now}
    with ledger.reading() as db:
        return rows(db, VOUCHER_STATES, VoucherState, given)
