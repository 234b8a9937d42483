"""Receipts and trust for who answers tills: signed rows, shop numbers, programme titles.

Cached by id where nothing changes. Not here: the tokens' form (`ledger.token`).
"""

import threading
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.core.decisions import Decision
from ledger.core.quantities import SECOND, Amount, Instant, Unit
from ledger.core.redemption import Part, Shop
from ledger.reports.rows import query, rows
from ledger.store.book import Book, Ledger
from ledger.store.network.shops import read_shop
from ledger.store.registers.refunds import refunded_of
from ledger.store.registers.till_reads import rules_of
from ledger.store.signing import Signer
from ledger.store.trust import read_trust, trust_of_upload
from ledger.token.refusal import Reason, TokenRefused
from ledger.token.shown import Shown, verify_shown
from ledger.token.text import Environment
from ledger.token.verify import Trust

TRUST_FOR: Final = 3600 * SECOND


@dataclass(frozen=True, slots=True)
class UnitTitle:
    """What a unit's programme is called."""

    book: str
    unit: Unit
    title: str
    issuer: str


TITLES = query(
    """
    SELECT b.name AS book, p.unit, v.title, c.issuer
      FROM programme p
      JOIN book b ON b.book_no = p.book_no
      JOIN comune c ON c.book_no = p.book_no
      JOIN programme_version v
        ON v.book_no = p.book_no AND v.programme_id = p.programme_id
       AND v.version = (SELECT MAX(w.version) FROM programme_version w
                         WHERE w.book_no = p.book_no AND w.programme_id = p.programme_id)
    """,
    UnitTitle,
)


class Receipts:
    """Signs what was decided, and says what its parts are called. Safe from many threads."""

    def __init__(self, ledger: Ledger, environment: Environment) -> None:
        """Sign for this ledger."""
        self._ledger = ledger
        self.signer = Signer(ledger, environment)
        self._environment = environment
        self._lock = threading.Lock()
        self._titles: dict[tuple[str, Unit], UnitTitle] = {}
        self._shops: dict[UUID, Shop] = {}
        self._trust: tuple[Instant, Trust] | None = None

    def trust(self, now: Instant) -> Trust:
        """What the server believes of tokens, read again every hour."""
        with self._lock:
            if self._trust is None or self._trust[0] <= now:
                trust = read_trust(self._ledger, now=now, environment=self._environment)
                self._trust = (now + TRUST_FOR, trust)
            return self._trust[1]

    def fresh_trust(self, now: Instant) -> Trust:
        """The same, read now: limits that were signed a minute ago count for what comes back."""
        return read_trust(self._ledger, now=now, environment=self._environment)

    def shown(self, text: str, now: Instant) -> Shown:
        """What a phone shows; a key that was made within the hour is looked for again.

        Errors: `TokenRefused`.
        """
        try:
            return verify_shown(text, self.trust(now), now=now // SECOND)
        except TokenRefused as refused:
            if refused.reason is not Reason.UNKNOWN_KEY:
                raise
        return verify_shown(text, self.fresh_trust(now), now=now // SECOND)

    def trust_of_upload(self, raw: bytes, now: Instant) -> Trust:
        """What the till believed by right that took this acceptance. Errors: `TokenRefused`."""
        return trust_of_upload(self._ledger, raw, now=now, environment=self._environment)

    def sign(self, decision: Decision, shop_id: UUID, reference: bytes) -> str:
        """The receipt of a committed redemption or refund: the same text each time.

        `reference`: that of the code which was spent.
        """
        issuer = self.title(decision.book, decision.transfers[0].unit).issuer
        number = self._shop(shop_id).shop_no
        return self.signer.receipt(decision, issuer, number, reference)

    def title(self, book: str, unit: Unit) -> UnitTitle:
        """What a unit's programme is called."""
        if (book, unit) not in self._titles:
            with self._ledger.reading() as db:
                found = rows(db, TITLES, UnitTitle, {})
            self._titles = {(one.book, one.unit): one for one in found}
        return self._titles[book, unit]

    def worth(self, book: str, part: Part) -> Amount | None:
        """What a part (cents) buys where its shop adds to it; None: as much as it is."""
        book_no = self._ledger.book(book).book_no
        rules = rules_of(self._ledger.quick, book_no, part.voucher)
        return rules.worth(part.amount_cents) if rules.added_value else None

    def shop_name(self, shop_id: UUID) -> str:
        """A shop's name."""
        return self._shop(shop_id).name

    def shop_no(self, shop_id: UUID) -> int:
        """A shop's number in the network."""
        return self._shop(shop_id).shop_no

    def _shop(self, shop_id: UUID) -> Shop:
        if shop_id not in self._shops:
            with self._ledger.reading() as db:
                found = read_shop(db, shop_id)
            if found is None:
                raise LookupError(shop_id)
            self._shops[shop_id] = found
        return self._shops[shop_id]


def refunded(book: Book, decision: Decision) -> int:
    """How much of a redemption was given back, in cents."""
    with book.ledger.reading() as db:
        return refunded_of(db, book.book_no, decision)
