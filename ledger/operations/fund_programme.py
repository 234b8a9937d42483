"""Money in, by an act and from a source; and economie: unspent money back to its owner."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ledger.core.chart import AccountKind, EntryKind
from ledger.core.decisions import Decision
from ledger.core.ids import AccountId, ClaimId, RequestId, derived_id
from ledger.core.items import Claim, Item, OpenAccount, Transfer
from ledger.core.quantities import Amount, Instant
from ledger.core.requests import Request, Row
from ledger.store.book import Ledger
from ledger.store.registers.programmes import Source, act_row, programme, source_row, sources

SOURCE_KINDS = ("comune", "state", "region", "donor", "social_fund")


@dataclass(frozen=True, slots=True)
class Act:
    """The act that commits an amount (cents): its number, day and title, as published."""

    number: str
    dated: date
    title: str


@dataclass(frozen=True, slots=True)
class Funding:
    """So much from this source, by this act. The same source of a programme is one fund."""

    programme_id: UUID
    act: Act
    source_kind: str
    source_name: str
    amount_cents: Amount
    gift_allowed: bool = False

    def fund(self) -> AccountId:
        """The fund account of this programme and source."""
        return AccountId(derived_id("fund", self.programme_id, self.source_kind, self.source_name))


def fund_programme(
    ledger: Ledger, comune: str, asked: Funding, *, officer: UUID, key: RequestId, now: Instant
) -> Decision:
    """Commit an amount to a programme; safe to retry. An act's number is used once per comune.

    Errors: `LookupError` for an unknown programme, `ValueError` for an unknown kind of source;
    a no is a decision. Source: design 4.1.
    """
    if asked.source_kind not in SOURCE_KINDS:
        raise ValueError("an unknown kind of source")
    book = ledger.book(comune)
    with ledger.reading() as db:
        found = programme(db, book.book_no, asked.programme_id)
        known = {source.fund for source in sources(db, book.book_no, asked.programme_id)}
    fund = asked.fund()
    items: list[Item] = [Claim(ClaimId(derived_id("act", comune, asked.act.number)))]
    rows: list[Row] = [_act(asked, key)]
    if fund not in known:
        items.append(OpenAccount(fund, found.unit, AccountKind.FUND, owner=asked.programme_id))
        rows.append(source_row(_source(asked)))
    items.append(Transfer(found.treasury, fund, asked.amount_cents, found.unit))
    request = Request(
        id=key,
        kind=EntryKind.FUNDING,
        items=tuple(items),
        actor=f"officer:{officer.hex}",
        occurred_at=now,
        asked={
            "programme": asked.programme_id.hex,
            "act": asked.act.number,
            "source": asked.source_name,
            "amount": asked.amount_cents,
        },
        rows=tuple(rows),
    )
    [decision] = book.submit([request])
    return decision


def _act(asked: Funding, key: RequestId) -> Row:
    act_id = derived_id("act_row", key)
    dated = asked.act.dated.isoformat()
    return act_row(act_id, asked.act.number, dated, asked.act.title, asked.amount_cents)


def _source(asked: Funding) -> Source:
    return Source(
        asked.fund(), asked.programme_id, asked.source_kind, asked.source_name, asked.gift_allowed
    )


def source_of(ledger: Ledger, comune: str, programme_id: UUID, fund: AccountId) -> Source:
    """One source of a programme, by its fund. Errors: `LookupError`."""
    book_no = ledger.book(comune).book_no
    with ledger.reading() as db:
        found = [one for one in sources(db, book_no, programme_id) if one.fund == fund]
    if not found:
        raise LookupError(fund)
    return found[0]


def defund_programme(
    ledger: Ledger,
    comune: str,
    fund: Source,
    amount: Amount,
    *,
    officer: UUID,
    key: RequestId,
    now: Instant,
) -> Decision:
    """Economie: give unspent money of a fund back to its owner; safe to retry.

    Units: cents. Errors: `LookupError` for an unknown programme; a no is a decision.
    """
    book = ledger.book(comune)
    with ledger.reading() as db:
        found = programme(db, book.book_no, fund.programme_id)
    request = Request(
        id=key,
        kind=EntryKind.DEFUNDING,
        items=(Transfer(fund.fund, found.treasury, amount, found.unit),),
        actor=f"officer:{officer.hex}",
        occurred_at=now,
        asked={"fund": fund.fund.hex, "amount": amount},
    )
    [decision] = book.submit([request])
    return decision
