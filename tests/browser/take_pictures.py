"""Takes the README's two pictures from a running demo: its address, and its credentials file.

    python -m tests.browser.take_pictures http://127.0.0.1:8000 data/portavalori.demo.json

Small on purpose: few colours, below 120 kB each. Not a test; whoever changes a page runs it.
"""

import json
import os
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from scripts.portavalori import BROWSERS, first_on_path
from tests.browser.conftest import FLAGS

PLACE = Path(__file__).resolve().parents[2] / "docs" / "images"
COLOURS = 64
MOST_BYTES = 120_000


def main(address: str, credentials: str) -> None:
    """Sign a family and an officer in, and keep what they see."""
    told = json.loads(Path(credentials).read_text(encoding="utf-8"))
    here = [one for one in told["families"] if one["comune"] == "giussano"]
    family = max(here, key=lambda one: int(one["available_cents"]))
    [officer] = [
        one for one in told["officers"] if (one["comune"], one["role"]) == ("giussano", "auditor")
    ]
    chromium = os.environ.get("PORTAVALORI_CHROMIUM") or first_on_path(BROWSERS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        tab = opened(browser, address, 390, 844)
        tab.goto("/famiglia")
        tab.fill("#codice", family["code"])
        tab.fill("#pin", family["pin"])
        tab.click("main button")
        keep(tab, "family.png")
        tab = opened(browser, address, 1280, 900)
        tab.goto("/comune/giussano")
        tab.fill("#nome", officer["user"])
        tab.fill("#password", officer["password"])
        tab.click("main button")
        tab.click("text=Verifica ora")
        tab.get_by_text("I conti tornano").first.wait_for()
        tab.goto("/comune/giussano")
        keep(tab, "console.png")
        browser.close()


def opened(browser: Browser, address: str, width: int, height: int) -> Page:
    size = {"width": width, "height": height}
    context = browser.new_context(viewport=size, base_url=address, locale="it-IT")  # type: ignore[arg-type]
    return context.new_page()


def keep(tab: Page, name: str) -> None:
    picture = Image.open(BytesIO(tab.screenshot())).convert("RGB")
    PLACE.mkdir(parents=True, exist_ok=True)
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(PLACE / name, optimize=True)
    size = (PLACE / name).stat().st_size
    assert size < MOST_BYTES, f"{name}: {size} bytes"


if __name__ == "__main__":
    main(*sys.argv[1:])
