"""What somebody may do to a book's bundle, or behind the back of its database: one edit at a time.

Each edit changes something that is evidence; chance chooses what. Left alone are times that nobody
signs (when a checkpoint was made here, when a witness was asked). Not here: who finds it
(`tamper`).
"""

import json
import random
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ledger.core.canonical import canonical

LEAVES = "leaves/000000000000.jsonl"
TABLES = {  # Their keys, without the book's.
    "decision": "log_index", "transfer": "seq", "account": "account_id", "log_tile": "number",
    "checkpoint": "size", "cosignature": "witness",
}  # fmt: skip
UNSIGNED = {"book_no", "made_at", "seen_at", "level"}

Entries = dict[str, bytes]


# The bundle.


def read_entries(bundle: Path) -> Entries:
    with ZipFile(bundle) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_entries(entries: Entries, target: Path) -> Path:
    """With sums that fit: whoever edits a bundle can add them up."""
    told = {name: data for name, data in entries.items() if name != "SHA256SUMS"}
    sums = "".join(f"{sha256(data).hexdigest()}  {name}\n" for name, data in told.items())
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, data in {**told, "SHA256SUMS": sums.encode()}.items():
            archive.writestr(ZipInfo(name), data, ZIP_DEFLATED)
    return target


def change_line(lines: list[bytes], chance: random.Random) -> int:
    """One value of one leaf, written canonically again: in money, or in words."""
    at = chance.randrange(len(lines))
    leaf = json.loads(lines[at])
    transfers = leaf["transfers"]
    if transfers and chance.random() < 0.5:
        chance.choice(transfers)[chance.choice((0, 5, 6, 7, 9, 10))] += chance.choice((1, 100))
    elif chance.random() < 0.5:
        leaf["request"]["occurred_at"] += 1
    else:
        leaf["request"]["actor"] += "x"
    lines[at] = canonical(leaf)
    return at


def delete_line(lines: list[bytes], chance: random.Random) -> int:
    at = chance.randrange(len(lines))
    del lines[at]
    return at


def insert_line(lines: list[bytes], chance: random.Random) -> int:
    at = chance.randrange(len(lines))
    lines.insert(at, chance.choice(lines))
    return at


def reorder_lines(lines: list[bytes], chance: random.Random) -> int:
    at = chance.randrange(len(lines) - 1)
    lines.append(lines.pop(at))
    return at


def swap_lines(lines: list[bytes], chance: random.Random) -> int:
    at, other = sorted(chance.sample(range(len(lines)), 2))
    lines[at], lines[other] = lines[other], lines[at]
    return at


def truncate_lines(lines: list[bytes], chance: random.Random) -> int:
    at = chance.randrange(len(lines))
    del lines[at:]
    return at


LINES: Mapping[str, Callable[[list[bytes], random.Random], int]] = {
    "change": change_line, "delete": delete_line, "insert": insert_line,
    "reorder": reorder_lines, "swap": swap_lines, "truncate": truncate_lines,
}  # fmt: skip


def edit_checkpoint(entries: Entries, kind: str, chance: random.Random) -> str:
    """The signed note itself. Lines of witnesses are free to be in any order and to be too many."""
    whole = entries["checkpoint"].decode()
    text, _, under = whole.rpartition("\n\n")
    told, lines = text.split("\n"), under.splitlines()
    if kind == "change":
        told[1] = str(int(told[1]) + chance.choice((-1, 1, 10)))
    elif kind == "delete":
        lines = lines[1:] if chance.random() < 0.5 else lines[:3]
    elif kind == "insert":
        told.append("more")
    elif kind == "reorder":
        told[1], told[2] = told[2], told[1]
    elif kind == "swap":
        earlier = next(name for name in entries if name.startswith("checkpoints/"))
        entries["checkpoint"] = entries[earlier]
        return "the checkpoint of another day"
    else:
        few = f"{text}\n\n" + "\n".join(lines[:3])  # Without the witnesses that it needs.
        entries["checkpoint"] = few.encode()[: chance.randrange(len(few.encode()))]
        return "a checkpoint cut short"
    entries["checkpoint"] = (
        "\n".join(told) + "\n\n" + "".join(f"{one}\n" for one in lines)
    ).encode()
    return f"{kind} in the checkpoint"


# The database.

Stored = dict[str, Any]


