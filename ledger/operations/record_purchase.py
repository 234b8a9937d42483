"""Family Pay: a family shows its code and pays with ordinary money; the shop owes its discount.

No money of ours moves at the till, so nothing can be lost by asking twice or late. Also the way
back: goods returned. Not here: a debt given up (`move_by_two`). Source: design 4.2;
docs/CIRCUIT.md.
"""

from dataclasses import dataclass
from uuid import UUID

from ledger.core.canonical import Json
from ledger.core.chart import CIRCUIT_BOOK, AccountKind, EntryKind
from ledger.core.circuit.accounts import opening
from ledger.core.circuit.purchases import (
    Purchase,
    Share,
    purchase_items,
    return_items,
)
from ledger.core.circuit.split import Split, price_cut, split
from ledger.core.codes import Code
from ledger.core.credentials import Credential
from ledger.core.decisions import Decision
from ledger.core.ids import RequestId
from ledger.core.programmes import day_of
from ledger.core.quantities import Amount, Instant
from ledger.core.redemption import Shop
from ledger.core.requests import Request
from ledger.store.book import Book, Ledger
from ledger.store.openings import open_missing
from ledger.store.registers.circuit import (
    Discount,
    PurchaseRow,
    RuleVersion,
    discount_on,
    read_purchase,
    rules_on,
)
from ledger.store.registers.till_reads import credential_by_id, decided_by, shop_of_till


@dataclass(frozen=True, slots=True)
class Terms:
    """By what a purchase of a day is split at a shop."""

    rules: RuleVersion
    discount: Discount

    def split(self, receipt_cents: Amount) -> Split:
        """The shares of a receipt. Errors: `NoSplit`."""
        return split(receipt_cents, self.discount.points, self.rules.rules.fund_points)


def terms_at(ledger: Ledger, shop_id: UUID, *, now: Instant) -> Terms | None:
    """What a shop gives today; None: it has no agreement, or there is no circuit."""
    book_no = circuit_no(ledger)
    if book_no is None:
        return None
    day = day_of(now).isoformat()
    with ledger.reading() as db:
        rules = rules_on(db, book_no, day)
        discount = discount_on(db, book_no, shop_id, day)
    return None if rules is None or discount is None else Terms(rules, discount)


def circuit_no(ledger: Ledger) -> int | None:
    """The number of the circuit's book; None: it was not founded."""
    try:
        return ledger.book(CIRCUIT_BOOK).book_no
    except LookupError:
        return None


def record_purchase(ledger: Ledger, asked: Purchase, *, key: RequestId, now: Instant) -> Decision:
    """Note a purchase with discount, by the rules and the agreement of its day.

    Its day is the till's, where it says when it was: a clock that is ahead counts as now, and how
    late a purchase may come is the caller's (`is_late`). Safe to retry: same key and words, same
    decision. A no is a decision: `no_discount`, `credential_inactive`, `shop_suspended`.
    Errors: `LookupError` for an unknown till or credential, or where there is no circuit;
    `NoSplit` for what is no receipt.
    """
    book = ledger.book(CIRCUIT_BOOK)
    credential = credential_by_id(ledger.quick, asked.credential_id)
    shop = shop_of_till(ledger.quick, asked.till_id)
    if credential is None or shop is None:
        raise LookupError(asked.credential_id)
    at = now if asked.bought_at is None else min(asked.bought_at, now)
    terms = terms_at(ledger, shop.id, now=at)
    refusal = _refusal(credential, shop, terms)
    request = _request(asked, key, at)
    if refusal is None:
        assert terms is not None
        request = _planned(book, request, asked, terms, (shop.id, credential.target_id))
    else:
        request = Request(
            request.id, request.kind, (), request.actor, at, request.asked,
            refuse=refusal, scope=asked.till_id,
        )  # fmt: skip
    [decision] = book.submit([request])
    return decision


def record_order(
    ledger: Ledger,
    till_id: UUID,
    credential_id: UUID,
    list_cents: Amount,
    *,
    key: RequestId,
    now: Instant,
) -> Decision:
    """Note an order of a buying group at its list price (cents), less the cut of the rules.

    The cut is the family's at once, and stands in the book's words; what is owed for the rest
    follows from the group's agreement, as of any purchase. Safe to retry. Errors: as above.
    """
    shop = shop_of_till(ledger.quick, till_id)
    terms = None if shop is None else terms_at(ledger, shop.id, now=now)
    points = 0 if terms is None else terms.rules.rules.group_points
    receipt = list_cents - price_cut(list_cents, points)
    asked = Purchase(till_id, credential_id, receipt, list_cents=list_cents)
    return record_purchase(ledger, asked, key=key, now=now)


