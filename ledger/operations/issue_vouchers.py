"""Issue an approved batch: one request per row, in portions, resumable, closed by a completion.

Each row's id follows from batch and row, so running it again issues nothing twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from ledger.core.chart import AccountKind, EntryKind
from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.ids import AccountId, ClaimId, Commitment, RequestId, derived_id
from ledger.core.items import Claim, CloseAccount, Draw, Leg, OpenAccount, Transfer
from ledger.core.quantities import Amount, Instant
from ledger.core.requests import Request, Row
from ledger.store.book import Book, Ledger
from ledger.store.network.credentials import families_of
from ledger.store.network.people import Officer
from ledger.store.people import commit_to_all
from ledger.store.registers.batches import (
    Draft,
    DraftRow,
    completion_row,
    draft_rows,
    entitlement_claim,
    is_signed,
    issued_of,
    read_draft,
    set_draft_status,
)
from ledger.store.registers.programmes import Programme, programme
from ledger.store.registers.vouchers import missing_accounts, voucher_row

PORTION = 512


@dataclass(frozen=True, slots=True)
class Issued:
    """How an issue ended: vouchers and cents issued, and rows that were refused."""

    vouchers: int
    cents: Amount
    refused: int


class NotApproved(Exception):
    """A batch that no second officer has approved, or that is not what was approved."""


def issue_batch(
    ledger: Ledger,
    comune: str,
    batch_id: UUID,
    *,
    now: Instant,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Issued:
    """Turn an approved batch into vouchers; stopped and run again, it goes on where it was.

    `progress` is told rows done and rows in all. Errors: `LookupError`, `NotApproved`.
    Source: design 3.3, bulk.
    """
    book = ledger.book(comune)
    with ledger.reading() as db:
        draft = read_draft(db, batch_id)
        if draft is None or draft.book_no != book.book_no:
            raise LookupError(batch_id)
        terms = programme(db, book.book_no, draft.programme_id)
        people = {family: who for who, family in families_of(db, book.book_no).items()}
        if not is_signed(db, draft):
            raise NotApproved(batch_id)
    done, refused = 0, 0
    while portion := _next_rows(ledger, batch_id, done):
        rows = _not_issued(book, batch_id, portion)
        said = [(people[row.family_id], _said(draft, row)) for _voucher, row in rows]
        commitments = commit_to_all(ledger, said)
        batch = AccountId(derived_id("batch", batch_id))
        requests = [
            _issuance(draft, terms, row, (batch, voucher), commitment, now)
            for (voucher, row), commitment in zip(rows, commitments, strict=True)
            if commitment is not None
        ]
        refused += len(rows) - len(requests)  # Erased meanwhile: their share goes back.
        if requests:
            refused += sum(not decision.accepted for decision in book.submit(requests))
        done = portion[-1].row_no
        progress(done, draft.row_count)
    return _complete(book, draft, refused, now)


def _next_rows(ledger: Ledger, batch_id: UUID, done: int) -> Sequence[DraftRow]:
    with ledger.reading() as db:
        return draft_rows(db, batch_id, after=done, limit=PORTION)


def _not_issued(
    book: Book, batch_id: UUID, rows: Sequence[DraftRow]
) -> list[tuple[AccountId, DraftRow]]:
    """Rows without a voucher yet: of the others nothing is said, or committed to, again."""
    vouchers = [voucher_of(batch_id, row.row_no) for row in rows]
    with book.ledger.reading() as db:
        missing = missing_accounts(db, book.book_no, vouchers)
    pairs = zip(vouchers, rows, strict=True)
    return [(voucher, row) for voucher, row in pairs if voucher in missing]


def _said(draft: Draft, row: DraftRow) -> dict[str, str | int]:
    """What the book says of a person by issuing: opened again only with the person's key."""
    return {
        "programme": draft.programme_id.hex,
        "round": draft.round,
        "family": row.family_id.hex,
        "amount": row.amount_cents,
    }


def voucher_of(batch_id: UUID, row_no: int) -> AccountId:
    """The account of the voucher that a row becomes."""
    return AccountId(derived_id("voucher", batch_id, row_no))


