"""No statement of a sale or of a page reads a whole book: the plans, as SQLite explains them."""

import re
import sqlite3
from pathlib import Path

import pytest

from ledger import random_id
from ledger.reports import conto_register, redeemed_in_year, samples_page, shop_day, shop_movements
from ledger.reports.exception_rules import RULES
from ledger.store import reader
from ledger.store.registers import batches, samples, till_reads, vouchers
from tests.engines import sqlite_copy

LARGE = ("account", "transfer", "decision", "voucher", "chain", "claim", "import_row", "credential")
STATEMENTS = {
    "session": till_reads.SESSION,
    "till's shop": till_reads.TILL_SHOP,
    "credential by id": till_reads.CREDENTIAL + "credential_id = ?",
    "credential by code": till_reads.CREDENTIAL + "code_hmac = ?",
    "key": till_reads.ROUTED,
    "family's vouchers": till_reads.OF_FAMILY,
    "slip": till_reads.OF_SLIP,
    "vouchers of a family": str(vouchers.OF_FAMILY),
    "one voucher": str(vouchers.ONE),
    "issued of a batch": str(batches.ISSUED),
    "statement": str(reader.STATEMENT),
    "balance then": str(reader.LAST_TOUCH),
    "decision": str(reader.DECISION),
    "shop's movements": str(shop_movements.MOVEMENTS),
    "shop's day": str(shop_day.MOVES),
    "a year's register": str(conto_register.LINES),
    "a year's sums": str(conto_register.REASONS),
    "redeemed in a year": str(redeemed_in_year.COUNTED),
    "redeemed ever": str(redeemed_in_year.MOST),
    "redeemed in a month": str(samples.REDEEMED),
    "behind a sampled row": str(samples.ENTRY),
    "who settled an entry": str(samples.SETTLED_BY),
    "rows of a sample": str(samples_page.ROWS),
    "samples": str(samples_page.SAMPLES),
} | {f"exceptions, {one.name}": str(one.statement) for one in RULES}


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
