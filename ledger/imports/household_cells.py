"""The cells of one row about a household: yes or no, counts, days; each fault beside its column.

An empty cell says nothing, which is no and none. Not here: what the answers make together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from ledger.core.quantities import Amount, Instant
from ledger.imports import cells
from ledger.imports.days import is_short, pieces, read_day, read_moment
from ledger.imports.faults import Fault, Problem

OLDEST: Final = 120  # Years.
LONGEST_TEXT: Final = 100
YES: Final = frozenset({"sì", "si", "si\u0300", "s", "x", "1", "vero", "true", "yes", "y"})
NO: Final = frozenset({"", "no", "n", "0", "falso", "false", "-"})


class Notice(StrEnum):
    """What is taken as it stands, and a person should look at; the words are the pages'."""

    MINOR_APPLICANT = "minor_applicant"
    PROTECTED_ADDRESS = "protected_address"
    SHORT_YEAR = "short_year"
    AGE_ASSUMED = "age_assumed"
    DEPENDANTS_UNTOLD = "dependants_untold"
    TWINS_UNTOLD = "twins_untold"
    EXAMPLE = "example"
    NO_STATEMENT = "no_statement"
    STATEMENT_UNUSABLE = "statement_unusable"


@dataclass(frozen=True, slots=True)
class Cells:
    """A row below our titles, read on day `on`; what is wrong with it gathers in `problems`."""

    line: int
    given: Mapping[str, str]
    on: date
    day_zero: date | None
    problems: list[Problem] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def refuse(self, name: str, fault: Fault, detail: str = "") -> None:
        """Say what is wrong, never what stands there."""
        self.problems.append(Problem(self.line, name, fault, detail))

    def notice(self, what: Notice) -> None:
        """Say it once."""
        if what not in self.notices:
            self.notices.append(what)

    def text(self, name: str) -> str:
        """What stands there; nothing where there is no such column."""
        return self.given.get(name, "")

    def short_text(self, name: str) -> str:
        """A word or a number, kept as it is."""
        text = self.text(name)
        if len(text) > LONGEST_TEXT:
            self.refuse(name, Fault.CELL_TOO_LONG)
        return text

    def amount(self, name: str) -> Amount:
        """Cents, from nothing on."""
        read = cells.amount(self.text(name))
        if isinstance(read, Fault):
            self.refuse(name, read)
            return 0
        return read

    def flag(self, name: str) -> bool:
        """A yes or a no, as people write them."""
        said = self.text(name).casefold()
        if said not in YES | NO:
            self.refuse(name, Fault.YES_OR_NO)
        return said in YES

    def count(self, name: str) -> int | None:
        """How many, or None where nothing is said."""
        text = self.text(name)
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= len("99")):
            self.refuse(name, Fault.COUNT)
            return None
        return int(text)

    def day(self, name: str) -> date | None:
        """A day, or None where nothing is said."""
        text = self.text(name)
        if not text:
            return None
        day = read_day(text, on=self.on, day_zero=self.day_zero)
        if day is None:
            self.refuse(name, Fault.DATE)
        elif is_short(text):
            self.notice(Notice.SHORT_YEAR)
        return day

    def past_day(self, name: str) -> date | None:
        """A day that has come."""
        day = self.day(name)
        if day and day > self.on:
            self.refuse(name, Fault.FUTURE)
        return day

    def moment(self, name: str) -> Instant | None:
        """When something came in, to the second where that is told."""
        text = self.text(name)
        if not text:
            return None
        day_text = text.partition(" ")[0].partition("T")[0]
        day = read_day(day_text, on=self.on, day_zero=self.day_zero)
        moment = read_moment(text, on=self.on, day_zero=self.day_zero)
        if day is None or moment is None:
            self.refuse(name, Fault.DATE)
        elif day > self.on:
            self.refuse(name, Fault.FUTURE)
        return moment

    def births(self, one_cell: str, numbered: Sequence[str]) -> list[date]:
        """Birth days, all in one cell or each in its own; never both."""
        told = [(name, self.text(name)) for name in numbered if self.text(name)]
        together = [(one_cell, one) for one in pieces(self.text(one_cell))]
        if told and together:
            self.refuse(one_cell, Fault.TOLD_TWICE)
        births = [self._birth(name, text) for name, text in told or together]
        return [one for one in births if one is not None]

    def birth(self, name: str) -> date | None:
        """The birth day in a cell of its own, or None where nothing is said."""
        return self._birth(name, self.text(name)) if self.text(name) else None

    def _birth(self, name: str, text: str) -> date | None:
        day = read_day(text, on=self.on, day_zero=self.day_zero)
        if day is None:
            self.refuse(name, Fault.DATE)
        elif day > self.on:
            self.refuse(name, Fault.FUTURE)
        elif years_between(day, self.on) > OLDEST:
            self.refuse(name, Fault.TOO_LONG_AGO)
        elif is_short(text):
            self.notice(Notice.SHORT_YEAR)
        return day


def years_between(birth: date, on: date) -> int:
    """Full years of age."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
