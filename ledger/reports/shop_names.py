"""The shops of the network by number: what a phone calls whoever asks it to pay."""

from dataclasses import dataclass

from ledger.reports.rows import query, rows
from ledger.store.book import Ledger


@dataclass(frozen=True, slots=True)
class ShopName:
    """One active shop."""

    shop_no: int
    name: str


NAMES = query("SELECT shop_no, name FROM shop WHERE status = 'active' ORDER BY shop_no", ShopName)


def shop_names(ledger: Ledger) -> tuple[ShopName, ...]:
    """Every active shop of every comune."""
    with ledger.reading() as db:
        return rows(db, NAMES, ShopName, {})
