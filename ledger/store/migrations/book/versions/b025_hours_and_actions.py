"""Hours that families give and actions in return: what is offered, chosen and seen done.

The version before neither reads nor writes these tables, so both can run side by side.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "b025"
down_revision = "b023"
branch_labels = None
depends_on = None
HALF_HOURS = "minutes > 0 AND minutes % 30 = 0"


def _count(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def _words(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def _id(name: str) -> sa.Column[Any]:
    return sa.Column(name, Id(), nullable=False)


def upgrade() -> None:
    """Change the schema forward."""
    _registers()
    op.create_table(
        "action",
        _count("book_no"), _id("action_id"), _words("proposer"), _words("title"), _words("place"),
        _words("day"), _count("minutes"), _count("places"), _words("status"), _id("made_by"),
        sa.CheckConstraint("status IN ('open', 'closed')", name=op.f("ck_action_status")),
        sa.CheckConstraint(f"{HALF_HOURS} AND places > 0", name=op.f("ck_action_size")),
        sa.PrimaryKeyConstraint("book_no", "action_id", name=op.f("pk_action")),
        sqlite_with_rowid=False,
    )  # fmt: skip
    chosen = "status IN ('chosen', 'left', 'done')"
    op.create_table(
        "action_choice",
        _count("book_no"), _id("action_id"), _id("family_id"), _words("status"),
        sa.CheckConstraint(chosen, name=op.f("ck_action_choice_status")),
        sa.PrimaryKeyConstraint(
            "book_no", "action_id", "family_id", name=op.f("pk_action_choice")
        ),
        sqlite_with_rowid=False,
    )  # fmt: skip
    for name in ("hours_offer", "action_choice"):
        op.create_index(op.f(f"ix_{name}_book_no_family_id"), name, ["book_no", "family_id"])


def _registers() -> None:
    for name, parts, key in (
        (
            "hours_offer",
            [_id("offer_id"), _id("family_id"), _count("minutes"), _words("given_on"),
             sa.Column("content_hash", sa.LargeBinary(), nullable=False)],
            ["offer_id"],
        ),
        (
            "action_done",
            [_id("action_id"), _id("family_id"), _count("minutes"), _words("alfa"),
             _words("beta"), _id("recorded_by"),
             sa.CheckConstraint(
                 "alfa IN ('reached', 'partly', 'missed')", name=op.f("ck_action_done_alfa")
             ),
             sa.CheckConstraint("beta IN ('none', 'more')", name=op.f("ck_action_done_beta"))],
            ["action_id", "family_id"],
        ),
    ):  # fmt: skip
        proof = op.f(f"uq_{name}_book_no_log_index_row_no")
        op.create_table(
            name,
            _count("book_no"),
            *parts,
            _count("log_index"),
            _count("row_no"),
            sa.CheckConstraint(HALF_HOURS, name=op.f(f"ck_{name}_minutes")),
            sa.UniqueConstraint("book_no", "log_index", "row_no", name=proof),
            sa.PrimaryKeyConstraint("book_no", *key, name=op.f(f"pk_{name}")),
            sqlite_with_rowid=False,
        )


def downgrade() -> None:
    """Change it back."""
    for name in ("action_choice", "action", "action_done", "hours_offer"):
        op.drop_table(name)
