"""What a family has left, until when and where; and what happened to it.

Not here: names of people (the vault), and any other family's money. Amounts in cents.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy import column as c

from ledger.core.caps import Cap, Whose, caps_of
from ledger.core.ids import AccountId
from ledger.core.programmes import CATEGORIES, admits
from ledger.core.quantities import Amount, Instant, Unit
from ledger.core.till_rules import NO_RULES, TillRules, read_rules
from ledger.reports.rows import query, rows
from ledger.store.book import Ledger
from ledger.store.columns import Id
from ledger.store.registers.till_reads import counted_by


@dataclass(frozen=True, slots=True)
class _Voucher:
    id: AccountId
    kind: str
    programme_id: UUID
    unit: Unit
    title: str
    summary: str
    face_cents: Amount
    available_cents: Amount
    starts_at: Instant
    ends_at: Instant
    categories: str
    own_categories: str
    closed: int
    rules: str
    gift_allowed: int
    source_kind: str


VOUCHERS = query(
    """
    SELECT v.voucher_id AS id, v.kind, v.programme_id, a.unit, p.title, p.summary, v.face_cents,
           a.credits_posted - a.debits_posted - a.debits_pending AS available_cents,
           v.starts_at, v.ends_at, p.categories, v.categories AS own_categories, a.closed,
           p.rules, s.gift_allowed, s.kind AS source_kind
      FROM voucher v
      JOIN source s ON s.book_no = v.book_no AND s.fund = v.fund
      JOIN account a ON a.book_no = v.book_no AND a.account_id = v.voucher_id
      JOIN programme_version p
        ON p.book_no = v.book_no AND p.programme_id = v.programme_id
       AND p.version = (SELECT MAX(w.version) FROM programme_version w
                         WHERE w.book_no = v.book_no AND w.programme_id = v.programme_id
                           AND w.log_index < v.log_index)
     WHERE v.book_no = :book_no AND v.family_id = :family
     ORDER BY v.ends_at, v.voucher_id
    """,
    _Voucher,
    ids="id programme_id",
    given="family",
)


@dataclass(frozen=True, slots=True)
class FamilyVoucher:
    """One voucher as its family sees it; `last` is the last instant of its last day.

    `categories`, `rules`: those under which it was issued, and the face's own kinds of shop.
    `gift_allowed`: whether its source (of `source_kind`) lets the family give it on.
    `room_cents`: what a maximum of the day or week lets the family spend now; None: there is none.
    """

    id: AccountId
    kind: str
    title: str
    summary: str
    face_cents: Amount
    available_cents: Amount
    begins: Instant
    last: Instant
    categories: tuple[str, ...]
    state: str
    rules: TillRules = NO_RULES
    room_cents: Amount | None = None
    gift_allowed: bool = False
    source_kind: str = ""

    @property
    def can_be_given(self) -> bool:
        """Whether its family may give on what is left of it."""
        there = self.available_cents > 0 and self.state != "ended"
        return there and self.gift_allowed and self.kind == "voucher"

    @property
    def worth_cents(self) -> Amount:
        """What the rest of it buys, with what the shop adds."""
        return self.rules.worth(self.available_cents)

    @property
    def can_be_spent(self) -> bool:
        """Whether something is left that a shop may take today."""
        return self.state == "valid"

    @property
    def everywhere(self) -> bool:
        """Whether every kind of shop takes it."""
        return self.categories == CATEGORIES


def family_vouchers(
    ledger: Ledger, book_no: int, family_id: UUID, *, now: Instant
) -> tuple[FamilyVoucher, ...]:
    """A family's vouchers, those to be spent first, earliest end first; past ones last."""
    given = {"book_no": book_no, "family": family_id}
    with ledger.reading() as db:
        found = rows(db, VOUCHERS, _Voucher, given)
    caps = {one.id: _caps(one, family_id, now) for one in found}
    accounts = {cap.account for every in caps.values() for cap in every}
    used = counted_by(ledger.quick, book_no, accounts) if accounts else {}
    rooms = {
        at: min((cap.limit - used.get(cap.account, 0) for cap in every), default=None)
        for at, every in caps.items()
    }
    return tuple(sorted((_seen(one, rooms[one.id], now) for one in found), key=_order))


def _caps(one: _Voucher, family_id: UUID, now: Instant) -> tuple[Cap, ...]:
    return caps_of(read_rules(one.rules), Whose(one.programme_id, family_id, one.unit), now)


