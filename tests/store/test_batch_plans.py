"""A batch costs the same in a large book: none of its statements reads a book from end to end."""

import re
import sqlite3
from pathlib import Path
from typing import Any

from ledger import Ledger, open_ledger
from ledger.store import schema
from ledger.store.engines import Store
from tests.engines import sqlite_copy
from tests.rich_book import BOOK, NOW, all_requests
from tests.store.rich_store import register_row

UNTIL_THEN = re.compile(r"\(book_no=\?\)$|^SCAN")  # By the book alone, or by nothing.
SMALL = ("book", "unit_total")  # One row a book, and one a unit.


def statements_of_a_batch(ledger: Ledger) -> set[str]:
    """Every statement of one batch that has something of everything, as the driver got it."""
    seen: set[str] = set()
    engine = ledger._engines[Store.BOOK]
    with engine.connect() as db:
        raw: Any = db.connection.dbapi_connection
    raw.set_trace_callback(seen.add)
    act = (register_row(schema.act),)
    ledger.book(BOOK, create=True).submit(all_requests(act))
    raw.set_trace_callback(None)
    return {text for text in seen if re.match(r"SELECT|UPDATE|INSERT", text)}


def test_no_statement_of_a_batch_reads_the_book_from_end_to_end(
    sqlite_template: Path, tmp_path: Path
) -> None:
    url = sqlite_copy(sqlite_template, tmp_path)
    with open_ledger(url, clock=lambda: NOW) as ledger:
        statements = statements_of_a_batch(ledger)
    assert len(statements) > 15
    db = sqlite3.connect(tmp_path / "portavalori.db")
    for text in statements:
        for *_ids, plan in db.execute(f"EXPLAIN QUERY PLAN {text}"):
            touched = plan.split()[1] if len(plan.split()) > 1 else ""
            assert touched in SMALL or not UNTIL_THEN.search(plan), f"{plan}: {text[:200]}"
    db.close()
