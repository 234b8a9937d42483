"""The shop where a voucher was earned, which a programme's rule may ask for.

The version before neither reads nor writes the column, so both can run side by side.
"""

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "b008"
down_revision = "b007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema forward."""
    op.add_column("voucher", sa.Column("earned_at", Id(), nullable=True))


def downgrade() -> None:
    """Change the schema back."""
    op.drop_column("voucher", "earned_at")
