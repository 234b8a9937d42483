"""A household as somebody types it to see a fee: ages and burdens, no name; nothing is kept.

Ages are those of the day of asking. Not here: what is paid (`ledger.core.entitlement.tariff`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from ledger.core.entitlement.household import Disability, Household, Member, Role
from ledger.core.entitlement.tariff import Tariff
from ledger.core.quantities import Amount, parse_euro
from wallet_web.languages import mark
from wallet_web.unclear import Unclear

CHILDREN: Final = 6
MOST_ADULTS: Final = 8
MOST_CHILD_AGE: Final = 60
FLAGS: Final = ("lone_parent", "widowed", "pregnancy", "job_loss", "mortgage")
ISEE: Final = mark("Scrivi l’ISEE così: 12.345,67.")
WHOLE: Final = mark("Scrivi un numero intero, o lascia vuoto.")
ODD_HOME: Final = mark("Questa famiglia non sta in piedi: controlla quanti siete e le età.")


@dataclass(frozen=True, slots=True)
class Case:
    """What was typed, read: the ISEE in cents, and the household."""

    isee: Amount
    household: Household


def wants_household(tariff: Tariff) -> bool:
    """Whether a fee depends on more than the ISEE."""
    return str(tariff.meter) == "isee_ff" or tariff.rule.per is not None


def case_of(form: Mapping[str, str], tariff: Tariff, today: date) -> Case:
    """A case from a form. Errors: `Unclear`, naming the field."""
    try:
        isee = parse_euro(form.get("isee", ""))
    except ValueError:
        raise Unclear("isee", ISEE) from None
    if not wants_household(tariff):
        return Case(isee, Household((Member(Role.ADULT, _born(40, today)),), today))
    return Case(isee, _household(form, today))


def _household(form: Mapping[str, str], today: date) -> Household:
    adults, working = (_number(form, name, MOST_ADULTS) for name in ("adulti", "lavorano"))
    members = [
        Member(Role.ADULT, _born(40, today), works=at < working) for at in range(adults or 1)
    ]
    for at in range(CHILDREN):
        if form.get(f"figlio-{at}", "").strip():
            age = _number(form, f"figlio-{at}", MOST_CHILD_AGE)
            members.append(Member(Role.CHILD, _born(age, today), dependent=True))
    for at, degree in enumerate(_degrees(form)):
        if at < len(members):
            members[at] = replace(members[at], disability=degree)
    flags = {name: bool(form.get(name)) for name in FLAGS}
    births = _number(form, "gemelli", CHILDREN)
    try:
        return Household(tuple(members), today, multiple_births=births, **flags)
    except ValueError:
        raise Unclear("adulti", ODD_HOME) from None


def _degrees(form: Mapping[str, str]) -> Iterator[Disability]:
    """A degree for each disabled member; nothing that is reckoned asks who."""
    for degree in Disability:
        yield from [degree] * _number(form, str(degree), MOST_ADULTS)


def _number(form: Mapping[str, str], name: str, most: int) -> int:
    text = form.get(name, "").strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(most)) or int(text) > most:
        raise Unclear(name, WHOLE)
    return int(text)


def _born(age: int, today: date) -> date:
    """A birthday of somebody of this age today."""
    return date(today.year - age, 1, 1)
