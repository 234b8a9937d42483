"""Both engines for every test that asks for `url` or `ledger`; the templates are made once."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ledger import Ledger, open_ledger
from tests.engines import (
    ENGINES,
    make_postgresql_template,
    make_sqlite_template,
    postgresql_copy,
    postgresql_server,
    sqlite_copy,
)


@pytest.hookimpl(trylast=True)  # After the order was shuffled.
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes minutes, so that no worker is left with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("minutes") is None)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sqlite_template(tmp_path_factory.mktemp("sqlite-template"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    # Not below pytest's own folder: another session may tidy that up while this one runs.
    with (
        TemporaryDirectory(prefix="portavalori-", ignore_cleanup_errors=True) as folder,
        postgresql_server(Path(folder) / "data") as address,
    ):
        yield address


@pytest.fixture(scope="session")
def postgresql_template(postgresql: str, worker_id: str) -> str:
    return make_postgresql_template(postgresql, worker_id)


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated ledger, on each engine in turn."""
    if request.param == "sqlite":
        yield sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    address = request.getfixturevalue("postgresql")
    template = request.getfixturevalue("postgresql_template")
    with postgresql_copy(address, template) as database:
        yield database


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    """A fresh ledger, closed at the end."""
    with open_ledger(url) as opened:
        yield opened
