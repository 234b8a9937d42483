"""Who gives money: written into the vault, with the number of the receipt that names them.

Not here: the money (`record_donation`, `give_to_fund`), and the receipt (`ledger.exports`).
"""

from dataclasses import dataclass
from datetime import date

from ledger.core.canonical import canonical
from ledger.core.ids import RequestId
from ledger.core.quantities import Instant
from ledger.imports.cells import fiscal_code
from ledger.store.book import Book
from ledger.store.people import NewPerson, add_papers, keep_people, papers_of
from ledger.store.registers.donations import Donation, next_number


class NoFiscalCode(ValueError):
    """A fiscal code, or a firm's number, that is none."""


@dataclass(frozen=True, slots=True)
class Donor:
    """Who gave: as it stands on the receipt."""

    fiscal_code: str
    name: str
    address: str

    def code(self) -> str:
        """Its code as it is kept. Errors: `NoFiscalCode`."""
        found = fiscal_code(self.fiscal_code)
        if found is None:
            raise NoFiscalCode
        return found


def kept_donation(
    book: Book, donor: Donor, received_on: date, *, key: RequestId, now: Instant
) -> Donation:
    """Have the vault keep who gave, first; nobody is left there whom no book comes to name.

    Gives the donation `key`, under the next number of its year. Safe to retry. Errors:
    `NoFiscalCode`.
    """
    ledger, code, year = book.ledger, donor.code(), received_on.year
    [who] = keep_people(ledger, [NewPerson(code, {})], now=now).values()
    with ledger.reading() as db:
        given = Donation(key, year, next_number(db, book.book_no, year), who)
    text = canonical({"name": donor.name, "address": donor.address, "fiscal_code": code})
    if given.paper not in papers_of(ledger, [who], fields=[given.paper]).get(who, {}):
        add_papers(ledger, [(who, given.paper, text.decode())])  # A retry may find it there.
    return given
