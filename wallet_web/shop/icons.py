"""The till's icon as PNG, for phones that draw no SVG: drawn from the rectangles of `icon.svg`.

Not here: the manifest that names them (`installed`).
"""

import re
from functools import lru_cache
from io import BytesIO
from typing import Final

from fastapi import APIRouter
from PIL import Image, ImageDraw
from starlette.exceptions import HTTPException
from starlette.responses import Response

from wallet_web.rendering import STATIC

router = APIRouter(prefix="/cassa")
SIDE: Final = 64  # Of the drawing's own units.
FINER: Final = 4  # Drawn so much larger, then made small: edges are smooth.
BLUE, WHITE = "#0066cc", "#ffffff"
RECTANGLE: Final = re.compile(r"M(\d+) (\d+)h(\d+)v(\d+)H\d+z")
SIZES: Final = {"180": 180, "192": 192, "512": 512, "512-pieno": 512}
FULL: Final = frozenset({"180", "512-pieno"})  # To the edges: the phone cuts them to its shape.


@router.get("/icona-{name}.png")
def icon(name: str) -> Response:
    """One size of it. Errors: 404."""
    if name not in SIZES:
        raise HTTPException(404)
    return Response(picture(name), media_type="image/png")


@lru_cache(maxsize=8)
def picture(name: str) -> bytes:
    """The bytes of one size, drawn once."""
    side = SIZES[name]
    unit = side * FINER / SIDE
    drawn = Image.new("RGBA", (side * FINER, side * FINER), BLUE if name in FULL else "#0000")
    pen = ImageDraw.Draw(drawn)
    if name not in FULL:
        pen.rounded_rectangle((0, 0, side * FINER - 1, side * FINER - 1), 12 * unit, fill=BLUE)
    seen: list[tuple[int, int, int, int]] = []
    for one in rectangles():
        inside = any(big[0] <= one[0] and big[1] <= one[1] < big[3] for big in seen)
        pen.rectangle([at * unit for at in one], fill=BLUE if inside else WHITE)
        seen.append(one)
    told = BytesIO()
    drawn.resize((side, side), Image.Resampling.LANCZOS).save(told, "PNG", optimize=True)
    return told.getvalue()


def rectangles() -> list[tuple[int, int, int, int]]:
    """The rectangles of the drawing's path, corner to corner; one within another is cut out."""
    text = (STATIC / "icon.svg").read_text(encoding="utf-8")
    found = (tuple(map(int, one)) for one in RECTANGLE.findall(text))
    return [(x, y, x + wide, y + high) for x, y, wide, high in found]
