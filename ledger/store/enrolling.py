"""Shops and tills, each written down once, however many processes are asked at one moment.

Not here: what a shop must be like (`ledger.operations.enrol_shop`).
"""

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from ledger.core.quantities import Instant
from ledger.store.book import Ledger
from ledger.store.edges import random_bytes, random_id
from ledger.store.network.devices import (
    Device,
    add_device,
    device_with_key,
    devices_made,
)
from ledger.store.network.invitations import take_invitation
from ledger.store.network.shops import (
    ShopEntry,
    Till,
    add_shop,
    add_till,
    last_shop_no,
    read_shop,
    read_till,
)

NOBODY_KNOWS = 32


def keep_shop(ledger: Ledger, entry: ShopEntry) -> int:
    """Write a shop down, or find that another process was faster; gives its number."""
    while True:
        with ledger.reading() as db:
            last = last_shop_no(db)
        try:
            return ledger.write(lambda db: add_shop(db, entry))
        except IntegrityError:
            with ledger.reading() as db:
                faster, now_last = read_shop(db, entry.shop_id), last_shop_no(db)
            if faster is not None:
                return faster.shop_no
            if now_last == last:
                raise  # No other shop took the number: something else is wrong.


def keep_till(ledger: Ledger, till: Till, secret: bytes) -> bool:
    """Write a till down; false where it is there already, with a secret that was told then."""
    try:
        ledger.write(lambda db: add_till(db, till, secret))
    except IntegrityError:
        with ledger.reading() as db:
            if read_till(db, till.till_id) is None:
                raise  # Nobody was faster: something else is wrong.
        return False
    return True


def keep_invited(ledger: Ledger, code_hmac: bytes, public: bytes, *, now: Instant) -> Device | None:
    """Use a code: its till, if it is new, and a device that waits; None for no code to be used.

    All in one transaction, so that a code is never used up for nothing. Another device of the shop
    may take its number meanwhile, in another process: then it is done again.
    """
    device_id, secret = random_id(), random_bytes(NOBODY_KNOWS)

    def keep(db: Connection) -> Device | None:
        taken = take_invitation(db, code_hmac, now)
        if taken is None:
            return None
        till = read_till(db, taken.till_id)
        if till is None:  # It has a key, so that nobody is told a secret.
            add_till(db, Till(taken.till_id, taken.shop_id, taken.label, "active"), secret)
        elif till.status != "active":
            return None
        made = Device(device_id, taken.shop_id, taken.till_id, 0, public, "waiting", now)
        return add_device(db, made)

    while True:
        with ledger.reading() as db:
            last = devices_made(db)
        try:
            return ledger.write(keep)
        except IntegrityError:
            with ledger.reading() as db:
                mine, now_last = device_with_key(db, public), devices_made(db)
            if mine is not None:
                return mine
            if now_last == last:
                raise  # No other device took the number: something else is wrong.
