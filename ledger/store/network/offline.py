"""What devices were granted and what they accepted: rows, each change one guarded statement.

Not here: whether a sale kept the rules (`ledger.core.offline`), and its booking (the verbs).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from ledger.core.offline import DAY_SECONDS, Why
from ledger.core.quantities import SECOND, Amount, Instant
from ledger.store.network.credentials import set_status
from ledger.store.network.devices import set_device_status
from ledger.store.network.phones import revoke_phones
from ledger.store.schema import acceptance, comune, device, offline_grant, offline_stop

GRANT_LIFE = DAY_SECONDS * SECOND


@dataclass(frozen=True, slots=True)
class Grant:
    """What a device may take for one comune in 24 hours (cents), and how much of it it took."""

    grant_id: UUID
    book_no: int
    shop_id: UUID
    device_id: UUID
    granted_at: Instant
    share_cents: Amount
    taken_cents: Amount = 0

    @property
    def left_cents(self) -> Amount:
        """What may still come of it."""
        return self.share_cents - self.taken_cents


@dataclass(frozen=True, slots=True)
class Taken:
    """An acceptance as it is kept. `code`: the reference of the code; `why`: see `offline.Why`.

    `doubled`: 1 where it proves that what was shown had been shown before; else None.
    """

    acceptance_hash: bytes
    device_id: UUID
    seq: int
    rid: UUID
    book_no: int
    credential_id: UUID | None
    code: bytes
    amount_cents: Amount
    server_time: int
    received_at: Instant
    why: str
    outcome: str
    loss_cents: Amount
    raw: bytes
    doubled: int | None = None


def lock_device(db: Connection, device_id: UUID) -> None:
    """Let one upload of a device in at a time: its row is held until the transaction ends."""
    mine = device.c.device_id == device_id
    db.execute(update(device).where(mine).values(uploads=device.c.uploads + 1))


def lock_comune(db: Connection, book_no: int) -> None:
    """Let one share of a comune be given at a time: its row is held until the transaction ends."""
    db.execute(update(comune).where(comune.c.book_no == book_no).values(name=comune.c.name))


def waiting_cents(db: Connection, book_no: int) -> Amount:
    """What was accepted for a comune and counted, and is not booked yet."""
    found = (acceptance.c.book_no == book_no) & (acceptance.c.outcome == "waiting")
    return int(db.execute(select(func.sum(acceptance.c.amount_cents)).where(found)).scalar() or 0)


def grant_at(db: Connection, device_id: UUID, book_no: int, at: Instant) -> Grant | None:
    """The grant of a device and comune that covers this moment."""
    of = (offline_grant.c.device_id == device_id) & (offline_grant.c.book_no == book_no)
    spans = (offline_grant.c.granted_at <= at) & (offline_grant.c.granted_at > at - GRANT_LIFE)
    query = select(offline_grant).where(of & spans).order_by(offline_grant.c.granted_at.desc())
    row = db.execute(query).mappings().first()
    return None if row is None else Grant(**{name: row[name] for name in Grant.__slots__})


def grants_since(db: Connection, book_no: int, since: Instant) -> tuple[Grant, ...]:
    """Every grant of a comune that was made since; older ones can no longer cost anything."""
    found = (offline_grant.c.book_no == book_no) & (offline_grant.c.granted_at > since)
    rows = db.execute(select(offline_grant).where(found)).mappings()
    return tuple(Grant(**{name: row[name] for name in Grant.__slots__}) for row in rows)


def take_of(db: Connection, grant_id: UUID, amount: Amount) -> bool:
    """Count an amount under a grant, if there is as much left; the row decides."""
    fits = offline_grant.c.taken_cents + amount <= offline_grant.c.share_cents
    more = offline_grant.c.taken_cents + amount
    where = (offline_grant.c.grant_id == grant_id) & fits
    return db.execute(update(offline_grant).where(where).values(taken_cents=more)).rowcount == 1


def read_taken(db: Connection, acceptance_hash: bytes) -> Taken | None:
    """An acceptance that came before."""
    query = select(acceptance).where(acceptance.c.acceptance_hash == acceptance_hash)
    row = db.execute(query).mappings().first()
    return None if row is None else _taken(row)


def at_place(db: Connection, device_id: UUID, seq: int) -> Sequence[Taken]:
    """What a device told of one place of its chain: one acceptance, or a fork."""
    found = (acceptance.c.device_id == device_id) & (acceptance.c.seq == seq)
    return [_taken(row) for row in db.execute(select(acceptance).where(found)).mappings()]


def taken_of_code(db: Connection, device_id: UUID, code: bytes) -> Amount:
    """How much (cents) a device took of one code, in acceptances that the comune stands for."""
    found = (acceptance.c.device_id == device_id) & (acceptance.c.code == code)
    query = select(func.sum(acceptance.c.amount_cents)).where(found & (acceptance.c.why == ""))
    return int(db.execute(query).scalar() or 0)


def under_token(db: Connection, device_id: UUID, server_time: int) -> int:
    """How many acceptances a device sent under one sync token."""
    found = (acceptance.c.device_id == device_id) & (acceptance.c.server_time == server_time)
    return db.execute(select(func.count()).select_from(acceptance).where(found)).scalar() or 0


def stop_shop(
    db: Connection, book_no: int, shop_id: UUID, acceptance_hash: bytes, now: Instant
) -> None:
    """Take a shop's right to sell offline for this comune, until somebody has looked."""
    if is_stopped(db, book_no, shop_id):
        return
    of = (offline_stop.c.book_no == book_no) & (offline_stop.c.shop_id == shop_id)
    values = {"since": now, "acceptance_hash": acceptance_hash, "lifted_by": None}
    changed = db.execute(update(offline_stop).where(of).values(**values, lifted_at=None))
    if not changed.rowcount:
        db.execute(insert(offline_stop).values(book_no=book_no, shop_id=shop_id, **values))


