"""Phones of families: what programmes allow them, their keys, what each may carry along.

The version before neither reads nor writes these tables, and leaves out the new column of what was
accepted offline, so both can run side by side.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "b017"
down_revision = "b015"
branch_labels = None
depends_on = None


def _count(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=null)


def _id(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Id(), nullable=null)


def upgrade() -> None:
    """Change the schema forward."""
    _terms()
    _phones()
    op.add_column("acceptance", _count("doubled", null=True))


def _terms() -> None:
    name = "phone_terms"
    limits = "sale_cents >= 0 AND reserve_cents >= 0 AND pin_over_cents >= 0"
    op.create_table(
        name,
        _count("book_no"),
        _id("programme_id"),
        _count("version"),
        _count("sale_cents"),
        _count("reserve_cents"),
        _count("pin_over_cents"),
        _id("proposed_by"),
        _id("approved_by"),
        sa.CheckConstraint("proposed_by <> approved_by", name=op.f(f"ck_{name}_four_eyes")),
        sa.CheckConstraint(limits, name=op.f(f"ck_{name}_limits")),
        _count("log_index"),
        _count("row_no"),
        sa.UniqueConstraint(
            "book_no", "log_index", "row_no", name=op.f(f"uq_{name}_book_no_log_index_row_no")
        ),
        sa.PrimaryKeyConstraint("book_no", "programme_id", "version", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def _phones() -> None:
    name = "phone"
    op.create_table(
        name,
        _id("phone_id"),
        _count("book_no"),
        _id("family_id"),
        _count("number"),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        _count("made_at"),
        sa.UniqueConstraint("public", name=op.f(f"uq_{name}_public")),
        sa.CheckConstraint("status IN ('active', 'revoked')", name=op.f(f"ck_{name}_status")),
        sa.PrimaryKeyConstraint("phone_id", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f(f"ix_{name}_book_no_family_id"), name, ["book_no", "family_id"])
    name = "phone_credential"
    op.create_table(
        name,
        _id("credential_id"),
        _id("phone_id"),
        _count("book_no"),
        _count("programme_no"),
        _id("voucher_id", null=True),
        _count("max_cents"),
        _count("reserve_cents"),
        _count("pin_over_cents"),
        _count("issued_at"),
        _count("expires_at"),
        sa.CheckConstraint("max_cents > 0 AND reserve_cents >= 0", name=op.f(f"ck_{name}_amounts")),
        sa.PrimaryKeyConstraint("credential_id", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f(f"ix_{name}_phone_id_expires_at"), name, ["phone_id", "expires_at"])
    op.create_index(op.f(f"ix_{name}_book_no_voucher_id"), name, ["book_no", "voucher_id"])


def downgrade() -> None:
    """Change it back."""
    op.drop_column("acceptance", "doubled")
    for name in ("phone_credential", "phone", "phone_terms"):
        op.drop_table(name)
