"""What a call and its programme came to, in figures that comuni may show each other.

Counts, cents and groups of families; what too few families or shops stand behind is left out before
it is written. Not here: where the figures come from (`ledger.reports`). Source: PRACTICE.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from ledger.core.canonical import Json, canonical
from ledger.core.quantities import MAX_AMOUNT, Amount, half_up

VERSION: Final = 1
COUNTS: Final = (
    "received", "complete", "admitted", "families", "shops", "days_to_first_voucher",
)  # fmt: skip
CENTS: Final = ("committed", "given", "spent", "returned")
FIELDS: Final = frozenset({
    "v", "comune", "title", "day", "synthetic", "counts", "cents", "by_indicator", "by_members",
})  # fmt: skip
BAND: Final = frozenset({"over", "upto", "applications", "admitted", "cents"})
MOST_BANDS: Final = 20
LONGEST: Final = 500
T = TypeVar("T")


class NotFigures(ValueError):
    """What this program cannot take for figures; it names the part."""


@dataclass(frozen=True, slots=True)
class Band:
    """Applications between two bounds of an indicator (cents), or of a household's size.

    `over` None: from the first on; `upto` None: and all above. `over` is not in it for cents.
    """

    over: int | None
    upto: int | None
    applications: int
    admitted: int
    cents: Amount

    @property
    def mean_cents(self) -> Amount | None:
        """What one of them was given on average; None where nobody was."""
        return half_up(self.cents, self.admitted) if self.admitted else None

    def __add__(self, other: "Band") -> "Band":
        """Both, where the other is the one after it."""
        return Band(
            self.over, other.upto, self.applications + other.applications,
            self.admitted + other.admitted, self.cents + other.cents,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Indicators:
    """The figures of one call or programme, on one day. A count or amount that is absent is not
    told. `synthetic`: amounts came from a table that was made up.
    """  # noqa: D205 -- one sentence each.

    comune: str
    title: str
    day: date
    synthetic: bool
    counts: Mapping[str, int]
    cents: Mapping[str, Amount]
    by_indicator: tuple[Band, ...] = ()
    by_members: tuple[Band, ...] = ()

    @property
    def mean_cents(self) -> Amount | None:
        """What a family was given on average."""
        given, families = self.cents.get("given"), self.counts.get("families")
        return half_up(given, families) if given is not None and families else None

    @property
    def left_cents(self) -> Amount | None:
        """With the families still."""
        parts = [self.cents.get(name) for name in ("given", "spent", "returned")]
        given, spent, returned = parts
        if given is None or spent is None or returned is None:
            return None
        return given - spent - returned

    def share(self, part: str, of: str) -> int | None:
        """One amount in whole percent of another."""
        cents, whole = self.cents.get(part), self.cents.get(of)
        return half_up(cents * 100, whole) if cents is not None and whole else None

    def words(self) -> dict[str, Json]:
        """Their canonical form, which `read_indicators` reads back."""
        return {
            "v": VERSION,
            "comune": self.comune,
            "title": self.title,
            "day": self.day.isoformat(),
            "synthetic": self.synthetic,
            "counts": dict(self.counts),
            "cents": dict(self.cents),
            "by_indicator": [_band_words(one) for one in self.by_indicator],
            "by_members": [_band_words(one) for one in self.by_members],
        }


def _band_words(one: Band) -> Json:
    bounds = {"over": one.over, "upto": one.upto}
    words: dict[str, Json] = {name: value for name, value in bounds.items() if value is not None}
    words |= {"applications": one.applications, "admitted": one.admitted, "cents": one.cents}
    return words


def read_indicators(words: Mapping[str, Json]) -> Indicators:
    """Read figures, strictly. Errors: `NotFigures`."""
    if words.get("v") != VERSION or set(words) != FIELDS or type(words["synthetic"]) is not bool:
        raise NotFigures("fields")
    made = Indicators(
        comune=_line("comune", words["comune"]),
        title=_line("title", words["title"]),
        day=_told("day", lambda text: date.fromisoformat(str(text)), words["day"]),
        synthetic=words["synthetic"],
        counts=_numbers("counts", words["counts"], COUNTS),
        cents=_numbers("cents", words["cents"], CENTS),
        by_indicator=_bands("by_indicator", words["by_indicator"]),
        by_members=_bands("by_members", words["by_members"]),
    )
    if canonical(made.words()) != canonical(dict(words)):
        raise NotFigures("fields")
    return made


def _told(name: str, read: Callable[[Any], T], given: object) -> T:
    try:
        return read(given)
    except ValueError as error:
        raise NotFigures(name) from error


def _line(name: str, given: Json) -> str:
    if not isinstance(given, str) or not given.isprintable() or not 0 < len(given) <= LONGEST:
        raise NotFigures(name)
    return given


def _numbers(part: str, given: Json, known: tuple[str, ...]) -> dict[str, int]:
    if not isinstance(given, dict) or not set(given) <= set(known):
        raise NotFigures(part)
    return {name: _number(f"{part}.{name}", value) for name, value in given.items()}


def _number(name: str, given: Json) -> int:
    if type(given) is not int or not 0 <= given <= MAX_AMOUNT:
        raise NotFigures(name)
    return given


def _bands(part: str, given: Json) -> tuple[Band, ...]:
    if not isinstance(given, list) or len(given) > MOST_BANDS:
        raise NotFigures(part)
    return tuple(_band(part, one) for one in given)


def _band(part: str, given: Json) -> Band:
    if not isinstance(given, dict) or not BAND - {"over", "upto"} <= set(given) <= BAND:
        raise NotFigures(part)
    values = {name: _number(f"{part}.{name}", value) for name, value in given.items()}
    return Band(
        values.get("over"), values.get("upto"), values["applications"], values["admitted"],
        values["cents"],
    )  # fmt: skip
