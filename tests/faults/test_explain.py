"""The trial of row 16 sees a cent that leads nowhere: nobody approved it, or nobody is paid."""

import shutil
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from ledger import open_ledger
from scripts.demo.seed import seed_demo
from tests.faults.explain import TODAY, measured, size_for
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
    seed_demo(f"sqlite:///{folder}/p.db", size=size_for(300), today=TODAY, tell=lambda *_said: None)
    assert measured(ASKED, f"sqlite:///{folder}/p.db").passed
    return folder


@pytest.mark.minutes
def test_a_cent_that_leads_nowhere_is_seen(network: Path, tmp_path: Path) -> None:
    """All harms in one test: the network is dear, and would be made by each process."""
    for number, (harm, told) in enumerate(HARMS.items()):
        url = f"sqlite:///{shutil.copytree(network, tmp_path / str(number))}/p.db"
        with open_ledger(url) as ledger:
            ledger.write(partial(Connection.execute, statement=text(harm)))
        row = measured(ASKED, url)
        assert row.passed is False, harm
        assert told in " ".join(row.why), harm
