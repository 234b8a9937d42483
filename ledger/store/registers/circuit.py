"""The circuit's registers: rules in force, a shop's discount, purchases, what is owed of them.

Not here: who may write them (the verbs), and totals (the reports).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, select, text
from sqlalchemy import column as c

from ledger.core.chart import AccountKind
from ledger.core.circuit.accounts import circuit_account
from ledger.core.circuit.credits import WINDOW, Holder
from ledger.core.circuit.purchases import Share
from ledger.core.circuit.rules import CircuitRules, Role, read_rules
from ledger.core.quantities import Amount, Instant
from ledger.core.requests import Row
from ledger.store.columns import Id
from ledger.store.schema import bank_line, bank_statement, circuit_rule, purchase, shop_discount


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """A version of the circuit's rules, as two persons signed it; `starts_on` as 2026-12-01."""

    version: int
    rules: CircuitRules
    starts_on: str


@dataclass(frozen=True, slots=True)
class Discount:
    """What a shop agreed on: so many basis points from one day to another."""

    version: int
    points: int
    starts_on: str
    ends_on: str


@dataclass(frozen=True, slots=True)
class PurchaseRow:
    """A purchase as its row keeps it; amounts in cents."""

    purchase_id: UUID
    shop_id: UUID
    family_id: UUID
    receipt_cents: Amount
    points: int
    rule_version: int

    def row(self) -> Row:
        """The row that rides its request."""
        return Row("purchase", {name: getattr(self, name) for name in PurchaseRow.__slots__})


@dataclass(frozen=True, slots=True)
class BankLine:
    """Money that came in, by a bank statement: from which shop, as whoever proposed it read."""

    line_no: int
    line_id: UUID
    booked_on: str
    amount_cents: Amount
    shop_id: UUID


@dataclass(frozen=True, slots=True)
class Statement:
    """A bank statement that waits for another person, or was confirmed."""

    statement_id: UUID
    content_hash: bytes
    line_count: int
    total_cents: Amount
    proposed_by: UUID


def rule_versions(db: Connection, book_no: int) -> tuple[RuleVersion, ...]:
    """Every version of the rules, oldest first."""
    where = circuit_rule.c.book_no == book_no
    found = db.execute(select(circuit_rule).where(where).order_by(circuit_rule.c.version))
    return tuple(RuleVersion(one.version, read_rules(one.rules), one.starts_on) for one in found)


def rules_on(db: Connection, book_no: int, day: str) -> RuleVersion | None:
    """The rules of a day: of those that had begun, the last that was signed."""
    begun = [one for one in rule_versions(db, book_no) if one.starts_on <= day]
    return max(begun, key=lambda one: (one.starts_on, one.version), default=None)


def discounts_of(db: Connection, book_no: int, shop_id: UUID) -> tuple[Discount, ...]:
    """All that a shop ever agreed on, oldest first."""
    of_shop = (shop_discount.c.book_no == book_no, shop_discount.c.shop_id == shop_id)
    found = db.execute(select(shop_discount).where(*of_shop).order_by(shop_discount.c.version))
    return tuple(Discount(one.version, one.points, one.starts_on, one.ends_on) for one in found)


def discount_on(db: Connection, book_no: int, shop_id: UUID, day: str) -> Discount | None:
    """What a shop gives on a day: the newest agreement that holds then."""
    held = [
        one for one in discounts_of(db, book_no, shop_id) if one.starts_on <= day <= one.ends_on
    ]
    return held[-1] if held else None


def read_purchase(db: Connection, book_no: int, purchase_id: UUID) -> PurchaseRow | None:
    """One purchase."""
    where = (purchase.c.book_no == book_no, purchase.c.purchase_id == purchase_id)
    row = db.execute(select(purchase).where(*where)).mappings().first()
    return None if row is None else PurchaseRow(**{n: row[n] for n in PurchaseRow.__slots__})


# Shares that a shop still owes: what stands on its due, less what was collected or given back.
OPEN_SHARES = text(
    """
    SELECT t.seq, a.kind, a.owner, t.amount - COALESCE(h.undone, 0) AS rest
      FROM transfer t
      JOIN account a ON a.book_no = t.book_no AND a.account_id = t.credit
      LEFT JOIN chain h ON h.book_no = t.book_no AND h.seq = t.seq
     WHERE t.book_no = :book_no AND t.debit = :due AND t.phase = 'posted'
       AND t.amount > COALESCE(h.undone, 0)
     ORDER BY t.seq
    """
).columns(c("seq"), c("kind"), c("owner", Id()), c("rest"))


