"""An auditor's sample of a month: drawn by a seed, looked at row by row, closed for good.

All three are decisions of the book and move nothing. The steps of a sample are numbered and each
is claimed once, so that nothing follows its end. Source: design 8; domain.md 5.5.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ledger.core.canonical import Json
from ledger.core.chart import EntryKind
from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.ids import ClaimId, Commitment, RequestId, derived_id
from ledger.core.items import Claim
from ledger.core.quantities import Instant
from ledger.core.requests import Request, Row, Value
from ledger.core.sampling import FINDINGS, drawn, month_span
from ledger.store.book import Book, Ledger
from ledger.store.edges import random_id
from ledger.store.network.people import Officer
from ledger.store.registers.samples import (
    Behind,
    Outcome,
    Standing,
    behind,
    end_row,
    has_another_role,
    outcome_rows,
    redeemed,
    sample_rows,
    standing,
)
from ledger.store.vault import commit_to

SEED_LENGTH = 12


class NothingToDraw(Exception):
    """The month has not ended, so that it could still grow; or nobody spent anything in it."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn: a month by its first day, a seed, and at least so many percent of it."""

    month: date
    seed: str
    percent: int


def new_seed() -> str:
    """A seed that nobody chose."""
    return random_id().hex[:SEED_LENGTH]


def draw_sample(
    ledger: Ledger, comune: str, asked: Drawing, *, officer: Officer, key: RequestId, now: Instant
) -> Decision:
    """Draw a sample; `key` is its id. Safe to retry; every draw stays in the book.

    Errors: `NothingToDraw`, `ValueError` for a seed or share that is none; a no is a decision
    (`not_approved`: not an auditor, or one who has another role here).
    """
    book = ledger.book(comune)
    span = month_span(asked.month)
    if span[1] > now:
        raise NothingToDraw
    with ledger.reading() as db:
        population = {one.request_id: one for one in redeemed(db, book.book_no, span)}
    chosen = [population[one] for one in drawn(population, asked.seed, asked.percent)]
    if not chosen:
        raise NothingToDraw
    month = f"{asked.month:%Y-%m}"
    values: dict[str, Value | None] = {
        "month": month, "seed": asked.seed, "percent": asked.percent,
        "population": len(population), "size": len(chosen), "drawn_by": officer.person_id,
    }  # fmt: skip
    words: dict[str, Json] = {"month": month, "seed": asked.seed, "percent": asked.percent}
    step = _step(key, 0)
    rows = sample_rows(key, values, chosen)
    return _decide(book, _Asking(officer, key, now), words, step, rows)


@dataclass(frozen=True, slots=True)
class Examined:
    """What an auditor found of one row (its place in the sample), and why."""

    sample_id: UUID
    place: int
    finding: str
    note: str = ""


def record_outcome(
    ledger: Ledger, comune: str, asked: Examined, *, officer: Officer, key: RequestId, now: Instant
) -> Decision:
    """Record what was found; a later outcome of the same row counts instead. Safe to retry.

    The note may say something of a family: its words go to the vault, under the family's key.
    Errors: `LookupError`; `ValueError` for an unknown finding, or one that wants a note;
    `CannotOpen` where a note is about a person who was erased; a no is a decision
    (`not_approved`: not an auditor, or who closed or paid what is examined; `already_claimed`:
    the sample is closed, or somebody was faster).
    """
    if asked.finding not in FINDINGS or (asked.finding != FINDINGS[0] and not asked.note):
        raise ValueError("a finding is one of three, and tells why it is not regular")
    book = ledger.book(comune)
    with ledger.reading() as db:
        who = behind(db, book.book_no, asked.sample_id, asked.place)
        stands = standing(db, book.book_no, asked.sample_id)
    if who is None:
        raise LookupError(asked.sample_id)
    note = _note(book, key, asked, who)
    step = stands.steps + 1
    one = Outcome(asked.sample_id, step, asked.place, asked.finding, officer.person_id, note)
    words: dict[str, Json] = {
        "sample": asked.sample_id.hex, "place": asked.place, "finding": asked.finding,
        "noted": bool(asked.note),
    }  # fmt: skip
    refuse = Code.NOT_APPROVED if officer.person_id in who.settled_by else _ended(stands)
    rows = outcome_rows(one, who.settled_by)
    noted = (note,) if note else ()
    by = _Asking(officer, key, now)
    return _decide(book, by, words, _step(asked.sample_id, step), rows, refuse, noted)


def close_sample(
    ledger: Ledger, comune: str, sample_id: UUID, *, officer: Officer, key: RequestId, now: Instant
) -> Decision:
    """Close a sample of which every row has its outcome: nothing is added any more.

    Safe to retry. Errors: `LookupError`; a no is a decision (`not_approved`: rows are missing;
    `already_claimed`).
    """
    book = ledger.book(comune)
    with ledger.reading() as db:
        stands = standing(db, book.book_no, sample_id)
    if not stands.size:
        raise LookupError(sample_id)
    missing = Code.NOT_APPROVED if len(stands.found) < stands.size else _ended(stands)
    words: dict[str, Json] = {"close": sample_id.hex}
    rows = (end_row(sample_id, stands, officer.person_id),)
    step = _step(sample_id, stands.steps + 1)
    return _decide(book, _Asking(officer, key, now), words, step, rows, missing)


def _ended(stands: Standing) -> Code | None:
    return Code.ALREADY_CLAIMED if stands.ended else None


def _step(sample_id: UUID, step: int) -> Claim:
    """An outcome or the end, whichever is first."""
    return Claim(ClaimId(derived_id("sample_step", sample_id, step)))


def _note(book: Book, key: RequestId, asked: Examined, who: Behind) -> Commitment | None:
    """The commitment to a note; none for a retry, whose note is there."""
    if not asked.note or who.person_id is None or book.decision(key) is not None:
        return None
    return commit_to(book.ledger, who.person_id, {"note": asked.note})


@dataclass(frozen=True, slots=True)
class _Asking:
    """Who asks, under which id, when."""

    officer: Officer
    key: RequestId
    now: Instant


def _decide(  # noqa: PLR0917 -- one request's parts.
    book: Book,
    by: _Asking,
    words: dict[str, Json],
    claim: Claim,
    rows: tuple[Row, ...],
    refuse: Code | None = None,
    commitments: tuple[Commitment, ...] = (),
) -> Decision:
    """Ask the book; who is no auditor, or keeps anything here as well, is refused."""
    with book.ledger.reading() as db:
        biased = has_another_role(db, book.book_no, by.officer.person_id)
    if by.officer.role != "auditor" or biased:
        refuse = Code.NOT_APPROVED
    request = Request(
        id=by.key, kind=EntryKind.REGISTRATION, items=(claim,), rows=rows,
        actor=f"officer:{by.officer.officer_id.hex}", occurred_at=by.now, asked=words,
        refuse=refuse, commitments=commitments,
    )  # fmt: skip
    [decision] = book.submit([request])
    return decision
