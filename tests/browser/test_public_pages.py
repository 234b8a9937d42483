"""The public pages in a real browser: accessible, and nothing runs out of the screen."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page

from ledger.core.programmes import starts_at
from ledger.reports.public_totals import month_of
from tests.browser.place import Place, assert_accessible

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", ["/trasparenza", "/trasparenza/giussano"])
def test_the_public_pages_are_accessible(
    tab: Page, place: Place, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = place.town.ledger
    recorded = month_of(ledger.book("giussano").head().recorded_at)
    later = starts_at((recorded + timedelta(days=31)).replace(day=1)) + 1
    monkeypatch.setattr(ledger, "clock", lambda: later)
    tab.goto(path)
    assert_accessible(tab)
    wide = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
