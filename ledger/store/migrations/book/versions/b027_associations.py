"""Associations of the circuit, who acts for one, and whose an action in return is.

The version before neither reads nor writes these, so both can run side by side.
"""

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "b027"
down_revision = "b025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema forward."""
    name = "association"
    op.create_table(
        name,
        sa.Column("association_id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.UniqueConstraint("name", name=op.f(f"uq_{name}_name")),
        sa.CheckConstraint("status IN ('active', 'suspended')", name=op.f(f"ck_{name}_status")),
        sa.PrimaryKeyConstraint("association_id", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "association_person",
        sa.Column("officer_id", Id(), nullable=False),
        sa.Column("association_id", Id(), nullable=False),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_association_person")),
        sqlite_with_rowid=False,
    )
    op.add_column("action", sa.Column("association_id", Id(), nullable=True))


def downgrade() -> None:
    """Change it back."""
    op.drop_column("action", "association_id")
    op.drop_table("association_person")
    op.drop_table("association")
