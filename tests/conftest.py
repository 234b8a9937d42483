"""Both engines for every test that asks for `url` or `ledger`; the templates are made once."""

import faulthandler
import os
from collections.abc import Generator, Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from argon2 import PasswordHasher

from ledger import Ledger, open_ledger
from ledger.store import passwords
from tests.engines import (
    ENGINES,
    make_postgresql_template,
    make_sqlite_template,
    postgresql_copy,
    postgresql_server,
    sqlite_copy,
)
from tests.tiers import drawn


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole", action="store_true", help="each test on both engines and widths")


@pytest.hookimpl(trylast=True)  # After the order was shuffled.
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the variants of another tier, then bring the rest into their order."""
    if not config.getoption("--whole"):
        made = drawn(items)
        config.hook.pytest_deselected(items=list(set(items) - set(made)))
        items[:] = made
    _begin_with_minutes(items)


def _begin_with_minutes(items: list[pytest.Item]) -> None:
    """Begin with what takes minutes, shared out, so that no worker is left with it at the end.

    Each worker is first given one piece of the list, as long as the others'.
    """
    slow = [item for item in items if item.get_closest_marker("minutes")]
    rest = iter([item for item in items if not item.get_closest_marker("minutes")])
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    size, pieces = len(items) // workers, list[pytest.Item]()
    for worker in range(workers):
        own = slow[worker::workers]
        pieces += [*own, *islice(rest, max(0, size - len(own)))]
    items[:] = [*pieces, *rest]


GRACE_SECONDS = 60
LAST_WORDS = pytest.StashKey[int]()
SERVER_LOG = pytest.StashKey[Path]()  # What PostgreSQL wrote beside the tests of this process.
LINES = 40


def pytest_configure(config: pytest.Config) -> None:
    config.stash[LAST_WORDS] = os.dup(2)  # Between two captures, when this is still the log.


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """End a worker whose test does not end by itself, after its limit has had its chance.

    The limit of a test is an exception in its main thread, which something that waits while it
    tidies up can swallow. Then all stacks are printed and the worker ends: its test is reported as
    failed by name, and the others go on in a new worker, where the whole run once stood still.
    """
    marker = item.get_closest_marker("timeout")
    limit = float(marker.args[0] if marker else item.config.getini("timeout"))
    log = item.config.stash[LAST_WORDS]
    faulthandler.dump_traceback_later(limit + GRACE_SECONDS, exit=True, file=log)
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where a test failed, tell what the database's server said last: it may have been killed."""
    report = yield
    log = item.config.stash.get(SERVER_LOG, None)
    if report.failed and log and log.exists():
        said = log.read_text(errors="replace").splitlines()[-LINES:]
        report.sections.append(("PostgreSQL's last words", "\n".join(said)))
    return report


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[PasswordHasher]:
    """Ours are made dear, and tests make thousands: they take the least. Gives the dear one."""
    with pytest.MonkeyPatch.context() as patch:
        dear = passwords._HASHER
        patch.setattr(passwords, "_HASHER", PasswordHasher(1, 8, 1))
        yield dear


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sqlite_template(tmp_path_factory.mktemp("sqlite-template"))


@pytest.fixture(scope="session")
def postgresql(pytestconfig: pytest.Config) -> Iterator[str]:
    # Not below pytest's own folder: another session may tidy that up while this one runs.
    with (
        TemporaryDirectory(prefix="portavalori-", ignore_cleanup_errors=True) as folder,
        postgresql_server(Path(folder) / "data") as address,
    ):
        pytestconfig.stash[SERVER_LOG] = Path(folder) / "data" / "log"
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
