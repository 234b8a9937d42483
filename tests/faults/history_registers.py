"""Whether one voucher's history can be put in a line: a register that is filled and spent from.

Every operation must seem to happen at one moment between its beginning and its end. The search
goes through the history once and keeps every state in which the voucher may be, with those open
operations that have happened already: equal states are looked at once. Source: Herlihy and Wing;
reliability.md 3.4.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tests.faults.history_lines import ENDLESS, FAIL, INFO, OK

ADD, SPEND, LOOK = "add", "spend", "look"


@dataclass(frozen=True, slots=True)
class Step:
    """One operation on a voucher; `told`: what it was said to hold after it (or when refused)."""

    name: str
    amount: int
    began: int
    ended: int = ENDLESS
    outcome: str = INFO
    told: int | None = None

    def after(self, held: int) -> int | None:
        """What the voucher holds after it; None if it cannot have happened at `held`."""
        if self.outcome == FAIL:
            return held if held < self.amount and self.told == held else None
        change = {ADD: self.amount, SPEND: -self.amount, LOOK: 0}[self.name]
        left = held + change
        if left < 0 or (self.outcome == OK and self.told != left):
            return None
        return left


class Place(NamedTuple):
    """What a voucher may hold, and which of the open steps have happened by then."""

    held: int
    done: frozenset[int]


def first_impossible(steps: Sequence[Step], held: int = 0) -> Step | None:
    """The first step whose answer fits no order; None if there is an order for all."""
    places, opened = {Place(held, frozenset())}, set[int]()
    for is_end, number in _moments(steps):
        if not is_end:
            opened.add(number)
            continue
        places = set(_with(places, number, opened, steps))
        if not places:
            return steps[number]
        opened.remove(number)
    return None


def _moments(steps: Sequence[Step]) -> list[tuple[bool, int]]:
    """Beginnings and ends in the order of their time; whoever begins as another ends, overlaps."""
    moments = [(step.began, False, number) for number, step in enumerate(steps)]
    moments += [
        (step.ended, True, number) for number, step in enumerate(steps) if step.ended < ENDLESS
    ]
    return [(is_end, number) for _time, is_end, number in sorted(moments)]


def _with(
    places: Iterable[Place], number: int, opened: set[int], steps: Sequence[Step]
) -> Iterable[Place]:
    """Every place that has this step behind it, by any order of the open ones."""
    seen = set(places)
    waiting = list(seen)
    while waiting:
        place = waiting.pop()
        if number in place.done:
            yield Place(place.held, place.done - {number})
            continue
        for other in opened - place.done:
            held = steps[other].after(place.held)
            if held is None:
                continue
            further = Place(held, place.done | {other})
            if further not in seen:
                seen.add(further)
                waiting.append(further)