@dataclass(slots=True)
class Table:
    """One table behind everybody's back, its rows in order of their keys."""

    db: sqlite3.Connection
    name: str

    def rows(self) -> list[Stored]:
        query = f"SELECT * FROM {self.name} ORDER BY {TABLES[self.name]}"  # noqa: S608 -- ours.
        return [dict(row) for row in self.db.execute(query)]

    def keys(self) -> list[str]:
        told = self.db.execute(f"PRAGMA table_info({self.name})")
        return [row["name"] for row in told if row["pk"]]

    def delete(self, row: Stored) -> None:
        where, values = self._where(row)
        self.db.execute(f"DELETE FROM {self.name} WHERE {where}", values)  # noqa: S608

    def put(self, row: Stored, column: str, value: Any) -> None:  # noqa: ANN401 -- SQLite's.
        where, values = self._where(row)
        statement = f"UPDATE {self.name} SET {column} = ? WHERE {where}"  # noqa: S608
        assert self.db.execute(statement, (value, *values)).rowcount == 1
        row[column] = value

    def insert(self, row: Stored) -> None:
        marks, names = ", ".join("?" * len(row)), ", ".join(row)
        statement = f"INSERT INTO {self.name} ({names}) VALUES ({marks})"  # noqa: S608
        self.db.execute(statement, tuple(row.values()))

    def _where(self, row: Stored) -> tuple[str, list[Any]]:
        keys = self.keys()
        return " AND ".join(f"{key} = ?" for key in keys), [row[key] for key in keys]


def edit_database(file: Path, table: str, kind: str, chance: random.Random) -> str:
    """One edit of one table by raw SQL; one that a unique key forbids is tried elsewhere."""
    while True:
        with suppress(sqlite3.IntegrityError):
            return _edit_once(file, table, kind, chance)


def _edit_once(file: Path, table: str, kind: str, chance: random.Random) -> str:
    key = TABLES[table]
    with closing(sqlite3.connect(file)) as db, db:
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA ignore_check_constraints=ON")
        edited = Table(db, table)
        rows = edited.rows()
        row = chance.choice(rows)
        what = f"{kind} in {table}, {key} {_shown(row[key])}"
        if kind == "truncate":
            last = rows[-chance.randint(1, max(1, len(rows) // 2)) :]
            for one in last if table != "cosignature" else _too_many(rows):
                edited.delete(one)
        elif kind == "insert":
            edited.insert(_fresh_row(row, key, rows[-1][key]))
        elif kind == "change":
            column = chance.choice([one for one in row if _is_evidence(row, one)])
            what = f"{what}, {column}"
            edited.put(row, column, _other(row[column], chance))
        elif kind == "delete" or len(rows) == 1:  # There is nothing to exchange it with.
            for one in [row] if table != "cosignature" else _too_many(rows):
                edited.delete(one)
        else:
            others = [one for one in rows if one[key] != row[key] and _differ(row, one, key)]
            if not others:
                raise sqlite3.IntegrityError  # Whatever is exchanged, nothing is another then.
            _exchange(edited, row, chance.choice(others), key if kind == "reorder" else "", chance)
    return what


def _too_many(rows: list[Stored]) -> list[Stored]:
    """As many cosignatures of the last checkpoint as leave it without its quorum."""
    last = [one for one in rows if one["size"] == max(row["size"] for row in rows)]
    return last[: len(last) // 2]


def _differ(row: Stored, other: Stored, key: str) -> bool:
    return any(row[one] != other[one] for one in row if one not in UNSIGNED | {key})


def _is_evidence(row: Stored, column: str) -> bool:
    return column not in UNSIGNED and row[column] is not None


def _exchange(table: Table, row: Stored, other: Stored, column: str, chance: random.Random) -> None:
    """Give two rows each other's key, or each other's value in a column where they differ."""
    differing = [one for one in row if _is_evidence(row, one) and row[one] != other[one]]
    column = column or chance.choice([one for one in differing if other[one] is not None])
    mine, theirs = row[column], other[column]
    table.put(row, column, _away(mine))  # Out of the way of what must be unique.
    table.put(other, column, mine)
    table.put(row, column, theirs)


def _away(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, int):
        return -1
    return b"\0" * len(value) if isinstance(value, bytes) else f"{value}z"


def _other(value: Any, chance: random.Random) -> Any:  # noqa: ANN401
    if isinstance(value, int):
        return value + chance.choice((1, 100))
    if isinstance(value, str):
        at = chance.randrange(len(value)) if value else 0
        return value[:at] + ("y" if value[at : at + 1] == "x" else "x") + value[at + 1 :]
    data = bytearray(value)
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def _fresh_row(row: Stored, key: str, last: Any) -> Stored:  # noqa: ANN401
    """A copy with keys that nobody has."""
    fresh = row | {key: last + 1 if isinstance(last, int) else _fresh(last)}
    for version in {"debit_version", "credit_version"} & fresh.keys():
        fresh[version] += 1_000
    if "request_id" in fresh:
        fresh["request_id"] = _fresh(fresh["request_id"])
    return fresh


def _fresh(value: Any) -> Any:  # noqa: ANN401
    return sha256(value).digest()[:16] if isinstance(value, bytes) else f"{value}z"


def _shown(value: Any) -> str:  # noqa: ANN401
    return value.hex() if isinstance(value, bytes) else str(value)
