"""The 5R report: every figure of a period, of the Rete, a comune or a programme, with its entries.

Cents, minutes. A discount counts for the comune of its shop; donations to the Rete's fund belong to
no comune, the circuit's figures to no programme. Not here: which transfers count (`five_rs_moves`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final, TypeAlias
from uuid import UUID

from sqlalchemy import Connection, text

from ledger.core.chart import CIRCUIT_BOOK
from ledger.core.circuit.five_rs import (
    PASSED_ON,
    PUBLIC,
    Figure,
    Reach,
    Tally,
    found_for,
    given_back,
    ratio,
    ratio_of,
)
from ledger.core.circuit.targets import RETE, Aims, Attained, Target, attained, days_of
from ledger.core.programmes import day_of, starts_at
from ledger.core.quantities import Amount, Instant, Unit
from ledger.reports.five_rs_moves import ALL_COMUNI, Counted, People, moves, people, spans
from ledger.reports.rows import first_row, query
from ledger.store.book import Ledger
from ledger.store.columns import Id
from ledger.store.registers.circuit import rules_on

Told: TypeAlias = "str | int | dict[str, Told] | None"
HOUSEHOLDS: Final = text(
    """
    SELECT DISTINCT v.family_id FROM voucher v
      JOIN decision d ON d.book_no = v.book_no AND d.log_index = v.log_index
      JOIN programme p ON p.book_no = v.book_no AND p.programme_id = v.programme_id
     WHERE v.book_no = :book_no AND d.recorded_at >= :since AND d.recorded_at < :until
       AND (:unit = '' OR p.unit = :unit)
    """
).columns(family_id=Id())
PROGRAMMES: Final = text(
    """
    SELECT p.unit, v.title FROM programme p
      JOIN programme_version v ON v.book_no = p.book_no AND v.programme_id = p.programme_id
     WHERE p.book_no = :book_no ORDER BY p.unit, v.version
    """
)


@dataclass(frozen=True, slots=True)
class _Ended:
    face_cents: int
    unspent_cents: int


ENDED: Final = query(
    """
    SELECT CAST(COALESCE(SUM(v.face_cents), 0) AS BIGINT) AS face_cents,
           CAST(COALESCE(SUM((SELECT SUM(t.amount) FROM transfer t
             JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
             JOIN account ca ON ca.book_no = t.book_no AND ca.account_id = t.credit
            WHERE t.book_no = v.book_no AND t.debit = v.voucher_id AND ca.kind = 'fund'
              AND d.kind IN ('expiry', 'redemption', 'offline_redemption'))), 0) AS BIGINT)
             AS unspent_cents
      FROM voucher v
      JOIN programme p ON p.book_no = v.book_no AND p.programme_id = v.programme_id
     WHERE v.book_no = :book_no AND v.ends_at > :since AND v.ends_at <= :until
       AND (:unit = '' OR p.unit = :unit)
    """,
    _Ended,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is of: both days included; `comune`: None for the Rete, a book's name else.

    `unit`: one programme of that comune, or empty for all of them.
    """

    begins: date
    ends: date
    comune: str | None = None
    unit: Unit = ""

    @property
    def since(self) -> Instant:
        """Its first instant."""
        return starts_at(self.begins)

    @property
    def until(self) -> Instant:
        """The first instant after it."""
        return starts_at(self.ends + timedelta(days=1))


@dataclass(slots=True)
class Streams:
    """Where the money went: spent, by source, programme's title and kind of shop; and back.

    `discounts`: by kind of shop, the fund's share and the families'. Cents.
    """

    spent: dict[tuple[str, str, str], Amount] = field(default_factory=dict)
    discounts: dict[tuple[str, str], Amount] = field(default_factory=dict)

    def take(self, one: Counted, title: str, category: str) -> None:
        """Add a transfer, if it is one of these."""
        if one.measure == "spent":
            way = (one.of, title, category)
            self.spent[way] = self.spent.get(way, 0) + one.amount
        elif one.measure in {"fund", "bonus"}:
            back = (category, one.measure)
            self.discounts[back] = self.discounts.get(back, 0) + one.amount


