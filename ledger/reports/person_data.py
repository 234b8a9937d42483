"""Everything one comune holds about one family's person: what the law lets them ask for.

Codes and PINs are left out: they are keys, not statements, and a file of them would be a theft
waiting. What another comune holds, that comune tells. Amounts in cents. Source: GDPR art. 15, 20.
"""

import json
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select

from ledger.core.canonical import Json
from ledger.core.ids import Commitment
from ledger.core.quantities import Amount, Instant
from ledger.reports.family_page import (
    FamilyMovement,
    FamilyVoucher,
    family_movements,
    family_vouchers,
)
from ledger.reports.rows import query, rows
from ledger.store.applications import opened
from ledger.store.book import Ledger
from ledger.store.network.cards import cards_of
from ledger.store.network.phones import phones_of
from ledger.store.registers.books import known_commitments
from ledger.store.registers.calls import applied_by, calls_of, steps_of
from ledger.store.schema import family
from ledger.store.vault import commitments_of, read_opening, read_papers

KEYS: Final = ("code", "pin")  # Papers that open something; slips' codes begin like a family's.
ALL: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class HeldCode:
    """A code of the family or of one of its slips: what it is and whether it works, not itself."""

    kind: str
    status: str
    issued_at: Instant
    expires_at: Instant
    tries: int


@dataclass(frozen=True, slots=True)
class OnList:
    """A list that the family stands on, or stood on."""

    batch_id: UUID
    programme: str
    round: str
    amount_cents: Amount
    prepared_at: Instant
    status: str


@dataclass(frozen=True, slots=True)
class Said:
    """What the book vouches for by a commitment alone, opened: anybody can hash it again."""

    commitment: Commitment
    salt: bytes
    values: dict[str, Json]


@dataclass(frozen=True, slots=True)
class OwnApplication:
    """An application: to which call, by which public code, what was done with it, what it says.

    `declared` as it is sealed; None if it cannot be opened any more.
    """

    call: str
    round: str
    code: str
    status: str
    received_at: Instant
    steps: tuple[str, ...]
    declared: dict[str, Json] | None


@dataclass(frozen=True, slots=True)
class OwnPurchase:
    """A purchase of the circuit (Family Pay): when, where, the receipt's total."""

    recorded_at: Instant
    shop: str
    receipt_cents: Amount


@dataclass(frozen=True, slots=True)
class OwnVote:
    """That a ballot was had, by phone or on paper; which it was nobody knows."""

    vote_id: UUID
    how: str


@dataclass(frozen=True, slots=True)
class PersonData:
    """All of it; `papers` by field, as they were written.

    `cards`, `phones`: since when each opens it, and pays for it.
    """

    comune: str
    told_at: Instant
    family_id: UUID
    person_id: UUID
    since: Instant
    papers: dict[str, str]
    codes: tuple[HeldCode, ...]
    cards: tuple[Instant, ...]
    phones: tuple[Instant, ...]
    applications: tuple[OwnApplication, ...]
    lists: tuple[OnList, ...]
    vouchers: tuple[FamilyVoucher, ...]
    movements: tuple[FamilyMovement, ...]
    purchases: tuple[OwnPurchase, ...]
    votes: tuple[OwnVote, ...]
    said: tuple[Said, ...]


CODES = query(
    """
    SELECT k.kind, k.status, k.issued_at, k.expires_at, k.tries
      FROM credential k
     WHERE k.book_no = :book_no AND (k.target_id = :family OR k.target_id IN (
           SELECT v.voucher_id FROM voucher v
            WHERE v.book_no = :book_no AND v.family_id = :family))
     ORDER BY k.issued_at, k.credential_id
    """,
    HeldCode,
    given="family",
)
LISTS = query(
    """
    SELECT d.batch_id, COALESCE(p.title, '') AS programme, d.round, r.amount_cents, d.prepared_at,
           CASE WHEN e.batch_id IS NOT NULL THEN 'issued'
                WHEN a.batch_id IS NOT NULL THEN 'approved' ELSE d.status END AS status
      FROM import_row r
      JOIN import_draft d ON d.batch_id = r.batch_id
      LEFT JOIN batch_approval a ON a.book_no = d.book_no AND a.batch_id = d.batch_id
      LEFT JOIN batch_completion e ON e.book_no = d.book_no AND e.batch_id = d.batch_id
      LEFT JOIN programme_version p
        ON p.book_no = d.book_no AND p.programme_id = d.programme_id
       AND p.version = (SELECT MAX(w.version) FROM programme_version w
                         WHERE w.book_no = d.book_no AND w.programme_id = d.programme_id)
     WHERE d.book_no = :book_no AND r.family_id = :family
     ORDER BY d.prepared_at, d.batch_id
    """,
    OnList,
    ids="batch_id",
    given="family",
)


