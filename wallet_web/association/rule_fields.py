"""The circuit's rules as fields of a form: how each is called, told and read back.

Fields of a place's targets are as many as there are comuni, so names are made here. Not here: the
pages (`signing`), and what rules may be (`ledger.core.circuit.rules`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from ledger.core.circuit.rules import HALF_HOUR, Cap, CircuitRules, NotRules, Role
from ledger.core.circuit.split import NoSplit, percent_text, read_percent
from ledger.core.circuit.targets import RETE, Target
from ledger.core.quantities import euro_text
from wallet_web import forms
from wallet_web.five_rs_view import hours_text
from wallet_web.languages import mark

PERCENT: Final = mark("Scrivi la percentuale così: 6% oppure 6,5%.")
WRONG: Final = mark("Queste regole non stanno in piedi: controlla quote e percentuali.")
HOURS: Final = mark("Scrivi le ore così: 20 oppure 20,5.")
CENTS: Final = mark("Scrivi i centesimi per euro così: 1 oppure 1,5.")
HOUR: Final = 60
Values = dict[str, int | None]  # By field; None: no target.


def percent(form: forms.Form, name: str) -> int:
    """A percentage that was typed, in hundredths of one. Errors: `Unclear`."""
    text = form.get(name, "").strip()
    try:
        return read_percent(text if text.endswith("%") else f"{text}%")
    except NoSplit:
        raise forms.Unclear(name, PERCENT) from None


def _whole(form: forms.Form, name: str) -> int:
    whole, rest = divmod(percent(form, name), 100)
    if rest:
        raise forms.Unclear(name, PERCENT)
    return whole


def _euro(form: forms.Form, name: str) -> int:
    return forms.amount({name: form.get(name, "").replace("€", "").strip()}, name)


def _hours(form: forms.Form, name: str) -> int:
    text = form.get(name, "").removesuffix("h").strip().replace(",", ".")
    whole, _point, rest = text.partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) < 5 and rest in {"", "0", "5"}):  # noqa: PLR2004 -- half hours below 10,000.
        raise forms.Unclear(name, HOURS)
    return int(whole) * HOUR + (HALF_HOUR if rest == "5" else 0)


def _switch(form: forms.Form, name: str) -> int:
    return int(bool(form.get(name, "")))


def _cents_each(form: forms.Form, name: str) -> int:
    text = form.get(name, "").replace("cent/€", "").strip()
    try:
        return read_percent(f"{text}%")  # A cent of a euro is a hundredth of it.
    except NoSplit:
        raise forms.Unclear(name, CENTS) from None


class Kind(NamedTuple):
    """How a number of the rules is told, and how what was typed is read. Errors: `Unclear`."""

    tell: Callable[[int], str]
    read: Callable[[forms.Form, str], int]


PERCENTS: Final = Kind(percent_text, percent)
OF_100: Final = Kind(lambda percent: f"{percent} %", _whole)
EUROS: Final = Kind(lambda cents: f"{euro_text(cents)} €", _euro)
HALF_HOURS: Final = Kind(lambda minutes: f"{hours_text(minutes)} h", _hours)
SWITCH: Final = Kind(lambda on: mark("sì") if on else mark("no"), _switch)
CENTS_EACH: Final = Kind(lambda parts: f"{euro_text(parts)} cent/€", _cents_each)


@dataclass(frozen=True, slots=True)
class Field:
    """One number of the rules: its name in a form, what it is called, whose it is, its kind.

    `of`: the comune, for targets. `may_lack`: whether nothing may be typed.
    """

    name: str
    title: str
    kind: Kind
    of: str = ""
    may_lack: bool = False

    @property
    def is_switch(self) -> bool:
        """Whether it is ticked, not typed."""
        return self.kind is SWITCH

    def told(self, value: int | None) -> str:
        """As people read it; empty for no target."""
        return "" if value is None else self.kind.tell(value)

    def read(self, form: forms.Form) -> int | None:
        """What was typed. Errors: `Unclear`."""
        if self.may_lack and not form.get(self.name, "").strip():
            return None
        return self.kind.read(form, self.name)


class Group(NamedTuple):
    """Fields that stand together. `of`: as of a field; `is_folded`: shown when asked for."""

    title: str
    fields: tuple[Field, ...]
    hint: str = ""
    of: str = ""
    is_folded: bool = False


_PLAIN: Final = (
    Field("fund_points", mark("Parte del Fondo Sociale in uno scontrino"), PERCENTS),
    Field("group_points", mark("Sconto di un gruppo di acquisto"), PERCENTS),
    Field("release_cents", mark("Gli sconti diventano crediti da"), EUROS),
    Field("to_shop", mark("Conversione: al negozio"), OF_100),
    Field("to_fund", mark("Conversione: al Fondo Sociale"), OF_100),
    Field("to_costs", mark("Conversione: alle spese"), OF_100),
)
_HOURS: Final = (
    Field("hours_below", mark("Ore ricevute in più di quelle donate, al massimo"), HALF_HOURS),
    Field("hours_above", mark("Ore donate in più di quelle ricevute, al massimo"), HALF_HOURS),
)
_SWITCHES: Final = (
    Field("credits_convertible", mark("I negozi possono convertire i crediti in euro"), SWITCH),
    Field("vouchers_for_hours", mark("Un’ora donata può essere pagata con un buono"), SWITCH),
)
_SIMPLE: Final = (*_PLAIN, *_HOURS, *_SWITCHES)
_CAPS: Final[Mapping[Role, tuple[str, str]]] = {
    Role.FAMILY: (
        mark("Famiglia: crediti che può sempre tenere"),
        mark("Famiglia: o questa parte di ciò che ha usato in 90 giorni"),
    ),
    Role.SHOP: (
        mark("Negozio: crediti che può sempre tenere"),
        mark("Negozio: o questa parte di ciò che ha usato in 90 giorni"),
    ),
    Role.ASSOCIATION: (
        mark("Associazione: crediti che può sempre tenere"),
        mark("Associazione: o questa parte di ciò che ha usato in 90 giorni"),
    ),
}
_TARGETS: Final[Mapping[Target, tuple[str, Kind]]] = {
    Target.COLLECTED: (mark("Raccogliere: in un anno, almeno"), EUROS),
    Target.UNSPENT: (mark("Redistribuire: parte non usata, al massimo"), PERCENTS),
    Target.RATE: (mark("Rigenerare: per ogni euro speso, almeno"), CENTS_EACH),
    Target.YIELD: (mark("Rendere: per ogni euro pubblico, almeno"), CENTS_EACH),
    Target.SHARE: (mark("Responsabilizzare: famiglie che donano ore, almeno"), PERCENTS),
}
LAWYER: Final = mark("Solo dopo il parere scritto di un legale.")
YEARLY: Final = mark("Vuoto: nessun traguardo. Valgono finché altre regole non li cambiano.")


def groups(places: Sequence[tuple[str, str]]) -> tuple[Group, ...]:
    """All fields, in the order of the page; `places`: each comune's book, and its name."""
    caps = tuple(field for role in Role for field in _cap_fields(role))
    aims = [
        Group(mark("Traguardi di tutta la Rete"), _target_fields(RETE, ""), YEARLY),
        *(
            Group(mark("Traguardi di un Comune"), _target_fields(book, name), "", name, True)  # noqa: FBT003 -- by its place.
            for book, name in places
        ),
    ]
    return (
        Group(mark("Sconti e conversione"), _PLAIN),
        *aims,
        Group(mark("Quanti crediti si possono tenere"), caps, is_folded=True),
        Group(mark("Ore"), _HOURS, is_folded=True),
        Group(mark("Che cosa attende un parere legale"), _SWITCHES, LAWYER, is_folded=True),
    )


