"""Devices, what each may take offline in a day, and what it accepted.

The version before neither reads nor writes these tables, so both can run side by side.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "b013"
down_revision = "b010"
branch_labels = None
depends_on = None


def _table(name: str, keys: list[sa.Column[Any]], *parts: sa.schema.SchemaItem) -> None:
    primary = sa.PrimaryKeyConstraint(*(key.name for key in keys), name=op.f(f"pk_{name}"))
    op.create_table(name, *keys, *parts, primary, sqlite_with_rowid=False)


def _id(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Id(), nullable=null)


def _count(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=null)


def _words(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def _bytes(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _check(name: str, rule: str, said: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{name}_{said}"))


def _once(name: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{name}_{'_'.join(columns)}"))


def _index(name: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{name}_{'_'.join(columns)}"), name, columns)


def upgrade() -> None:
    """Change the schema forward."""
    _terms()
    _devices()
    _acceptances()


def _terms() -> None:
    name = "offline_terms"
    limits = "slip_cents >= 0 AND shop_cents >= 0 AND unsynced >= 0 AND guarantee_seconds >= 0"
    counted = ("last_offline", "slip_cents", "shop_cents", "unsynced", "guarantee_seconds")
    _table(
        name,
        [_count("book_no"), _id("programme_id"), _count("version")],
        *(_count(one) for one in counted),
        _id("proposed_by"),
        _id("approved_by"),
        _check(name, "proposed_by <> approved_by", "four_eyes"),
        _check(name, limits, "limits"),
        _count("log_index"),
        _count("row_no"),
        _once(name, "book_no", "log_index", "row_no"),
    )


def _devices() -> None:
    name = "device"
    _table(
        name,
        [_id("device_id")],
        _id("shop_id"),
        _id("till_id"),
        _count("device_no"),
        _bytes("public"),
        _words("status"),
        _count("made_at"),
        _count("uploads"),
        _once(name, "shop_id", "device_no"),
        _once(name, "public"),
        _check(name, "status IN ('waiting', 'active', 'frozen', 'revoked')", "status"),
    )
    _index(name, "till_id")
    name = "offline_grant"
    _table(
        name,
        [_id("grant_id")],
        _count("book_no"),
        _id("shop_id"),
        _id("device_id"),
        _count("granted_at"),
        _count("share_cents"),
        _count("taken_cents"),
        _check(name, "taken_cents >= 0 AND taken_cents <= share_cents", "share"),
    )
    _index(name, "book_no", "granted_at")
    _index(name, "device_id", "granted_at")


def _acceptances() -> None:
    name = "acceptance"
    outcomes = "outcome IN ('waiting', 'booked', 'posted', 'posted_with_loss', 'disputed')"
    _table(
        name,
        [_bytes("acceptance_hash")],
        _id("device_id"),
        _count("seq"),
        _id("rid"),
        _count("book_no"),
        _id("credential_id", null=True),
        _bytes("code"),
        _count("amount_cents"),
        _count("server_time"),
        _count("received_at"),
        _words("why"),
        _words("outcome"),
        _count("loss_cents"),
        _bytes("raw"),
        _check(name, outcomes, "outcome"),
        _check(name, "amount_cents > 0 AND loss_cents >= 0", "amounts"),
    )
    _index(name, "device_id", "seq")
    _index(name, "book_no", "outcome")
    _table(
        "offline_stop",
        [_count("book_no"), _id("shop_id")],
        _count("since"),
        _bytes("acceptance_hash"),
        _id("lifted_by", null=True),
        _count("lifted_at", null=True),
    )


def downgrade() -> None:
    """Change it back."""
    for name in ("offline_stop", "acceptance", "offline_grant", "device", "offline_terms"):
        op.drop_table(name)
