"""How far a programme has come, from nothing to letters: read from the book, and kept nowhere.

Not here: the words of each step, and the pages that take it (`wallet_web`). Amounts in cents.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from ledger.core.programmes import admits
from ledger.core.quantities import Amount, Unit
from ledger.reports.batches_page import BatchRow, batches
from ledger.reports.calls_page import CallBoard, call_boards
from ledger.reports.programme_page import ProgrammeTotals, funds, programme_totals
from ledger.reports.proposals_page import ProposalRow, waiting_proposals
from ledger.reports.rows import query, rows
from ledger.store.book import Ledger


class Stage(StrEnum):
    """The steps, in their order."""

    PROGRAMME = "programme"
    MONEY = "money"
    SHOPS = "shops"
    RULES = "rules"
    LIST = "list"
    SECOND = "second"
    ISSUE = "issue"
    LETTERS = "letters"


class State(StrEnum):
    """Where a step is. `waits`: for another person; `open`: whenever one wants."""

    DONE = "done"
    WAITS = "waits"
    NOW = "now"
    LATER = "later"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class _Shops:
    category: str
    shops: int


WITH_TILLS = query(
    """
    SELECT s.category, COUNT(DISTINCT s.shop_id) AS shops
      FROM shop s JOIN till t ON t.shop_id = s.shop_id AND t.status = 'active'
     WHERE s.status = 'active' GROUP BY s.category
    """,
    _Shops,
)


@dataclass(frozen=True, slots=True)
class Journey:
    """What there is of a programme; without one, nothing."""

    programme: ProgrammeTotals | None
    committed_cents: Amount
    proposed: tuple[ProposalRow, ...]
    shops: int
    calls: tuple[CallBoard, ...]
    lists: tuple[BatchRow, ...]
    today: date

    @property
    def vouchers(self) -> int:
        """How many were issued."""
        return sum(one.issued for one in self.lists)

    def states(self) -> dict[Stage, State]:
        """Where each step is: the first that is not done, and waits for nobody else, is now."""
        found: dict[Stage, State] = {}
        is_now = True
        for stage, done, waits in self._judged():
            state = State.DONE if done else State.WAITS if waits else State.LATER
            if state is State.LATER and is_now:
                state = State.NOW
            is_now = is_now and state is State.DONE
            found[stage] = state
        issued = found[Stage.ISSUE] is State.DONE
        return found | {Stage.LETTERS: State.OPEN if issued else State.LATER}

    def _judged(self) -> Iterator[tuple[Stage, bool, bool]]:
        """Each step but the last: whether it is done, and whether another person has to act."""
        has, status = self.programme is not None, {one.status for one in self.lists}
        waiting_rules = any(one.waiting for one in self.calls)
        yield Stage.PROGRAMME, has, False
        yield Stage.MONEY, self.committed_cents > 0, bool(self.proposed)
        yield Stage.SHOPS, has and self.shops > 0, False
        yield Stage.RULES, has and self._still_runs(), False
        yield Stage.LIST, bool(self.lists), waiting_rules
        yield Stage.SECOND, bool(status & {"approved", "issued"}), "prepared" in status
        yield Stage.ISSUE, self.vouchers > 0 and "approved" not in status, False

    def _still_runs(self) -> bool:
        assert self.programme is not None
        return self.programme.programme.ends_on >= self.today.isoformat()


def journey(ledger: Ledger, book_no: int, unit: Unit, *, today: date) -> Journey:
    """One programme's; without a unit the newest's; with no programme at all, an empty one."""
    known = programme_totals(ledger, book_no)
    chosen = [one for one in known if one.programme.unit == unit] or list(known[-1:])
    if not chosen:
        return Journey(None, 0, (), _shops(ledger, ""), (), (), today)
    [found] = chosen
    which = found.programme.id
    return Journey(
        found,
        sum(one.given_cents for one in funds(ledger, book_no, which)),
        tuple(one for one in waiting_proposals(ledger, book_no) if _gives(one, which)),
        _shops(ledger, found.programme.categories),
        tuple(one for one in call_boards(ledger, book_no) if one.call.programme_id == which),
        tuple(
            one
            for one in batches(ledger, book_no)
            if one.programme_id == which and one.status != "withdrawn"
        ),
        today,
    )


def _gives(one: ProposalRow, programme: UUID) -> bool:
    return one.kind == "funding" and one.subject == programme


def _shops(ledger: Ledger, categories: str) -> int:
    """Active shops of the network with a till, of the kinds that are admitted."""
    with ledger.reading() as db:
        found = rows(db, WITH_TILLS, _Shops, {})
    return sum(one.shops for one in found if admits(categories, one.category))
