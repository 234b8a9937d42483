"""A real browser for the tests below: Debian's Chromium, headless, through Playwright.

Without a browser these tests are skipped with the reason, and fail where `CI=true`. A test that
needs a camera starts its own browser, since the camera's film is fixed at the start.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from scripts.portavalori import BROWSERS, first_on_path
from tests.browser.place import SIZES, Place, served, without_faults

# Quiet: the browser asks nothing of the network on its own account.
FLAGS = (
    "--no-sandbox",  # We may be root, in a container, and load our own pages only.
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
StartBrowser = Callable[..., Browser]
PATIENCE_MS = 25_000  # What a page shows is judged, not how soon a busy machine shows it.


@pytest.fixture(scope="session")
def chromium() -> str:
    """Give the path of Chromium, or say loudly that there is none."""
    found = os.environ.get("PORTAVALORI_CHROMIUM") or first_on_path(BROWSERS)
    if found and shutil.which(found):
        return found
    why = "no Chromium here: set PORTAVALORI_CHROMIUM, or install Debian's chromium"
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session")
def playwright(chromium: str) -> Iterator[Playwright]:
    """Start what drives the browser, once for each worker."""
    assert chromium
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def plain_browser(chromium: str, playwright: Playwright) -> Iterator[Browser]:
    """One browser without a camera, for all tests of a worker; each has a context of its own."""
    with playwright.chromium.launch(executable_path=chromium, args=list(FLAGS)) as browser:
        yield browser


@pytest.fixture
def start_browser(chromium: str, playwright: Playwright) -> Iterator[StartBrowser]:
    """Start browsers, each with its own flags; all are closed at the test's end."""
    with ExitStack() as running:

        def start(*flags: str) -> Browser:
            browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, *flags])
            return running.enter_context(browser)

        yield start


@pytest.fixture
def start_with_camera(start_browser: StartBrowser) -> StartBrowser:
    """Start a browser whose camera shows a film."""

    def start(film: Path) -> Browser:
        return start_browser(
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={film.resolve()}",
        )

    return start


@pytest.fixture(scope="module")
def place(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A town of this module's own, served."""
    with served(sqlite_template, tmp_path_factory.mktemp("pages")) as made:
        yield made


@pytest.fixture(params=SIZES)
def tab(request: pytest.FixtureRequest, place: Place, plain_browser: Browser) -> Iterator[Page]:
    """A tab on the town's pages, on a phone and on a desk."""
    width, height = SIZES[request.param]
    with (
        plain_browser.new_context(
            viewport={"width": width, "height": height}, base_url=place.address, locale="it-IT"
        ) as context,
        without_faults(context.new_page()) as opened,
    ):
        yield opened
