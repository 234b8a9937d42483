"""After a restore: until when a book waits, receipts that tills bring back, who booked them again.

The version before neither reads nor writes these tables, so both can run side by side.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "b021"
down_revision = "b018"
branch_labels = None
depends_on = None


def _count(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=null)


def _id(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Id(), nullable=null)


def _bytes(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def upgrade() -> None:
    """Change the schema forward."""
    _registers()
    name = "recovery"
    op.create_table(
        name,
        _count("book_no"),
        _count("size"),
        _count("missing"),
        _count("from_at"),
        _count("until_at"),
        _count("accepted_at"),
        _count("ended_at", null=True),
        _id("ended_by", null=True),
        sa.PrimaryKeyConstraint("book_no", "size", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
    name = "returned_receipt"
    op.create_table(
        name,
        _count("book_no"),
        _id("receipt_id"),
        _id("till_id"),
        _id("sale_id", null=True),
        _count("amount_cents"),
        _bytes("reference"),
        _count("issued_at"),
        _count("received_at"),
        sa.Column("raw", sa.Text(), nullable=False),
        _id("listed_in", null=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f(f"ck_{name}_amount")),
        sa.PrimaryKeyConstraint("book_no", "receipt_id", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f(f"ix_{name}_book_no_listed_in"), name, ["book_no", "listed_in"])
    name = "till_return"
    op.create_table(
        name,
        _id("till_id"),
        _count("since"),
        _count("received_at"),
        sa.PrimaryKeyConstraint("till_id", "since", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def _registers() -> None:
    name = "recovery_proposal"
    op.create_table(
        name,
        _count("book_no"),
        _id("proposal_id"),
        _count("receipts"),
        _count("amount_cents"),
        _bytes("content_hash"),
        _id("proposed_by"),
        sa.CheckConstraint("receipts > 0", name=op.f(f"ck_{name}_receipts")),
        *_proof(name),
        sa.PrimaryKeyConstraint("book_no", "proposal_id", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
    name = "found_again"
    op.create_table(
        name,
        _count("book_no"),
        _id("request_id"),
        _id("proposal_id"),
        _id("till_id"),
        _count("issued_at"),
        *_proof(name),
        sa.PrimaryKeyConstraint("book_no", "request_id", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def _proof(name: str) -> tuple[Any, ...]:
    """Where in the log a row came from."""
    unique = op.f(f"uq_{name}_book_no_log_index_row_no")
    return (
        _count("log_index"),
        _count("row_no"),
        sa.UniqueConstraint("book_no", "log_index", "row_no", name=unique),
    )


def downgrade() -> None:
    """Change it back."""
    for name in (
        "till_return", "returned_receipt", "recovery", "found_again", "recovery_proposal",
    ):  # fmt: skip
        op.drop_table(name)
