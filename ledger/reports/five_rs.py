"""The 5R report: every figure of a period, per comune or of the whole Rete, with its entries.

Amounts in cents, hours in minutes. A discount counts for the comune of its shop; donations to the
Rete's fund belong to no single comune. Source: domain.md 4.2.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Connection, text

from ledger.core.chart import CIRCUIT_BOOK
from ledger.core.circuit.five_rs import (
    PASSED_ON,
    PUBLIC,
    Figure,
    Reach,
    Tally,
    hours_in_cents,
    ratio,
)
from ledger.core.ids import derived_id
from ledger.core.programmes import starts_at
from ledger.core.quantities import Instant
from ledger.reports.rows import first_row, query
from ledger.store.book import Ledger
from ledger.store.columns import Id

Told: TypeAlias = "str | int | dict[str, Told] | None"
ALL_COMUNI = 0  # As `home`: no comune has this book.
IDS = ("debit", "credit", "origin", "debit_owner", "credit_owner")
MOVES = text(
    """
    SELECT t.book_no, t.log_index, d.kind AS entry, da.kind AS debit_kind, ca.kind AS credit_kind,
           t.amount, t.debit, t.credit, o.debit AS origin, da.owner AS debit_owner,
           ca.owner AS credit_owner
      FROM decision d
      JOIN transfer t ON t.book_no = d.book_no AND t.log_index = d.log_index
      JOIN account da ON da.book_no = t.book_no AND da.account_id = t.debit
      JOIN account ca ON ca.book_no = t.book_no AND ca.account_id = t.credit
      LEFT JOIN transfer o ON o.book_no = t.book_no AND o.seq = t.undoes
     WHERE d.book_no = :book_no AND d.recorded_at >= :since AND d.recorded_at < :until
       AND t.phase IN ('posted', 'used')
     ORDER BY t.seq
    """
).columns(**{name: Id() for name in IDS})
SOURCES = text(
    """
    SELECT v.voucher_id AS account, s.kind FROM voucher v
      JOIN source s ON s.book_no = v.book_no AND s.fund = v.fund WHERE v.book_no = :book_no
    UNION ALL SELECT s.fund, s.kind FROM source s WHERE s.book_no = :book_no
    """
).columns(account=Id())
CARRIED = text(
    "SELECT DISTINCT phone_id, voucher_id FROM phone_credential"
    " WHERE book_no = :book_no AND voucher_id IS NOT NULL"
).columns(phone_id=Id(), voucher_id=Id())
HOUSEHOLDS = text(
    """
    SELECT DISTINCT v.family_id FROM voucher v
      JOIN decision d ON d.book_no = v.book_no AND d.log_index = v.log_index
     WHERE v.book_no = :book_no AND d.recorded_at >= :since AND d.recorded_at < :until
    """
).columns(family_id=Id())


@dataclass(frozen=True, slots=True)
class _Ended:
    face_cents: int
    unspent_cents: int


ENDED = query(
    """
    SELECT CAST(COALESCE(SUM(v.face_cents), 0) AS BIGINT) AS face_cents,
           CAST(COALESCE(SUM((SELECT SUM(t.amount) FROM transfer t
             JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
             JOIN account ca ON ca.book_no = t.book_no AND ca.account_id = t.credit
            WHERE t.book_no = v.book_no AND t.debit = v.voucher_id AND ca.kind = 'fund'
              AND d.kind IN ('expiry', 'redemption', 'offline_redemption'))), 0) AS BIGINT)
             AS unspent_cents
      FROM voucher v
     WHERE v.book_no = :book_no AND v.ends_at >= :since AND v.ends_at < :until
    """,
    _Ended,
)


@dataclass(frozen=True, slots=True)
class FiveRs:
    """All figures of a period; `comune`: its name, or None for the Rete."""

    begins: date
    ends: date
    comune: str | None
    tally: Tally
    reach: Reach

    def told(self) -> dict[str, Told]:
        """Each R with its inputs and the entries behind each; a ratio that has none is null."""
        tally, reach = self.tally, self.reach
        spent, fund, bonus = (tally.total(name) for name in ("spent", "fund", "bonus"))
        public, hours = tally.total("spent", PUBLIC), tally.total("hours")
        given = hours_in_cents(hours.amount) + fund.amount + bonus.amount
        issued = tally.total("issued")
        return {
            "from": self.begins.isoformat(),
            "to": self.ends.isoformat(),
            "comune": self.comune,
            "raccogliere": {"by_source": self._collected()},
            "redistribuire": {
                "issued": _cents(issued), "spent": _cents(spent), "households": reach.households,
                "ended_cents": reach.ended_cents, "unspent_cents": reach.unspent_cents,
                "unspent_share": ratio(reach.unspent_cents, reach.ended_cents),
            },
            "rigenerare": {
                "fund": _cents(fund), "spent": _cents(spent),
                "rate": ratio(fund.amount, spent.amount),
            },
            "rendere": {
                "hours": _minutes(hours), "fund": _cents(fund), "bonus": _cents(bonus),
                "public_spent": _cents(public), "yield": ratio(given, public.amount),
            },
            "responsabilizzare": {
                "households": reach.households, "giving_back": reach.giving_back,
                "hours": _minutes(hours), "share": ratio(reach.giving_back, reach.households),
                "hours_per_household": ratio(hours.amount, reach.households * 60),
            },
        }  # fmt: skip

    def _collected(self) -> dict[str, Told]:
        """Money from outside, a line a source; what the fund passes on was counted before."""
        tally = self.tally
        lines: dict[str, Told] = {
            source: _cents(tally.of["funding", source])
            for source in tally.sources("funding")
            if source != PASSED_ON
        }
        fund, bonus = tally.total("fund"), tally.total("bonus")
        lines["discounts"] = {
            "cents": fund.amount + bonus.amount, "entries": max(fund.entries, bonus.entries),
        }  # fmt: skip
        return lines | {"social_fund_donations": _cents(tally.total("donated"))}


def _cents(one: Figure) -> dict[str, Told]:
    return {"cents": one.amount, "entries": one.entries}


def _minutes(one: Figure) -> dict[str, Told]:
    return {"minutes": one.amount, "entries": one.entries}


def five_rs(ledger: Ledger, begins: date, ends: date, comune: str | None = None) -> FiveRs:
    """The report from one day to another, both included. Errors: `LookupError` for no comune."""
    since, until = starts_at(begins), starts_at(ends + timedelta(days=1))
    span = {"since": since, "until": until}
    home = ALL_COMUNI if comune is None else ledger.book(comune).book_no
    books = [one for one in ledger.books() if comune is None or one.name in {comune, CIRCUIT_BOOK}]
    tally, families = Tally(), set[UUID]()
    givers, ended, unspent = set[UUID](), 0, 0
    with ledger.reading() as db:
        shops = _homes(db, "shop")
        for book in books:
            given = {"book_no": book.book_no, **span}
            if book.name == CIRCUIT_BOOK:
                givers |= _count_circuit(db, tally, given, home, shops, _homes(db, "family"))
                continue
            _count_comune(db, tally, given)
            families |= {row[0] for row in db.execute(HOUSEHOLDS, given)}
            told = first_row(db, ENDED, _Ended, given)
            assert told is not None
            ended, unspent = ended + told.face_cents, unspent + told.unspent_cents
    reach = Reach(len(families), len(families & givers), ended, unspent)
    return FiveRs(begins, ends, comune, tally, reach)


def _homes(db: Connection, table: str) -> Mapping[UUID, int]:
    statement = text(f"SELECT {table}_id AS id, book_no FROM {table}").columns(id=Id())  # noqa: S608 -- our two names.
    return {row[0]: row[1] for row in db.execute(statement)}


def _moves(db: Connection, given: Mapping[str, int]) -> Iterator[Any]:
    yield from db.execution_options(yield_per=2_000).execute(MOVES, dict(given))


def _count_comune(db: Connection, tally: Tally, given: Mapping[str, int]) -> None:
    """Each with the source of its money: of the voucher that gave it, or the fund it came into."""
    book_no = {"book_no": given["book_no"]}
    kinds = {row.account: row.kind for row in db.execute(SOURCES, book_no)}
    for row in db.execute(CARRIED, book_no):
        reserve = derived_id("device_reserve", row.phone_id, row.voucher_id)
        kinds[reserve] = kinds.get(row.voucher_id, "")
    for one in _moves(db, given):
        at = (one.origin, one.debit, one.credit)
        of = next((kinds[account] for account in at if account in kinds), "")
        way = (one.entry, one.debit_kind, one.credit_kind)
        tally.add((one.book_no, one.log_index), way, one.amount, of)


def _count_circuit(  # noqa: PLR0917 -- whose the shops and families are.
    db: Connection, tally: Tally, given: Mapping[str, Instant], home: int,
    shops: Mapping[UUID, int], families: Mapping[UUID, int],
) -> set[UUID]:  # fmt: skip
    """Of one comune: what its shops and families did. Gives who gave hours back."""
    givers = set()
    for one in _moves(db, given):
        shop = shops.get(one.debit_owner) or shops.get(one.credit_owner)
        family = families.get(one.credit_owner)
        is_hours = one.credit_kind == "member"
        if home not in {ALL_COMUNI, family if is_hours else shop}:
            continue
        if is_hours:
            givers.add(one.credit_owner)
        way = (one.entry, one.debit_kind, one.credit_kind)
        tally.add((one.book_no, one.log_index), way, one.amount, "")
    return givers
