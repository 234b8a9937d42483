"""What one person proposes and another confirms, and who signed for a payment.

The version before neither reads nor writes these tables; it goes on recalling and correcting
alone, so it must not run any more once two signatures are wanted.
"""

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "b004"
down_revision = "b003"
branch_labels = None
depends_on = None


def _register(name: str, key: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(key, Id(), nullable=False),
        *parts,
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("book_no", key, name=op.f(f"pk_{name}")),
        sa.UniqueConstraint(
            "book_no", "log_index", "row_no", name=op.f(f"uq_{name}_book_no_log_index_row_no")
        ),
        sqlite_with_rowid=False,
    )


def _check(name: str, rule: str, said: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{name}_{said}"))


def upgrade() -> None:
    """Change the schema forward."""
    _register(
        "proposal",
        "proposal_id",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", Id(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("proposed_by", Id(), nullable=False),
        _check("proposal", "kind IN ('recall', 'reversal')", "kind"),
    )
    _register(
        "proposal_end",
        "proposal_id",
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("proposed_by", Id(), nullable=False),
        sa.Column("ended_by", Id(), nullable=False),
        _check("proposal_end", "outcome IN ('confirmed', 'withdrawn')", "outcome"),
        _check("proposal_end", "outcome = 'withdrawn' OR proposed_by <> ended_by", "four_eyes"),
    )
    _register(
        "payout_signature",
        "mandate_id",
        sa.Column("period", sa.BigInteger(), nullable=False),
        sa.Column("closed_by", Id(), nullable=False),
        sa.Column("paid_by", Id(), nullable=False),
        _check("payout_signature", "closed_by <> paid_by", "four_eyes"),
    )


def downgrade() -> None:
    """Change it back."""
    for name in ("payout_signature", "proposal_end", "proposal"):
        op.drop_table(name)
