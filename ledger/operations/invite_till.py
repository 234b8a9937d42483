"""A shop's owner adds a till: a code that is used once, the key that its device made, a yes or no.

The device may do nothing before the owner has confirmed it by its name. A till that is connected
again gets a new device, which takes the earlier one's place. Source: qr.md 8.1.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.core.quantities import SECOND, Instant
from ledger.store.book import Ledger
from ledger.store.edges import random_bytes, random_id
from ledger.store.enrolling import keep_invited
from ledger.store.keys import keyed_hash
from ledger.store.network.devices import Device, device_of_till, device_with_key, set_device_status
from ledger.store.network.invitations import Invitation, add_invitation
from ledger.store.network.shops import Till, read_till, revoke_till
from ledger.token.device_keys import device_key
from ledger.token.short_code import RANDOM_BITS, make, parse

LIFE: Final[Instant] = 15 * 60 * SECOND
PREFIX: Final = "PVC1:"  # In front of the code in its QR, so that no other code is taken for it.


@dataclass(frozen=True, slots=True)
class Invited:
    """A code just made, told only now; `text` is what its QR says."""

    code: str
    label: str
    expires_at: Instant

    @property
    def text(self) -> str:
        """What its QR says."""
        return PREFIX + self.code


def invite_till(
    ledger: Ledger, shop_id: UUID, label: str, *, again: UUID | None = None, now: Instant
) -> Invited:
    """Make a code for a new till, or for another device of one (`again`).

    Errors: `LookupError` for a till that is no active one of this shop, `ValueError` for no name.
    """
    if again is not None:
        with ledger.reading() as db:
            till = read_till(db, again)
        if till is None or till.shop_id != shop_id or till.status != "active":
            raise LookupError(again)
        label = till.label
    if not label.strip():
        raise ValueError("a till without a name")
    code = make(int.from_bytes(random_bytes(8), "big") >> (64 - RANDOM_BITS))
    till_id = again or random_id()
    entry = Invitation(random_id(), shop_id, till_id, label.strip(), now, now + LIFE)
    ledger.write(lambda db: add_invitation(db, entry, _hashed(ledger, code)))
    return Invited(code, entry.label, entry.expires_at)


def answer_invitation(ledger: Ledger, typed: str, public: bytes, *, now: Instant) -> Device:
    """Register a device's key by a code; it waits for the owner. The same key again is the same.

    Errors: `Mistyped` for a code that cannot be one, `LookupError` for one that is unknown, used
    or over, `ValueError` for what is no key, or a key that was another's.
    """
    code = parse(typed.strip().removeprefix(PREFIX))
    device_key(public)
    with ledger.reading() as db:
        known = device_with_key(db, public)
    if known is not None:
        if known.status != "waiting":
            raise ValueError("this key was registered before")
        return known  # Its first answer was lost.
    made = keep_invited(ledger, _hashed(ledger, code), public, now=now)
    if made is None:
        raise LookupError("code")
    return made


def _hashed(ledger: Ledger, code: str) -> bytes:
    return keyed_hash(ledger.keys["code"], b"till invitation", code.encode())


def confirm_till(ledger: Ledger, shop_id: UUID, till_id: UUID) -> None:
    """The owner's yes to the device that waits at this till. Errors: `LookupError`: none does."""
    device = _waiting(ledger, shop_id, till_id)
    ledger.write(lambda db: set_device_status(db, device.device_id, "active"))


def refuse_till(ledger: Ledger, shop_id: UUID, till_id: UUID) -> None:
    """The owner's no to the device that waits at this till. Errors: `LookupError`: none does."""
    device = _waiting(ledger, shop_id, till_id)
    ledger.write(lambda db: set_device_status(db, device.device_id, "revoked"))


def _waiting(ledger: Ledger, shop_id: UUID, till_id: UUID) -> Device:
    with ledger.reading() as db:
        device = device_of_till(db, till_id)
    if device is None or device.shop_id != shop_id or device.status != "waiting":
        raise LookupError(till_id)
    return device


def withdraw_own_till(ledger: Ledger, shop_id: UUID, till_id: UUID) -> None:
    """The owner takes a lost till's rights away. Errors: `LookupError` for another shop's."""
    with ledger.reading() as db:
        till: Till | None = read_till(db, till_id)
    if till is None or till.shop_id != shop_id:
        raise LookupError(till_id)
    ledger.write(lambda db: revoke_till(db, till_id))
