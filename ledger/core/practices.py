"""A programme and its call as a practice that another comune may take over: rules, and no data.

Terms, rules at the till, the call's rule and texts of letters; no family, no officer, no money.
Numbers of shops are a comune's own, so a buying group is named and left to whoever takes it over.
Not here: the signed file (`ledger.imports.practice_files`). Source: PRACTICE.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, TypeVar

from ledger.core.canonical import Json, canonical
from ledger.core.entitlement.call_rule import CallRule, read_call_rule
from ledger.core.programmes import Terms
from ledger.core.till_rules import TillRules, rules_from

VERSION: Final = 1
FIELDS: Final = frozenset({"v", "comune", "day", "terms", "rules", "left_out", "call", "letters"})
TERMS: Final = frozenset({"title", "summary", "starts_on", "ends_on", "categories", "vat_kind"})
CALL: Final = frozenset({"title", "round", "rule"})
LETTERS: Final = ("appeal",)  # Texts of letters that a call keeps, by name.
LONGEST_LINE: Final = 500
LONGEST_TEXT: Final = 2_000
T = TypeVar("T")


class NotAPractice(ValueError):
    """What this program cannot take for a practice; `field` names the part, no value is quoted."""

    def __init__(self, field: str, why: str = "") -> None:
        """Name the part."""
        super().__init__(f"{field}: {why}" if why else field)
        self.field = field


@dataclass(frozen=True, slots=True)
class CallPractice:
    """How a call chose: its title, its round, the rule that two officers signed."""

    title: str
    round: str
    rule: CallRule


@dataclass(frozen=True, slots=True)
class Practice:
    """Whose practice, of which day (in Rome), and what it lays down.

    `left_out`: rules that speak of a comune's own shops, by name. `letters`: texts by name.
    """

    comune: str
    day: date
    terms: Terms
    left_out: tuple[str, ...]
    call: CallPractice | None
    letters: Mapping[str, str]

    def words(self) -> dict[str, Json]:
        """Its canonical form, which `read_practice` reads back."""
        made: dict[str, Json] = {
            "v": VERSION,
            "comune": self.comune,
            "day": self.day.isoformat(),
            "terms": {
                "title": self.terms.title,
                "summary": self.terms.summary,
                "starts_on": self.terms.starts_on.isoformat(),
                "ends_on": self.terms.ends_on.isoformat(),
                "categories": list(self.terms.categories),
                "vat_kind": self.terms.vat_kind,
            },
            "rules": self.terms.rules.words(),
            "left_out": list(self.left_out),
            "letters": dict(self.letters),
        }
        if self.call is not None:
            words = {"title": self.call.title, "round": self.call.round}
            made["call"] = {**words, "rule": self.call.rule.words()}
        return made


def practised(
    comune: str,
    day: date,
    terms: Terms,
    call: CallPractice | None,
    letters: Mapping[str, str],
) -> Practice:
    """What of a programme travels: all but the shops of a buying group, which is named."""
    left_out = ("gaf",) if terms.rules.gaf else ()
    kept = replace(terms, rules=replace(terms.rules, gaf=()))
    told = {name: letters[name] for name in LETTERS if letters.get(name)}
    return Practice(comune, day, kept, left_out, call, told)


def read_practice(words: Mapping[str, Json]) -> Practice:
    """Read a practice, strictly. Errors: `NotAPractice`, also for rules that nobody knows here."""
    if words.get("v") != VERSION:
        raise NotAPractice("v", f"this program reads practices of version {VERSION}")
    _only("", words, FIELDS, FIELDS - {"call"})
    made = Practice(
        comune=_line("comune", words["comune"]),
        day=_told("day", _day, words["day"]),
        terms=_terms(words["terms"], words["rules"]),
        left_out=_left_out(words["left_out"]),
        call=_call(words["call"]) if "call" in words else None,
        letters=_letters(words["letters"]),
    )
    if canonical(made.words()) != canonical(dict(words)):
        raise NotAPractice("rule", "the same is written in another way")
    return made


def _only(
    part: str, given: Mapping[str, Json], known: frozenset[str], needed: frozenset[str]
) -> None:
    for name in sorted(set(given) - known) + sorted(needed - set(given)):
        raise NotAPractice(f"{part}.{name}" if part else name, "unknown, or missing")


def _told(name: str, read: Callable[[Any], T], given: object) -> T:
    """Read a part. Errors: `NotAPractice`, without the words of what was read."""
    try:
        return read(given)
    except (ValueError, TypeError) as error:  # A list where a name should be is no key of a table.
        raise NotAPractice(name) from error


def _object(name: str, given: Json) -> Mapping[str, Json]:
    if not isinstance(given, dict):
        raise NotAPractice(name, "an object is wanted")
    return given


def _list(name: str, given: Json) -> list[Json]:
    if not isinstance(given, list):
        raise NotAPractice(name, "a list is wanted")
    return given


def _line(name: str, given: Json, *, most: int = LONGEST_LINE) -> str:
    if not isinstance(given, str) or not given.isprintable() or not 0 < len(given) <= most:
        raise NotAPractice(name, f"a text of one line, at most {most} characters")
    return given


def _day(given: object) -> date:
    return date.fromisoformat(str(given))


def _terms(given: Json, rules: Json) -> Terms:
    told = _object("terms", given)
    _only("terms", told, TERMS, TERMS)
    summary = told["summary"]
    return _told(
        "terms",
        lambda fields: Terms(**fields),
        {
            "title": _line("terms.title", told["title"]),
            "summary": _line("terms.summary", summary) if summary != "" else "",
            "starts_on": _told("terms.starts_on", _day, told["starts_on"]),
            "ends_on": _told("terms.ends_on", _day, told["ends_on"]),
            "categories": tuple(map(str, _list("terms.categories", told["categories"]))),
            "vat_kind": told["vat_kind"],
            "rules": _rules(_object("rules", rules)),
        },
    )


def _rules(given: Mapping[str, Json]) -> TillRules:
    if "gaf" in given:
        raise NotAPractice("rules.gaf", "the shops of another comune's group")
    return _told("rules", rules_from, given)


def _left_out(given: Json) -> tuple[str, ...]:
    names = tuple(map(str, _list("left_out", given)))
    if names not in {(), ("gaf",)}:
        raise NotAPractice("left_out")
    return names


def _call(given: Json) -> CallPractice:
    told = _object("call", given)
    _only("call", told, CALL, CALL)
    title, name = (_line(f"call.{one}", told[one]) for one in ("title", "round"))
    return CallPractice(title, name, _told("call.rule", read_call_rule, told["rule"]))


def _letters(given: Json) -> Mapping[str, str]:
    told = _object("letters", given)
    _only("letters", told, frozenset(LETTERS), frozenset())
    return {name: _text(f"letters.{name}", text) for name, text in told.items()}


def _text(name: str, given: Json) -> str:
    lines = given.split("\n") if isinstance(given, str) else []
    if not 0 < len(str(given)) <= LONGEST_TEXT or not all(map(str.isprintable, lines)) or not lines:
        raise NotAPractice(name, f"a text of at most {LONGEST_TEXT} characters")
    return str(given)
