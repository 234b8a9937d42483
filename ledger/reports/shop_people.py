"""A shop's tills, their devices and its operators, as its owner sees them.

Not here: what they sold (`shop_day`).
"""

from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from ledger.core.quantities import Amount, Instant
from ledger.core.redemption import Shop
from ledger.reports.rows import query, rows
from ledger.store.book import Ledger
from ledger.store.network.operators import Operator, operators_of, refund_limit_of
from ledger.store.network.shops import read_shop

OperatorRow: TypeAlias = Operator


def operator_rows(ledger: Ledger, shop_id: UUID) -> tuple[OperatorRow, ...]:
    """The operators of a shop, in the order in which they came."""
    with ledger.reading() as db:
        return operators_of(db, shop_id)


@dataclass(frozen=True, slots=True)
class OwnTill:
    """A till of the shop; `device` is its device's status, empty where it has none."""

    till_id: UUID
    label: str
    status: str
    device: str
    made_at: Instant


OWN_TILLS = query(
    """
    SELECT t.till_id, t.label, t.status, COALESCE(d.status, '') AS device,
           COALESCE(d.made_at, 0) AS made_at
      FROM till t
      LEFT JOIN device d ON d.till_id = t.till_id AND d.status <> 'revoked'
     WHERE t.shop_id = :shop AND t.status = 'active'
     ORDER BY t.label, t.till_id
    """,
    OwnTill,
    ids="till_id",
    given="shop",
)


@dataclass(frozen=True, slots=True)
class ShopPeople:
    """What a shop's owner decides on: tills, operators, and from where a refund wants two."""

    tills: tuple[OwnTill, ...]
    operators: tuple[OperatorRow, ...]
    refund_limit_cents: Amount | None


def shop_people(ledger: Ledger, shop_id: UUID) -> ShopPeople:
    """The active tills of a shop, with who stands at them."""
    with ledger.reading() as db:
        return ShopPeople(
            rows(db, OWN_TILLS, OwnTill, {"shop": shop_id}),
            operators_of(db, shop_id),
            refund_limit_of(db, shop_id),
        )


def own_shop(ledger: Ledger, shop_id: UUID) -> Shop:
    """The shop behind a till's session. Errors: `LookupError`."""
    with ledger.reading() as db:
        found = read_shop(db, shop_id)
    if found is None:
        raise LookupError(shop_id)
    return found


def shop_called(ledger: Ledger, shop_id: UUID) -> str:
    """A shop's name, as its papers say it."""
    return own_shop(ledger, shop_id).name
