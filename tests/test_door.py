"""The Python door of design 3.6: its example runs as it stands there."""

from uuid import uuid4

import pytest

import ledger as door
from ledger import (
    AccountId,
    Draw,
    EntryKind,
    Ledger,
    Leg,
    OpenAccount,
    Request,
    RequestId,
    StoreError,
    Transfer,
    open_ledger,
)  # fmt: skip

NOW = 1_795_000_000_000_000


def test_the_example_of_the_design_runs(url: str) -> None:
    with open_ledger(url, create=True) as ledger:
        book = ledger.book("giussano", create=True)
        a, b, request_id = AccountId(uuid4()), AccountId(uuid4()), RequestId(uuid4())
        request = Request(
            id=request_id,
            kind=EntryKind.FUNDING,
            items=(
                OpenAccount(id=a, unit="P1", kind=door.AccountKind.TREASURY),
                OpenAccount(id=b, unit="P1", kind=door.AccountKind.FUND),
                Transfer(debit=a, credit=b, amount=1000, unit="P1"),
            ),
            actor="officer",
            occurred_at=NOW,
        )
        [decision] = book.submit([request])
        assert (decision.accepted, decision.code, decision.log_index) == (True, "accepted", 0)
        assert not decision.replayed
        [again] = book.submit([request])
        assert again.replayed
        assert again.leaf() == decision.leaf()
        assert book.balance(a) == book.balance(b) == 1000
        assert [line.amount for line in book.statement(b, after_version=0, limit=100)] == [1000]
        assert sum(line.debits - line.credits for line in book.trial_balance()) == 0
        assert list(book.check()) == []
        receipt = book.receipt(request_id)
        assert receipt is not None
        assert receipt.leaf == decision.leaf()


def test_a_no_is_a_value(ledger: Ledger) -> None:
    book = ledger.book("giussano", create=True)
    a, b = AccountId(uuid4()), AccountId(uuid4())
    [decision] = book.submit(
        [Request(RequestId(uuid4()), EntryKind.REDEMPTION, (Draw(1, (Leg(a, b),)),))]
    )
    assert (decision.accepted, decision.code) == (False, "unknown_account")


def test_an_unknown_book_is_not_made_by_asking(ledger: Ledger) -> None:
    with pytest.raises(LookupError):
        ledger.book("nowhere")


def test_a_missing_file_is_not_made_by_asking(tmp_path: object) -> None:
    with pytest.raises(StoreError, match="missing"):
        open_ledger(f"sqlite:///{tmp_path}/none.db")


def test_the_door_is_pinned() -> None:
    assert sorted(door.__all__) == door.__all__ == [
        "AccountId", "AccountKind", "Book", "BookHead", "Claim", "ClaimId", "CloseAccount",
        "ClosePeriod", "Code", "Commitment", "Decision", "Draw", "EntryKind", "Erase", "Finding",
        "Hold", "HoldId", "Ledger", "Leg", "Limits", "MalformedRequest", "OpenAccount", "PostHold",
        "Posting", "QueueFull", "ReadOnly", "Receipt", "Request", "RequestId", "Reverse", "Row",
        "Seal", "SetBounds", "Side", "StatementLine", "StoreError", "Transfer", "TrialLine",
        "VoidHold", "WriterStopped", "accept_loss", "derived_id", "missing_of", "new_id",
        "open_ledger", "random_id",
    ]  # fmt: skip
