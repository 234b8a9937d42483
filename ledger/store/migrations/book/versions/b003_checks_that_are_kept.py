"""When each book was last replayed and what was found, kept across restarts.

The version before neither reads nor writes the table, so both can run side by side.
"""

import sqlalchemy as sa
from alembic import op

revision = "b003"
down_revision = "b002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema forward."""
    op.create_table(
        "book_check",
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("book_no", name=op.f("pk_book_check")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Change it back."""
    op.drop_table("book_check")
