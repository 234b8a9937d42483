"""Take a list of beneficiaries in: each row answered alone, nothing issued, nothing half-done.

The preview stores nothing. `prepare_batch` writes persons, families and a draft bound to its hash
and total; money moves only after a second officer has approved (`approve_batch`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from ledger.core.ids import ClaimId
from ledger.core.quantities import Amount, Instant
from ledger.imports.applications import Applicant, Preview
from ledger.imports.names import name_key
from ledger.store.book import Ledger
from ledger.store.edges import random_id
from ledger.store.network.credentials import families_of
from ledger.store.people import NewPerson, find_people, keep_people, papers_of, with_families
from ledger.store.registers.batches import (
    Draft,
    DraftRow,
    NothingToIssue,
    Target,
    add_draft,
    claimed_among,
    content_hash,
    entitlement_claim,
    set_draft_status,
)

__all__ = ["NothingToIssue", "Target"]


@dataclass(frozen=True, slots=True)
class CoverLetter:
    """What the letter that came with a list says of it: how many rows, and their sum in cents."""

    rows: int
    cents: Amount

    def agrees(self, preview: Preview) -> bool:
        """Whether the file is what the letter says."""
        return (self.rows, self.cents) == (preview.rows_in_file, preview.cents_in_file)


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """One name, several fiscal codes: lines of the list, and families that are known already.

    For a person to look at. Nobody is ever taken for somebody else because of a name.
    """

    lines: tuple[int, ...]
    families: tuple[UUID, ...]

    @property
    def told_lines(self) -> str:
        """The lines, as one reads them."""
        return ", ".join(map(str, self.lines))


@dataclass(frozen=True, slots=True)
class Compared:
    """A preview beside what the ledger knows: who is new, who has this round's voucher, alike."""

    preview: Preview
    fresh: tuple[Applicant, ...]
    already_issued: tuple[Applicant, ...]
    known_families: int
    look_alikes: tuple[LookAlikes, ...]

    @property
    def total_cents(self) -> Amount:
        """What would be issued."""
        return sum(applicant.amount_cents for applicant in self.fresh)


class TotalsDiffer(ValueError):
    """A file that is not what its cover letter says: other rows, or another sum."""


def compare_with_ledger(ledger: Ledger, comune: str, preview: Preview, target: Target) -> Compared:
    """Find out who of a list already has this round's voucher; stores nothing."""
    book_no = ledger.book(comune).book_no
    people = find_people(ledger, [one.fiscal_code for one in preview.applicants])
    with ledger.reading() as db:
        families = families_of(db, book_no)
        owned = {code: families[person] for code, person in people.items() if person in families}
        claims = {code: _claim(target, family) for code, family in owned.items()}
        taken = claimed_among(db, book_no, list(claims.values()))
    issued = {code for code, claim in claims.items() if claim in taken}
    applicants = preview.applicants
    fresh = tuple(one for one in applicants if one.fiscal_code not in issued)
    already = tuple(one for one in applicants if one.fiscal_code in issued)
    others = {who: family for who, family in families.items() if who not in people.values()}
    return Compared(preview, fresh, already, len(owned), _look_alikes(ledger, applicants, others))


def _look_alikes(
    ledger: Ledger, applicants: Sequence[Applicant], others: Mapping[UUID, UUID]
) -> tuple[LookAlikes, ...]:
    """Names that more than one fiscal code has, in the list and among the families of the book."""
    lines: dict[str, list[int]] = {}
    for one in applicants:
        lines.setdefault(name_key(one.surname, one.name), []).append(one.line)
    families: dict[str, list[UUID]] = {}
    for who, said in papers_of(ledger, list(others), fields=("surname", "name")).items():
        same = name_key(said.get("surname", ""), said.get("name", ""))
        if same in lines:
            families.setdefault(same, []).append(others[who])
    return tuple(
        LookAlikes(tuple(found), tuple(families.get(name, ())))
        for name, found in lines.items()
        if name and len(found) + len(families.get(name, ())) > 1
    )


def _claim(target: Target, family: UUID) -> ClaimId:
    return entitlement_claim(target.programme_id, family, target.round_name)


def prepare_batch(
    ledger: Ledger,
    comune: str,
    compared: Compared,
    target: Target,
    *,
    prepared_by: UUID,
    said: CoverLetter | None = None,
    now: Instant,
) -> Draft:
    """Write a draft of everybody who is fresh. `prepared_by`: the person, for four eyes.

    Errors: `TotalsDiffer` from what the cover letter `said`; `NothingToIssue`. Source: design 5;
    reliability.md 7.2.
    """
    if said is not None and not said.agrees(compared.preview):
        raise TotalsDiffer
    if not compared.fresh:
        raise NothingToIssue
    book_no = ledger.book(comune).book_no
    people = _people(ledger, book_no, compared.fresh, now)

    def plan(families: Mapping[UUID, UUID]) -> tuple[Draft, list[DraftRow]]:
        rows = _rows(compared.fresh, people, families)
        return _draft(compared, target, rows, book_no=book_no, by=prepared_by, now=now), rows

    # New families and the draft that needs them come together or not at all.
    return with_families(
        ledger,
        book_no,
        list(people.values()),
        lambda db, families: add_draft(db, *plan(families)),
        now=now,
    )


def _rows(
    applicants: Sequence[Applicant], people: Mapping[str, UUID], families: Mapping[UUID, UUID]
) -> list[DraftRow]:
    return [
        DraftRow(number, families[people[one.fiscal_code]], one.amount_cents)
        for number, one in enumerate(applicants, start=1)
    ]


def _draft(
    compared: Compared,
    target: Target,
    rows: Sequence[DraftRow],
    *,
    book_no: int,
    by: UUID,
    now: Instant,
) -> Draft:
    return Draft(
        batch_id=random_id(),
        book_no=book_no,
        programme_id=target.programme_id,
        fund=target.fund,
        round=target.round_name,
        file_hash=compared.preview.file_hash,
        content_hash=content_hash(target, rows),
        total_cents=compared.total_cents,
        row_count=len(rows),
        prepared_by=by,
        prepared_at=now,
        status="prepared",
    )


def _people(
    ledger: Ledger, book_no: int, applicants: Sequence[Applicant], now: Instant
) -> dict[str, UUID]:
    """Who everybody is, those who are new written down in the vault, before anything else."""
    people = find_people(ledger, [one.fiscal_code for one in applicants])
    with ledger.reading() as db:
        families = families_of(db, book_no)
    # Who has a family is there for good; all others are written down, or said to be wanted still.
    wanted = [_person(one) for one in applicants if people.get(one.fiscal_code) not in families]
    return people | keep_people(ledger, wanted, now=now)


def _person(one: Applicant) -> NewPerson:
    papers = {"fiscal_code": one.fiscal_code, "surname": one.surname, "name": one.name}
    return NewPerson(one.fiscal_code, papers)


def withdraw_batch(ledger: Ledger, batch_id: UUID) -> None:
    """Put a draft aside that nobody has approved."""
    ledger.write(lambda db: set_draft_status(db, batch_id, "withdrawn"))
