"""Open a call, propose its rule, and have a second officer sign it: then it is the rule.

A version is one text; what is signed is its hash. Undone is a version that nobody signed, by
proposing another. Not here: who applies (`receive_applications`).
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ledger.core.chart import EntryKind
from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.entitlement.call_rule import CallRule
from ledger.core.ids import AccountId, ClaimId, RequestId, derived_id
from ledger.core.items import Claim
from ledger.core.quantities import Instant
from ledger.core.requests import Request
from ledger.store.book import Ledger
from ledger.store.edges import random_bytes
from ledger.store.network.people import Officer
from ledger.store.registers.calls import (
    Call,
    RoundTaken,
    RuleDraft,
    keep_call,
    keep_rule_draft,
    read_call,
    rule_drafts,
    rule_row,
)

__all__ = ["RoundTaken"]

SEED_SIZE = 16


@dataclass(frozen=True, slots=True)
class NewCall:
    """What an officer says of a call; `key` makes it one however often it is sent."""

    key: UUID
    programme_id: UUID
    fund: AccountId
    round_name: str
    title: str
    closes_on: date


def open_call(
    ledger: Ledger, comune: str, asked: NewCall, *, officer: Officer, now: Instant
) -> Call:
    """Open a call; sent twice it is one. Errors: `RoundTaken`.

    Its lots are drawn by a seed that is made, and told, before anybody applies.
    """
    one = Call(
        asked.key, ledger.book(comune).book_no, asked.programme_id, asked.fund, asked.round_name,
        asked.title, random_bytes(SEED_SIZE).hex(), asked.closes_on.isoformat(),
        officer.person_id, now,
    )  # fmt: skip

    return ledger.write(lambda db: keep_call(db, one))


def propose_rule(
    ledger: Ledger, call_id: UUID, rule: CallRule, *, officer: Officer, now: Instant
) -> RuleDraft:
    """Write a version down for a second officer to sign; the same as the last is the last."""
    draft = RuleDraft(call_id, 1, rule.text(), rule.hash(), officer.person_id, now)

    return ledger.write(lambda db: keep_rule_draft(db, draft))


@dataclass(frozen=True, slots=True)
class RuleApproval:
    """What the second officer saw: the version, and the hash of its text."""

    call_id: UUID
    version: int
    rule_hash: bytes


def approve_rule(
    ledger: Ledger,
    comune: str,
    asked: RuleApproval,
    *,
    approver: Officer,
    key: RequestId,
    now: Instant,
) -> Decision:
    """Sign a proposed version: from now on it is the call's rule. Safe to retry.

    Errors: `LookupError` for an unknown call or version; a no is a decision (`not_approved`: the
    same person, another text, another role). Source: design 5.
    """
    book = ledger.book(comune)
    with ledger.reading() as db:
        known = read_call(db, asked.call_id)
        drafts = rule_drafts(db, asked.call_id)
    draft = next((one for one in drafts if one.version == asked.version), None)
    if known is None or known.book_no != book.book_no or draft is None:
        raise LookupError(asked.call_id)
    is_here = approver.role == "approver" and approver.book_no == book.book_no
    is_other = is_here and approver.person_id != draft.proposed_by
    signed = ClaimId(derived_id("rule_version", asked.call_id, asked.version))
    request = Request(
        id=key,
        kind=EntryKind.REGISTRATION,
        items=(Claim(signed),),
        actor=f"officer:{approver.officer_id.hex}",
        occurred_at=now,
        asked={
            "call": asked.call_id.hex, "version": asked.version, "rule": asked.rule_hash.hex(),
        },
        rows=(rule_row(draft, approver.person_id),),
        refuse=None if is_other and draft.rule_hash == asked.rule_hash else Code.NOT_APPROVED,
    )  # fmt: skip
    [decision] = book.submit([request])
    return decision
