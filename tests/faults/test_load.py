"""The trials of load find what they look for; how fast this machine is, no test judges."""

import pytest

from tests.engines import ENGINES
from tests.faults.endurance import Seen, _row
from tests.faults.journal import Journal
from tests.faults.load import Waits, _missed, load
from tests.faults.scoreboard import Asked
from tests.faults.trials import fresh_ledger
from tests.loops import run_apart

GOOD = Waits(300, 100, 500)


@pytest.mark.minutes
@pytest.mark.timeout(300)
@pytest.mark.parametrize("engine", ENGINES)
def test_every_sale_is_paid_beside_exports_imports_and_backups(engine: str) -> None:
    with fresh_ledger(engine) as (url, folder):
        asked = Asked(2, 1, engine)
        row = run_apart(lambda: load(asked, url, folder))
    assert not [why for why in row.why if "console" in why or "backup" in why], row.line()
    assert row.got["page"]
    assert row.got["backups"]


@pytest.mark.parametrize(
    ("stages", "wanted"),
    [
        ((GOOD, GOOD, GOOD, GOOD), ""),
        ((Waits(249, 1, 1), GOOD, GOOD, GOOD), "under 250 a second"),
        ((GOOD, Waits(1, 201, 300), GOOD, GOOD), "p99 over 200 ms at 100 a second"),
        ((GOOD, GOOD, Waits(1, 401, 500), GOOD), "p99 over 400 ms at 80% of capacity"),
        ((GOOD, GOOD, GOOD, Waits(1, 201, 300)), "p99 over 200 ms beside other work"),
        ((GOOD, GOOD, GOOD, Waits(1, 2, 2_001)), "somebody waited over 2000 ms"),
    ],
)
def test_each_limit_is_judged(stages: tuple[Waits, Waits, Waits, Waits], wanted: str) -> None:
    assert _missed(*stages) == ([wanted] if wanted else [])


@pytest.mark.parametrize(
    ("memory", "files", "connections", "wanted"),
    [
        ([100.0] * 100, [30, 38], [2, 13], []),
        ([100.0] * 50 + [105.1] * 50, [30, 30], [], ["memory grew by over 5%"]),
        ([100.0] * 50 + [251.0] + [100.0] * 50, [30, 30], [], ["memory over 250 MB"]),
        ([100.0] * 100, [30, 39], [], ["files stayed open"]),
        ([100.0] * 100, [30, 30], [5, 65], ["connections stayed open"]),
    ],
)
def test_what_grows_or_leaks_is_told(
    memory: list[float],
    files: list[int],
    connections: list[int],
    wanted: list[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    journal = Journal(tmp_path_factory.mktemp("journal") / "j")
    asked, did = Asked(1_000, 1, "sqlite"), {"sales": 100_000}
    row = _row(asked, journal, Seen(memory, files, connections), did, [])
    journal.close()
    assert (row.why, row.passed) == (wanted, not wanted)
