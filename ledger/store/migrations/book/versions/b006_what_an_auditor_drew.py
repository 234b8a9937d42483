"""What an auditor drew of a month's redemptions, what was found of each, and the end of it.

The version before neither reads nor writes these tables, so both can run side by side.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "b006"
down_revision = "b005"
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


def _check(name: str, rule: str, said: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{name}_{said}"))


def upgrade() -> None:
    """Change the schema forward."""
    _register(
        "sample",
        [_id("sample_id")],
        _words("month"),
        _words("seed"),
        _count("percent"),
        _count("population"),
        _count("size"),
        _id("drawn_by"),
        _check("sample", "percent >= 15", "percent"),
        _check(
            "sample",
            "size > 0 AND size <= population AND size * 100 >= population * percent",
            "size",
        ),
    )
    _register(
        "sample_row",
        [_id("sample_id"), _count("place")],
        _count("entry"),
        _count("amount_cents"),
    )
    _register(
        "sample_outcome",
        [_id("sample_id"), _count("step")],
        _count("place"),
        _words("finding"),
        _id("examined_by"),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        _check("sample_outcome", "finding IN ('regular', 'to_clarify', 'irregular')", "finding"),
    )
    _register(
        "sample_examiner",
        [_id("sample_id"), _count("step"), _id("settled_by")],
        _id("examined_by"),
        _check("sample_examiner", "settled_by <> examined_by", "four_eyes"),
    )
    _register(
        "sample_end",
        [_id("sample_id")],
        _count("step"),
        _count("size"),
        _count("to_clarify"),
        _count("irregular"),
        _id("closed_by"),
        _check(
            "sample_end",
            "to_clarify >= 0 AND irregular >= 0 AND to_clarify + irregular <= size",
            "counts",
        ),
    )


def downgrade() -> None:
    """Change it back."""
    for name in ("sample_end", "sample_examiner", "sample_outcome", "sample_row", "sample"):
        op.drop_table(name)