def _cap_fields(role: Role) -> tuple[Field, Field]:
    base, percent = _CAPS[role]
    return (
        Field(f"cap-{role}-base", base, EUROS),
        Field(f"cap-{role}-percent", percent, OF_100),
    )


def _target_fields(place: str, name: str) -> tuple[Field, ...]:
    return tuple(
        Field(f"target-{place}-{one}", title, kind, name, may_lack=True)
        for one, (title, kind) in _TARGETS.items()
    )


def values_of(rules: CircuitRules) -> Values:
    """Every number of the rules, by its field."""
    values: Values = {field.name: int(getattr(rules, field.name)) for field in _SIMPLE}
    for role, cap in rules.caps.items():
        values |= {f"cap-{role}-base": cap.base_cents, f"cap-{role}-percent": cap.percent}
    for place, aims in rules.targets.items():
        values |= {f"target-{place}-{one}": much for one, much in aims.items()}
    return values


def rules_of(before: CircuitRules, form: forms.Form, shown: Sequence[Group]) -> CircuitRules:
    """The rules that were typed; what the page did not show stays. Errors: `Unclear`."""
    read = {field.name: field.read(form) for group in shown for field in group.fields}
    values = values_of(before) | read
    simple: dict[str, Any] = {field.name: values[field.name] for field in _SIMPLE}
    for switch in _SWITCHES:
        simple[switch.name] = bool(simple[switch.name])
    try:
        return replace(before, **simple, caps=dict(_caps(values)), targets=_aims(values))
    except NotRules:
        raise forms.Unclear("fund_points", WRONG) from None


def _caps(values: Values) -> Iterator[tuple[Role, Cap]]:
    for role in Role:
        base, percent = values[f"cap-{role}-base"], values[f"cap-{role}-percent"]
        assert base is not None
        assert percent is not None
        yield role, Cap(base, percent)


def _aims(values: Values) -> dict[str, dict[Target, int]]:
    aims: dict[str, dict[Target, int]] = {}
    for name, much in values.items():
        if name.startswith("target-") and much is not None:
            place, _dash, target = name.removeprefix("target-").rpartition("-")
            aims.setdefault(place, {})[Target(target)] = much
    return aims
