"""How long after a code comes before the till's camera the till has decided what it is.

    python -m tests.browser.frame_to_decision [--times 15] [--clip tessera]

A till in real Chromium, its fake camera before a film: blue, then the clip. Counted from the first
frame of the clip that the page got, to the words on the screen: a slip and what it is worth (asked
of the server), a family's code and a health card that want their PIN, a receipt that is refused, a
code of another system, and an empty scene, which is given six seconds by design. One JSON line for
each clip. Not a test: it asserts nothing of its figures.
"""

import json
import os
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Final

import qrcode
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from ledger.core.redemption import Redemption
from ledger.operations.redeem import redeem
from ledger.operations.sign_in import credential_of_code, open_till_session
from ledger.store.signing import Signer
from ledger.token.payloads import reference_of
from scripts.portavalori import BROWSERS, first_on_path
from tests.browser.conftest import FLAGS
from tests.browser.film import SIZE, write_film
from tests.browser.place import Place, connect, served
from tests.browser.scan_to_green import CAMERA
from tests.browser.test_till import a_slip, family_sheet, printed
from tests.browser.test_till_cards import tessera
from tests.engines import make_sqlite_template
from tests.town import ROSSI, key

BLUE: Final = (0, 0, 255)
LEAD, SHOWN = 10, 30  # Frames at 15 a second, over and over.

# The page's own clock: the first frame that is no longer blue, after blue was seen.
CLOCK: Final = """
const dot = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
function onFrame(video, now) {
  if (video.hidden) return;
  dot.drawImage(video, 2, 2, 1, 1, 0, 0, 1, 1);
  const [red, , blue] = dot.getImageData(0, 0, 1, 1).data;
  const { marks } = window;
  if (blue > 150 && red < 100) marks.lead = true;
  else if (marks.lead) marks.frame ??= now;
  video.requestVideoFrameCallback((next) => onFrame(video, next));
}
window.marks = {};
addEventListener("DOMContentLoaded", () => {
  const video = document.getElementById("video");
  video.addEventListener("playing", () => {
    window.marks = {};
    video.requestVideoFrameCallback((now) => onFrame(video, now));
  });
  new MutationObserver(() => {
    const said = ["scanned", "look", "code-error"].map((id) => document.getElementById(id));
    const found = said.some((one) => !one.hidden && window.wanted?.test(one.textContent));
    if (found) window.marks.decided ??= performance.now();
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
});
"""


def main(times: int, only: str) -> None:
    """Measure, and print."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        template, town = Path(folder, "template"), Path(folder, "town")
        template.mkdir()
        town.mkdir()
        with served(make_sqlite_template(template), town) as place:
            for name, picture, words in clips(place):
                if only not in {"", name}:
                    continue
                film = filmed(Path(folder, "film.y4m"), picture)
                browser = playwright.chromium.launch(
                    executable_path=os.environ.get("PORTAVALORI_CHROMIUM")
                    or first_on_path(BROWSERS),
                    args=[*FLAGS, *CAMERA, f"--use-file-for-fake-video-capture={film}"],
                )
                tell(name, measured(browser, place, words, times))
                browser.close()


def clips(place: Place) -> Iterator[tuple[str, Image.Image, str]]:
    """What comes before the camera, and what the till says of it then."""
    yield "slip", printed(a_slip(place, 10_00).pdf, 0.3), "Si può spendere fino a"
    yield "family code", printed(family_sheet(place)), "Ora il PIN"
    yield "tessera", tessera(ROSSI), "Tessera letta"
    yield "receipt", code_of(receipt(place)), "Codice non valido"
    yield "another system", code_of("https://example.org/menu"), "non è un buono"
    yield "empty scene", Image.new("RGB", SIZE, "grey"), "Non vedo nessun codice"


def code_of(text: str) -> Image.Image:
    """A QR code as a screen shows it."""
    code = qrcode.QRCode(box_size=6, border=4)
    code.add_data(text)
    picture: Image.Image = code.make_image().get_image().convert("RGB")
    return picture


def receipt(place: Place) -> str:
    """The signed receipt of a sale: a token of ours that pays nothing."""
    ledger = place.town.ledger
    found = credential_of_code(ledger, place.family.code)
    opened = open_till_session(ledger, place.secret, now=ledger.clock())
    assert found
    assert opened
    asked = Redemption(opened.session.subject_id, found.id, 1)
    paid = redeem(ledger, asked, key=key(), now=ledger.clock())
    return Signer(ledger).receipt(paid, "c_e063", 1, reference_of(found.id.bytes))


def filmed(path: Path, picture: Image.Image) -> Path:
    """Blue, then the clip: over and over."""
    write_film(path, Image.new("RGB", SIZE, BLUE), frames=LEAD)
    clip = write_film(path.with_suffix(".part"), picture, frames=SHOWN)
    path.write_bytes(path.read_bytes() + clip.read_bytes().partition(b"\n")[2])
    clip.unlink()
    return path


def measured(browser: Browser, place: Place, words: str, times: int) -> list[float]:
    """Milliseconds from the frame to the words, as often as that; those without blue are left."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, base_url=place.address, locale="it-IT"
    )
    tab = context.new_page()
    tab.add_init_script(CLOCK)
    connect(tab, place)
    tab.evaluate("words => { window.wanted = new RegExp(words); }", words)
    found: list[float] = []
    while len(found) < times:
        marks = one_look(tab)
        if marks.get("frame", 1e9) < marks["decided"]:
            found.append(marks["decided"] - marks["frame"])
    context.close()
    return found


def one_look(tab: Page) -> dict[str, float]:
    """Open the camera once, and wait for the words."""
    tab.click("[data-key='9']")
    tab.click("#to-code")
    marks: dict[str, float] = {}
    while "decided" not in marks:  # Not `wait_for_function`: our pages evaluate no text.
        tab.wait_for_timeout(50)
        marks = tab.evaluate("window.marks")
    tab.evaluate("window.marks = {}")
    tab.click("[data-screen=code] [data-back]")
    expect(tab.locator("#screen-amount")).to_be_visible()
    return marks


def tell(name: str, found: list[float]) -> None:
    """One line."""
    most = quantiles(found, n=20, method="inclusive")[-1] if len(found) > 1 else found[0]
    line = {"bench": "frame to decision", "clip": name, "times": len(found)}
    print(json.dumps(line | {"p50_ms": round(median(found)), "p95_ms": round(most)}))  # noqa: T201 -- a command.


if __name__ == "__main__":
    arguments = ArgumentParser(description=__doc__)
    arguments.add_argument("--times", type=int, default=15)
    arguments.add_argument("--clip", default="", help="only this one")
    given = arguments.parse_args()
    main(given.times, given.clip)
