"""The trial of the model is red where the book does something else, and says what first."""

import pytest

from ledger.core.accounts import Account
from tests.faults.model import model
from tests.faults.scoreboard import Asked
from tests.faults.trials import fresh_ledger


@pytest.mark.minutes
def test_a_book_that_draws_a_cent_less_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything balances, nothing leaves its bounds: only the model knows better."""
    room = Account.room
    monkeypatch.setattr(Account, "room", lambda self, side: max(0, room(self, side) - self.version))
    with fresh_ledger("sqlite") as (url, folder):
        row = model(Asked(15, 1, "sqlite"), url, folder)
    assert row.passed is False
    assert row.got["divergences"] == 1
    assert row.why[0].startswith("AssertionError: ")
