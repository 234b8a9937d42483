"""A served town for the browser: where it is, who can be tried, and what tests do over and over."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_server

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Response, expect

from ledger import open_ledger, random_id
from ledger.operations.issue_credential import NewCredential
from ledger.store.network.people import Officer, add_officer
from ledger.store.passwords import hash_password
from scripts.practice import PracticeGround
from scripts.serve import build_app
from tests.engines import sqlite_copy
from tests.town import PASSWORD, Town, make_town
from wallet_web.settings import Settings

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = {"phone": (390, 844), "desk": (1280, 900)}


@dataclass
class Place:
    """A served town: where it is, a family, a till's secret."""

    address: str
    town: Town
    family: NewCredential
    secret: str


@contextmanager
def served(template: Path, folder: Path) -> Iterator[Place]:
    """Serve a fresh town on a free port."""
    with founded(template, folder) as (town, address):
        town.issue(town.programme())
        _shop, secret = town.shop()
        yield Place(address, town, town.codes()[0], secret)


@contextmanager
def founded(template: Path, folder: Path) -> Iterator[tuple[Town, str]]:
    """Serve a town that has its officers and nothing else yet; gives its address too."""
    with open_ledger(sqlite_copy(template, folder)) as ledger:
        town = make_town(ledger)
        auditor = Officer(random_id(), town.book_no, random_id(), "auditor", "auditor", "active")
        kept = hash_password(PASSWORD)
        ledger.write(lambda db: add_officer(db, auditor, kept))
        ground = PracticeGround()
        app = build_app(ledger, Settings(demo=True), ground=ground)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        listener = create_server(("127.0.0.1", 0))
        serving = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        serving.start()
        yield town, f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        serving.join()
        listener.close()
        ground.close()


@contextmanager
def without_faults(tab: Page) -> Iterator[Page]:
    """Want no exception, nothing on the console, and no file of ours that is not there."""
    faults: list[str] = []

    def note_words(message: ConsoleMessage) -> None:
        # A no of the API, or a lost answer, is told there as well; tests ask for some.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            faults.append(message.text)

    def note_missing(answer: Response) -> None:
        if "/static/" in answer.url and answer.status >= 400:
            faults.append(f"{answer.status} {answer.url}")

    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", note_words)
    tab.on("response", note_missing)
    yield tab
    tab.context.close()
    assert faults == [], "\n".join(faults)


def assert_accessible(tab: Page) -> None:
    """Nothing that axe finds, and no scrolling sideways."""
    tab.wait_for_load_state()  # A click may come back when its answer has only begun.
    found = Axe().run(tab, options={"runOnly": {"type": "tag", "values": TAGS}})
    assert found.violations_count == 0, found.generate_report()
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def connect(tab: Page, place: Place) -> None:
    tab.goto("/cassa")
    tab.fill("#secret", place.secret)
    tab.click("#enrol button")
    expect(tab.locator("#screen-amount")).to_be_visible()


def type_sale(tab: Page, place: Place, keys: str) -> None:
    for one in keys:
        tab.click(f"[data-key='{one}']")
    tab.click("#to-code")
    tab.fill("#code", place.family.code)
    tab.fill("#pin", place.family.pin)


def owed(place: Place) -> int:
    lines = place.town.ledger.book(place.town.comune).trial_balance()
    return sum(one.balance for one in lines if one.kind == "shop_payable")
