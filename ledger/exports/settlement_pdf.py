"""A period's list on paper, for the determina that settles it: PDF/A.

The same bytes for the same rows; words come from whoever asks. Not here:
which rows (`ledger.reports.settlement_list`), and the mandato.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.core.quantities import Amount, euro_text
from ledger.exports.letters import Press
from ledger.exports.printing import printed

TEMPLATE: Final = Path(__file__).with_name("settlement.typ")


@dataclass(frozen=True, slots=True)
class Payee:
    """One line: whom to pay, where, for how many sales, how much in cents, and the mandato."""

    number: int
    shop: str
    vat_number: str
    iban: str
    programme: str
    sales: int
    owed_cents: Amount
    mandate: str


@dataclass(frozen=True, slots=True)
class SettlementList:
    """The whole list. `facts`: what stands above it, title and text; `seal`: the book's root."""

    title: str
    facts: tuple[tuple[str, str], ...]
    payees: tuple[Payee, ...]
    seal: str

    @property
    def total_cents(self) -> Amount:
        """What is to be paid in all."""
        return sum(one.owed_cents for one in self.payees)


def settlement_pdf(press: Press, listed: SettlementList) -> bytes:
    """The list as a landscape PDF/A-2a, tagged."""
    data = {
        "title": listed.title,
        "facts": listed.facts,
        "rows": _rows(listed.payees),
        "total": euro_text(listed.total_cents),
        "seal": listed.seal,
    }
    return printed(press.sheet(TEMPLATE, data))


def _rows(payees: Sequence[Payee]) -> list[list[str]]:
    return [
        [
            str(one.number),
            one.shop,
            one.vat_number,
            one.iban,
            one.programme,
            str(one.sales),
            euro_text(one.owed_cents),
            one.mandate,
        ]
        for one in payees
    ]
