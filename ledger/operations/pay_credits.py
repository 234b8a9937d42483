"""Credits paid on among families, shops and associations; each wallet up to its computed cap.

A credit is covered by a euro and is no voucher: it goes from wallet to wallet of the circuit alone.
PIN and token were checked before. Not here: conversion. Source: design 4.2; docs/CIRCUIT.md.
"""

from dataclasses import replace
from uuid import UUID

from ledger.core.chart import CIRCUIT_BOOK, AccountKind, EntryKind
from ledger.core.circuit.accounts import opening
from ledger.core.circuit.credits import CreditSale, Holder, pay_items
from ledger.core.circuit.rules import Role
from ledger.core.codes import Code
from ledger.core.credentials import Credential
from ledger.core.decisions import Decision
from ledger.core.ids import RequestId
from ledger.core.programmes import day_of
from ledger.core.quantities import Amount, Instant
from ledger.core.requests import Request
from ledger.store.book import Book, Ledger
from ledger.store.network.associations import ACTIVE, read_associations
from ledger.store.network.shops import read_shop
from ledger.store.openings import open_missing
from ledger.store.registers.circuit import cap_of, rules_on
from ledger.store.registers.till_reads import credential_by_id, decided_by, shop_of_till


def sell_for_credits(
    ledger: Ledger, asked: CreditSale, *, key: RequestId, now: Instant
) -> Decision:
    """Pay a shop in credits from a family's wallet. Safe to retry: same key, same decision.

    A no is a decision: `insufficient_funds`, `ceiling_reached` (the shop holds as many as it can
    pass on), `credential_inactive`, `shop_suspended`, `over_limit`. Errors: `LookupError` for an
    unknown till or credential, or where there is no circuit or no rules.
    """
    book = ledger.book(CIRCUIT_BOOK)
    credential = credential_by_id(ledger.quick, asked.credential_id)
    shop = shop_of_till(ledger.quick, asked.till_id)
    if credential is None or shop is None:
        raise LookupError(asked.credential_id)
    refusal = None
    if not credential.is_active or credential.kind == "slip":
        refusal = Code.CREDENTIAL_INACTIVE
    elif shop.status != "active":
        refusal = Code.SHOP_SUSPENDED
    elif asked.amount_cents > credential.max_cents:
        refusal = Code.OVER_LIMIT
    giver = Holder(Role.FAMILY, credential.target_id)
    request = Request(
        id=key,
        kind=EntryKind.CREDIT_PAYMENT,
        actor=f"till:{asked.till_id.hex}",
        occurred_at=now,
        asked=asked.words(),
        refuse=refusal,
        scope=asked.till_id,
    )
    return _pay(book, request, giver, Holder(Role.SHOP, shop.id), asked.amount_cents)


def pay_on(
    ledger: Ledger, till_id: UUID, receiver: Holder, cents: Amount, *, key: RequestId, now: Instant
) -> Decision:
    """Pay from a shop to another, to a family (its change), an association or the circuit.

    Safe to retry. A no is a decision, as above (`not_admitted`: an association that may not act
    now). Errors: `LookupError` for an unknown till, shop or association, or
    where there is no circuit or no rules.
    """
    book = ledger.book(CIRCUIT_BOOK)
    shop = shop_of_till(ledger.quick, till_id)
    if shop is None:
        raise LookupError(till_id)
    owner = "association" if receiver.owner is None else receiver.owner.hex
    request = Request(
        id=key,
        kind=EntryKind.CREDIT_PAYMENT,
        actor=f"till:{till_id.hex}",
        occurred_at=now,
        asked={"till": till_id.hex, "to": owner, "amount": cents},
        refuse=Code.SHOP_SUSPENDED if shop.status != "active" else _not_active(ledger, receiver),
        scope=till_id,
    )
    return _pay(book, request, Holder(Role.SHOP, shop.id), receiver, cents)


def pay_by_hand(
    ledger: Ledger,
    credential: Credential,
    receiver: Holder,
    cents: Amount,
    *,
    key: RequestId,
    now: Instant,
) -> Decision:
    """A family pays a shop, or gives to an association, from its own page; safe to retry.

    Its PIN was checked. A no is a decision, as above (`not_admitted`: an association that may not
    act now). Errors: `LookupError` for an unknown receiver, or where there is no circuit or rules.
    """
    family_id = credential.target_id
    return _pay_members(
        ledger, Holder(Role.FAMILY, family_id), receiver, cents,
        actor=f"family:{family_id.hex}", key=key, now=now,
    )  # fmt: skip


def pay_as_association(
    ledger: Ledger,
    association_id: UUID,
    shop_id: UUID,
    cents: Amount,
    *,
    officer_id: UUID,
    key: RequestId,
    now: Instant,
) -> Decision:
    """An association pays a shop with credits it was given; safe to retry.

    A no is a decision, as above. Errors: as above.
    """
    return _pay_members(
        ledger, Holder(Role.ASSOCIATION, association_id), Holder(Role.SHOP, shop_id), cents,
        actor=f"officer:{officer_id.hex}", key=key, now=now,
    )  # fmt: skip


def _pay_members(
    ledger: Ledger,
    giver: Holder,
    receiver: Holder,
    cents: Amount,
    *,
    actor: str,
    key: RequestId,
    now: Instant,
) -> Decision:
    """Pay from a page of the giver's own, where a shop or an association receives."""
    assert giver.owner is not None
    assert receiver.owner is not None
    refusal = _not_active(ledger, receiver)
    asked: dict[str, str | int] = {
        giver.role.value: giver.owner.hex, "to": receiver.owner.hex, "amount": cents,
    }  # fmt: skip
    request = Request(
        id=key,
        kind=EntryKind.CREDIT_PAYMENT,
        actor=actor,
        occurred_at=now,
        asked=asked,
        refuse=refusal,
    )
    return _pay(ledger.book(CIRCUIT_BOOK), request, giver, receiver, cents)


def _not_active(ledger: Ledger, receiver: Holder) -> Code | None:
    """Why it may not receive now; the circuit itself and a family always may.

    Errors: `LookupError` for an unknown shop or association.
    """
    if receiver.owner is None or receiver.role is Role.FAMILY:
        return None
    with ledger.reading() as db:
        if receiver.role is Role.SHOP:
            shop = read_shop(db, receiver.owner)
            if shop is None:
                raise LookupError(receiver.owner)
            return None if shop.status == "active" else Code.SHOP_SUSPENDED
        known = {one.association_id: one for one in read_associations(db)}
    return None if known[receiver.owner].status == ACTIVE else Code.NOT_ADMITTED


def _pay(book: Book, request: Request, giver: Holder, receiver: Holder, cents: Amount) -> Decision:
    now = request.occurred_at
    with book.ledger.reading() as db:
        rules = rules_on(db, book.book_no, day_of(now).isoformat())
        if rules is None:
            raise LookupError("rules")
        cap = cap_of(db, book.book_no, receiver, rules.rules, now=now)
    if request.refuse is None:
        wallets = [opening(AccountKind.WALLET, one.owner) for one in (giver, receiver)]
        open_missing(book, wallets, now=now)
        request = replace(request, items=pay_items(giver, receiver, cents, cap=cap))
    [decision] = book.submit([request])
    return decision


def sale_of_key(ledger: Ledger, till_id: UUID, key: RequestId) -> Decision | None:
    """The decision that this till's key has as a payment in credits; None: it has none."""
    found = decided_by(ledger.quick, till_id, key)
    is_sale = found is not None and found.request.kind is EntryKind.CREDIT_PAYMENT
    return found if is_sale else None
