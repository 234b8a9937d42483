"""Every table of the book's store and its constraints, on one page; the portable subset only.

Sections: the book (append-only log and its projections), the registers whose rows ride a request,
the network register. Vault and keys are stores of their own (`vault`, `keys`). No trigger,
sequence, enum, foreign key across books or deferrable constraint. Source: design 3.4, 3.5.
"""
# long: one page for the whole schema, so that an auditor reads it from top to bottom.

from sqlalchemy import CheckConstraint, Column, Index, MetaData, Table, UniqueConstraint

from ledger.store.columns import Bytes, Count, Id, Small, Words

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "pk": "pk_%(table_name)s",
}
book_store = MetaData(naming_convention=NAMING)


def _key(name: str, kind: type = Count) -> Column[object]:
    return Column(name, kind(), primary_key=True, autoincrement=False, nullable=False)


def _some(name: str, kind: type = Count) -> Column[object]:
    return Column(name, kind(), nullable=False)


def _maybe(name: str, kind: type = Count) -> Column[object]:
    return Column(name, kind(), nullable=True)


def _table(name: str, *parts: Column[object] | CheckConstraint | UniqueConstraint | Index) -> Table:
    return Table(name, book_store, *parts, sqlite_with_rowid=False)


def _log(name: str, *parts: Column[object] | CheckConstraint | UniqueConstraint | Index) -> Table:
    """A large table that is also found by a second key: SQLite keeps its rows apart from the key.

    Inside the key's tree, its planner would scan the whole book for an IN list of second keys.
    """
    return Table(name, book_store, *parts)


# The store itself.

ledger_identity = _table(
    "ledger_identity", _key("one", Small), _some("ledger_id", Id), _some("created_at")
)

# The book: one row each, locked and guarded by its head.

book = _table(
    "book",
    _key("book_no"),
    _some("name", Words),
    _some("next_index"),
    _some("next_seq"),
    _some("recorded_at"),
    _some("period"),
    _some("frontier", Bytes),
    UniqueConstraint("name"),
)

# The log: only inserted into.

decision = _log(
    "decision",
    _key("book_no"),
    _key("log_index"),
    _some("request_id", Id),
    _some("kind", Words),
    _some("code", Words),
    _some("actor", Words),
    _some("recorded_at"),
    _some("occurred_at"),
    _some("period"),
    _some("first_seq"),
    _some("transfers"),
    _some("leaf_hash", Bytes),
    _some("leaf", Bytes),
    UniqueConstraint("book_no", "request_id"),
    Index(None, "book_no", "recorded_at"),
    Index(None, "book_no", "period"),
)

transfer = _table(
    "transfer",
    _key("book_no"),
    _key("seq"),
    _some("log_index"),
    _some("phase", Words),
    _some("unit", Words),
    _some("debit", Id),
    _some("credit", Id),
    _some("amount"),
    _some("debit_version"),
    _some("debit_balance"),
    _some("debit_pending"),
    _some("credit_version"),
    _some("credit_balance"),
    _some("credit_pending"),
    _maybe("hold_id", Id),
    _maybe("undoes"),
    UniqueConstraint("book_no", "debit", "debit_version"),
    UniqueConstraint("book_no", "credit", "credit_version"),
    Index(None, "book_no", "log_index"),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("debit <> credit", name="sides"),
    CheckConstraint("phase IN ('posted', 'held', 'used', 'freed')", name="phase"),
)

# Projections of the log: what `check()` recomputes.

account = _table(
    "account",
    _key("book_no"),
    _key("account_id", Id),
    _some("unit", Words),
    _some("kind", Words),
    _some("side", Words),
    _maybe("floor"),
    _maybe("ceiling"),
    _some("debits_pending"),
    _some("debits_posted"),
    _some("credits_pending"),
    _some("credits_posted"),
    _some("version"),
    _some("closed", Small),
    _maybe("owner", Id),
    Index(None, "book_no", "owner"),
    Index(None, "book_no", "unit", "kind"),
    CheckConstraint(
        "debits_pending >= 0 AND debits_posted >= 0"
        " AND credits_pending >= 0 AND credits_posted >= 0 AND version >= 0",
        name="counters",
    ),
    CheckConstraint("side IN ('debit', 'credit')", name="side"),
    CheckConstraint(
        "floor IS NULL"
        " OR (side = 'credit' AND credits_posted - debits_posted - debits_pending >= floor)"
        " OR (side = 'debit' AND debits_posted - credits_posted - credits_pending >= floor)",
        name="floor",
    ),
    CheckConstraint(
        "ceiling IS NULL"
        " OR (side = 'credit' AND credits_posted + credits_pending - debits_posted <= ceiling)"
        " OR (side = 'debit' AND debits_posted + debits_pending - credits_posted <= ceiling)",
        name="ceiling",
    ),
    CheckConstraint(
        "closed = 0 OR (debits_pending = 0 AND credits_pending = 0)", name="closed_holds_nothing"
    ),
)

