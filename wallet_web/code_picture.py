"""Draws a text as a QR code, as an SVG of its own. Not here: what the text says."""

from io import BytesIO

import qrcode
from qrcode.constants import ERROR_CORRECT_L
from qrcode.image.svg import SvgPathImage


def code_picture(text: str) -> bytes:
    """The QR code of a text for a screen: larger modules rather than more correction (qr.md 1)."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_L, border=4, image_factory=SvgPathImage)
    code.add_data(text)
    code.make(fit=True)
    drawn = BytesIO()
    code.make_image().save(drawn)
    return drawn.getvalue()
