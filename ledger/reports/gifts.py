"""Gifts of a comune: what waits in each gift fund, and where each gift went, step by step.

Money keeps its source until it is spent; which gift paid what is told by `ledger.core.gifts`. No
family is named, and its codes are not here. Amounts in cents.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.core.gifts import Move, Trail, follow, gift_fund
from ledger.core.ids import AccountId
from ledger.core.quantities import Amount, Instant, Unit
from ledger.reports.rows import query, rows
from ledger.store.book import Ledger


@dataclass(frozen=True, slots=True)
class _Source:
    fund: AccountId
    kind: str
    name: str
    gift_allowed: int
    programme_id: UUID
    unit: Unit
    title: str
    left_cents: Amount


SOURCES = query(
    """
    SELECT s.fund, s.kind, s.name, s.gift_allowed, s.programme_id, p.unit, v.title,
           a.credits_posted - a.debits_posted - a.debits_pending AS left_cents
      FROM source s
      JOIN programme p ON p.book_no = s.book_no AND p.programme_id = s.programme_id
      JOIN account a ON a.book_no = s.book_no AND a.account_id = s.fund
      JOIN programme_version v
        ON v.book_no = s.book_no AND v.programme_id = s.programme_id AND v.version = 1
     WHERE s.book_no = :book_no ORDER BY p.programme_no, s.log_index, s.row_no
    """,
    _Source,
    ids="fund programme_id",
)


@dataclass(frozen=True, slots=True)
class GiftSource:
    """A source of a programme: whether it may be given on, and what became of what was.

    `given`: less what was undone. `again`: issued anew, less what came back. `spent`: in shops.
    """

    fund: AccountId
    gift_fund: AccountId
    kind: str
    name: str
    unit: Unit
    title: str
    allowed: bool
    given_cents: Amount = 0
    again_cents: Amount = 0
    spent_cents: Amount = 0
    left_cents: Amount = 0


# Everything that moves near one gift fund: the fund itself, the batches and vouchers made of it,
# and what lies on phones or waits as a refund for these. Each transfer once.
_NEAR: Final = """
    SELECT s.fund AS account_id FROM source s WHERE s.book_no = :book_no AND s.fund = :fund
    UNION ALL
    SELECT b.batch_account FROM batch_approval b WHERE b.book_no = :book_no AND b.fund = :fund
    UNION ALL
    SELECT v.voucher_id FROM voucher v
     WHERE v.book_no = :book_no AND v.programme_id = :programme AND v.fund = :fund
    UNION ALL
    SELECT a.account_id FROM voucher v
      JOIN account a ON a.book_no = v.book_no AND a.owner = v.voucher_id
       AND a.kind IN ('device_reserve', 'refund_due')
     WHERE v.book_no = :book_no AND v.programme_id = :programme AND v.fund = :fund
"""
_MOVED: Final = f"""
    SELECT t.seq, t.log_index, d.kind, d.recorded_at, t.debit, da.kind AS debit_kind, t.credit,
           ca.kind AS credit_kind, s.shop_id, COALESCE(s.name, '') AS shop, t.amount, t.undoes
      FROM ({_NEAR}) near
      JOIN transfer t ON t.book_no = :book_no AND t.{{side}} = near.account_id
      JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
      JOIN account da ON da.book_no = t.book_no AND da.account_id = t.debit
      JOIN account ca ON ca.book_no = t.book_no AND ca.account_id = t.credit
      LEFT JOIN shop s ON s.shop_id = ca.owner
     WHERE t.phase IN ('posted', 'used')
"""  # noqa: S608 -- fragments of our own.


@dataclass(frozen=True, slots=True)
class Moved:
    """One transfer near a gift fund; amounts in cents."""

    seq: int
    log_index: int
    kind: str
    recorded_at: Instant
    debit: AccountId
    debit_kind: str
    credit: AccountId
    credit_kind: str
    shop_id: UUID | None
    shop: str
    amount: Amount
    undoes: int | None


MOVED = query(
    _MOVED.format(side="debit") + " UNION " + _MOVED.format(side="credit") + " ORDER BY seq",
    Moved,
    ids="debit credit shop_id",
    given="fund programme",
)


@dataclass(frozen=True, slots=True)
class _Given:
    fund: AccountId
    voucher: AccountId


GIVEN_BY = query(
    """
    SELECT t.credit AS fund, t.debit AS voucher
      FROM voucher v
      JOIN transfer t ON t.book_no = v.book_no AND t.debit = v.voucher_id
      JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
     WHERE v.book_no = :book_no AND v.family_id = :family AND d.kind = 'gift'
    """,
    _Given,
    ids="fund voucher",
    given="family",
)


def gift_sources(ledger: Ledger, book_no: int) -> tuple[GiftSource, ...]:
    """Every source of a comune with its gifts, by programme."""
    with ledger.reading() as db:
        found = rows(db, SOURCES, _Source, {"book_no": book_no})
        funds = {one.fund: one for one in found}
        given = {gift_fund(one) for one in funds}
        told = []
        for one in found:
            if one.fund in given:
                continue
            into = gift_fund(one.fund)
            near = {"book_no": book_no, "fund": into, "programme": one.programme_id}
            moved = rows(db, MOVED, Moved, near) if into in funds else ()
            told.append(_source(one, moved, funds[into].left_cents if into in funds else 0))
    return tuple(told)


def _source(one: _Source, moved: Iterable[Moved], left: Amount) -> GiftSource:
    into = gift_fund(one.fund)
    given = again = spent = 0
    kinds = {move.seq: move.kind for move in moved}
    for move in moved:
        kind = kinds.get(move.undoes, "") if move.undoes and move.kind == "reversal" else move.kind
        if kind == "gift":
            given += _sign(into, move)
        elif into in {move.debit, move.credit} and not _with_treasury(move):
            again -= _sign(into, move)
        spent += _spent(move)
    return GiftSource(
        one.fund, into, one.kind, one.name, one.unit, one.title, bool(one.gift_allowed),
        given, again, spent, left,
    )  # fmt: skip


def _with_treasury(move: Moved) -> bool:
    return "treasury" in {move.debit_kind, move.credit_kind}


def _sign(into: AccountId, move: Moved) -> int:
    return move.amount if move.credit == into else -move.amount


def _spent(move: Moved) -> int:
    if move.credit_kind == "shop_payable":
        return move.amount
    back = move.debit_kind in {"shop_payable", "shop_claim"}
    return -move.amount if back else 0


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a gift's way: so much of it, by which entry, from which account to which."""

    log_index: int
    kind: str
    recorded_at: Instant
    debit: AccountId
    debit_kind: str
    credit: AccountId
    credit_kind: str
    shop_id: UUID | None
    shop: str
    amount_cents: Amount