def open_shares(db: Connection, book_no: int, shop_id: UUID) -> tuple[Share, ...]:
    """What a shop still owes, oldest first; of a purchase the fund's share comes first."""
    due = Id().process_bind_param(
        circuit_account(AccountKind.CONTRIBUTION_DUE, shop_id), db.dialect
    )
    found = db.execute(OPEN_SHARES, {"book_no": book_no, "due": due})
    return tuple(Share(one.seq, AccountKind(one.kind), one.owner, one.rest) for one in found)


# Families whose collected discounts have reached the threshold, with the version of that account.
BONUSES = text(
    """
    SELECT owner, credits_posted - debits_posted AS cents, version FROM account
     WHERE book_no = :book_no AND kind = 'family_bonus' AND closed = 0
       AND credits_posted - debits_posted >= :least
     ORDER BY account_id
    """
).columns(c("owner", Id()), c("cents"), c("version"))


@dataclass(frozen=True, slots=True)
class Bonus:
    """A family's collected discounts (cents), and the state of the account they lie on."""

    family_id: UUID
    cents: Amount
    version: int


def bonuses_over(db: Connection, book_no: int, least: Amount) -> tuple[Bonus, ...]:
    """What may be released: bonuses of at least so many cents."""
    found = db.execute(BONUSES, {"book_no": book_no, "least": least})
    return tuple(Bonus(one.owner, one.cents, one.version) for one in found)


def read_statement(
    db: Connection, book_no: int, statement_id: UUID
) -> tuple[Statement, tuple[BankLine, ...]] | None:
    """A bank statement and its lines."""
    where = bank_statement.c.book_no == book_no, bank_statement.c.statement_id == statement_id
    row = db.execute(select(bank_statement).where(*where)).mappings().first()
    if row is None:
        return None
    kept = {name: row[name] for name in Statement.__slots__}
    of = bank_line.c.book_no == book_no, bank_line.c.statement_id == statement_id
    found = db.execute(select(bank_line).where(*of).order_by(bank_line.c.line_no)).mappings()
    lines = tuple(BankLine(**{name: one[name] for name in BankLine.__slots__}) for one in found)
    return Statement(**kept | {"content_hash": bytes(kept["content_hash"])}), lines


def statement_rows(one: Statement, lines: Sequence[BankLine]) -> tuple[Row, ...]:
    """The rows that ride a proposed statement."""
    head = Row("bank_statement", {name: getattr(one, name) for name in Statement.__slots__})
    return head, *(
        Row(
            "bank_line",
            {"statement_id": one.statement_id}
            | {name: getattr(line, name) for name in BankLine.__slots__},
        )
        for line in lines
    )


def last_version(db: Connection, book_no: int, shop_id: UUID) -> int:
    """The number of a shop's newest agreement; 0: it has none."""
    newest = select(func.max(shop_discount.c.version)).where(
        shop_discount.c.book_no == book_no, shop_discount.c.shop_id == shop_id
    )
    return db.execute(newest).scalar() or 0


# What a holder used of late: what a cap is a share of. Amounts in cents.
BOUGHT = text(
    """
    SELECT CAST(COALESCE(SUM(p.receipt_cents), 0) AS BIGINT) FROM purchase p
      JOIN decision d ON d.book_no = p.book_no AND d.log_index = p.log_index
     WHERE p.book_no = :book_no AND p.family_id = :owner AND d.recorded_at >= :since
    """
).bindparams(bindparam("owner", type_=Id()))
SOLD = text(
    """
    SELECT CAST(COALESCE(SUM(p.receipt_cents), 0) AS BIGINT) FROM purchase p
      JOIN decision d ON d.book_no = p.book_no AND d.log_index = p.log_index
     WHERE p.book_no = :book_no AND p.shop_id = :owner AND d.recorded_at >= :since
    """
).bindparams(bindparam("owner", type_=Id()))
PAID_ON = text(
    """
    SELECT CAST(COALESCE(SUM(t.amount), 0) AS BIGINT) FROM transfer t
      JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
     WHERE t.book_no = :book_no AND t.debit = :wallet AND d.recorded_at >= :since
    """
).bindparams(bindparam("wallet", type_=Id()))


def cap_of(
    db: Connection, book_no: int, holder: Holder, rules: CircuitRules, *, now: Instant
) -> Amount:
    """How many credits (cents) a holder may have: its role's share of what it used."""
    given = {"book_no": book_no, "since": max(0, now - WINDOW)}
    if holder.role is Role.ASSOCIATION:
        wallet = circuit_account(AccountKind.WALLET, holder.owner)
        used = db.execute(PAID_ON, given | {"wallet": wallet}).scalar_one()
    else:
        statement = BOUGHT if holder.role is Role.FAMILY else SOLD
        used = db.execute(statement, given | {"owner": holder.owner}).scalar_one()
    return rules.caps[holder.role].of(int(used))
