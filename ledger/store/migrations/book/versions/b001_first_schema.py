"""The first schema."""

import sqlalchemy as sa
from alembic import op

from ledger.store.columns import Id

revision = "b001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema forward."""
    op.create_table(
        "account",
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", Id(), autoincrement=False, nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("floor", sa.BigInteger(), nullable=True),
        sa.Column("ceiling", sa.BigInteger(), nullable=True),
        sa.Column("debits_pending", sa.BigInteger(), nullable=False),
        sa.Column("debits_posted", sa.BigInteger(), nullable=False),
        sa.Column("credits_pending", sa.BigInteger(), nullable=False),
        sa.Column("credits_posted", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("closed", sa.SmallInteger(), nullable=False),
        sa.Column("owner", Id(), nullable=True),
        sa.CheckConstraint(
            "ceiling IS NULL OR (side = 'credit' AND credits_posted + credits_pending - debits_posted <= ceiling) OR (side = 'debit' AND debits_posted + debits_pending - credits_posted <= ceiling)",
            name=op.f("ck_account_ceiling"),
        ),
        sa.CheckConstraint(
            "floor IS NULL OR (side = 'credit' AND credits_posted - debits_posted - debits_pending >= floor) OR (side = 'debit' AND debits_posted - credits_posted - credits_pending >= floor)",
            name=op.f("ck_account_floor"),
        ),
        sa.CheckConstraint("side IN ('debit', 'credit')", name=op.f("ck_account_side")),
        sa.CheckConstraint(
            "closed = 0 OR (debits_pending = 0 AND credits_pending = 0)",
            name=op.f("ck_account_closed_holds_nothing"),
        ),
        sa.CheckConstraint(
            "debits_pending >= 0 AND debits_posted >= 0 AND credits_pending >= 0 AND credits_posted >= 0 AND version >= 0",
            name=op.f("ck_account_counters"),
        ),
        sa.PrimaryKeyConstraint("book_no", "account_id", name=op.f("pk_account")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_book_no_owner"), ["book_no", "owner"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_account_book_no_unit_kind"), ["book_no", "unit", "kind"], unique=False
        )

    op.create_table(
        "act",
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("act_id", Id(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("dated", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_act_amount")),
        sa.PrimaryKeyConstraint("book_no", "act_id", name=op.f("pk_act")),
        sa.UniqueConstraint(
            "book_no", "log_index", "row_no", name=op.f("uq_act_book_no_log_index_row_no")
        ),
        sa.UniqueConstraint("book_no", "number", name=op.f("uq_act_book_no_number")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "batch_approval",
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("batch_id", Id(), autoincrement=False, nullable=False),
        sa.Column("programme_id", Id(), nullable=False),
        sa.Column("fund", Id(), nullable=False),
        sa.Column("batch_account", Id(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("prepared_by", Id(), nullable=False),
        sa.Column("approved_by", Id(), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("prepared_by <> approved_by", name=op.f("ck_batch_approval_four_eyes")),
        sa.CheckConstraint(
            "total_cents > 0 AND row_count > 0", name=op.f("ck_batch_approval_totals")
        ),
        sa.PrimaryKeyConstraint("book_no", "batch_id", name=op.f("pk_batch_approval")),
        sa.UniqueConstraint(
            "book_no",
            "log_index",
            "row_no",
            name=op.f("uq_batch_approval_book_no_log_index_row_no"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "batch_completion",
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("batch_id", Id(), autoincrement=False, nullable=False),
        sa.Column("issued", sa.BigInteger(), nullable=False),
        sa.Column("issued_cents", sa.BigInteger(), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("book_no", "batch_id", name=op.f("pk_batch_completion")),
        sa.UniqueConstraint(
            "book_no",
            "log_index",
            "row_no",
            name=op.f("uq_batch_completion_book_no_log_index_row_no"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "book",
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("next_index", sa.BigInteger(), nullable=False),
        sa.Column("next_seq", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.BigInteger(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("book_no", name=op.f("pk_book")),
        sa.UniqueConstraint("name", name=op.f("uq_book_name")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "chain",
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("undone", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("undone > 0 AND undone <= amount", name=op.f("ck_chain_undone")),
        sa.PrimaryKeyConstraint("book_no", "seq", name=op.f("pk_chain")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "claim",
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("claim_id", Id(), autoincrement=False, nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("book_no", "claim_id", name=op.f("pk_claim")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "commitment",
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("commitment", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("erased", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("book_no", "commitment", name=op.f("pk_commitment")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "comune",
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("istat", sa.Text(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("telephone", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("book_no", name=op.f("pk_comune")),
        sa.UniqueConstraint("issuer", name=op.f("uq_comune_issuer")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "credential",
        sa.Column("credential_id", Id(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("book_no", sa.BigInteger(), nullable=False),
        sa.Column("target_id", Id(), nullable=False),
        sa.Column("code_hmac", sa.LargeBinary(), nullable=False),
        sa.Column("pin_hmac", sa.LargeBinary(), nullable=True),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("max_cents", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('family', 'slip')", name=op.f("ck_credential_kind")),
        sa.CheckConstraint(
            "status IN ('active', 'replaced', 'blocked')", name=op.f("ck_credential_status")
        ),
        sa.CheckConstraint("tries >= 0 AND tries <= 5", name=op.f("ck_credential_tries")),
        sa.PrimaryKeyConstraint("credential_id", name=op.f("pk_credential")),
        sa.UniqueConstraint("code_hmac", name=op.f("uq_credential_code_hmac")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("credential", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_credential_book_no_target_id"), ["book_no", "target_id"], unique=False
        )

    op.create_table(
        "decision",
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("log_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("request_id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.BigInteger(), nullable=False),
        sa.Column("first_seq", sa.BigInteger(), nullable=False),
        sa.Column("transfers", sa.BigInteger(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("book_no", "log_index", name=op.f("pk_decision")),
        sa.UniqueConstraint("book_no", "request_id", name=op.f("uq_decision_book_no_request_id")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_decision_book_no_period"), ["book_no", "period"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_decision_book_no_recorded_at"), ["book_no", "recorded_at"], unique=False
        )

    op.create_table(
        "family",
        sa.Column("family_id", Id(), autoincrement=False, nullable=False),
        sa.Column("book_no", sa.BigInteger(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("family_id", name=op.f("pk_family")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("family", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_family_book_no_person_id"), ["book_no", "person_id"], unique=False
        )

    op.create_table(
        "hold",
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hold_id", Id(), autoincrement=False, nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("debit", Id(), nullable=False),
        sa.Column("credit", Id(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('held', 'posted', 'voided', 'expired')", name=op.f("ck_hold_state")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_hold_amount")),
        sa.PrimaryKeyConstraint("book_no", "hold_id", name=op.f("pk_hold")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_hold_book_no_state_expires_at"),
            ["book_no", "state", "expires_at"],
            unique=False,
        )

    op.create_table(
        "import_draft",
        sa.Column("batch_id", Id(), autoincrement=False, nullable=False),
        sa.Column("book_no", sa.BigInteger(), nullable=False),
        sa.Column("programme_id", Id(), nullable=False),
        sa.Column("fund", Id(), nullable=False),
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("file_hash", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("prepared_by", Id(), nullable=False),
        sa.Column("prepared_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "status IN ('prepared', 'approved', 'issued', 'withdrawn')",
            name=op.f("ck_import_draft_status"),
        ),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_import_draft")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("import_draft", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_import_draft_book_no_status"), ["book_no", "status"], unique=False
        )

    op.create_table(
        "import_row",
        sa.Column("batch_id", Id(), autoincrement=False, nullable=False),
        sa.Column("row_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("family_id", Id(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_import_row_amount")),
        sa.PrimaryKeyConstraint("batch_id", "row_no", name=op.f("pk_import_row")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "key_route",
        sa.Column("scope", Id(), autoincrement=False, nullable=False),
        sa.Column("request_id", Id(), autoincrement=False, nullable=False),
        sa.Column("book_no", sa.BigInteger(), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.Column("words_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "request_id", name=op.f("pk_key_route")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger_identity",
        sa.Column("one", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("ledger_id", Id(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_ledger_identity")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mandate",
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mandate_id", Id(), autoincrement=False, nullable=False),
        sa.Column("period", sa.BigInteger(), nullable=False),
        sa.Column("programme_id", Id(), nullable=False),
        sa.Column("shop_id", Id(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("paid_on", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_mandate_amount")),
        sa.PrimaryKeyConstraint("book_no", "mandate_id", name=op.f("pk_mandate")),
        sa.UniqueConstraint(
            "book_no", "log_index", "row_no", name=op.f("uq_mandate_book_no_log_index_row_no")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("mandate", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_mandate_book_no_shop_id"), ["book_no", "shop_id"], unique=False
        )

    op.create_table(
        "officer",
        sa.Column("officer_id", Id(), autoincrement=False, nullable=False),
        sa.Column("book_no", sa.BigInteger(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "role IN ('officer', 'approver', 'treasurer', 'auditor')", name=op.f("ck_officer_role")
        ),
        sa.CheckConstraint("status IN ('active', 'disabled')", name=op.f("ck_officer_status")),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_officer")),
        sa.UniqueConstraint("book_no", "user_name", name=op.f("uq_officer_book_no_user_name")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "programme",
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("programme_id", Id(), autoincrement=False, nullable=False),
        sa.Column("programme_no", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("treasury", Id(), nullable=False),
        sa.Column("offline_risk", Id(), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("book_no", "programme_id", name=op.f("pk_programme")),
        sa.UniqueConstraint(
            "book_no", "log_index", "row_no", name=op.f("uq_programme_book_no_log_index_row_no")
        ),
        sa.UniqueConstraint(
            "book_no", "programme_no", name=op.f("uq_programme_book_no_programme_no")
        ),
        sa.UniqueConstraint("book_no", "unit", name=op.f("uq_programme_book_no_unit")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "programme_version",
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("programme_id", Id(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("vat_kind", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Text(), nullable=False),
        sa.Column("ends_on", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_programme_version_dates")),
        sa.PrimaryKeyConstraint(
            "book_no", "programme_id", "version", name=op.f("pk_programme_version")
        ),
        sa.UniqueConstraint(
            "book_no",
            "log_index",
            "row_no",
            name=op.f("uq_programme_version_book_no_log_index_row_no"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", Id(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('till', 'officer', 'family')", name=op.f("ck_session_kind")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "settlement",
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("period", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("closed_by", Id(), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("book_no", "period", name=op.f("pk_settlement")),
        sa.UniqueConstraint(
            "book_no", "log_index", "row_no", name=op.f("uq_settlement_book_no_log_index_row_no")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "shop",
        sa.Column("shop_id", Id(), autoincrement=False, nullable=False),
        sa.Column("shop_no", sa.BigInteger(), nullable=False),
        sa.Column("book_no", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("vat_number", sa.Text(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('active', 'suspended')", name=op.f("ck_shop_status")),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_shop")),
        sa.UniqueConstraint("shop_no", name=op.f("uq_shop_shop_no")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("shop", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_shop_book_no_category"), ["book_no", "category"], unique=False
        )

    op.create_table(
        "source",
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("fund", Id(), autoincrement=False, nullable=False),
        sa.Column("programme_id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("gift_allowed", sa.SmallInteger(), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("book_no", "fund", name=op.f("pk_source")),
        sa.UniqueConstraint(
            "book_no", "log_index", "row_no", name=op.f("uq_source_book_no_log_index_row_no")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "till",
        sa.Column("till_id", Id(), autoincrement=False, nullable=False),
        sa.Column("shop_id", Id(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('active', 'revoked')", name=op.f("ck_till_status")),
        sa.PrimaryKeyConstraint("till_id", name=op.f("pk_till")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_till_secret_hash")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("till", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_till_shop_id"), ["shop_id"], unique=False)

    op.create_table(
        "transfer",
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("debit", Id(), nullable=False),
        sa.Column("credit", Id(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("debit_version", sa.BigInteger(), nullable=False),
        sa.Column("debit_balance", sa.BigInteger(), nullable=False),
        sa.Column("debit_pending", sa.BigInteger(), nullable=False),
        sa.Column("credit_version", sa.BigInteger(), nullable=False),
        sa.Column("credit_balance", sa.BigInteger(), nullable=False),
        sa.Column("credit_pending", sa.BigInteger(), nullable=False),
        sa.Column("hold_id", Id(), nullable=True),
        sa.Column("undoes", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "phase IN ('posted', 'held', 'used', 'freed')", name=op.f("ck_transfer_phase")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_transfer_amount")),
        sa.CheckConstraint("debit <> credit", name=op.f("ck_transfer_sides")),
        sa.PrimaryKeyConstraint("book_no", "seq", name=op.f("pk_transfer")),
        sa.UniqueConstraint(
            "book_no",
            "credit",
            "credit_version",
            name=op.f("uq_transfer_book_no_credit_credit_version"),
        ),
        sa.UniqueConstraint(
            "book_no",
            "debit",
            "debit_version",
            name=op.f("uq_transfer_book_no_debit_debit_version"),
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_transfer_book_no_log_index"), ["book_no", "log_index"], unique=False
        )

    op.create_table(
        "unit_total",
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("unit", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("posted", sa.BigInteger(), nullable=False),
        sa.Column("pending", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("posted >= 0 AND pending >= 0", name=op.f("ck_unit_total_totals")),
        sa.PrimaryKeyConstraint("book_no", "unit", name=op.f("pk_unit_total")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "voucher",
        sa.Column("book_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("voucher_id", Id(), autoincrement=False, nullable=False),
        sa.Column("programme_id", Id(), nullable=False),
        sa.Column("fund", Id(), nullable=False),
        sa.Column("family_id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("face_cents", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("batch_id", Id(), nullable=True),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('voucher', 'slip')", name=op.f("ck_voucher_kind")),
        sa.CheckConstraint("face_cents > 0", name=op.f("ck_voucher_face")),
        sa.PrimaryKeyConstraint("book_no", "voucher_id", name=op.f("pk_voucher")),
        sa.UniqueConstraint(
            "book_no", "log_index", "row_no", name=op.f("uq_voucher_book_no_log_index_row_no")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("voucher", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_voucher_book_no_batch_id"), ["book_no", "batch_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_voucher_book_no_ends_at"), ["book_no", "ends_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_voucher_book_no_family_id"), ["book_no", "family_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_voucher_book_no_programme_id"), ["book_no", "programme_id"], unique=False
        )


def downgrade() -> None:
    """Change it back."""
    with op.batch_alter_table("voucher", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_voucher_book_no_programme_id"))
        batch_op.drop_index(batch_op.f("ix_voucher_book_no_family_id"))
        batch_op.drop_index(batch_op.f("ix_voucher_book_no_ends_at"))
        batch_op.drop_index(batch_op.f("ix_voucher_book_no_batch_id"))

    op.drop_table("voucher")
    op.drop_table("unit_total")
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_transfer_book_no_log_index"))

    op.drop_table("transfer")
    with op.batch_alter_table("till", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_till_shop_id"))

    op.drop_table("till")
    op.drop_table("source")
    with op.batch_alter_table("shop", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shop_book_no_category"))

    op.drop_table("shop")
    op.drop_table("settlement")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_subject_id"))

    op.drop_table("session")
    op.drop_table("programme_version")
    op.drop_table("programme")
    op.drop_table("officer")
    with op.batch_alter_table("mandate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mandate_book_no_shop_id"))

    op.drop_table("mandate")
    op.drop_table("ledger_identity")
    op.drop_table("key_route")
    op.drop_table("import_row")
    with op.batch_alter_table("import_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_draft_book_no_status"))

    op.drop_table("import_draft")
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hold_book_no_state_expires_at"))

    op.drop_table("hold")
    with op.batch_alter_table("family", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_family_book_no_person_id"))

    op.drop_table("family")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_book_no_recorded_at"))
        batch_op.drop_index(batch_op.f("ix_decision_book_no_period"))

    op.drop_table("decision")
    with op.batch_alter_table("credential", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_credential_book_no_target_id"))

    op.drop_table("credential")
    op.drop_table("comune")
    op.drop_table("commitment")
    op.drop_table("claim")
    op.drop_table("chain")
    op.drop_table("book")
    op.drop_table("batch_completion")
    op.drop_table("batch_approval")
    op.drop_table("act")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_book_no_unit_kind"))
        batch_op.drop_index(batch_op.f("ix_account_book_no_owner"))

    op.drop_table("account")
