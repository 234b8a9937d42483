"""The book: double entry for local money. This door is the only re-export; it is stable.

Open a ledger, take a book, submit requests, read balances, statements and proofs. The verbs of
`ledger.operations` are built on this and on nothing lower. Source: design 3.6; FORMAT.md.
"""

from ledger.core.chart import AccountKind, EntryKind, Side
from ledger.core.codes import Code
from ledger.core.decisions import Decision, Posting
from ledger.core.ids import AccountId, ClaimId, Commitment, HoldId, RequestId, derived_id
from ledger.core.items import (
    Claim,
    CloseAccount,
    ClosePeriod,
    Draw,
    Erase,
    Hold,
    Leg,
    OpenAccount,
    PostHold,
    Reverse,
    Seal,
    SetBounds,
    Transfer,
    VoidHold,
)
from ledger.core.requests import Request, Row
from ledger.core.shapes import MalformedRequest
from ledger.store.book import Book, Ledger
from ledger.store.comparing import Finding
from ledger.store.edges import new_id, random_id
from ledger.store.engines import StoreError
from ledger.store.limits import Limits, QueueFull, ReadOnly, WriterStopped
from ledger.store.opening import accept_loss, missing_of, open_ledger
from ledger.store.reader import BookHead, Receipt, StatementLine, TrialLine

__all__ = [
    "AccountId",
    "AccountKind",
    "Book",
    "BookHead",
    "Claim",
    "ClaimId",
    "CloseAccount",
    "ClosePeriod",
    "Code",
    "Commitment",
    "Decision",
    "Draw",
    "EntryKind",
    "Erase",
    "Finding",
    "Hold",
    "HoldId",
    "Ledger",
    "Leg",
    "Limits",
    "MalformedRequest",
    "OpenAccount",
    "PostHold",
    "Posting",
    "QueueFull",
    "ReadOnly",
    "Receipt",
    "Request",
    "RequestId",
    "Reverse",
    "Row",
    "Seal",
    "SetBounds",
    "Side",
    "StatementLine",
    "StoreError",
    "Transfer",
    "TrialLine",
    "VoidHold",
    "WriterStopped",
    "accept_loss",
    "derived_id",
    "missing_of",
    "new_id",
    "open_ledger",
    "random_id",
]
