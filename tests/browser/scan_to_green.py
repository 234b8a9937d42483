"""How long a shop waits, from the tap that opens the camera until PAGATO fills the screen.

    python -m tests.browser.scan_to_green [--scans 30]

A till in real Chromium on this machine, its fake camera before a printed family sheet; the PIN is
typed and the sale confirmed without a pause, so what is left is ours: camera, decoder, two requests
and the book on disk. And what a till loads at first, compressed. One JSON line for each figure
(design 9). Not a test: it asserts nothing of its figures.
"""

import json
import os
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import Browser, Page, expect, sync_playwright

from scripts.portavalori import BROWSERS, first_on_path
from tests.browser.conftest import FLAGS
from tests.browser.film import write_film
from tests.browser.place import Place, connect, served
from tests.browser.test_till import family_sheet, printed
from tests.engines import make_sqlite_template

CAMERA: Final = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")

# The page's own clock, so that the way to the driver is not counted twice.
CLOCK: Final = """
addEventListener("click", ({ target }) => {
  if (target.closest?.("#to-code")) window.marks = { tapped: performance.now() };
}, true);
addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
  const { marks } = window;
  if (!marks) return;
  const paid = document.getElementById("result-word").textContent === "PAGATO";
  const shown = !document.querySelector("[data-screen=result]").hidden;
  if (!document.getElementById("scanned").hidden) marks.read ??= performance.now();
  if (paid && shown) marks.green ??= performance.now();
}).observe(document.body, { subtree: true, childList: true, attributes: true }));
"""


def main(scans: int) -> None:
    """Measure, and print."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        template, town = Path(folder, "template"), Path(folder, "town")
        template.mkdir()
        town.mkdir()
        with served(make_sqlite_template(template), town) as place:
            film = write_film(Path(folder, "film.y4m"), printed(family_sheet(place)))
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("PORTAVALORI_CHROMIUM") or first_on_path(BROWSERS),
                args=[*FLAGS, *CAMERA, f"--use-file-for-fake-video-capture={film}"],
            )
            tell_load(opened(browser, place))
            tab = opened(browser, place)
            connect(tab, place)
            cold, *warm = [scan(tab, place) for _ in range(scans + 1)]
            tell("first scan", [cold])
            tell("scan", warm)
            browser.close()


def opened(browser: Browser, place: Place) -> Page:
    """A phone that was never here."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, base_url=place.address, locale="it-IT"
    )
    tab = context.new_page()
    tab.add_init_script(CLOCK)
    return tab


def scan(tab: Page, place: Place) -> dict[str, float]:
    """One sale of a cent, from the tap to the green; milliseconds of the page's clock."""
    tab.click("[data-key='1']")
    tab.click("#to-code")
    expect(tab.locator("#scanned")).to_contain_text("Codice letto", timeout=20_000)
    tab.fill("#pin", place.family.pin)
    tab.click("#take")
    expect(tab.locator("#result-word:visible")).to_have_text("PAGATO")  # Not the last sale's.
    marks: dict[str, float] = tab.evaluate("window.marks")
    tab.evaluate("delete window.marks")
    tab.click("#result-next")
    return {name: marks[name] - marks["tapped"] for name in ("read", "green")}


def tell(what: str, found: Sequence[dict[str, float]]) -> None:
    """A line for each of the two moments."""
    for moment in ("read", "green"):
        times = sorted(one[moment] for one in found)
        half, most = median(times), times[0]
        if len(times) > 1:
            most = quantiles(times, n=20, method="inclusive")[-1]
        line = {"bench": what, "moment": moment, "scans": len(times)}
        print(json.dumps(line | {"p50_ms": round(half), "p95_ms": round(most)}))  # noqa: T201 -- a command.


def tell_load(tab: Page) -> None:
    """What the till's page weighs at first, as sent; the scanner's two files apart."""
    sizes: dict[str, int] = {}
    heads: dict[str, int] = {}
    network = tab.context.new_cdp_session(tab)
    network.send("Network.enable")
    network.on(
        "Network.responseReceived",
        lambda one: heads.update({one["requestId"]: int(one["response"]["encodedDataLength"])}),
    )
    network.on(
        "Network.loadingFinished",
        lambda one: sizes.update({one["requestId"]: int(one["encodedDataLength"])}),
    )
    tab.goto("/cassa", wait_until="networkidle")
    page, head, files = sum(sizes.values()), sum(heads.values()), len(sizes)
    tab.evaluate("import(document.getElementById('video').dataset.scanner)")
    tab.wait_for_timeout(500)
    scanner = sum(sizes.values()) - page
    kept = {"page_kb": page - head, "headers_kb": head, "scanner_kb": scanner}
    line = {"bench": "till first load", "files": files}
    print(json.dumps(line | {name: round(size / 1000, 1) for name, size in kept.items()}))  # noqa: T201 -- a command.


if __name__ == "__main__":
    arguments = ArgumentParser(description=__doc__)
    arguments.add_argument("--scans", type=int, default=30)
    main(arguments.parse_args().scans)
