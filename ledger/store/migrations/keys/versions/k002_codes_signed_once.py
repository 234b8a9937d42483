"""Which codes were signed, each counted once: a reprint is no second issue.

The version before goes on counting each print; its counts stay as they are.
"""

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "k002"
down_revision = "k001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema forward."""
    op.create_table(
        "signed_code",
        sa.Column("credential_id", Id(), nullable=False),
        sa.Column("kid", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("credential_id", "kid", name=op.f("pk_signed_code")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Change it back."""
    op.drop_table("signed_code")
