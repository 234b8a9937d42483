"""Money that one person proposes to commit or to give back, before another confirms it.

The version before neither reads nor writes this table; it goes on committing money alone, so it
must not run any more once two signatures are wanted.
"""

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "b009"
down_revision = "b008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema forward."""
    op.create_table(
        "budget_proposal",
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("proposal_id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("programme_id", Id(), nullable=False),
        sa.Column("fund", Id(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("act_number", "act_dated", "act_title", "source_kind", "source_name")
        ),
        sa.Column("gift_allowed", sa.SmallInteger(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("proposed_by", Id(), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('funding', 'defunding', 'offline_cover', 'offline_cover_freed')",
            name=op.f("ck_budget_proposal_kind"),
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_budget_proposal_amount")),
        sa.PrimaryKeyConstraint("book_no", "proposal_id", name=op.f("pk_budget_proposal")),
        sa.UniqueConstraint(
            "book_no",
            "log_index",
            "row_no",
            name=op.f("uq_budget_proposal_book_no_log_index_row_no"),
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Change it back."""
    op.drop_table("budget_proposal")
