"""No statement of a sale or of a page reads a whole book: the plans, as SQLite explains them.

And as PostgreSQL carries two of them out, in a book that has grown: it goes by what it counted.
"""

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from ledger import Ledger, open_ledger, random_id
from ledger.core.quantities import DAY
from ledger.core.redemption import Redemption
from ledger.operations.close_period import close_period
from ledger.operations.redeem import redeem
from ledger.operations.sign_in import calling_till, open_till_session
from ledger.reports import (
    conto_register,
    redeemed_in_year,
    samples_page,
    shop_day,
    shop_ledger,
    shop_movements,
)
from ledger.reports.exception_rules import RULES
from ledger.store import reader
from ledger.store.registers import batches, needs, samples, till_reads, vouchers
from tests.engines import postgresql_copy, sqlite_copy
from tests.town import NOON, Town, key, make_town


def plain(statement: object) -> str:
    """A statement over some families and books, with one of each."""
    return re.sub(r"__\[POSTCOMPILE_\w+\]", ":one", str(statement))


LARGE = ("account", "transfer", "decision", "voucher", "chain", "claim", "import_row", "credential")
STATEMENTS = (
    {
        "session": till_reads.SESSION,
        "till's shop": till_reads.TILL_SHOP,
        "credential by id": till_reads.CREDENTIAL + "credential_id = ?",
        "credential by code": till_reads.CREDENTIAL + "code_hmac = ?",
        "key": till_reads.ROUTED,
        "family's vouchers": till_reads.OF_FAMILY,
        "slip": till_reads.OF_SLIP,
        "a voucher's rules": till_reads.RULES,
        "where a voucher was begun": till_reads.BEGUN_AT,
        "vouchers of a family": str(vouchers.OF_FAMILY),
        "one voucher": str(vouchers.ONE),
        "issued of a batch": str(batches.ISSUED),
        "statement": str(reader.STATEMENT),
        "balance then": str(reader.LAST_TOUCH),
        "decision": str(reader.DECISION),
        "shop's movements": str(shop_movements.MOVEMENTS),
        "shop's day": str(shop_day.MOVES),
        "shop's history": str(shop_ledger.LINES),
        "a year's register": str(conto_register.LINES),
        "a year's sums": str(conto_register.REASONS),
        "redeemed in a year": str(redeemed_in_year.COUNTED),
        "redeemed ever": str(redeemed_in_year.MOST),
        "redeemed in a month": str(samples.REDEEMED),
        "behind a sampled row": str(samples.ENTRY),
        "who settled an entry": str(samples.SETTLED_BY),
        "rows of a sample": str(samples_page.ROWS),
        "samples": str(samples_page.SAMPLES),
        "what families are in": plain(needs.LINKS),
    }
    | {f"what families need, {reason}": plain(one) for reason, one in needs.BARS.items()}
    | {f"exceptions, {one.name}": str(one.statement) for one in RULES}
)


@pytest.fixture
def db(sqlite_template: Path, tmp_path: Path) -> sqlite3.Connection:
    url = sqlite_copy(sqlite_template, tmp_path)
    return sqlite3.connect(url.removeprefix("sqlite:///"))


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_large_table_is_entered_by_more_than_its_book(db: sqlite3.Connection, name: str) -> None:
    sql = re.sub(r":\w+", "?", STATEMENTS[name])
    given = [random_id().bytes] * sql.count("?")
    for *_numbers, step in db.execute("EXPLAIN QUERY PLAN " + sql, given):
        entered = re.match(r"(SCAN|SEARCH) (\w+)(.*)", step)
        if entered and named(sql, entered[2]) in LARGE:
            assert entered[1] == "SEARCH", step
            assert not entered[3].endswith("(book_no=?)"), step


def named(sql: str, alias: str) -> str:
    """The table that a statement calls by this alias."""
    found = re.search(rf"(?:FROM|JOIN) (\w+) (?:AS )?{alias}\b", sql)
    return found[1] if found else alias


