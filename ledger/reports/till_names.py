"""How a shop calls its tills and who stands at them, for lists of what they booked.

An operator who left has no nickname any more: told by the beginning of a random id, so that two
of them are not taken for one. Not here: what may be done at a till (`shop_people`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from ledger.core.canonical import Json
from ledger.reports.rows import query, rows


@dataclass(frozen=True, slots=True)
class _Named:
    id: UUID
    name: str


TILLS = query(
    "SELECT till_id AS id, label AS name FROM till WHERE shop_id = :shop",
    _Named,
    ids="id",
    given="shop",
)
OPERATORS = query(
    "SELECT operator_id AS id, nickname AS name FROM till_operator WHERE shop_id = :shop",
    _Named,
    ids="id",
    given="shop",
)


@dataclass(frozen=True, slots=True)
class TillNames:
    """The names of one shop: of tills as entries' actors, of operators as their words have them."""

    tills: Mapping[str, str]
    operators: Mapping[str, str]

    def till(self, actor: str) -> str:
        """What a till is called; empty for what is none of this shop."""
        return self.tills.get(actor, "")

    def operator(self, asked: Mapping[str, Json] | None) -> str:
        """Who stood there; what a till typed where the shop has no operators."""
        said = str((asked or {}).get("operator", ""))
        return self.operators.get(said, said)


def till_names(db: Connection, shop_id: UUID) -> TillNames:
    """The names of a shop's tills and operators, of those that are gone too."""
    given = {"shop": shop_id}
    tills = {f"till:{one.id.hex}": one.name for one in rows(db, TILLS, _Named, given)}
    people = {
        one.id.hex: one.name or f"#{one.id.hex[-4:]}" for one in rows(db, OPERATORS, _Named, given)
    }
    return TillNames(tills, people)
