"""How long people are kept after a programme, legal holds, and lists of who is erased.

The version before neither reads nor writes these tables, so both can run side by side.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "b010"
down_revision = "b012"
branch_labels = None
depends_on = None


def _register(name: str, keys: list[sa.Column[Any]], *parts: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        *keys,
        *parts,
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("book_no", *(key.name for key in keys), name=op.f(f"pk_{name}")),
        sa.UniqueConstraint(
            "book_no", "log_index", "row_no", name=op.f(f"uq_{name}_book_no_log_index_row_no")
        ),
        sqlite_with_rowid=False,
    )


def _id(name: str) -> sa.Column[Any]:
    return sa.Column(name, Id(), nullable=False)


def _count(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def _words(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def _bytes(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _check(name: str, rule: str, said: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{name}_{said}"))


def upgrade() -> None:
    """Change the schema forward."""
    _register(
        "retention_rule",
        [_id("programme_id"), _count("version")],
        _count("months"),
        _id("set_by"),
        _check("retention_rule", "months >= 1 AND months <= 240", "months"),
    )
    _register("legal_hold", [_id("hold_id")], _id("family_id"), _bytes("note"), _id("set_by"))
    op.create_index(op.f("ix_legal_hold_book_no_family_id"), "legal_hold", ["book_no", "family_id"])
    _register("legal_hold_end", [_id("hold_id")], _bytes("note"), _id("lifted_by"))
    _register(
        "retention_run",
        [_id("list_id")],
        _words("as_of"),
        _bytes("content_hash"),
        _count("people"),
        _count("applications"),
        _id("proposed_by"),
        _id("confirmed_by"),
        _check("retention_run", "proposed_by <> confirmed_by", "four_eyes"),
        _check("retention_run", "people >= 0 AND applications >= 0", "counts"),
    )
    op.create_table(
        "retention_list",
        _id("list_id"),
        _count("book_no"),
        _words("as_of"),
        _bytes("content_hash"),
        _count("people"),
        _count("applications"),
        _id("proposed_by"),
        _count("proposed_at"),
        sa.PrimaryKeyConstraint("list_id", name=op.f("pk_retention_list")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_retention_list_book_no_proposed_at"), "retention_list", ["book_no", "proposed_at"]
    )
    op.create_table(
        "retention_item",
        _id("list_id"),
        _words("kind"),
        _id("subject"),
        _check("retention_item", "kind IN ('person', 'application')", "kind"),
        sa.PrimaryKeyConstraint("list_id", "kind", "subject", name=op.f("pk_retention_item")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Change it back."""
    op.drop_table("retention_item")
    op.drop_index(op.f("ix_retention_list_book_no_proposed_at"), table_name="retention_list")
    op.drop_table("retention_list")
    op.drop_table("retention_run")
    op.drop_table("legal_hold_end")
    op.drop_index(op.f("ix_legal_hold_book_no_family_id"), table_name="legal_hold")
    op.drop_table("legal_hold")
    op.drop_table("retention_rule")
