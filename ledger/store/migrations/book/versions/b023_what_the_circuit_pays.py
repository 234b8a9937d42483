"""What two persons of the association move: to a programme, from a donor, for costs, to shops.

The version before neither reads nor writes this table, so both can run side by side.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "b023"
down_revision = "b022"
branch_labels = None
depends_on = None
KINDS = "kind IN ('feed', 'donation', 'circuit_payout', 'write_off')"


def _count(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def _id(name: str, *, needed: bool = True) -> sa.Column[Any]:
    return sa.Column(name, Id(), nullable=not needed)


def upgrade() -> None:
    """Change the schema forward."""
    name = "circuit_move"
    words = ("act_number", "act_dated", "reason")
    op.create_table(
        name,
        _count("book_no"),
        _id("proposal_id"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("comune", sa.Text(), nullable=False),
        _id("subject", needed=False),
        _id("vote_id", needed=False),
        *(sa.Column(one, sa.Text(), nullable=False) for one in words),
        _count("amount_cents"),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        _id("proposed_by"),
        _count("log_index"),
        _count("row_no"),
        sa.CheckConstraint(KINDS, name=op.f(f"ck_{name}_kind")),
        sa.CheckConstraint("amount_cents > 0", name=op.f(f"ck_{name}_amount")),
        sa.UniqueConstraint(
            "book_no", "log_index", "row_no", name=op.f(f"uq_{name}_book_no_log_index_row_no")
        ),
        sa.PrimaryKeyConstraint("book_no", "proposal_id", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Change it back."""
    op.drop_table("circuit_move")
