"""The pack of a yearly account: the account and its register as PDF/A, both as CSV, in one ZIP.

The same bytes for the same rows; words come from whoever asks. The register is printed in volumes,
each in a process of its own. Not here: which rows (`ledger.reports.conto_giudiziale`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

from ledger.core.quantities import Amount, euro_text
from ledger.exports.bundle import LEVEL, Writing
from ledger.exports.letters import Press
from ledger.exports.printing import printed, printed_apart
from ledger.exports.tables import Cell, Heading, Kind, csv_for_offices, on_roman_clocks

ACCOUNT: Final = Path(__file__).with_name("conto.typ")
REGISTER: Final = Path(__file__).with_name("conto_register.typ")
VOLUME: Final = 1_000  # Lines that are printed together: 29 pages, half a second, 200 MB.
Tell = Callable[[int, int], None]
READ_ME: Final = """\
{title}. COMUNE DI {comune}

conto.pdf        il conto: rimanenza iniziale, carico, scarico, rimanenza finale; da firmare
registro-*.pdf   il registro cronologico, numerato senza salti
riepilogo.csv    il conto come tabella
registro.csv     il registro come tabella
SHA256SUMS       l’impronta di ogni file

Il numero di ricevuta è quello della ricevuta firmata che ha il negozio; il numero di registrazione
è quello del libro. Il sigillo nel conto è la radice del libro dopo l’ultima registrazione
dell’anno: con i libri (portavalori export audit) chiunque la ricalcola. Nessun nome di famiglia è
in questi file.

The account (conto.pdf) and its numbered register, also as tables. Receipt numbers are those of the
signed receipts that shops hold. The seal is the root of the book's log after the year's last
entry; anybody recomputes it from the books. No family's name is in these files.
"""


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """One line of the account: which programme, what, how many operations, cents."""

    programme: str
    item: str
    lines: int | None
    cents: Amount
    is_sum: bool


@dataclass(frozen=True, slots=True)
class Register:
    """The register's columns and lines: the last column is what is left; the count is known."""

    headings: tuple[Heading, ...]
    rows: Callable[[], Iterable[Sequence[Cell]]]
    count: int
    opening: Amount

    @property
    def volumes(self) -> int:
        """In how many parts it is printed."""
        return -(-self.count // VOLUME)


@dataclass(frozen=True, slots=True)
class Pack:
    """A year. `facts`: what stands above the account, title and text; `notice`: empty, or why it
    is not the last word; `signers`: who signs, as what; `seal`: the book's root.
    """  # noqa: D205 -- one sentence.

    press: Press
    title: str
    facts: tuple[tuple[str, str], ...]
    notice: str
    summary_headings: tuple[Heading, ...]
    summary: tuple[SummaryLine, ...]
    register: Register
    signers: tuple[tuple[str, str], ...]
    seal: str


def write_pack(pack: Pack, target: IO[bytes], *, tell: Tell = lambda _done, _all: None) -> None:
    """Write the ZIP; `tell` hears how many volumes are printed, of how many."""
    with ZipFile(target, "w", compression=ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        writing = Writing(archive)
        writing.text(
            "LEGGIMI.txt", [READ_ME.format(title=pack.title.upper(), comune=pack.press.comune)]
        )
        _add(writing, "conto.pdf", account_pdf(pack))
        _add(writing, "riepilogo.csv", csv_for_offices(pack.summary_headings, _summary(pack)))
        register = pack.register
        _add(writing, "registro.csv", csv_for_offices(register.headings, register.rows()))
        for number, pdf in enumerate(register_pdfs(pack), start=1):
            _add(writing, f"registro-{number:03d}.pdf", pdf)
            tell(number, register.volumes)
        writing.text("SHA256SUMS", list(writing.sums))


def _add(writing: Writing, name: str, data: bytes) -> None:
    with writing.entry(name) as entry:
        entry.write(data)


def account_pdf(pack: Pack) -> bytes:
    """The account itself: what was carried over, charged, discharged, and is carried on."""
    data = {
        "title": pack.title,
        "facts": pack.facts,
        "notice": pack.notice,
        "columns": [one.title for one in pack.summary_headings],
        "rows": [[*_told(pack.summary_headings, row)] for row in _summary(pack)],
        "sums": [one.is_sum for one in pack.summary],
        "signers": pack.signers,
        "seal": pack.seal,
    }
    return printed(pack.press.sheet(ACCOUNT, data))


def register_pdfs(pack: Pack) -> Iterator[bytes]:
    """The register, volume by volume; each begins with what the one before carried over."""
    register = pack.register
    rows, left = iter(register.rows()), register.opening
    for number in range(1, register.volumes + 1):
        lines = list(islice(rows, VOLUME))
        data: dict[str, Any] = {
            "title": pack.title,
            "notice": pack.notice,
            "volume": number,
            "volumes": register.volumes,
            "columns": [one.title for one in register.headings],
            "rows": [[*_told(register.headings, line)] for line in lines],
            "carried": euro_text(left),
        }
        left = int(lines[-1][-1] or 0)
        data["carried_on"] = euro_text(left)
        yield printed_apart(pack.press.sheet(REGISTER, data))


def _summary(pack: Pack) -> Iterator[Sequence[Cell]]:
    for one in pack.summary:
        yield one.programme, one.item, one.lines, one.cents


def _told(headings: Sequence[Heading], row: Sequence[Cell]) -> Iterator[str]:
    for heading, cell in zip(headings, row, strict=True):
        if cell is None:
            yield ""
        elif heading.kind is Kind.AMOUNT:
            yield euro_text(int(cell))
        elif heading.kind is Kind.MOMENT:
            yield on_roman_clocks(int(cell)).strftime("%d/%m/%Y %H:%M:%S")
        else:
            yield str(cell)
