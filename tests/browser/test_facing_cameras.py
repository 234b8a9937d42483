"""A till and a family's phone that see each other through their own cameras, and nothing else.

Each has a browser and a film of its own; the film is what stands on the other's screen. On SQLite.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import StartBrowser
from tests.browser.film import write_film
from tests.browser.place import owed, without_faults
from tests.browser.test_phones import films, switch_on
from tests.browser.test_phones import opened as opened  # noqa: PLC0414 -- a fixture.
from tests.browser.test_till_offline import PHONE, Village, prepare
from tests.browser.test_till_offline import village as village  # noqa: PLC0414 -- a fixture.

pytestmark = pytest.mark.browser


@dataclass
class Device:
    """A page, and the film that its camera sees."""

    page: Page
    film: Path

    def sees(self, other: "Device", selector: str) -> None:
        """Hold the other's screen before this camera."""
        films(other.page, selector, self.film)


@pytest.fixture
def two(
    opened: Village, start_with_camera: StartBrowser, tmp_path: Path
) -> Iterator[tuple[Device, Device]]:
    """A till and a phone; both look at nothing yet."""
    blank = Image.new("RGB", (600, 600), "white")
    films_of = [write_film(tmp_path / f"{name}.y4m", blank) for name in ("till", "phone")]
    browsers: list[Browser] = [start_with_camera(film) for film in films_of]
    address = opened.place.address
    with (
        browsers[0].new_context(viewport=PHONE, base_url=address, locale="it-IT") as shop,
        browsers[1].new_context(viewport=PHONE, base_url=address, locale="it-IT") as family,
        without_faults(shop.new_page()) as till,
        without_faults(family.new_page()) as phone,
    ):
        switch_on(phone, opened)
        prepare(till, opened, opened.place.secret)
        yield Device(till, films_of[0]), Device(phone, films_of[1])


def type_amount(till: Page, keys: str) -> None:
    for one in keys:
        till.click(f"[data-key='{one}']")
    till.click("#to-code")


def test_the_till_reads_the_phone(opened: Village, two: tuple[Device, Device]) -> None:
    """F1: amount, camera, take; the till has typed nothing of the family."""
    till, phone = two
    till.sees(phone, "#code")
    type_amount(till.page, "650")
    till.page.click("#camera")  # It opens by itself; an impatient tap opens no second one.
    expect(till.page.locator("#scanned")).not_to_be_empty()
    till.page.click("#take")
    expect(till.page.locator("#result-word")).to_have_text("PAGATO")
    assert owed(opened.place) == 6_50


def test_the_phone_reads_the_till(opened: Village, two: tuple[Device, Device]) -> None:
    """F2: the family's own page scans what the shop asks, and the till turns green by itself."""
    till, phone = two
    type_amount(till.page, "725")
    till.page.click("#ask-phone")
    phone.sees(till, "#ask-code")
    phone.page.click("#scan")
    expect(phone.page.locator("#asked")).to_have_text("Panificio Prova ti chiede 7,25 €.")
    phone.page.click("#confirm")
    expect(phone.page.locator("#paid")).to_have_text("Pagato 7,25 €")
    expect(till.page.locator("#result-word")).to_have_text("PAGATO")
    assert owed(opened.place) == 7_25
