"""The first schema."""

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "k001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema forward."""
    op.create_table(
        "keys_identity",
        sa.Column("one", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("ledger_id", Id(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_keys_identity")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "named_key",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_named_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "person_key",
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "signing_key",
        sa.Column("kid", sa.LargeBinary(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("not_after", sa.BigInteger(), nullable=False),
        sa.Column("signed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_signing_key")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Change it back."""
    op.drop_table("signing_key")
    op.drop_table("person_key")
    op.drop_table("named_key")
    op.drop_table("keys_identity")
