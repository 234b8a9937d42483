"""What a till's request reads on its way to the book, a statement each (`ledger.store.quick`)."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any
from uuid import UUID

from ledger.core.credentials import Credential, OnPhone
from ledger.core.decisions import Decision
from ledger.core.ids import AccountId, RequestId
from ledger.core.leaves import read_leaf
from ledger.core.quantities import Amount, Instant
from ledger.core.redemption import Shop
from ledger.core.till_rules import NO_RULES, TillRules, read_rules
from ledger.core.vouchers import Voucher
from ledger.store.network.operators import TillAtWork
from ledger.store.quick import QuickReader

SESSION = (
    "SELECT s.expires_at, s.seen_at, t.till_id, t.shop_id, t.label, t.status, d.status,"
    " s.device_id, o.operator_id, o.rights, (SELECT COUNT(*) FROM till_operator p"
    " WHERE p.shop_id = t.shop_id AND p.status = 'active') FROM session s"
    " JOIN till t ON t.till_id = s.subject_id"
    " LEFT JOIN device d ON d.device_id = s.device_id"
    " LEFT JOIN till_operator o ON o.operator_id = s.operator_id AND o.status = 'active'"
    " AND o.shop_id = t.shop_id WHERE s.token_hash = ? AND s.kind = 'till'"
)
TILL_SHOP = (
    "SELECT h.shop_id, h.shop_no, h.name, h.category, h.status FROM till t"
    " JOIN shop h ON h.shop_id = t.shop_id WHERE t.till_id = ?"
)
CREDENTIAL = (
    "SELECT credential_id, kind, book_no, target_id, status, max_cents, issued_at, expires_at,"
    " tries FROM credential WHERE "
)
OF_CARD = (
    "SELECT c.credential_id, c.kind, c.book_no, c.target_id, c.status, c.max_cents, c.issued_at,"
    " c.expires_at, c.tries FROM health_card h JOIN credential c ON c.book_no = h.book_no"
    " AND c.target_id = h.family_id WHERE h.card_hmac = ? AND c.kind = 'family'"
    " AND c.status = 'active' ORDER BY h.created_at, c.credential_id"
)
ON_PHONE = (
    "SELECT r.credential_id, p.book_no, p.family_id, p.status, r.max_cents, r.issued_at,"
    " r.expires_at, p.phone_id, r.pin_over_cents, (SELECT c.credential_id FROM credential c"
    " WHERE c.book_no = p.book_no AND c.target_id = p.family_id AND c.kind = 'family'"
    " AND c.status = 'active' ORDER BY c.issued_at DESC LIMIT 1) FROM phone_credential r"
    " JOIN phone p ON p.phone_id = r.phone_id WHERE r.credential_id = ?"
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


def till_session(quick: QuickReader, token: str) -> tuple[Instant, Instant, TillAtWork] | None:
    """End and last use of a till's session, and who asks by it; None: unknown."""
    rows = quick.rows(SESSION, (sha256(token.encode()).digest(),))
    for expires_at, seen_at, till, shop, label, status, key_status, *rest in rows:
        device, operator, rights, operators = rest
        found = TillAtWork(
            quick.id(till), quick.id(shop), label,
            "revoked" if key_status == "revoked" else status,
            None if device is None else quick.id(device),
            None if operator is None else quick.id(operator), rights or "", operators > 0,
        )  # fmt: skip
        return expires_at, seen_at, found
    return None


def shop_of_till(quick: QuickReader, till_id: UUID) -> Shop | None:
    """The shop of a till, as a redemption sees it."""
    for shop, *rest in quick.rows(TILL_SHOP, (till_id,)):
        return Shop(quick.id(shop), *rest)
    return None


def credential_by_id(quick: QuickReader, credential_id: UUID) -> Credential | None:
    """The credential that a token names, on paper or on a phone."""
    rows = quick.rows(CREDENTIAL + "credential_id = ?", (credential_id,))
    return _credential(quick, rows) or _on_phone(quick, credential_id)


def _on_phone(quick: QuickReader, credential_id: UUID) -> Credential | None:
    for one, book_no, family, status, most, *rest in quick.rows(ON_PHONE, (credential_id,)):
        issued_at, expires_at, phone, pin_over, code = rest
        side = OnPhone(quick.id(phone), None if code is None else quick.id(code), pin_over)
        return Credential(
            quick.id(one), "phone", book_no, quick.id(family), status, most, issued_at,
            expires_at, 0, side,
        )  # fmt: skip
    return None


def credential_by_code(quick: QuickReader, code_hmac: bytes) -> Credential | None:
    """The credential of a typed code's keyed hash."""
    return _credential(quick, quick.rows(CREDENTIAL + "code_hmac = ?", (code_hmac,)))


def credentials_by_card(quick: QuickReader, card_hmac: bytes) -> tuple[Credential, ...]:
    """The active family codes behind a health card's keyed hash, in whatever book."""
    return tuple(_credentials(quick, quick.rows(OF_CARD, (card_hmac,))))


def _credential(quick: QuickReader, rows: list[tuple[Any, ...]]) -> Credential | None:
    return next(_credentials(quick, rows), None)


def _credentials(quick: QuickReader, rows: list[tuple[Any, ...]]) -> Iterator[Credential]:
    for credential_id, kind, book_no, target, *rest in rows:
        yield Credential(quick.id(credential_id), kind, book_no, quick.id(target), *rest)


def usable_by(quick: QuickReader, credential: Credential) -> tuple[Voucher, ...]:
    """The vouchers behind a credential: a family's, or the one slip."""
    statement = OF_SLIP if credential.kind == "slip" else OF_FAMILY
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
