"""What an auditor is to look at, as data: each rule a name, a limit in a measure, and a query.

None of it is an accusation: a rule finds what is unusual, a person says why. Words for people are
in the web package, under the rule's name. Not here: running them (`exception_lists`).
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.sql.selectable import TextualSelect

from ledger.core.ids import AccountId
from ledger.core.quantities import Instant, Unit
from ledger.reports.roman_clocks import ROMAN
from ledger.reports.rows import query


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """What a rule found: an entry, or a shop's account and the entry that last filled it, if any.

    `measured`: what was compared with the rule's limit. No field speaks of a family.
    """

    rule: str
    log_index: int | None
    recorded_at: Instant | None
    kind: str
    unit: Unit
    account: AccountId
    account_kind: str
    shop_id: UUID | None
    shop: str
    amount_cents: int
    measured: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: it speaks of what reaches `limit` (or stays below it), told in `measure`.

    `of_now`: it looks at how things stand, not at a span of time.
    """

    name: str
    measure: str
    limit: int
    statement: TextualSelect
    of_now: bool = False


# In every rule: `a` is the shop's account, `d` the decision, `s` the shop.
_WHICH: Final = """CAST(:rule AS TEXT) AS rule, d.log_index, d.recorded_at,
           COALESCE(d.kind, '') AS kind, a.unit, a.account_id AS account, a.kind AS account_kind,
           a.owner AS shop_id, COALESCE(s.name, '') AS shop"""
_NAMES: Final = """rule, log_index, recorded_at, kind, unit, account, account_kind, shop_id, shop,
           amount_cents, measured"""
_SHOP: Final = "LEFT JOIN shop s ON s.shop_id = a.owner"
_SPAN: Final = """d.book_no = :book_no AND d.recorded_at >= :since AND d.recorded_at < :until
       AND t.book_no = d.book_no"""
_OF_SHOP: Final = "a.book_no = :book_no AND a.owner = s.shop_id"
# CROSS: SQLite, which does not see how short the span is, would begin with the whole book.
_LEGS: Final = "FROM decision d CROSS JOIN transfer t"
_SOLD: Final = f"""{_LEGS}
      JOIN account a ON a.book_no = t.book_no AND a.account_id = t.credit
       AND a.kind = 'shop_payable'
"""

# How what a shop is owed stands, and the entry that last put something there.
_PAYABLE: Final = f"""
    SELECT {_WHICH}, a.credits_posted - a.debits_posted AS amount_cents,
           a.credits_posted - a.debits_posted AS measured
      FROM shop s CROSS JOIN account a
      LEFT JOIN transfer t ON t.book_no = a.book_no AND t.credit = a.account_id
       AND t.credit_version = (SELECT MAX(x.credit_version) FROM transfer x
                                WHERE x.book_no = a.book_no AND x.credit = a.account_id)
      LEFT JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
"""  # noqa: S608 -- fragments of our own, here and below.
_BELOW: Final = f"""{_PAYABLE}
     WHERE {_OF_SHOP} AND a.kind = 'shop_payable'
       AND a.credits_posted - a.debits_posted < :limit
     ORDER BY s.name, s.shop_no, a.unit"""
_ABOVE: Final = f"""{_PAYABLE}
     WHERE {_OF_SHOP} AND a.kind = 'shop_payable'
       AND a.credits_posted - a.debits_posted >= :limit
     ORDER BY s.name, s.shop_no, a.unit"""

# A late refund that nothing has covered yet, by its age.
_CLAIM: Final = f"""
    SELECT {_WHICH}, u.credits_posted - u.debits_posted AS amount_cents,
           (:now - d.recorded_at) / 86400000000 AS measured
      FROM shop s CROSS JOIN account a
      JOIN transfer t ON t.book_no = a.book_no AND t.debit = a.account_id
      JOIN account u ON u.book_no = t.book_no AND u.account_id = t.credit
       AND u.kind = 'refund_due'
      JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
     WHERE {_OF_SHOP} AND a.kind = 'shop_claim' AND a.debits_posted > a.credits_posted
       AND u.credits_posted > u.debits_posted
       AND (:now - d.recorded_at) / 86400000000 >= :limit
     ORDER BY t.seq
"""  # noqa: S608


def _refund(measured: str) -> str:
    """A refund, by what is measured of it (`t`, `d`) and of the sale it gives back (`u`, `o`)."""
    return f"""
    SELECT {_WHICH}, CAST(SUM(t.amount) AS BIGINT) AS amount_cents,
           CAST({measured} AS BIGINT) AS measured
      {_LEGS}
      JOIN transfer u ON u.book_no = t.book_no AND u.seq = t.undoes
      JOIN decision o ON o.book_no = u.book_no AND o.log_index = u.log_index
      JOIN account a ON a.book_no = t.book_no AND a.account_id = t.debit
      {_SHOP}
     WHERE {_SPAN} AND t.log_index = d.log_index AND d.kind = 'refund'
     GROUP BY d.log_index, d.recorded_at, d.kind, a.unit, a.account_id, a.kind, a.owner, s.name
    HAVING {measured} >= :limit
     ORDER BY d.recorded_at DESC
"""