hold = _table(
    "hold",
    _key("book_no"),
    _key("hold_id", Id),
    _some("unit", Words),
    _some("kind", Words),
    _some("debit", Id),
    _some("credit", Id),
    _some("amount"),
    _some("expires_at"),
    _some("state", Words),
    Index(None, "book_no", "state", "expires_at"),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("state IN ('held', 'posted', 'voided', 'expired')", name="state"),
)

claim = _table("claim", _key("book_no"), _key("claim_id", Id), _some("log_index"))

chain = _table(
    "chain",
    _key("book_no"),
    _key("seq"),
    _some("amount"),
    _some("undone"),
    CheckConstraint("undone > 0 AND undone <= amount", name="undone"),
)

commitment = _table(
    "commitment",
    _key("book_no"),
    _key("commitment", Bytes),
    _some("erased", Small),
)

unit_total = _table(
    "unit_total",
    _key("book_no"),
    _key("unit", Words),
    _some("posted"),
    _some("pending"),
    CheckConstraint("posted >= 0 AND pending >= 0", name="totals"),
)

key_route = _table(
    "key_route",
    _key("scope", Id),
    _key("request_id", Id),
    _some("book_no"),
    _some("log_index"),
    _some("words_hash", Bytes),
)


# Registers of a book: rows that stand or fall with a request. Only inserted into; what changes
# has a version. Each row says which decision wrote it, so that the log proves it.


def _register(
    name: str, *parts: Column[object] | CheckConstraint | UniqueConstraint | Index
) -> Table:
    proof = UniqueConstraint("book_no", "log_index", "row_no")
    return _table(name, _key("book_no"), *parts, _some("log_index"), _some("row_no"), proof)


act = _register(
    "act",
    _key("act_id", Id),
    _some("number", Words),
    _some("dated", Words),
    _some("title", Words),
    _some("amount_cents"),
    UniqueConstraint("book_no", "number"),
    CheckConstraint("amount_cents > 0", name="amount"),
)

programme = _register(
    "programme",
    _key("programme_id", Id),
    _some("programme_no"),
    _some("unit", Words),
    _some("treasury", Id),
    _some("offline_risk", Id),
    UniqueConstraint("book_no", "programme_no"),
    UniqueConstraint("book_no", "unit"),
)

programme_version = _register(
    "programme_version",
    _key("programme_id", Id),
    _key("version"),
    _some("title", Words),
    _some("summary", Words),
    _some("vat_kind", Words),
    _some("starts_on", Words),
    _some("ends_on", Words),
    _some("starts_at"),
    _some("ends_at"),
    _some("categories", Words),
    _some("rules", Words),
    CheckConstraint("starts_at < ends_at", name="dates"),
)

source = _register(
    "source",
    _key("fund", Id),
    _some("programme_id", Id),
    _some("kind", Words),
    _some("name", Words),
    _some("gift_allowed", Small),
)

voucher = _register(
    "voucher",
    _key("voucher_id", Id),
    _some("programme_id", Id),
    _some("fund", Id),
    _some("family_id", Id),
    _some("kind", Words),
    _some("face_cents"),
    _some("starts_at"),
    _some("ends_at"),
    _some("categories", Words),
    _maybe("batch_id", Id),
    _maybe("earned_at", Id),
    Index(None, "book_no", "family_id"),
    Index(None, "book_no", "programme_id"),
    Index(None, "book_no", "ends_at"),
    Index(None, "book_no", "batch_id"),
    CheckConstraint("kind IN ('voucher', 'slip')", name="kind"),
    CheckConstraint("face_cents > 0", name="face"),
)

batch_approval = _register(
    "batch_approval",
    _key("batch_id", Id),
    _some("programme_id", Id),
    _some("fund", Id),
    _some("batch_account", Id),
    _some("content_hash", Bytes),
    _some("total_cents"),
    _some("row_count"),
    _some("prepared_by", Id),
    _some("approved_by", Id),
    CheckConstraint("prepared_by <> approved_by", name="four_eyes"),
    CheckConstraint("total_cents > 0 AND row_count > 0", name="totals"),
)

batch_completion = _register(
    "batch_completion", _key("batch_id", Id), _some("issued"), _some("issued_cents")
)

settlement = _register(
    "settlement",
    _key("period"),
    _some("label", Words),
    _some("closed_by", Id),
)

mandate = _register(
    "mandate",
    _key("mandate_id", Id),
    _some("period"),
    _some("programme_id", Id),
    _some("shop_id", Id),
    _some("number", Words),
    _some("paid_on", Words),
    _some("amount_cents"),
    Index(None, "book_no", "shop_id"),
    CheckConstraint("amount_cents > 0", name="amount"),
)

proposal = _register(
    "proposal",
    _key("proposal_id", Id),
    _some("kind", Words),
    _some("subject", Id),
    _some("amount_cents"),
    _some("content_hash", Bytes),
    _some("proposed_by", Id),
    CheckConstraint("kind IN ('recall', 'reversal')", name="kind"),
)

