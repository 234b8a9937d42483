"""What a request may ask of a book, item by item, each beside its canonical form.

Not here: what is decided (`apply`), and the request that carries them (`requests`).
Source: design 3.2; FORMAT.md section 3.
"""
# long: the whole vocabulary of the door on one page, so that none is looked for elsewhere.

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import UUID

from ledger.core.canonical import Json
from ledger.core.chart import AccountKind
from ledger.core.ids import AccountId, ClaimId, Commitment, HoldId, RequestId
from ledger.core.quantities import Amount, Instant, Unit
from ledger.core.shapes import (
    MalformedRequest,
    among,
    refuse_unless,
    wants_amount,
    wants_bounds,
    wants_hashes,
    wants_id,
    wants_integer,
    wants_owner,
    wants_unit,
)

# A set, since callers may name kinds by plain strings: they are equal to the members.
_ACCOUNT_KINDS: Final = frozenset(AccountKind)


def _bounds(floor: int | None, ceiling: int | None) -> dict[str, Json]:
    bounds: dict[str, Json] = {}
    if floor is not None:
        bounds["floor"] = floor
    if ceiling is not None:
        bounds["ceiling"] = ceiling
    return bounds


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
        wants_id(self.id)
        wants_owner(self.owner)
        wants_unit(self.unit)
        wants_bounds(self.floor, self.ceiling)
        refuse_unless(among(self.kind, _ACCOUNT_KINDS), f"no kind of account: {self.kind!r}")

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
        wants_id(self.id)

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
        wants_id(self.id)
        wants_bounds(self.floor, self.ceiling)

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
        wants_id(self.debit, self.credit)
        wants_amount(self.amount)
        wants_unit(self.unit)

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
        wants_id(leg.debit, leg.credit)
        if leg.undoes is not None:
            wants_amount(leg.undoes)  # A seq: it begins at 1 like an amount.
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
            wants_amount(self.total)
        object.__setattr__(self, "legs", _legs(self.legs))
        object.__setattr__(self, "if_claimed", _legs(self.if_claimed))
        refuse_unless(type(self.partial) is bool, "partial is True or False")
        wants_owner(self.claim)
        refuse_unless(self.claim or not self.if_claimed, "a second way needs its claim")

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
        wants_id(self.id)

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
        wants_id(self.id, self.debit, self.credit)
        wants_amount(self.amount)
        wants_unit(self.unit)
        wants_integer(self.expires_at)

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
        wants_id(self.hold)
        if self.amount is not None:
            wants_amount(self.amount)

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
        wants_id(self.hold)

    def words(self) -> Json:
        """Its canonical form."""
        return {"void": {"id": self.hold.hex}}


@dataclass(frozen=True, slots=True)
class ExpireHold:
    """Let a hold lapse whose time has come: asked by the writer alone, and logged."""

    hold: HoldId

    def __post_init__(self) -> None:
        """Refuse what cannot be. Errors: `MalformedRequest`."""
        wants_id(self.hold)

    def words(self) -> Json:
        """Its canonical form."""
        return {"expire": {"id": self.hold.hex}}


@dataclass(frozen=True, slots=True)
class Reverse:
    """Correct an earlier entry by its contrary, once, where the table `REVERSIBLE` allows it."""

    entry: RequestId

    def __post_init__(self) -> None:
        """Refuse what cannot be. Errors: `MalformedRequest`."""
        wants_id(self.entry)

    def words(self) -> Json:
        """Its canonical form."""
        return {"reverse": {"entry": self.entry.hex}}


@dataclass(frozen=True, slots=True)
class ClosePeriod:
    """Move the book's pointer to the next period; `period` is the one believed open."""

    period: int

    def __post_init__(self) -> None:
        """Refuse what cannot be. Errors: `MalformedRequest`."""
        wants_integer(self.period)

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
            wants_unit(unit)

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
        wants_hashes(self.commitments)

    def words(self) -> Json:
        """Its canonical form."""
        return {"erase": {"commitments": [item.hex() for item in self.commitments]}}


Item: TypeAlias = (
    OpenAccount | CloseAccount | SetBounds | Transfer | Draw | Claim | Hold | PostHold | VoidHold
    | ExpireHold | Reverse | ClosePeriod | Seal | Erase
)  # fmt: skip

ITEMS: Final = frozenset({
    OpenAccount, CloseAccount, SetBounds, Transfer, Draw, Claim, Hold, PostHold, VoidHold,
    ExpireHold, Reverse, ClosePeriod, Seal, Erase,
})  # fmt: skip
