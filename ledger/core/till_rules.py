"""The rules of a programme version at the till: strict data, and what they let one sale take.

Rules are kept as one canonical text with the version and never change; a rule that is absent asks
nothing. Not here: kinds of shop, dates, the code's own maximum (`redemption`); balances (`apply`).
Source: domain.md 5.3, which has a real call for each.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Final, NamedTuple, TypeVar
from uuid import UUID

from ledger.core.canonical import Json, canonical, check_words
from ledger.core.codes import PRECEDENCE, Code
from ledger.core.quantities import MAX_AMOUNT, Amount, Instant, half_up, is_amount

# Goods that calls leave out, which a cashier can see in a bag; more come with a call that says so.
GOODS: Final = ("alcohol", "lotteries", "tobacco", "top_ups")

MOST_DAYS: Final = 3_650
T = TypeVar("T")


class RuleError(ValueError):
    """A rule that is none; `rule` names it, the message says what it must be."""

    def __init__(self, rule: str, must: str) -> None:
        """Name the rule, and what it must be."""
        super().__init__(f"{rule}: {must}")
        self.rule = rule


def _wants(true: object, rule: str, must: str) -> None:
    if not true:
        raise RuleError(rule, must)


def _number(rule: str, value: object, most: int) -> None:
    right = value is None or (type(value) is int and 0 < value <= most)
    _wants(right, rule, f"a whole number from 1 to {most}")


def _rising(rule: str, values: tuple[T, ...]) -> None:
    in_order = list(values) == sorted(set(values))  # type: ignore[type-var]
    _wants(in_order, rule, "each once, in order")


@dataclass(frozen=True, slots=True)
class Denomination:
    """Vouchers of one face (cents) and the kinds of shop that alone take them."""

    face: Amount
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TillRules:
    """What a shop may take under one version of a programme, beside its kinds of shop and dates.

    `added_value`: percent that the shop adds to what it takes. `bill_share`: percent of the bill
    that may be paid so. `excluded`: goods that the sale has none of. `first_use_days`: days in
    Rome after the first in which it could be used. `gaf`: numbers of the buying group's shops.
    `max_per_day`, `max_per_week`: cents a family (`caps`). `max_per_sale`: cents. `other_shop`:
    not where it was earned. `same_shop`: the rest only where it was begun. Errors: `RuleError`.
    """

    added_value: int | None = None
    bill_share: int | None = None
    denominations: tuple[Denomination, ...] = ()
    excluded: tuple[str, ...] = ()
    first_use_days: int | None = None
    gaf: tuple[int, ...] = ()
    max_per_day: Amount | None = None
    max_per_sale: Amount | None = None
    max_per_week: Amount | None = None
    other_shop: bool = False
    same_shop: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no rule, so that two texts never say the same."""
        _number("added_value", self.added_value, 100)
        _number("bill_share", self.bill_share, 99)
        _number("first_use_days", self.first_use_days, MOST_DAYS)
        for name in ("max_per_day", "max_per_sale", "max_per_week"):
            _number(name, getattr(self, name), MAX_AMOUNT)
        _wants(all(one in GOODS for one in self.excluded), "excluded", f"some of {GOODS}")
        _rising("excluded", self.excluded)
        _wants(all(map(is_amount, self.gaf)), "gaf", "numbers of shops")
        _rising("gaf", self.gaf)
        faces = tuple(one.face for one in self.denominations)
        _wants(all(map(is_amount, faces)), "denominations", "amounts in cents")
        _rising("denominations", faces)
        for one in self.denominations:
            kinds = one.categories
            some = bool(kinds) and all(isinstance(kind, str) for kind in kinds)
            _wants(some, "denominations", "kinds of shop for each face")
            _rising("denominations", kinds)

    def words(self) -> dict[str, Json]:
        """Their plain form; what asks nothing is left out."""
        said: dict[str, Json] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if value:
                said[one.name] = list(value) if isinstance(value, tuple) else value
        if self.denominations:
            said["denominations"] = [
                {"face": one.face, "categories": list(one.categories)} for one in self.denominations
            ]
        return said

    def text(self) -> str:
        """Their canonical text, as it is kept."""
        return canonical(self.words()).decode()

    def worth(self, cents: Amount) -> Amount:
        """What a family gets for so much (cents), with what the shop adds."""
        return cents + half_up(cents * (self.added_value or 0), 100)

    def kinds_for(self, face: Amount) -> tuple[str, ...]:
        """The kinds of shop that alone take this face (cents); none: the rule says nothing."""
        return next((one.categories for one in self.denominations if one.face == face), ())


NO_RULES: Final = TillRules()


