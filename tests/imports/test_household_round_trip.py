"""Any households, written as text in any accepted way, are read back as they were."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.core.entitlement.household import Household, Member, Role
from ledger.core.entitlement.isee import Isee, IseeKind
from ledger.core.quantities import euro_text
from ledger.imports.household_columns import TEMPLATE_MEMBERS, TITLES, title_of
from ledger.imports.household_row import KINDS, HouseholdRow
from tests.imports.household_files import ON, code_of, read

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NAMES = st.text("abcdefghilmnopqrstuvzàèéìòùÀÈ’'- ;,\"\t=+@", min_size=1, max_size=30).filter(
    lambda text: text == text.strip() and "\t" not in text
)
WAYS: Sequence[Callable[[date], str]] = (
    lambda day: f"{day:%d/%m/%Y}",
    lambda day: day.isoformat(),
    lambda day: f"{day.day}/{day.month}/{day.year}",
    lambda day: f"{day:%d-%m-%Y}",
    lambda day: f"{day:%d.%m.%Y}",
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "windows-1252")
SAID: Mapping[bool, Sequence[str]] = {True: ("sì", "SI", "x", "1", "vero"), False: ("", "no", "0")}
KIND_WORDS = {kind: words for words, kind in KINDS.items()}


def days(first: date, last: date = ON) -> st.SearchStrategy[date]:
    return st.dates(first, last)


@st.composite
def rows(draw: st.DrawFn, number: int) -> HouseholdRow:
    """A row that can be; its code is nobody else's in the file."""
    birth = draw(days(ON - timedelta(days=80 * 365), ON - timedelta(days=19 * 365)))
    letters = f"RSS{LETTERS[number % 26]}{LETTERS[number // 26]}A"
    works, lone = draw(st.booleans()), draw(st.booleans())
    others = [] if lone else draw(st.lists(days(date(1930, 1, 1)), max_size=2))
    children = draw(st.lists(days(date(2009, 1, 1)), unique=True, max_size=10))
    relatives = draw(st.lists(days(date(1920, 1, 1)), max_size=3))
    members = (
        *(Member(Role.ADULT, one, works=works) for one in (birth, *others)),
        *(Member(Role.CHILD, one) for one in children),
        *(Member(Role.RELATIVE, one) for one in relatives),
    )
    flags = {name: draw(st.booleans()) for name in ("widowed", "pregnancy", "job_loss", "mortgage")}
    signed = draw(days(date(2026, 1, 1)))
    until = draw(days(ON, date(2027, 12, 31)))
    kind = draw(st.sampled_from([IseeKind.ORDINARY, IseeKind.MINORS, IseeKind.CURRENT]))
    return HouseholdRow(
        0, code_of(letters, birth), draw(NAMES), draw(NAMES), draw(st.integers(0, 10**8)),
        Isee(kind, signed, until), f"INPS-ISEE-2026-{number:08d}A-00",
        Household(members, ON, lone_parent=lone, **flags), draw(st.sampled_from(["it", "en"])),
        None, str(number), draw(st.booleans()),
    )  # fmt: skip


def titles(name: str) -> Sequence[str]:
    kind, _, number = name.partition("_birth_")
    if not number:
        return TITLES[name]
    word = TEMPLATE_MEMBERS[kind]
    return (
        title_of(name), f"{word} {number}", f"Data di nascita {word} {number}",
        f"{number}° {word.upper()} - data nascita", f"{word}_{number}_nascita",
    )  # fmt: skip


@st.composite
def lists(draw: st.DrawFn) -> tuple[list[HouseholdRow], bytes]:
    """Rows, and one of the files that say them."""
    given_rows = [draw(rows(number)) for number in range(draw(st.integers(1, 4)))]
    way, together = draw(st.sampled_from(WAYS)), draw(st.booleans())
    told = [_told(draw, row, way, together=together) for row in given_rows]
    names = draw(st.permutations(sorted({name for cells in told for name in cells})))
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=draw(st.sampled_from(";,\t")))
    writer.writerow([draw(st.sampled_from(titles(name))) for name in names])
    writer.writerows([cells.get(name, "") for name in names] for cells in told)
    return given_rows, written.getvalue().encode(draw(st.sampled_from(ENCODINGS)))


def _told(
    draw: st.DrawFn, row: HouseholdRow, way: Callable[[date], str], *, together: bool
) -> dict[str, str]:
    house, statement = row.household, row.statement
    assert statement is not None
    births = {role: [way(one.birth) for one in house.members if one.role is role] for role in Role}
    cells = {
        "fiscal_code": row.fiscal_code, "surname": row.surname, "name": row.name,
        "isee": euro_text(row.isee_cents), "isee_kind": KIND_WORDS[statement.kind],
        "dsu": row.dsu, "signed_on": way(statement.signed_on),
        "valid_until": way(statement.valid_until), "language": row.language,
        "filing_number": row.filing_number, "protected": draw(st.sampled_from(SAID[row.protected])),
        "works": draw(st.sampled_from(SAID[house.adults[0].works])),
        "members": str(len(house.members)),
    }  # fmt: skip
    for name in ("lone_parent", "widowed", "pregnancy", "job_loss", "mortgage"):
        cells[name] = draw(st.sampled_from(SAID[getattr(house, name)]))
    told = (
        ("adult", births[Role.ADULT][1:], 2),
        ("child", births[Role.CHILD], 1),
        ("relative", births[Role.RELATIVE], 1),
    )
    for kind, said, first in told:
        if together:
            cells[f"{kind}_births"] = draw(st.sampled_from(("; ", ", ", " "))).join(said)
        else:
            cells |= {f"{kind}_birth_{at}": one for at, one in enumerate(said, first)}
    return cells


@given(lists())
@settings(max_examples=150, deadline=None)
def test_households_are_read_back_as_they_were(made: tuple[list[HouseholdRow], bytes]) -> None:
    wanted, data = made
    found = read(data)
    assert found.problems == ()
    assert [comparable(row) for row in found.rows] == [comparable(row) for row in wanted]
    assert found.isee_in_file == sum(row.isee_cents for row in wanted)
    assert found.dropped == ()


def comparable(row: HouseholdRow) -> tuple[object, ...]:
    return (
        row.fiscal_code, row.surname, row.name, row.isee_cents, row.statement, row.dsu,
        row.household, row.language, row.filing_number, row.protected,
    )  # fmt: skip
