"""Whom to remind that a voucher ends soon: families with money left, names opened for letters.

Amounts in cents. Not here: the letter (`wallet_web.comune.outcome_words`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from ledger.core.quantities import Amount, Instant
from ledger.reports.made_up import made_up_vouchers
from ledger.reports.rows import query, rows
from ledger.store.applications import opened
from ledger.store.book import Ledger
from ledger.store.network.credentials import people_of
from ledger.store.people import papers_of
from ledger.store.registers.calls import applied_by


@dataclass(frozen=True, slots=True)
class Reminded:
    """One family: what is left to it of a programme, and the first instant after its last day."""

    family_id: UUID
    left_cents: Amount
    ends_at: Instant


ENDING = query(
    """
    SELECT v.family_id, MIN(v.ends_at) AS ends_at,
           CAST(SUM(a.credits_posted - a.debits_posted - a.debits_pending) AS BIGINT) AS left_cents
      FROM voucher v
      JOIN account a ON a.book_no = v.book_no AND a.account_id = v.voucher_id
     WHERE v.book_no = :book_no AND v.programme_id = :programme AND v.kind = 'voucher'
       AND a.closed = 0 AND v.ends_at > :now AND v.ends_at <= :until
     GROUP BY v.family_id
    HAVING SUM(a.credits_posted - a.debits_posted - a.debits_pending) > 0
     ORDER BY MIN(v.ends_at), v.family_id
    """,
    Reminded,
    ids="family_id",
    given="programme",
)


def to_remind(
    ledger: Ledger, book_no: int, programme_id: UUID, *, now: Instant, until: Instant
) -> tuple[Reminded, ...]:
    """Families with money left of a programme whose vouchers end before an instant, soonest first.

    What ends sooner and what ends later within it is one sum, told with the sooner day.
    """
    given = {"book_no": book_no, "programme": programme_id, "now": now, "until": until}
    with ledger.reading() as db:
        return rows(db, ENDING, Reminded, given)


@dataclass(frozen=True, slots=True)
class RemindedPerson:
    """Whom the letter is for. `language`: as the family's last application said, if it made one."""

    reminded: Reminded
    name: str
    language: str
    made_up: bool


def people_to_remind(
    ledger: Ledger, book_no: int, some: Sequence[Reminded]
) -> tuple[RemindedPerson, ...]:
    """Open the names of some families, for their letters; who was erased is left out."""
    families = [one.family_id for one in some]
    with ledger.reading() as db:
        people = people_of(db, families)
        last = {one: applied_by(db, book_no, one)[-1:] for one in families}
    papers = papers_of(ledger, list(people.values()), fields=("name", "surname"))
    said = opened(ledger, [row for found in last.values() for row in found])
    synthetic = set(made_up_vouchers(ledger, book_no, families).values())
    told = []
    for one in some:
        known = papers.get(people.get(one.family_id, one.family_id))
        if not known:
            continue
        name = f"{known.get('name', '')} {known.get('surname', '')}".strip()
        declared = [said.get(row.application_id) for row in last[one.family_id]]
        language = declared[0].language if declared and declared[0] else "it"
        told.append(RemindedPerson(one, name, language, one.family_id in synthetic))
    return tuple(told)
