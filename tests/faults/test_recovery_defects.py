"""The trials of recovery see what they must: a standby that lags, a migration in pieces."""

import pytest

from tests.faults.migrations_killed import migrations
from tests.faults.scoreboard import Asked
from tests.faults.standby import standby
from tests.faults.trials import fresh_ledger
from tests.loops import run_apart


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
    with fresh_ledger("sqlite") as (url, folder):
        row = migrations(Asked(8, 1, "sqlite"), url, folder, defect="no transaction")
    assert not row.passed
    assert "the next upgrade fails" in row.why[0]
