"""Calls as officers see them: where each stands, its rule, who applied, what was ranked.

What applications hold is opened here, for who may judge them, a page at a time. Amounts in cents.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from ledger.core.entitlement.call_rule import CallRule, parse_call_rule
from ledger.core.entitlement.declared import Declared
from ledger.core.entitlement.evaluation import Evaluation, evaluate
from ledger.core.ids import AccountId
from ledger.core.quantities import Amount
from ledger.reports.rows import query, rows
from ledger.store.applications import opened
from ledger.store.book import Ledger
from ledger.store.network.credentials import people_of
from ledger.store.people import papers_of
from ledger.store.registers.calls import (
    Applied,
    AppliedStep,
    Call,
    RuleDraft,
    applications_of,
    approved_versions,
    calls_of,
    read_applied,
    read_call,
    rule_drafts,
    steps_of,
)
from ledger.store.registers.rankings import (
    RankedRow,
    Ranking,
    ranked_rows,
    rankings_of,
    read_ranking,
)

__all__ = ["Applied", "AppliedStep", "Call", "RankedRow", "Ranking", "RuleDraft"]


@dataclass(frozen=True, slots=True)
class FundOf:
    """The programme and the source behind a call, and what its fund has left."""

    unit: str
    programme: str
    source: str
    available_cents: Amount


FUND = query(
    """
    SELECT p.unit, v.title AS programme, s.name AS source,
           a.credits_posted - a.debits_posted - a.debits_pending AS available_cents
      FROM source s
      JOIN programme p ON p.book_no = s.book_no AND p.programme_id = s.programme_id
      JOIN programme_version v ON v.book_no = p.book_no AND v.programme_id = p.programme_id
       AND v.version = (SELECT MAX(w.version) FROM programme_version w
                         WHERE w.book_no = p.book_no AND w.programme_id = p.programme_id)
      JOIN account a ON a.book_no = s.book_no AND a.account_id = s.fund
     WHERE s.book_no = :book_no AND s.fund = :fund
    """,
    FundOf,
    given="fund",
)


def fund_of(ledger: Ledger, book_no: int, fund: AccountId) -> FundOf | None:
    """What a call is paid from; None for no fund of this comune."""
    with ledger.reading() as db:
        found = rows(db, FUND, FundOf, {"book_no": book_no, "fund": fund})
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class CallBoard:
    """One call, and all that is known of where it stands."""

    call: Call
    fund: FundOf
    drafts: tuple[RuleDraft, ...]
    signed: tuple[int, ...]
    counts: Counter[str]
    rankings: tuple[Ranking, ...]

    @property
    def in_force(self) -> RuleDraft | None:
        """The version that two officers signed last."""
        return next((one for one in self.drafts if one.version in self.signed[:1]), None)

    @property
    def waiting(self) -> RuleDraft | None:
        """The newest version, if nobody else has signed it yet."""
        last = self.drafts[0] if self.drafts else None
        return None if last is None or last.version in self.signed else last

    @property
    def applications(self) -> int:
        """How many have applied, withdrawn ones included."""
        return self.counts.total()

    def rule(self, version: int | None = None) -> CallRule | None:
        """The rule of one version, or the one in force."""
        wanted = self.in_force if version is None else None
        draft = wanted or next((one for one in self.drafts if one.version == version), None)
        return None if draft is None else parse_call_rule(draft.rule)


def call_board(ledger: Ledger, book_no: int, call_id: UUID) -> CallBoard | None:
    """One call of this comune, or None."""
    with ledger.reading() as db:
        call = read_call(db, call_id)
    return None if call is None or call.book_no != book_no else _board(ledger, call)


def _board(ledger: Ledger, call: Call) -> CallBoard:
    fund = fund_of(ledger, call.book_no, call.fund)
    assert fund is not None  # A call is made of a fund that is there.
    with ledger.reading() as db:
        return CallBoard(
            call, fund, rule_drafts(db, call.call_id),
            approved_versions(db, call.book_no, call.call_id),
            Counter(one.status for one in applications_of(db, call.call_id)),
            rankings_of(db, call.call_id),
        )  # fmt: skip


def call_boards(ledger: Ledger, book_no: int) -> tuple[CallBoard, ...]:
    """All calls of a comune, newest first."""
    with ledger.reading() as db:
        calls = calls_of(db, book_no)
    return tuple(_board(ledger, one) for one in calls)


@dataclass(frozen=True, slots=True)
class AppliedLine:
    """One application opened: what it holds, and what comes of it by a rule, if there is one.

    `name` only where it was asked for; `declared` None for who was erased.
    """

    row: Applied
    declared: Declared | None
    evaluation: Evaluation | None
    name: str


def applied_lines(
    ledger: Ledger,
    call: Call,
    rule: CallRule | None,
    *,
    named: bool,
    status: str = "",
    first: int = 0,
    most: int = 50,
) -> tuple[AppliedLine, ...]:
    """One page of a call's applications, in the order in which they came."""
    with ledger.reading() as db:
        found = [
            one for one in applications_of(db, call.call_id) if not status or one.status == status
        ]
    return _lines(ledger, found[first : first + most], rule, named=named)


