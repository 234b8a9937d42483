"""After a restore: take in what tills kept, list what the book lost, book it again by two persons.

One person proposes the receipts that can be booked, another confirms that very list; each sale is
then booked under its old id, once, however often this is asked or stopped. Not here: what a receipt
proves (`ledger.core.recovery`), and how a backup is put back. Source: reliability.md 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from ledger.core.chart import AccountKind, EntryKind
from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.ids import RequestId
from ledger.core.items import OpenAccount
from ledger.core.proposals import Confirmation, Signed
from ledger.core.quantities import SECOND, Amount, Instant
from ledger.core.recovery import (
    Purse,
    Returned,
    Stand,
    Standing,
    content_hash,
    drawn_on,
    in_order,
    plan_found_sale,
    standings,
)
from ledger.core.refunding import Refund, plan_refund
from ledger.core.requests import Request, Row
from ledger.core.vouchers import payable_account
from ledger.store.book import Book, Ledger
from ledger.store.network.people import Officer, comuni
from ledger.store.network.recoveries import (
    Brought,
    codes_of,
    decided_among,
    end_recovery,
    keep_brought,
    list_in,
    note_return,
    returned_to,
    wanted_since,
)
from ledger.store.network.shops import read_shop, read_till
from ledger.store.openings import open_missing
from ledger.store.registers.proposals import end_claim, end_row, ended_as, proposal_claim
from ledger.store.registers.recoveries import RecoveryProposal, read_recovery_proposal
from ledger.store.registers.refunds import claim_openings, given_of
from ledger.store.registers.till_reads import credential_by_id, usable_by
from ledger.token.payloads import Receipt, reference_of
from ledger.token.verify import Trust, verify_receipt

MAY_PROPOSE: Final = frozenset({"officer", "approver"})
TOGETHER: Final = 200  # Sales that are handed to the writer at once.


@dataclass(frozen=True, slots=True)
class Lost:
    """What was brought back to a book, oldest first, and what can be done of each."""

    receipts: tuple[Returned, ...]
    standing: dict[RequestId, Standing]

    @property
    def ready(self) -> tuple[Returned, ...]:
        """Those that can be booked now."""
        return tuple(
            one for one in self.receipts if self.standing[one.receipt_id] is Standing.READY
        )

    @property
    def ready_cents(self) -> Amount:
        """What shops would be owed for them: sales less refunds."""
        return sum(_signed(one) for one in self.ready)

    def cents(self, standing: Standing) -> Amount:
        """The sum of what stands so."""
        return sum(
            _signed(one) for one in self.receipts if self.standing[one.receipt_id] is standing
        )

    def count(self, standing: Standing) -> int:
        """How many stand so."""
        return sum(told is standing for told in self.standing.values())


def _signed(one: Returned) -> Amount:
    return one.amount_cents if one.sale is None else -one.amount_cents


def receipts_wanted_since(ledger: Ledger, *, now: Instant) -> Instant | None:
    """From when on tills shall bring their receipts; None: nothing was lost lately."""
    behind = [one.recorded_at for one in ledger.behind]
    with ledger.reading() as db:
        lately = wanted_since(db, now)
    return min([*behind, *([] if lately is None else [lately])], default=None)


def take_receipt(
    ledger: Ledger, till_id: UUID, text: str, sale: UUID | None, trust: Trust, *, now: Instant
) -> None:
    """Keep a receipt that a till brings back; the same again changes nothing.

    `sale`: of a refund, which one it gave back. Errors: `TokenRefused` for what no server of ours
    signed, `ValueError` for another shop's or one that says nothing of its sale.
    """
    told = verify_receipt(text, trust, now=now // SECOND)
    with ledger.reading() as db:
        till = read_till(db, till_id)
        shop = None if till is None else read_shop(db, till.shop_id)
        book_no = next((one.book_no for one in comuni(db) if one.issuer == told.issuer), None)
    if shop is None or book_no is None or shop.shop_no != told.shop_no:
        raise ValueError("a receipt of another shop")
    if (told.amount_cents < 0) is (sale is None):
        raise ValueError("a refund names its sale, and nothing else does")
    brought = _brought(told, text, book_no, till_id, sale, now)
    ledger.write(lambda db: keep_brought(db, brought))


def _brought(  # noqa: PLR0917 -- all that is known of a receipt.
    told: Receipt, text: str, book_no: int, till_id: UUID, sale: UUID | None, now: Instant
) -> Brought:
    return Brought(
        book_no, UUID(bytes=told.id), till_id, sale, abs(told.amount_cents), told.credential_ref,
        told.issued_at * SECOND, now, text,
    )  # fmt: skip


def note_till_answered(ledger: Ledger, till_id: UUID, *, now: Instant) -> None:
    """A till has brought all that it kept."""
    since = receipts_wanted_since(ledger, now=now)
    if since is not None:
        ledger.write(lambda db: note_return(db, till_id, since, now))


def lost_sales(ledger: Ledger, comune: str, proposal_id: UUID | None = None) -> Lost:
    """What tills brought back to a book, or what stands in a proposal. Errors: `LookupError`."""
    book = ledger.book(comune)
    with ledger.reading() as db:
        returned = returned_to(db, book.book_no, proposal_id)
        ids = [one.receipt_id for one in returned]
        ids += [one.sale for one in returned if one.sale is not None]
        decided = decided_among(db, book.book_no, ids)
    accepted = {one for one, yes in decided.items() if yes}
    stand = Stand(accepted, decided.keys() - accepted, _purses(book, returned))
    return Lost(returned, standings(returned, stand))


def _purses(book: Book, returned: Sequence[Returned]) -> dict[bytes, Purse]:
    wanted = {one.reference for one in returned}
    with book.ledger.reading() as db:
        codes = codes_of(db, book.book_no) if wanted else []
    quick, found = book.ledger.quick, {}
    for code in codes:
        reference = reference_of(code.bytes)
        credential = credential_by_id(quick, code) if reference in wanted else None
        if credential is not None:
            found[reference] = Purse(credential, usable_by(quick, credential))
    return found


def propose_recovery(
    ledger: Ledger, comune: str, *, officer: Officer, key: RequestId, now: Instant
) -> Decision:
    """Propose to book again all that can be; `key` is the proposal's id. Safe to retry.

    Errors: `LookupError`; `ValueError` where nothing can be booked; a no is a decision.
    """
    book = ledger.book(comune)
    lost = lost_sales(ledger, comune)
    if not lost.ready:
        raise ValueError("nothing can be booked again")
    ids = [one.receipt_id for one in lost.ready]
    allowed = officer.role in MAY_PROPOSE
    if allowed:
        ledger.write(lambda db: list_in(db, book.book_no, ids, key))
    one = RecoveryProposal(
        key, len(ids), lost.ready_cents, content_hash(lost.ready), officer.person_id
    )
    request = Request(
        id=key,
        kind=EntryKind.REGISTRATION,
        items=(proposal_claim(key),),
        actor=f"officer:{officer.officer_id.hex}",
        occurred_at=now,
        asked={"change": "recovery", "content": one.content_hash.hex()},
        rows=(one.row(),),
        refuse=None if allowed else Code.NOT_APPROVED,
    )
    [decision] = book.submit([request])
    return decision


def confirm_recovery(
    ledger: Ledger,
    comune: str,
    asked: Confirmation,
    *,
    officer: Officer,
    key: RequestId,
    now: Instant,
) -> Decision:
    """Book again what another person proposed; safe to retry, also where it was stopped half-way.

    Errors: `LookupError`; a no is a decision (`not_approved`: the same person, or another list).
    """
    book = ledger.book(comune)
    with ledger.reading() as db:
        one = read_recovery_proposal(db, book.book_no, asked.proposal_id)
        listed = returned_to(db, book.book_no, asked.proposal_id)
    if one is None:
        raise LookupError(asked.proposal_id)
    same = asked.content_hash == one.content_hash == content_hash(listed)
    is_here = officer.role == "approver" and officer.book_no == book.book_no
    allowed = same and is_here and officer.person_id != one.proposed_by
    request = Request(
        id=key,
        kind=EntryKind.REGISTRATION,
        items=(end_claim(one.proposal_id),),
        actor=f"officer:{officer.officer_id.hex}",
        occurred_at=now,
        asked={"proposal": one.proposal_id.hex, "content": asked.content_hash.hex()},
        rows=(end_row(one.signed(), "confirmed", officer.person_id),),
        refuse=None if allowed else Code.NOT_APPROVED,
    )
    [decision] = book.submit([request])
    if _was_confirmed(book, decision, one.signed()):
        _book_again(book, listed, one.proposal_id, now)
    return decision


def _was_confirmed(book: Book, decision: Decision, one: Signed) -> bool:
    if decision.accepted:
        return True
    with book.ledger.reading() as db:
        ended = ended_as(db, book.book_no, one.proposal_id)
    return decision.code is Code.ALREADY_CLAIMED and ended == "confirmed"


def _book_again(book: Book, listed: Sequence[Returned], proposal_id: UUID, now: Instant) -> None:
    """Sales first, then what was given back of them; what the book has already is left alone."""
    lost = lost_sales(book.ledger, book.name, proposal_id)
    ready = {one.receipt_id for one in lost.ready}
    sales = [one for one in in_order(listed) if one.sale is None and one.receipt_id in ready]
    for start in range(0, len(sales), TOGETHER):
        part = sales[start : start + TOGETHER]
        purses = _purses(book, part)
        open_missing(book, _payables(part, purses), now=now)
        book.submit([
            plan_found_sale(one, purses[one.reference], _proof(one, proposal_id)) for one in part
        ])  # fmt: skip
    for one in in_order(listed):
        if one.sale is not None and one.receipt_id in ready:
            _refund_again(book, one, one.sale, _proof(one, proposal_id), now)


def _payables(part: Sequence[Returned], purses: dict[bytes, Purse]) -> list[OpenAccount]:
    return [
        OpenAccount(
            payable_account(voucher.programme_id, one.shop.id), voucher.unit,
            AccountKind.SHOP_PAYABLE, owner=one.shop.id,
        )
        for one in part
        for voucher in drawn_on(one, purses[one.reference])
    ]  # fmt: skip


def _proof(one: Returned, proposal_id: UUID) -> Row:
    return Row(
        "found_again",
        {
            "request_id": one.receipt_id,
            "proposal_id": proposal_id,
            "till_id": one.till_id,
            "issued_at": one.issued_at,
        },
    )


def _refund_again(book: Book, one: Returned, sale: RequestId, proof: Row, now: Instant) -> None:
    earlier = book.decision(sale)
    if earlier is None or not earlier.accepted:
        return  # Its sale was refused after all: there is nothing to give back.
    with book.ledger.reading() as db:
        given = given_of(db, book.book_no, earlier, one.shop.id)
    open_missing(book, claim_openings(given), now=now)
    asked = Refund(sale, one.amount_cents, "other", f"till:{one.till_id.hex}")
    planned = plan_refund(asked, given, key=one.receipt_id, now=now, scope=one.till_id)
    book.submit([replace(planned, rows=(proof,), occurred_at=one.issued_at)])


def reopen_tills(ledger: Ledger, comune: str, *, by: Officer, now: Instant) -> bool:
    """Let the tills of a book take money again; whether they had waited. Errors: `LookupError`."""
    book = ledger.book(comune)
    done = ledger.write(lambda db: end_recovery(db, book.book_no, by.officer_id, now))
    ledger.waiting.look()
    return done