def _refusal(credential: Credential, shop: Shop, terms: Terms | None) -> Code | None:
    if not credential.is_active or credential.kind == "slip":
        return Code.CREDENTIAL_INACTIVE
    if shop.status != "active":
        return Code.SHOP_SUSPENDED
    return Code.NO_DISCOUNT if terms is None else None


def _request(asked: Purchase, key: RequestId, now: Instant) -> Request:
    return Request(
        id=key,
        kind=EntryKind.PURCHASE,
        actor=f"till:{asked.till_id.hex}",
        occurred_at=now,
        asked=asked.words(),
        scope=asked.till_id,
    )


def _planned(
    book: Book, request: Request, asked: Purchase, terms: Terms, who: tuple[UUID, UUID]
) -> Request:
    shop_id, family_id = who
    shares = terms.split(asked.receipt_cents)
    accounts = [
        opening(AccountKind.CONTRIBUTION_DUE, shop_id),
        opening(AccountKind.FUND_ACCRUED, shop_id),
        opening(AccountKind.FAMILY_BONUS_ACCRUED, family_id),
    ]
    open_missing(book, accounts, now=request.occurred_at)
    row = PurchaseRow(
        request.id, shop_id, family_id, asked.receipt_cents, terms.discount.points,
        terms.rules.version,
    )  # fmt: skip
    return Request(
        id=request.id,
        kind=request.kind,
        items=purchase_items(shop_id, family_id, shares),
        actor=request.actor,
        occurred_at=request.occurred_at,
        asked=request.asked,
        rows=(row.row(),),
        scope=request.scope,
    )


def purchase_of_key(ledger: Ledger, till_id: UUID, key: RequestId) -> Decision | None:
    """The decision that this till's key has as a purchase; None: it has none."""
    found = decided_by(ledger.quick, till_id, key)
    return found if found is not None and found.request.kind is EntryKind.PURCHASE else None


def return_goods(
    ledger: Ledger,
    purchase: RequestId,
    *,
    cents: Amount | None,
    till_id: UUID,
    key: RequestId,
    now: Instant,
) -> Decision:
    """Take the discount of returned goods back, so far as the shop has not paid it in yet.

    `cents`: of the discount, not of the receipt; None: all that is left, also nothing. Safe to
    retry. A no is a decision: `refund_exceeds`. Errors: `LookupError` for a purchase that this
    till's shop did not make.
    """
    book = ledger.book(CIRCUIT_BOOK)
    shop = shop_of_till(ledger.quick, till_id)
    one = _purchase(book, purchase)
    if shop is None or one.shop_id != shop.id:
        raise LookupError(purchase)
    asked: dict[str, Json] = {"purchase": one.purchase_id.hex}
    request = Request(
        id=key,
        kind=EntryKind.GOODS_RETURN,
        items=return_items(one.shop_id, _shares_of(book, one), cents),
        actor=f"till:{till_id.hex}",
        occurred_at=now,
        asked=asked if cents is None else asked | {"cents": cents},
    )
    [decision] = book.submit([request])
    return decision


def _purchase(book: Book, purchase: RequestId) -> PurchaseRow:
    with book.ledger.reading() as db:
        one = read_purchase(db, book.book_no, purchase)
    if one is None:
        raise LookupError(purchase)
    return one


def _shares_of(book: Book, one: PurchaseRow) -> tuple[Share, ...]:
    """Both shares of a purchase, whatever is left of them: what is, the book knows."""
    decision = book.decision(RequestId(one.purchase_id))
    assert decision is not None
    kinds = {
        opening(AccountKind.FUND_ACCRUED, one.shop_id).id: AccountKind.FUND_ACCRUED,
        opening(AccountKind.FAMILY_BONUS_ACCRUED, one.family_id).id: (
            AccountKind.FAMILY_BONUS_ACCRUED
        ),
    }
    owners = {AccountKind.FUND_ACCRUED: one.shop_id}
    return tuple(
        Share(move.seq, kinds[move.credit], owners.get(kinds[move.credit], one.family_id),
              move.amount)
        for move in decision.transfers
    )  # fmt: skip