budget_proposal = _register(
    "budget_proposal",
    _key("proposal_id", Id),
    _some("kind", Words),
    _some("programme_id", Id),
    _some("fund", Id),
    _some("act_number", Words),
    _some("act_dated", Words),
    _some("act_title", Words),
    _some("source_kind", Words),
    _some("source_name", Words),
    _some("gift_allowed", Small),
    _some("amount_cents"),
    _some("content_hash", Bytes),
    _some("proposed_by", Id),
    CheckConstraint(
        "kind IN ('funding', 'defunding', 'offline_cover', 'offline_cover_freed')", name="kind"
    ),
    CheckConstraint("amount_cents > 0", name="amount"),
)

proposal_end = _register(
    "proposal_end",
    _key("proposal_id", Id),
    _some("outcome", Words),
    _some("content_hash", Bytes),
    _some("proposed_by", Id),
    _some("ended_by", Id),
    CheckConstraint("outcome IN ('confirmed', 'withdrawn')", name="outcome"),
    CheckConstraint("outcome = 'withdrawn' OR proposed_by <> ended_by", name="four_eyes"),
)

# After a restore: receipts that tills brought back, to be booked again by two.
recovery_proposal = _register(
    "recovery_proposal",
    _key("proposal_id", Id),
    _some("receipts"),
    _some("amount_cents"),
    _some("content_hash", Bytes),
    _some("proposed_by", Id),
    CheckConstraint("receipts > 0", name="receipts"),
)

found_again = _register(
    "found_again",
    _key("request_id", Id),
    _some("proposal_id", Id),
    _some("till_id", Id),
    _some("issued_at"),
)

payout_signature = _register(
    "payout_signature",
    _key("mandate_id", Id),
    _some("period"),
    _some("closed_by", Id),
    _some("paid_by", Id),
    CheckConstraint("closed_by <> paid_by", name="four_eyes"),
)

# What an auditor drew, found and closed. A step is one outcome or the end, in their order.

sample = _register(
    "sample",
    _key("sample_id", Id),
    _some("month", Words),
    _some("seed", Words),
    _some("percent"),
    _some("population"),
    _some("size"),
    _some("drawn_by", Id),
    CheckConstraint("percent >= 15", name="percent"),
    CheckConstraint(
        "size > 0 AND size <= population AND size * 100 >= population * percent", name="size"
    ),
)

sample_row = _register(
    "sample_row", _key("sample_id", Id), _key("place"), _some("entry"), _some("amount_cents")
)

sample_outcome = _register(
    "sample_outcome",
    _key("sample_id", Id),
    _key("step"),
    _some("place"),
    _some("finding", Words),
    _some("examined_by", Id),
    _maybe("note", Bytes),
    CheckConstraint("finding IN ('regular', 'to_clarify', 'irregular')", name="finding"),
)

sample_examiner = _register(
    "sample_examiner",
    _key("sample_id", Id),
    _key("step"),
    _key("settled_by", Id),
    _some("examined_by", Id),
    CheckConstraint("settled_by <> examined_by", name="four_eyes"),
)

sample_end = _register(
    "sample_end",
    _key("sample_id", Id),
    _some("step"),
    _some("size"),
    _some("to_clarify"),
    _some("irregular"),
    _some("closed_by", Id),
    CheckConstraint(
        "to_clarify >= 0 AND irregular >= 0 AND to_clarify + irregular <= size", name="counts"
    ),
)

# Calls: the rule that two officers signed, and the ranking that came of it.

rule_version = _register(
    "rule_version",
    _key("call_id", Id),
    _key("version"),
    _some("rule", Words),
    _some("rule_hash", Bytes),
    _some("proposed_by", Id),
    _some("approved_by", Id),
    CheckConstraint("proposed_by <> approved_by", name="four_eyes"),
)

ranking_approval = _register(
    "ranking_approval",
    _key("ranking_id", Id),
    _some("call_id", Id),
    _some("version"),
    _some("inputs_hash", Bytes),
    _some("lines_hash", Bytes),
    _some("budget_cents"),
    _some("total_cents"),
    _some("prepared_by", Id),
    _some("approved_by", Id),
    CheckConstraint("prepared_by <> approved_by", name="four_eyes"),
    CheckConstraint("total_cents > 0 AND total_cents <= budget_cents", name="totals"),
)

# How long people are kept after a programme, who must be kept longer, and who was erased by whom.

retention_rule = _register(
    "retention_rule",
    _key("programme_id", Id),
    _key("version"),
    _some("months"),
    _some("set_by", Id),
    CheckConstraint("months >= 1 AND months <= 240", name="months"),
)

legal_hold = _register(
    "legal_hold",
    _key("hold_id", Id),
    _some("family_id", Id),
    _some("note", Bytes),
    _some("set_by", Id),
    Index(None, "book_no", "family_id"),
)

legal_hold_end = _register(
    "legal_hold_end", _key("hold_id", Id), _some("note", Bytes), _some("lifted_by", Id)
)

retention_run = _register(
    "retention_run",
    _key("list_id", Id),
    _some("as_of", Words),
    _some("content_hash", Bytes),
    _some("people"),
    _some("applications"),
    _some("proposed_by", Id),
    _some("confirmed_by", Id),
    CheckConstraint("proposed_by <> confirmed_by", name="four_eyes"),
    CheckConstraint("people >= 0 AND applications >= 0", name="counts"),
)