@dataclass(frozen=True, slots=True)
class FiveRs:
    """All figures of a period; `months`: by its first day; `aims`: as signed on its last day."""

    asked: Asked
    tally: Tally
    reach: Reach
    months: Mapping[date, Tally]
    streams: Streams
    aims: Aims = field(default_factory=dict)

    def told(self) -> dict[str, Told]:
        """Each R with its inputs and the entries behind each; a ratio that has none is null."""
        asked = self.asked
        told: dict[str, Told] = {
            "from": asked.begins.isoformat(), "to": asked.ends.isoformat(), "comune": asked.comune,
        }  # fmt: skip
        if asked.unit:
            return told | {"programme": asked.unit, **self._of_programme()}
        aims: dict[str, Told] = {str(one.target): _told_target(one) for one in self.targets()}
        return told | self._of_all() | ({"targets": aims} if aims else {})

    def targets(self) -> tuple[Attained, ...]:
        """Each target that was signed, beside what was found; of a programme there are none."""
        asked, found = self.asked, found_for(self.tally, self.reach)
        return attained(self.aims, found, days_of(asked.begins, asked.ends))

    def _of_all(self) -> dict[str, Told]:
        tally, reach = self.tally, self.reach
        spent, fund, bonus = (tally.total(name) for name in ("spent", "fund", "bonus"))
        public, hours = tally.total("spent", PUBLIC), tally.total("hours")
        return {
            "raccogliere": {"by_source": self._funding() | self._circuit()},
            "redistribuire": self._redistributed(),
            "rigenerare": {
                "fund": _cents(fund), "spent": _cents(spent),
                "rate": ratio(fund.amount, spent.amount),
            },
            "rendere": {
                "hours": _minutes(hours), "fund": _cents(fund), "bonus": _cents(bonus),
                "public_spent": _cents(public), "yield": ratio(given_back(tally), public.amount),
            },
            "responsabilizzare": {
                "households": reach.households, "giving_back": reach.giving_back,
                "hours": _minutes(hours), "share": ratio(reach.giving_back, reach.households),
                "hours_per_household": ratio(hours.amount, reach.households * 60),
            },
        }  # fmt: skip

    def _of_programme(self) -> dict[str, Told]:
        """What a programme has of its own: discounts and hours are of no single one."""
        reach = self.reach
        return {
            "raccogliere": {"by_source": self._funding(passed_on=True)},
            "redistribuire": self._redistributed(),
            "responsabilizzare": {
                "households": reach.households, "giving_back": reach.giving_back,
                "share": ratio(reach.giving_back, reach.households),
            },
        }  # fmt: skip

    def _redistributed(self) -> dict[str, Told]:
        tally, reach = self.tally, self.reach
        return {
            "issued": _cents(tally.total("issued")), "spent": _cents(tally.total("spent")),
            "households": reach.households,
            "ended_cents": reach.ended_cents, "unspent_cents": reach.unspent_cents,
            "unspent_share": ratio(reach.unspent_cents, reach.ended_cents),
        }  # fmt: skip

    def _funding(self, *, passed_on: bool = False) -> dict[str, Told]:
        """A line a source. What the fund passes on was counted before, if not for a programme."""
        tally = self.tally
        return {
            source: _cents(tally.of["funding", source])
            for source in tally.sources("funding")
            if passed_on or source != PASSED_ON
        }

    def _circuit(self) -> dict[str, Told]:
        fund, bonus = self.tally.total("fund"), self.tally.total("bonus")
        discounts = Figure(fund.amount + bonus.amount, max(fund.entries, bonus.entries))
        donated = self.tally.total("donated")
        return {"discounts": _cents(discounts), "social_fund_donations": _cents(donated)}


def _told_target(one: Attained) -> dict[str, Told]:
    found = one.found
    if one.target is Target.COLLECTED:
        return {"wanted_cents": one.wanted, "found_cents": found, "reached": one.is_reached}
    told = None if found is None else ratio_of(found)
    return {"wanted": ratio_of(one.wanted), "found": told, "reached": one.is_reached}


