"""Keys of one programme, keys that ended, the root's public side and the lists that it signed.

The version before needs nothing of it; it would go on signing with a key that has ended.
"""

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "k006"
down_revision = "k004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema forward."""
    op.create_table(
        "key_programme",
        sa.Column("kid", sa.LargeBinary(), nullable=False),
        sa.Column("programme", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_key_programme")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "key_end",
        sa.Column("kid", sa.LargeBinary(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("asked_by", Id(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_by", Id(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("delisted_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("ended_by <> asked_by", name=op.f("ck_key_end_two_persons")),
        sa.CheckConstraint(
            "(ended_by IS NULL) = (ended_at IS NULL)", name=op.f("ck_key_end_ended")
        ),
        sa.CheckConstraint(
            "delisted_at IS NULL OR ended_at IS NOT NULL", name=op.f("ck_key_end_delisted")
        ),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_key_end")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "root_key",
        sa.Column("kid", sa.LargeBinary(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_root_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "signed_list",
        sa.Column("kind", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN (7, 8)", name=op.f("ck_signed_list_kind")),
        sa.PrimaryKeyConstraint("kind", "version", name=op.f("pk_signed_list")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Change it back."""
    for table in ("signed_list", "root_key", "key_end", "key_programme"):
        op.drop_table(table)
