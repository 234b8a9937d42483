"""Shops and tills, each written down once, however many processes are asked at one moment.

Not here: what a shop must be like (`ledger.operations.enrol_shop`).
"""

from sqlalchemy.exc import IntegrityError

from ledger.store.book import Ledger
from ledger.store.network.shops import (
    ShopEntry,
    Till,
    add_shop,
    add_till,
    last_shop_no,
    read_shop,
    read_till,
)


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
