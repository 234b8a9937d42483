"""The trials of recovery see what they must: a standby that lags, a migration in pieces."""

import pytest

from tests.faults.migrations_killed import migrations
from tests.faults.scoreboard import Asked, Row
from tests.faults.standby import standby
from tests.faults.trials import fresh_ledger
from tests.loops import run_apart

TRIES = 8


@pytest.mark.minutes
@pytest.mark.timeout(600)
def test_a_standby_that_nobody_waits_for_is_seen_to_lose() -> None:
    with fresh_ledger("postgresql") as (url, folder):
        asked = Asked(2, 1, "postgresql")
        row = run_apart(lambda: standby(asked, url, folder, defect="asynchronous"))
    if row.passed is None:
        pytest.skip(row.why[0])
    assert not row.passed
    assert any("LOST" in why or "another answer" in why for why in row.why)


@pytest.mark.minutes
@pytest.mark.timeout(600)
def test_a_migration_that_commits_in_pieces_is_seen_to_break() -> None:
    broken = next(row for row in map(_migrated_in_pieces, range(1, TRIES + 1)) if not row.passed)
    assert "the next upgrade fails" in broken.why[0]


def _migrated_in_pieces(seed: int) -> Row:
    """Half of the kills come at a moment, not at a statement: a busy machine moves them."""
    with fresh_ledger("sqlite") as (url, folder):
        return migrations(Asked(8, seed, "sqlite"), url, folder, defect="no transaction")
