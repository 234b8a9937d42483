"""One entry, down to its act: decision, both sides of each transfer, who, when, and its hash.

Not here: whether the book is right (`Book.check`). Amounts in cents.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.core.ids import AccountId, RequestId
from ledger.core.posting_rules import REVERSIBLE
from ledger.core.quantities import Amount, Instant, Unit
from ledger.reports.rows import first_row, name_of, named, query, rows
from ledger.store.book import Ledger


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One line of the log; `leaf_hash` is what the book's root is made of."""

    log_index: int
    request_id: RequestId
    kind: str
    code: str
    actor: str
    recorded_at: Instant
    occurred_at: Instant
    period: int
    leaf_hash: bytes

    @property
    def accepted(self) -> bool:
        """Whether it moved anything."""
        return self.code == "accepted"


DECISION = query(
    """
    SELECT log_index, request_id, kind, code, actor, recorded_at, occurred_at, period, leaf_hash
      FROM decision WHERE book_no = :book_no AND log_index = :log_index
    """,
    DecisionRow,
    ids="request_id",
)


@dataclass(frozen=True, slots=True)
class LegRow:
    """One transfer of an entry: dare, avere, and both balances after it."""

    seq: int
    phase: str
    unit: Unit
    amount_cents: Amount
    debit: AccountId
    debit_kind: str
    debit_name: str
    debit_balance: int
    credit: AccountId
    credit_kind: str
    credit_name: str
    credit_balance: int
    undoes: int | None
    undoes_index: int | None


LEGS = query(
    f"""
    SELECT t.seq, t.phase, t.unit, t.amount AS amount_cents, t.debit, da.kind AS debit_kind,
           {name_of("da")} AS debit_name, t.debit_balance, t.credit, ca.kind AS credit_kind,
           {name_of("ca")} AS credit_name, t.credit_balance, t.undoes,
           u.log_index AS undoes_index
      FROM transfer t
      JOIN account da ON da.book_no = t.book_no AND da.account_id = t.debit
      JOIN account ca ON ca.book_no = t.book_no AND ca.account_id = t.credit
      LEFT JOIN transfer u ON u.book_no = t.book_no AND u.seq = t.undoes
      {named("da")} {named("ca")}
     WHERE t.book_no = :book_no AND t.log_index = :log_index
     ORDER BY t.seq
    """,  # noqa: S608 -- fragments of our own.
    LegRow,
    ids="debit credit",
)


@dataclass(frozen=True, slots=True)
class EntryAct:
    """An act behind an entry: its own, or one that committed the money it moves."""

    number: str
    dated: str
    title: str
    amount_cents: Amount
    log_index: int


ENTRY_ACTS = query(
    """
    SELECT DISTINCT a.number, a.dated, a.title, a.amount_cents, a.log_index
      FROM transfer mine
      JOIN programme p ON p.book_no = mine.book_no AND p.unit = mine.unit
      JOIN transfer money ON money.book_no = p.book_no AND money.debit = p.treasury
      JOIN act a ON a.book_no = money.book_no AND a.log_index = money.log_index
     WHERE mine.book_no = :book_no AND mine.log_index = :log_index
     ORDER BY a.log_index
    """,
    EntryAct,
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asked, as far as the register knows: an officer's user name, or a shop and its till.

    `about`: the shop of a till; the list or the proposal that an entry follows from.
    """

    kind: str
    name: str
    about: UUID | None = None


FOLLOWED: Final = frozenset({"batch", "proposal"})


@dataclass(frozen=True, slots=True)
class _Officer:
    user_name: str


@dataclass(frozen=True, slots=True)
class _Till:
    label: str
    shop: str
    shop_id: UUID


OFFICER = query("SELECT user_name FROM officer WHERE officer_id = :actor", _Officer, given="actor")
TILL = query(
    "SELECT t.label, s.name AS shop, s.shop_id FROM till t JOIN shop s ON s.shop_id = t.shop_id"
    " WHERE t.till_id = :actor",
    _Till,
    ids="shop_id",
    given="actor",
)


@dataclass(frozen=True, slots=True)
class LaterEntry:
    """A later entry that undoes one, in part or whole."""

    log_index: int
    kind: str
    code: str


UNDONE_BY = query(
    """
    SELECT DISTINCT d.log_index, d.kind, d.code
      FROM transfer mine
      JOIN transfer later ON later.book_no = mine.book_no AND later.undoes = mine.seq
      JOIN decision d ON d.book_no = later.book_no AND d.log_index = later.log_index
     WHERE mine.book_no = :book_no AND mine.log_index = :log_index
     ORDER BY d.log_index
    """,
    LaterEntry,
)


@dataclass(frozen=True, slots=True)
class EntryPage:
    """All that the book says of one entry."""

    decision: DecisionRow
    legs: tuple[LegRow, ...]
    acts: tuple[EntryAct, ...]
    actor: Actor
    undone_by: tuple[LaterEntry, ...] = ()

    @property
    def can_be_corrected(self) -> bool:
        """Whether the book would take its contrary, as far as one can see from here."""
        kind = self.decision.kind
        open_still = self.decision.accepted and not self.undone_by
        return open_still and kind in REVERSIBLE and bool(self.legs)

    @property
    def own_acts(self) -> tuple[EntryAct, ...]:
        """The act that this very entry books."""
        return tuple(act for act in self.acts if act.log_index == self.decision.log_index)

    @property
    def total_cents(self) -> Amount:
        """What it moved in all."""
        return sum(leg.amount_cents for leg in self.legs)


def entry_page(ledger: Ledger, book_no: int, log_index: int) -> EntryPage | None:
    """One entry with its legs, acts and actor; None if the log is not that long."""
    given = {"book_no": book_no, "log_index": log_index}
    with ledger.reading() as db:
        decision = first_row(db, DECISION, DecisionRow, given)
        if decision is None:
            return None
        legs = rows(db, LEGS, LegRow, given)
        found = rows(db, ENTRY_ACTS, EntryAct, given)
        undone = rows(db, UNDONE_BY, LaterEntry, given)
        kind, _, who = decision.actor.partition(":")
        officers = rows(db, OFFICER, _Officer, {"actor": UUID(who)}) if kind == "officer" else ()
        tills = rows(db, TILL, _Till, {"actor": UUID(who)}) if kind == "till" else ()
    return EntryPage(decision, legs, found, _actor(decision, officers, tills), undone)


def _actor(
    decision: DecisionRow, officers: tuple[_Officer, ...], tills: tuple[_Till, ...]
) -> Actor:
    if tills:
        return Actor("till", f"{tills[0].shop} ({tills[0].label})", tills[0].shop_id)
    if officers:
        return Actor("officer", officers[0].user_name)
    kind, _, what = decision.actor.partition(":")
    return Actor(kind, decision.actor, UUID(what) if kind in FOLLOWED else None)
