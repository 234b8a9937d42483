"""Pay a shop from what one credential opens; and look before taking, which consumes nothing.

Token and PIN were checked before and are no part of this. Not here: the taking (`apply`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from ledger.core.chart import AccountKind, EntryKind
from ledger.core.codes import Code
from ledger.core.credentials import Credential
from ledger.core.decisions import Decision
from ledger.core.ids import RequestId
from ledger.core.items import OpenAccount
from ledger.core.quantities import MAX_AMOUNT, Amount, Instant
from ledger.core.redemption import (
    Facts,
    Redemption,
    Shop,
    first_refusal,
    plan_redemption,
)
from ledger.core.requests import Request
from ledger.core.till_rules import GOODS
from ledger.core.vouchers import Voucher, payable_account
from ledger.store.book import Book, Ledger
from ledger.store.openings import open_missing
from ledger.store.registers.books import book_of_key
from ledger.store.registers.till_reads import (
    counted_by,
    credential_by_id,
    decided_by,
    shop_of_till,
    usable_by,
)
from ledger.token.payloads import reference_of


@dataclass(frozen=True, slots=True)
class Basket:
    """What a till knows of a sale when it looks: the bill (cents), and goods it has none of.

    None: not known yet, so that a look tells what could be taken at most, and what is asked for.
    """

    bill_cents: Amount | None = None
    declared: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Spendable:
    """What one voucher could give to a sale now, and what that is worth with what a shop adds."""

    voucher: Voucher
    cents: Amount

    @property
    def worth_cents(self) -> Amount:
        """What the family gets for it."""
        return self.voucher.rules.worth(self.cents)


@dataclass(frozen=True, slots=True)
class Look:
    """What this shop could take now; `refusal` says why nothing can be. Cents.

    `wants_bill`: a rule allows a share of the bill. `excluded`: goods to be declared absent.
    """

    spendable_cents: Amount
    parts: tuple[Spendable, ...]
    refusal: Code | None
    wants_bill: bool = False
    excluded: tuple[str, ...] = ()


def redeem(ledger: Ledger, asked: Redemption, *, key: RequestId, now: Instant) -> Decision:
    """Pay a shop from the vouchers behind one credential.

    Safe to retry: same `key` and words, same decision, even if the first try emptied the voucher.
    Units: euro cents. Errors: a no is a decision (bad token and PIN came before, and are none);
    `LookupError` for an unknown till or credential; what `Book.submit` raises. Source: design 6.
    """
    book, request = _prepare(ledger, asked, key, now)
    [decision] = book.submit([request])
    return decision


def redeem_many(
    ledger: Ledger, asked: Sequence[tuple[Redemption, RequestId]], *, now: Instant
) -> list[Decision]:
    """Redeem many at once, each with its key; the decisions in the same order.

    One family twice in a list is planned on what was there before either; the taking is exact.
    """
    prepared = [_prepare(ledger, one, key, now) for one, key in asked]
    decided: dict[RequestId, Decision] = {}
    for name in {book.name for book, _request in prepared}:
        requests = [request for book, request in prepared if book.name == name]
        decided |= {one.request.id: one for one in ledger.book(name).submit(requests)}
    return [decided[key] for _one, key in asked]


async def aredeem(ledger: Ledger, asked: Redemption, *, key: RequestId, now: Instant) -> Decision:
    """The awaitable twin of `redeem`: it reads in the caller's loop and awaits the writer."""
    book, request = _prepare(ledger, asked, key, now)
    [decision] = await book.asubmit([request])
    return decision


def answered(ledger: Ledger, asked: Redemption, *, key: RequestId) -> Decision | None:
    """The decision that this till's key already has, in whatever book; None: it is unknown.

    Looked up before the PIN, so that a retry burns no try. Source: design 6.
    """
    earlier = decided_by(ledger.quick, asked.till_id, key)
    if earlier is None:
        return None
    return earlier.again(Request(id=key, kind=EntryKind.REDEMPTION, asked=asked.words()))


