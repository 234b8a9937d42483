"""What a till's camera may meet: a code that is none of ours, an empty scene, no camera, a photo.

In each, the code can be typed all the while. On SQLite only.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import qrcode
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import StartBrowser
from tests.browser.film import SIZE, write_film
from tests.browser.place import Place, assert_accessible, connect, without_faults
from tests.browser.test_till import family_sheet, printed

pytestmark = pytest.mark.browser
REFUSED = ("--use-fake-device-for-media-stream", "--deny-permission-prompts")

# A lamp, and no code in sight: what a track tells of itself, and what it is asked for.
LAMP = """
window.lit = [];
const told = MediaStreamTrack.prototype.getCapabilities;
MediaStreamTrack.prototype.getCapabilities = function () {
  return { ...told.call(this), torch: true };
};
MediaStreamTrack.prototype.applyConstraints = async function (wanted) {
  window.lit.push(wanted.advanced[0].torch);
};
"""


def code_of(text: str) -> Image.Image:
    code = qrcode.QRCode(box_size=8, border=4)
    code.add_data(text)
    picture: Image.Image = code.make_image().get_image().convert("RGB")
    return picture


@contextmanager
def at_the_code(browser: Browser, place: Place, script: str = "") -> Iterator[Page]:
    """A till that has typed an amount and wants a code."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, base_url=place.address, locale="it-IT"
    )
    tab = context.new_page()
    if script:
        tab.add_init_script(script)
    with without_faults(tab):
        connect(tab, place)
        for one in "300":
            tab.click(f"[data-key='{one}']")
        tab.click("#to-code")
        yield tab


def pay_by_typing(tab: Page, place: Place) -> None:
    tab.fill("#code", place.family.code)
    tab.fill("#pin", place.family.pin)
    tab.click("#take")
    expect(tab.locator("#result-word")).to_have_text("PAGATO")


def test_another_systems_code_is_told_and_the_camera_looks_on(
    place: Place, start_with_camera: StartBrowser, tmp_path: Path
) -> None:
    film = write_film(tmp_path / "other.y4m", code_of("https://example.org/menu"))
    asked: list[str] = []
    with at_the_code(start_with_camera(film), place) as tab:
        tab.on("request", lambda request: asked.append(request.url))
        expect(tab.locator("#scanned")).to_contain_text("non è un buono", timeout=20_000)
        expect(tab.locator("#video")).to_be_visible()
        assert_accessible(tab)
        assert not [one for one in asked if "/looks" in one or "example" in one]
        pay_by_typing(tab, place)


def test_the_right_code_after_a_wrong_one_is_taken(
    place: Place, start_with_camera: StartBrowser, tmp_path: Path
) -> None:
    film = write_film(tmp_path / "a.y4m", code_of("https://example.org/menu"), frames=30)
    right = write_film(tmp_path / "b.y4m", printed(family_sheet(place)), frames=60)
    film.write_bytes(film.read_bytes() + right.read_bytes().partition(b"\n")[2])
    with at_the_code(start_with_camera(film), place) as tab:
        expect(tab.locator("#scanned")).to_contain_text("Ora il PIN", timeout=30_000)
        expect(tab.locator("#video")).to_be_hidden()


def test_an_empty_scene_offers_to_type(
    place: Place, start_with_camera: StartBrowser, tmp_path: Path
) -> None:
    film = write_film(tmp_path / "empty.y4m", Image.new("RGB", SIZE, "grey"))
    with at_the_code(start_with_camera(film), place, LAMP) as tab:
        expect(tab.locator("#video")).to_be_visible(timeout=20_000)
        expect(tab.locator("#scanned")).to_contain_text("Non vedo nessun codice", timeout=20_000)
        expect(tab.locator("#torch")).to_be_visible()
        tab.click("#torch")
        tab.click("#torch")
        assert tab.evaluate("window.lit") == [True, False]
        assert_accessible(tab)
        pay_by_typing(tab, place)


@pytest.mark.parametrize(
    ("text", "told"), [("", "Nella foto non si legge"), ("https://example.org", "non è un buono")]
)
def test_a_refused_camera_leaves_photo_and_typing(
    place: Place, start_browser: StartBrowser, tmp_path: Path, text: str, told: str
) -> None:
    with at_the_code(start_browser(*REFUSED), place) as tab:
        expect(tab.locator("#scanned")).to_contain_text("La fotocamera non si apre perché")
        expect(tab.locator("#torch")).to_be_hidden()
        photo = tmp_path / "photo.png"
        (code_of(text) if text else Image.new("RGB", SIZE, "grey")).save(photo)
        tab.set_input_files("#photo", photo)
        expect(tab.locator("#code-error")).to_contain_text(told, timeout=20_000)
        assert_accessible(tab)
        sheet = tmp_path / "sheet.png"
        printed(family_sheet(place)).save(sheet)
        tab.set_input_files("#photo", sheet)
        expect(tab.locator("#scanned")).to_contain_text("Ora il PIN", timeout=20_000)
        expect(tab.locator("#code-error")).to_be_hidden()
        tab.fill("#pin", place.family.pin)
        tab.click("#take")
        expect(tab.locator("#result-word")).to_have_text("PAGATO")


AGENTS = {
    "camera_android": (
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/137.0.0.0 Mobile",
        "poi Autorizzazioni, poi Fotocamera",
    ),
    "camera_iphone": (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1",
        "Impostazioni, App, Safari, Fotocamera",
    ),
    "camera_refused": (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/137.0.0.0 Safari/537.36",
        "lucchetto accanto all’indirizzo",
    ),
}


@pytest.mark.parametrize("agent", AGENTS)
def test_a_refused_camera_says_what_to_do_on_this_device(
    place: Place, start_browser: StartBrowser, agent: str
) -> None:
    named, says = AGENTS[agent]
    browser = start_browser(*REFUSED, f"--user-agent={named}")
    with at_the_code(browser, place) as tab:
        expect(tab.locator("#scanned")).to_contain_text(says)
        assert_accessible(tab)


@pytest.mark.parametrize(
    ("error", "says"),
    [("NotFoundError", "usa un lettore di codici"), ("NotReadableError", "un’altra applicazione")],
)
def test_a_camera_that_is_not_there_or_busy_says_so(
    place: Place, start_browser: StartBrowser, error: str, says: str
) -> None:
    broken = f"""navigator.mediaDevices.getUserMedia = async () => {{
      throw new DOMException("", "{error}");
    }};"""
    with at_the_code(start_browser(), place, broken) as tab:
        expect(tab.locator("#scanned")).to_contain_text(says)
