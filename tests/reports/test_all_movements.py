"""A whole list of movements, read in portions, is the list."""

import pytest

from ledger import Ledger
from ledger.core.quantities import MAX_AMOUNT
from ledger.reports import movements as told
from ledger.reports.movements import MovementFilter, all_of, movements
from tests.town import Town, make_town


def lived(ledger: Ledger) -> Town:
    town = make_town(ledger)
    town.issue(town.programme())
    return town


@pytest.mark.parametrize("portion", [1, 2, 5_000])
def test_portions_tell_every_row_once_and_in_order(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, portion: int
) -> None:
    no = ledger.book(lived(ledger).comune).book_no
    wanted = MovementFilter()
    at_once = movements(ledger, no, wanted, before=MAX_AMOUNT, limit=1_000)
    assert len(at_once) > 2
    monkeypatch.setattr(told, "PORTION", portion)
    assert tuple(all_of(ledger, no, wanted)) == at_once
