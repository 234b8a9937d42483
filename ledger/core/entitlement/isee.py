"""An ISEE statement: its kind and until when it holds; its value is the case's.

For municipal benefits it stays the legal meter; the comune's indicator stands beside it and is
never written over it. Source: domain.md 3.2, 3.3.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class IseeKind(StrEnum):
    """The last is the second indicator of 2026, for national benefits only (law 199/2025)."""

    ORDINARY = "ordinary"
    MINORS = "minors"
    CURRENT = "current"
    FAMILY_INCLUSION = "family_inclusion"


@dataclass(frozen=True, slots=True)
class Isee:
    """One statement, as INPS gave it."""

    kind: IseeKind
    signed_on: date
    valid_until: date

    def __post_init__(self) -> None:
        """Refuse what no statement is. Errors: `ValueError`."""
        if self.valid_until < self.signed_on:
            raise ValueError("it is valid for a day at least")

    def objection(self, on: date) -> str | None:
        """Why no municipal benefit may read it on that day, or None if it may."""
        if self.kind is IseeKind.FAMILY_INCLUSION:
            return "it is the indicator for national benefits only"
        if on < self.signed_on:
            return "it is not signed yet on that day"
        return "it has expired by that day" if on > self.valid_until else None
