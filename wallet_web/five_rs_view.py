"""The 5R report as pages and papers tell it: a line a figure, month by month, as tables.

Shared by the consoles of the comuni and of the association, and by the yearly paper. Not here: who
may see which; pictures (`five_rs_pictures`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from ledger.core.circuit.five_rs import PASSED_ON, collected, given_back
from ledger.core.quantities import euro_text
from ledger.exports.tables import Kind
from ledger.reports.five_rs import FiveRs
from wallet_web.five_rs_words import LETTERS
from wallet_web.languages import mark
from wallet_web.tables import Column, Table

FOLLOWED: Final[Mapping[str, str]] = {
    **{name: f"funding-{name}" for name in ("comune", "state", "region", "donor", PASSED_ON)},
    "discounts": "discounts", "social_fund_donations": "donated", "issued": "issued",
    "spent": "spent", "households": "issued", "ended_cents": "ended", "unspent_cents": "unspent",
    "fund": "fund", "hours": "hours", "bonus": "bonus", "public_spent": "public_spent",
    "giving_back": "hours",
}  # fmt: skip
RATIOS: Final[Mapping[str, str]] = {
    "unspent_share": "percent", "rate": "euro", "yield": "euro", "share": "percent",
    "hours_per_household": "hours",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of one R: cents, minutes, a count or a ratio; the entries behind it, if any.

    `figure`: what it leads to, or empty. `earlier`: the same in the period a year before.
    """

    letter: str
    name: str
    cents: int | None = None
    minutes: int | None = None
    count: int | None = None
    ratio: str | None = None
    entries: int | None = None
    earlier: "Line | None" = None

    @property
    def figure(self) -> str:
        """What it is made of, by its name in addresses."""
        return FOLLOWED.get(self.name, "")

    @property
    def is_ratio(self) -> bool:
        """Whether it is one, though there may be nothing to divide by."""
        return self.name in RATIOS

    @property
    def shown(self) -> str:
        """As people read it; `n/d` where there is nothing to divide by."""
        if self.cents is not None:
            return f"{euro_text(self.cents)}\u00a0€"
        if self.minutes is not None:
            return f"{hours_text(self.minutes)}\u00a0h"
        if self.count is not None:
            return f"{self.count:,}".replace(",", ".")
        return ratio_text(self.ratio, RATIOS.get(self.name, ""))


def hours_text(minutes: int) -> str:
    """Hours with halves: `12,5`."""
    return f"{minutes / 60:,.1f}".translate(str.maketrans(",.", ".,")).removesuffix(",0")


def ratio_text(ratio: str | None, kind: str) -> str:
    """A ratio of four places as people say it: percent, cents of a euro, or hours."""
    if ratio is None:
        return "n/d"
    parts = round(float(ratio) * 10_000)
    if kind == "percent":
        return f"{parts / 100:.1f}\u00a0%".replace(".", ",")
    if kind == "euro":
        return f"{parts / 100:.2f}\u00a0cent/€".replace(".", ",")
    return f"{parts / 10_000:.2f}\u00a0h".replace(".", ",")


def lines(told: Mapping[str, Any], earlier: Mapping[str, Any] | None = None) -> tuple[Line, ...]:
    """Every figure of a report, in the order of the five R."""
    before = {(one.letter, one.name): one for one in lines(earlier)} if earlier else {}
    return tuple(
        _line(letter, name, one, before)
        for letter in LETTERS
        if letter in told
        for name, one in {**told[letter].get("by_source", told[letter])}.items()
    )


def _line(letter: str, name: str, one: Any, before: Mapping[tuple[str, str], Line]) -> Line:  # noqa: ANN401 -- a figure, a count or a ratio.
    earlier = before.get((letter, name))
    if isinstance(one, dict):
        return Line(
            letter, name, one.get("cents"), one.get("minutes"), entries=one["entries"],
            earlier=earlier,
        )  # fmt: skip
    if name in RATIOS:
        return Line(letter, name, ratio=one, earlier=earlier)
    if name.endswith("_cents"):
        return Line(letter, name, cents=one, earlier=earlier)
    return Line(letter, name, count=one, earlier=earlier)


