"""Checks every book of a ledger, and tells what was found, for people or as JSON (design 11)."""

from typing import Any

from ledger import Book, Ledger
from ledger.core.identities import Identity
from ledger.reports.feeds import compare_feeds
from ledger.reports.unit_totals import book_identities, unit_totals
from scripts.databases import opened


def check_ledger(database: str) -> dict[str, Any]:
    """Replay every book and compare every row. Errors: `StoreError`."""
    with opened(database) as ledger:
        books = [check_book(book) for book in ledger.books()]
        between = _between(ledger)
    wrong = any(book["findings"] for book in books) or between["findings"]
    return {"ok": not wrong, "books": books, "between": between}


def _between(ledger: Ledger) -> dict[str, Any]:
    """What went from the circuit's book to a comune's: each message seen from both sides."""
    found = compare_feeds(ledger)
    feeds = [
        {"feed": str(one.feed.feed_id), "to": one.feed.to, "amount": one.feed.amount_cents,
         "state": one.state, "message": one.feed.message_hash(), "entry_there": one.there}
        for one in found.all
    ]  # fmt: skip
    return {
        "in_transit_cents": found.transit_cents, "feeds": feeds, "findings": list(found.wrong),
    }  # fmt: skip


def check_book(book: Book) -> dict[str, Any]:
    """One book: its size, its totals by unit, and what is wrong with it."""
    findings = [
        {"kind": one.kind, "table": one.table, "row": one.row, "detail": one.detail}
        for one in book.check()
    ]
    head = book.head()
    units = [
        {"unit": one.unit, "debits": one.debits, "credits": one.credits}
        for one in unit_totals(book.ledger, book.book_no)
    ]
    return {
        "book": book.name,
        "log_index": head.size - 1,
        "transfers": head.last_seq,
        "root": head.root.hex(),
        "units": units,
        "identities": [_identity(one) for one in book_identities(book)],
        "findings": findings,
    }


def _identity(one: Identity) -> dict[str, Any]:
    return {
        "identity": one.name,
        "left": {str(kind): cents for kind, cents in one.left.items()},
        "right": {str(kind): cents for kind, cents in one.right.items()},
        "holds": one.holds,
    }


def told(report: dict[str, Any]) -> str:
    """The same for people: a line per book, and every finding."""
    lines = []
    for book in report["books"]:
        found = book["findings"]
        mark = "✗" if found else "✓"
        size = f"{book['log_index'] + 1} decisions, {book['transfers']} transfers"
        lines.append(f"{mark} {book['book']}: {size}, root {book['root'][:16]}…")
        lines += [f"    {one['table']} {one['row']}: {one['detail']}" for one in found]
    between = report["between"]
    lines += [f"    between two books: {one}" for one in between["findings"]]
    if between["in_transit_cents"]:
        lines.append(f"    on its way to a comune: {between['in_transit_cents']} cents")
    lines.append("The books are right." if report["ok"] else "The books are NOT right.")
    return "\n".join(lines)
