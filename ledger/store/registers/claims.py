"""What shops owe back for late refunds, and what could cover it now."""

from dataclasses import dataclass

from sqlalchemy import Connection, text
from sqlalchemy import column as c

from ledger.core.ids import AccountId
from ledger.core.quantities import Amount, Unit
from ledger.store.columns import Id
from ledger.store.registers.programmes import plain


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """A claim on a shop and one late refund that it is for; amounts in cents.

    `back_to`: the voucher, or its fund if the voucher has ended. `version`: of the claim account,
    so that one state of it is covered by one request.
    """

    claim: AccountId
    version: int
    payable: AccountId
    due: AccountId
    back_to: AccountId
    unit: Unit
    claimed: Amount
    payable_now: Amount
    due_now: Amount

    @property
    def cover(self) -> Amount:
        """How much of it what the shop has to receive can cover now."""
        return min(self.claimed, self.payable_now, self.due_now)


OPEN_CLAIMS = text("""
    SELECT a.account_id AS claim, a.version, p.account_id AS payable, t.credit AS due,
           CASE WHEN w.closed = 1 THEN v.fund ELSE v.voucher_id END AS back_to, a.unit,
           a.debits_posted - a.credits_posted AS claimed,
           p.credits_posted - p.debits_posted - p.debits_pending AS payable_now,
           u.credits_posted - u.debits_posted AS due_now
      FROM account a
      JOIN account p ON p.book_no = a.book_no AND p.owner = a.owner AND p.unit = a.unit
       AND p.kind = 'shop_payable'
      JOIN transfer t ON t.book_no = a.book_no AND t.debit = a.account_id
      JOIN account u ON u.book_no = t.book_no AND u.account_id = t.credit
       AND u.kind = 'refund_due'
      JOIN voucher v ON v.book_no = u.book_no AND v.voucher_id = u.owner
      JOIN account w ON w.book_no = v.book_no AND w.account_id = v.voucher_id
     WHERE a.book_no = :book_no AND a.kind = 'shop_claim'
       AND a.debits_posted > a.credits_posted AND u.credits_posted > u.debits_posted
       AND p.credits_posted > p.debits_posted
     ORDER BY t.seq
""").columns(
    c("claim", Id()), c("version"), c("payable", Id()), c("due", Id()), c("back_to", Id()),
    c("unit"), c("claimed"), c("payable_now"), c("due_now"),
)  # fmt: skip


def open_claims(db: Connection, book_no: int) -> tuple[OpenClaim, ...]:
    """Claims that something could be covered of now, oldest late refund first."""
    rows = db.execute(OPEN_CLAIMS, {"book_no": book_no}).mappings()
    return tuple(OpenClaim(**plain(row)) for row in rows)
