"""The targets of the five R as pages and papers tell them: wanted, found, reached or not yet.

Not here: what they are (`ledger.core.circuit.targets`), and who signs them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ledger.core.circuit.five_rs import ratio_of
from ledger.core.circuit.targets import AT_MOST, Attained, Target
from ledger.core.quantities import euro_text
from ledger.exports.tables import Kind
from ledger.reports.five_rs import FiveRs
from wallet_web.five_rs_view import RATIOS, ratio_text
from wallet_web.languages import mark, translations
from wallet_web.tables import Column, Table

LETTER_OF: Final[Mapping[Target, tuple[str, str]]] = {  # The R, and the line of it.
    Target.COLLECTED: ("raccogliere", ""),
    Target.UNSPENT: ("redistribuire", "unspent_share"),
    Target.RATE: ("rigenerare", "rate"),
    Target.YIELD: ("rendere", "yield"),
    Target.SHARE: ("responsabilizzare", "share"),
}
LEAST: Final = mark("almeno %s")
MOST: Final = mark("al massimo %s")
SENTENCE: Final = mark("Traguardo: %(wanted)s; nel periodo %(found)s.")
REACHED: Final[Mapping[bool | None, str]] = {
    True: mark("Raggiunto"),
    False: mark("Non ancora raggiunto"),
    None: mark("Non si può ancora dire"),
}


@dataclass(frozen=True, slots=True)
class Aim:
    """One target in words; `place`: the comune, where several stand in one table."""

    letter: str
    sentence: str
    wanted: str
    found: str
    is_reached: bool | None
    state: str
    place: str = ""


def aims(report: FiveRs, language: str, place: str = "") -> Iterator[Aim]:
    """Each target of a report, in the order of the five R."""
    say = translations(language).gettext
    for one in report.targets():
        letter, line = LETTER_OF[one.target]
        much, found = _told(one, one.wanted, line), _told(one, one.found, line)
        wanted = say(MOST if one.target in AT_MOST else LEAST) % much
        sentence = say(SENTENCE) % {"wanted": wanted, "found": found}
        state = say(REACHED[one.is_reached])
        yield Aim(letter, sentence, wanted, found, one.is_reached, state, place)


def _told(one: Attained, value: int | None, line: str) -> str:
    if one.target is Target.COLLECTED:
        return f"{euro_text(value or 0)}\u00a0€"
    return ratio_text(None if value is None else ratio_of(value), RATIOS[line])


TARGETS: Final = Table(
    "traguardi",
    mark("I traguardi"),
    (
        Column(mark("Comune"), Kind.WORDS, lambda one: one.place),
        Column(mark("R"), Kind.WORDS, lambda one: one.letter, words="letter"),
        Column(mark("Traguardo"), Kind.WORDS, lambda one: one.wanted),
        Column(mark("Nel periodo"), Kind.WORDS, lambda one: one.found),
        Column(mark("Raggiunto?"), Kind.WORDS, lambda one: one.state),
    ),
    mark("Non ce ne sono: si firmano con le regole del circuito."),
)  # fmt: skip
