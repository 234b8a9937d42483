"""What shops pay in: proposed from a bank statement by one person, confirmed by another, booked.

Each line takes in its money and turns as many accrued shares into collected ones, oldest first, to
the cent; a line is booked once, whatever file it comes in. Source: design 4.2; docs/CIRCUIT.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from ledger.core.canonical import Json, canonical
from ledger.core.chart import CIRCUIT_BOOK, AccountKind, EntryKind
from ledger.core.circuit.accounts import opening
from ledger.core.circuit.purchases import payment_items
from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.ids import RequestId, derived_id
from ledger.core.proposals import Confirmation, Signed
from ledger.core.quantities import Amount, Instant
from ledger.core.requests import Request
from ledger.imports.bank_statements import StatementLine
from ledger.store.book import Book, Ledger
from ledger.store.network.people import Officer
from ledger.store.openings import open_missing
from ledger.store.registers.circuit import (
    BankLine,
    Statement,
    open_shares,
    read_statement,
    statement_rows,
)
from ledger.store.registers.proposals import end_claim, end_row, ended_as, proposal_claim

MAY_PROPOSE = frozenset({"officer", "approver"})
_OVERTAKEN = frozenset({Code.INSUFFICIENT_FUNDS, Code.REFUND_EXCEEDS})  # Others took those shares.


@dataclass(frozen=True, slots=True)
class Collected:
    """What became of a confirmed statement: each line's decision, by its number in the file."""

    end: Decision
    lines: tuple[tuple[BankLine, Decision], ...] = ()

    @property
    def booked_cents(self) -> Amount:
        """What was taken in."""
        return sum(line.amount_cents for line, decision in self.lines if decision.accepted)


def lines_to_book(
    lines: Sequence[StatementLine], shops: Mapping[int, UUID], chosen: Mapping[int, UUID]
) -> tuple[BankLine, ...]:
    """The lines of which a shop is known: by its number, or as a person chose it by line."""
    found = []
    for line in lines:
        shop_id = chosen.get(line.number)
        if shop_id is None and line.shop_no is not None:
            shop_id = shops.get(line.shop_no)
        if shop_id is not None:
            day = line.booked_on.isoformat()
            found.append(BankLine(line.number, line.line_id, day, line.amount_cents, shop_id))
    return tuple(found)


def content_hash(lines: Sequence[BankLine]) -> bytes:
    """What the second person confirms: every line, its amount and its shop."""
    plain: list[Json] = [
        [one.line_no, one.line_id.hex, one.booked_on, one.amount_cents, one.shop_id.hex]
        for one in lines
    ]
    return sha256(canonical(plain)).digest()


def propose_statement(
    ledger: Ledger, lines: Sequence[BankLine], *, officer: Officer, key: RequestId, now: Instant
) -> Decision:
    """Propose to book these lines; `key` is the statement's id. Moves nothing; safe to retry.

    A no is a decision (`not_approved`). Errors: `ValueError` for no line at all.
    """
    if not lines:
        message = "no line of this statement names a shop"
        raise ValueError(message)
    book = ledger.book(CIRCUIT_BOOK)
    total = sum(one.amount_cents for one in lines)
    one = Statement(key, content_hash(lines), len(lines), total, officer.person_id)
    allowed = officer.book_no == book.book_no and officer.role in MAY_PROPOSE
    request = Request(
        id=key,
        kind=EntryKind.REGISTRATION,
        items=(proposal_claim(key),),
        actor=f"officer:{officer.officer_id.hex}",
        occurred_at=now,
        asked={"statement": one.content_hash.hex()},
        rows=statement_rows(one, lines),
        refuse=None if allowed else Code.NOT_APPROVED,
    )
    [decision] = book.submit([request])
    return decision


def confirm_statement(
    ledger: Ledger, asked: Confirmation, *, officer: Officer, key: RequestId, now: Instant
) -> Collected:
    """Book a statement that another person proposed, line by line; safe to stop and ask again.

    A no is a decision: of the confirmation (`not_approved`, `already_claimed`), or of a line
    (`already_claimed`: booked from another file; `insufficient_funds`: more than the shop owes).
    Errors: `LookupError`.
    """
    book = ledger.book(CIRCUIT_BOOK)
    with ledger.reading() as db:
        found = read_statement(db, book.book_no, asked.proposal_id)
    if found is None:
        raise LookupError(asked.proposal_id)
    one, lines = found
    end = _end(book, one, lines, asked, officer=officer, key=key, now=now)
    if not (end.accepted or _was_confirmed(book, end, one)):
        return Collected(end)
    return Collected(end, tuple((line, _book(book, one, line, now)) for line in lines))


def _was_confirmed(book: Book, end: Decision, one: Statement) -> bool:
    """Whether it was confirmed before: what was stopped half-way then is booked now."""
    with book.ledger.reading() as db:
        ended = ended_as(db, book.book_no, one.statement_id)
    return end.code is Code.ALREADY_CLAIMED and ended == "confirmed"


def _end(
    book: Book,
    one: Statement,
    lines: Sequence[BankLine],
    asked: Confirmation,
    *,
    officer: Officer,
    key: RequestId,
    now: Instant,
) -> Decision:
    same = asked.content_hash == one.content_hash == content_hash(lines)
    other = officer.role == "approver" and officer.person_id != one.proposed_by
    allowed = same and other and officer.book_no == book.book_no
    signed = Signed(one.statement_id, one.content_hash, one.proposed_by)
    request = Request(
        id=key,
        kind=EntryKind.REGISTRATION,
        items=(end_claim(one.statement_id),),
        actor=f"officer:{officer.officer_id.hex}",
        occurred_at=now,
        asked={"proposal": one.statement_id.hex, "content": asked.content_hash.hex()},
        rows=(end_row(signed, "confirmed", officer.person_id),),
        refuse=None if allowed else Code.NOT_APPROVED,
    )
    [decision] = book.submit([request])
    return decision


def _book(book: Book, one: Statement, line: BankLine, now: Instant) -> Decision:
    """Take one line in. Another payment of that shop at this very moment: plan it once more."""
    decision = _attempt(book, one, line, 0, now)
    for attempt in (1, 2):
        if decision.code in _OVERTAKEN:
            decision = _attempt(book, one, line, attempt, now)
    return decision


def _attempt(book: Book, one: Statement, line: BankLine, attempt: int, now: Instant) -> Decision:
    with book.ledger.reading() as db:
        shares = open_shares(db, book.book_no, line.shop_id)
    needed = [opening(AccountKind.CONTRIBUTION_DUE, line.shop_id)]
    families = {share.owner for share in shares if share.kind is AccountKind.FAMILY_BONUS_ACCRUED}
    needed += [opening(AccountKind.FAMILY_BONUS, family) for family in sorted(families)]
    open_missing(book, needed, now=now)
    request = Request(
        id=RequestId(derived_id("contribution_payment", one.statement_id, line.line_no, attempt)),
        kind=EntryKind.CONTRIBUTION_PAYMENT,
        items=payment_items(line.shop_id, shares, line.amount_cents, line.line_id),
        actor=f"statement:{one.statement_id.hex}",
        occurred_at=now,
        asked={"line": line.line_id.hex, "shop": line.shop_id.hex, "cents": line.amount_cents},
    )
    [decision] = book.submit([request])
    return decision
