"""A page that is installed on a phone: its manifest, its files, and the worker that keeps them.

Not here: whose page it is, and what the worker does (`static/worker.js`).
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from wallet_web.languages import language_of, translations
from wallet_web.rendering import STATIC, vendor_listing

BUILT: Final = (
    "fonts.css", "bootstrap-italia.css", "icons.svg", "scanner.js", "zxing_reader.wasm", "draw.js",
)  # fmt: skip
ICONS: Final = [
    {"src": "/static/icon.svg", "sizes": "any", "type": "image/svg+xml"},
    *(
        {"src": f"/cassa/icona-{one}.png", "sizes": f"{one}x{one}", "type": "image/png"}
        for one in (192, 512)
    ),
    {"src": "/cassa/icona-512-pieno.png", "sizes": "512x512", "type": "image/png",
     "purpose": "maskable"},
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class InstalledPage:
    """A page that opens without network once it was opened with it.

    `address`: where it stands, and what its worker may look after. `place`: what its copies are
    called on the phone. `title`: a word to be translated. `scripts`: patterns below `static`.
    `texts`: the folders that the page is made of, beside its files. `others`: pages below it that
    open without network too.
    """

    address: str
    place: str
    title: str
    scripts: tuple[str, ...]
    texts: tuple[str, ...]
    others: tuple[str, ...] = ()

    def worker(self) -> Response:
        """The worker, with its files and their version; it may look after this page alone."""
        script = (STATIC / "worker.js").read_text(encoding="utf-8")
        known = {"NAME": self.place, "VERSION": version_of(self), "FILES": files_of(self)}
        told = "".join(f"const {name} = {json.dumps(one)};\n" for name, one in known.items())
        allowed = {"Service-Worker-Allowed": self.address}
        return Response(told + script, media_type="text/javascript", headers=allowed)

    def manifest(self, request: Request, **more: object) -> Response:
        """How the page is called and drawn among a phone's applications."""
        name = translations(language_of(request)).gettext(self.title)
        told = {
            "id": self.address, "name": name, "short_name": name, "start_url": self.address,
            "scope": self.address, "display": "standalone", "background_color": "#ffffff",
            "theme_color": "#0066cc", "lang": language_of(request), "icons": ICONS,
        }  # fmt: skip
        return JSONResponse(told | more, media_type="application/manifest+json")


@lru_cache
def files_of(one: InstalledPage) -> list[str]:
    """The page and every file that it opens with; the scanner too."""
    scripts = [found for pattern in one.scripts for found in STATIC.glob(pattern)]
    own = [*scripts, STATIC / "pages.css", STATIC / "icon.svg"]
    paths = sorted(f"/static/{file.relative_to(STATIC).as_posix()}" for file in own)
    listing = vendor_listing()
    fonts = [file["path"] for name, file in listing.items() if name.endswith(".woff2")]
    built = [listing[name]["path"] for name in BUILT]
    pages = (one.address, *one.others)
    return [*pages, *paths, *(f"/static/vendor/{file}" for file in (*built, *fonts))]


@lru_cache
def version_of(one: InstalledPage) -> str:
    """A name that changes with any of them."""
    rooms = [
        file for name in one.texts for file in (STATIC.parent / name).rglob("*") if file.is_file()
    ]  # fmt: skip
    kept = [file for file in files_of(one) if file.startswith("/static/")]
    files = [STATIC / file.removeprefix("/static/") for file in kept]
    told = sha256()
    for file in sorted([*rooms, *files]):
        told.update(sha256(file.read_bytes()).digest())
    return told.hexdigest()[:16]
