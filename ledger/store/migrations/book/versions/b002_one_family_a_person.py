"""One family a person and book, also when two processes take the same list in at once.

The version before writes and reads the same rows; only its race could have made two. Where it did,
this stops: which of the two keeps its vouchers is for people to decide.
"""

from alembic import op

revision = "b002"
down_revision = "b001"
branch_labels = None
depends_on = None

NAME = "ix_family_book_no_person_id"
COLUMNS = ["book_no", "person_id"]


def upgrade() -> None:
    """Change the schema forward."""
    op.drop_index(NAME, table_name="family")
    op.create_index(NAME, "family", COLUMNS, unique=True)


def downgrade() -> None:
    """Change it back."""
    op.drop_index(NAME, table_name="family")
    op.create_index(NAME, "family", COLUMNS)
