"""A till's contact with the server: its device, and what it may take offline until the next one.

All shares that may still be used are covered by what each programme has set aside, so that a shop
that keeps the rules is always paid. Not here: what was taken (`take_offline`). Source: qr.md 7.
"""

from dataclasses import dataclass
from uuid import UUID

from ledger.core.offline import DAY_SECONDS
from ledger.core.programmes import admits
from ledger.core.quantities import SECOND, Instant
from ledger.store.book import Book, Ledger
from ledger.store.edges import random_id
from ledger.store.network.devices import (
    Device,
    active_devices,
    add_device,
    device_of_till,
    device_with_key,
    set_device_status,
)
from ledger.store.network.offline import Grant, Wish, give_share, lift_stop
from ledger.store.network.shops import read_shop, read_till
from ledger.store.registers.offline import OfflineProgramme, longest_guarantee, offline_programmes
from ledger.store.signing import Signer
from ledger.token.device_keys import device_key


@dataclass(frozen=True, slots=True)
class Contact:
    """What a till takes along: its device's number, and a sync token of each comune.

    `tokens`: by issuer; none where nothing may be taken offline, or somebody has to look first.
    """

    device: Device
    tokens: dict[str, bytes]


def enrol_device(
    ledger: Ledger, till_id: UUID, public: bytes, *, now: Instant, confirmed: bool = False
) -> Device:
    """Register the key that a till's device made; the device it had before is revoked.

    It may take nothing offline until it was confirmed; the same key again is the same device.
    Errors: `LookupError` for an unknown till, `ValueError` for what is no key, or another's.
    """
    device_key(public)
    with ledger.reading() as db:
        till, known = read_till(db, till_id), device_with_key(db, public)
    if till is None or till.status != "active":
        raise LookupError(till_id)
    if known is not None:
        return _own(known, till_id)
    status = "active" if confirmed else "waiting"
    made = Device(random_id(), till.shop_id, till_id, 0, public, status, now)
    return ledger.write(lambda db: add_device(db, made))


def _own(known: Device, till_id: UUID) -> Device:
    """The device itself, asked for again. Errors: `ValueError`: another till's, or revoked."""
    if known.till_id != till_id or known.status == "revoked":
        raise ValueError("this key is another till's, or was revoked")
    return known


def confirm_device(ledger: Ledger, device_id: UUID) -> None:
    """The owner's yes to a device, by its name."""
    ledger.write(lambda db: set_device_status(db, device_id, "active"))


def revoke_device(ledger: Ledger, device_id: UUID) -> None:
    """Take a device's rights away; what it took before by the rules is paid."""
    ledger.write(lambda db: set_device_status(db, device_id, "revoked"))


def readmit_offline(ledger: Ledger, comune: str, shop_id: UUID, *, by: UUID, now: Instant) -> None:
    """Give a shop its right back after somebody has looked; `by`: the officer."""
    book_no = ledger.book(comune).book_no
    ledger.write(lambda db: lift_stop(db, book_no, shop_id, by, now))


def contact(ledger: Ledger, signer: Signer, till_id: UUID, *, now: Instant) -> Contact:
    """Give a till its sync tokens; asked again within 24 hours, the same grant by a newer time.

    Errors: `LookupError` for a till without a device.
    """
    with ledger.reading() as db:
        device = device_of_till(db, till_id)
        shop = None if device is None else read_shop(db, device.shop_id)
    if device is None or shop is None:
        raise LookupError(till_id)
    tokens: dict[str, bytes] = {}
    if device.status == "active" and shop.status == "active":
        for book in ledger.books():
            open_now = _open_for(book, shop.category, now)
            grant = _granted(book, device, open_now, now) if open_now else None
            if grant is not None:
                issuer = open_now[0].issuer
                numbers = shop.shop_no, device.device_no
                tokens[issuer] = signer.sync_token(grant, issuer, numbers, now)
    return Contact(device, tokens)


def _open_for(book: Book, category: str, now: Instant) -> list[OfflineProgramme]:
    """The programmes of a comune that let this kind of shop sell offline now."""
    with book.ledger.reading() as db:
        every = offline_programmes(db, book.book_no)
    return [
        one
        for one in every
        if one.limits is not None
        and (one.limits.slip_cents or (one.phones is not None and one.phones.reserve_cents))
        and one.limits.last_offline * SECOND > now
        and admits(one.categories, category)
    ]


def _granted(
    book: Book, device: Device, open_now: list[OfflineProgramme], now: Instant
) -> Grant | None:
    limits = [one.limits for one in open_now if one.limits is not None]
    with book.ledger.reading() as db:
        devices = active_devices(db, device.shop_id)
        window = (DAY_SECONDS + longest_guarantee(db, book.book_no)) * SECOND
    wish = Wish(
        random_id(), book.book_no, device.shop_id, device.device_id,
        min(one.shop_cents for one in limits),
        min(book.balance(one.offline_risk) for one in open_now), now - window, devices, now,
    )  # fmt: skip
    return book.ledger.write(lambda db: give_share(db, wish))
