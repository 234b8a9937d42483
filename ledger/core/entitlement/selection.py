"""Everybody through one rule, in order, into one sum of money: awards, waiting list, exclusions.

Pure and exact: the same applications, rule, seed and money give the same lines, to the cent. What
is left over, and who takes it, follows from the rule alone. Amounts in cents.
Source: ENTITLEMENT.md, "From applications to awards".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import Final, TypeAlias
from uuid import UUID

from ledger.core.entitlement.call_rule import CallRule, Fit
from ledger.core.entitlement.evaluation import Evaluation, Meter, evaluate
from ledger.core.entitlement.household import Household
from ledger.core.entitlement.isee import Isee
from ledger.core.quantities import Amount, Instant


@dataclass(frozen=True, slots=True)
class Application:
    """What a rule looks at of one application. `received`: when it came in, whole microseconds."""

    id: UUID
    received: Instant
    isee: Amount
    statement: Isee | None
    household: Household


class Outcome(StrEnum):
    """What becomes of an application."""

    AWARDED = "awarded"
    WAITING = "waiting"
    EXCLUDED = "excluded"


class Reason(StrEnum):
    """Why: for letters, lists and pages, which say it in words."""

    NONE = ""
    ISEE_TOO_HIGH = "isee_too_high"
    ISEE_FF_TOO_HIGH = "isee_ff_too_high"
    TOO_FEW_MINORS = "too_few_minors"
    STATEMENT = "statement"  # None, expired, not signed yet, or for national benefits only.
    NOTHING_DUE = "nothing_due"
    MONEY_ENDED = "money_ended"
    OVER_THRESHOLD = "over_threshold"
    TOO_LITTLE = "too_little"


@dataclass(frozen=True, slots=True)
class Line:
    """One application's result. `due`: by the rule alone; `amount`: what the money allows.

    `place` counts from 1 over awarded and waiting; 0 where it is excluded.
    """

    application: Application
    evaluation: Evaluation
    outcome: Outcome
    reason: Reason
    place: int
    due: Amount
    amount: Amount


@dataclass(frozen=True, slots=True)
class Selection:
    """All lines, the ranking first, in order; and what came of the money."""

    lines: tuple[Line, ...]
    budget: Amount
    threshold: Amount | None  # The last indicator that is paid, where the fit lowered it.

    @property
    def total(self) -> Amount:
        """What is given."""
        return sum(line.amount for line in self.lines)

    @property
    def wanted(self) -> Amount:
        """What would be given if there were money for all."""
        return sum(line.due for line in self.lines if line.place)

    @property
    def left(self) -> Amount:
        """What stays in the fund."""
        return self.budget - self.total

    def of(self, outcome: Outcome) -> tuple[Line, ...]:
        """The lines with one outcome, in order."""
        return tuple(line for line in self.lines if line.outcome is outcome)


def select(
    applications: Sequence[Application], rule: CallRule, *, budget: Amount, seed: str
) -> Selection:
    """Evaluate, exclude, rank and fit. `seed`: told in the call; who is equal is drawn by it."""
    judged = [_judged(one, rule) for one in applications]
    ranked = sorted((one for one in judged if one.reason is Reason.NONE), key=_order(rule, seed))
    placed = [replace(one, place=place) for place, one in enumerate(ranked, start=1)]
    lines, threshold = FITTING[rule.fit.kind](placed, budget, rule)
    out = sorted((one for one in judged if one.reason), key=lambda line: line.application.id.bytes)
    return Selection((*lines, *out), budget, threshold)


def lot(seed: str, application: UUID) -> bytes:
    """A number drawn by the call's seed: the same for whoever looks again, known to none before."""
    return sha256(f"portavalori/lot/1\x00{seed}\x00{application.hex}".encode()).digest()


def indicator_of(evaluation: Evaluation, meter: Meter) -> Amount:
    """What the rule's function reads."""
    return evaluation.isee if meter is Meter.ISEE else evaluation.isee_ff


def _judged(one: Application, rule: CallRule) -> Line:
    """By the rule alone: what is due, or why nothing is."""
    evaluation = evaluate(one.household, one.isee, rule.table, rule.benefit, rule.meter)
    reason = _exclusion(one, evaluation, rule)
    due = evaluation.amount if reason is Reason.NONE else 0
    outcome = Outcome.EXCLUDED if reason else Outcome.WAITING
    return Line(one, evaluation, outcome, reason, 0, due, 0)


def _exclusion(one: Application, evaluation: Evaluation, rule: CallRule) -> Reason:
    limits = rule.limits
    if one.statement is None or one.statement.objection(rule.on):
        return Reason.STATEMENT
    if limits.isee is not None and evaluation.isee > limits.isee:
        return Reason.ISEE_TOO_HIGH
    if limits.isee_ff is not None and evaluation.isee_ff > limits.isee_ff:
        return Reason.ISEE_FF_TOO_HIGH
    if limits.minors is not None and len(one.household.minors) < limits.minors:
        return Reason.TOO_FEW_MINORS
    return Reason.NONE if evaluation.amount else Reason.NOTHING_DUE


