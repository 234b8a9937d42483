"""The first schema."""

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "v001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema forward."""
    op.create_table(
        "lookup",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_lookup")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("lookup", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lookup_person_id"), ["person_id"], unique=False)

    op.create_table(
        "opening",
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("commitment", name=op.f("pk_opening")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("opening", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opening_person_id"), ["person_id"], unique=False)

    op.create_table(
        "paper",
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "field", name=op.f("pk_paper")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "person",
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "vault_identity",
        sa.Column("one", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("ledger_id", Id(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_vault_identity")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Change it back."""
    op.drop_table("vault_identity")
    op.drop_table("person")
    op.drop_table("paper")
    with op.batch_alter_table("opening", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opening_person_id"))

    op.drop_table("opening")
    with op.batch_alter_table("lookup", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lookup_person_id"))

    op.drop_table("lookup")