def is_stopped(db: Connection, book_no: int, shop_id: UUID) -> bool:
    """Whether a shop's right to sell offline for this comune is taken."""
    of = (offline_stop.c.book_no == book_no) & (offline_stop.c.shop_id == shop_id)
    query = select(offline_stop.c.since).where(of & offline_stop.c.lifted_at.is_(None))
    return db.execute(query).first() is not None


def lift_stop(db: Connection, book_no: int, shop_id: UUID, by: UUID, now: Instant) -> None:
    """Give the right back: somebody has looked."""
    of = (offline_stop.c.book_no == book_no) & (offline_stop.c.shop_id == shop_id)
    db.execute(update(offline_stop).where(of).values(lifted_by=by, lifted_at=now))


def _taken(row: RowMapping) -> Taken:
    values = {name: row[name] for name in Taken.__slots__}
    for name in ("acceptance_hash", "code", "raw"):
        values[name] = bytes(row[name])
    return Taken(**values)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a device may be granted at most: an equal part of its shop's day, under the cover.

    `shop_cents`: S; `cover_cents`: the least that a programme has set aside; `may_cost_since`:
    older grants cost nothing any more; `devices`: that share S.
    """

    grant_id: UUID
    book_no: int
    shop_id: UUID
    device_id: UUID
    shop_cents: Amount
    cover_cents: Amount
    may_cost_since: Instant
    devices: int
    now: Instant


def give_share(db: Connection, wish: Wish) -> Grant | None:
    """The grant that a device has now, or a new one; None: its shop was stopped, or none is left.

    One at a time for each comune, so that all shares together never exceed S or the cover.
    """
    lock_comune(db, wish.book_no)
    if is_stopped(db, wish.book_no, wish.shop_id):
        return None
    earlier = grant_at(db, wish.device_id, wish.book_no, wish.now)
    if earlier is not None:
        return earlier
    may_cost = grants_since(db, wish.book_no, wish.may_cost_since)
    of_day = [one for one in may_cost if one.granted_at > wish.now - GRANT_LIFE]
    of_shop = sum(one.share_cents for one in of_day if one.shop_id == wish.shop_id)
    open_still = sum(one.left_cents for one in may_cost) + waiting_cents(db, wish.book_no)
    equal = wish.shop_cents // max(1, wish.devices)
    share = min(equal, wish.shop_cents - of_shop, wish.cover_cents - open_still)
    if share <= 0:
        return None
    made = Grant(wish.grant_id, wish.book_no, wish.shop_id, wish.device_id, wish.now, share)
    _add_grant(db, made)
    return made


def _add_grant(db: Connection, made: Grant) -> None:
    db.execute(insert(offline_grant).values({n: getattr(made, n) for n in Grant.__slots__}))


@dataclass(frozen=True, slots=True)
class Known:
    """What the server knew of a device and a code before an acceptance came."""

    grant: Grant | None
    forked: bool
    under_token: int
    of_code: Amount


def keep_judged(
    db: Connection, one: Taken, judged: Callable[[Known], Why], lost: Grant | None = None
) -> Taken:
    """Keep an acceptance with what is said of it, one at a time for each device; once.

    `lost`: a grant that our own signature proves and that no row tells of any more.
    """
    lock_device(db, one.device_id)
    earlier = read_taken(db, one.acceptance_hash)
    if earlier is not None:
        return earlier
    until = (one.server_time + 1) * SECOND - 1
    grant = grant_at(db, one.device_id, one.book_no, until)
    if grant is None and lost is not None:
        grant = lost
        _add_grant(db, lost)
    known = Known(
        grant,
        bool(at_place(db, one.device_id, one.seq)),
        under_token(db, one.device_id, one.server_time),
        taken_of_code(db, one.device_id, one.code),
    )
    why = judged(known)
    if why is Why.NONE and not (
        known.grant and take_of(db, known.grant.grant_id, one.amount_cents)
    ):
        why = Why.OVER_SHARE
    kept = replace(one, why=str(why))
    db.execute(insert(acceptance).values({n: getattr(kept, n) for n in Taken.__slots__}))
    return kept


def end_acceptance(
    db: Connection, one: Taken, whose: tuple[UUID, UUID | None], now: Instant
) -> None:
    """Write down how it ended, as what its shop and phone (`whose`) made of it.

    The first loss stops the shop, a fork the device, double use the phone; a slip is used.
    """
    shop_id, phone_id = whose
    ended = {"outcome": one.outcome, "loss_cents": one.loss_cents, "doubled": one.doubled}
    where = acceptance.c.acceptance_hash == one.acceptance_hash
    db.execute(update(acceptance).where(where).values(**ended))
    if one.loss_cents:
        stop_shop(db, one.book_no, shop_id, one.acceptance_hash, now)
    if one.doubled and phone_id is not None:
        revoke_phones(db, [phone_id])
    if one.why == Why.FORKED:
        set_device_status(db, one.device_id, "frozen")
    is_slip = phone_id is None and one.outcome.startswith("posted")
    if is_slip and one.credential_id is not None:
        set_status(db, [one.credential_id], "blocked")
