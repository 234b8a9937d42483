"""What the SIUSS is told of each family's benefits: the fields known, under names the comune gives.

Field names and benefit codes are in a guide that we do not have, so none is made up: while one is
missing there is no file. Fiscal codes are opened here, for who may see them. Amounts in cents.
Source: domain.md 6 (SIUSS), 11.3.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from ledger.core.programmes import ends_at, starts_at
from ledger.core.quantities import Amount, Unit
from ledger.reports.public_totals import ISSUED, MEASURED, SPENT
from ledger.reports.rows import query, rows
from ledger.store.applications import opened
from ledger.store.book import Ledger
from ledger.store.network.credentials import people_of
from ledger.store.people import papers_of
from ledger.store.registers.calls import applications_of, calls_of
from ledger.store.registers.siuss import TakenFile, siuss_words, taken_files


class Field(StrEnum):
    """What is known of a benefit, in the order of the columns."""

    FISCAL_CODE = "fiscal_code"
    PAYING_BODY = "paying_body"
    BENEFIT_CODE = "benefit_code"
    AMOUNT = "amount"
    FIRST_DAY = "first_day"
    LAST_DAY = "last_day"
    DSU = "dsu"


MEASURES: Final[Mapping[str, str]] = {"given": ISSUED, "spent": SPENT}
BODY: Final = "body"


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a comune typed: a name for each field, who it is, a code for each programme's unit."""

    names: Mapping[Field, str]
    body: str
    codes: Mapping[Unit, str]

    def missing(self, units: Sequence[Unit]) -> tuple[str, ...]:
        """What is not there yet: names of fields, `body`, units without a code."""
        fields = [str(field) for field in Field if not self.names.get(field)]
        body = [] if self.body else [BODY]
        return (*fields, *body, *(unit for unit in units if not self.codes.get(unit)))

    def words(self) -> dict[str, str]:
        """As it is kept."""
        names = {f"name:{field}": text for field, text in self.names.items()}
        return names | {BODY: self.body} | {f"code:{one}": text for one, text in self.codes.items()}


def mapped(ledger: Ledger, book_no: int) -> Mapped:
    """What a comune typed so far."""
    with ledger.reading() as db:
        words = siuss_words(db, book_no)
    names = {field: words.get(f"name:{field}", "") for field in Field}
    codes = {
        name.removeprefix("code:"): text for name, text in words.items() if name.startswith("code:")
    }
    return Mapped(names, words.get(BODY, ""), codes)


@dataclass(frozen=True, slots=True)
class Benefit:
    """What one family had of one programme in a period. `dsu` empty where none was told."""

    unit: Unit
    family_id: UUID
    cents: Amount
    fiscal_code: str = ""
    dsu: str = ""


@dataclass(frozen=True, slots=True)
class _Sum:
    unit: Unit
    programme_id: UUID
    family_id: UUID
    cents: Amount


BENEFITS = query(
    f"""
    SELECT m.unit, v.programme_id, v.family_id, CAST(SUM(m.sign * m.amount) AS BIGINT) AS cents
      FROM ({MEASURED}) m
      JOIN voucher v ON v.book_no = :book_no AND v.voucher_id = m.voucher_id
     WHERE m.measure = :measure
     GROUP BY m.unit, v.programme_id, v.family_id
    HAVING SUM(m.sign * m.amount) > 0
     ORDER BY m.unit, v.family_id
    """,  # noqa: S608 -- a fragment of ours.
    _Sum,
    ids="programme_id family_id",
)


def units_told(
    ledger: Ledger, book_no: int, first: date, last: date, measure: str
) -> dict[Unit, int]:
    """How many families had something of each programme; nothing is opened."""
    found: dict[Unit, int] = {}
    for one in _sums(ledger, book_no, first, last, measure):
        found[one.unit] = found.get(one.unit, 0) + 1
    return found


def benefits(
    ledger: Ledger, book_no: int, first: date, last: date, measure: str
) -> tuple[Benefit, ...]:
    """Each family's sum of each programme, from a day in Rome to another, with its fiscal code.

    Whoever was erased has no fiscal code any more, and is left out.
    """
    sums = _sums(ledger, book_no, first, last, measure)
    with ledger.reading() as db:
        people = people_of(db, [one.family_id for one in sums])
    papers = papers_of(ledger, list(people.values()), fields=("fiscal_code",))
    protocols = _protocols(ledger, book_no)
    found = [
        Benefit(
            one.unit, one.family_id, one.cents,
            papers.get(people[one.family_id], {}).get("fiscal_code", ""),
            protocols.get((one.programme_id, one.family_id), ""),
        )
        for one in sums
        if one.family_id in people
    ]  # fmt: skip
    return tuple(sorted((o for o in found if o.fiscal_code), key=lambda o: (o.unit, o.fiscal_code)))


def _sums(ledger: Ledger, book_no: int, first: date, last: date, measure: str) -> tuple[_Sum, ...]:
    given = {"book_no": book_no, "since": starts_at(first), "until": ends_at(last)}
    with ledger.reading() as db:
        return rows(db, BENEFITS, _Sum, given | {"measure": MEASURES[measure]})


def _protocols(ledger: Ledger, book_no: int) -> dict[tuple[UUID, UUID], str]:
    """The statement's protocol by programme and family, as the newest application told it."""
    found: dict[tuple[UUID, UUID], str] = {}
    with ledger.reading() as db:
        calls = [
            (call, applications_of(db, call.call_id)) for call in reversed(calls_of(db, book_no))
        ]
    for call, applied in calls:
        declared = opened(ledger, applied)
        for row in applied:
            said = declared.get(row.application_id)
            if said is not None and said.dsu:
                found[call.programme_id, row.family_id] = said.dsu
    return found


def files_taken(ledger: Ledger, book_no: int) -> tuple[TakenFile, ...]:
    """The files that left this comune, newest first."""
    with ledger.reading() as db:
        return taken_files(db, book_no)
