"""The pictures of the 5R report in words: the way of the euro, each R by month, where shops are.

Each has its table beside it, with the same numbers. Not here: how they are drawn
(`ledger.exports.pictures`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ledger.core.quantities import euro_text
from ledger.exports.pictures import NARROW, WIDE, Link, Paper, Said, bars, flow, shops
from ledger.exports.tables import Kind
from ledger.reports.five_rs import Streams
from wallet_web.five_rs_view import Month, hours_text
from wallet_web.five_rs_words import TRENDS
from wallet_web.languages import mark, translations
from wallet_web.rendering import Html, told_in
from wallet_web.tables import Column, Table
from wallet_web.words import CATEGORIES, KINDS

WHOLE_FROM: Final = 1_000_00  # Cents from which a picture tells whole euro.
NAMED: Final = 7  # Programmes, and kinds of shop, that the flow names; its table names all.
EVERY: Final = 10_000
BACK: Final[Mapping[str, str]] = {
    "fund": mark("Al Fondo Sociale"), "bonus": mark("Alle famiglie (sconti)"),
}  # fmt: skip
OTHERS: Final = mark("Altre iniziative")
OTHER_SHOPS: Final = mark("Altri negozi")
UNKNOWN: Final = mark("Altro")
STEPS: Final = (
    mark("dalle fonti alle iniziative"), mark("dalle iniziative ai negozi"),
    mark("dai negozi indietro"),
)  # fmt: skip
MADE_OF: Final = ("spent", "spent", "discounts")  # The figure that each step is a part of.
IN_TABLE: Final = mark("I numeri sono nella tabella.")
HOURS: Final = "responsabilizzare"


@dataclass(frozen=True, slots=True)
class Stream:
    """One way of the euro, in words: which step, from where, to where, cents; its figure."""

    step: str
    start: str
    end: str
    cents: int
    figure: str


STREAMS: Final = Table(
    "flusso",
    mark("Da dove viene, dove va, che cosa torna"),
    (
        Column(mark("Passaggio"), Kind.WORDS, lambda one: one.step),
        Column(mark("Da"), Kind.WORDS, lambda one: one.start),
        Column(mark("A"), Kind.WORDS, lambda one: one.end),
        Column(mark("Euro"), Kind.AMOUNT, lambda one: one.cents, lambda one: one.figure),
    ),
    mark("In questo periodo non è stato speso nulla."),
)  # fmt: skip


def links(streams: Streams, language: str, most: int = EVERY) -> list[Link]:
    """The ways of the euro in a period: source to programme to kind of shop, and back.

    `most`: programmes, and kinds of shop, that have a name; the others are told together.
    """
    say = translations(language).gettext
    titles = _largest((way[1], cents) for way, cents in streams.spent.items())[:most]
    kinds = _largest(
        [
            *((way[2], cents) for way, cents in streams.spent.items()),
            *((way[0], cents) for way, cents in streams.discounts.items()),
        ]
    )[:most]
    sums: dict[tuple[int, str, str], int] = {}

    def add(at: int, start: str, end: str, cents: int) -> None:
        sums[at, start, end] = sums.get((at, start, end), 0) + cents

    def shop(category: str) -> str:
        return say(CATEGORIES.get(category, UNKNOWN) if category in kinds else OTHER_SHOPS)

    for (source, title, category), cents in streams.spent.items():
        programme = title if title in titles else say(OTHERS)
        add(0, say(KINDS.get(source, UNKNOWN)), programme, cents)
        add(1, programme, shop(category), cents)
    for (category, measure), cents in streams.discounts.items():
        add(2, shop(category), say(BACK[measure]), cents)
    return [Link(*way, cents) for way, cents in sums.items() if cents]


def _largest(amounts: Iterable[tuple[str, int]]) -> list[str]:
    """Names by what they come to, the largest first."""
    sums: dict[str, int] = {}
    for name, cents in amounts:
        sums[name] = sums.get(name, 0) + cents
    return sorted(sums, key=lambda name: (-sums[name], name))


def streams_table(found: Sequence[Link], language: str) -> list[Stream]:
    """The same as rows, the largest first in each step."""
    say = translations(language).gettext
    in_order = sorted(found, key=lambda one: (one.column, -one.amount, one.start, one.end))
    return [
        Stream(say(STEPS[one.column]), one.start, one.end, one.amount, MADE_OF[one.column])
        for one in in_order
    ]


def flow_pictures(found: Sequence[Link], language: str) -> dict[str, Html]:
    """The flow for a wide page; for a narrow one in two parts, one below the other."""
    say = translations(language).gettext
    title, text = say(STREAMS.title), say(IN_TABLE)

    def drawn(name: str, chosen: Sequence[Link], paper: Paper) -> Html:
        return Html(flow(Said(name, title, text), chosen, in_euro, paper))

    there = [one for one in found if one.column < len(STEPS) - 1]
    back = [
        Link(0, one.start, one.end, one.amount) for one in found if one.column == len(STEPS) - 1
    ]
    has_both = there and back
    whole = found if has_both else there or back
    return {
        "wide": drawn("flusso", whole, WIDE),
        "there": drawn("flusso-andata", there, NARROW),
        "back": drawn("flusso-ritorno", back, NARROW),
    }


def trends(found: Sequence[Month], language: str) -> dict[str, Html]:
    """A picture an R, of the last twelve months; none where they are all empty."""
    say, named = translations(language).gettext, told_in(language)["short_month"]
    drawn = {}
    for letter, title in TRENDS.items():
        told = [(str(named(one.first))[:3], int(getattr(one, letter))) for one in found[-12:]]
        if any(amount for _name, amount in told):
            said = Said(f"mesi-{letter}", say(title), say(IN_TABLE))
            drawn[letter] = Html(bars(said, told, in_hours if letter == HOURS else in_euro))
    return drawn


def in_euro(cents: int) -> str:
    """Whole euro from `WHOLE_FROM`: a picture has little room, the table has the cents."""
    whole = f"{cents // 100:,}".replace(",", ".")
    return f"{whole}\u00a0€" if abs(cents) >= WHOLE_FROM else f"{euro_text(cents)}\u00a0€"


def in_hours(minutes: int) -> str:
    """Hours, with halves."""
    return f"{hours_text(minutes)}\u00a0h"


@dataclass(frozen=True, slots=True)
class ShopKind:
    """How many shops of one kind a comune has."""

    comune: str
    category: str
    shops: int


SHOPS: Final = Table(
    "negozi-per-tipo",
    mark("Negozi per Comune e tipo"),
    (
        Column(mark("Comune"), Kind.WORDS, lambda one: one.comune),
        Column(mark("Tipo di negozio"), Kind.WORDS, lambda one: one.category, words="category"),
        Column(mark("Negozi"), Kind.COUNT, lambda one: one.shops),
    ),
    mark("Non c’è ancora nessun negozio."),
)  # fmt: skip


def shops_table(found: Mapping[str, Mapping[str, int]]) -> list[ShopKind]:
    """Comune by comune, the most frequent kind first."""
    return [
        ShopKind(comune, *pair)
        for comune, kinds in found.items()
        for pair in _frequent(kinds)
    ]  # fmt: skip


def _frequent(kinds: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0]))


def shop_pictures(found: Mapping[str, Mapping[str, int]], language: str) -> list[Html]:
    """A tile a comune."""
    say = translations(language).gettext
    most = max((sum(kinds.values()) for kinds in found.values()), default=0)
    text = say(mark("Un punto è un negozio. I numeri sono nella tabella."))
    tiles = []
    for at, (comune, kinds) in enumerate(found.items()):
        told = [(say(CATEGORIES.get(kind, UNKNOWN)), count) for kind, count in _frequent(kinds)]
        said = Said(f"negozi-{at}", say(mark("Negozi per tipo: %s")) % comune, text)
        tiles.append(Html(shops(said, comune, told, most)))
    return tiles


def pictures(
    streams: Streams, found: Sequence[Month], by_kind: Mapping[str, Mapping[str, int]],
    language: str,
) -> dict[str, Any]:  # fmt: skip
    """All of them, with the rows of their tables, as the page's template wants them."""
    ways = links(streams, language, NAMED)
    return {
        "flow": flow_pictures(ways, language) if ways else None,
        "streams": streams_table(links(streams, language), language),
        "trends": trends(found, language),
        "tiles": shop_pictures(by_kind, language),
        "shops": shops_table(by_kind),
    }
