"""Fees for services, in versions that two persons sign, and what the SIUSS is told.

The version before neither reads nor writes these tables, so both can run side by side.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "b012"
down_revision = "b011"
branch_labels = None
depends_on = None


def _table(name: str, keys: list[sa.Column[Any]], *parts: sa.schema.SchemaItem) -> None:
    primary = sa.PrimaryKeyConstraint(*(key.name for key in keys), name=op.f(f"pk_{name}"))
    op.create_table(name, *keys, *parts, primary, sqlite_with_rowid=False)


def _id(name: str, *, needed: bool = True) -> sa.Column[Any]:
    return sa.Column(name, Id(), nullable=not needed)


def _count(name: str, *, needed: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=not needed)


def _words(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def upgrade() -> None:
    """Change the schema forward."""
    _table(
        "tariff_version",
        [_id("tariff_id"), _count("version")],
        _count("book_no"),
        _words("text"),
        sa.Column("text_hash", sa.LargeBinary(), nullable=False),
        _id("proposed_by"),
        _count("proposed_at"),
        _id("approved_by", needed=False),
        _count("approved_at", needed=False),
        sa.CheckConstraint("proposed_by <> approved_by", name=op.f("ck_tariff_version_four_eyes")),
    )
    op.create_index(op.f("ix_tariff_version_book_no"), "tariff_version", ["book_no"])
    _table(
        "siuss_word",
        [_count("book_no"), _words("name")],
        _words("text"),
        _id("written_by"),
        _count("written_at"),
    )
    _table(
        "siuss_file",
        [_count("book_no"), _count("made_at")],
        _id("made_by"),
        _words("first_day"),
        _words("last_day"),
        _count("row_count"),
        sa.Column("file_hash", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    """Change it back."""
    for name in ("siuss_file", "siuss_word", "tariff_version"):
        op.drop_table(name)
