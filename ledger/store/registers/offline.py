"""What programmes allow offline, and the slips and shops that it concerns: reads and rows.

Not here: what devices were granted and accepted (`ledger.store.network.offline`).
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, bindparam, text
from sqlalchemy import column as c

from ledger.core.ids import AccountId
from ledger.core.offline import DAY_SECONDS, Limits
from ledger.core.phones import PhoneTerms
from ledger.core.quantities import MAX_AMOUNT, SECOND, Amount, Instant, Unit
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
    phone_version: int = 0
    phones: PhoneTerms | None = None


_LIMITS = "last_offline slip_cents shop_cents unsynced guarantee_seconds"
_PHONES = "sale_cents reserve_cents pin_over_cents"
NEWEST: Instant = MAX_AMOUNT  # Later than any decision.
PROGRAMMES = text(
    """
    SELECT p.programme_id, p.programme_no, p.unit, p.offline_risk, v.categories, v.rules, v.title,
           m.issuer, COALESCE(o.version, 0) AS version, o.last_offline, o.slip_cents,
           o.shop_cents, o.unsynced, o.guarantee_seconds,
           COALESCE(t.version, 0) AS phone_version, t.sale_cents, t.reserve_cents,
           t.pin_over_cents
      FROM programme p
      JOIN comune m ON m.book_no = p.book_no
      JOIN programme_version v ON v.book_no = p.book_no AND v.programme_id = p.programme_id
       AND v.version = (SELECT MAX(w.version) FROM programme_version w
                          JOIN decision d ON d.book_no = w.book_no AND d.log_index = w.log_index
                         WHERE w.book_no = p.book_no AND w.programme_id = p.programme_id
                           AND d.recorded_at <= :at)
      LEFT JOIN offline_terms o ON o.book_no = p.book_no AND o.programme_id = p.programme_id
       AND o.version = (SELECT MAX(w.version) FROM offline_terms w
                          JOIN decision d ON d.book_no = w.book_no AND d.log_index = w.log_index
                         WHERE w.book_no = p.book_no AND w.programme_id = p.programme_id
                           AND d.recorded_at <= :at)
      LEFT JOIN phone_terms t ON t.book_no = p.book_no AND t.programme_id = p.programme_id
       AND t.version = (SELECT MAX(w.version) FROM phone_terms w
                          JOIN decision d ON d.book_no = w.book_no AND d.log_index = w.log_index
                         WHERE w.book_no = p.book_no AND w.programme_id = p.programme_id
                           AND d.recorded_at <= :at)
     WHERE p.book_no = :book_no ORDER BY p.programme_no
    """
).columns(
    c("programme_id", Id()), c("programme_no"), c("unit"), c("offline_risk", Id()),
    c("categories"), c("rules"), c("title"), c("issuer"), c("version"),
    *(c(name) for name in _LIMITS.split()), c("phone_version"),
    *(c(name) for name in _PHONES.split()),
)  # fmt: skip


def offline_programmes(
    db: Connection, book_no: int, *, at: Instant = NEWEST
) -> tuple[OfflineProgramme, ...]:
    """Every programme of a comune, with what it allows offline; `at`: as it was at that moment."""
    rows = db.execute(PROGRAMMES, {"book_no": book_no, "at": at})
    return tuple(
        OfflineProgramme(
            row.programme_id, row.programme_no, row.unit, AccountId(row.offline_risk),
            row.categories, row.rules, row.title, row.issuer, row.version,
            Limits(*(getattr(row, name) for name in _LIMITS.split())) if row.version else None,
            row.phone_version,
            PhoneTerms(*(getattr(row, name) for name in _PHONES.split()))
            if row.phone_version
            else None,
        )
        for row in rows
    )  # fmt: skip


def offline_programme(
    db: Connection, book_no: int, number: int, *, at: Instant = NEWEST
) -> OfflineProgramme | None:
    """One programme by the number that its slips carry."""
    known = offline_programmes(db, book_no, at=at)
    return next((one for one in known if one.programme_no == number), None)


WINDOWS = text("""
    SELECT o.last_offline, o.guarantee_seconds,
           (SELECT MIN(d.recorded_at) FROM offline_terms w
              JOIN decision d ON d.book_no = w.book_no AND d.log_index = w.log_index
             WHERE w.book_no = o.book_no AND w.programme_id = o.programme_id
               AND w.version > o.version) AS replaced_at
      FROM offline_terms o
     WHERE o.book_no = :book_no AND o.programme_id = :programme
       AND (o.slip_cents > 0 OR (:slips = 0 AND EXISTS (
            SELECT 1 FROM phone_terms t WHERE t.book_no = o.book_no
               AND t.programme_id = o.programme_id AND t.reserve_cents > 0)))
""").bindparams(bindparam("programme", type_=Id()))


def offline_until(
    db: Connection, book_no: int, programme_id: UUID, *, slips: bool = False
) -> Instant:
    """Until when a sale offline of this programme may come and be guaranteed; 0: none ever can.

    Limits that were replaced stand for the tills that met the server under them. `slips`: of those
    alone, phones left aside.
    """
    given = {"book_no": book_no, "programme": programme_id, "slips": int(slips)}
    rows = db.execute(WINDOWS, given)
    return max((_window_end(*row) for row in rows), default=0)


def _window_end(last_offline: int, guarantee: int, replaced_at: Instant | None) -> Instant:
    last = last_offline * SECOND
    if replaced_at is not None:
        last = min(last, replaced_at + AROUND)
    return last + (DAY_SECONDS + guarantee) * SECOND


AROUND: Instant = 60 * SECOND  # A till's contact and a change that it met on its way.


def longest_guarantee(db: Connection, book_no: int) -> int:
    """The longest guarantee (seconds) that any programme of a comune ever gave."""
    query = text("SELECT MAX(guarantee_seconds) FROM offline_terms WHERE book_no = :book_no")
    return int(db.execute(query, {"book_no": book_no}).scalar() or 0)


def terms_row(programme_id: UUID, version: int, limits: Limits, by: tuple[UUID, UUID]) -> Row:
    """One version of what a programme allows offline, and the two who signed it."""
    values = {name: getattr(limits, name) for name in _LIMITS.split()}
    signed = {"proposed_by": by[0], "approved_by": by[1]}
    return Row(
        "offline_terms", {"programme_id": programme_id, "version": version, **values, **signed}
    )


def phone_terms_row(
    programme_id: UUID, version: int, terms: PhoneTerms, by: tuple[UUID, UUID]
) -> Row:
    """One version of what a programme allows phones, and the two who signed it."""
    values = {name: getattr(terms, name) for name in _PHONES.split()}
    signed = {"proposed_by": by[0], "approved_by": by[1]}
    return Row(
        "phone_terms", {"programme_id": programme_id, "version": version, **values, **signed}
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
