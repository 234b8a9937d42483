"""What a caller asks of a book, item by item, and the decision it gets; both as canonical bytes.

Not here: what is decided (`apply`), and who may ask (the verbs). Source: design 3.1, 3.2;
FORMAT.md sections 2 to 4.
"""
# long: the whole vocabulary of the door on one page, each item beside its canonical form.

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import UUID

from ledger.core.canonical import Json, canonical, canonical_text, check_words
from ledger.core.chart import AccountKind, EntryKind
from ledger.core.codes import Code
from ledger.core.ids import AccountId, ClaimId, Commitment, HoldId, RequestId
from ledger.core.quantities import MAX_AMOUNT, Amount, Instant, Unit, is_amount, is_unit

FORMAT_VERSION: Final = 1
HASH_SIZE: Final = 32

# Sets, since callers may name kinds and codes by plain strings: they are equal to the members.
_ACCOUNT_KINDS: Final = frozenset(AccountKind)
_ENTRY_KINDS: Final = frozenset(EntryKind)
_CODES: Final = frozenset(Code)


class MalformedRequest(ValueError):
    """A request that is no request: nothing is decided and nothing is stored."""


def _refuse_unless(holds: object, message: str) -> None:
    if not holds:
        raise MalformedRequest(message)


def _wants_id(*ids: object) -> None:
    for one in ids:
        if not isinstance(one, UUID) or one.int == 0:
            raise MalformedRequest("an id is a UUID, not the nil one")


def _wants_owner(owner: object) -> None:
    if owner is not None:
        _wants_id(owner)


def _wants_integer(*values: object) -> None:
    for value in values:
        if type(value) is not int or not -MAX_AMOUNT <= value <= MAX_AMOUNT:
            raise MalformedRequest("a time, bound or number is an integer within 2^53 - 1")


def _wants_amount(amount: Amount) -> None:
    if not is_amount(amount):
        raise MalformedRequest("an amount is an integer of minor units, from 1 to 2^53 - 1")


def _wants_unit(unit: Unit) -> None:
    if not is_unit(unit):
        raise MalformedRequest("a unit is 1 to 32 of A-Z a-z 0-9 _ . -")


def _wants_bounds(floor: int | None, ceiling: int | None) -> None:
    _wants_integer(*(bound for bound in (floor, ceiling) if bound is not None))


def _wants_hashes(hashes: Iterable[object]) -> None:
    for one in hashes:
        if not isinstance(one, bytes) or len(one) != HASH_SIZE:
            raise MalformedRequest("a commitment is 32 bytes")


def _bounds(floor: int | None, ceiling: int | None) -> dict[str, Json]:
    bounds: dict[str, Json] = {}
    if floor is not None:
        bounds["floor"] = floor
    if ceiling is not None:
        bounds["ceiling"] = ceiling
    return bounds


def _among(value: object, members: frozenset[Any]) -> bool:
    return isinstance(value, str) and value in members


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """Open one line of the chart. Bounds in minor units; None: none, where the chart allows it."""

    id: AccountId
    unit: Unit
    kind: AccountKind
    floor: int | None = 0
    ceiling: int | None = None
    owner: UUID | None = None  # A random id: the programme, source, family or shop it is for.

    def __post_init__(self) -> None:
        """Refuse what cannot be. Errors: `MalformedRequest`."""
        _wants_id(self.id)
        _wants_owner(self.owner)
        _wants_unit(self.unit)
        _wants_bounds(self.floor, self.ceiling)
        _refuse_unless(_among(self.kind, _ACCOUNT_KINDS), f"no kind of account: {self.kind!r}")

    def words(self) -> Json:
        """Its canonical form."""
        head: dict[str, Json] = {"id": self.id.hex, "unit": self.unit, "kind": str(self.kind)}
        if self.owner is not None:
            head["owner"] = self.owner.hex
        return {"open": head | _bounds(self.floor, self.ceiling)}


@dataclass(frozen=True, slots=True)
class CloseAccount:
    """Close an account on which nothing is left."""

    id: AccountId

    def __post_init__(self) -> None:
        """Refuse what cannot be. Errors: `MalformedRequest`."""
        _wants_id(self.id)

    def words(self) -> Json:
        """Its canonical form."""
        return {"close": {"id": self.id.hex}}


