"""Have a new key sign for a comune, or for one of its programmes alone; the old one stays believed.

With every programme: its voucher and credential keys. Every year: the family's, receipts and sync.
Source: qr.md 8; docs/KEYS.md.
"""

from typing import Final

from ledger.core.quantities import Instant
from ledger.store.book import Ledger
from ledger.store.network.people import comuni
from ledger.store.registers.programmes import programmes
from ledger.store.signing import rotate_signing_key
from ledger.token.keys import KeyUse

OF_PROGRAMMES: Final = frozenset({KeyUse.VOUCHER, KeyUse.CREDENTIAL})


class NoSuchProgramme(ValueError):
    """No programme of this comune, or a use that belongs to none."""


def rotate_signing(
    ledger: Ledger, comune: str, use: KeyUse, *, unit: str = "", now: Instant
) -> bytes:
    """Make the key that signs from now on; gives its name.

    `unit`: of the one programme that it is for. Errors: `LookupError`, `NoSuchProgramme`.
    """
    book_no, number = ledger.book(comune).book_no, 0
    with ledger.reading() as db:
        issuer = next(one.issuer for one in comuni(db) if one.book_no == book_no)
        if unit:
            known = {one.unit: one.programme_no for one in programmes(db, book_no)}
            if unit not in known or use not in OF_PROGRAMMES:
                raise NoSuchProgramme(unit)
            number = known[unit]
    return rotate_signing_key(ledger, issuer, use, programme=number, now=now)
