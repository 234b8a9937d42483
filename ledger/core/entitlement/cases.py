"""A case as a script writes it, and its evaluation as a script reads it: exact texts both ways."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, TypeVar

from ledger.core.canonical import Json
from ledger.core.entitlement.benefits import read_rule
from ledger.core.entitlement.call_rule import read_comune_table
from ledger.core.entitlement.evaluation import Evaluation, Meter, evaluate
from ledger.core.entitlement.exact import cents_text, ratio_text, read_cents, weight_text
from ledger.core.entitlement.household import Disability, Household, Member, Role
from ledger.core.entitlement.isee import Isee, IseeKind

STATEMENT: Final = {"kind", "signed_on", "valid_until"}
CASE: Final = {"date", "isee", "meter", "table", "household", "function"}
T = TypeVar("T")
MEMBER: Final = {"role", "birth", "disability", "dependent", "works"}
FLAGS: Final = ("lone_parent", "widowed", "pregnancy", "job_loss", "mortgage")


def evaluate_case(case: object) -> dict[str, Json]:
    """Evaluate a case. Errors: `ValueError` that says which field and what is wrong with it."""
    given = _object(case, {*CASE, "statement"}, "the case", required=CASE)
    on = _day(given["date"], "date")
    if "statement" in given:
        _told("statement", _assert_readable, given["statement"], on)
    household = _told("household", read_household, given["household"], on)
    table = _told("table", read_comune_table, given["table"])
    rule = _told("function", read_rule, given["function"])
    isee = _told("isee", read_cents, given["isee"])
    meter = _told("meter", Meter, given["meter"])
    return as_json(evaluate(household, isee, table, rule, meter))


def as_json(one: Evaluation) -> dict[str, Json]:
    """An evaluation as texts; `steps` in the order in which they were taken."""
    return {
        "se": weight_text(one.se),
        "se_ff": weight_text(one.se_ff),
        "ff": ratio_text(one.ff),
        "isee": cents_text(one.isee),
        "isee_ff": cents_text(one.isee_ff),
        "amount": cents_text(one.amount),
        "steps": [{"what": step.what, "value": step.value, "why": step.why} for step in one.steps],
    }


def _told(name: str, read: Callable[..., T], *given: object) -> T:
    try:
        return read(*given)
    except ValueError as error:
        message = f"{name}: {error}"
        raise ValueError(message) from error


def _assert_readable(given: object, on: date) -> None:
    """Refuse an ISEE that no municipal benefit may read on that day. Errors: `ValueError`."""
    told = _object(given, STATEMENT, "a statement", required=STATEMENT)
    days = (_day(told[name], name) for name in ("signed_on", "valid_until"))
    if objection := Isee(IseeKind(str(told["kind"])), *days).objection(on):
        raise ValueError(objection)


def read_household(given: object, on: date) -> Household:
    """A household as cases and sealed applications write it. Errors: `ValueError`."""
    fields = {"members", "multiple_births", *FLAGS}
    told = _object(given, fields, "a household", required={"members"})
    members = told["members"]
    if not isinstance(members, list):
        raise ValueError("members is a list")  # noqa: TRY004 -- one error for whoever typed it.
    births = told.get("multiple_births", 0)
    if type(births) is not int:
        raise ValueError("multiple_births is a whole number")
    flags = {name: _flag(told, name) for name in FLAGS}
    everybody = tuple(
        _told(f"member {number}", _member, one) for number, one in enumerate(members, 1)
    )
    return Household(everybody, on, multiple_births=births, **flags)


def household_words(household: Household) -> dict[str, Json]:
    """The same, written: what `read_household` reads; the day is not part of it."""
    words: dict[str, Json] = {"members": [_member_words(one) for one in household.members]}
    if household.multiple_births:
        words["multiple_births"] = household.multiple_births
    return words | {name: True for name in FLAGS if getattr(household, name)}


def _member_words(one: Member) -> dict[str, Json]:
    words: dict[str, Json] = {"role": str(one.role), "birth": one.birth.isoformat()}
    if one.disability is not None:
        words["disability"] = str(one.disability)
    return words | {name: True for name in ("dependent", "works") if getattr(one, name)}


def _member(given: object) -> Member:
    told = _object(given, MEMBER, "a member", required={"role", "birth"})
    degree = told.get("disability")
    return Member(
        role=Role(str(told["role"])),
        birth=_day(told["birth"], "birth"),
        disability=None if degree is None else Disability(str(degree)),
        dependent=_flag(told, "dependent"),
        works=_flag(told, "works"),
    )


def _object(
    given: object, fields: set[str], what: str, *, required: set[str]
) -> Mapping[str, object]:
    if not isinstance(given, Mapping):
        raise ValueError(f"{what} is an object")  # noqa: TRY004 -- one error for whoever typed it.
    if missing := required - set(given):
        raise ValueError(f"{what} has no {', '.join(sorted(missing))}")
    if unknown := set(given) - fields:
        raise ValueError(f"{what} knows no {', '.join(sorted(map(str, unknown)))}")
    return given


def _flag(given: Mapping[str, object], name: str) -> bool:
    value = given.get(name, False)
    if not isinstance(value, bool):
        raise ValueError(f"{name} is true or false")  # noqa: TRY004 -- as above.
    return value


def _day(given: object, name: str) -> date:
    try:
        return date.fromisoformat(str(given))
    except ValueError as error:
        raise ValueError(f"{name}: {given!r} is no day like 2026-09-01") from error
