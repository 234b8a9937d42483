"""Join the network: a comune with its book and keys, its officers, many shops at once."""

from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from ledger.core.quantities import Instant
from ledger.store.book import Ledger
from ledger.store.edges import random_bytes, random_id
from ledger.store.network.credentials import families_of
from ledger.store.network.people import Comune, Officer
from ledger.store.network.people import add_comune as write_comune
from ledger.store.network.people import add_officer as write_officer
from ledger.store.network.people import comuni as read_comuni
from ledger.store.network.shops import ShopEntry, Till, add_shops, add_tills
from ledger.store.passwords import hash_password
from ledger.store.signing import make_signing_keys

SECRET_BYTES = 20


@dataclass(frozen=True, slots=True)
class NewOfficer:
    """An officer to be: how they sign in, and what they may do."""

    user_name: str
    role: str
    password: str


@dataclass(frozen=True, slots=True)
class OfficerIds:
    """An officer just written down."""

    officer_id: UUID
    person_id: UUID
    book_no: int
    user_name: str
    role: str

    def as_officer(self) -> Officer:
        """The officer, as a session would find them."""
        return Officer(
            self.officer_id, self.book_no, self.person_id, self.user_name, self.role, "active"
        )


@dataclass(frozen=True, slots=True)
class NewTill:
    """A till just enrolled, with the secret that is told only now."""

    till_id: UUID
    shop_id: UUID
    shop: str
    category: str
    secret: str


def add_comune(
    ledger: Ledger,
    slug: str,
    *,
    name: str,
    issuer: str,
    istat: str,
    people: int,
    telephone: str,
    now: Instant,
) -> int:
    """Open a comune's book and make its signing keys; gives the book's number.

    Safe to run again. Errors: `ValueError` for a book name of another comune.
    """
    book_no = ledger.book(slug, create=True).book_no
    with ledger.reading() as db:
        present = {one.book_no: one for one in read_comuni(db)}
    if book_no not in present:
        entry = Comune(book_no, slug, name, issuer, istat, people, telephone)
        ledger.write(lambda db: write_comune(db, entry))
    elif present[book_no].issuer != issuer:
        raise ValueError("this book belongs to another comune")
    make_signing_keys(ledger, issuer, now=now)
    return book_no


def add_officers(ledger: Ledger, slug: str, staff: Sequence[NewOfficer]) -> list[OfficerIds]:
    """Write officers down, each a person of their own."""
    book_no = ledger.book(slug).book_no
    made = [OfficerIds(random_id(), random_id(), book_no, one.user_name, one.role) for one in staff]
    hashes = [hash_password(one.password) for one in staff]
    for one, kept in zip(made, hashes, strict=True):
        entry = one.as_officer()
        ledger.write(lambda db, entry=entry, kept=kept: write_officer(db, entry, kept))  # type: ignore[misc]
    return made


def add_shops_with_tills(
    ledger: Ledger, slug: str, entries: Sequence[tuple[str, str, str, str, str]]
) -> list[NewTill]:
    """Accredit many shops (name, category, address, VAT number, IBAN), each with one till."""
    book_no = ledger.book(slug).book_no
    shops = [ShopEntry(random_id(), book_no, *entry) for entry in entries]
    tills = [
        NewTill(
            random_id(), shop.shop_id, shop.name, shop.category,
            b32encode(random_bytes(SECRET_BYTES)).decode(),
        )
        for shop in shops
    ]  # fmt: skip
    ledger.write(lambda db: add_shops(db, shops))
    rows = [
        (Till(one.till_id, one.shop_id, "Cassa 1", "active"), one.secret.encode()) for one in tills
    ]
    ledger.write(lambda db: add_tills(db, rows))
    return tills


def families_of_comune(ledger: Ledger, slug: str) -> list[UUID]:
    """The families of a comune's book, in a stable order."""
    book_no = ledger.book(slug).book_no
    with ledger.reading() as db:
        return sorted(families_of(db, book_no).values())
