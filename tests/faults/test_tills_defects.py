"""The trial of tills whose page dies sees a page that forgets what it had sent."""

import pytest

from tests.faults.scoreboard import Asked
from tests.faults.tills import tills
from tests.faults.trials import fresh_ledger
from tests.loops import run_apart


@pytest.mark.minutes
@pytest.mark.browser
@pytest.mark.timeout(600)
def test_a_page_that_keeps_no_attempt_is_seen() -> None:
    with fresh_ledger("sqlite") as (url, folder):
        asked = Asked(6, 8, "sqlite")
        row = run_apart(lambda: tills(asked, url, folder, forgets=True))
    if row.passed is None:
        pytest.skip(row.why[0])
    assert not row.passed
    assert any("nobody was ever told" in why for why in row.why), row.why