@dataclass(frozen=True, slots=True)
class SetBounds:
    """Give an account other bounds; its balance must already keep them."""

    id: AccountId
    floor: int | None = 0
    ceiling: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be. Errors: `MalformedRequest`."""
        _wants_id(self.id)
        _wants_bounds(self.floor, self.ceiling)

    def words(self) -> Json:
        """Its canonical form."""
        head: dict[str, Json] = {"id": self.id.hex}
        return {"bounds": head | _bounds(self.floor, self.ceiling)}


@dataclass(frozen=True, slots=True)
class Transfer:
    """Move one amount, in minor units of one unit, from `debit` (dare) to `credit` (avere)."""

    debit: AccountId
    credit: AccountId
    amount: Amount
    unit: Unit

    def __post_init__(self) -> None:
        """Refuse what cannot be. Errors: `MalformedRequest`."""
        _wants_id(self.debit, self.credit)
        _wants_amount(self.amount)
        _wants_unit(self.unit)

    def words(self) -> Json:
        """Its canonical form."""
        sides: dict[str, Json] = {"debit": self.debit.hex, "credit": self.credit.hex}
        return {"transfer": sides | {"amount": self.amount, "unit": self.unit}}


class Leg(NamedTuple):
    """One way a draw may take: from account, to account; `undoes` names the seq it gives back."""

    debit: AccountId
    credit: AccountId
    undoes: int | None = None

    def words(self) -> Json:
        """Its canonical form."""
        ends: list[Json] = [self.debit.hex, self.credit.hex]
        return ends if self.undoes is None else [*ends, self.undoes]


def _legs(given: Iterable[Iterable[Any]]) -> tuple[Leg, ...]:
    try:
        legs = tuple(Leg(*leg) for leg in given)
    except TypeError as error:
        raise MalformedRequest("a leg is from, to, and what it undoes") from error
    for leg in legs:
        _wants_id(leg.debit, leg.credit)
        if leg.undoes is not None:
            _wants_amount(leg.undoes)  # A seq: it begins at 1 like an amount.
    return legs


@dataclass(frozen=True, slots=True)
class Draw:
    """Take `total` from the legs in their order, on the balances of the moment of decision.

    `total` None: all that is there, even nothing. `partial`: less, but something, if there is not
    enough. `claim`: insert-once; where it is already taken, `if_claimed` is used instead of
    `legs`. A leg with a closed account gives nothing.
    """

    total: Amount | None
    legs: tuple[Leg, ...]
    partial: bool = False
    claim: ClaimId | None = None
    if_claimed: tuple[Leg, ...] = ()

    def __post_init__(self) -> None:
        """Accept pairs for legs; refuse what cannot be. Errors: `MalformedRequest`."""
        if self.total is not None:
            _wants_amount(self.total)
        object.__setattr__(self, "legs", _legs(self.legs))
        object.__setattr__(self, "if_claimed", _legs(self.if_claimed))
        _refuse_unless(type(self.partial) is bool, "partial is True or False")
        _wants_owner(self.claim)
        _refuse_unless(self.claim or not self.if_claimed, "a second way needs its claim")

    def words(self) -> Json:
        """Its canonical form."""
        words: dict[str, Json] = {"legs": [leg.words() for leg in self.legs]}
        if self.total is not None:
            words["total"] = self.total
        if self.partial:
            words["partial"] = True
        if self.claim is not None:
            words["claim"] = self.claim.hex
            words["if_claimed"] = [leg.words() for leg in self.if_claimed]
        return {"draw": words}


@dataclass(frozen=True, slots=True)
class Claim:
    """Insert once: a phone's counter, a mandato number, an import row."""

    id: ClaimId

    def __post_init__(self) -> None:
        """Refuse what cannot be. Errors: `MalformedRequest`."""
        _wants_id(self.id)

    def words(self) -> Json:
        """Its canonical form."""
        return {"claim": {"id": self.id.hex}}


@dataclass(frozen=True, slots=True)
class Hold:
    """Reserve an amount until `expires_at` (microseconds UTC); then it lapses by itself."""

    id: HoldId
    debit: AccountId
    credit: AccountId
    amount: Amount
    unit: Unit
    expires_at: Instant

    def __post_init__(self) -> None:
        """Refuse what cannot be. Errors: `MalformedRequest`."""
        _wants_id(self.id, self.debit, self.credit)
        _wants_amount(self.amount)
        _wants_unit(self.unit)
        _wants_integer(self.expires_at)

    def words(self) -> Json:
        """Its canonical form."""
        ends: dict[str, Json] = {"debit": self.debit.hex, "credit": self.credit.hex}
        rest: dict[str, Json] = {"amount": self.amount, "unit": self.unit, "until": self.expires_at}
        return {"hold": {"id": self.id.hex} | ends | rest}


