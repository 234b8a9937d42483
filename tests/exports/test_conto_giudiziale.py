"""The pack of a yearly account: papers and tables say the same, and the same bytes each time."""

import csv
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO, StringIO
from zipfile import ZipFile

import pypdfium2
import pytest

from ledger.core.quantities import parse_euro
from ledger.exports import conto_giudiziale
from ledger.exports.conto_giudiziale import Pack, Register, SummaryLine, write_pack
from ledger.exports.letters import Press
from ledger.exports.tables import Cell, Heading, Kind
from tests.exports.test_printing import claims_of
from wallet_web.comune.conto_pack import LINES
from wallet_web.comune.conto_tables import REGISTER
from wallet_web.rendering import STATIC

NOON = 1_793_617_200_000_000  # 2 November 2026, 12:00 in Rome.
PRESS = Press("Giussano", "it", LINES, STATIC / "vendor" / "paper", NOON)
HEADINGS = tuple(Heading(one.title, one.kind) for one in REGISTER.columns)


def line(number: int) -> list[Cell]:
    """Every third line takes 5.00 of what the others add, 10.00 each."""
    charge, discharge = (None, 5_00) if number % 3 == 0 else (10_00, None)
    receipt = f"019a{number:04d}-0000-7000-8000-000000000000"
    return [
        number, 100 + number, NOON, "Spesa", "P1", f"Forno #{number} & *figli*", receipt,
        charge, discharge, 1_000_00 + left(number),
    ]  # fmt: skip


def left(number: int) -> int:
    return sum(-5_00 if n % 3 == 0 else 10_00 for n in range(1, number + 1))


def pack(count: int) -> Pack:
    summary = (
        SummaryLine("P1 Buoni spesa", "Rimanenza iniziale", None, 1_000_00, is_sum=True),
        SummaryLine("P1 Buoni spesa", "Scarico: Spesa", 2, 10_00, is_sum=False),
    )
    columns = ("Iniziativa", "Voce", "Operazioni", "Euro")
    kinds = (Kind.WORDS, Kind.WORDS, Kind.COUNT, Kind.AMOUNT)
    return Pack(
        PRESS, "Conto giudiziale dei buoni, anno 2026", (("Esercizio", "2026"),), "Provvisorio",
        tuple(Heading(*one) for one in zip(columns, kinds, strict=True)), summary,
        Register(HEADINGS, lambda: map(line, range(1, count + 1)), count, 1_000_00),
        (("Agente contabile", "anna"), ("Chi controlla", "bruno")), "ab" * 32,
    )  # fmt: skip


def written(made: Pack) -> bytes:
    target = BytesIO()
    write_pack(made, target)
    return target.getvalue()


def entries(data: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def words_of(pdf: bytes) -> Iterator[str]:
    for page in pypdfium2.PdfDocument(pdf):
        yield page.get_textpage().get_text_range().replace("\r\n", " ")


@pytest.fixture
def small_volumes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conto_giudiziale, "VOLUME", 4)


@pytest.mark.usefixtures("small_volumes")
def test_every_paper_is_pdf_a_and_every_line_is_on_one_of_them() -> None:
    found = entries(written(pack(10)))
    papers = {name: data for name, data in found.items() if name.endswith(".pdf")}
    assert list(papers) == ["conto.pdf", *(f"registro-{at:03d}.pdf" for at in (1, 2, 3))]
    for data in papers.values():
        claims = claims_of(data)
        assert (claims[b"pdfaid:part"], claims[b"pdfaid:conformance"]) == (b"2", b"A")
    volumes = [" ".join(words_of(data)) for name, data in papers.items() if "registro" in name]
    for number in range(1, 11):
        assert f"Forno #{number} & *figli*" in volumes[(number - 1) // 4]
    for told, carried, on in zip(volumes, (0, 4, 8), (4, 8, 10), strict=True):
        assert f"Riporto {euro(carried)}" in told
        assert f"A riportare {euro(on)}" in told
        assert "Provvisorio" in told


def euro(number: int) -> str:
    return f"{(1_000_00 + left(number)) // 100:,}".replace(",", ".") + ",00"


def test_the_account_names_both_people_and_the_seal() -> None:
    [told] = words_of(entries(written(pack(1)))["conto.pdf"])
    for wanted in ("anna", "bruno", "Data e firma", "1.000,00", "Provvisorio", "Scarico: Spesa"):
        assert wanted in told
    assert "ab" * 32 in told.replace(" ", "")


def test_the_tables_hold_every_line() -> None:
    found = entries(written(pack(7)))
    lines = list(csv.reader(StringIO(found["registro.csv"].decode("utf-8-sig")), delimiter=";"))
    assert lines[0] == [one.title for one in HEADINGS]
    assert [int(row[0]) for row in lines[1:]] == list(range(1, 8))
    assert parse_euro(lines[-1][-1]) == 1_000_00 + left(7)
    summary = found["riepilogo.csv"].decode("utf-8-sig").splitlines()
    assert summary[1] == "P1 Buoni spesa;Rimanenza iniziale;;1000,00"


def test_a_year_without_lines_has_no_register_on_paper() -> None:
    assert not [name for name in entries(written(pack(0))) if name.startswith("registro-")]


@pytest.mark.usefixtures("small_volumes")
def test_the_same_rows_give_the_same_bytes_and_each_file_its_sum() -> None:
    data = written(pack(5))
    assert data == written(pack(5))
    found = entries(data)
    sums = dict(line.split("  ")[::-1] for line in found.pop("SHA256SUMS").decode().splitlines())
    assert sums == {name: sha256(one).hexdigest() for name, one in found.items()}
