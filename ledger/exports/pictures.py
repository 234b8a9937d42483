"""Pictures of figures, as SVG: a flow, bars by month, shops by kind. Pure; words come from callers.

Text is text, colours have a pattern or a label beside them, and nothing is told by colour alone:
printed in black and white it reads the same. Not here: which figures; the tables beside them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

INK: Final = "#17324d"
PALE: Final = "#e6ecf2"
COLOURS: Final = ("#0066cc", "#b35c00", "#00703c", "#8a1f6a", "#5b6f82", "#a3122e", "#006d75")
LINE: Final = 15  # Pixels of a line of text.
Tell = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Said:
    """What a picture is called, and what it shows, for who does not see it; `name`: its id."""

    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """How much goes from one place to the next; each place is named within its column."""

    column: int
    start: str
    end: str
    amount: int


@dataclass(slots=True)
class _Place:
    name: str
    into: int = 0
    out: int = 0
    top: float = 0.0
    tall: float = 0.0
    used_in: float = 0.0
    used_out: float = 0.0

    @property
    def amount(self) -> int:
        return self.into or self.out


@dataclass(frozen=True, slots=True)
class Paper:
    """How wide a flow is drawn, how wide its words may be, and how high its largest column is."""

    wide: int
    words: int
    tall: int = 320


WIDE: Final = Paper(1080, 150)
NARROW: Final = Paper(350, 96, 300)
BAR: Final = 10
GAP: Final = 12


def flow(said: Said, links: Sequence[Link], tell: Tell, paper: Paper = WIDE) -> str:
    """Places in columns, joined by bands as wide as what goes from one to the other.

    Every place has room for its name and its amount (`tell`), however little it is. Amounts of
    nothing or less are not drawn.
    """
    links = [one for one in links if one.amount > 0]
    columns = _columns(links)
    if not columns:
        return ""
    high = max((sum(place.amount for place in column.values()) for column in columns), default=1)
    scale = paper.tall / max(1, high)
    tall = max(_stacked(column.values(), scale) for column in columns)
    room = (paper.wide - BAR - paper.words) / max(1, len(columns) - 1)
    across = [at * room for at in range(len(columns))]
    bands = [_band(one, columns, across, scale) for one in _in_order(links, columns)]
    bars = [
        _bar(place, across[at], at, paper, tell)
        for at, column in enumerate(columns)
        for place in column.values()
    ]
    return _svg(said, paper.wide, round(tall) + 4, [*bands, *bars])


def _columns(links: Sequence[Link]) -> list[dict[str, _Place]]:
    if not links:
        return []
    columns: list[dict[str, _Place]] = [{} for _ in range(max(one.column for one in links) + 2)]
    for one in links:
        columns[one.column].setdefault(one.start, _Place(one.start)).out += one.amount
        columns[one.column + 1].setdefault(one.end, _Place(one.end)).into += one.amount
    return [
        dict(sorted(column.items(), key=lambda pair: (-pair[1].amount, pair[0])))
        for column in columns
    ]


def _stacked(places: Iterable[_Place], scale: float) -> float:
    """Put a column's places one below the other; gives its height."""
    top = 2.0
    for place in places:
        place.top = top
        place.tall = max(2.0, max(place.into, place.out) * scale)
        top += max(place.tall, 2 * LINE + 2) + GAP
    return top - GAP


def _in_order(links: Sequence[Link], columns: Sequence[Mapping[str, _Place]]) -> list[Link]:
    """As the places stand, so that bands cross as little as they can."""
    return sorted(
        links,
        key=lambda one: (
            one.column,
            columns[one.column][one.start].top,
            columns[one.column + 1][one.end].top,
        ),
    )


def _band(
    one: Link, columns: Sequence[Mapping[str, _Place]], across: Sequence[float], scale: float
) -> str:
    start, end = columns[one.column][one.start], columns[one.column + 1][one.end]
    thick = max(1.0, one.amount * scale)
    left, right = across[one.column] + BAR, across[one.column + 1]
    above, below = start.top + start.used_out, end.top + end.used_in
    start.used_out += one.amount * scale
    end.used_in += one.amount * scale
    middle = (left + right) / 2
    colour = COLOURS[list(columns[one.column]).index(one.start) % len(COLOURS)]
    return (
        f'<path d="M{left:.1f} {above:.1f}C{middle:.1f} {above:.1f} {middle:.1f} {below:.1f}'
        f" {right:.1f} {below:.1f}V{below + thick:.1f}C{middle:.1f} {below + thick:.1f}"
        f' {middle:.1f} {above + thick:.1f} {left:.1f} {above + thick:.1f}z"'
        f' fill="{colour}" fill-opacity=".22" stroke="{colour}" stroke-opacity=".55"'
        ' stroke-width=".6"/>'
    )


