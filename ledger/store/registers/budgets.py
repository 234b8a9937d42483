"""Money that one person proposes to commit or to give back: rows that ride requests, and reads.

Not here: who may, and what it does (`ledger.operations.fund_programme`).
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, select

from ledger.core.canonical import Json, canonical
from ledger.core.ids import AccountId
from ledger.core.proposals import Signed
from ledger.core.quantities import Amount
from ledger.core.requests import Row
from ledger.store.registers.programmes import Source
from ledger.store.schema import budget_proposal


@dataclass(frozen=True, slots=True)
class BudgetChange:
    """What is to be committed by an act, or given back to a source: all that a proposal says.

    `kind`: funding or defunding, which has no act. `kept_hash`: the content's, as it was proposed.
    Amounts in cents.
    """

    proposal_id: UUID
    kind: str
    programme_id: UUID
    fund: AccountId
    act_number: str
    act_dated: str
    act_title: str
    source_kind: str
    source_name: str
    gift_allowed: bool
    amount_cents: Amount
    proposed_by: UUID
    kept_hash: bytes = b""

    def content_hash(self) -> bytes:
        """What a confirmation is bound to; reckoned anew, so that an edited row is told apart."""
        said: dict[str, Json] = {
            "kind": self.kind,
            "programme": self.programme_id.hex,
            "fund": self.fund.hex,
            "act": [self.act_number, self.act_dated, self.act_title],
            "source": [self.source_kind, self.source_name, self.gift_allowed],
            "amount": self.amount_cents,
        }
        return sha256(canonical(said)).digest()

    def signed(self) -> Signed:
        """Its id, its content and who proposed it, as its end keeps them."""
        return Signed(self.proposal_id, self.content_hash(), self.proposed_by)

    def source(self) -> Source:
        """The source that it names."""
        return Source(
            self.fund, self.programme_id, self.source_kind, self.source_name, self.gift_allowed
        )


_KEPT: Final = tuple(name for name in BudgetChange.__slots__ if name != "kept_hash")


def budget_row(one: BudgetChange) -> Row:
    """The row that rides a proposal."""
    values = {name: getattr(one, name) for name in _KEPT}
    values |= {"gift_allowed": int(one.gift_allowed), "content_hash": one.content_hash()}
    return Row("budget_proposal", values)


def read_budget(db: Connection, book_no: int, proposal_id: UUID) -> BudgetChange | None:
    """One proposal, ended or not; None: there is none."""
    query = select(budget_proposal).where(
        budget_proposal.c.book_no == book_no, budget_proposal.c.proposal_id == proposal_id
    )
    row = db.execute(query).mappings().first()
    if row is None:
        return None
    values = {name: row[name] for name in _KEPT}
    values |= {"gift_allowed": bool(row["gift_allowed"])}
    return BudgetChange(**values, kept_hash=bytes(row["content_hash"]))