# What a programme allows offline; signed by two.

offline_terms = _register(
    "offline_terms",
    _key("programme_id", Id),
    _key("version"),
    _some("last_offline"),
    _some("slip_cents"),
    _some("shop_cents"),
    _some("unsynced"),
    _some("guarantee_seconds"),
    _some("proposed_by", Id),
    _some("approved_by", Id),
    CheckConstraint("proposed_by <> approved_by", name="four_eyes"),
    CheckConstraint(
        "slip_cents >= 0 AND shop_cents >= 0 AND unsynced >= 0 AND guarantee_seconds >= 0",
        name="limits",
    ),
)

phone_terms = _register(
    "phone_terms",
    _key("programme_id", Id),
    _key("version"),
    _some("sale_cents"),
    _some("reserve_cents"),
    _some("pin_over_cents"),
    _some("proposed_by", Id),
    _some("approved_by", Id),
    CheckConstraint("proposed_by <> approved_by", name="four_eyes"),
    CheckConstraint(
        "sale_cents >= 0 AND reserve_cents >= 0 AND pin_over_cents >= 0", name="limits"
    ),
)

# Who gave what a proposal commits: somebody of the vault.

donation = _register(
    "donation",
    _key("donation_id", Id),
    _some("year"),
    _some("number"),
    _some("person_id", Id),
    UniqueConstraint("book_no", "year", "number"),
    Index(None, "person_id"),
)

# The circuit's book: its signed rules, what shops agreed on, purchases, lines of bank statements.

circuit_rule = _register(
    "circuit_rule",
    _key("version"),
    _some("rules", Words),
    _some("starts_on", Words),
    _some("proposed_by", Id),
    _some("approved_by", Id),
    CheckConstraint("proposed_by <> approved_by", name="four_eyes"),
)

shop_discount = _register(
    "shop_discount",
    _key("shop_id", Id),
    _key("version"),
    _some("points"),
    _some("starts_on", Words),
    _some("ends_on", Words),
    _some("proposed_by", Id),
    _some("approved_by", Id),
    CheckConstraint("proposed_by <> approved_by", name="four_eyes"),
    CheckConstraint("points > 0 AND points <= 10000", name="points"),
)

purchase = _register(
    "purchase",
    _key("purchase_id", Id),
    _some("shop_id", Id),
    _some("family_id", Id),
    _some("receipt_cents"),
    _some("points"),
    _some("rule_version"),
    Index(None, "book_no", "shop_id"),
    Index(None, "book_no", "family_id"),
    CheckConstraint("receipt_cents > 0", name="amount"),
)

bank_statement = _register(
    "bank_statement",
    _key("statement_id", Id),
    _some("content_hash", Bytes),
    _some("line_count"),
    _some("total_cents"),
    _some("proposed_by", Id),
)

bank_line = _register(
    "bank_line",
    _key("statement_id", Id),
    _key("line_no"),
    _some("line_id", Id),
    _some("booked_on", Words),
    _some("amount_cents"),
    _some("shop_id", Id),
    CheckConstraint("amount_cents > 0", name="amount"),
)

# What two persons of the association move: to a programme, from a donor, to the shops, for costs.
circuit_move = _register(
    "circuit_move",
    _key("proposal_id", Id),
    _some("kind", Words),
    _some("comune", Words),
    _maybe("subject", Id),
    _maybe("vote_id", Id),
    _some("act_number", Words),
    _some("act_dated", Words),
    _some("reason", Words),
    _some("amount_cents"),
    _some("content_hash", Bytes),
    _some("proposed_by", Id),
    CheckConstraint("kind IN ('feed', 'donation', 'circuit_payout', 'write_off')", name="kind"),
    CheckConstraint("amount_cents > 0", name="amount"),
)

# Hours: what a family says that it gave, and actions in return that somebody saw done.
hours_offer = _register(
    "hours_offer",
    _key("offer_id", Id),
    _some("family_id", Id),
    _some("minutes"),
    _some("given_on", Words),
    _some("content_hash", Bytes),
    Index(None, "book_no", "family_id"),
    CheckConstraint("minutes > 0 AND minutes % 30 = 0", name="minutes"),
)

action_done = _register(
    "action_done",
    _key("action_id", Id),
    _key("family_id", Id),
    _some("minutes"),
    _some("alfa", Words),
    _some("beta", Words),
    _some("recorded_by", Id),
    CheckConstraint("minutes > 0 AND minutes % 30 = 0", name="minutes"),
    CheckConstraint("alfa IN ('reached', 'partly', 'missed')", name="alfa"),
    CheckConstraint("beta IN ('none', 'more')", name="beta"),
)

# A vote that two persons opened, with the key that signs its ballots; and what came out of it.

