"""What a till's request reads on its way to the book, a statement each (`ledger.store.quick`)."""

from collections.abc import Collection
from dataclasses import replace
from hashlib import sha256
from typing import Any
from uuid import UUID

from ledger.core.credentials import Credential
from ledger.core.decisions import Decision
from ledger.core.ids import AccountId, RequestId
from ledger.core.leaves import read_leaf
from ledger.core.quantities import Amount, Instant
from ledger.core.redemption import Shop
from ledger.core.till_rules import NO_RULES, TillRules, read_rules
from ledger.core.vouchers import Voucher
from ledger.store.quick import QuickReader

SESSION = (
    "SELECT s.expires_at, s.seen_at, t.till_id, t.status, h.shop_id, t.label FROM session s"
    " JOIN till t ON t.till_id = s.subject_id JOIN shop h ON h.shop_id = t.shop_id"
    " WHERE s.token_hash = ? AND s.kind = 'till'"
)
TILL_SHOP = (
    "SELECT h.shop_id, h.shop_no, h.name, h.category, h.status FROM till t"
    " JOIN shop h ON h.shop_id = t.shop_id WHERE t.till_id = ?"
)
CREDENTIAL = (
    "SELECT credential_id, kind, book_no, target_id, status, max_cents, issued_at, expires_at,"
    " tries FROM credential WHERE "
)
ROUTED = (
    "SELECT d.leaf FROM key_route k JOIN decision d ON d.book_no = k.book_no"
    " AND d.log_index = k.log_index WHERE k.scope = ? AND k.request_id = ?"
)
VOUCHERS = (
    "SELECT v.voucher_id, v.kind, v.family_id, v.programme_id, a.unit, v.fund, p.title,"
    " v.face_cents, a.credits_posted - a.debits_posted - a.debits_pending, v.starts_at,"
    " v.ends_at, p.categories, v.categories, a.closed, p.rules, a.debits_posted, v.earned_at,"
    " CASE WHEN p.rules = '{}' THEN 0 ELSE (SELECT d.recorded_at FROM decision d"
    " WHERE d.book_no = v.book_no AND d.log_index = v.log_index) END FROM voucher v"
    " JOIN account a ON a.book_no = v.book_no AND a.account_id = v.voucher_id"
    " JOIN programme_version p ON p.book_no = v.book_no AND p.programme_id = v.programme_id"
    " AND p.version = (SELECT MAX(w.version) FROM programme_version w"
    " WHERE w.book_no = v.book_no AND w.programme_id = v.programme_id"
    " AND w.log_index < v.log_index) WHERE v.book_no = ?"  # The version it was issued under.
)
OF_FAMILY = VOUCHERS + " AND v.family_id = ? AND v.kind = 'voucher'"
OF_SLIP = VOUCHERS + " AND v.voucher_id = ?"
RULES = (
    "SELECT p.rules FROM voucher v JOIN programme_version p ON p.book_no = v.book_no"
    " AND p.programme_id = v.programme_id AND p.version = (SELECT MAX(w.version)"
    " FROM programme_version w WHERE w.book_no = v.book_no AND w.programme_id = v.programme_id"
    " AND w.log_index < v.log_index) WHERE v.book_no = ? AND v.voucher_id = ?"
)
BEGUN_AT = (
    "SELECT DISTINCT a.owner FROM transfer t"
    " JOIN account a ON a.book_no = t.book_no AND a.account_id = t.credit"
    " LEFT JOIN chain c ON c.book_no = t.book_no AND c.seq = t.seq"
    " WHERE t.book_no = ? AND t.debit = ? AND a.kind = 'shop_payable'"
    " AND (c.undone IS NULL OR c.undone < c.amount)"  # A sale undone in full binds nobody.
)

COUNTED = "SELECT account_id, credits_posted - debits_posted FROM account WHERE book_no = ?"


def till_session(
    quick: QuickReader, token: str
) -> tuple[Instant, Instant, UUID, str, UUID, str] | None:
    """End, last use, till, its status, shop and label of a session's token; None: unknown."""
    rows = quick.rows(SESSION, (sha256(token.encode()).digest(),))
    for expires_at, seen_at, till, status, shop, label in rows:
        return expires_at, seen_at, quick.id(till), status, quick.id(shop), label
    return None


def shop_of_till(quick: QuickReader, till_id: UUID) -> Shop | None:
    """The shop of a till, as a redemption sees it."""
    for shop, *rest in quick.rows(TILL_SHOP, (till_id,)):
        return Shop(quick.id(shop), *rest)
    return None


def credential_by_id(quick: QuickReader, credential_id: UUID) -> Credential | None:
    """The credential that a token names."""
    return _credential(quick, quick.rows(CREDENTIAL + "credential_id = ?", (credential_id,)))


def credential_by_code(quick: QuickReader, code_hmac: bytes) -> Credential | None:
    """The credential of a typed code's keyed hash."""
    return _credential(quick, quick.rows(CREDENTIAL + "code_hmac = ?", (code_hmac,)))


def _credential(quick: QuickReader, rows: list[tuple[Any, ...]]) -> Credential | None:
    for credential_id, kind, book_no, target, *rest in rows:
        return Credential(quick.id(credential_id), kind, book_no, quick.id(target), *rest)
    return None


def usable_by(quick: QuickReader, credential: Credential) -> tuple[Voucher, ...]:
    """The vouchers behind a credential: a family's, or the one slip."""
    statement = OF_FAMILY if credential.kind == "family" else OF_SLIP
    rows = quick.rows(statement, (credential.book_no, credential.target_id))
    found = (_voucher(quick, row) for row in rows)
    return tuple(_begun(quick, credential.book_no, one) for one in found)


def _voucher(quick: QuickReader, row: tuple[Any, ...]) -> Voucher:
    voucher, kind, family, programme, unit, fund, title, face, left, *rest = row
    starts_at, ends_at, categories, own_categories, closed, rules, spent, earned, issued_at = rest
    read = quick.id
    return Voucher(
        AccountId(read(voucher)), kind, read(family), read(programme), unit,
        AccountId(read(fund)), title, face, left, starts_at, ends_at, categories,
        own_categories, bool(closed), read_rules(rules), issued_at, spent > 0,
        None if earned is None else read(earned),
    )  # fmt: skip


def _begun(quick: QuickReader, book_no: int, one: Voucher) -> Voucher:
    """The same, with the shops where it was begun, where a rule asks for them."""
    if not (one.rules.same_shop and one.used):
        return one
    shops = quick.rows(BEGUN_AT, (book_no, one.id))
    return replace(one, begun_at=frozenset(quick.id(shop) for (shop,) in shops))


def counted_by(
    quick: QuickReader, book_no: int, caps: Collection[AccountId]
) -> dict[AccountId, Amount]:
    """What each of these caps has counted, in cents; one that is not open yet is left out."""
    marks = ", ".join("?" * len(caps))
    rows = quick.rows(f"{COUNTED} AND account_id IN ({marks})", (book_no, *caps))
    return {AccountId(quick.id(account)): counted for account, counted in rows}


def rules_of(quick: QuickReader, book_no: int, voucher_id: UUID) -> TillRules:
    """The rules under which a voucher was issued; none for what is no voucher."""
    for (rules,) in quick.rows(RULES, (book_no, voucher_id)):
        return read_rules(rules)
    return NO_RULES


def decided_by(quick: QuickReader, scope: UUID, key: RequestId) -> Decision | None:
    """What a till's key was decided as, in whatever book."""
    for (leaf,) in quick.rows(ROUTED, (scope, key)):
        return read_leaf(bytes(leaf))
    return None
