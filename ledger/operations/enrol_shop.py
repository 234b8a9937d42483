"""Let a shop take part: its agreement, its tills by a secret that is shown once."""

from base64 import b32encode
from dataclasses import dataclass
from uuid import UUID

from stdnum import iban
from stdnum.exceptions import ValidationError
from stdnum.it import iva

from ledger.core.programmes import CATEGORIES
from ledger.store.book import Ledger
from ledger.store.edges import random_bytes, random_id
from ledger.store.enrolling import keep_shop, keep_till
from ledger.store.network.shops import (
    ShopEntry,
    Till,
    read_shop,
    revoke_till,
    set_shop_status,
)

SECRET_BYTES = 20


class WrongShop(ValueError):
    """An entry that no shop can have; `field` says which."""

    def __init__(self, field: str) -> None:
        """Name the field."""
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a shop and a comune sign: who it is, what it sells, where it is paid."""

    name: str
    category: str
    address: str
    vat_number: str
    iban: str


def accredit_shop(ledger: Ledger, comune: str, asked: Agreement, *, shop_id: UUID) -> UUID:
    """Accredit a shop under an id that the form brought, so that asking twice makes one shop.

    Errors: `WrongShop`, naming the field.
    """
    with ledger.reading() as db:
        if read_shop(db, shop_id) is not None:
            return shop_id
    entry = ShopEntry(
        shop_id,
        ledger.book(comune).book_no,
        asked.name,
        asked.category,
        asked.address,
        iva.compact(asked.vat_number).removeprefix("IT"),
        iban.compact(asked.iban),
    )
    enrol_shop(ledger, comune, entry)
    return shop_id


def enrol_shop(ledger: Ledger, comune: str, entry: ShopEntry) -> int:
    """Accredit a shop with the network; gives its number. Errors: `WrongShop`, naming the field.

    VAT number and IBAN are checked for their form, not for their existence. Once for each id,
    however many processes ask at the same moment.
    """
    _check(ledger, comune, entry)
    return keep_shop(ledger, entry)


def _check(ledger: Ledger, comune: str, entry: ShopEntry) -> None:
    for field, holds in (
        ("name", bool(entry.name.strip())),
        ("category", entry.category in CATEGORIES),
        ("vat_number", _is_vat_number(entry.vat_number)),
        ("iban", _is_iban(entry.iban)),
        ("book_no", entry.book_no == ledger.book(comune).book_no),
    ):
        if not holds:
            raise WrongShop(field)


def _is_vat_number(text: str) -> bool:
    try:
        iva.validate(text)
    except ValidationError:
        return False
    return True


def _is_iban(text: str) -> bool:
    try:
        iban.validate(text)
    except ValidationError:
        return False
    return True


def enrol_till(ledger: Ledger, shop_id: UUID, label: str) -> tuple[UUID, str]:
    """Add a till to a shop; gives its id and the secret that enrols it, told only now."""
    till_id = random_id()
    secret = enrol_till_once(ledger, shop_id, label, till_id=till_id)
    assert secret is not None
    return till_id, secret


def enrol_till_once(ledger: Ledger, shop_id: UUID, label: str, *, till_id: UUID) -> str | None:
    """Add a till under an id that the form brought; gives its secret, told only now.

    None where the till is there already: its secret was told then, and only its hash is kept.
    """
    secret = b32encode(random_bytes(SECRET_BYTES)).decode()
    till = Till(till_id, shop_id, label, "active")
    return secret if keep_till(ledger, till, secret.encode()) else None


def remove_till(ledger: Ledger, till_id: UUID) -> None:
    """Take a lost till's rights away; its sessions are refused from now on."""
    ledger.write(lambda db: revoke_till(db, till_id))


def suspend_shop(ledger: Ledger, shop_id: UUID) -> None:
    """Let a shop take no more; what it is owed stays owed."""
    ledger.write(lambda db: set_shop_status(db, shop_id, "suspended"))


def readmit_shop(ledger: Ledger, shop_id: UUID) -> None:
    """Let a suspended shop take again."""
    ledger.write(lambda db: set_shop_status(db, shop_id, "active"))
