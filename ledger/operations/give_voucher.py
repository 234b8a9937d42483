"""A family gives on what it does not use of a voucher (buono sospeso), where its source allows it.

It keeps its origin: source x gift. From there it becomes vouchers of the same programme by the
ordinary issue. Undone by `change_by_two`. Not here: the PIN (`sign_in`). Source: design 4.1.
"""

from dataclasses import dataclass
from uuid import UUID

from ledger.core.canonical import Json
from ledger.core.chart import AccountKind, EntryKind
from ledger.core.codes import Code
from ledger.core.credentials import Credential
from ledger.core.decisions import Decision
from ledger.core.gifts import gift_fund
from ledger.core.ids import AccountId, RequestId, derived_id
from ledger.core.items import OpenAccount, Transfer
from ledger.core.quantities import Amount, Instant
from ledger.core.requests import Request
from ledger.core.vouchers import Voucher
from ledger.store.book import Book, Ledger
from ledger.store.registers.programmes import Source, source_row, sources
from ledger.store.registers.vouchers import missing_accounts, voucher


@dataclass(frozen=True, slots=True)
class Gift:
    """So much (cents) of one voucher, given by the family of this credential."""

    voucher_id: UUID
    amount_cents: Amount

    def words(self, credential: Credential) -> dict[str, Json]:
        """What the same key is compared by."""
        return {
            "voucher": self.voucher_id.hex,
            "amount": self.amount_cents,
            "credential": credential.id.hex,
        }


def give_voucher(
    ledger: Ledger, asked: Gift, *, credential: Credential, key: RequestId, now: Instant
) -> Decision:
    """Put what a family gives into its source's gift fund; safe to retry.

    Errors: `LookupError` for a voucher that is not the family's own, or is a slip; a no is a
    decision (`gift_not_allowed`: the source's rule; `expired`; what the book says of the amount).
    """
    book = ledger.book_numbered(credential.book_no)
    with ledger.reading() as db:
        one = voucher(db, book.book_no, asked.voucher_id)
        if one is None or one.family_id != credential.target_id or one.kind != "voucher":
            raise LookupError(asked.voucher_id)
        known = {source.fund: source for source in sources(db, book.book_no, one.programme_id)}
    origin = known[one.fund]
    # What came from a gift fund goes back into it: its origin is the same.
    into = one.fund if _is_gift_fund(one.fund, known) else gift_fund(one.fund)
    refusal = _refusal(one, origin, credential, now)
    if refusal is None and into not in known:
        _open_gift_fund(book, one, origin, now)
    request = Request(
        id=key,
        kind=EntryKind.GIFT,
        items=(Transfer(one.id, into, asked.amount_cents, one.unit),),
        actor=f"credential:{credential.id.hex}",
        occurred_at=now,
        asked=asked.words(credential),
        refuse=refusal,
    )
    [decision] = book.submit([request])
    return decision


def _is_gift_fund(fund: AccountId, known: dict[AccountId, Source]) -> bool:
    return any(gift_fund(one) == fund for one in known)


def _refusal(one: Voucher, origin: Source, credential: Credential, now: Instant) -> Code | None:
    if not credential.is_active:
        return Code.CREDENTIAL_INACTIVE
    if not origin.gift_allowed:
        return Code.GIFT_NOT_ALLOWED
    return Code.EXPIRED if one.has_ended(now) else None


def _open_gift_fund(book: Book, one: Voucher, origin: Source, now: Instant) -> None:
    """Open a source's gift fund with its row; the id follows, so two that meet get one decision."""
    fund = gift_fund(one.fund)
    with book.ledger.reading() as db:
        if not missing_accounts(db, book.book_no, [fund]):
            return
    name = f"{origin.name} (buoni sospesi)"
    request = Request(
        id=RequestId(derived_id("opening", fund)),
        kind=EntryKind.OPENING,
        items=(OpenAccount(fund, one.unit, AccountKind.FUND, owner=one.programme_id),),
        actor="system",
        occurred_at=now,
        asked={"account": fund.hex},
        rows=(source_row(Source(fund, one.programme_id, origin.kind, name, gift_allowed=True)),),
    )
    book.submit([request])