@lru_cache(maxsize=256)
def read_rules(text: str) -> TillRules:
    """The rules that a version keeps. Errors: `RuleError` for anything but their exact text."""
    if text == "{}":
        return NO_RULES
    try:
        words = check_words(json.loads(text))
    except ValueError as error:
        raise RuleError("rules", "one object in canonical form") from error
    _wants(isinstance(words, dict), "rules", "one object in canonical form")
    assert isinstance(words, dict)
    rules = rules_from(words)
    _wants(rules.text() == text, "rules", "one object in canonical form")
    return rules


def rules_from(words: Mapping[str, Json]) -> TillRules:
    """Rules from their plain form. Errors: `RuleError`, naming the rule."""
    known = {one.name for one in fields(TillRules)}
    for name in words:
        _wants(name in known, name, "no rule of this name")
    given: dict[str, object] = dict(words)
    for name in ("excluded", "gaf"):
        if name in words:
            given[name] = _row(name, words[name])
    for name in ("other_shop", "same_shop"):
        _wants(given.get(name, True) is True, name, "true, or left out")
    if "denominations" in words:
        found = _row("denominations", words["denominations"])
        given["denominations"] = tuple(_denomination(one) for one in found)
    return TillRules(**given)  # type: ignore[arg-type]


def _row(rule: str, value: Json) -> tuple[Json, ...]:
    _wants(isinstance(value, list) and value, rule, "a list of at least one")
    assert isinstance(value, list)
    return tuple(value)


def _denomination(words: Json) -> Denomination:
    rule = "denominations"
    _wants(isinstance(words, dict) and words.keys() == {"face", "categories"}, rule, "with face")
    assert isinstance(words, dict)
    kinds = _row(rule, words["categories"])
    return Denomination(words["face"], kinds)  # type: ignore[arg-type]


# What the rules say of one sale.


@dataclass(frozen=True, slots=True)
class Sale:
    """One sale as the rules see it. `declared`: goods that it has none of. Cents."""

    shop_id: UUID
    shop_no: int
    category: str
    now: Instant
    bill_cents: Amount | None = None
    declared: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Past:
    """One voucher as the rules see it, beside its balance.

    `first_use_ends`: the first instant in which it is too late to begin it. `begun_at`: the shops
    where some of it was spent and not given back. `earned_at`: the shop where it was earned.
    """

    face_cents: Amount
    first_use_ends: Instant
    used: bool = False
    begun_at: frozenset[UUID] = frozenset()
    earned_at: UUID | None = None


class Bound(NamedTuple):
    """The most (cents) that one sale may take under a version's rules, and which rule says so."""

    cents: Amount
    code: Code


NO_BOUND: Final = Bound(MAX_AMOUNT, Code.OVER_LIMIT)


class No(NamedTuple):
    """Why a sale may not take from a voucher; `at_most`: cents that it could take instead."""

    code: Code
    at_most: Amount | None = None


def refusal(rules: TillRules, past: Past, sale: Sale, amount: Amount) -> No | None:
    """Why this sale may not take so much (cents) from one voucher under its rules, if it may not.

    Of several reasons the first in the order of `Code`.
    """
    barred = bar(rules, past, sale)
    if barred is not None:
        return No(barred)
    most = bound(rules, sale)
    return No(most.code, most.cents) if amount > most.cents else None


def bar(rules: TillRules, past: Past, sale: Sale) -> Code | None:
    """Why nothing may be taken from it in this sale, whatever the amount; None: something may."""
    kinds = rules.kinds_for(past.face_cents)
    broken = {
        Code.NOT_IN_GROUP: rules.gaf and sale.shop_no not in rules.gaf,
        Code.OTHER_DENOMINATION: kinds and sale.category not in kinds,
        Code.EARNED_HERE: rules.other_shop and past.earned_at == sale.shop_id,
        Code.BEGUN_ELSEWHERE: rules.same_shop and past.begun_at - {sale.shop_id},
        Code.FIRST_USE_MISSED: (
            rules.first_use_days and not past.used and sale.now >= past.first_use_ends
        ),
        Code.DECLARATION_NEEDED: set(rules.excluded) - sale.declared,
        Code.BILL_NEEDED: rules.bill_share and sale.bill_cents is None,
    }
    return next((code for code in PRECEDENCE if broken.get(code)), None)


def bound(rules: TillRules, sale: Sale) -> Bound:
    """The most that one sale may take; of two equal limits the one of a single sale is told."""
    if rules.max_per_sale is None and rules.bill_share is None:
        return NO_BOUND
    bounds = [NO_BOUND]
    if rules.max_per_sale is not None:
        bounds.append(Bound(rules.max_per_sale, Code.OVER_LIMIT))
    if rules.bill_share is not None and sale.bill_cents is not None:
        # Down to the cent: "at most half" of 0.99 is 0.49.
        bounds.append(Bound(sale.bill_cents * rules.bill_share // 100, Code.OVER_SHARE))
    return min(bounds, key=lambda one: one.cents)
