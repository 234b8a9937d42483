"""What a letter about an application is made of: the call, the family, and one of five outcomes.

Plain values, amounts in cents. Not here: the words (`wallet_web.comune.outcome_words`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Final, TypeAlias
from uuid import UUID

from ledger.core.entitlement.call_rule import CallRule
from ledger.core.entitlement.evaluation import Evaluation
from ledger.core.entitlement.selection import Outcome as Judged
from ledger.core.entitlement.selection import Reason
from ledger.core.quantities import Amount
from ledger.reports.calls_page import RankedRow


@dataclass(frozen=True, slots=True)
class CallTold:
    """What all letters of a call say. `act`, `appeal`: the comune's own texts, in Italian.

    `appeal`: to whom, where and by when; a letter that says no is not made without it (law
    241/1990, article 3). `sender`: lines; `contact`: where questions go. `synthetic`: amounts come
    from a table that was made up, and every letter says so.
    """

    sender: tuple[str, ...]
    programme: str
    call: str
    act: str
    contact: str
    appeal: str
    sent_on: date
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a letter is for. `address`: none where it is protected, and the letter is handed over.

    `application`: the code by which lists name it.
    """

    name: str
    address: tuple[str, ...]
    language: str
    application: str


@dataclass(frozen=True, slots=True)
class Award:
    """What was given. `categories`: of shops, none for all."""

    amount_cents: Amount
    first: date
    last: date
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was given; what was found and what the limit is, in cents, where there is one."""

    reason: Reason
    found_cents: Amount | None = None
    limit_cents: Amount | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """The place among those who wait, from 1, and by which rule; `order`: of `CallRule`."""

    place: int
    places: int
    reason: Reason
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Integration:
    """What is missing: codes of `MISSING`, then the officer's own words; and until when."""

    missing: tuple[str, ...]
    last: date
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reminder:
    """What is left, until when."""

    left_cents: Amount
    last: date


Outcome: TypeAlias = Award | Refusal | Waiting | Integration | Reminder


@dataclass(frozen=True, slots=True)
class Spending:
    """From when until when what is given can be spent, and where."""

    first: date
    last: date
    categories: tuple[str, ...] = ()


# Of which limit a reason speaks: what was found, and the limit.
LIMITS: Final[Mapping[Reason, Callable[[Evaluation, CallRule], tuple[Amount, Amount | None]]]] = {
    Reason.ISEE_TOO_HIGH: lambda one, rule: (one.isee, rule.limits.isee),
    Reason.ISEE_FF_TOO_HIGH: lambda one, rule: (one.isee_ff, rule.limits.isee_ff),
}


def ranked_outcomes(
    rows: Sequence[RankedRow],
    evaluations: Mapping[UUID, Evaluation],
    rule: CallRule,
    spending: Spending,
) -> Iterator[tuple[RankedRow, Outcome]]:
    """What to tell the family of each line of a ranking, in its order.

    The place on the waiting list counts from 1 among those who wait, whoever was paid between them.
    `evaluations`: by application; without one a refusal tells no numbers.
    """
    waiting = sum(row.outcome == Judged.WAITING for row in rows)
    places = count(1)
    for row in rows:
        reason = Reason(row.reason)
        if row.outcome == Judged.AWARDED:
            yield row, Award(row.amount_cents, spending.first, spending.last, spending.categories)
        elif row.outcome == Judged.WAITING:
            yield row, Waiting(next(places), waiting, reason, rule.order)
        else:
            yield row, _refusal(reason, evaluations.get(row.application_id), rule)


def _refusal(reason: Reason, found: Evaluation | None, rule: CallRule) -> Refusal:
    if found is None or reason not in LIMITS:
        return Refusal(reason)
    return Refusal(reason, *LIMITS[reason](found, rule))
