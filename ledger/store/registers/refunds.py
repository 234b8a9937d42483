"""What a refund must know of the redemption it gives back."""

from uuid import UUID

from sqlalchemy import Connection, bindparam, select, text
from sqlalchemy import column as c

from ledger.core.caps import is_count
from ledger.core.chart import AccountKind
from ledger.core.decisions import Decision
from ledger.core.ids import AccountId
from ledger.core.items import OpenAccount
from ledger.core.quantities import Amount
from ledger.core.refunding import Given, Origin
from ledger.core.vouchers import claim_account, refund_due_account
from ledger.store.columns import Id
from ledger.store.schema import chain

ORIGINS = (
    text("""
    SELECT voucher_id, fund, programme_id FROM voucher
     WHERE book_no = :book_no AND voucher_id IN :vouchers
""")
    .bindparams(bindparam("vouchers", expanding=True, type_=Id()))
    .columns(c("voucher_id", Id()), c("fund", Id()), c("programme_id", Id()))
)


def origins_of(db: Connection, book_no: int, decision: Decision) -> dict[AccountId, Origin]:
    """Voucher -> fund and programme, for every voucher that a redemption took from."""
    vouchers = sorted({move.debit for move in decision.transfers})
    rows = db.execute(ORIGINS, {"book_no": book_no, "vouchers": vouchers})
    return {row.voucher_id: Origin(row.fund, row.programme_id) for row in rows}


def given_of(db: Connection, book_no: int, decision: Decision, shop_id: UUID) -> Given:
    """All that a refund of a redemption is planned on."""
    origins = origins_of(db, book_no, decision)
    return Given(decision, origins, undone_of(db, book_no, decision), shop_id)


def undone_of(db: Connection, book_no: int, decision: Decision) -> dict[int, Amount]:
    """How much of each transfer was given back already, in cents, by its seq."""
    seqs = [move.seq for move in decision.transfers]
    columns = chain.c.seq, chain.c.undone
    query = select(*columns).where(chain.c.book_no == book_no, chain.c.seq.in_(seqs))
    return {row.seq: row.undone for row in db.execute(query)}


def refunded_of(db: Connection, book_no: int, decision: Decision) -> Amount:
    """How much of a redemption was given back already, in cents."""
    undone = undone_of(db, book_no, decision)
    return sum(undone.get(one.seq, 0) for one in decision.transfers if not is_count(one.unit))


def claim_openings(given: Given) -> list[OpenAccount]:
    """The accounts that a late refund needs: the claim on the shop, and what is due to whom."""
    accounts: dict[AccountId, OpenAccount] = {}
    for move, _counted in given.parts():
        claim = claim_account(given.origins[move.debit].programme_id, given.shop_id)
        due = refund_due_account(move.debit)
        accounts[claim] = OpenAccount(claim, move.unit, AccountKind.SHOP_CLAIM, owner=given.shop_id)
        accounts[due] = OpenAccount(due, move.unit, AccountKind.REFUND_DUE, owner=move.debit)
    return list(accounts.values())