vote = _register(
    "vote",
    _key("vote_id", Id),
    _some("terms", Words),
    _some("content_hash", Bytes),
    _some("public", Bytes),
    _some("eligible"),
    _some("proposed_by", Id),
    _some("opened_by", Id),
    CheckConstraint("proposed_by <> opened_by", name="four_eyes"),
)

vote_result = _register(
    "vote_result",
    _key("vote_id", Id),
    _some("result", Words),
    _some("counted_by", Id),
    _some("confirmed_by", Id),
    CheckConstraint("counted_by <> confirmed_by", name="four_eyes"),
)

REGISTERS = {
    table.name: table
    for table in (
        act, programme, programme_version, source, voucher, batch_approval, batch_completion,
        settlement, mandate, proposal, budget_proposal, proposal_end, payout_signature, sample,
        sample_row, sample_outcome, sample_examiner, sample_end, rule_version, ranking_approval,
        retention_rule, legal_hold, legal_hold_end, retention_run,
        offline_terms, phone_terms, donation, vote, vote_result,
        circuit_rule, shop_discount, purchase, bank_statement, bank_line,
        recovery_proposal, found_again, circuit_move, hours_offer, action_done,
    )
}  # fmt: skip


# Votes, beside the book: what is proposed, who had a ballot, what lies in the urn, what was counted
# on paper. No table says when, and the urn lies in the order of its random numbers: nothing here
# leads from a family to its ballot (docs/VOTE.md).

vote_draft = _table(
    "vote_draft",
    _key("book_no"),
    _key("vote_id", Id),
    _some("terms", Words),
    _some("proposed_by", Id),
    _some("status", Words),
    _some("made_at"),
    CheckConstraint("status IN ('prepared', 'open', 'closed', 'withdrawn')", name="status"),
)

vote_voter = _table(
    "vote_voter",
    _key("book_no"),
    _key("vote_id", Id),
    _key("family_id", Id),
    _some("how", Words),
    _maybe("blinded", Bytes),
    _maybe("signed", Bytes),
    CheckConstraint("how IN ('phone', 'paper')", name="how"),
)

vote_ballot = _table(
    "vote_ballot",
    _key("book_no"),
    _key("vote_id", Id),
    _key("number", Bytes),
    _some("choice"),
    _some("prefix", Bytes),
    _some("signature", Bytes),
)

# What families propose to vote on; their words lie in the vault.
vote_idea = _table(
    "vote_idea",
    _key("book_no"),
    _key("idea_id", Id),
    _some("family_id", Id),
    _some("status", Words),
    Index(None, "book_no", "family_id"),
    CheckConstraint("status IN ('new', 'taken', 'declined')", name="status"),
)

# What associations propose to a comune's families, in their own public words.
association_idea = _table(
    "association_idea",
    _key("book_no"),
    _key("idea_id", Id),
    _some("association_id", Id),
    _some("title", Words),
    _some("text", Words),
    _some("status", Words),
    Index(None, "association_id"),
    CheckConstraint("status IN ('new', 'taken', 'declined')", name="status"),
)

# Actions in return, as an association offers them, and who chose one; nobody has to.
action = _table(
    "action",
    _key("book_no"),
    _key("action_id", Id),
    _some("proposer", Words),
    _some("title", Words),
    _some("place", Words),
    _some("day", Words),
    _some("minutes"),
    _some("places"),
    _some("status", Words),
    _some("made_by", Id),
    _maybe("association_id", Id),  # Whose it is; none: the circuit's own.
    CheckConstraint("status IN ('open', 'closed')", name="status"),
    CheckConstraint("minutes > 0 AND minutes % 30 = 0 AND places > 0", name="size"),
)

action_choice = _table(
    "action_choice",
    _key("book_no"),
    _key("action_id", Id),
    _key("family_id", Id),
    _some("status", Words),
    Index(None, "book_no", "family_id"),
    CheckConstraint("status IN ('chosen', 'left', 'done')", name="status"),
)

vote_paper = _table(
    "vote_paper",
    _key("book_no"),
    _key("vote_id", Id),
    _key("person_id", Id),
    _some("counts", Words),
)

# The network register: what belongs to no single comune. Small, readable everywhere; not money.

comune = _table(
    "comune",
    _key("book_no"),
    _some("name", Words),
    _some("issuer", Words),
    _some("istat", Words),
    _some("people"),
    _some("telephone", Words),
    UniqueConstraint("issuer"),
)

shop = _table(
    "shop",
    _key("shop_id", Id),
    _some("shop_no"),
    _some("book_no"),
    _some("name", Words),
    _some("category", Words),
    _some("address", Words),
    _some("vat_number", Words),
    _some("iban", Words),
    _some("status", Words),
    _maybe("refund_limit_cents"),  # Beyond it a second operator's PIN is asked; none: never.
    UniqueConstraint("shop_no"),
    Index(None, "book_no", "category"),
    CheckConstraint("status IN ('active', 'suspended')", name="status"),
)

till = _table(
    "till",
    _key("till_id", Id),
    _some("shop_id", Id),
    _some("label", Words),
    _some("secret_hash", Bytes),
    _some("status", Words),
    UniqueConstraint("secret_hash"),
    Index(None, "shop_id"),
    CheckConstraint("status IN ('active', 'revoked')", name="status"),
)

