"""Master keys by number, so that one can be replaced while all goes on.

The version before knows one master by name and would not open what a later one wrapped.
"""

import sqlalchemy as sa
from alembic import op

revision = "k004"
down_revision = "k003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema forward."""
    op.create_table(
        "master_key",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_master_key")),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO master_key (number, secret, created_at)"
        " SELECT 1, secret, created_at FROM named_key WHERE name = 'master'"
    )
    op.execute("DELETE FROM named_key WHERE name = 'master'")


def downgrade() -> None:
    """Change it back; what was sealed since does not open with the version before."""
    op.execute(
        "INSERT INTO named_key (name, secret, created_at)"
        " SELECT 'master', secret, created_at FROM master_key"
        " WHERE number = (SELECT MAX(number) FROM master_key)"
    )
    op.drop_table("master_key")
