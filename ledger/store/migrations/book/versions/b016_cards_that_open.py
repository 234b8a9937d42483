"""Health cards that open a family with its PIN, as keyed hashes; and wrong ones counted by till.

The version before needs nothing of either, so both can run side by side.
"""

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "b016"
down_revision = "b014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema forward."""
    op.create_table(
        "health_card",
        sa.Column("card_hmac", sa.LargeBinary(), nullable=False),
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("family_id", Id(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("card_hmac", "book_no", name=op.f("pk_health_card")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_health_card_family_id"), "health_card", ["family_id"])
    op.create_table(
        "card_guess",
        sa.Column("till_id", Id(), nullable=False),
        sa.Column("day", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("wrong", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("wrong >= 0", name=op.f("ck_card_guess_wrong")),
        sa.PrimaryKeyConstraint("till_id", "day", name=op.f("pk_card_guess")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Change it back."""
    op.drop_table("card_guess")
    op.drop_table("health_card")
