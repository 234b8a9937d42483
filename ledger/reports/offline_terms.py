"""What a shop may sell without network: the programmes of every comune that admit it now."""

from uuid import UUID

from ledger.core.programmes import admits
from ledger.store.book import Ledger
from ledger.store.network.shops import read_shop
from ledger.store.registers.offline import OfflineProgramme, offline_programmes


def offline_terms(ledger: Ledger, shop_id: UUID) -> tuple[OfflineProgramme, ...]:
    """Those with limits, by comune and number; their last offline second may be past."""
    with ledger.reading() as db:
        shop = read_shop(db, shop_id)
        found = [one for book in ledger.books() for one in offline_programmes(db, book.book_no)]
    category = shop.category if shop else ""
    return tuple(one for one in found if one.limits and admits(one.categories, category))