# A till that its shop's owner adds, by a code that is used once; and who stands at a shop's tills.

till_invitation = _table(
    "till_invitation",
    _key("invitation_id", Id),
    _some("shop_id", Id),
    _some("till_id", Id),
    _some("label", Words),
    _some("code_hmac", Bytes),
    _some("made_at"),
    _some("expires_at"),
    _maybe("used_at"),
    UniqueConstraint("code_hmac"),
    Index(None, "shop_id"),
)

till_operator = _table(
    "till_operator",
    _key("operator_id", Id),
    _some("shop_id", Id),
    _some("nickname", Words),
    _some("pin_hmac", Bytes),
    _some("tries", Small),
    _some("rights", Words),
    _some("status", Words),
    _some("made_at"),
    Index(None, "shop_id"),
    CheckConstraint("rights IN ('scan', 'refund', 'owner')", name="rights"),
    CheckConstraint("status IN ('active', 'left')", name="status"),
    CheckConstraint("tries >= 0 AND tries <= 5", name="tries"),
)

officer = _table(
    "officer",
    _key("officer_id", Id),
    _some("book_no"),
    _some("person_id", Id),
    _some("user_name", Words),
    _some("role", Words),
    _some("password_hash", Words),
    _some("status", Words),
    UniqueConstraint("book_no", "user_name"),
    CheckConstraint("role IN ('officer', 'approver', 'treasurer', 'auditor')", name="role"),
    CheckConstraint("status IN ('active', 'disabled')", name="status"),
)

# Associations of the circuit, and which officers of its book act for one of them alone.
association = _table(
    "association",
    _key("association_id", Id),
    _some("name", Words),
    _some("status", Words),
    UniqueConstraint("name"),
    CheckConstraint("status IN ('active', 'suspended')", name="status"),
)

association_person = _table(
    "association_person", _key("officer_id", Id), _some("association_id", Id)
)

family = _table(
    "family",
    _key("family_id", Id),
    _some("book_no"),
    _some("person_id", Id),
    _some("created_at"),
    Index(None, "book_no", "person_id", unique=True),
)

credential = _table(
    "credential",
    _key("credential_id", Id),
    _some("kind", Words),
    _some("book_no"),
    _some("target_id", Id),
    _some("code_hmac", Bytes),
    _maybe("pin_hmac", Bytes),
    _some("tries", Small),
    _some("status", Words),
    _some("max_cents"),
    _some("issued_at"),
    _some("expires_at"),
    UniqueConstraint("code_hmac"),
    Index(None, "book_no", "target_id"),
    CheckConstraint("kind IN ('family', 'slip')", name="kind"),
    CheckConstraint("status IN ('active', 'replaced', 'blocked')", name="status"),
    CheckConstraint("tries >= 0 AND tries <= 5", name="tries"),
)

# Whose tessera sanitaria opens a family: keyed hashes alone, so that no card can be read back.
health_card = _table(
    "health_card",
    _key("card_hmac", Bytes),
    _key("book_no"),
    _some("family_id", Id),
    _some("created_at"),
    Index(None, "family_id"),
)

# Cards and PINs that did not fit, by till and day (Rome, from the epoch): unknown and wrong alike.
card_guess = _table(
    "card_guess",
    _key("till_id", Id),
    _key("day"),
    _some("wrong"),
    CheckConstraint("wrong >= 0", name="wrong"),
)

session = _table(
    "session",
    _key("token_hash", Bytes),
    _some("kind", Words),
    _some("subject_id", Id),
    _some("created_at"),
    _some("seen_at"),
    _some("expires_at"),
    _maybe("device_id", Id),  # Of a till's session: which key opened it, and whose turn it is.
    _maybe("operator_id", Id),
    Index(None, "subject_id"),
    CheckConstraint("kind IN ('till', 'officer', 'family')", name="kind"),
)

# Books that were put back from before, until their lost sales are booked again; what tills bring.

recovery = _table(
    "recovery",
    _key("book_no"),
    _key("size"),
    _some("missing"),
    _some("from_at"),
    _some("until_at"),
    _some("accepted_at"),
    _maybe("ended_at"),
    _maybe("ended_by", Id),
)

returned_receipt = _table(
    "returned_receipt",
    _key("book_no"),
    _key("receipt_id", Id),
    _some("till_id", Id),
    _maybe("sale_id", Id),
    _some("amount_cents"),
    _some("reference", Bytes),
    _some("issued_at"),
    _some("received_at"),
    _some("raw", Words),
    _maybe("listed_in", Id),
    Index(None, "book_no", "listed_in"),
    CheckConstraint("amount_cents > 0", name="amount"),
)

till_return = _table(
    "till_return",
    _key("till_id", Id),
    _key("since"),
    _some("received_at"),
)

# The public side of each log: roots of its full tiles, signed checkpoints, cosignatures, and the
# witnesses that are asked: how far each has seen the log, and since when it has not answered.

