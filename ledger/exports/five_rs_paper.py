"""The 5R report on paper, for a council: PDF/A-2a, tagged for readers, the same bytes for the same.

Words come from whoever asks. Not here: the figures (`ledger.reports.five_rs`), and the pictures
(`pictures`).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from ledger.exports.letters import Press
from ledger.exports.printing import printed_apart

TEMPLATE: Final = Path(__file__).with_name("five_rs.typ")
Pairs = tuple[tuple[str, str], ...]
Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class LetterPage:
    """One R: its question, ratios, target (or empty), a sentence, a picture, its lines."""

    title: str
    question: str
    ratios: Pairs
    target: str
    sentence: str
    svg: str
    alt: str
    rows: Rows
    note: str


@dataclass(frozen=True, slots=True)
class FiveRsPaper:
    """All that is printed. `roots`: of each book, how many entries, and the root over them."""

    title: str
    period: str
    lead: str
    summary: Pairs
    roots: Rows
    letters: tuple[LetterPage, ...]
    columns: tuple[str, ...]
    flow: str
    stream_columns: tuple[str, ...]
    streams: Rows
    month_columns: tuple[str, ...]
    months: Rows
    glossary: Pairs
    checks: Sequence[str]


def five_rs_pdf(press: Press, paper: FiveRsPaper) -> bytes:
    """The whole report. Errors: as `printed_apart`."""
    return printed_apart(press.sheet(TEMPLATE, asdict(paper)))
