"""The circuit's rules as data: shares, threshold, conversion, caps, switches, targets; by period.

A version is one canonical text that two persons sign; a purchase keeps the version it was made by.
Two switches are off until a lawyer has answered. Not here: who signs (`sign_circuit_rules`).
Source: design 4.2; domain.md 2.3 to 2.6.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ledger.core.canonical import canonical_text
from ledger.core.circuit.split import WHOLE
from ledger.core.circuit.targets import NO_AIMS, PARTS, WITHIN_ONE, Aims, Target
from ledger.core.quantities import Amount, half_up, is_amount

# What is said of hours until an association says otherwise: 20 below, 50 above. Our choice.
HOURS_BELOW: Final = 20 * 60
HOURS_ABOVE: Final = 50 * 60
HALF_HOUR: Final = 30
ALL: Final = 100  # Percent of what is converted.


class Role(StrEnum):
    """Who holds a wallet."""

    FAMILY = "family"
    SHOP = "shop"
    ASSOCIATION = "association"


@dataclass(frozen=True, slots=True)
class Cap:
    """How many credits a wallet may hold: a share of what its owner uses, or the base (cents).

    Computed from what was bought or paid on in the last 90 days, never typed, so that no shop is
    flooded with what it cannot pass on.
    """

    base_cents: Amount
    percent: int

    def of(self, used_cents: Amount) -> Amount:
        """The cap of somebody who used so much (cents) in the last 90 days."""
        return max(self.base_cents, half_up(used_cents * self.percent, ALL))


_NO_TARGETS: Final[Mapping[str, Aims]] = MappingProxyType({})
_CAPS: Final = MappingProxyType(
    {
        Role.FAMILY: Cap(100_00, 25),
        Role.SHOP: Cap(200_00, 20),
        Role.ASSOCIATION: Cap(1_000_00, 100),
    }
)


class NotRules(ValueError):
    """What cannot be the circuit's rules."""


@dataclass(frozen=True, slots=True)
class CircuitRules:
    """One version. Shares in basis points of a receipt, conversion in percent, amounts in cents."""

    fund_points: int = 100
    group_points: int = 500  # What a buying group takes off its list prices, at the order.
    release_cents: Amount = 10_00
    to_shop: int = 95
    to_fund: int = 3
    to_costs: int = 2
    credits_convertible: bool = False
    vouchers_for_hours: bool = False
    hours_below: int = HOURS_BELOW  # Minutes that a member may have received more than given.
    hours_above: int = HOURS_ABOVE  # And given more than received.
    caps: Mapping[Role, Cap] = field(default_factory=lambda: _CAPS)
    targets: Mapping[str, Aims] = field(default_factory=lambda: _NO_TARGETS)  # By place.

    def __post_init__(self) -> None:
        """Refuse what cannot be. Errors: `NotRules`."""
        ways = self.to_shop, self.to_fund, self.to_costs
        if sum(ways) != ALL or min(ways) < 0:
            raise NotRules("what a conversion gives to shop, fund and costs is 100 % together")
        if not 0 <= self.group_points < WHOLE:
            raise NotRules("a buying group takes a part off its prices")
        if not 0 < self.fund_points <= WHOLE or not is_amount(self.release_cents):
            raise NotRules("the fund has a share, and a release a threshold")
        hours = self.hours_below, self.hours_above
        if min(hours) < 0 or any(one % HALF_HOUR for one in hours):
            raise NotRules("hours are counted in half hours")
        known = set(self.caps) == set(Role)
        if not known or any(one.base_cents < 0 or one.percent < 0 for one in self.caps.values()):
            raise NotRules("every role has its cap")
        if not all(place and _are_aims(aims) for place, aims in self.targets.items()):
            raise NotRules("a target is a sum in cents, or a part of ten thousand")

    def aims(self, place: str) -> Aims:
        """The targets of a place, if it has any: `rete`, or the name of a comune's book."""
        return self.targets.get(place, NO_AIMS)

    def text(self) -> str:
        """Its canonical text, which is what two persons sign."""
        caps = {str(role): [cap.base_cents, cap.percent] for role, cap in self.caps.items()}
        plain = {name: getattr(self, name) for name in _PLAIN}
        hours = {
            name: getattr(self, name)
            for name, usual in _HOURS.items()
            if getattr(self, name) != usual  # Texts from before hours were told stay as they are.
        }
        aims = {place: {str(one): of[one] for one in of} for place, of in self.targets.items()}
        targets = {"targets": aims} if aims else {}  # As with hours.
        return canonical_text(plain | hours | {"caps": caps} | targets)


_PLAIN: Final = (
    "fund_points", "group_points", "release_cents", "to_shop", "to_fund", "to_costs",
    "credits_convertible", "vouchers_for_hours",
)  # fmt: skip


_HOURS: Final = MappingProxyType({"hours_below": HOURS_BELOW, "hours_above": HOURS_ABOVE})


def _are_aims(aims: Aims) -> bool:
    most = dict.fromkeys(WITHIN_ONE, PARTS)
    return bool(aims) and all(
        is_amount(much) and much <= most.get(one, much) for one, much in aims.items()
    )


def read_rules(text: str) -> CircuitRules:
    """Read a version's text back. Errors: `NotRules`."""
    try:
        words = json.loads(text)
        caps = {Role(role): Cap(*map(_count, cap)) for role, cap in words.pop("caps").items()}
        targets = {
            place: {Target(one): _count(much) for one, much in aims.items()}
            for place, aims in words.pop("targets", {}).items()
        }
        rules = CircuitRules(**words, caps=caps, targets=targets)
        same = rules.text() == text
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise NotRules("the rules are one object in canonical form") from error
    if not same:
        raise NotRules("the rules are one object in canonical form")
    return rules


def _count(value: object) -> int:
    if type(value) is not int:
        raise NotRules("a cap is two whole numbers, a target one")
    return value