def _cents(one: Figure) -> dict[str, Told]:
    return {"cents": one.amount, "entries": one.entries}


def _minutes(one: Figure) -> dict[str, Told]:
    return {"minutes": one.amount, "entries": one.entries}


def five_rs(
    ledger: Ledger, begins: date, ends: date, comune: str | None = None, unit: Unit = ""
) -> FiveRs:
    """The report from one day to another, both included; `unit`: of one programme of a comune.

    Errors: `LookupError` for no such comune or programme.
    """
    asked = Asked(begins, ends, comune, unit)
    home = ALL_COMUNI if comune is None else ledger.book(comune).book_no
    made = FiveRs(asked, Tally(), Reach(0, 0, 0, 0), {}, Streams(), _aims(ledger, asked))
    families, givers, ended = set[UUID](), set[UUID](), [0, 0]
    with ledger.reading() as db:
        known = people(db)
        for book, span in spans(ledger, asked.since, asked.until, comune):
            titles = programme_titles(db, span["book_no"])
            if unit and book != CIRCUIT_BOOK and unit not in titles:
                raise LookupError(unit)
            found = wanted(moves(db, book, span, known), asked, home)
            givers |= _count(made, found, titles, known)
            if book != CIRCUIT_BOOK:
                families |= {row[0] for row in db.execute(HOUSEHOLDS, {**span, "unit": unit})}
                term = term_of(ledger, span, unit)
                told = first_row(db, ENDED, _Ended, term)
                assert told is not None
                ended = [ended[0] + told.face_cents, ended[1] + told.unspent_cents]
    reach = Reach(len(families), len(families & givers), *ended)
    return replace(made, reach=reach)


def _aims(ledger: Ledger, asked: Asked) -> Aims:
    """The targets in force on its last day."""
    circuit = next((book for book in ledger.books() if book.name == CIRCUIT_BOOK), None)
    if circuit is None or asked.unit:
        return {}
    with ledger.reading() as db:
        found = rules_on(db, circuit.book_no, asked.ends.isoformat())
    return found.rules.aims(asked.comune or RETE) if found else {}


def term_of(ledger: Ledger, span: Mapping[str, Instant], unit: Unit) -> dict[str, Instant | Unit]:
    """The span in which a voucher's term has ended: one that runs on has nothing unspent yet."""
    return {**span, "unit": unit, "until": min(span["until"], ledger.clock())}


def programme_titles(db: Connection, book_no: int) -> dict[Unit, str]:
    """How each programme of a book is called now, by its unit."""
    return {row.unit: row.title for row in db.execute(PROGRAMMES, {"book_no": book_no})}


def wanted(found: Iterator[Counted], asked: Asked, home: int) -> Iterator[Counted]:
    """Of one comune: what its shops and families did; of one programme: what is its own."""
    for one in found:
        is_own = asked.unit in {"", one.unit} or one.measure == "hours"
        if home in {ALL_COMUNI, one.home} and is_own:
            yield one


def _count(
    made: FiveRs, found: Iterator[Counted], titles: Mapping[Unit, str], known: People
) -> set[UUID]:
    """Add it all up; gives who gave hours back."""
    givers, months = set[UUID](), made.months
    assert isinstance(months, dict)
    month, ends = made.tally, 0
    for one in found:
        if one.recorded_at >= ends:
            first = day_of(one.recorded_at).replace(day=1)
            ends = starts_at((first + timedelta(days=31)).replace(day=1))
            month = months.setdefault(first, Tally())
        for tally in (made.tally, month):
            tally.take((one.book_no, one.log_index), one.measure, one.amount, one.of)
        shop = known.shops.get(one.shop) if one.shop else None
        made.streams.take(one, titles.get(one.unit, ""), shop.category if shop else "")
        if one.measure == "hours" and one.family:
            givers.add(one.family)
    return givers
