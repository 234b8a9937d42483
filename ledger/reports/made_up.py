"""Which vouchers' amounts came from a table that was made up, so that each paper can say so."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from ledger.core.entitlement.call_rule import parse_call_rule
from ledger.core.ids import AccountId
from ledger.reports.rows import query, rows
from ledger.store.book import Ledger
from ledger.store.people import CHUNK
from ledger.store.schema import voucher


@dataclass(frozen=True, slots=True)
class _Ranked:
    batch_id: UUID
    rule: str


RANKED = query(
    """
    SELECT r.ranking_id AS batch_id, v.rule
      FROM call c
      JOIN ranking r ON r.call_id = c.call_id
      JOIN rule_version v
        ON v.book_no = c.book_no AND v.call_id = r.call_id AND v.version = r.version
     WHERE c.book_no = :book_no
    """,
    _Ranked,
    ids="batch_id",
)


def made_up_vouchers(
    ledger: Ledger, book_no: int, families: Sequence[UUID]
) -> dict[AccountId, UUID]:
    """Those vouchers of these families that a rule with the made-up table gave, and whose."""
    with ledger.reading() as db:
        ranked = rows(db, RANKED, _Ranked, {"book_no": book_no})
        batches = [one.batch_id for one in ranked if parse_call_rule(one.rule).is_synthetic]
        found: dict[AccountId, UUID] = {}
        for at in range(0, len(families) if batches else 0, CHUNK):
            where = (
                voucher.c.book_no == book_no,
                voucher.c.family_id.in_(families[at : at + CHUNK]),
                voucher.c.batch_id.in_(batches),
            )
            asked = select(voucher.c.voucher_id, voucher.c.family_id).where(*where)
            found |= {AccountId(row.voucher_id): row.family_id for row in db.execute(asked)}
    return found
