"""The trial of row 16 sees a cent that leads nowhere: nobody approved it, or nobody is paid."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from ledger import open_ledger
from scripts.demo.seed import Size, seed_demo
from tests.faults.explain import TODAY, measured
from tests.faults.scoreboard import Asked

ASKED = Asked(300, 1, "sqlite")
HARMS = {
    "DELETE FROM batch_approval": "that nobody approved",
    "UPDATE batch_approval SET total_cents = 1": "that nobody approved",
    "UPDATE voucher SET batch_id = NULL": "that nobody approved",
    "DELETE FROM mandate": "without its mandate",
    "UPDATE mandate SET amount_cents = amount_cents + 1": "without its mandate",
    "DELETE FROM settlement": "without its mandate",
    "UPDATE account SET credits_posted = credits_posted + 1 WHERE kind = 'shop_payable'": "it took",
}


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a small demo network."""
    folder = tmp_path_factory.mktemp("explain")
    size = Size(150, 300)
    seed_demo(f"sqlite:///{folder}/p.db", size=size, today=TODAY, tell=lambda *_said: None)
    assert measured(ASKED, f"sqlite:///{folder}/p.db").passed
    return folder


@pytest.mark.parametrize("harm", HARMS)
def test_a_cent_that_leads_nowhere_is_seen(network: Path, tmp_path: Path, harm: str) -> None:
    url = f"sqlite:///{shutil.copytree(network, tmp_path / 'copy')}/p.db"
    with open_ledger(url) as ledger:
        ledger.write(lambda db: db.execute(text(harm)))
    row = measured(ASKED, url)
    assert row.passed is False
    assert HARMS[harm] in " ".join(row.why)
