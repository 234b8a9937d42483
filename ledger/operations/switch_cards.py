"""Have a family's health card (tessera sanitaria) open its vouchers, with its PIN; or no more.

Off until a comune or a family asks for it. What is kept is a keyed hash and no fiscal code; more
members of a family may each have their card. Not here: trying one at a till (`sign_in`).
"""

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from ledger.core.quantities import Instant
from ledger.imports.cells import card_number
from ledger.store.book import Ledger
from ledger.store.network.cards import (
    card_hash,
    cards_among,
    drop_cards,
    families_with_code,
    keep_cards,
)
from ledger.store.network.credentials import families_of
from ledger.store.people import papers_of

PORTION: Final = 400  # Persons whose papers are open in memory at once.


class NoCard(ValueError):
    """No 16 characters of a fiscal code whose control character fits. Holds nothing of it."""


class OtherFamily(ValueError):
    """A card that opens another family of this comune already."""


def switch_on_cards(
    ledger: Ledger,
    comune: str,
    *,
    families: Sequence[UUID] | None = None,
    now: Instant,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> int:
    """Have the own cards of these families (None: all with a code) open them; how many are new.

    Safe to retry. Whose fiscal code is provisional (eleven digits), or who was erased, has no card.
    """
    book_no = ledger.book(comune).book_no
    with ledger.reading() as db:
        every = families_with_code(db, book_no) if families is None else families_of(db, book_no)
    wanted = {
        who: family for who, family in every.items() if families is None or family in families
    }
    people, new = list(wanted), 0
    for at in range(0, len(people), PORTION):
        part = people[at : at + PORTION]
        papers = papers_of(ledger, part, fields=("fiscal_code",))
        numbers = {who: card_number(papers.get(who, {}).get("fiscal_code", "")) for who in part}
        cards = [(_hash(ledger, one), wanted[who]) for who, one in numbers.items() if one]
        new += keep_cards(ledger, book_no, cards, now)
        tell(min(at + PORTION, len(people)), len(people))
    return new


def add_card(ledger: Ledger, comune: str, family: UUID, fiscal_code: str, *, now: Instant) -> None:
    """Have one more person's card open a family: of a partner, of a grown child.

    Errors: `NoCard`; `OtherFamily`.
    """
    number, book_no = card_number(fiscal_code), ledger.book(comune).book_no
    if number is None:
        raise NoCard
    card = _hash(ledger, number)
    keep_cards(ledger, book_no, [(card, family)], now)
    with ledger.reading() as db:
        if cards_among(db, book_no, [card]).get(card) != family:
            raise OtherFamily


def switch_off_cards(ledger: Ledger, family: UUID) -> None:
    """Have no card open a family any more; its code and PIN stay."""
    ledger.write(lambda db: drop_cards(db, [family]))


def _hash(ledger: Ledger, number: str) -> bytes:
    return card_hash(ledger.keys["code"], number)
