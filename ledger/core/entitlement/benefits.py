"""What a family gets, or pays for a service, as a function of its indicator: data, no code.

A rule is a function (flat, bands, linear between two points, segments) and what is done with its
amount: times children or members, cap, floor, rounding. Bounds belong to the lower side. The same
rules serve benefits and fees. Not here: which indicator (`evaluation`). Source: domain.md 3.5, 3.6.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final, Protocol, TypeAlias

from ledger.core.entitlement.exact import cents_text, read_cents, read_fraction, rounded
from ledger.core.entitlement.household import Household
from ledger.core.entitlement.steps import Step
from ledger.core.quantities import Amount

Given: TypeAlias = Mapping[str, object]
Told: TypeAlias = tuple[Amount, Step]
MOST_BANDS: Final = 100


class Function(Protocol):
    """An amount for each indicator, in cents both."""

    def at(self, indicator: Amount) -> Told:
        """The amount, and the step that says which part of the function gave it."""


@dataclass(frozen=True, slots=True)
class Flat:
    """The same for everybody."""

    amount: Amount

    def at(self, indicator: Amount) -> Told:  # noqa: ARG002 -- the same whatever it is.
        """One amount."""
        return self.amount, Step("flat", cents_text(self.amount))


@dataclass(frozen=True, slots=True)
class Bands:
    """Steps: `upto[i]` is the last indicator that gives `amounts[i]`; over all of them `above`."""

    upto: tuple[Amount, ...]
    amounts: tuple[Amount, ...]
    above: Amount

    def at(self, indicator: Amount) -> Told:
        """The amount of its band."""
        band = bisect_left(self.upto, indicator)
        over = cents_text(self.upto[band - 1]) if band else "0.00"
        if band == len(self.upto):
            return self.above, Step("above", cents_text(self.above), {"over": over})
        amount, upto = self.amounts[band], cents_text(self.upto[band])
        return amount, Step("band", cents_text(amount), {"over": over, "upto": upto})


@dataclass(frozen=True, slots=True)
class Segment:
    """A line for indicators `over` < x <= `upto`: base + slope x (x - origin), all in cents."""

    over: Amount
    upto: Amount
    base: Amount
    slope: Fraction
    origin: Amount

    def exactly(self, indicator: Amount) -> Fraction:
        """The amount before it is rounded."""
        return self.base + self.slope * (indicator - self.origin)


@dataclass(frozen=True, slots=True)
class Segments:
    """Lines one after the other; `below` up to the first, `above` over the last."""

    parts: tuple[Segment, ...]
    below: Amount
    above: Amount
    holds_first: bool = False  # The point where the first line begins lies on it.

    def at(self, indicator: Amount) -> Told:
        """The amount on its line, rounded once."""
        first, last = self.parts[0].over, self.parts[-1].upto
        if indicator < first or (indicator == first and not self.holds_first):
            return self.below, Step("below", cents_text(self.below), {"upto": cents_text(first)})
        if indicator > last:
            return self.above, Step("above", cents_text(self.above), {"over": cents_text(last)})
        part = next(one for one in self.parts if indicator <= one.upto)
        amount = max(0, rounded(part.exactly(indicator)))
        given = {"over": cents_text(part.over), "upto": cents_text(part.upto)}
        return amount, Step("line", cents_text(amount), given)


@dataclass(frozen=True, slots=True)
class Rounding:
    """To whole steps of so many cents: `half_up`, `down` or `up`."""

    step: Amount = 1
    way: str = "half_up"

    def of(self, amount: Amount) -> Amount:
        """The amount in whole steps."""
        steps, rest = divmod(amount, self.step)
        up = {"half_up": 2 * rest >= self.step, "down": False, "up": rest > 0}[self.way]
        return (steps + (up and rest > 0)) * self.step


UNITS: Final[Mapping[str, Callable[[Household], int]]] = {
    "child": lambda house: len(house.minors) + len(house.dependants),
    "minor": lambda house: len(house.minors),
    "member": lambda house: len(house.members),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A function and what is done with its amount, in this order. `per`: a name of `UNITS`."""

    function: Function
    per: str | None = None
    cap: Amount | None = None
    floor: Amount | None = None
    rounding: Rounding = Rounding()

    def at(self, indicator: Amount, household: Household) -> tuple[Amount, tuple[Step, ...]]:
        """The amount for a household with this indicator (cents both), step by step."""
        amount, step = self.function.at(indicator)
        steps = [step]
        if self.per is not None:
            count = UNITS[self.per](household)
            amount *= count
            steps.append(Step("per", cents_text(amount), {"count": count, "unit": self.per}))
        for what, limit, choose in (("cap", self.cap, min), ("floor", self.floor, max)):
            if limit is not None and choose(amount, limit) != amount:
                amount = limit
                steps.append(Step(what, cents_text(amount)))
        if (whole := self.rounding.of(amount)) != amount:
            amount, given = whole, {"step": cents_text(self.rounding.step)}
            steps.append(Step("rounding", cents_text(whole), {**given, "way": self.rounding.way}))
        return amount, tuple(steps)