def test_the_plans_are_those_of_a_grown_book_from_its_first_row(db: sqlite3.Connection) -> None:
    kept = dict(db.execute("SELECT idx, stat FROM sqlite_stat1 WHERE tbl = 'voucher'"))
    assert kept["voucher"] == "1000000 200000 1"
    assert kept["ix_voucher_book_no_family_id"] == "1000000 200000 20"


SALES = 20_000
SPAN = 20 * DAY
TIMES = "CROSS JOIN generate_series(CAST(1 AS BIGINT), :sales) n"
COPIED = ("book_no", "kind", "code", "actor", "period", "transfers", "leaf_hash", "leaf")
MOVED = ("book_no", "phase", "unit", "debit", "credit", "amount", "debit_balance",
         "debit_pending", "credit_balance", "credit_pending")  # fmt: skip
MORE_DECISIONS = f"""
    INSERT INTO decision (log_index, request_id, recorded_at, occurred_at, first_seq,
                          {", ".join(COPIED)})
    SELECT 1000 + n, CAST(md5(CAST(n AS TEXT)) AS uuid), d.recorded_at + n * :apart,
           d.recorded_at + n * :apart, 1000 + n, {", ".join(f"d.{name}" for name in COPIED)}
      FROM decision d {TIMES} WHERE d.log_index = :sale
"""  # noqa: S608 -- fragments of our own, here and below.
MORE_TRANSFERS = f"""
    INSERT INTO transfer (seq, log_index, debit_version, credit_version, {", ".join(MOVED)})
    SELECT 1000 + n, 1000 + n, 1000 + n, 1000 + n, {", ".join(f"t.{name}" for name in MOVED)}
      FROM transfer t {TIMES} WHERE t.log_index = :sale
"""  # noqa: S608


def one_sale(town: Town) -> int:
    """A sale in a book whose first period is closed; gives its place in the log."""
    town.issue(town.programme())
    _shop, secret = town.shop()
    opened = open_till_session(town.ledger, secret, now=NOON)
    assert opened
    till = calling_till(town.ledger, opened.token, now=NOON)
    assert till
    officer = town.officer.officer_id
    close_period(town.ledger, "giussano", 1, "x", officer=officer, key=key(), now=NOON)
    asked = Redemption(till.till_id, town.codes()[0].credential_id, 1_00)
    return redeem(town.ledger, asked, key=key(), now=NOON).log_index


@pytest.fixture
def grown(postgresql: str, postgresql_template: str) -> Iterator[Ledger]:
    """A book of many sales, whose tables PostgreSQL has counted."""
    with (
        postgresql_copy(postgresql, postgresql_template) as url,
        open_ledger(url, clock=lambda: NOON) as ledger,
    ):
        given = {"sale": one_sale(make_town(ledger)), "sales": SALES, "apart": SPAN // SALES}

        def grow(db: Connection) -> None:
            for statement in (MORE_DECISIONS, MORE_TRANSFERS):
                db.execute(text(statement), given)
            for table in ("account", "decision", "settlement", "shop", "transfer"):
                db.execute(text(f"ANALYZE {table}"))

        ledger.write(grow)
        yield ledger


def begun(step: dict[str, Any]) -> int:
    """How many times the step of a plan that was begun most often was begun."""
    return max([int(step["Actual Loops"]), *(begun(below) for below in step.get("Plans", ()))])


@pytest.mark.pg_only
@pytest.mark.parametrize("name", ["upload_late", "upload_after_period"])
def test_what_came_late_is_not_looked_up_sale_by_sale(grown: Ledger, name: str) -> None:
    rule = next(one for one in RULES if one.name == name)
    given = {"book_no": 1, "since": NOON - DAY, "until": NOON + 2 * SPAN, "limit": rule.limit}
    explained = text(f"EXPLAIN (ANALYZE, FORMAT JSON) {rule.statement}")
    with grown.reading() as db:
        found = db.execute(explained, given | {"rule": name}).scalar_one()
    [plan] = json.loads(found) if isinstance(found, str) else found
    assert begun(plan["Plan"]) < SALES / 100, json.dumps(plan, indent=1)
