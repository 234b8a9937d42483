"""A programme's terms: dates, shops, rules; frozen as a version when the first voucher is issued.

Days are days in Rome, from the first instant to the last; they become instants once, when the
terms are made. Not here: money (`apply`), who gets what (a later issue).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from ledger.core.quantities import SECOND, Instant
from ledger.core.till_rules import NO_RULES, TillRules

ROME: Final = ZoneInfo("Europe/Rome")

# Kinds of shop that calls distinguish. Source: domain.md 5.3, 7.2 (Piove di Sacco, Crema).
CATEGORIES: Final = (
    "grocery", "bakery", "butcher", "greengrocer", "bar", "restaurant", "pharmacy", "bookshop",
    "stationery", "florist", "clothes", "household", "sport",
)  # fmt: skip

VAT_KINDS: Final = ("multi", "single")  # Article 6-bis and following, DPR 633/72.


def starts_at(day: date) -> Instant:
    """The first instant of a day in Rome, in microseconds UTC, also where clocks change."""
    return round(datetime.combine(day, time.min, ROME).timestamp()) * SECOND


def ends_at(day: date) -> Instant:
    """The first instant after a day in Rome: "until 31 December" includes all of it."""
    return starts_at(day + timedelta(days=1))


def day_of(when: Instant) -> date:
    """The day in Rome in which an instant (microseconds UTC) falls."""
    return datetime.fromtimestamp(when // SECOND, UTC).astimezone(ROME).date()


@dataclass(frozen=True, slots=True)
class Terms:
    """What an act says of a programme. `categories` empty: every kind of shop."""

    title: str
    summary: str
    starts_on: date
    ends_on: date
    categories: tuple[str, ...] = ()
    vat_kind: str = "multi"
    rules: TillRules = NO_RULES

    def __post_init__(self) -> None:
        """Refuse what no programme can be. Errors: `ValueError`, for the officer to read."""
        if not self.title.strip():
            raise ValueError("a programme has a title")
        if self.ends_on < self.starts_on:
            raise ValueError("a programme ends on or after the day it starts")
        if not set(self.categories) <= set(CATEGORIES):
            raise ValueError("an unknown kind of shop")
        if self.vat_kind not in VAT_KINDS:
            raise ValueError("an unknown kind of VAT treatment")
        for one in self.rules.denominations:
            if not set(one.categories) <= set(CATEGORIES):
                raise ValueError("an unknown kind of shop")


def admits(categories: str, category: str) -> bool:
    """Whether a list of kinds of shop, as kept (empty: all), admits this one."""
    return not categories or category in categories.split(",")