@dataclass(frozen=True, slots=True)
class PostHold:
    """Use a hold, whole (None) or in part; the part not used is freed."""

    hold: HoldId
    amount: Amount | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be. Errors: `MalformedRequest`."""
        _wants_id(self.hold)
        if self.amount is not None:
            _wants_amount(self.amount)

    def words(self) -> Json:
        """Its canonical form."""
        words: dict[str, Json] = {"id": self.hold.hex}
        return {"post": words if self.amount is None else words | {"amount": self.amount}}


@dataclass(frozen=True, slots=True)
class VoidHold:
    """Free a hold before it lapses."""

    hold: HoldId

    def __post_init__(self) -> None:
        """Refuse what cannot be. Errors: `MalformedRequest`."""
        _wants_id(self.hold)

    def words(self) -> Json:
        """Its canonical form."""
        return {"void": {"id": self.hold.hex}}


@dataclass(frozen=True, slots=True)
class ExpireHold:
    """Let a hold lapse whose time has come: asked by the writer alone, and logged."""

    hold: HoldId

    def __post_init__(self) -> None:
        """Refuse what cannot be. Errors: `MalformedRequest`."""
        _wants_id(self.hold)

    def words(self) -> Json:
        """Its canonical form."""
        return {"expire": {"id": self.hold.hex}}


@dataclass(frozen=True, slots=True)
class Reverse:
    """Correct an earlier entry by its contrary, once, where the table `REVERSIBLE` allows it."""

    entry: RequestId

    def __post_init__(self) -> None:
        """Refuse what cannot be. Errors: `MalformedRequest`."""
        _wants_id(self.entry)

    def words(self) -> Json:
        """Its canonical form."""
        return {"reverse": {"entry": self.entry.hex}}


@dataclass(frozen=True, slots=True)
class ClosePeriod:
    """Move the book's pointer to the next period; `period` is the one believed open."""

    period: int

    def __post_init__(self) -> None:
        """Refuse what cannot be. Errors: `MalformedRequest`."""
        _wants_integer(self.period)

    def words(self) -> Json:
        """Its canonical form."""
        return {"close_period": {"period": self.period}}


@dataclass(frozen=True, slots=True)
class Seal:
    """Write the totals of these units into the log."""

    units: tuple[Unit, ...]

    def __post_init__(self) -> None:
        """Refuse what cannot be. Errors: `MalformedRequest`."""
        object.__setattr__(self, "units", tuple(self.units))
        for unit in self.units:
            _wants_unit(unit)

    def words(self) -> Json:
        """Its canonical form."""
        return {"seal": {"units": list[Json](self.units)}}


@dataclass(frozen=True, slots=True)
class Erase:
    """Name the commitments that nobody can open any more."""

    commitments: tuple[Commitment, ...]

    def __post_init__(self) -> None:
        """Refuse what cannot be. Errors: `MalformedRequest`."""
        object.__setattr__(self, "commitments", tuple(self.commitments))
        _wants_hashes(self.commitments)

    def words(self) -> Json:
        """Its canonical form."""
        return {"erase": {"commitments": [item.hex() for item in self.commitments]}}


Item: TypeAlias = (
    OpenAccount | CloseAccount | SetBounds | Transfer | Draw | Claim | Hold | PostHold | VoidHold
    | ExpireHold | Reverse | ClosePeriod | Seal | Erase
)  # fmt: skip

_ITEMS: Final = frozenset({
    OpenAccount, CloseAccount, SetBounds, Transfer, Draw, Claim, Hold, PostHold, VoidHold,
    ExpireHold, Reverse, ClosePeriod, Seal, Erase,
})  # fmt: skip

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
                _wants_integer(value)
            elif isinstance(value, str):
                _checked(value)
            else:
                known = value is None or isinstance(value, UUID | bytes)
                _refuse_unless(known, "a column takes text, integers, ids and bytes")

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


def _checked(words: Json) -> Json:
    try:
        return check_words(words)
    except ValueError as error:
        raise MalformedRequest(str(error)) from error


