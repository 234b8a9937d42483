"""Row 16: every spent cent leads back to what two people approved, and on to who is paid for it.

The demo network is seeded; then, from the stored rows alone and not through any report of ours: the
voucher of each purchase came from an approved list whose total was kept, or from an order that a
second officer signed; and what a shop took is what it was paid, each payout with its mandate in a
closed period, and what the book still owes it. Not here: whether the totals are right (`audit`).
"""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, select

from ledger import open_ledger
from ledger.store import schema
from ledger.store.comparing import as_bytes
from scripts.demo.seed import Size, seed_demo
from tests.faults.scoreboard import Asked, Row

TODAY = date(2026, 11, 22)
MOVED = schema.transfer.c
MADE = schema.decision.c
FAMILIES_A_SALE = 3  # One family for so many purchases.
LARGE = 1_000  # Sales.


def explain(asked: Asked, url: str, folder: Path) -> Row:  # noqa: ARG001 -- on the ledger of `url`.
    """Follow every cent of `n` purchases; the row says how many cents lead both ways."""
    size = size_for(asked.n)
    seed_demo(url, size=size, today=TODAY, tell=lambda *_said: None)
    return measured(asked, url)


def size_for(sales: int) -> Size:
    """A demo network of so many sales; a small one lives two months, not a year."""
    return Size(max(150, sales // FAMILIES_A_SALE), sales, months=11 if sales >= LARGE else 2)


def measured(asked: Asked, url: str) -> Row:
    """The row for the ledger as it stands."""
    told: Counter[str] = Counter()
    findings: list[str] = []
    with open_ledger(url) as ledger, ledger.reading() as db:
        for book_no in db.execute(select(schema.book.c.book_no)).scalars():
            findings += _follow(db, book_no, told)
    all_cents = max(told["spent_cents"], 1)
    got = {**told, "explained_pct": round(100 * told["explained_cents"] / all_cents, 4)}
    goal = "100 % of cents from an approved list or order, and to a settled or open claim"
    passed = not findings and told["spent_cents"] > 0
    return Row(16, "explain", goal, got, passed, asked.seed, asked.engine, findings[:5])


def _follow(db: Connection, book_no: int, told: Counter[str]) -> Iterator[str]:
    approved = _approved(db, book_no)
    taken: Counter[UUID] = Counter()
    for row in db.execute(_moves(book_no, "redemption", "refund")):
        is_back = row.kind == "refund"
        voucher, shop = (row.credit, row.debit) if is_back else (row.debit, row.credit)
        cents = -row.amount if is_back else row.amount
        told["spent_cents"] += cents
        told["purchases"] += not is_back
        taken[shop] += cents
        if voucher in approved:
            told["approved_cents"] += cents
        else:
            yield f"{row.request_id}: {cents} cents of a voucher that nobody approved"
    for shop, cents in taken.items():
        paid, owed, troubles = _paid(db, book_no, shop)
        yield from troubles
        told["settled_cents"] += paid
        told["open_cents"] += owed
        if paid + owed != cents:
            yield f"shop {shop}: it took {cents} and was or will be paid {paid + owed}"
    told["explained_cents"] = min(
        told["approved_cents"], told["settled_cents"] + told["open_cents"]
    )


def _moves(book_no: int, *kinds: str) -> Select[Any]:
    """Money between a voucher and a shop, by its decision."""
    is_shop = schema.account.alias()
    return (
        select(MOVED.debit, MOVED.credit, MOVED.amount, MADE.kind, MADE.request_id)
        .join_from(
            schema.transfer,
            schema.decision,
            (MOVED.book_no == MADE.book_no) & (MOVED.log_index == MADE.log_index),
        )
        .join(
            is_shop,
            (is_shop.c.book_no == MOVED.book_no)
            & is_shop.c.account_id.in_([MOVED.debit, MOVED.credit])
            & (is_shop.c.kind == "shop_payable"),
        )
        .where(MOVED.book_no == book_no, MADE.kind.in_(kinds), MOVED.phase == "posted")
        .order_by(MOVED.seq)
    )


def _approved(db: Connection, book_no: int) -> set[UUID]:
    """Vouchers that two people stand for: of a list within its approved total, or of an order."""
    vouchers = db.execute(select(schema.voucher).where(schema.voucher.c.book_no == book_no)).all()
    totals = {
        row.batch_id: row.total_cents
        for row in db.execute(
            select(schema.batch_approval).where(schema.batch_approval.c.book_no == book_no)
        )
        if row.prepared_by != row.approved_by
    }
    issued: Counter[UUID] = Counter()
    for row in vouchers:
        issued[row.batch_id] += row.face_cents
    kept = {batch for batch, total in totals.items() if issued[batch] <= total}
    orders = _ordered(db, book_no)
    return {
        row.voucher_id
        for row in vouchers
        if (row.batch_id in kept if row.batch_id is not None else row.voucher_id in orders)
    }


def _ordered(db: Connection, book_no: int) -> set[UUID]:
    """Vouchers issued by an order that another officer than its own signed."""
    query = select(MADE.leaf).where(
        MADE.book_no == book_no, MADE.kind == "issuance", MADE.code == "accepted"
    )
    found: set[UUID] = set()
    for (leaf,) in db.execute(query):
        told = json.loads(as_bytes(leaf))["request"]
        signed = told["asked"].get("approved_by")
        if signed is not None and told["actor"] != f"officer:{signed}":
            opened = [item["open"]["id"] for item in told["items"] if "open" in item]
            found.update(map(UUID, opened))
    return found


def _paid(db: Connection, book_no: int, shop: UUID) -> tuple[int, int, list[str]]:
    """What a shop was paid or gave back, what it is owed, and each payout without its mandate."""
    table, troubles, paid = schema.account.c, [], 0
    own = (table.book_no == book_no) & (table.account_id == shop)
    owed = db.execute(select(table.credits_posted - table.debits_posted).where(own)).scalar_one()
    closed = set(
        db.execute(
            select(schema.settlement.c.period).where(schema.settlement.c.book_no == book_no)
        ).scalars()
    )
    moves = _moves(book_no, "payout", "claim_cover").add_columns(MADE.log_index)
    for row in db.execute(moves.where(MOVED.debit == shop)):
        paid += row.amount
        if row.kind == "claim_cover":  # Taken back for a late refund, and never paid.
            continue
        mandate = schema.mandate.c
        of_it = (mandate.book_no == book_no) & (mandate.log_index == row.log_index)
        told = db.execute(select(mandate.amount_cents, mandate.period).where(of_it)).first()
        if told is None or told.amount_cents != row.amount or told.period not in closed:
            troubles.append(f"{row.request_id}: a payout without its mandate of a closed period")
    return paid, int(owed), troubles
