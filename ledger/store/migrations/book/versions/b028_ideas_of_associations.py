"""Ideas of associations for a vote, in their own public words, and what became of each.

The version before neither reads nor writes this table, so both can run side by side.
"""

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "b028"
down_revision = "b027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema forward."""
    name = "association_idea"
    op.create_table(
        name,
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("idea_id", Id(), nullable=False),
        sa.Column("association_id", Id(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "status IN ('new', 'taken', 'declined')", name=op.f(f"ck_{name}_status")
        ),
        sa.PrimaryKeyConstraint("book_no", "idea_id", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f(f"ix_{name}_association_id"), name, ["association_id"])


def downgrade() -> None:
    """Change it back."""
    op.drop_table("association_idea")
