"""PDF letters to families about their application: awarded, refused, waiting, to be completed.

A page each, in the family's language, its address where the window of a DL envelope is (the
template says where). PDF/UA-1 and PDF/A-2a, the same bytes for the same rows. Not here: what a
letter says; texts come ready, and are printed as they are.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any, Final

from ledger.core.quantities import Amount, euro_text
from ledger.exports.letters import Press
from ledger.exports.printing import Sheet, printed_apart

TEMPLATE: Final = Path(__file__).with_name("outcome_letters.typ")
PORTION: Final = 200  # Letters that one process prints; what it needs of memory ends with it.
MOST_LINES: Final = 4  # Of an address, in a window.
OF_A_LETTER: Final = (b"could not be displayed", b"too long for its page")  # The printer's words.

Tell = Callable[[int], None]


class CannotPrint(ValueError):
    """Letters that cannot be printed, by their numbers from 1: too long, or in unknown letters.

    It says which, and nothing of what is in them.
    """

    def __init__(self, numbers: Sequence[int]) -> None:
        """Say which."""
        super().__init__(f"letters {', '.join(map(str, numbers))}")
        self.numbers = tuple(numbers)


class PrinterBroken(RuntimeError):
    """Nothing can be printed, whatever the letters say: a font or the template is not there."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a letter with its title. `language`: only where it is not the letter's."""

    title: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeLetter:
    """One family's letter. `amount_cents`: what stands in its frame, under `amount_label`.

    `sender`, `recipient`, `reference`: lines; the first of `recipient` is the name.
    """

    language: str
    sender: tuple[str, ...]
    recipient: tuple[str, ...]
    reference: tuple[str, ...]
    title: str
    opening: tuple[str, ...]
    sections: tuple[Section, ...]
    closing: str
    facts: tuple[tuple[str, str], ...] = ()
    amount_label: str = ""
    amount_cents: Amount | None = None

    def __post_init__(self) -> None:
        """Refuse an address that no window shows. Errors: `ValueError`."""
        if not 0 < len(self.recipient) <= MOST_LINES:
            raise ValueError(f"an address has 1 to {MOST_LINES} lines")


def outcome_letters(
    press: Press, letters: Iterable[OutcomeLetter], *, tell: Tell = lambda _done: None
) -> Iterator[bytes]:
    """PDFs of up to `PORTION` letters each, in order; `tell` is told how many are done.

    Errors: `CannotPrint`, `PrinterBroken`; what came before is printed.
    """
    waiting, done = iter(letters), 0
    while portion := list(islice(waiting, PORTION)):
        yield print_letters(press, portion, first=done + 1)
        done += len(portion)
        tell(done)


def print_letters(press: Press, letters: Sequence[OutcomeLetter], *, first: int = 1) -> bytes:
    """One PDF of all, printed by a process that ends with it. Errors: as `outcome_letters`."""
    made = _printed(press, letters)
    if made is None:
        raise CannotPrint([first + at for at in _faulty(press, letters)])
    return made


def _printed(press: Press, letters: Sequence[OutcomeLetter]) -> bytes | None:
    try:
        return printed_apart(_sheet(press, letters))
    except CalledProcessError as error:
        said: bytes = error.stderr  # It quotes a letter, so nobody is told.
    if not any(sign in said for sign in OF_A_LETTER):
        raise PrinterBroken
    return None


def _faulty(press: Press, letters: Sequence[OutcomeLetter]) -> list[int]:
    """The places of those that cannot be printed, found by halves."""
    if len(letters) == 1:
        return [0]
    middle = len(letters) // 2
    return [
        start + at
        for start, half in ((0, letters[:middle]), (middle, letters[middle:]))
        if _printed(press, half) is None
        for at in _faulty(press, half)
    ]


def _sheet(press: Press, letters: Sequence[OutcomeLetter]) -> Sheet:
    return press.sheet(TEMPLATE, {"letters": [_told(one) for one in letters]})


def _told(one: OutcomeLetter) -> dict[str, Any]:
    return {
        "lang": one.language,
        "sender": one.sender,
        "recipient": one.recipient,
        "reference": one.reference,
        "title": one.title,
        "opening": [text.splitlines() for text in one.opening],
        "amount_label": one.amount_label,
        "amount": "" if one.amount_cents is None else euro_text(one.amount_cents),
        "facts": one.facts,
        "sections": [_section(part) for part in one.sections],
        "closing": one.closing.splitlines(),
    }


def _section(part: Section) -> dict[str, Any]:
    return {
        "title": part.title,
        "paragraphs": [text.splitlines() for text in part.paragraphs],
        "items": [text.splitlines() for text in part.items],
        "lang": part.language,
    }
