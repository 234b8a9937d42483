"""Tells SQLite's planner what a grown book looks like, before the first row is there.

Without statistics it believes that a book number alone finds few rows, and reads a whole book where
an index on the second column stands ready. Measured ones would come too late and change plans
meanwhile; these are fixed. PostgreSQL keeps its own.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, text

ROWS = 1_000_000  # As many as a book may have; only the proportions matter.
OF_ONE_BOOK = 200_000
OF_ONE_KEY = 20


def seed_statistics(db: Connection) -> None:
    """Write the planner's statistics anew for every index of this store; SQLite only."""
    db.execute(text("ANALYZE sqlite_schema"))  # Makes the table that it reads them from.
    db.execute(text("DELETE FROM sqlite_stat1"))
    tables = db.execute(text("SELECT name FROM sqlite_schema WHERE type = 'table'")).scalars().all()
    for table in tables:
        if not table.startswith(("sqlite_", "alembic_")):
            for name, stat in _indexes(db, table):
                row = {"tbl": table, "idx": name, "stat": stat}
                db.execute(text("INSERT INTO sqlite_stat1 VALUES (:tbl, :idx, :stat)"), row)
    db.execute(text("ANALYZE sqlite_schema"))  # Read again what was written.


def _indexes(db: Connection, table: str) -> list[tuple[str, str]]:
    found = []
    rowid = not _is_its_own_key(db, table)
    for row in db.execute(text(f'PRAGMA index_list("{table}")')).all():
        columns = db.execute(text(f'PRAGMA index_info("{row.name}")')).all()
        name = row.name if rowid or row.origin != "pk" else table
        found.append((name, _stat([one.name for one in columns], unique=bool(row.unique))))
    return found


def _is_its_own_key(db: Connection, table: str) -> bool:
    """Whether a table's rows live in its key's tree (WITHOUT ROWID)."""
    query = text("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = :name")
    return "WITHOUT ROWID" in str(db.execute(query, {"name": table}).scalar()).upper()


def _stat(columns: Sequence[str | None], *, unique: bool) -> str:
    """How many rows each further column leaves, as SQLite writes it."""
    left = [OF_ONE_BOOK if name == "book_no" else OF_ONE_KEY for name in columns]
    if unique:
        left[-1] = 1
    return " ".join(map(str, (ROWS, *left)))
