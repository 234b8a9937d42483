"""The trials of lying links and frozen servers see what they must."""

import pytest

from tests.faults.frozen import frozen
from tests.faults.network import network
from tests.faults.scoreboard import Asked
from tests.faults.trials import fresh_ledger
from tests.loops import run_apart

pytestmark = [pytest.mark.minutes, pytest.mark.timeout(300)]


def test_a_retry_that_makes_a_new_id_is_seen() -> None:
    with fresh_ledger("sqlite") as (url, folder):
        asked = Asked(1, 8, "sqlite")
        row = run_apart(lambda: network(asked, url, folder, new_ids=True))
    assert not row.passed
    assert any("was told, and the book has" in why or "PHANTOM" in why for why in row.why), row.why


def test_a_frozen_server_that_keeps_its_lock_for_ever_is_seen() -> None:
    with fresh_ledger("postgresql") as (url, folder):
        asked = Asked(1, 8, "postgresql")
        row = run_apart(lambda: frozen(asked, url, folder, endless=True))
    assert not row.passed
    assert row.why == []  # Nothing is lost by it; but nothing was sold all the while.
