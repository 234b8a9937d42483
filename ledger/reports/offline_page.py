"""A programme without network: its limits and cover, what could be lost now, who was stopped.

Amounts in cents. Not here: what a till is granted (`ledger.operations.grant_offline`).
"""

from dataclasses import dataclass
from uuid import UUID

from ledger.core.offline import DAY_SECONDS
from ledger.core.programmes import admits
from ledger.core.quantities import SECOND, Amount, Instant
from ledger.reports.rows import query, rows
from ledger.store.book import Book, Ledger
from ledger.store.registers.offline import OfflineProgramme, longest_guarantee, offline_programmes


@dataclass(frozen=True, slots=True)
class OpenShare:
    """What one device may still take: a part of the most that can be lost now."""

    shop_id: UUID
    shop: str
    category: str
    device_no: int
    granted_at: Instant
    left_cents: Amount


@dataclass(frozen=True, slots=True)
class OfflinePage:
    """One programme. `exposure_cents`: the most that may still be lost now, as one number.

    `shares`: what that is made of. `lost_cents`: what the cover has paid so far. `accepted`,
    `disputed`: sales of this comune.
    """

    programme: OfflineProgramme
    cover_cents: Amount
    exposure_cents: Amount
    lost_cents: Amount
    shares: tuple[OpenShare, ...]
    accepted: int
    disputed: int

    @property
    def is_covered(self) -> bool:
        """Whether what is set aside stands for a day of one more shop."""
        limits = self.programme.limits
        return limits is not None and self.cover_cents >= self.exposure_cents + limits.shop_cents


@dataclass(frozen=True, slots=True)
class _Count:
    outcome: str
    sales: int
    lost_cents: Amount


@dataclass(frozen=True, slots=True)
class StoppedShop:
    """A shop whose right to sell offline was taken by its first shortage; what that was."""

    shop_id: UUID
    shop: str
    since: Instant
    amount_cents: Amount
    loss_cents: Amount
    device_no: int
    seq: int


@dataclass(frozen=True, slots=True)
class Doubled:
    """A sale that proves that a code was shown twice, or a phone for more than it carried.

    `voucher_id`: whose it was; None where nobody ever issued the code. `phone`: its number of the
    family's; None: a slip.
    """

    received_at: Instant
    shop_id: UUID
    shop: str
    device_no: int
    seq: int
    amount_cents: Amount
    loss_cents: Amount
    voucher_id: UUID | None
    phone: int | None


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A till's device; one that waits sells nothing offline until it is confirmed."""

    device_id: UUID
    till_id: UUID
    label: str
    device_no: int
    status: str
    made_at: Instant


COUNTS = query(
    """
    SELECT a.outcome, COUNT(*) AS sales, CAST(SUM(a.loss_cents) AS BIGINT) AS lost_cents
      FROM acceptance a WHERE a.book_no = :book_no GROUP BY a.outcome
    """,
    _Count,
)
STOPPED = query(
    """
    SELECT o.shop_id, s.name AS shop, o.since, a.amount_cents, a.loss_cents, d.device_no, a.seq
      FROM offline_stop o
      JOIN shop s ON s.shop_id = o.shop_id
      JOIN acceptance a ON a.acceptance_hash = o.acceptance_hash
      JOIN device d ON d.device_id = a.device_id
     WHERE o.book_no = :book_no AND o.lifted_at IS NULL ORDER BY o.since
    """,
    StoppedShop,
    ids="shop_id",
)
DOUBLED = query(
    """
    SELECT a.received_at, s.shop_id, s.name AS shop, d.device_no, a.seq, a.amount_cents,
           a.loss_cents, COALESCE(r.voucher_id, c.target_id) AS voucher_id, p.number AS phone
      FROM acceptance a
      JOIN device d ON d.device_id = a.device_id
      JOIN shop s ON s.shop_id = d.shop_id
      LEFT JOIN credential c ON c.credential_id = a.credential_id
      LEFT JOIN phone_credential r ON r.credential_id = a.credential_id
      LEFT JOIN phone p ON p.phone_id = r.phone_id
     WHERE a.book_no = :book_no AND a.doubled = 1 ORDER BY a.received_at DESC LIMIT 100
    """,
    Doubled,
    ids="shop_id voucher_id",
)
SHARES = query(
    """
    SELECT g.shop_id, s.name AS shop, s.category, d.device_no, g.granted_at,
           g.share_cents - g.taken_cents AS left_cents
      FROM offline_grant g
      JOIN shop s ON s.shop_id = g.shop_id
      JOIN device d ON d.device_id = g.device_id
     WHERE g.book_no = :book_no AND g.granted_at > :since AND g.share_cents > g.taken_cents
     ORDER BY s.name, d.device_no
    """,
    OpenShare,
    ids="shop_id",
)
DEVICES = query(
    """
    SELECT d.device_id, d.till_id, t.label, d.device_no, d.status, d.made_at
      FROM device d JOIN till t ON t.till_id = d.till_id
     WHERE d.shop_id = :shop AND d.status <> 'revoked' ORDER BY d.device_no
    """,
    DeviceRow,
    ids="device_id till_id",
    given="shop",
)


def offline_page(book: Book, unit: str, *, now: Instant) -> OfflinePage | None:
    """One programme as it stands now; None: there is none of this unit."""
    with book.ledger.reading() as db:
        found = [one for one in offline_programmes(db, book.book_no) if one.unit == unit]
        if not found:
            return None
        one = found[0]
        since = now - (DAY_SECONDS + longest_guarantee(db, book.book_no)) * SECOND
        open_still = rows(db, SHARES, OpenShare, {"book_no": book.book_no, "since": since})
        counts = rows(db, COUNTS, _Count, {"book_no": book.book_no})
    admitted = tuple(share for share in open_still if admits(one.categories, share.category))
    return OfflinePage(
        one, book.balance(one.offline_risk), sum(share.left_cents for share in admitted),
        sum(of.lost_cents for of in counts), admitted,
        sum(of.sales for of in counts if of.outcome != "disputed"),
        sum(of.sales for of in counts if of.outcome == "disputed"),
    )  # fmt: skip


def stopped_shops(ledger: Ledger, book_no: int) -> tuple[StoppedShop, ...]:
    """The shops that wait until somebody has looked, longest first."""
    with ledger.reading() as db:
        return rows(db, STOPPED, StoppedShop, {"book_no": book_no})


def doubled(ledger: Ledger, book_no: int) -> tuple[Doubled, ...]:
    """What was shown twice without network, newest first, a hundred at most."""
    with ledger.reading() as db:
        return rows(db, DOUBLED, Doubled, {"book_no": book_no})


def devices(ledger: Ledger, shop_id: UUID) -> tuple[DeviceRow, ...]:
    """The devices of a shop that are not revoked."""
    with ledger.reading() as db:
        return rows(db, DEVICES, DeviceRow, {"shop": shop_id})
