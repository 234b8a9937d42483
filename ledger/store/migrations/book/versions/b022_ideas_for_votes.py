"""Ideas of families for a vote: whose, and what became of it. The words lie in the vault.

The version before neither reads nor writes this table, so both can run side by side.
"""

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "b022"
down_revision = "b020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema forward."""
    name = "vote_idea"
    op.create_table(
        name,
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("idea_id", Id(), nullable=False),
        sa.Column("family_id", Id(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "status IN ('new', 'taken', 'declined')", name=op.f(f"ck_{name}_status")
        ),
        sa.PrimaryKeyConstraint("book_no", "idea_id", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f(f"ix_{name}_book_no_family_id"), name, ["book_no", "family_id"])


def downgrade() -> None:
    """Change it back."""
    op.drop_table("vote_idea")
