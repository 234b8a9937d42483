"""Votes: what was opened and what came out (registers), and the roll, the urn, the paper counts.

The version before neither reads nor writes these tables, so both can run side by side.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "b020"
down_revision = "b021"
branch_labels = None
depends_on = None

TABLES = ("vote", "vote_result", "vote_draft", "vote_voter", "vote_ballot", "vote_paper")


def _count(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def _id(name: str) -> sa.Column[Any]:
    return sa.Column(name, Id(), nullable=False)


def _words(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def _bytes(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=null)


def _register(name: str, *columns: sa.Column[Any], two: tuple[str, str]) -> None:
    op.create_table(
        name,
        _count("book_no"),
        _id("vote_id"),
        *columns,
        *(_id(one) for one in two),
        sa.CheckConstraint(f"{two[0]} <> {two[1]}", name=op.f(f"ck_{name}_four_eyes")),
        _count("log_index"),
        _count("row_no"),
        sa.UniqueConstraint(
            "book_no", "log_index", "row_no", name=op.f(f"uq_{name}_book_no_log_index_row_no")
        ),
        sa.PrimaryKeyConstraint("book_no", "vote_id", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def _table(name: str, key: sa.Column[Any] | None, *rest: Any) -> None:  # noqa: ANN401
    keys = ["book_no", "vote_id", *([] if key is None else [str(key.name)])]
    op.create_table(
        name,
        _count("book_no"),
        _id("vote_id"),
        *([] if key is None else [key]),
        *rest,
        sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def upgrade() -> None:
    """Change the schema forward."""
    terms = (_words("terms"), _bytes("content_hash"), _bytes("public"), _count("eligible"))
    _register("vote", *terms, two=("proposed_by", "opened_by"))
    _register("vote_result", _words("result"), two=("counted_by", "confirmed_by"))
    states = "status IN ('prepared', 'open', 'closed', 'withdrawn')"
    _table(
        "vote_draft", None, _words("terms"), _id("proposed_by"), _words("status"),
        _count("made_at"), sa.CheckConstraint(states, name=op.f("ck_vote_draft_status")),
    )  # fmt: skip
    _table(
        "vote_voter", _id("family_id"), _words("how"), _bytes("blinded", null=True),
        _bytes("signed", null=True),
        sa.CheckConstraint("how IN ('phone', 'paper')", name=op.f("ck_vote_voter_how")),
    )  # fmt: skip
    _table("vote_ballot", _bytes("number"), _count("choice"), _bytes("prefix"), _bytes("signature"))
    _table("vote_paper", _id("person_id"), _words("counts"))


def downgrade() -> None:
    """Change it back."""
    for name in TABLES:
        op.drop_table(name)
