"""Tills that are added by their owner, who stands at them, and sessions that a device's key opens.

The version before reads and writes none of it, so both can run side by side.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "b015"
down_revision = "b016"
branch_labels = None
depends_on = None


def _count(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=null)


def _words(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def _bytes(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _id(name: str) -> sa.Column[Any]:
    return sa.Column(name, Id(), nullable=False)


def upgrade() -> None:
    """Change the schema forward."""
    _invitations()
    _operators()
    op.add_column("session", sa.Column("device_id", Id(), nullable=True))
    op.add_column("session", sa.Column("operator_id", Id(), nullable=True))
    op.add_column("device", _count("challenged_at", null=True))
    op.add_column("shop", _count("refund_limit_cents", null=True))


def _invitations() -> None:
    name = "till_invitation"
    op.create_table(
        name,
        _id("invitation_id"),
        _id("shop_id"),
        _id("till_id"),
        _words("label"),
        _bytes("code_hmac"),
        _count("made_at"),
        _count("expires_at"),
        _count("used_at", null=True),
        sa.UniqueConstraint("code_hmac", name=op.f(f"uq_{name}_code_hmac")),
        sa.PrimaryKeyConstraint("invitation_id", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f(f"ix_{name}_shop_id"), name, ["shop_id"])


def _operators() -> None:
    name = "till_operator"
    op.create_table(
        name,
        _id("operator_id"),
        _id("shop_id"),
        _words("nickname"),
        _bytes("pin_hmac"),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        _words("rights"),
        _words("status"),
        _count("made_at"),
        sa.CheckConstraint("rights IN ('scan', 'refund', 'owner')", name=op.f(f"ck_{name}_rights")),
        sa.CheckConstraint("status IN ('active', 'left')", name=op.f(f"ck_{name}_status")),
        sa.CheckConstraint("tries >= 0 AND tries <= 5", name=op.f(f"ck_{name}_tries")),
        sa.PrimaryKeyConstraint("operator_id", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f(f"ix_{name}_shop_id"), name, ["shop_id"])


def downgrade() -> None:
    """Change it back."""
    for table, column in (
        ("shop", "refund_limit_cents"), ("device", "challenged_at"),
        ("session", "operator_id"), ("session", "device_id"),
    ):  # fmt: skip
        op.drop_column(table, column)
    op.drop_table("till_operator")
    op.drop_table("till_invitation")
