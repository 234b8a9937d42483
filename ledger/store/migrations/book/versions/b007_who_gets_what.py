"""Calls: their rules, the applications without what is said in them, the rankings and their end.

The version before neither reads nor writes these tables, so both can run side by side.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "b007"
down_revision = "b006"
branch_labels = None
depends_on = None


def _table(name: str, keys: list[sa.Column[Any]], *parts: sa.schema.SchemaItem) -> None:
    primary = sa.PrimaryKeyConstraint(*(key.name for key in keys), name=op.f(f"pk_{name}"))
    op.create_table(name, *keys, *parts, primary, sqlite_with_rowid=False)


def _register(name: str, keys: list[sa.Column[Any]], *parts: sa.schema.SchemaItem) -> None:
    proof = sa.UniqueConstraint(
        "book_no", "log_index", "row_no", name=op.f(f"uq_{name}_book_no_log_index_row_no")
    )
    written = [_count("log_index"), _count("row_no"), proof]
    _table(name, [_count("book_no"), *keys], *parts, *written)


def _id(name: str) -> sa.Column[Any]:
    return sa.Column(name, Id(), nullable=False)


def _count(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def _words(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def _bytes(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _check(name: str, rule: str, said: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{name}_{said}"))


def _once(name: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{name}_{'_'.join(columns)}"))


def upgrade() -> None:
    """Change the schema forward."""
    _rules_and_rankings_signed()
    _calls()
    _applications()
    _rankings()


def _rules_and_rankings_signed() -> None:
    _register(
        "rule_version",
        [_id("call_id"), _count("version")],
        _words("rule"),
        _bytes("rule_hash"),
        _id("proposed_by"),
        _id("approved_by"),
        _check("rule_version", "proposed_by <> approved_by", "four_eyes"),
    )
    _register(
        "ranking_approval",
        [_id("ranking_id")],
        _id("call_id"),
        _count("version"),
        _bytes("inputs_hash"),
        _bytes("lines_hash"),
        _count("budget_cents"),
        _count("total_cents"),
        _id("prepared_by"),
        _id("approved_by"),
        _check("ranking_approval", "prepared_by <> approved_by", "four_eyes"),
        _check("ranking_approval", "total_cents > 0 AND total_cents <= budget_cents", "totals"),
    )


def _calls() -> None:
    _table(
        "call",
        [_id("call_id")],
        _count("book_no"),
        _id("programme_id"),
        _id("fund"),
        _words("round"),
        _words("title"),
        _words("seed"),
        _words("closes_on"),
        _id("made_by"),
        _count("made_at"),
        _once("call", "book_no", "programme_id", "round"),
    )
    _table(
        "rule_draft",
        [_id("call_id"), _count("version")],
        _words("rule"),
        _bytes("rule_hash"),
        _id("proposed_by"),
        _count("proposed_at"),
    )


def _applications() -> None:
    _table(
        "application",
        [_id("application_id")],
        _id("call_id"),
        _id("family_id"),
        _words("code"),
        sa.Column("household", sa.LargeBinary(), nullable=True),
        _count("received_at"),
        _count("version"),
        _bytes("digest"),
        _words("status"),
        _once("application", "call_id", "family_id"),
        _once("application", "call_id", "code"),
        _once("application", "call_id", "household"),
        _check("application", "status IN ('complete', 'incomplete', 'withdrawn')", "status"),
    )
    op.create_index(op.f("ix_application_family_id"), "application", ["family_id"])
    _table(
        "application_step",
        [_id("application_id"), _count("step")],
        _words("what"),
        _count("at"),
        _id("by_person"),
        _check(
            "application_step",
            "what IN ('received', 'corrected', 'asked', 'completed', 'withdrawn')",
            "what",
        ),
    )


def _rankings() -> None:
    _table(
        "ranking",
        [_id("ranking_id")],
        _id("call_id"),
        _count("version"),
        _bytes("inputs_hash"),
        _bytes("lines_hash"),
        _count("budget_cents"),
        _count("total_cents"),
        _count("wanted_cents"),
        _id("prepared_by"),
        _count("prepared_at"),
    )
    op.create_index(op.f("ix_ranking_call_id"), "ranking", ["call_id"])
    _table(
        "ranking_row",
        [_id("ranking_id"), _id("application_id")],
        _count("line_no"),
        _count("place"),
        _words("outcome"),
        _words("reason"),
        _count("due_cents"),
        _count("amount_cents"),
        _check("ranking_row", "outcome IN ('awarded', 'waiting', 'excluded')", "outcome"),
        _check("ranking_row", "amount_cents >= 0 AND amount_cents <= due_cents", "amount"),
    )


def downgrade() -> None:
    """Change it back."""
    for name in (
        "ranking_row", "ranking", "application_step", "application", "rule_draft", "call",
        "ranking_approval", "rule_version",
    ):  # fmt: skip
        op.drop_table(name)
