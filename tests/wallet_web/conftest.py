"""A browser without a screen for the pages: one town, and whoever is signed in."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from ledger import Ledger, random_id
from ledger.store.network.people import Officer, add_officer
from ledger.store.passwords import hash_password
from tests.town import NOON, PASSWORD, Town, make_town
from wallet_web.app import create_app
from wallet_web.comune import checking
from wallet_web.settings import Settings

ADDRESS = "https://portavalori.test"
SignIn = Callable[..., TestClient]


@pytest.fixture
def town(ledger: Ledger) -> Town:
    """A small town whose clock stands at noon."""
    ledger.clock = lambda: NOON
    made = make_town(ledger)
    auditor = Officer(random_id(), made.book_no, random_id(), "auditor", "auditor", "active")
    kept = hash_password(PASSWORD)
    ledger.write(lambda db: add_officer(db, auditor, kept))
    return made


@pytest.fixture(autouse=True)
def checked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine at its limit, too, the check of a small book is told without a wait."""
    monkeypatch.setattr(checking, "AT_ONCE_SECONDS", 60)


@pytest.fixture
def browser(town: Town) -> Iterator[TestClient]:
    """A browser on our pages, served by HTTPS; it says where its forms come from."""
    app = create_app(town.ledger, Settings(https=True))
    headers = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "it"}
    with TestClient(app, base_url=ADDRESS, headers=headers, follow_redirects=False) as opened:
        yield opened


def come_in(browser: TestClient, role: str, comune: str = "giussano") -> None:
    """Sign an officer of this role in; the user names are the roles."""
    form = {"nome": role, "password": PASSWORD}
    answer = browser.post(f"/comune/{comune}/accesso", data=form)
    assert answer.status_code == 303, answer.text


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """The SQL that was run since the test began to look."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)
