"""What two persons of the association move in the circuit's book: rows that ride requests, reads.

Not here: who may, and what it does (`ledger.operations.move_by_two`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, select

from ledger.core.canonical import Json, canonical
from ledger.core.circuit.feeds import Feed
from ledger.core.proposals import Signed
from ledger.core.quantities import Amount
from ledger.core.requests import Row
from ledger.store.schema import circuit_move, proposal_end

FEED: Final = "feed"


@dataclass(frozen=True, slots=True)
class CircuitMove:
    """What is proposed: a kind of entry, how much (cents), by which paper, and why.

    `comune`: the book that a feed goes to, else empty. `subject`: its programme, or a shop; None:
    nobody. `vote_id`: the vote of that comune whose outcome it is. `kept_hash`: of what was
    proposed, as it was kept.
    """

    proposal_id: UUID
    kind: str
    comune: str
    subject: UUID | None
    vote_id: UUID | None
    act_number: str
    act_dated: str
    reason: str
    amount_cents: Amount
    proposed_by: UUID
    kept_hash: bytes = b""

    def content_hash(self) -> bytes:
        """What a confirmation is bound to; reckoned anew, so that an edited row is told apart."""
        said: dict[str, Json] = {
            "kind": self.kind,
            "comune": self.comune,
            "subject": "" if self.subject is None else self.subject.hex,
            "vote": "" if self.vote_id is None else self.vote_id.hex,
            "act": [self.act_number, self.act_dated, self.reason],
            "amount": self.amount_cents,
        }
        return sha256(canonical(said)).digest()

    def signed(self) -> Signed:
        """Its id, its content and who proposed it, as its end keeps them."""
        return Signed(self.proposal_id, self.content_hash(), self.proposed_by)

    def feed(self) -> Feed:
        """The message that it becomes."""
        assert self.subject is not None
        return Feed(
            self.proposal_id, self.comune, self.subject, self.act_number, self.act_dated,
            self.amount_cents,
        )  # fmt: skip


_KEPT: Final = tuple(name for name in CircuitMove.__slots__ if name != "kept_hash")


def move_row(one: CircuitMove) -> Row:
    """The row that rides a proposal."""
    values = {name: getattr(one, name) for name in _KEPT}
    return Row("circuit_move", values | {"content_hash": one.content_hash()})


def read_move(db: Connection, book_no: int, proposal_id: UUID) -> CircuitMove | None:
    """One proposal, ended or not; None: there is none."""
    query = select(circuit_move).where(
        circuit_move.c.book_no == book_no, circuit_move.c.proposal_id == proposal_id
    )
    row = db.execute(query).mappings().first()
    return None if row is None else _move(row)


def confirmed_feeds(db: Connection, book_no: int) -> tuple[CircuitMove, ...]:
    """Every feed that two persons signed, oldest first."""
    ended = proposal_end.c.book_no == circuit_move.c.book_no
    query = (
        select(circuit_move)
        .join(proposal_end, ended & (proposal_end.c.proposal_id == circuit_move.c.proposal_id))
        .where(
            circuit_move.c.book_no == book_no, circuit_move.c.kind == FEED,
            proposal_end.c.outcome == "confirmed",
        )
        .order_by(proposal_end.c.log_index)
    )  # fmt: skip
    return tuple(_move(row) for row in db.execute(query).mappings())


def _move(row: Mapping[Any, Any]) -> CircuitMove:
    values = {name: row[name] for name in _KEPT}
    return CircuitMove(**values, kept_hash=bytes(row["content_hash"]))