PURCHASES = query(
    """
    SELECT d.recorded_at, s.name AS shop, p.receipt_cents
      FROM purchase p
      JOIN decision d ON d.book_no = p.book_no AND d.log_index = p.log_index
      JOIN shop s ON s.shop_id = p.shop_id
     WHERE p.family_id = :family ORDER BY d.recorded_at, p.purchase_id
    """,
    OwnPurchase,
    given="family",
)
VOTES = query(
    """
    SELECT v.vote_id, v.how FROM vote_voter v
     WHERE v.book_no = :book_no AND v.family_id = :family ORDER BY v.vote_id
    """,
    OwnVote,
    ids="vote_id",
    given="family",
)


def person_data(
    ledger: Ledger, book_no: int, family_id: UUID, *, comune: str, now: Instant
) -> PersonData | None:
    """What one comune holds about a family; None if it knows no such family."""
    given = {"book_no": book_no, "family": family_id}
    with ledger.reading() as db:
        found = db.execute(
            select(family).where(family.c.book_no == book_no, family.c.family_id == family_id)
        ).first()
        if found is None:
            return None
        codes, lists = rows(db, CODES, HeldCode, given), rows(db, LISTS, OnList, given)
        purchases = rows(db, PURCHASES, OwnPurchase, {"family": family_id})
        votes = rows(db, VOTES, OwnVote, given)
        cards = cards_of(db, family_id)
        phones = phones_of(db, book_no, family_id)
    papers = read_papers(ledger, found.person_id)
    return PersonData(
        comune=comune,
        told_at=now,
        family_id=family_id,
        person_id=found.person_id,
        since=found.created_at,
        papers={name: one for name, one in papers.items() if not _is_a_key(name)},
        codes=codes,
        cards=cards,
        phones=tuple(one.made_at for one in phones),
        applications=_applications(ledger, book_no, family_id),
        lists=lists,
        vouchers=family_vouchers(ledger, book_no, family_id, now=now),
        movements=family_movements(ledger, book_no, family_id, limit=ALL),
        purchases=purchases,
        votes=votes,
        said=_said(ledger, book_no, found.person_id),
    )


def _is_a_key(field: str) -> bool:
    return field.partition(":")[0] in KEYS


def _applications(ledger: Ledger, book_no: int, family_id: UUID) -> tuple[OwnApplication, ...]:
    with ledger.reading() as db:
        own = applied_by(db, book_no, family_id)
        calls = {one.call_id: one for one in calls_of(db, book_no)}
        steps = {one.application_id: steps_of(db, one.application_id) for one in own}
    declared = opened(ledger, own)
    return tuple(
        OwnApplication(
            calls[one.call_id].title, calls[one.call_id].round, one.code, one.status,
            one.received_at, tuple(step.what for step in steps[one.application_id]),
            json.loads(said.text()) if (said := declared.get(one.application_id)) else None,
        )
        for one in own
    )  # fmt: skip


def _said(ledger: Ledger, book_no: int, person_id: UUID) -> tuple[Said, ...]:
    with ledger.reading() as db:
        here = known_commitments(db, book_no, commitments_of(ledger, person_id))
    opened = ((one, read_opening(ledger, one)) for one in here)
    return tuple(Said(one, *found) for one, found in opened if found is not None)