log_tile = _table(
    "log_tile",
    _key("book_no"),
    _key("level"),
    _key("number"),
    _some("root", Bytes),
)

checkpoint = _table(
    "checkpoint",
    _key("book_no"),
    _key("size"),
    _some("root", Bytes),
    _some("note", Words),
    _some("made_at"),
)

cosignature = _table(
    "cosignature",
    _key("book_no"),
    _key("size"),
    _key("witness", Words),
    _some("line", Words),
    _some("seen_at"),
)

witness = _table(
    "witness",
    _key("book_no"),
    _key("name", Words),
    _some("vkey", Words),
    _some("size"),
    _some("asked_at"),
    _maybe("missing_since"),
    _some("trouble", Words),
)

# The last replay of each book: when, how far the log was, and what was found, as JSON.

book_check = _table(
    "book_check",
    _key("book_no"),
    _some("checked_at"),
    _some("size"),
    _some("root", Bytes),
    _some("findings", Words),
)

import_draft = _table(
    "import_draft",
    _key("batch_id", Id),
    _some("book_no"),
    _some("programme_id", Id),
    _some("fund", Id),
    _some("round", Words),
    _some("file_hash", Bytes),
    _some("content_hash", Bytes),
    _some("total_cents"),
    _some("row_count"),
    _some("prepared_by", Id),
    _some("prepared_at"),
    _some("status", Words),
    Index(None, "book_no", "status"),
    CheckConstraint("status IN ('prepared', 'approved', 'issued', 'withdrawn')", name="status"),
)

import_row = _table(
    "import_row",
    _key("batch_id", Id),
    _key("row_no"),
    _some("family_id", Id),
    _some("amount_cents"),
    Index(None, "family_id"),
    CheckConstraint("amount_cents > 0", name="amount"),
)


# Calls before anything of them is decided: no name here, no income, no household; those are sealed
# in the vault, a paper an application and version.

call = _table(
    "call",
    _key("call_id", Id),
    _some("book_no"),
    _some("programme_id", Id),
    _some("fund", Id),
    _some("round", Words),
    _some("title", Words),
    _some("seed", Words),
    _some("closes_on", Words),
    _some("made_by", Id),
    _some("made_at"),
    UniqueConstraint("book_no", "programme_id", "round"),
)

rule_draft = _table(
    "rule_draft",
    _key("call_id", Id),
    _key("version"),
    _some("rule", Words),
    _some("rule_hash", Bytes),
    _some("proposed_by", Id),
    _some("proposed_at"),
)

application = _table(
    "application",
    _key("application_id", Id),
    _some("call_id", Id),
    _some("family_id", Id),
    _some("code", Words),
    _maybe("household", Bytes),
    _some("received_at"),
    _some("version"),
    _some("digest", Bytes),
    _some("status", Words),
    UniqueConstraint("call_id", "family_id"),
    UniqueConstraint("call_id", "code"),
    UniqueConstraint("call_id", "household"),
    Index(None, "family_id"),
    CheckConstraint("status IN ('complete', 'incomplete', 'withdrawn')", name="status"),
)

application_step = _table(
    "application_step",
    _key("application_id", Id),
    _key("step"),
    _some("what", Words),
    _some("at"),
    _some("by_person", Id),
    CheckConstraint(
        "what IN ('received', 'corrected', 'asked', 'completed', 'withdrawn')", name="what"
    ),
)

ranking = _table(
    "ranking",
    _key("ranking_id", Id),
    _some("call_id", Id),
    _some("version"),
    _some("inputs_hash", Bytes),
    _some("lines_hash", Bytes),
    _some("budget_cents"),
    _some("total_cents"),
    _some("wanted_cents"),
    _some("prepared_by", Id),
    _some("prepared_at"),
    Index(None, "call_id"),
)

ranking_row = _table(
    "ranking_row",
    _key("ranking_id", Id),
    _key("application_id", Id),
    _some("line_no"),
    _some("place"),
    _some("outcome", Words),
    _some("reason", Words),
    _some("due_cents"),
    _some("amount_cents"),
    CheckConstraint("outcome IN ('awarded', 'waiting', 'excluded')", name="outcome"),
    CheckConstraint("amount_cents >= 0 AND amount_cents <= due_cents", name="amount"),
)

# What other comuni gave: practices and figures, each a signed file's body; the programme or call
# that was made of one; and the texts of a call's letters, which are kept for the next letter.

practice = _table(
    "practice",
    _key("practice_id", Id),
    _some("book_no"),
    _some("kind", Words),
    _some("vkey", Words),
    _some("trust", Words),
    _some("file_hash", Bytes),
    _some("body", Words),
    _some("taken_by", Id),
    _some("taken_at"),
    UniqueConstraint("book_no", "file_hash"),
    CheckConstraint("kind IN ('practice', 'figures')", name="kind"),
    CheckConstraint("trust IN ('verified', 'unknown')", name="trust"),
)

practice_use = _table(
    "practice_use",
    _key("subject", Id),
    _some("practice_id", Id),
    _some("used_at"),
    Index(None, "practice_id"),
)

