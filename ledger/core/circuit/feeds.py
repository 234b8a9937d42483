"""What the Fondo Sociale gives to a comune's programme: one message between two books. Pure.

Three entries, each once: out of the fund, into the programme, off the bank. All three name the
message by its hash. Not here: who sends it on (`ledger.operations.feed_programme`).
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

from ledger.core.canonical import Json, canonical
from ledger.core.chart import CIRCUIT_BOOK
from ledger.core.ids import AccountId, ClaimId, RequestId, derived_id
from ledger.core.quantities import Amount

SOURCE_KIND: Final = "social_fund"
SOURCE_NAME: Final = "Fondo Sociale della Rete"
ATTEMPTS: Final = 4
MESSAGE: Final = "message"  # The field of an entry's words that names it.


@dataclass(frozen=True, slots=True)
class Feed:
    """So much (cents) for a programme of a comune (`to`: its book), by an act of the association.

    `feed_id`: of the proposal that two persons signed.
    """

    feed_id: UUID
    to: str
    programme_id: UUID
    act_number: str
    act_dated: str
    amount_cents: Amount

    def words(self) -> dict[str, Json]:
        """The message, as both books keep it in their entries."""
        return {
            "feed": self.feed_id.hex,
            "from": CIRCUIT_BOOK,
            "to": self.to,
            "programme": self.programme_id.hex,
            "act": [self.act_number, self.act_dated],
            "amount": self.amount_cents,
        }

    def message_hash(self) -> str:
        """SHA-256 of the canonical message, in hex."""
        return sha256(canonical(self.words())).hexdigest()

    def asked(self) -> dict[str, Json]:
        """An entry's words: the message, and its hash."""
        return self.words() | {MESSAGE: self.message_hash()}

    def arrival(self, attempt: int = 0) -> RequestId:
        """The comune's entry; `attempt`: after as many whose act's number was used."""
        return RequestId(derived_id("feed_arrival", self.feed_id, attempt))

    @property
    def settling(self) -> RequestId:
        """The circuit's entry that follows the comune's."""
        return RequestId(derived_id("feed_settled", self.feed_id))

    @property
    def fund(self) -> AccountId:
        """The source of its own that the programme has for this money."""
        return feed_fund(self.programme_id)


def feed_fund(programme_id: UUID) -> AccountId:
    """The fund of what the Rete gives to a programme; no act of the comune opens it."""
    return AccountId(derived_id("feed_fund", programme_id))


def vote_feed(vote_id: UUID) -> ClaimId:
    """A vote's money is given once."""
    return ClaimId(derived_id("vote_feed", vote_id))
