"""PDF letters: a family's sheet with its code, its PIN apart, and sheets of slips.

PDF/UA-1 and PDF/A-2a, the same bytes for the same rows. Words come from whoever asks, in the
family's language. Not here: codes and names (the verbs), fonts (the built front end has them).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import qrcode
from qrcode.constants import ERROR_CORRECT_M

from ledger.core.quantities import SECOND, Amount, Instant, euro_text
from ledger.exports.printing import Sheet, printed

TEMPLATE: Final = Path(__file__).with_name("letters.typ")
QUIET_MODULES: Final = 4
SLIPS_A_PAGE: Final = 8
Words = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class VoucherLine:
    """One voucher on a family's sheet; cents, and its last day in words."""

    title: str
    amount_cents: Amount
    until: str


@dataclass(frozen=True, slots=True)
class FamilyLetter:
    """What is printed for one family: the signed text of its code, the typed code, the PIN."""

    name: str
    token: str
    code: str
    pin: str
    vouchers: tuple[VoucherLine, ...]


@dataclass(frozen=True, slots=True)
class SlipPaper:
    """One slip: its signed text, typed code, face in cents, last day and where it counts."""

    token: str
    code: str
    title: str
    amount_cents: Amount
    until: str
    where: str


@dataclass(frozen=True, slots=True)
class Press:
    """How letters are printed: whose they are, in which words and fonts, and when."""

    comune: str
    language: str
    words: Words
    fonts: Path
    printed_at: Instant

    def sheet(self, template: Path, data: Mapping[str, Any]) -> Sheet:
        """A template's data with what all of this comune's papers say."""
        said = {"comune": self.comune, "lang": self.language, "words": self.words, **data}
        return Sheet(str(template), str(self.fonts), said, self.printed_at // SECOND)


def family_letters(press: Press, letters: Sequence[FamilyLetter]) -> bytes:
    """Each family's sheet, without its PIN: the PINs are `pin_letters`, sent apart."""
    return _print(press, [_family(one) for one in letters])


def pin_letters(press: Press, letters: Sequence[FamilyLetter]) -> bytes:
    """Each family's PIN on a sheet of its own."""
    return _print(press, [{"kind": "pin", "name": one.name, "pin": one.pin} for one in letters])


def slip_sheets(press: Press, slips: Sequence[SlipPaper]) -> bytes:
    """Slips to cut out, eight a page."""
    pages = [slips[at : at + SLIPS_A_PAGE] for at in range(0, len(slips), SLIPS_A_PAGE)]
    return _print(press, [{"kind": "slips", "slips": [_slip(one) for one in p]} for p in pages])


def _family(one: FamilyLetter) -> dict[str, Any]:
    vouchers = [
        {"title": line.title, "amount": euro_text(line.amount_cents), "until": line.until}
        for line in one.vouchers
    ]
    return {
        "kind": "family",
        "name": one.name,
        "code": one.code,
        "svg": code_svg(one.token),
        "vouchers": vouchers,
    }


def _slip(one: SlipPaper) -> dict[str, Any]:
    return {
        "svg": code_svg(one.token),
        "code": one.code,
        "title": one.title,
        "amount": euro_text(one.amount_cents),
        "until": one.until,
        "where": one.where,
    }


def _print(press: Press, sheets: Sequence[dict[str, Any]]) -> bytes:
    return printed(press.sheet(TEMPLATE, {"sheets": sheets}))


def code_svg(token: str) -> str:
    """A token as a QR code: one SVG path, error correction M, four quiet modules around."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_MODULES)
    code.add_data(token, optimize=20)
    code.make(fit=True)
    matrix = code.get_matrix()
    side = len(matrix)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"'
        f' shape-rendering="crispEdges"><path d="M0 0h{side}v{side}h-{side}z" fill="#fff"/>'
        f'<path d="{"".join(_runs(matrix))}" fill="#000"/></svg>'
    )


def _runs(matrix: Sequence[Sequence[bool]]) -> Iterator[str]:
    """Each row's black runs as rectangles one module high."""
    for y, row in enumerate(matrix):
        start: int | None = None
        for x, black in enumerate([*row, False]):
            if black and start is None:
                start = x
            elif not black and start is not None:
                yield f"M{start} {y}h{x - start}v1h-{x - start}z"
                start = None
