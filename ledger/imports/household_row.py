"""One application of a list: who asks, ISEE with its statement, household; or its faults.

A statement holds until the end of the year in which it was signed, a current one only as long as
the list says (DPCM 159/2013, art. 9 and 10). Not here: files and titles (`household_lists`).
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from stdnum.exceptions import ValidationError
from stdnum.it import codicefiscale

from ledger.core.entitlement.household import OF_AGE, Household
from ledger.core.entitlement.isee import Isee, IseeKind
from ledger.core.quantities import Amount, Instant
from ledger.imports.cells import fiscal_code
from ledger.imports.columns import plain
from ledger.imports.faults import Fault
from ledger.imports.household_cells import Cells, Notice, years_between
from ledger.imports.household_members import read_household

KINDS: Final = {
    "": IseeKind.ORDINARY,
    "ordinario": IseeKind.ORDINARY,
    "standard": IseeKind.ORDINARY,
    "minorenni": IseeKind.MINORS,
    "minori": IseeKind.MINORS,
    "corrente": IseeKind.CURRENT,
    "famiglie e inclusione": IseeKind.FAMILY_INCLUSION,
    "famiglie inclusione": IseeKind.FAMILY_INCLUSION,
    "prestazioni familiari e inclusione": IseeKind.FAMILY_INCLUSION,
}
LANGUAGES: Final = {
    "italiano": "it", "inglese": "en", "francese": "fr", "spagnolo": "es", "rumeno": "ro",
    "romeno": "ro", "albanese": "sq", "arabo": "ar", "ucraino": "uk", "cinese": "zh",
    "bengalese": "bn", "hindi": "hi", "punjabi": "pa", "urdu": "ur", "portoghese": "pt",
}  # fmt: skip
EXAMPLE_CODE: Final = "SMPDAA86E41F205O"  # Of nobody: who left it in the template is told.
_DSU: Final = re.compile(r"INPS-ISEE-(20\d\d)-\d{8}[A-Z]-\d{2}", re.ASCII)
_CODE: Final = re.compile(r"[a-z]{2}")


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """One application. `isee_cents` in cents; `dsu`: its protocol, or nothing.

    `received`: when it came in (its day's first instant where no hour is told), `filing_number`:
    under which number; `protected`: its address is shown to nobody. The applicant is the first
    member of `household`.
    """

    line: int
    fiscal_code: str
    surname: str
    name: str
    isee_cents: Amount
    statement: Isee | None
    dsu: str
    household: Household
    language: str
    received: Instant | None
    filing_number: str
    protected: bool
    notices: tuple[Notice, ...] = ()


def read_row(cells: Cells) -> HouseholdRow | None:
    """The application in a row; None with its faults in `cells`."""
    code = fiscal_code(cells.text("fiscal_code"))
    if code is None:
        cells.refuse("fiscal_code", Fault.FISCAL_CODE)
    surname, name = cells.short_text("surname"), cells.short_text("name")
    if not (surname or name):
        cells.refuse("surname", Fault.NAME_MISSING)
    birth = _applicant_birth(cells, code)
    household = read_household(cells, birth or cells.on)
    isee, (statement, dsu) = cells.amount("isee"), _statement(cells)
    language, received = _language(cells), cells.moment("received")
    filing_number = cells.short_text("filing_number")
    if protected := cells.flag("protected"):
        cells.notice(Notice.PROTECTED_ADDRESS)
    if cells.problems or code is None or household is None:
        return None
    if code == EXAMPLE_CODE:
        cells.notice(Notice.EXAMPLE)
    if years_between(household.members[0].birth, cells.on) < OF_AGE:
        cells.notice(Notice.MINOR_APPLICANT)
    return HouseholdRow(
        cells.line, code, surname, name, isee, statement, dsu, household, language, received,
        filing_number, protected, tuple(cells.notices),
    )  # fmt: skip


def _applicant_birth(cells: Cells, code: str | None) -> date | None:
    """From its own column, which agrees with the fiscal code; else from the code.

    A code has two digits for the year: the latest that has come is meant.
    """
    told = cells.birth("birth")
    said = None if code is None else birth_in_code(code, on=cells.on)
    if told is None and said is None and code is not None and not cells.text("birth"):
        cells.refuse("birth", Fault.BIRTH_MISSING)
    if told and said and _digits(told) != _digits(said):
        cells.refuse("birth", Fault.BIRTH_DIFFERS)
    return told or said


def _digits(birth: date) -> tuple[int, int, int]:
    """What a fiscal code says of a birth day."""
    return birth.year % 100, birth.month, birth.day


def birth_in_code(code: str, *, on: date) -> date | None:
    """The birth day in a fiscal code, the latest that has come by `on`; a provisional has none."""
    for years in (99, 100):
        try:
            birth: date = codicefiscale.get_birth_date(code, minyear=on.year - years)
        except ValidationError:
            continue
        if birth <= on:
            return birth
    return None


def _statement(cells: Cells) -> tuple[Isee | None, str]:
    """The statement and its protocol; without a day of signing there is none."""
    kind = KINDS.get(plain(cells.text("isee_kind")).removeprefix("isee").strip())
    if kind is None:
        cells.refuse("isee_kind", Fault.ISEE_KIND)
    signed, until = cells.past_day("signed_on"), cells.day("valid_until")
    dsu = _protocol(cells, signed)
    if signed and until is None and kind is not IseeKind.CURRENT:
        until = date(signed.year, 12, 31)
    if kind is None or signed is None or until is None:
        cells.notice(Notice.NO_STATEMENT)
        return None, dsu
    if until < signed:
        cells.refuse("valid_until", Fault.STATEMENT)
        return None, dsu
    statement = Isee(kind, signed, until)
    if statement.objection(cells.on):
        cells.notice(Notice.STATEMENT_UNUSABLE)
    return statement, dsu


def _protocol(cells: Cells, signed: date | None) -> str:
    """`INPS-ISEE-2026-12345678A-00`, of the year in which it was signed; or nothing."""
    text = re.sub(r"\s+", "", cells.text("dsu")).upper()
    found = _DSU.fullmatch(text)
    if text and (found is None or (signed and signed.year != int(found[1]))):
        cells.refuse("dsu", Fault.PROTOCOL)
    return text


def _language(cells: Cells) -> str:
    """Two letters; Italian where nothing is said."""
    said = plain(cells.text("language"))
    code = LANGUAGES.get(said, said or "it")
    if not _CODE.fullmatch(code):
        cells.refuse("language", Fault.LANGUAGE)
    return code