# Read from data.

EXTRAS: Final = {"kind", "per", "cap", "floor", "round_to", "round"}


def read_rule(given: object) -> Rule:
    """Read a rule as the editor and files write it. Errors: `ValueError`, for whoever typed it."""
    if not isinstance(given, Mapping) or given.get("kind") not in KINDS:
        message = f"a function has a kind: {', '.join(KINDS)}"
        raise ValueError(message)
    fields, read = KINDS[str(given["kind"])]
    unknown = set(given) - EXTRAS - fields
    if unknown or not fields <= set(given):
        message = f"{given['kind']} wants {', '.join(sorted(fields))} and nothing else"
        raise ValueError(message)
    cap, floor = (read_cents(given[one]) if one in given else None for one in ("cap", "floor"))
    if cap is not None and floor is not None and floor > cap:
        raise ValueError("the floor is not over the cap")
    return Rule(read(given), _per(given), cap, floor, _rounding(given))


def _per(given: Given) -> str | None:
    per = given.get("per")
    if per is not None and per not in UNITS:
        message = f"per is one of {', '.join(UNITS)}"
        raise ValueError(message)
    return None if per is None else str(per)


def _rounding(given: Given) -> Rounding:
    step, way = read_cents(given.get("round_to", "0.01")), given.get("round", "half_up")
    if step < 1 or way not in {"half_up", "down", "up"}:
        raise ValueError("round_to is 0.01 or more; round is half_up, down or up")
    return Rounding(step, str(way))


def _flat(given: Given) -> Flat:
    return Flat(read_cents(given["amount"]))


def _bands(given: Given) -> Bands:
    rows = _list(given["bands"], 2)
    upto = tuple(read_cents(row[0]) for row in rows)
    if any(later <= before for before, later in pairwise(upto)):
        raise ValueError("each band ends above the one before it")
    amounts = tuple(read_cents(row[1]) for row in rows)
    return Bands(upto, amounts, read_cents(given["above"]))


def _list(given: object, width: int) -> Sequence[Sequence[object]]:
    rows = list(given) if isinstance(given, list | tuple) else []
    is_list = 0 < len(rows) <= MOST_BANDS
    if not is_list or not all(isinstance(row, list | tuple) and len(row) == width for row in rows):
        message = f"1 to {MOST_BANDS} rows of {width} values are wanted"
        raise ValueError(message)
    return rows


def _linear(given: Given) -> Segments:
    """Between two points; both lie on the line."""
    [[x0, y0]], [[x1, y1]] = (_list([given[one]], 2) for one in ("from", "to"))
    start, base, end, last = (read_cents(one) for one in (x0, y0, x1, y1))
    if end <= start:
        raise ValueError("`to` lies above `from`")
    line = Segment(start, end, base, Fraction(last - base, end - start), start)
    return Segments(
        (line,), read_cents(given["below"]), read_cents(given["above"]), holds_first=True
    )


def _segments(given: Given) -> Segments:
    rows = given["segments"]
    if not isinstance(rows, list | tuple) or not 0 < len(rows) <= MOST_BANDS:
        message = f"1 to {MOST_BANDS} segments are wanted"
        raise ValueError(message)
    parts = tuple(map(_segment, rows))
    if any(later.over != before.upto for before, later in pairwise(parts)):
        raise ValueError("each segment begins where the one before it ends")
    return Segments(parts, read_cents(given["below"]), read_cents(given["above"]))


def _segment(row: object) -> Segment:
    wants = ("over", "upto", "base", "slope", "origin")
    if not isinstance(row, Mapping) or set(row) != set(wants):
        message = f"a segment has {', '.join(wants)}"
        raise ValueError(message)
    over, upto, base, origin = (read_cents(row[one]) for one in ("over", "upto", "base", "origin"))
    if upto <= over:
        raise ValueError("a segment ends above its beginning")
    return Segment(over, upto, base, read_fraction(row["slope"]), origin)


KINDS: Final[Mapping[str, tuple[frozenset[str], Callable[[Given], Function]]]] = {
    "flat": (frozenset({"amount"}), _flat),
    "bands": (frozenset({"bands", "above"}), _bands),
    "linear": (frozenset({"from", "to", "below", "above"}), _linear),
    "segments": (frozenset({"segments", "below", "above"}), _segments),
}
