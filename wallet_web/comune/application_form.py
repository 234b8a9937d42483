"""An application as a form: what an officer typed becomes what it declares, and back again.

Ages are never typed, only days of birth. What is wrong names its field. Not here: what counts of
it (`ledger.core.entitlement`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from stdnum.exceptions import ValidationError
from stdnum.it import codicefiscale

from ledger.core.entitlement.declared import Declared
from ledger.core.entitlement.household import Disability, Household, Member, Role
from ledger.core.entitlement.isee import Isee, IseeKind
from ledger.core.quantities import euro_text, parse_euro
from wallet_web import forms
from wallet_web.languages import mark

# How many rows of each kind the form has, by the name of its fields.
ROLES: Final[Mapping[str, tuple[Role, int]]] = {
    "genitore": (Role.ADULT, 2), "figlio": (Role.CHILD, 8), "altro": (Role.RELATIVE, 4),
}  # fmt: skip
FLAGS: Final[Mapping[str, str]] = {
    "lone_parent": "solo", "widowed": "vedovo", "pregnancy": "gravidanza",
    "job_loss": "lavoro-perso", "mortgage": "mutuo",
}  # fmt: skip
CODE: Final = mark("Questo codice fiscale non è giusto: controllalo.")
STATEMENT: Final = mark("Scrivi tipo, data e scadenza dell’attestazione, oppure lasciali vuoti.")
HOUSEHOLD: Final = mark("Il nucleo non torna: controlla le nascite, il genitore solo e i gemelli.")
LANGUAGES: Final = ("it", "en")


def fiscal_code(form: forms.Form) -> str:
    """Whose application it is. Errors: `Unclear`."""
    try:
        return str(codicefiscale.validate(form.get("codice-fiscale", "").strip().upper()))
    except ValidationError:
        raise forms.Unclear("codice-fiscale", CODE) from None


def declared_of(form: forms.Form, on: date) -> Declared:
    """What was typed, on the day of today. Errors: `Unclear`, naming the field."""
    try:
        isee = parse_euro(form.get("isee", "").strip())
    except ValueError:
        raise forms.Unclear("isee", forms.AMOUNT) from None
    if isee < 0:
        raise forms.Unclear("isee", forms.AMOUNT)
    births = form.get("gemelli", "").strip() or "0"
    flags = {name: bool(form.get(sent)) for name, sent in FLAGS.items()}
    try:
        household = Household(tuple(_members(form)), on, multiple_births=int(births), **flags)
    except ValueError as error:
        if isinstance(error, forms.Unclear):
            raise
        raise forms.Unclear("genitore-0", HOUSEHOLD) from error
    language = form.get("lingua", "it")
    return Declared(
        isee, _statement(form), household, forms.words(form, "dsu", needed=False),
        language if language in LANGUAGES else "it",
    )  # fmt: skip


def _members(form: forms.Form) -> Iterator[Member]:
    for name, (role, most) in ROLES.items():
        for at in range(most):
            if form.get(f"{name}-{at}", "").strip():
                degree = form.get(f"{name}-{at}-disabilita", "")
                yield Member(
                    role,
                    forms.day(form, f"{name}-{at}"),
                    Disability(degree) if degree in set(Disability) else None,
                    dependent=bool(form.get(f"{name}-{at}-carico")),
                    works=bool(form.get(f"{name}-{at}-lavora")),
                )


def _statement(form: forms.Form) -> Isee | None:
    if not form.get("isee-tipo"):
        return None
    try:
        return Isee(
            IseeKind(form["isee-tipo"]), forms.day(form, "isee-data"), forms.day(form, "isee-fine")
        )
    except ValueError as error:
        raise forms.Unclear("isee-tipo", STATEMENT) from error


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the form's fields, by name; and how many rows each kind of member has."""

    values: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, tuple[Role, int]] = field(default_factory=lambda: ROLES)

    def __getitem__(self, name: str) -> str:
        """One field; empty where nothing stands in it."""
        return self.values.get(name, "")


def filled(one: Declared) -> Filled:
    """What an application declares, as the form shows it."""
    values = {"isee": euro_text(one.isee), "dsu": one.dsu, "lingua": one.language}
    if one.statement is not None:
        values |= {
            "isee-tipo": str(one.statement.kind),
            "isee-data": one.statement.signed_on.isoformat(),
            "isee-fine": one.statement.valid_until.isoformat(),
        }
    values |= {sent: "1" for name, sent in FLAGS.items() if getattr(one.household, name)}
    if one.household.multiple_births:
        values["gemelli"] = str(one.household.multiple_births)
    for name, (role, _most) in ROLES.items():
        members = [member for member in one.household.members if member.role is role]
        for at, member in enumerate(members):
            values |= _filled_member(f"{name}-{at}", member)
    return Filled(values)


def _filled_member(name: str, member: Member) -> dict[str, str]:
    values = {name: member.birth.isoformat(), f"{name}-disabilita": str(member.disability or "")}
    values |= {f"{name}-lavora": "1"} if member.works else {}
    return values | ({f"{name}-carico": "1"} if member.dependent else {})
