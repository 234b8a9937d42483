"""What programmes allow offline, and the slips and shops that it concerns: reads and rows.

Not here: what devices were granted and accepted (`ledger.store.network.offline`).
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, bindparam, text
from sqlalchemy import column as c

from ledger.core.ids import AccountId
from ledger.core.offline import Limits
from ledger.core.quantities import Amount, Instant, Unit
from ledger.core.requests import Row
from ledger.store.columns import Id


@dataclass(frozen=True, slots=True)
class OfflineProgramme:
    """A programme as offline sales need it, in its latest version and with its latest limits."""

    programme_id: UUID
    programme_no: int
    unit: Unit
    offline_risk: AccountId
    categories: str
    rules: str
    title: str
    issuer: str
    version: int
    limits: Limits | None


_LIMITS = "last_offline slip_cents shop_cents unsynced guarantee_seconds"
PROGRAMMES = text(
    """
    SELECT p.programme_id, p.programme_no, p.unit, p.offline_risk, v.categories, v.rules, v.title,
           m.issuer, COALESCE(o.version, 0) AS version, o.last_offline, o.slip_cents,
           o.shop_cents, o.unsynced, o.guarantee_seconds
      FROM programme p
      JOIN comune m ON m.book_no = p.book_no
      JOIN programme_version v ON v.book_no = p.book_no AND v.programme_id = p.programme_id
       AND v.version = (SELECT MAX(w.version) FROM programme_version w
                         WHERE w.book_no = p.book_no AND w.programme_id = p.programme_id)
      LEFT JOIN offline_terms o ON o.book_no = p.book_no AND o.programme_id = p.programme_id
       AND o.version = (SELECT MAX(w.version) FROM offline_terms w
                         WHERE w.book_no = p.book_no AND w.programme_id = p.programme_id)
     WHERE p.book_no = :book_no ORDER BY p.programme_no
    """
).columns(
    c("programme_id", Id()), c("programme_no"), c("unit"), c("offline_risk", Id()),
    c("categories"), c("rules"), c("title"), c("issuer"), c("version"),
    *(c(name) for name in _LIMITS.split()),
)  # fmt: skip


def offline_programmes(db: Connection, book_no: int) -> tuple[OfflineProgramme, ...]:
    """Every programme of a comune, with what it allows offline."""
    rows = db.execute(PROGRAMMES, {"book_no": book_no})
    return tuple(
        OfflineProgramme(
            row.programme_id, row.programme_no, row.unit, AccountId(row.offline_risk),
            row.categories, row.rules, row.title, row.issuer, row.version,
            Limits(*(getattr(row, name) for name in _LIMITS.split())) if row.version else None,
        )
        for row in rows
    )  # fmt: skip


def terms_row(programme_id: UUID, version: int, limits: Limits, by: tuple[UUID, UUID]) -> Row:
    """One version of what a programme allows offline, and the two who signed it."""
    values = {name: getattr(limits, name) for name in _LIMITS.split()}
    signed = {"proposed_by": by[0], "approved_by": by[1]}
    return Row(
        "offline_terms", {"programme_id": programme_id, "version": version, **values, **signed}
    )


@dataclass(frozen=True, slots=True)
class OfflineSlip:
    """A slip as an acceptance meets it."""

    credential_id: UUID
    voucher_id: AccountId
    fund: AccountId
    programme_id: UUID


SLIP = (
    text("""
    SELECT c.credential_id, v.voucher_id, v.fund, v.programme_id FROM credential c
      JOIN voucher v ON v.book_no = c.book_no AND v.voucher_id = c.target_id
     WHERE c.credential_id = :credential AND c.book_no = :book_no AND v.kind = 'slip'
""")
    .bindparams(bindparam("credential", type_=Id()))
    .columns(c("credential_id", Id()), c("voucher_id", Id()), c("fund", Id()),
             c("programme_id", Id()))
)  # fmt: skip


def slip_shown(db: Connection, book_no: int, credential_id: UUID) -> OfflineSlip | None:
    """The slip of a code; None: nobody ever issued it, whoever signed it."""
    row = db.execute(SLIP, {"credential": credential_id, "book_no": book_no}).first()
    if row is None:
        return None
    accounts = AccountId(row.voucher_id), AccountId(row.fund)
    return OfflineSlip(row.credential_id, *accounts, row.programme_id)


FACE = text("""
    SELECT o.slip_cents, o.last_offline, v.starts_at, v.categories, v.face_cents
      FROM credential c
      JOIN voucher v ON v.book_no = c.book_no AND v.voucher_id = c.target_id
      JOIN offline_terms o ON o.book_no = v.book_no AND o.programme_id = v.programme_id
      JOIN decision d ON d.book_no = o.book_no AND d.log_index = o.log_index
     WHERE c.credential_id = :credential AND d.recorded_at <= c.issued_at
     ORDER BY o.version DESC LIMIT 1
""").bindparams(bindparam("credential", type_=Id()))


def offline_face(db: Connection, credential_id: UUID, issued_at: Instant) -> Amount:
    """What a slip is signed for offline: its face, or nothing; always the same for one slip.

    Nothing where its programme had no limits when it was issued, where it begins later, and where
    it alone admits fewer kinds of shop than its programme, which no till could see.
    """
    row = db.execute(FACE, {"credential": credential_id}).first()
    if row is None or row.categories or row.starts_at > issued_at:
        return 0
    return int(row.face_cents) if row.face_cents <= row.slip_cents else 0
