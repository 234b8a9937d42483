"""Fills frozen rows from what the database gives; and the fragments of SQL that reports share."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, bindparam, text
from sqlalchemy import column as c
from sqlalchemy.sql.elements import BindParameter, ColumnClause
from sqlalchemy.sql.selectable import TextualSelect

from ledger.store.columns import Id

T = TypeVar("T")

# Who an account is for, in words: its source, its shop or its programme; empty for a family's.
NAMED: Final = """
      LEFT JOIN source {a}_source
        ON {a}_source.book_no = {a}.book_no AND {a}_source.fund = {a}.account_id
      LEFT JOIN shop {a}_shop ON {a}_shop.shop_id = {a}.owner
"""
NAME: Final = "COALESCE({a}_source.name, {a}_shop.name, '')"


def named(alias: str) -> str:
    """The joins that tell whom the account `alias` is for."""
    return NAMED.format(a=alias)


def name_of(alias: str) -> str:
    """The expression that says it."""
    return NAME.format(a=alias)


def query(sql: str, row: type[Any], *, ids: str = "", given: str = "") -> TextualSelect:
    """A statement that fills `row`, column by column; `ids`, `given`: its columns and its
    parameters that are ids, separated by blanks.
    """  # noqa: D205 -- one sentence.
    id_columns = set(ids.split())
    columns: list[ColumnClause[Any]] = [
        c(name, Id()) if name in id_columns else c(name) for name in fields(row)
    ]
    parameters: list[BindParameter[Any]] = [bindparam(name, type_=Id()) for name in given.split()]
    return text(sql).bindparams(*parameters).columns(*columns)


def fields(row: type[Any]) -> tuple[str, ...]:
    """The columns of a row, in order."""
    return tuple(row.__dataclass_fields__)


def rows(
    db: Connection, statement: TextualSelect, row: type[T], given: Mapping[str, Any]
) -> tuple[T, ...]:
    """Every row of a statement."""
    found = db.execute(statement, dict(given)).mappings()
    return tuple(row(**{str(key): value for key, value in one.items()}) for one in found)


def first_row(
    db: Connection, statement: TextualSelect, row: type[T], given: Mapping[str, Any]
) -> T | None:
    """The first row of a statement, or None."""
    found = rows(db, statement, row, given)
    return found[0] if found else None