def _bar(place: _Place, left: float, at: int, paper: Paper, tell: Tell) -> str:
    colour = COLOURS[at % len(COLOURS)] if at else INK
    text = left + BAR + 5
    name = _cut(place.name, paper.words / 6.4)
    high = place.top + LINE - 3
    return (
        f'<rect x="{left:.1f}" y="{place.top:.1f}" width="{BAR}" height="{place.tall:.1f}"'
        f' fill="{colour}"/>'
        + _text(text, high, name, bold=True)
        + _text(text, high + LINE, tell(place.amount))
    )


def _cut(text: str, most: float) -> str:
    """As much of a name as there is room for; the table beside says it whole."""
    return text if len(text) <= most else text[: int(most) - 1].rstrip() + "…"


def bars(said: Said, months: Sequence[tuple[str, int]], tell: Tell) -> str:
    """A bar a month (its name, how much), the highest one with its figure; below zero hangs."""
    wide, tall, foot = 360, 150, 22
    most = max((amount for _name, amount in months), default=0)
    least = min([0, *(amount for _name, amount in months)])
    scale = (tall - foot - LINE - 6) / max(1, most - least)
    zero = LINE + 6 + most * scale
    room = wide / max(1, len(months))
    parts = [_column(at, one, (room, zero, scale), tell, most) for at, one in enumerate(months)]
    line = f'<path d="M0 {zero:.1f}H{wide}" stroke="{INK}" stroke-width="1"/>'
    return _svg(said, wide, tall, [*parts, line])


def _column(
    at: int, month: tuple[str, int], drawn: tuple[float, float, float], tell: Tell, most: int
) -> str:
    (name, amount), (room, zero, scale) = month, drawn
    high = abs(amount) * scale
    left, top = at * room + room * 0.15, zero - high if amount > 0 else zero
    middle = at * room + room / 2
    bar = (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{room * 0.7:.1f}" height="{high:.1f}"'
        f' fill="{COLOURS[0]}" stroke="{INK}" stroke-width=".5"/>'
        if amount
        else ""
    )
    label = _text(middle, 146, name, anchor="middle", small=True)
    if not amount or amount != most:
        return bar + label
    anchor = "start" if at * room < 60 else "end" if (at + 1) * room > 300 else "middle"  # noqa: PLR2004 -- keeps the figure on the picture.
    edge = {"start": left, "middle": middle, "end": left + room * 0.7}[anchor]
    return bar + label + _text(edge, top - 4, tell(amount), anchor=anchor, bold=True)


def shops(said: Said, name: str, kinds: Sequence[tuple[str, int]], most: int) -> str:
    """One comune: a circle as large as it has shops, and a dot a shop, by kind.

    `most`: how many shops the largest comune has, so that circles compare.
    """
    total = sum(count for _kind, count in kinds)
    wide, left, room, top = 350, 122, 24, 96
    radius = 42 * (total / max(1, most)) ** 0.5
    parts = [
        _text(4, 26, name, bold=True, large=True),
        f'<circle cx="300" cy="46" r="{radius:.1f}" fill="{PALE}" stroke="{INK}"/>',
        _text(300, 52, str(total), anchor="middle", bold=True, large=True),
    ]
    for kind, count in kinds:
        parts.append(_text(4, top + 4, _cut(kind, 17)))
        parts.append(_text(left - 8, top + 4, str(count), anchor="end", bold=True))
        for number in range(count):
            x, y = left + 4 + number % room * 9.2, top + number // room * 9
            parts.append(f'<circle cx="{x:.1f}" cy="{y}" r="3.4" fill="{COLOURS[0]}"/>')
        top += 18 + (count - 1) // room * 9
    return _svg(said, wide, top, parts)


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", bold: bool = False,
    small: bool = False, large: bool = False,
) -> str:  # fmt: skip
    size = 17 if large else 11 if small else 12.5
    weight = ' font-weight="700"' if bold else ""
    where = f' text-anchor="{anchor}"' if anchor != "start" else ""
    halo = ' stroke="#fff" stroke-width="3" stroke-opacity=".8" paint-order="stroke"'
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{INK}"{weight}{where}{halo}>'
        f"{escape(text)}</text>"
    )


def _svg(said: Said, wide: int, tall: int, parts: Iterable[str]) -> str:
    ids = f"{said.name}-titolo", f"{said.name}-testo"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {tall}" role="img"'
        f" aria-labelledby={quoteattr(ids[0])} aria-describedby={quoteattr(ids[1])}"
        ' font-family="Titillium Web, sans-serif">'
        f"<title id={quoteattr(ids[0])}>{escape(said.title)}</title>"
        f"<desc id={quoteattr(ids[1])}>{escape(said.text)}</desc>{''.join(parts)}</svg>"
    )
