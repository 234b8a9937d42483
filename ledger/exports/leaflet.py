"""The leaflet for shops: one A4 page as PDF. The same bytes for the same words.

Not here: the words, which come from whoever asks.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from ledger.exports.letters import Press
from ledger.exports.printing import printed

TEMPLATE: Final = Path(__file__).with_name("leaflet.typ")


@dataclass(frozen=True, slots=True)
class LeafletPart:
    """Some lines under a heading."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TillAnswer:
    """What the till may show: kind (yes, wait, no), colour, word, what the shop does then."""

    kind: str
    colour: str
    word: str
    what: str


def shop_leaflet(
    press: Press,
    left: Sequence[LeafletPart],
    answers: Sequence[TillAnswer],
    right: Sequence[LeafletPart],
) -> bytes:
    """The page as PDF/A-2a, tagged: steps on the left, answers and rules on the right."""
    data = {
        "left": [asdict(one) for one in left],
        "right": [asdict(one) for one in right],
        "answers": [(one.kind, one.colour, one.word, one.what) for one in answers],
    }
    return printed(press.sheet(TEMPLATE, data))
