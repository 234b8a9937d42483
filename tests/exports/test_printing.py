"""What is printed is PDF/A and tagged, and a process of its own prints the same bytes."""

import re
from pathlib import Path

import pytest

from ledger.exports.printing import Sheet, printed, printed_apart
from wallet_web.rendering import STATIC

WORDS = '#set document(title: "Prova")\n#set text(lang: "it")\n= #json(bytes(sys.inputs.data)).said'


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    template = tmp_path / "one.typ"
    template.write_text(WORDS, encoding="utf-8")
    fonts = str(STATIC / "vendor" / "paper")
    return Sheet(str(template), fonts, {"said": "Perché è così"}, 1_790_000_000)


def claims_of(pdf: bytes) -> dict[bytes, bytes]:
    """What the file says of itself, in its metadata."""
    return dict(re.findall(rb"<(pdf\w*id:\w+)>([^<]+)</", pdf))


def test_a_print_says_that_it_is_pdf_a_and_accessible(sheet: Sheet) -> None:
    claims = claims_of(printed(sheet))
    assert claims[b"pdfaid:part"] == b"2"
    assert claims[b"pdfaid:conformance"] == b"A"
    assert claims[b"pdfuaid:part"] == b"1"


def test_a_process_of_its_own_prints_the_same_bytes(sheet: Sheet) -> None:
    assert printed_apart(sheet) == printed(sheet)
