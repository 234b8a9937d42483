"""How many shops of each kind each comune has at work."""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.reports.rows import query, rows
from ledger.store.book import Ledger


@dataclass(frozen=True, slots=True)
class _Kind:
    comune: str
    category: str
    shops: int


BY_KIND = query(
    """
    SELECT c.name AS comune, s.category, COUNT(*) AS shops
      FROM shop s JOIN comune c ON c.book_no = s.book_no
     WHERE s.status = 'active' AND (:slug = '' OR c.book_no = (
           SELECT b.book_no FROM book b WHERE b.name = :slug))
     GROUP BY c.name, s.category ORDER BY c.name, s.category
    """,
    _Kind,
)


def shops_by_kind(ledger: Ledger, comune: str | None) -> Mapping[str, Mapping[str, int]]:
    """By comune's name and kind; `comune`: the book of one of them, None for all."""
    found: dict[str, dict[str, int]] = {}
    with ledger.reading() as db:
        for one in rows(db, BY_KIND, _Kind, {"slug": comune or ""}):
            found.setdefault(one.comune, {})[one.category] = one.shops
    return found
