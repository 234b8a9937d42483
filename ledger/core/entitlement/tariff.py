"""What a family pays for a service: the functions of benefits read the other way round, as data.

One version is one canonical text, which two persons sign. A fee is never over the full cost. Not
here: who has signed (`ledger.store`). Source: domain.md 3.6; ENTITLEMENT.md, "A tariff".
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final

from ledger.core.canonical import Json, canonical, check_words
from ledger.core.entitlement.benefits import Bands, Flat, Rule, Segments, read_rule
from ledger.core.entitlement.call_rule import read_comune_table, table_words
from ledger.core.entitlement.comune_table import ComuneTable
from ledger.core.entitlement.evaluation import Evaluation, Meter, evaluate
from ledger.core.entitlement.exact import cents_text, read_cents
from ledger.core.entitlement.household import Household
from ledger.core.entitlement.steps import Step
from ledger.core.quantities import Amount

VERSION: Final = 1
FIELDS: Final = frozenset({
    "v", "title", "service", "act", "note", "from", "meter", "table", "function", "full_cost",
})  # fmt: skip
LONGEST: Final = 500
STEP_CENTS: Final = 1_000_00  # Between two rows of a list of fees on a line.


@dataclass(frozen=True, slots=True)
class Fee:
    """What is paid for indicators over one and up to another (cents); None: no bound."""

    over: Amount | None
    upto: Amount | None
    cents: Amount


@dataclass(frozen=True, slots=True)
class Tariff:
    """One version. `service`: for what, and for which unit of it; `note`: what the list cannot say.

    `starts_on`: from which day; ages are looked at on the day of asking. Amounts in cents.
    """

    title: str
    service: str
    act: str
    note: str
    starts_on: date
    meter: Meter
    table: ComuneTable
    rule: Rule
    function: Mapping[str, Json]
    full_cost: Amount

    def words(self) -> dict[str, Json]:
        """Its canonical form, which `parse_tariff` reads back."""
        return {
            "v": VERSION,
            "title": self.title,
            "service": self.service,
            "act": self.act,
            "note": self.note,
            "from": self.starts_on.isoformat(),
            "meter": str(self.meter),
            "table": table_words(self.table),
            "function": dict(self.function),
            "full_cost": cents_text(self.full_cost),
        }

    def text(self) -> str:
        """The one text: what is kept, signed and hashed."""
        return canonical(self.words()).decode()

    def hash(self) -> bytes:
        """SHA-256 of its text."""
        return sha256(self.text().encode()).digest()

    @property
    def is_synthetic(self) -> bool:
        """Whether its fees come from a table that was made up."""
        return self.meter is Meter.ISEE_FF and self.table.is_synthetic

    def fee(self, household: Household, isee: Amount) -> Evaluation:
        """What a household with this ISEE pays, step by step; never over the full cost."""
        made = evaluate(household, isee, self.table, self.rule, self.meter)
        if made.amount <= self.full_cost:
            return made
        last = Step("cap", cents_text(self.full_cost))
        return Evaluation(
            made.se, made.se_ff, made.isee, made.isee_ff, self.full_cost, (*made.steps, last)
        )

    def fees(self) -> tuple[Fee, ...]:
        """The list by indicator: its bands, or points on its lines, each the most of its row."""
        bounds = _bounds(self.rule)
        rows: list[Fee] = []
        for at, upto in enumerate([*bounds, None]):
            over = bounds[at - 1] if at else None
            cents = self._at((over or 0) + 1) if upto is None else self._at(upto)
            rows.append(Fee(over, upto, cents))
        return tuple(rows)

    def _at(self, indicator: Amount) -> Amount:
        """The fee for one unit: what is multiplied by children or members is told for one."""
        amount = self.rule.function.at(indicator)[0]
        for limit, choose in ((self.rule.cap, min), (self.rule.floor, max)):
            amount = amount if limit is None else choose(amount, limit)
        return min(self.rule.rounding.of(amount), self.full_cost)


def _bounds(rule: Rule) -> list[Amount]:
    """Where a row of the list ends."""
    function = rule.function
    if isinstance(function, Flat):
        return []
    if isinstance(function, Bands):
        return list(function.upto)
    assert isinstance(function, Segments)
    first, last = function.parts[0].over, function.parts[-1].upto
    steps = range((first // STEP_CENTS + 1) * STEP_CENTS, last, STEP_CENTS)
    return sorted({first, *steps, last} - {0})


def parse_tariff(text: str) -> Tariff:
    """Read a version from its text. Errors: `ValueError`."""
    words = check_words(json.loads(text))
    if not isinstance(words, dict):
        raise ValueError("a tariff is an object")  # noqa: TRY004 -- one error for whoever typed it.
    return read_tariff(words)


def read_tariff(given: Mapping[str, Json]) -> Tariff:
    """Read a tariff as the editor and the store write it. Errors: `ValueError`."""
    if set(given) != FIELDS or given["v"] != VERSION:
        raise ValueError("a tariff of version 1 with its fields")
    function = given["function"]
    rule = read_rule(function)
    assert isinstance(function, Mapping)
    full_cost = read_cents(given["full_cost"])
    if not full_cost:
        raise ValueError("full_cost: more than nothing")
    return Tariff(
        title=_line(given["title"], least=1),
        service=_line(given["service"], least=1),
        act=_line(given["act"]),
        note=_line(given["note"]),
        starts_on=date.fromisoformat(str(given["from"])),
        meter=Meter(str(given["meter"])),
        table=read_comune_table(given["table"]),
        rule=rule,
        function=dict(function),
        full_cost=full_cost,
    )


def _line(given: Json, *, least: int = 0) -> str:
    if not isinstance(given, str) or not least <= len(given) <= LONGEST or not given.isprintable():
        raise ValueError(f"a text of one line, at most {LONGEST} characters")
    return given