def _issuance(  # noqa: PLR0917 -- all that one row becomes.
    draft: Draft,
    terms: Programme,
    row: DraftRow,
    accounts: tuple[AccountId, AccountId],
    commitment: Commitment,
    now: Instant,
) -> Request:
    batch, voucher = accounts
    return Request(
        id=RequestId(derived_id("issue", draft.batch_id, row.row_no)),
        kind=EntryKind.ISSUANCE,
        items=(
            Claim(entitlement_claim(draft.programme_id, row.family_id, draft.round)),
            OpenAccount(voucher, terms.unit, AccountKind.VOUCHER, owner=row.family_id),
            Transfer(batch, voucher, row.amount_cents, terms.unit),
        ),
        actor=f"batch:{draft.batch_id.hex}",
        occurred_at=now,
        asked={"batch": draft.batch_id.hex, "row": row.row_no, "amount": row.amount_cents},
        rows=(
            voucher_row(
                voucher,
                programme_id=draft.programme_id,
                fund=draft.fund,
                family_id=row.family_id,
                kind="voucher",
                face=row.amount_cents,
                span=(terms.starts_at, terms.ends_at),
                batch_id=draft.batch_id,
            ),
        ),
        commitments=(commitment,),
    )


def _complete(book: Book, draft: Draft, refused: int, now: Instant) -> Issued:
    """What was approved and could not be issued goes back to its fund; the batch closes."""
    with book.ledger.reading() as db:
        vouchers, cents = issued_of(db, book.book_no, draft.batch_id)
    account = AccountId(derived_id("batch", draft.batch_id))
    request = Request(
        id=RequestId(derived_id("completion", draft.batch_id)),
        kind=EntryKind.COMPLETION,
        items=(Draw(None, (Leg(account, draft.fund),)), CloseAccount(account)),
        actor=f"batch:{draft.batch_id.hex}",
        occurred_at=now,
        asked={"batch": draft.batch_id.hex},
        rows=(completion_row(draft.batch_id, vouchers, cents),),
    )
    book.submit([request])
    book.ledger.write(lambda db: set_draft_status(db, draft.batch_id, "issued"))
    return Issued(vouchers, cents, refused)


@dataclass(frozen=True, slots=True)
class SlipOrder:
    """Slips of one face (cents) for a family, from one fund; `set_id` names the whole order.

    `earned_at`: the shop where the family earned them, for programmes whose rule asks for it.
    """

    set_id: UUID
    programme_id: UUID
    fund: AccountId
    family_id: UUID
    face_cents: Amount
    count: int
    categories: str = ""
    earned_at: UUID | None = None


def issue_slips(
    ledger: Ledger,
    comune: str,
    order: SlipOrder,
    *,
    officer: Officer,
    approver: Officer,
    now: Instant,
) -> list[Decision]:
    """Issue slips, each an account of its own; safe to retry by the order's `set_id`.

    Four eyes: `approver` signs too, has that role, and is another person. Errors: `LookupError`
    for an unknown programme; a no is a decision (`not_approved`).
    """
    book = ledger.book(comune)
    with ledger.reading() as db:
        terms = programme(db, book.book_no, order.programme_id)
    numbers = range(1, order.count + 1)
    return book.submit(
        [_slip(order, terms, number, (officer, approver), now) for number in numbers]
    )


def slip_of(set_id: UUID, number: int) -> AccountId:
    """The account of one slip of an order."""
    return AccountId(derived_id("slip", set_id, number))


def _slip(
    order: SlipOrder,
    terms: Programme,
    number: int,
    signed_by: tuple[Officer, Officer],
    now: Instant,
) -> Request:
    slip = slip_of(order.set_id, number)
    officer, approver = signed_by
    is_other = approver.person_id != officer.person_id and approver.book_no == officer.book_no
    four_eyes = approver.role == "approver" and is_other
    return Request(
        id=RequestId(derived_id("issue_slip", order.set_id, number)),
        kind=EntryKind.ISSUANCE,
        items=(
            Claim(ClaimId(derived_id("slip_claim", order.set_id, number))),
            OpenAccount(slip, terms.unit, AccountKind.VOUCHER, owner=order.family_id),
            Transfer(order.fund, slip, order.face_cents, terms.unit),
        ),
        actor=f"officer:{officer.officer_id.hex}",
        occurred_at=now,
        asked={
            "set": order.set_id.hex,
            "number": number,
            "face": order.face_cents,
            "approved_by": approver.officer_id.hex,
        },
        refuse=None if four_eyes else Code.NOT_APPROVED,
        rows=(_slip_row(order, terms, slip),),
    )


def _slip_row(order: SlipOrder, terms: Programme, slip: AccountId) -> Row:
    return voucher_row(
        slip,
        programme_id=order.programme_id,
        fund=order.fund,
        family_id=order.family_id,
        kind="slip",
        face=order.face_cents,
        span=(terms.starts_at, terms.ends_at),
        categories=order.categories,
        earned_at=order.earned_at,
    )
