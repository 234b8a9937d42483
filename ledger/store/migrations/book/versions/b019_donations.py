"""Donations: which person or firm of the vault gave what a proposal commits, with its number.

The version before neither reads nor writes this table, so both can run side by side.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "b019"
down_revision = "b017"
branch_labels = None
depends_on = None


def _count(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def upgrade() -> None:
    """Change the schema forward."""
    name = "donation"
    op.create_table(
        name,
        _count("book_no"),
        sa.Column("donation_id", Id(), nullable=False),
        _count("year"),
        _count("number"),
        sa.Column("person_id", Id(), nullable=False),
        _count("log_index"),
        _count("row_no"),
        sa.UniqueConstraint(
            "book_no", "year", "number", name=op.f(f"uq_{name}_book_no_year_number")
        ),
        sa.UniqueConstraint(
            "book_no", "log_index", "row_no", name=op.f(f"uq_{name}_book_no_log_index_row_no")
        ),
        sa.PrimaryKeyConstraint("book_no", "donation_id", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f(f"ix_{name}_person_id"), name, ["person_id"])


def downgrade() -> None:
    """Change it back."""
    op.drop_table("donation")