def _upload(measured: str, late: str, joined: str = "") -> str:
    """A sale that reached the book late: how much is `measured`, from the limit on is `late`.

    Late ones (`m`) are found in a step of their own: they are few, and PostgreSQL, which takes
    them for many, would look every transfer of the book up.
    """
    return f"""
      WITH late AS MATERIALIZED (
           SELECT m.book_no, m.log_index, m.recorded_at, m.kind, {measured} AS measured
             FROM decision m {joined}
            WHERE m.book_no = :book_no AND m.recorded_at >= :since AND m.recorded_at < :until
              AND m.kind IN ('redemption', 'offline_redemption') AND {late})
    SELECT {_WHICH}, t.amount AS amount_cents, d.measured
      FROM late d CROSS JOIN transfer t
      JOIN account a ON a.book_no = t.book_no AND a.account_id = t.credit
       AND a.kind = 'shop_payable'
      {_SHOP}
     WHERE t.book_no = d.book_no AND t.log_index = d.log_index
     ORDER BY d.recorded_at DESC
"""  # noqa: S608


_DAYS_LATE: Final = _upload(
    "(m.recorded_at - m.occurred_at) / 86400000000",
    "m.recorded_at - m.occurred_at >= :limit * 86400000000",
)
# The periods before a sale's own are closed, one after the other: the one `limit` back tells.
_PERIODS_LATE: Final = _upload(
    """(SELECT COUNT(*) FROM settlement y
                     JOIN decision f ON f.book_no = y.book_no AND f.log_index = y.log_index
                    WHERE y.book_no = m.book_no AND y.period < m.period
                      AND f.recorded_at > m.occurred_at)""",
    "m.occurred_at < e.recorded_at",
    """CROSS JOIN settlement x
             JOIN decision e ON e.book_no = x.book_no AND e.log_index = x.log_index
              AND x.book_no = m.book_no AND x.period = m.period - :limit""",
)

# Whole vouchers spent at once: how many in one shop on one day of Rome.
_WHOLE: Final = f"""
    SELECT {_NAMES}
      FROM (SELECT {_WHICH}, t.amount AS amount_cents,
                   COUNT(*) OVER (PARTITION BY a.owner, {ROMAN} / 86400000000) AS measured
              {_SOLD}
              JOIN voucher v ON v.book_no = t.book_no AND v.voucher_id = t.debit
               AND v.face_cents = t.amount
              {_SHOP}
             WHERE {_SPAN} AND t.log_index = d.log_index
               AND d.kind IN ('redemption', 'offline_redemption')) one
     WHERE measured >= :limit
     ORDER BY recorded_at DESC
"""  # noqa: S608

# One family again and again within ten minutes. A sale is told by its first voucher.
_QUICK: Final = f"""
    SELECT {_NAMES}
      FROM (SELECT {_WHICH}, t.amount AS amount_cents,
                   COUNT(*) OVER (PARTITION BY v.family_id ORDER BY d.recorded_at
                     RANGE BETWEEN 600000000 PRECEDING AND CURRENT ROW) AS measured
              {_LEGS}
              JOIN voucher v ON v.book_no = t.book_no AND v.voucher_id = t.debit
              JOIN account a ON a.book_no = t.book_no AND a.account_id = t.credit
              {_SHOP}
             WHERE {_SPAN} AND t.seq = d.first_seq
               AND d.kind = 'redemption' AND d.transfers > 0) one
     WHERE measured >= :limit
     ORDER BY recorded_at DESC
"""  # noqa: S608

# Sales while shops sleep: from midnight on, before the hour that is the limit.
_NIGHT: Final = f"""
    SELECT {_NAMES}
      FROM (SELECT {_WHICH}, t.amount AS amount_cents, {ROMAN} / 3600000000 % 24 AS measured
              {_SOLD}
              {_SHOP}
             WHERE {_SPAN} AND t.log_index = d.log_index AND d.kind = 'redemption') one
     WHERE measured < :limit
     ORDER BY recorded_at DESC
"""  # noqa: S608

# What offline cost: paid to a shop out of what an act set aside.
_LOSS: Final = f"""
    SELECT {_WHICH}, t.amount AS amount_cents, t.amount AS measured
      FROM programme p
      JOIN transfer t ON t.book_no = p.book_no AND t.debit = p.offline_risk
      JOIN account a ON a.book_no = t.book_no AND a.account_id = t.credit
       AND a.kind = 'shop_payable'
      JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
      {_SHOP}
     WHERE p.book_no = :book_no AND d.recorded_at >= :since AND d.recorded_at < :until
       AND t.amount >= :limit
     ORDER BY t.seq DESC
"""  # noqa: S608


def _rule(name: str, measure: str, limit: int, sql: str, *, of_now: bool = False) -> Rule:
    return Rule(name, measure, limit, query(sql, ExceptionRow, ids="account shop_id"), of_now)


RULES: Final = (
    _rule("payable_negative", "cents", 0, _BELOW, of_now=True),
    _rule("payable_large", "cents", 5_000_00, _ABOVE, of_now=True),
    _rule("claim_open", "days", 30, _CLAIM, of_now=True),
    _rule("refund_late", "days", 14, _refund("MAX((d.recorded_at - o.recorded_at) / 86400000000)")),
    _rule("refund_after_period", "periods", 1, _refund("MAX(d.period - o.period)")),
    _rule("refund_large", "cents", 50_00, _refund("SUM(t.amount)")),
    _rule("upload_late", "days", 3, _DAYS_LATE),
    _rule("upload_after_period", "periods", 1, _PERIODS_LATE),
    _rule("offline_loss", "cents", 1, _LOSS),
    _rule("whole_vouchers", "sales", 10, _WHOLE),
    _rule("quick_family", "sales", 4, _QUICK),
    _rule("at_night", "hour", 5, _NIGHT),
)
