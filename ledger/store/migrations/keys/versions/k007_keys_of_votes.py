"""Keys that sign ballots blindly, one a vote, gone when it closes.

The version before needs nothing of it, so both can run side by side.
"""

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "k007"
down_revision = "k006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema forward."""
    op.create_table(
        "vote_key",
        sa.Column("vote_id", Id(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("vote_id", name=op.f("pk_vote_key")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Change it back."""
    op.drop_table("vote_key")
