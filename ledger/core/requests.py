"""One business event asked of a book: its id, its items, and the register rows beside them.

Not here: the items (`items`), what is decided (`apply`), and the answer (`decisions`).
Source: design 3.1, 3.2; FORMAT.md sections 2 to 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, TypeAlias
from uuid import UUID

from ledger.core.canonical import Json, canonical
from ledger.core.chart import EntryKind
from ledger.core.codes import Code
from ledger.core.ids import Commitment, RequestId
from ledger.core.items import ITEMS, Item
from ledger.core.quantities import Instant
from ledger.core.shapes import (
    MalformedRequest,
    among,
    checked,
    refuse_unless,
    wants_hashes,
    wants_id,
    wants_integer,
    wants_owner,
)

# Sets, since callers may name kinds and codes by plain strings: they are equal to the members.
_ENTRY_KINDS: Final = frozenset(EntryKind)
_CODES: Final = frozenset(Code)

Value: TypeAlias = str | int | UUID | bytes


@dataclass(frozen=True, slots=True)
class Row:
    """A register's row that stands or falls with a request; a column left out is NULL."""

    table: str
    values: Mapping[str, Value | None]

    def __post_init__(self) -> None:
        """Refuse what no column takes. Errors: `MalformedRequest`."""
        for value in self.values.values():
            if type(value) is int:
                wants_integer(value)
            elif isinstance(value, str):
                checked(value)
            else:
                known = value is None or isinstance(value, UUID | bytes)
                refuse_unless(known, "a column takes text, integers, ids and bytes")

    def words(self) -> Json:
        """Its canonical form: ids and bytes in hexadecimal, NULL columns left out."""
        present = {key: value for key, value in self.values.items() if value is not None}
        return [self.table, {key: _plain(value) for key, value in present.items()}]


def _plain(value: Value) -> Json:
    if isinstance(value, UUID | bytes):
        return value.hex if isinstance(value, UUID) else value.hex()
    return value


def rows_hash(rows: tuple[Row, ...]) -> str:
    """SHA-256, in hexadecimal, of a request's register rows in their order."""
    return sha256(canonical([row.words() for row in rows])).hexdigest()


def _asked(asked: object) -> Mapping[str, Json]:
    """The caller's words, plain; `kind` is the request's own and cannot be among them."""
    if not isinstance(asked, Mapping) or "kind" in asked:
        raise MalformedRequest("what is asked is an object without `kind`")
    words = checked(asked)  # type: ignore[arg-type]
    assert isinstance(words, dict)
    return words


@dataclass(frozen=True, slots=True)
class Request:
    """One business event asked of a book. Source: design 3.1, 3.2.

    `id` is made and stored by the caller before sending. `asked`: the caller's own words, without
    PIN or token; what the same id is compared by (else kind, actor and items). `refuse`: a no that
    a verb already knows. `occurred_at` (microseconds UTC) is evidence; nobody computes with it.
    """

    id: RequestId
    kind: EntryKind
    items: tuple[Item, ...] = ()
    actor: str = ""
    occurred_at: Instant = 0
    asked: Mapping[str, Json] | None = None
    rows: tuple[Row, ...] = ()
    refuse: Code | None = None
    commitments: tuple[Commitment, ...] = ()
    scope: UUID | None = None  # Whose key this id is (a till's): one book only may decide it.
    rows_digest: str = field(default="")  # Of `rows`; given only when read back from a leaf.

    def __post_init__(self) -> None:
        """Refuse what cannot be a request. Errors: `MalformedRequest`."""
        wants_id(self.id)
        if type(self.kind) is not EntryKind:
            refuse_unless(among(self.kind, _ENTRY_KINDS), f"no kind of entry: {self.kind!r}")
            object.__setattr__(self, "kind", EntryKind(self.kind))
        wants_integer(self.occurred_at)
        refuse_unless(isinstance(self.actor, str), "an actor is text")
        checked(self.actor)
        object.__setattr__(self, "items", tuple(self.items))
        for item in self.items:
            refuse_unless(type(item) in ITEMS, f"no item: {type(item).__name__}")
        if self.asked is not None:
            object.__setattr__(self, "asked", _asked(self.asked))
        self._check_rarer_fields()

    def _check_rarer_fields(self) -> None:
        refuse_unless(self.refuse is None or among(self.refuse, _CODES), "no such outcome")
        refuse_unless(self.refuse != Code.ACCEPTED, "a refusal is not called accepted")
        wants_owner(self.scope)
        if self.commitments:
            wants_hashes(self.commitments)
        if self.rows:
            refuse_unless(all(isinstance(row, Row) for row in self.rows), "a row is a Row")
            if not self.rows_digest:
                object.__setattr__(self, "rows_digest", rows_hash(self.rows))

    def words(self) -> dict[str, Json]:
        """What makes another request of it: its kind, and what was asked.

        Without `asked`: the kind, the actor and the items. Never the time, the rows, the plan.
        """
        if self.asked is not None:
            return {"kind": str(self.kind)} | dict(self.asked)
        items: list[Json] = [item.words() for item in self.items]
        return {"kind": str(self.kind), "actor": self.actor, "items": items}

    def words_hash(self) -> bytes:
        """SHA-256 of its words: what `key_route` compares. Source: design 6."""
        return sha256(canonical(self.words())).digest()

    def document(self) -> dict[str, Json]:
        """Its canonical form, as it goes into the leaf; what is absent is left out."""
        document: dict[str, Json] = {
            "id": self.id.hex,
            "kind": str(self.kind),
            "items": [item.words() for item in self.items],
            "actor": self.actor,
            "occurred_at": self.occurred_at,
        }
        if self.asked is not None:
            document["asked"] = dict(self.asked)
        if self.scope is not None:
            document["scope"] = self.scope.hex
        if self.rows_digest:
            document["rows"] = self.rows_digest
        if self.refuse is not None:
            document["refuse"] = str(self.refuse)
        if self.commitments:
            document["commitments"] = [item.hex() for item in self.commitments]
        return document


@dataclass(frozen=True, slots=True)
class NumberedRequest:
    """A request with the number and time that the writer gave it, before it is decided."""

    request: Request
    index: int
    recorded_at: Instant
