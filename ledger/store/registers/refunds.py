"""What a refund must know of the redemption it gives back."""

from uuid import UUID

from sqlalchemy import Connection, bindparam, select, text
from sqlalchemy import column as c

from ledger.core.caps import is_count
from ledger.core.chart import AccountKind, EntryKind
from ledger.core.decisions import Decision
from ledger.core.ids import AccountId
from ledger.core.items import OpenAccount
from ledger.core.quantities import Amount
from ledger.core.redemption import sales_of
from ledger.core.refunding import Given, Origin
from ledger.core.vouchers import claim_account
from ledger.store.columns import Id
from ledger.store.schema import account, chain, programme

ORIGINS = (
    text("""
    SELECT voucher_id, fund, programme_id FROM voucher
     WHERE book_no = :book_no AND voucher_id IN :vouchers
""")
    .bindparams(bindparam("vouchers", expanding=True, type_=Id()))
    .columns(c("voucher_id", Id()), c("fund", Id()), c("programme_id", Id()))
)


def origins_of(db: Connection, book_no: int, decision: Decision) -> dict[AccountId, Origin]:
    """Account -> where it goes back, for every account that a redemption took from.

    Offline, what a phone carried along goes back to its voucher, and a shortage to what bore it.
    """
    took = {move.debit for move in decision.transfers}
    asked = {leg.debit for draw in sales_of(decision) for leg in draw.legs}
    rows = db.execute(ORIGINS, {"book_no": book_no, "vouchers": sorted(took | asked)})
    found = {
        row.voucher_id: Origin(row.voucher_id, row.fund, row.programme_id) for row in rows
    }  # fmt: skip
    if decision.request.kind != EntryKind.OFFLINE_REDEMPTION:
        return found
    return found | _offline_origins(db, book_no, took - found.keys(), list(found.values()))


def _offline_origins(
    db: Connection, book_no: int, others: set[AccountId], vouchers: list[Origin]
) -> dict[AccountId, Origin]:
    kinds = select(account.c.account_id, account.c.kind, programme.c.programme_id).where(
        account.c.book_no == book_no,
        account.c.account_id.in_(sorted(others)),
        programme.c.book_no == account.c.book_no,
        programme.c.unit == account.c.unit,
    )
    origins: dict[AccountId, Origin] = {}
    for row in db.execute(kinds):
        one = AccountId(row.account_id)
        if row.kind == AccountKind.OFFLINE_RISK:
            origins[one] = Origin(one, None, row.programme_id)
        elif vouchers:
            origins[one] = vouchers[0]
    return origins


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
        origin = given.origins[move.debit]
        if origin.due is None:
            continue
        claim, due = claim_account(origin.programme_id, given.shop_id), origin.due
        accounts[claim] = OpenAccount(claim, move.unit, AccountKind.SHOP_CLAIM, owner=given.shop_id)
        accounts[due] = OpenAccount(due, move.unit, AccountKind.REFUND_DUE, owner=origin.back_to)
    return list(accounts.values())