def _seen(one: _Voucher, room: Amount | None, now: Instant) -> FamilyVoucher:
    rules = read_rules(one.rules)
    faces = ",".join(rules.kinds_for(one.face_cents))
    return FamilyVoucher(
        one.id, one.kind, one.title, one.summary, one.face_cents, one.available_cents,
        one.starts_at, one.ends_at - 1, admitting(one.categories, one.own_categories, faces),
        _state(one, now), rules, room, bool(one.gift_allowed), one.source_kind,
    )  # fmt: skip


def admitting(*lists: str) -> tuple[str, ...]:
    """The kinds of shop that all lists admit, as kept; an empty list admits all."""
    return tuple(one for one in CATEGORIES if all(admits(kept, one) for kept in lists))


def _state(one: _Voucher, now: Instant) -> str:
    if one.ends_at <= now or (one.closed and one.available_cents == 0 and one.kind == "voucher"):
        return "ended"
    if one.available_cents == 0:
        return "spent"
    return "not_yet" if now < one.starts_at else "valid"


def _order(one: FamilyVoucher) -> tuple[int, Instant]:
    return ("valid", "not_yet", "spent", "ended").index(one.state), one.last


@dataclass(frozen=True, slots=True)
class FamilyMovement:
    """One movement on a family's vouchers; `amount_cents` is negative where it was spent."""

    seq: int
    log_index: int
    recorded_at: Instant
    kind: str
    title: str
    shop: str
    amount_cents: int
    left_cents: Amount


_SIDE = """
    SELECT t.seq, t.log_index, d.recorded_at, d.kind, p.title, COALESCE(s.name, '') AS shop,
           {sign} * t.amount AS amount_cents, t.{side}_balance AS left_cents
      FROM voucher v
      JOIN transfer t ON t.book_no = v.book_no AND t.{side} = v.voucher_id
      JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
      JOIN account o ON o.book_no = t.book_no AND o.account_id = t.{other}
      LEFT JOIN shop s ON s.shop_id = o.owner
      JOIN programme_version p
        ON p.book_no = v.book_no AND p.programme_id = v.programme_id
       AND p.version = (SELECT MAX(w.version) FROM programme_version w
                         WHERE w.book_no = v.book_no AND w.programme_id = v.programme_id)
     WHERE v.book_no = :book_no AND v.family_id = :family AND t.phase IN ('posted', 'used')
"""
MOVEMENTS = query(
    _SIDE.format(sign="-1", side="debit", other="credit")
    + " UNION ALL "
    + _SIDE.format(sign="1", side="credit", other="debit")
    + " ORDER BY seq DESC LIMIT :limit",
    FamilyMovement,
    given="family",
)


def family_movements(
    ledger: Ledger, book_no: int, family_id: UUID, *, limit: int
) -> tuple[FamilyMovement, ...]:
    """The last movements on a family's vouchers, newest first."""
    given = {"book_no": book_no, "family": family_id, "limit": limit}
    with ledger.reading() as db:
        return rows(db, MOVEMENTS, FamilyMovement, given)


@dataclass(frozen=True, slots=True)
class ShopNear:
    """A shop where a voucher may be spent."""

    shop_id: UUID
    name: str
    category: str
    address: str
    comune: str
    book_no: int
    shop_no: int


SHOPS = (
    text("""
    SELECT s.shop_id, s.name, s.category, s.address, c.name AS comune, s.book_no,
           s.shop_no
      FROM shop s JOIN comune c ON c.book_no = s.book_no
     WHERE s.status = 'active' AND s.category IN :categories
       AND (s.book_no = :near OR :everywhere = 1)
     ORDER BY CASE WHEN s.book_no = :near THEN 0 ELSE 1 END, c.name, s.name
    """)
    .bindparams(bindparam("categories", expanding=True))
    .columns(
        c("shop_id", Id()), c("name"), c("category"), c("address"), c("comune"), c("book_no"),
        c("shop_no"),
    )
)  # fmt: skip


def shops_taking(
    ledger: Ledger,
    categories: tuple[str, ...],
    *,
    near: int,
    everywhere: int,
    group: tuple[int, ...] = (),
) -> tuple[ShopNear, ...]:
    """The shops of these kinds in the family's own comune (its book number); 1: and elsewhere.

    `group`: only those of these numbers; none: all.
    """
    given: dict[str, Any] = {
        "categories": list(categories), "near": near, "everywhere": everywhere,
    }  # fmt: skip
    with ledger.reading() as db:
        found = rows(db, SHOPS, ShopNear, given)
    return tuple(one for one in found if not group or one.shop_no in group)
