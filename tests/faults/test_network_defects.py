"""The trial of lying links sees what it must: a retry under another id is another sale."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.network import network
from tests.faults.scoreboard import Asked, Row
from tests.faults.trials import fresh_ledger

pytestmark = [pytest.mark.minutes, pytest.mark.timeout(300)]


def tried(engine: str, **planted: bool) -> Row:
    with fresh_ledger(engine) as (url, folder), ThreadPoolExecutor(1) as alone:
        asked = Asked(1, 8, engine)  # It has event loops of its own.
        return alone.submit(network, asked, url, folder, **planted).result()


def test_a_retry_that_makes_a_new_id_is_seen() -> None:
    row = tried("sqlite", new_ids=True)
    assert not row.passed
    assert any("was told, and the book has" in why or "PHANTOM" in why for why in row.why), row.why