def _asked(asked: object) -> Mapping[str, Json]:
    """The caller's words, plain; `kind` is the request's own and cannot be among them."""
    if not isinstance(asked, Mapping) or "kind" in asked:
        raise MalformedRequest("what is asked is an object without `kind`")
    words = _checked(asked)  # type: ignore[arg-type]
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
        _wants_id(self.id)
        if type(self.kind) is not EntryKind:
            _refuse_unless(_among(self.kind, _ENTRY_KINDS), f"no kind of entry: {self.kind!r}")
            object.__setattr__(self, "kind", EntryKind(self.kind))
        _wants_integer(self.occurred_at)
        _refuse_unless(isinstance(self.actor, str), "an actor is text")
        _checked(self.actor)
        object.__setattr__(self, "items", tuple(self.items))
        for item in self.items:
            _refuse_unless(type(item) in _ITEMS, f"no item: {type(item).__name__}")
        if self.asked is not None:
            object.__setattr__(self, "asked", _asked(self.asked))
        self._check_rarer_fields()

    def _check_rarer_fields(self) -> None:
        _refuse_unless(self.refuse is None or _among(self.refuse, _CODES), "no such outcome")
        _refuse_unless(self.refuse != Code.ACCEPTED, "a refusal is not called accepted")
        _wants_owner(self.scope)
        if self.commitments:
            _wants_hashes(self.commitments)
        if self.rows:
            _refuse_unless(all(isinstance(row, Row) for row in self.rows), "a row is a Row")
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


POSTED: Final = "posted"
PHASES: Final = frozenset({POSTED, "held", "used", "freed"})


class Posting(NamedTuple):
    """One transfer as booked, with both accounts' versions and balances after it.

    `phase`: posted, held, used (of a hold) or freed. `*_pending`: what is held on the side the
    transfer touches. `hold`, `undoes`: what it resolves or gives back. Minor units.
    """

    seq: int
    phase: str
    unit: Unit
    debit: AccountId
    credit: AccountId
    amount: Amount
    debit_version: int
    debit_balance: int
    debit_pending: int
    credit_version: int
    credit_balance: int
    credit_pending: int
    hold: HoldId | None = None
    undoes: int | None = None

    def text(self) -> str:
        """Its canonical form: twelve fields in order, then the hold or the seq it undoes.

        Written out, since it is written for every transfer: no field of it can need an escape.
        """
        last = "" if self.hold is None else f',"{self.hold.hex}"'
        last = last if self.undoes is None else f",{self.undoes}"
        return (
            f'[{self.seq},"{self.phase}","{self.unit}","{self.debit.hex}","{self.credit.hex}",'
            f"{self.amount},{self.debit_version},{self.debit_balance},{self.debit_pending},"
            f"{self.credit_version},{self.credit_balance},{self.credit_pending}{last}]"
        )


def _told(words: Mapping[str, Json]) -> dict[str, bytes]:
    """Words as bytes, field by field: to Python, but not on the wire, 1 and True are equal."""
    return {name: canonical(value) for name, value in words.items()}


class Decision(NamedTuple):
    """The answer to one request, kept for ever with the facts that the answer needs.

    `log_index` is its place in the book's log, from 0; `transfers` are as booked, none when
    refused. `replayed`: this request had been decided before.
    """

    book: str
    request: Request
    code: Code
    log_index: int
    recorded_at: Instant
    period: int
    transfers: tuple[Posting, ...] = ()
    facts: Mapping[str, Json] = MappingProxyType({})
    replayed: bool = False

    @property
    def accepted(self) -> bool:
        """Whether its entry is in the book."""
        return self.code is Code.ACCEPTED

    def again(self, request: Request) -> "Decision":
        """The answer to the same id once more: the same, or `KEY_REUSED` naming the field."""
        if self.code is Code.VOIDED:
            return self._replace(replayed=True)
        before, now = _told(self.request.words()), _told(request.words())
        if before == now:
            return self._replace(replayed=True)
        fields = [*sorted({*before, *now} - {"kind"}), "kind"]
        other = next(name for name in fields if before.get(name) != now.get(name))
        return self._replace(code=Code.KEY_REUSED, facts={"field": other}, transfers=())

    def first(self) -> "Decision":
        """Itself, told as the first answer."""
        return self._replace(replayed=False)

    def leaf(self) -> bytes:
        """The canonical bytes of its log leaf: fields in their order. Source: FORMAT.md, 4."""
        facts = canonical_text(dict(self.facts)) if self.facts else "{}"
        moves = ",".join([posting.text() for posting in self.transfers])
        return (
            f'{{"book":{canonical_text(self.book)},"code":"{self.code}","facts":{facts},'
            f'"index":{self.log_index},"period":{self.period},"recorded_at":{self.recorded_at},'
            f'"request":{canonical_text(self.request.document())},"transfers":[{moves}],'
            f'"v":{FORMAT_VERSION}}}'
        ).encode()
