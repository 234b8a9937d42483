"""When a public total may be told: enough families and shops stand behind each number. Pure.

A cell that too few are behind is not told; its amount waits and is told with a later month, and
what is told never changes. So nobody finds it by subtracting: not from totals, which add up what is
told only, and not from yesterday's page. Source: docs/TRANSPARENCY.md. Not here: SQL.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.core.indicators import Band
from ledger.core.quantities import Amount

FEWEST_FAMILIES: Final = 5
FEWEST_SHOPS: Final = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """Cents, from how many transfers, of how many families, at how many shops (None: at none)."""

    cents: Amount = 0
    transfers: int = 0
    families: int = 0
    shops: int | None = None

    @property
    def may_be_told(self) -> bool:
        """Whether there is nothing in it, or enough are behind it."""
        enough = self.shops is None or self.shops >= FEWEST_SHOPS
        return not self.transfers or (self.families >= FEWEST_FAMILIES and enough)

    def __add__(self, other: "Cell") -> "Cell":
        """Both together: at least as many are behind them as behind the larger of the two."""
        some = [one.shops for one in (self, other) if one.shops is not None and one.transfers]
        return Cell(
            self.cents + other.cents,
            self.transfers + other.transfers,
            max(self.families, other.families),
            max(some) if some else None,
        )


def told_by_month(cells: Sequence[Cell]) -> list[Amount | None]:
    """Cents told with each month, oldest first; None: too few, it waits for a later month."""
    told: list[Amount | None] = []
    waiting = Cell()
    for cell in cells:
        waiting = waiting + cell
        told.append(waiting.cents if waiting.may_be_told else None)
        waiting = Cell() if waiting.may_be_told else waiting
    return told


def told_by_part(parts: Mapping[str, Cell], other: str) -> dict[str, Amount]:
    """Cents of each part of a cell that is told; parts with too few go into `other`.

    If too few are behind `other` too, the smallest part that could be told goes there as well.
    """
    small = {name: cell for name, cell in parts.items() if not cell.may_be_told}
    large = {name: cell for name, cell in parts.items() if name not in small and cell.transfers}
    rest = sum(small.values(), Cell())
    while not rest.may_be_told and large:
        least = min(large, key=lambda name: (large[name].cents, name))
        rest += large.pop(least)
    told = {name: cell.cents for name, cell in large.items()}
    return told | ({other: rest.cents} if rest.transfers else {})


def is_enough(families: int) -> bool:
    """Whether nobody is behind a count, or enough are."""
    return not families or families >= FEWEST_FAMILIES


def told_within(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts of which each lies within the one before it, as far as they may be told.

    What is between two of them is a count too, which anybody can subtract.
    """
    told: dict[str, int] = {}
    outer: int | None = None
    for name, count in counts.items():
        if not is_enough(count) or (outer is not None and not is_enough(outer - count)):
            continue
        told[name] = outer = count
    return told


def told_in_bands(bands: Sequence[Band]) -> tuple[Band, ...]:
    """Neighbouring groups added up until enough are in each, among them and beside them.

    None at all if too few are in all of them together.
    """
    told: list[Band] = []
    for band in bands:
        waits = bool(told) and not _may_be_told(told[-1])
        told[-1:] = [told[-1] + band] if waits else [*told[-1:], band]
    while len(told) > 1 and not _may_be_told(told[-1]):
        told[-2:] = [told[-2] + told[-1]]
    return tuple(told) if told and _may_be_told(told[0]) else ()


def _may_be_told(band: Band) -> bool:
    counts = band.applications, band.admitted, band.applications - band.admitted
    return all(map(is_enough, counts))
