"""The versions of a programme's terms: what each says, since when, and how many vouchers keep it.

Not here: what the rules let a sale take (`ledger.core.till_rules`).
"""

from dataclasses import dataclass
from uuid import UUID

from ledger.core.quantities import Instant
from ledger.core.till_rules import TillRules, read_rules
from ledger.reports.rows import query, rows
from ledger.store.book import Ledger


@dataclass(frozen=True, slots=True)
class ProgrammeVersion:
    """One version, with the entry that wrote it, and the vouchers issued under it."""

    version: int
    title: str
    starts_on: str
    ends_on: str
    categories: str
    rules: str
    log_index: int
    recorded_at: Instant
    vouchers: int

    @property
    def till_rules(self) -> TillRules:
        """Its rules at the till."""
        return read_rules(self.rules)


VERSIONS = query(
    """
    SELECT v.version, v.title, v.starts_on, v.ends_on, v.categories, v.rules, v.log_index,
           d.recorded_at,
           (SELECT COUNT(*) FROM voucher x
             WHERE x.book_no = v.book_no AND x.programme_id = v.programme_id
               AND x.log_index > v.log_index
               AND NOT EXISTS (SELECT 1 FROM programme_version n
                                WHERE n.book_no = v.book_no AND n.programme_id = v.programme_id
                                  AND n.version = v.version + 1 AND n.log_index < x.log_index)
           ) AS vouchers
      FROM programme_version v
      JOIN decision d ON d.book_no = v.book_no AND d.log_index = v.log_index
     WHERE v.book_no = :book_no AND v.programme_id = :programme
     ORDER BY v.version DESC
    """,
    ProgrammeVersion,
    given="programme",
)


def programme_versions(
    ledger: Ledger, book_no: int, programme_id: UUID
) -> tuple[ProgrammeVersion, ...]:
    """The versions of a programme, latest first."""
    with ledger.reading() as db:
        given = {"book_no": book_no, "programme": programme_id}
        return rows(db, VERSIONS, ProgrammeVersion, given)
