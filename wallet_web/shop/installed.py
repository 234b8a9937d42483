"""The till as a page that is installed: its manifest, and the worker that opens it offline.

Not here: what the worker does (`static/till/worker.js`).
"""

import json
from functools import lru_cache
from hashlib import sha256
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from wallet_web.languages import language_of, mark, translations
from wallet_web.rendering import STATIC, vendor_listing

router = APIRouter(prefix="/cassa")
PAGE: Final = "/cassa"
NEEDED: Final = (
    "fonts.css", "bootstrap-italia.css", "icons.svg", "scanner.js", "zxing_reader.wasm",
)  # fmt: skip
TEXTS: Final = ("templates", "locales", "shop")  # What the page is made of, beside its files.


@router.get("/worker.js")
def worker() -> Response:
    """The worker, with its files and their version; it may look after the till's page alone."""
    files = shell()
    script = (STATIC / "till" / "worker.js").read_text(encoding="utf-8")
    told = f"const VERSION = {json.dumps(version())};\nconst FILES = {json.dumps(files)};\n"
    allowed = {"Service-Worker-Allowed": PAGE}
    return Response(told + script, media_type="text/javascript", headers=allowed)


@router.get("/manifest.webmanifest")
def manifest(request: Request) -> Response:
    """How the till is called and drawn among a phone's applications."""
    name = translations(language_of(request)).gettext(mark("Cassa Portavalori"))
    icon = {"src": "/static/icon.svg", "sizes": "any", "type": "image/svg+xml"}
    told = {
        "id": PAGE,
        "name": name,
        "short_name": name,
        "start_url": PAGE,
        "scope": PAGE,
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0066cc",
        "icons": [icon],
    }
    return JSONResponse(told, media_type="application/manifest+json")


@lru_cache(maxsize=1)
def shell() -> list[str]:
    """The page and every file that it opens with; the scanner too."""
    scripts = [STATIC / "till.js", *STATIC.glob("till/*.js"), *STATIC.glob("src/*.js")]
    own = [*scripts, STATIC / "pages.css", STATIC / "icon.svg"]
    paths = sorted(f"/static/{one.relative_to(STATIC).as_posix()}" for one in own)
    fonts = [one["path"] for name, one in vendor_listing().items() if name.endswith(".woff2")]
    built = [vendor_listing()[name]["path"] for name in NEEDED]
    return [PAGE, *paths, *(f"/static/vendor/{one}" for one in (*built, *fonts))]


@lru_cache(maxsize=1)
def version() -> str:
    """A name that changes with any of them."""
    rooms = [one for name in TEXTS for one in (STATIC.parent / name).rglob("*") if one.is_file()]
    files = [STATIC / one.removeprefix("/static/") for one in shell() if one != PAGE]
    told = sha256()
    for one in sorted([*rooms, *files]):
        told.update(sha256(one.read_bytes()).digest())
    return told.hexdigest()[:16]
