"""The circuit: its signed rules, what shops agreed on, purchases, and lines of bank statements.

The version before neither reads nor writes these tables, so both can run side by side.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "b018"
down_revision = "b019"
branch_labels = None
depends_on = None


def _count(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def _id(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Id(), nullable=null)


def _words(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def _register(name: str, key: tuple[str, ...], *parts: Any) -> None:  # noqa: ANN401 -- Alembic's.
    op.create_table(
        name,
        _count("book_no"),
        *parts,
        _count("log_index"),
        _count("row_no"),
        sa.UniqueConstraint(
            "book_no", "log_index", "row_no", name=op.f(f"uq_{name}_book_no_log_index_row_no")
        ),
        sa.PrimaryKeyConstraint("book_no", *key, name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def _check(table: str, name: str, text: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(text, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    """Change the schema forward."""
    two = "proposed_by <> approved_by"
    name = "circuit_rule"
    _register(
        name, ("version",), _count("version"), _words("rules"), _words("starts_on"),
        _id("proposed_by"), _id("approved_by"), _check(name, "four_eyes", two),
    )  # fmt: skip
    name = "shop_discount"
    _register(
        name, ("shop_id", "version"), _id("shop_id"), _count("version"), _count("points"),
        _words("starts_on"), _words("ends_on"), _id("proposed_by"), _id("approved_by"),
        _check(name, "four_eyes", two),
        _check(name, "points", "points > 0 AND points <= 10000"),
    )  # fmt: skip
    name = "purchase"
    _register(
        name, ("purchase_id",), _id("purchase_id"), _id("shop_id"), _id("family_id"),
        _count("receipt_cents"), _count("points"), _count("rule_version"),
        _check(name, "amount", "receipt_cents > 0"),
    )  # fmt: skip
    op.create_index(op.f("ix_purchase_book_no_shop_id"), name, ["book_no", "shop_id"])
    op.create_index(op.f("ix_purchase_book_no_family_id"), name, ["book_no", "family_id"])
    _statements()


def _statements() -> None:
    name = "bank_statement"
    _register(
        name, ("statement_id",), _id("statement_id"),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        _count("line_count"), _count("total_cents"), _id("proposed_by"),
    )  # fmt: skip
    name = "bank_line"
    _register(
        name, ("statement_id", "line_no"), _id("statement_id"), _count("line_no"), _id("line_id"),
        _words("booked_on"), _count("amount_cents"), _id("shop_id"),
        _check(name, "amount", "amount_cents > 0"),
    )  # fmt: skip


def downgrade() -> None:
    """Change it back."""
    for name in ("bank_line", "bank_statement", "purchase", "shop_discount", "circuit_rule"):
        op.drop_table(name)