def applied_line(
    ledger: Ledger, call: Call, application_id: UUID, rule: CallRule | None, *, named: bool
) -> tuple[AppliedLine, tuple[AppliedStep, ...]] | None:
    """One application of a call, opened, and what was done with it; None: there is none."""
    with ledger.reading() as db:
        row = read_applied(db, application_id)
        steps = steps_of(db, application_id)
    if row is None or row.call_id != call.call_id:
        return None
    [line] = _lines(ledger, [row], rule, named=named)
    return line, steps


def _lines(
    ledger: Ledger, found: Sequence[Applied], rule: CallRule | None, *, named: bool
) -> tuple[AppliedLine, ...]:
    declared = opened(ledger, found)
    names = _names(ledger, [row.family_id for row in found]) if named else {}
    return tuple(
        AppliedLine(
            row, said := declared.get(row.application_id), _evaluated(row, said, rule),
            names.get(row.family_id, ""),
        )
        for row in found
    )  # fmt: skip


def _names(ledger: Ledger, families: Sequence[UUID]) -> dict[UUID, str]:
    with ledger.reading() as db:
        people = people_of(db, families)
    papers = papers_of(ledger, list(people.values()), fields=("surname", "name"))
    return {
        family: " ".join(papers.get(who, {}).get(one, "") for one in ("name", "surname")).strip()
        for family, who in people.items()
    }


def _evaluated(row: Applied, said: Declared | None, rule: CallRule | None) -> Evaluation | None:
    if said is None or rule is None:
        return None
    one = said.as_applied(row.application_id, row.received_at, rule.on)
    return evaluate(one.household, one.isee, rule.table, rule.benefit, rule.meter)


@dataclass(frozen=True, slots=True)
class RankedLine:
    """One line of a ranking, with the application's public code."""

    call_id: UUID
    code: str
    row: RankedRow


def ranked_lines_of(
    ledger: Ledger, call: Call, ranking_id: UUID
) -> tuple[Ranking, tuple[RankedLine, ...]] | None:
    """A ranking of this call and its lines, in order; None: there is none."""
    with ledger.reading() as db:
        found = read_ranking(db, ranking_id)
        if found is None or found.call_id != call.call_id:
            return None
        codes = {one.application_id: one.code for one in applications_of(db, call.call_id)}
        lines = ranked_rows(db, ranking_id)
    return found, tuple(RankedLine(call.call_id, codes[row.application_id], row) for row in lines)


def opened_lines(
    ledger: Ledger, call: Call, wanted: Sequence[UUID], rule: CallRule | None
) -> dict[UUID, AppliedLine]:
    """Some applications of a call with their names, for letters; by application."""
    asked = set(wanted)
    with ledger.reading() as db:
        found = [one for one in applications_of(db, call.call_id) if one.application_id in asked]
    return {line.row.application_id: line for line in _lines(ledger, found, rule, named=True)}


def waiting_applications(ledger: Ledger, call: Call) -> tuple[UUID, ...]:
    """The applications of a call that wait for something from their family, in order."""
    with ledger.reading() as db:
        found = applications_of(db, call.call_id)
    return tuple(one.application_id for one in found if one.status == "incomplete")
