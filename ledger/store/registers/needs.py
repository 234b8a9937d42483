"""What families are still needed for: their programmes, their money, what waits, legal holds.

Read for some families at once. Not here: what follows from it (`ledger.store.retention`).
"""

from enum import StrEnum
from typing import Final

from sqlalchemy import BindParameter, bindparam, text
from sqlalchemy import column as c
from sqlalchemy.sql.selectable import TextualSelect

from ledger.store.columns import Id


class Reason(StrEnum):
    """Why somebody is kept; the first that holds is told."""

    LEGAL_HOLD = "legal_hold"
    REFUND_DUE = "refund_due"
    MONEY_LEFT = "money_left"
    OPEN_PROPOSAL = "open_proposal"
    RUNNING = "running"  # The programme has not ended.
    TERM = "term"  # It has, and the time for appeals and audits has not.
    OTHER_COMUNE = "other_comune"  # Due here, but needed in another book.


def _among(sql: str, *columns: str, ids: str = "") -> TextualSelect:
    """A statement over some families."""
    named = [c(name, Id()) if name in ids.split() else c(name) for name in columns]
    families = bindparam("families", type_=Id(), expanding=True)
    books: BindParameter[int] = bindparam("books", expanding=True)
    return text(sql).bindparams(families, books).columns(*named)


# Each family's programmes: until when its voucher lasts there, and what it applied with.
LINKS: Final = _among(
    """
    SELECT x.family_id, p.unit, w.ends_on, COALESCE(r.months, 0) AS months, x.ends_at,
           x.application_id, x.digest
      FROM (SELECT l.book_no, a.family_id, l.programme_id, 0 AS ends_at,
                   a.application_id, a.digest
              FROM application a
              JOIN call l ON l.call_id = a.call_id
             WHERE a.family_id IN :families
            UNION ALL
            SELECT d.book_no, i.family_id, d.programme_id, 0, NULL, NULL
              FROM import_row i
              JOIN import_draft d ON d.batch_id = i.batch_id
             WHERE i.family_id IN :families
            UNION ALL
            SELECT v.book_no, v.family_id, v.programme_id, MAX(v.ends_at), NULL, NULL
              FROM voucher v
             WHERE v.book_no IN :books AND v.family_id IN :families
             GROUP BY v.book_no, v.family_id, v.programme_id) x
      JOIN programme p ON p.book_no = x.book_no AND p.programme_id = x.programme_id
      JOIN programme_version w
        ON w.book_no = x.book_no AND w.programme_id = x.programme_id
       AND w.version = (SELECT MAX(n.version) FROM programme_version n
                         WHERE n.book_no = x.book_no AND n.programme_id = x.programme_id)
      LEFT JOIN retention_rule r
        ON r.book_no = x.book_no AND r.programme_id = x.programme_id
       AND r.version = (SELECT MAX(n.version) FROM retention_rule n
                         WHERE n.book_no = x.book_no AND n.programme_id = x.programme_id)
    """,
    "family_id", "unit", "ends_on", "months", "ends_at", "application_id", "digest",
    ids="family_id application_id",
)  # fmt: skip


# Families that are kept whatever the days say.
BARS: Final = {
    Reason.LEGAL_HOLD: _among(
        """
        SELECT h.family_id FROM legal_hold h
          LEFT JOIN legal_hold_end e ON e.book_no = h.book_no AND e.hold_id = h.hold_id
         WHERE h.book_no IN :books AND h.family_id IN :families AND e.hold_id IS NULL
        """,
        "family_id", ids="family_id",
    ),
    Reason.REFUND_DUE: _among(
        """
        SELECT v.family_id FROM voucher v
          JOIN account a ON a.book_no = v.book_no AND a.owner = v.voucher_id
         WHERE v.book_no IN :books AND v.family_id IN :families AND a.kind = 'refund_due'
           AND (a.credits_posted <> a.debits_posted OR a.credits_pending > 0
                OR a.debits_pending > 0)
        """,
        "family_id", ids="family_id",
    ),
    Reason.MONEY_LEFT: _among(
        """
        SELECT a.owner AS family_id FROM account a
         WHERE a.book_no IN :books AND a.owner IN :families
           AND a.kind IN ('voucher', 'device_reserve')
           AND (a.credits_posted <> a.debits_posted OR a.credits_pending > 0
                OR a.debits_pending > 0)
        """,
        "family_id", ids="family_id",
    ),
    Reason.OPEN_PROPOSAL: _among(
        """
        SELECT v.family_id FROM voucher v
          JOIN proposal p ON p.book_no = v.book_no AND p.subject = v.voucher_id
          LEFT JOIN proposal_end e ON e.book_no = p.book_no AND e.proposal_id = p.proposal_id
         WHERE v.book_no IN :books AND v.family_id IN :families AND e.proposal_id IS NULL
        """,
        "family_id", ids="family_id",
    ),
}  # fmt: skip