FIGURES: Final = Table(
    "cinque-r",
    mark("Le cinque R"),
    (
        Column(mark("R"), Kind.WORDS, lambda one: one.letter, words="letter"),
        Column(mark("Voce"), Kind.WORDS, lambda one: one.name, words="five_rs"),
        Column(mark("Euro"), Kind.AMOUNT, lambda one: one.cents),
        Column(mark("Minuti"), Kind.COUNT, lambda one: one.minutes),
        Column(mark("Numero"), Kind.COUNT, lambda one: one.count),
        Column(
            mark("Rapporto"), Kind.WORDS,
            lambda one: (one.ratio or "n/d") if one.is_ratio else "",
        ),
        Column(mark("Registrazioni"), Kind.COUNT, lambda one: one.entries),
        Column(
            mark("Un anno prima"), Kind.WORDS,
            lambda one: one.earlier.shown if one.earlier else "",
        ),
    ),
    mark("In questo periodo non c’è ancora nulla."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the trend: cents by R, minutes of hours given."""

    first: date
    raccogliere: int
    redistribuire: int
    rigenerare: int
    rendere: int
    responsabilizzare: int


def months(report: FiveRs) -> tuple[Month, ...]:
    """Each month that has figures, and those between: a sum of it for each R."""
    found = []
    for first in _all_months(sorted(report.months)):
        tally = report.months.get(first)
        if tally is None:
            found.append(Month(first, 0, 0, 0, 0, 0))
            continue
        passed_on = tally.total("funding", frozenset({PASSED_ON})).amount
        came_in = collected(tally) + (passed_on if report.asked.unit else 0)
        spent, fund, minutes = (tally.total(name).amount for name in ("spent", "fund", "hours"))
        found.append(Month(first, came_in, spent, fund, given_back(tally), minutes))
    return tuple(found)


def _all_months(found: Sequence[date]) -> Iterator[date]:
    month = found[0] if found else date.max
    while found and month <= found[-1]:
        yield month
        month = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)


def month_of(one: Month) -> str:
    """Where a month's sums lead: to its own report, as the address says a month."""
    return f"anno={one.first.year}&parte=m{one.first.month}"


TREND: Final = Table(
    "cinque-r-mesi",
    mark("Mese per mese"),
    (
        Column(mark("Mese"), Kind.MONTH, lambda one: f"{one.first:%Y-%m}"),
        Column(mark("Raccolto"), Kind.AMOUNT, lambda one: one.raccogliere, month_of),
        Column(mark("Speso nei negozi"), Kind.AMOUNT, lambda one: one.redistribuire, month_of),
        Column(mark("Al Fondo Sociale"), Kind.AMOUNT, lambda one: one.rigenerare, month_of),
        Column(mark("Tornato alla comunità"), Kind.AMOUNT, lambda one: one.rendere, month_of),
        Column(
            mark("Ore donate"), Kind.WORDS, lambda one: hours_text(one.responsabilizzare)
        ),
    ),
    mark("In questo periodo non c’è ancora nulla."),
)  # fmt: skip

OUTCOMES: Final = Table(
    "esiti",
    mark("Esiti alfa e beta"),
    (
        Column(mark("Esito alfa"), Kind.WORDS, lambda one: one.alfa, words="alfa"),
        Column(mark("Esito beta"), Kind.WORDS, lambda one: one.beta, words="beta"),
        Column(mark("Volte"), Kind.COUNT, lambda one: one.times),
        Column(mark("Ore"), Kind.WORDS, lambda one: hours_text(one.minutes)),
    ),
    mark("Non ne sono ancora registrati."),
)  # fmt: skip