# The order: each key as a number, the least first.

Key: TypeAlias = Callable[[Line], int]


def _youngest(line: Line) -> int:
    children = line.application.household.children
    return -max((one.birth.toordinal() for one in children), default=0)


KEYS: Final[Mapping[str, Key]] = {
    "isee_ff": lambda line: line.evaluation.isee_ff,
    "isee": lambda line: line.evaluation.isee,
    "most_minors": lambda line: -len(line.application.household.minors),
    "most_members": lambda line: -len(line.application.household.members),
    "youngest_child": _youngest,
    "disability": lambda line: (
        -sum(one.disability is not None for one in line.application.household.members)
    ),
    "received": lambda line: line.application.received,
}


def _order(rule: CallRule, seed: str) -> Callable[[Line], tuple[tuple[int, ...], bytes]]:
    keys = [KEYS[name] for name in rule.order]
    return lambda line: (tuple(key(line) for key in keys), lot(seed, line.application.id))


# What the money allows: lines in order, and the threshold where there is one.

Fitted: TypeAlias = tuple[list[Line], Amount | None]


def _awarded(line: Line, amount: Amount) -> Line:
    return replace(line, outcome=Outcome.AWARDED, amount=amount)


def _waiting(line: Line, reason: Reason) -> Line:
    return replace(line, outcome=Outcome.WAITING, reason=reason)


def _stop(lines: Sequence[Line], budget: Amount, _rule: CallRule) -> Fitted:
    """In order, whole amounts only; nobody is paid before somebody who waits."""
    fitted, left, ended = list[Line](), budget, False
    for line in lines:
        ended = ended or line.due > left
        if not ended:
            left -= line.due
        fitted.append(_waiting(line, Reason.MONEY_ENDED) if ended else _awarded(line, line.due))
    return fitted, None


def _threshold(lines: Sequence[Line], budget: Amount, rule: CallRule) -> Fitted:
    """The highest indicator up to which all fit; who is equal is paid or waits together."""
    rising = sorted(lines, key=lambda line: indicator_of(line.evaluation, rule.meter))
    threshold, paid, at = -1, 0, 0
    while at < len(rising):
        level = indicator_of(rising[at].evaluation, rule.meter)
        until = at
        while until < len(rising) and indicator_of(rising[until].evaluation, rule.meter) == level:
            paid += rising[until].due
            until += 1
        if paid > budget:
            break
        threshold, at = level, until
    fitted = [
        _awarded(line, line.due)
        if indicator_of(line.evaluation, rule.meter) <= threshold
        else _waiting(line, Reason.OVER_THRESHOLD)
        for line in lines
    ]
    return fitted, threshold if at < len(rising) and threshold >= 0 else None


def _scale(lines: Sequence[Line], budget: Amount, rule: CallRule) -> Fitted:
    """The same share for all, in whole steps; the steps left over go one each from the first on."""
    fit = rule.fit
    wanted = sum(line.due for line in lines)
    if wanted <= budget:
        return [_awarded(line, line.due) for line in lines], None
    amounts = _shares([line.due for line in lines], budget, fit)
    return [
        _awarded(line, amount) if amount else _waiting(line, Reason.TOO_LITTLE)
        for line, amount in zip(lines, amounts, strict=True)
    ], None


def _shares(due: Sequence[Amount], budget: Amount, fit: Fit) -> list[Amount]:
    """Each `due` times budget / wanted, down to whole steps, then the rest from the first on.

    Whoever's share would be less than `least` gets nothing, from the last on, and frees money for
    the others. Nobody gets more than is due.
    """
    wanted = sum(due)
    gets = [True] * len(due)
    for at in reversed(range(len(due))):  # Whoever is kept is so with less money wanted, too.
        share = min(due[at], due[at] * budget // wanted // fit.step * fit.step)
        if share < max(fit.least, 1):
            gets[at] = False
            wanted -= due[at]
            if not wanted:
                return [0] * len(due)
    money = min(budget, wanted)
    shares = [
        one * money // wanted // fit.step * fit.step if get else 0
        for one, get in zip(due, gets, strict=True)
    ]
    _spread(shares, [one if get else 0 for one, get in zip(due, gets, strict=True)], money, fit)
    return shares


def _spread(shares: list[Amount], most: Sequence[Amount], money: Amount, fit: Fit) -> None:
    """The rest in whole steps, one each from the first on, until none is left or none fits."""
    left = money - sum(shares)
    while left >= fit.step:
        before = left
        for at, share in enumerate(shares):
            if left >= fit.step and share + fit.step <= most[at]:
                shares[at] += fit.step
                left -= fit.step
        if left == before:
            return


FITTING: Final[Mapping[str, Callable[[Sequence[Line], Amount, CallRule], Fitted]]] = {
    "stop": _stop,
    "scale": _scale,
    "threshold": _threshold,
}