def is_decided(ledger: Ledger, till_id: UUID, key: RequestId) -> bool:
    """Whether this till's key was decided, whatever was asked with it."""
    return decided_by(ledger.quick, till_id, key) is not None


def reference_in(decision: Decision) -> bytes:
    """What a receipt calls the code that a sale was asked with, online or not."""
    asked = decision.request.asked or {}
    told = asked.get("credential")
    if told is not None:
        return reference_of(UUID(str(told)).bytes)
    return bytes.fromhex(str(asked["code"]))


def book_of_redemption(ledger: Ledger, till_id: UUID, key: RequestId) -> Book:
    """The book in which this till's key was decided. Errors: `LookupError`: in none."""
    book = book_of_key(ledger, till_id, key)
    if book is None:
        raise LookupError(key)
    return book


def _prepare(
    ledger: Ledger, asked: Redemption, key: RequestId, now: Instant
) -> tuple[Book, Request]:
    facts = gather_redemption(ledger, asked.till_id, asked.credential_id, now=now)
    book = ledger.book_numbered(facts.credential.book_no)
    open_missing(book, [*_payables(facts, now), *_caps(facts, now)], now=now)
    return book, plan_redemption(facts, asked, key=key, now=now)


def gather_redemption(ledger: Ledger, till_id: UUID, credential_id: UUID, *, now: Instant) -> Facts:
    """Read what a redemption is planned on. Errors: `LookupError`."""
    credential = credential_by_id(ledger.quick, credential_id)
    shop = shop_of_till(ledger.quick, till_id)
    if credential is None or shop is None:
        raise LookupError(credential_id)
    vouchers = usable_by(ledger.quick, credential)
    caps = {cap.account for voucher in vouchers for cap in voucher.caps(now)}
    used = counted_by(ledger.quick, credential.book_no, caps) if caps else {}
    return Facts(credential, shop, vouchers, used)


def _payables(facts: Facts, now: Instant) -> list[OpenAccount]:
    return [_payable(one, facts.shop) for one in facts.usable(now)]


def _caps(facts: Facts, now: Instant) -> list[OpenAccount]:
    """The caps of this day and week that nobody has opened yet, and their other sides."""
    caps = {cap.account: cap for voucher in facts.usable(now) for cap in voucher.caps(now)}
    missing = [cap for account, cap in caps.items() if account not in facts.used]
    return [account for cap in missing for account in cap.openings()]


def _payable(one: Voucher, shop: Shop) -> OpenAccount:
    account = payable_account(one.programme_id, shop.id)
    return OpenAccount(account, one.unit, AccountKind.SHOP_PAYABLE, owner=shop.id)


def look(
    ledger: Ledger, till_id: UUID, credential: Credential, basket: Basket, *, now: Instant
) -> Look:
    """What this till's shop could take now: consumes nothing, decides nothing.

    Errors: `LookupError` for an unknown till.
    """
    facts = gather_redemption(ledger, till_id, credential.id, now=now)
    declared = GOODS if basket.declared is None else basket.declared
    bill = basket.bill_cents or MAX_AMOUNT
    least = Redemption(till_id, credential.id, 1, bill, declared=declared)
    refusal = first_refusal(facts, least, now=now)
    if refusal is not None:
        return Look(0, (), refusal)
    found = facts.allot(replace(least, amount_cents=facts.credential.max_cents), now)
    unasked = replace(least, amount_cents=MAX_AMOUNT, bill_cents=MAX_AMOUNT, declared=GOODS)
    every = facts.allot(unasked, now).shares
    rules = [one.voucher.rules for one in every if one.voucher.available > 0]
    return Look(
        found.cents,
        tuple(Spendable(one.voucher, one.cents) for one in found.shares if one.cents > 0),
        None,
        wants_bill=any(one.bill_share for one in rules),
        excluded=tuple(sorted({goods for one in rules for goods in one.excluded})),
    )
