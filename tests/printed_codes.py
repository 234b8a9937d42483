"""Reads QR codes back from a picture of a page or a screen, as a till would."""

from PIL import Image
from zxingcpp import BarcodeFormat, BarcodeFormats, read_barcodes


def qr_codes(picture: Image.Image) -> list[str]:
    """The texts of all QR codes in sight; of this kind alone, since bold lines pass for bars."""
    found = read_barcodes(picture, formats=BarcodeFormats(BarcodeFormat.QRCode))
    return [one.text for one in found]
