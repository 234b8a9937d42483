"""A batch between its steps: what the book decided counts, whatever was written beside it."""

from ledger import Ledger
from ledger.operations.erase_person import erase_person
from ledger.operations.import_applications import withdraw_batch
from ledger.operations.issue_vouchers import issue_batch
from ledger.reports.batches_page import batch
from ledger.reports.programme_page import programme_totals
from ledger.store.network.credentials import families_of
from ledger.store.registers.batches import read_draft, set_draft_status
from tests.town import NOON, make_town


def test_an_approval_counts_although_the_draft_was_not_told(ledger: Ledger) -> None:
    """The process ended between the decision and the note of it, or somebody withdrew meanwhile."""
    town = make_town(ledger)
    draft = town.prepare(town.programme())
    town.approve(draft)
    for noted in ("prepared", "withdrawn"):
        ledger.write(lambda db, noted=noted: set_draft_status(db, draft.batch_id, noted))  # type: ignore[misc]
        with ledger.reading() as db:
            found = read_draft(db, draft.batch_id)
        assert found
        assert found.status == "approved"
    withdraw_batch(ledger, draft.batch_id)
    assert issue_batch(ledger, "giussano", draft.batch_id, now=NOON).vouchers == 2
    shown = batch(ledger, 1, draft.batch_id)
    assert shown
    assert shown.status == "issued"


def test_who_was_erased_before_the_issue_gets_nothing_and_stops_nobody(ledger: Ledger) -> None:
    town = make_town(ledger)
    draft = town.prepare(town.programme())
    town.approve(draft)
    with ledger.reading() as db:
        gone = min(families_of(db, 1))
    erase_person(ledger, gone, officer=town.officer.officer_id, now=NOON)
    issued = issue_batch(ledger, "giussano", draft.batch_id, now=NOON)
    assert (issued.vouchers, issued.refused) == (1, 1)
    [totals] = programme_totals(ledger, 1)
    assert (totals.at("voucher"), totals.at("batch")) == (issued.cents, 0)
    assert totals.at("fund") == 10_000_00 - issued.cents
    assert list(ledger.book("giussano").check()) == []
