"""Printed codes are read back from the rendered page, also blurred and tilted."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image, ImageFilter

from ledger.exports.letters import (
    FamilyLetter,
    Press,
    SlipPaper,
    VoucherLine,
    family_letters,
    pin_letters,
    slip_sheets,
)
from ledger.exports.printing import Unprintable
from ledger.token.issue import issue
from ledger.token.keys import kid_of
from ledger.token.payloads import FamilyCode
from ledger.token.short_code import make
from ledger.token.text import Environment
from tests.printed_codes import qr_codes
from wallet_web.rendering import STATIC

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
WORDS = {
    "title": "Codice famiglia", "of_comune": "Comune di", "family_title": "Il tuo codice",
    "code_alt": "Codice QR", "code_label": "Codice", "shops_only": "Solo per i negozi",
    "pin_apart": "PIN a parte", "rules_title": "Come si usa", "rules": ["Una", "Due"],
    "vouchers_title": "I tuoi buoni", "voucher": "Buono", "amount": "Importo",
    "until": "Fino al", "footer": "Documento non fiscale", "pin_title": "Il tuo PIN",
    "pin_label": "PIN", "pin_rules": ["Non dirlo"], "slips_title": "Tagliandi",
    "slip_rule": "Una volta sola",
}  # fmt: skip
PRESS = Press("Giussano", "it", WORDS, STATIC / "vendor" / "paper", 1_790_000_000_000_000)


def token(number: int) -> str:
    code = FamilyCode(
        issuer="c_e063",
        id=random.Random(number).randbytes(16),
        issued_at=1_790_000_000,
        expires_at=1_850_000_000,
        max_tx_cents=500_00,
    )
    kid = kid_of(KEY.public_key())
    return issue(code, key=KEY, kid=kid, environment=Environment.TEST)


def letter(number: int) -> FamilyLetter:
    vouchers = (VoucherLine("Buoni spesa", 150_00, "31 dicembre 2026"),)
    return FamilyLetter("Ada Esempi", token(number), make(number), "12345", vouchers)


def slip(number: int) -> SlipPaper:
    return SlipPaper(token(number), make(number), "Buoni", 5_00, "31 dicembre", "Bar e panifici")


def pages(pdf: bytes, dpi: int) -> Iterator[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        yield page.render(scale=dpi / 72).to_pil().convert("L")
    document.close()


def read(image: Image.Image) -> list[str]:
    return sorted(qr_codes(image))


@pytest.mark.parametrize("dpi", [203, 300])
def test_a_family_sheet_reads_back_as_it_was_signed(dpi: int) -> None:
    pdf = family_letters(PRESS, [letter(1), letter(2)])
    assert [read(page) for page in pages(pdf, dpi)] == [[token(1)], [token(2)]]


@pytest.mark.parametrize("tilt", [-25, 7, 25])
def test_a_blurred_and_tilted_sheet_still_reads(tilt: int) -> None:
    [page] = pages(family_letters(PRESS, [letter(3)]), 203)
    seen = page.rotate(tilt, expand=True, fillcolor=255).filter(ImageFilter.GaussianBlur(1.2))
    assert read(seen) == [token(3)]


def test_every_slip_of_a_full_sheet_reads_back() -> None:
    numbers = range(10)
    pdf = slip_sheets(PRESS, [slip(number) for number in numbers])
    found = [text for page in pages(pdf, 203) for text in read(page)]
    assert sorted(found) == sorted(token(number) for number in numbers)


def test_the_pin_is_on_a_sheet_of_its_own() -> None:
    sheets = family_letters(PRESS, [letter(4)])
    [text] = texts(sheets)
    assert make(4) in text
    assert "12345" not in text
    [apart] = texts(pin_letters(PRESS, [letter(4)]))
    assert "12345" in apart.replace(" ", "")
    assert make(4) not in apart


def texts(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_range() for page in document]


def test_the_same_rows_give_the_same_bytes_and_an_accessible_file() -> None:
    pdf = family_letters(PRESS, [letter(5)])
    assert pdf == family_letters(PRESS, [letter(5)])
    assert b"pdfuaid" in pdf or b"/MarkInfo" in pdf


def test_a_name_that_no_font_has_is_quoted_in_no_error() -> None:
    with pytest.raises(Unprintable) as refused:
        family_letters(PRESS, [replace(letter(6), name="Segreta 李")])
    assert refused.value.args == ()
    assert refused.value.__context__ is None


def test_fonts_are_ours(tmp_path: Path) -> None:
    assert list((STATIC / "vendor" / "paper").glob("*.ttf")), tmp_path
