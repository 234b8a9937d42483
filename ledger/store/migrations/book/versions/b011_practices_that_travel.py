"""Practices and figures that other comuni gave, what was made of them, and texts of letters.

The version before neither reads nor writes these tables, so both can run side by side.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "b011"
down_revision = "b009"
branch_labels = None
depends_on = None


def _table(name: str, keys: list[sa.Column[Any]], *parts: sa.schema.SchemaItem) -> None:
    primary = sa.PrimaryKeyConstraint(*(key.name for key in keys), name=op.f(f"pk_{name}"))
    op.create_table(name, *keys, *parts, primary, sqlite_with_rowid=False)


def _id(name: str) -> sa.Column[Any]:
    return sa.Column(name, Id(), nullable=False)


def _count(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def _words(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def upgrade() -> None:
    """Change the schema forward."""
    _table(
        "practice",
        [_id("practice_id")],
        _count("book_no"),
        _words("kind"),
        _words("vkey"),
        _words("trust"),
        sa.Column("file_hash", sa.LargeBinary(), nullable=False),
        _words("body"),
        _id("taken_by"),
        _count("taken_at"),
        sa.UniqueConstraint("book_no", "file_hash", name=op.f("uq_practice_book_no_file_hash")),
        sa.CheckConstraint("kind IN ('practice', 'figures')", name=op.f("ck_practice_kind")),
        sa.CheckConstraint("trust IN ('verified', 'unknown')", name=op.f("ck_practice_trust")),
    )
    _table("practice_use", [_id("subject")], _id("practice_id"), _count("used_at"))
    op.create_index(op.f("ix_practice_use_practice_id"), "practice_use", ["practice_id"])
    _table(
        "call_text",
        [_id("call_id"), _words("name")],
        _words("text"),
        _id("written_by"),
        _count("written_at"),
    )


def downgrade() -> None:
    """Change it back."""
    for name in ("call_text", "practice_use", "practice"):
        op.drop_table(name)
