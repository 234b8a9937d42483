"""Programmes with their versions and sources: rows that ride a request, and reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, text
from sqlalchemy import column as c

from ledger.core.ids import AccountId
from ledger.core.programmes import Terms, ends_at, starts_at
from ledger.core.quantities import Amount, Instant, Unit
from ledger.core.requests import Row, Value
from ledger.core.till_rules import TillRules, read_rules
from ledger.store.columns import Id


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme in its latest version."""

    id: UUID
    programme_no: int
    unit: Unit
    treasury: AccountId
    offline_risk: AccountId
    version: int
    title: str
    summary: str
    starts_on: str
    ends_on: str
    starts_at: Instant
    ends_at: Instant
    categories: str
    vat_kind: str
    rules: str

    @property
    def till_rules(self) -> TillRules:
        """Its rules at the till, for what is issued now."""
        return read_rules(self.rules)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a programme's money comes from: one fund account each."""

    fund: AccountId
    programme_id: UUID
    kind: str
    name: str
    gift_allowed: bool


def programme_row(
    programme_id: UUID, number: int, unit: Unit, treasury: AccountId, risk: AccountId
) -> Row:
    """The programme's identity in the book."""
    values: dict[str, Value | None] = {
        "programme_id": programme_id,
        "programme_no": number,
        "unit": unit,
        "treasury": treasury,
        "offline_risk": risk,
    }
    return Row("programme", values)


def version_row(programme_id: UUID, version: int, terms: Terms) -> Row:
    """One version of its terms."""
    values: dict[str, Value | None] = {
        "programme_id": programme_id,
        "version": version,
        "title": terms.title,
        "summary": terms.summary,
        "vat_kind": terms.vat_kind,
        "starts_on": terms.starts_on.isoformat(),
        "ends_on": terms.ends_on.isoformat(),
        "starts_at": starts_at(terms.starts_on),
        "ends_at": ends_at(terms.ends_on),
        "categories": ",".join(terms.categories),
        "rules": terms.rules.text(),
    }
    return Row("programme_version", values)


def source_row(source: Source) -> Row:
    """One source of money."""
    values: dict[str, Value | None] = {
        "fund": source.fund,
        "programme_id": source.programme_id,
        "kind": source.kind,
        "name": source.name,
        "gift_allowed": int(source.gift_allowed),
    }
    return Row("source", values)


def act_row(act_id: UUID, number: str, dated: str, title: str, amount: Amount) -> Row:
    """The act that commits money."""
    values: dict[str, Value | None] = {
        "act_id": act_id,
        "number": number,
        "dated": dated,
        "title": title,
        "amount_cents": amount,
    }
    return Row("act", values)


PROGRAMMES = text("""
    SELECT p.programme_id AS id, p.programme_no, p.unit, p.treasury, p.offline_risk, v.version,
           v.title, v.summary, v.starts_on, v.ends_on, v.starts_at, v.ends_at, v.categories,
           v.vat_kind, v.rules
      FROM programme p
      JOIN programme_version v
        ON v.book_no = p.book_no AND v.programme_id = p.programme_id
       AND v.version = (SELECT MAX(w.version) FROM programme_version w
                         WHERE w.book_no = p.book_no AND w.programme_id = p.programme_id)
     WHERE p.book_no = :book_no
     ORDER BY p.programme_no
""").columns(
    c("id", Id()), c("programme_no"), c("unit"), c("treasury", Id()), c("offline_risk", Id()),
    c("version"), c("title"), c("summary"), c("starts_on"), c("ends_on"), c("starts_at"),
    c("ends_at"), c("categories"), c("vat_kind"), c("rules"),
)  # fmt: skip


def programmes(db: Connection, book_no: int) -> tuple[Programme, ...]:
    """All programmes of a book, in the order of their numbers."""
    rows = db.execute(PROGRAMMES, {"book_no": book_no}).mappings()
    return tuple(Programme(**plain(row)) for row in rows)


def programme(db: Connection, book_no: int, programme_id: UUID) -> Programme:
    """One programme. Errors: `LookupError` if the book has none of this id."""
    for one in programmes(db, book_no):
        if one.id == programme_id:
            return one
    raise LookupError(programme_id)


SOURCES = (
    text("""
    SELECT fund, programme_id, kind, name, gift_allowed FROM source
     WHERE book_no = :book_no AND programme_id = :programme_id ORDER BY log_index, row_no
""")
    .bindparams(bindparam("programme_id", type_=Id()))
    .columns(c("fund", Id()), c("programme_id", Id()), c("kind"), c("name"), c("gift_allowed"))
)


def sources(db: Connection, book_no: int, programme_id: UUID) -> tuple[Source, ...]:
    """The sources of one programme, oldest first."""
    rows = db.execute(SOURCES, {"book_no": book_no, "programme_id": programme_id})
    return tuple(Source(r.fund, r.programme_id, r.kind, r.name, bool(r.gift_allowed)) for r in rows)


def plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row as keyword arguments."""
    return {str(key): value for key, value in row.items()}


def is_act_used(db: Connection, book_no: int, number: str) -> bool:
    """Whether an act of this number committed money before."""
    found = db.execute(
        text("SELECT 1 FROM act WHERE book_no = :book_no AND number = :number"),
        {"book_no": book_no, "number": number},
    )
    return found.first() is not None
