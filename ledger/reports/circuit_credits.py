"""Credits as they are held and used: a wallet with its cap, and how often a credit changed hands.

Amounts in cents of credit. Not here: what moves them (`pay_credits`). Source: domain.md 2.6.
"""

from dataclasses import dataclass

from ledger.core.chart import CIRCUIT_BOOK, AccountKind
from ledger.core.circuit.accounts import circuit_account
from ledger.core.circuit.credits import Holder
from ledger.core.circuit.rules import CircuitRules
from ledger.core.programmes import day_of
from ledger.core.quantities import Amount, Instant
from ledger.reports.rows import first_row, query, rows
from ledger.store.book import Ledger
from ledger.store.reader import StatementLine
from ledger.store.registers.circuit import cap_of, rules_on


@dataclass(frozen=True, slots=True)
class Wallet:
    """What somebody holds, and may hold by the rules of today; its last lines, newest first."""

    balance_cents: Amount
    cap_cents: Amount
    bonus_cents: Amount
    accrued_cents: Amount
    lines: tuple[StatementLine, ...]
    rules: CircuitRules | None


@dataclass(frozen=True, slots=True)
class _Balance:
    kind: str
    cents: Amount
    version: int


HELD = query(
    """
    SELECT kind, credits_posted - debits_posted AS cents, version FROM account
     WHERE book_no = :book_no AND account_id IN (:wallet, :bonus, :accrued)
    """,
    _Balance,
    given="wallet bonus accrued",
)
LINES = 30


def wallet_of(ledger: Ledger, holder: Holder, *, now: Instant) -> Wallet | None:
    """A holder's credits, and a family's discounts on their way; None: there is no circuit."""
    try:
        book = ledger.book(CIRCUIT_BOOK)
    except LookupError:
        return None
    wallet = circuit_account(AccountKind.WALLET, holder.owner)
    given = {
        "book_no": book.book_no, "wallet": wallet,
        "bonus": circuit_account(AccountKind.FAMILY_BONUS, holder.owner),
        "accrued": circuit_account(AccountKind.FAMILY_BONUS_ACCRUED, holder.owner),
    }  # fmt: skip
    with ledger.reading() as db:
        held = {one.kind: one for one in rows(db, HELD, _Balance, given)}
        rules = rules_on(db, book.book_no, day_of(now).isoformat())
        cap = 0 if rules is None else cap_of(db, book.book_no, holder, rules.rules, now=now)
    cents = {kind: one.cents for kind, one in held.items()}
    version = held[AccountKind.WALLET].version if AccountKind.WALLET in held else 0
    lines = book.statement(wallet, max(0, version - LINES), LINES) if version else ()
    return Wallet(
        cents.get(AccountKind.WALLET, 0), cap, cents.get(AccountKind.FAMILY_BONUS, 0),
        cents.get(AccountKind.FAMILY_BONUS_ACCRUED, 0), lines[::-1],
        None if rules is None else rules.rules,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Multiplier:
    """How credits were used in a time: what was paid on, and what families spent near home."""

    payments: int
    paid_cents: Amount
    issued_cents: Amount
    converted_cents: Amount
    spent_cents: Amount
    spent_at_home_cents: Amount

    @property
    def thousandths(self) -> int | None:
        """How often a credit changed hands, in thousandths; None: none was ever issued."""
        return self.paid_cents * 1000 // self.issued_cents if self.issued_cents else None

    @property
    def local_thousandths(self) -> int | None:
        """Of what families spent, how much in shops of their own comune; None: nothing was."""
        return self.spent_at_home_cents * 1000 // self.spent_cents if self.spent_cents else None


USED = query(
    """
    SELECT COUNT(CASE WHEN d.kind = 'credit_payment' THEN 1 END) AS payments,
           CAST(COALESCE(SUM(CASE WHEN d.kind = 'credit_payment' THEN t.amount END), 0)
                AS BIGINT) AS paid_cents,
           CAST(COALESCE(SUM(CASE WHEN d.kind = 'bonus_release' THEN t.amount END), 0)
                AS BIGINT) AS issued_cents,
           CAST(COALESCE(SUM(CASE WHEN d.kind = 'conversion' THEN t.amount END), 0)
                AS BIGINT) AS converted_cents,
           CAST(COALESCE(SUM(CASE WHEN d.kind = 'credit_payment' AND f.family_id IS NOT NULL
                                   AND s.shop_id IS NOT NULL THEN t.amount END), 0)
                AS BIGINT) AS spent_cents,
           CAST(COALESCE(SUM(CASE WHEN d.kind = 'credit_payment' AND f.book_no = s.book_no
                                  THEN t.amount END), 0) AS BIGINT) AS spent_at_home_cents
      FROM transfer t
      JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
      JOIN account da ON da.book_no = t.book_no AND da.account_id = t.debit
      JOIN account ca ON ca.book_no = t.book_no AND ca.account_id = t.credit
      LEFT JOIN family f ON f.family_id = da.owner
      LEFT JOIN shop s ON s.shop_id = ca.owner
     WHERE t.book_no = :book_no AND t.unit = 'CREDITS' AND t.phase = 'posted'
       AND d.recorded_at >= :since AND d.recorded_at < :until
    """,
    Multiplier,
)


def multiplier(ledger: Ledger, *, since: Instant, until: Instant) -> Multiplier:
    """How credits were used from one instant to another. Errors: `LookupError`: no circuit."""
    given = {"book_no": ledger.book(CIRCUIT_BOOK).book_no, "since": since, "until": until}
    with ledger.reading() as db:
        found = first_row(db, USED, Multiplier, given)
    assert found is not None
    return found
