"""A shop's papers as PDF: a day's slip, a statement for its accountant.

The same bytes for the same rows; words come from whoever asks. Not here: the rows
(`ledger.reports.shop_day`, `shop_ledger`).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from ledger.exports.letters import Press
from ledger.exports.printing import printed

TEMPLATE: Final = Path(__file__).with_name("shop_papers.typ")


@dataclass(frozen=True, slots=True)
class PaperColumn:
    """A column: its title, whether it takes the room that is left, whether it holds numbers."""

    title: str
    wide: bool = False
    number: bool = False


@dataclass(frozen=True, slots=True)
class PaperPart:
    """One table under its heading."""

    heading: str
    columns: tuple[PaperColumn, ...]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class ShopPaper:
    """The whole sheet; `facts` stand above the tables, title and text."""

    title: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[PaperPart, ...]


def shop_pdf(press: Press, paper: ShopPaper) -> bytes:
    """The sheet as a PDF/A-2a, tagged; the press names the shop where a comune stands else."""
    data = {
        "title": paper.title,
        "facts": paper.facts,
        "parts": [asdict(one) for one in paper.parts],
    }
    return printed(press.sheet(TEMPLATE, data))