@dataclass(frozen=True, slots=True)
class GiftWay:
    """One gift: the source it comes from, its steps, and where its cents are now."""

    source: GiftSource
    log_index: int
    given_at: Instant
    voucher: AccountId
    amount_cents: Amount
    steps: tuple[Step, ...]
    waiting_cents: Amount
    on_vouchers_cents: Amount
    spent_cents: Amount

    @property
    def left_otherwise_cents(self) -> Amount:
        """Undone, given on once more, or gone back to whom the money came from."""
        still = self.waiting_cents + self.on_vouchers_cents + self.spent_cents
        return self.amount_cents - still


def gift_ways(ledger: Ledger, book_no: int, source: GiftSource) -> tuple[GiftWay, ...]:
    """Every gift of one source, oldest first."""
    programme = _programme_of(ledger, book_no, source.fund)
    near = {"book_no": book_no, "fund": source.gift_fund, "programme": programme}
    with ledger.reading() as db:
        moved = {move.seq: move for move in rows(db, MOVED, Moved, near)}
    trail = follow((_move(one) for one in moved.values()), source.gift_fund)
    given = [one for one in moved.values() if one.kind == "gift"]
    kinds = {one.credit: one.credit_kind for one in moved.values()}
    kinds |= {one.debit: one.debit_kind for one in moved.values()}
    return tuple(_way(source, one, trail, moved, kinds) for one in given)


def gifts_of(ledger: Ledger, book_no: int, family_id: UUID) -> tuple[GiftWay, ...]:
    """Every gift of one family, oldest first."""
    with ledger.reading() as db:
        given = rows(db, GIVEN_BY, _Given, {"book_no": book_no, "family": family_id})
    if not given:
        return ()
    vouchers = {one.voucher for one in given}
    funds = {one.fund for one in given}
    sources = [one for one in gift_sources(ledger, book_no) if one.gift_fund in funds]
    ways = [way for one in sources for way in gift_ways(ledger, book_no, one)]
    own = [way for way in ways if way.voucher in vouchers]
    return tuple(sorted(own, key=lambda way: way.log_index))


def _programme_of(ledger: Ledger, book_no: int, fund: AccountId) -> UUID:
    with ledger.reading() as db:
        found = rows(db, SOURCES, _Source, {"book_no": book_no})
    return next(one.programme_id for one in found if one.fund == fund)


def _move(one: Moved) -> Move:
    return Move(one.seq, one.log_index, one.kind, one.debit, one.credit, one.amount, one.undoes)


def _way(
    source: GiftSource,
    given: Moved,
    trail: Trail,
    moved: dict[int, Moved],
    kinds: dict[AccountId, str],
) -> GiftWay:
    lying = dict.fromkeys(("fund", "voucher", "shop_payable"), 0)
    for account, shares in trail.lying.items():
        kind = "voucher" if kinds[account] in _IN_HAND else kinds[account]
        lying[kind] = lying.get(kind, 0) + sum(
            share.amount for share in shares if share.gift == given.seq
        )
    steps = tuple(
        _step(moved[part.seq], part.amount) for part in trail.parts if part.gift == given.seq
    )
    return GiftWay(
        source, given.log_index, given.recorded_at, given.debit, given.amount, steps,
        lying["fund"], lying["voucher"], lying["shop_payable"],
    )  # fmt: skip


_IN_HAND: Final = frozenset({"voucher", "batch", "device_reserve", "refund_due"})


def _step(one: Moved, cents: Amount) -> Step:
    return Step(
        one.log_index, one.kind, one.recorded_at, one.debit, one.debit_kind, one.credit,
        one.credit_kind, one.shop_id, one.shop, cents,
    )  # fmt: skip