call_text = _table(
    "call_text",
    _key("call_id", Id),
    _key("name", Words),
    _some("text", Words),
    _some("written_by", Id),
    _some("written_at"),
)

# Who would be erased, by random ids alone: what one officer proposed, what is still to do of it.

retention_list = _table(
    "retention_list",
    _key("list_id", Id),
    _some("book_no"),
    _some("as_of", Words),
    _some("content_hash", Bytes),
    _some("people"),
    _some("applications"),
    _some("proposed_by", Id),
    _some("proposed_at"),
    Index(None, "book_no", "proposed_at"),
)

retention_item = _table(
    "retention_item",
    _key("list_id", Id),
    _key("kind", Words),
    _key("subject", Id),
    CheckConstraint("kind IN ('person', 'application')", name="kind"),
)

# Fees for services: each version is one text, in force once another person has signed it. Then how
# benefits are told to the SIUSS (what the comune typed, by name), and who took such a file away.

tariff_version = _table(
    "tariff_version",
    _key("tariff_id", Id),
    _key("version"),
    _some("book_no"),
    _some("text", Words),
    _some("text_hash", Bytes),
    _some("proposed_by", Id),
    _some("proposed_at"),
    _maybe("approved_by", Id),
    _maybe("approved_at"),
    Index(None, "book_no"),
    CheckConstraint("proposed_by <> approved_by", name="four_eyes"),
)

siuss_word = _table(
    "siuss_word",
    _key("book_no"),
    _key("name", Words),
    _some("text", Words),
    _some("written_by", Id),
    _some("written_at"),
)

siuss_file = _table(
    "siuss_file",
    _key("book_no"),
    _key("made_at"),
    _some("made_by", Id),
    _some("first_day", Words),
    _some("last_day", Words),
    _some("row_count"),
    _some("file_hash", Bytes),
)

# Offline: the devices whose keys sign, what the server granted each for a day, and all that they
# accepted, kept for good, also what was disputed. Not money: the book's entries are.

device = _table(
    "device",
    _key("device_id", Id),
    _some("shop_id", Id),
    _some("till_id", Id),
    _some("device_no"),
    _some("public", Bytes),
    _some("status", Words),
    _some("made_at"),
    _some("uploads"),
    _maybe("challenged_at"),  # When the last challenge was asked that it opened a session with.
    UniqueConstraint("shop_id", "device_no"),
    UniqueConstraint("public"),
    Index(None, "till_id"),
    CheckConstraint("status IN ('waiting', 'active', 'frozen', 'revoked')", name="status"),
)

offline_grant = _table(
    "offline_grant",
    _key("grant_id", Id),
    _some("book_no"),
    _some("shop_id", Id),
    _some("device_id", Id),
    _some("granted_at"),
    _some("share_cents"),
    _some("taken_cents"),
    Index(None, "book_no", "granted_at"),
    Index(None, "device_id", "granted_at"),
    CheckConstraint("taken_cents >= 0 AND taken_cents <= share_cents", name="share"),
)

phone = _table(
    "phone",
    _key("phone_id", Id),
    _some("book_no"),
    _some("family_id", Id),
    _some("number"),
    _some("public", Bytes),
    _some("status", Words),
    _some("made_at"),
    UniqueConstraint("public"),
    Index(None, "book_no", "family_id"),
    CheckConstraint("status IN ('active', 'revoked')", name="status"),
)
phone_credential = _table(
    "phone_credential",
    _key("credential_id", Id),
    _some("phone_id", Id),
    _some("book_no"),
    _some("programme_no"),
    _maybe("voucher_id", Id),
    _some("max_cents"),
    _some("reserve_cents"),
    _some("pin_over_cents"),
    _some("issued_at"),
    _some("expires_at"),
    Index(None, "phone_id", "expires_at"),
    Index(None, "book_no", "voucher_id"),
    CheckConstraint("max_cents > 0 AND reserve_cents >= 0", name="amounts"),
)
acceptance = _table(
    "acceptance",
    _key("acceptance_hash", Bytes),
    _some("device_id", Id),
    _some("seq"),
    _some("rid", Id),
    _some("book_no"),
    _maybe("credential_id", Id),
    _some("code", Bytes),
    _some("amount_cents"),
    _some("server_time"),
    _some("received_at"),
    _some("why", Words),
    _some("outcome", Words),
    _some("loss_cents"),
    _some("raw", Bytes),
    _maybe("doubled"),  # 1: its code or its number had been shown before.
    Index(None, "device_id", "seq"),
    Index(None, "book_no", "outcome"),
    CheckConstraint(
        "outcome IN ('waiting', 'booked', 'posted', 'posted_with_loss', 'disputed')",
        name="outcome",
    ),
    CheckConstraint("amount_cents > 0 AND loss_cents >= 0", name="amounts"),
)

offline_stop = _table(
    "offline_stop",
    _key("book_no"),
    _key("shop_id", Id),
    _some("since"),
    _some("acceptance_hash", Bytes),
    _maybe("lifted_by", Id),
    _maybe("lifted_at"),
)
