"""The rule of a call, as data: who may apply, what each is due, in which order, for which money.

One version of it is one canonical text: what two officers signed, what every result is made again
from. Not here: the choosing (`selection`). Source: ENTITLEMENT.md, "The rule of a call".
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final, TypeVar

from ledger.core.canonical import Json, canonical
from ledger.core.entitlement.benefits import Rule, read_rule
from ledger.core.entitlement.comune_table import TABLE_S, ComuneTable, read_table, rows_as_json
from ledger.core.entitlement.evaluation import Meter
from ledger.core.entitlement.exact import cents_text, read_cents
from ledger.core.quantities import Amount

VERSION: Final = 1
FIELDS: Final = frozenset({"v", "on", "meter", "table", "function", "limits", "order", "fit"})
LIMITS: Final = ("isee", "isee_ff", "minors")
# By what a ranking may be ordered; what is left equal, the lot decides.
ORDERS: Final = (
    "isee_ff", "isee", "most_minors", "most_members", "youngest_child", "disability", "received",
)  # fmt: skip
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """Who may have something at all; None asks for nothing. Amounts in cents."""

    isee: Amount | None = None
    isee_ff: Amount | None = None
    minors: int | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """What happens where the money is not enough for all. Amounts in cents.

    `kind`: `stop` pays in order until the next does not fit; `scale` gives each the same share,
    in whole steps of `step`, what is left over one step each from the first on; `threshold` lowers
    the indicator until all below it fit. `least`: what is less after scaling is not given.
    """

    kind: str = "stop"
    step: Amount = 1
    least: Amount = 0


FITS: Final = ("stop", "scale", "threshold")


@dataclass(frozen=True, slots=True)
class CallRule:
    """One version of a call's rule. `on`: the day on which ages and statements are looked at."""

    on: date
    meter: Meter
    table: ComuneTable
    benefit: Rule
    function: Mapping[str, Json]
    limits: Limits
    order: tuple[str, ...]
    fit: Fit

    def words(self) -> dict[str, Json]:
        """Its canonical form, which `read_call_rule` reads back."""
        limits: dict[str, Json] = {}
        for name in ("isee", "isee_ff"):
            if (cents := getattr(self.limits, name)) is not None:
                limits[name] = cents_text(cents)
        if self.limits.minors is not None:
            limits["minors"] = self.limits.minors
        fit: dict[str, Json] = {
            "kind": self.fit.kind,
            "step": cents_text(self.fit.step),
            "least": cents_text(self.fit.least),
        }
        return {
            "v": VERSION,
            "on": self.on.isoformat(),
            "meter": str(self.meter),
            "table": table_words(self.table),
            "function": dict(self.function),
            "limits": limits,
            "order": list(self.order),
            "fit": fit,
        }

    def text(self) -> str:
        """The one text of this rule: what is kept, signed and hashed."""
        return canonical(self.words()).decode()

    @property
    def is_synthetic(self) -> bool:
        """Whether anything that it gives, orders or refuses comes from the made-up table."""
        reads = self.meter is Meter.ISEE_FF or "isee_ff" in self.order
        return self.table.is_synthetic and (reads or self.limits.isee_ff is not None)

    def hash(self) -> bytes:
        """SHA-256 of its text: what an approval is bound to."""
        return sha256(self.text().encode()).digest()


def table_words(table: ComuneTable) -> Json:
    """A table as `read_comune_table` takes it; the made-up one by its name alone."""
    if table is TABLE_S:
        return "S"
    return {"title": table.title, "act": table.act, "rows": list(rows_as_json(table))}


def parse_call_rule(text: str) -> CallRule:
    """Read a rule from its text. Errors: `ValueError`."""
    try:
        given = json.loads(text, parse_float=_no_float)
    except RecursionError as error:
        raise ValueError("it is no rule") from error
    return read_call_rule(given)


def _no_float(text: str) -> Any:  # noqa: ANN401 -- never returns.
    message = f"{text}: numbers with a point are written as text"
    raise ValueError(message)


def read_call_rule(given: object) -> CallRule:
    """Read a rule as the editor and files write it. Errors: `ValueError` that names the field."""
    if not isinstance(given, Mapping):
        raise ValueError("a rule is an object")  # noqa: TRY004 -- one error for whoever typed it.
    missing, unknown = FIELDS - set(given), set(given) - FIELDS
    if missing or unknown:
        names = ", ".join(sorted(map(str, missing or unknown)))
        raise ValueError(f"a rule {'has no' if missing else 'knows no'} {names}")
    if given["v"] != VERSION:
        raise ValueError(f"v: this program reads rules of version {VERSION}")
    function = given["function"]
    benefit = _told("function", read_rule, function)
    assert isinstance(function, Mapping)
    return CallRule(
        on=_told("on", _day, given["on"]),
        meter=_told("meter", Meter, given["meter"]),
        table=_told("table", read_comune_table, given["table"]),
        benefit=benefit,
        function=dict(function),
        limits=_told("limits", _limits, given["limits"]),
        order=_told("order", _order, given["order"]),
        fit=_told("fit", _fit, given["fit"]),
    )


def _told(name: str, read: Callable[[Any], T], given: object) -> T:
    try:
        return read(given)
    except ValueError as error:
        message = f"{name}: {error}"
        raise ValueError(message) from error


def _day(given: object) -> date:
    try:
        return date.fromisoformat(str(given))
    except ValueError as error:
        raise ValueError(f"{given!r} is no day like 2026-09-01") from error


def read_comune_table(given: object) -> ComuneTable:
    """`S`, or rows as the editor writes them, alone or with title and act. Errors: `ValueError`."""
    if given == "S":
        return TABLE_S
    told = given if isinstance(given, Mapping) else {"rows": given}
    rows = told.get("rows")
    if set(told) - {"rows", "title", "act"} or not isinstance(rows, list):
        raise ValueError("a table is `S` or a list of rows, alone or with title and act")
    return ComuneTable(read_table(rows), str(told.get("title", "")), str(told.get("act", "")))


def _limits(given: object) -> Limits:
    if not isinstance(given, Mapping) or set(given) - set(LIMITS):
        raise ValueError(f"it knows {', '.join(LIMITS)}")
    isee, isee_ff = (
        read_cents(given[name]) if name in given else None for name in ("isee", "isee_ff")
    )
    minors = given.get("minors")
    if minors is not None and (type(minors) is not int or not 0 < minors < 20):  # noqa: PLR2004
        raise ValueError("minors is a number from 1 to 19")
    return Limits(isee, isee_ff, minors)


def _order(given: object) -> tuple[str, ...]:
    keys = tuple(map(str, given)) if isinstance(given, list | tuple) else ()
    if not keys or set(keys) - set(ORDERS) or len(set(keys)) < len(keys):
        raise ValueError(f"one or more of {', '.join(ORDERS)}, each once")
    return keys


def _fit(given: object) -> Fit:
    if not isinstance(given, Mapping) or set(given) - {"kind", "step", "least"}:
        raise ValueError("it has a kind, and for `scale` a step and a least amount")
    kind = given.get("kind")
    if kind not in FITS:
        raise ValueError(f"kind is one of {', '.join(FITS)}")
    step, least = read_cents(given.get("step", "0.01")), read_cents(given.get("least", "0.00"))
    if step < 1:
        raise ValueError("step is 0.01 or more")
    return Fit(str(kind), step, least)
