"""A book's log as others see it: tiles of hashes, checkpoints, cosignatures, witnesses, as rows.

Hashes of leaves stand in the decisions; of the levels above only the roots of full tiles are kept,
so that the root and any proof of any size cost a few reads. Not here: who signs (`note_keys`), and
the form of what is signed (`ledger.proof`). Source: PROOF.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, text

from ledger.core.quantities import Instant
from ledger.proof.merkle import HASH_SIZE, Nodes
from ledger.proof.notes import Note, read_line, read_note
from ledger.proof.tiles import HEIGHT, WIDTH, Tile, nodes_of, root_of_tile
from ledger.store.schema import checkpoint, cosignature, decision, log_tile, witness

PORTION: Final = 1024  # Tiles that are hashed and written together.


# Hashes.


def read_tile(db: Connection, book_no: int, tile: Tile) -> bytes:
    """The hashes of one tile, as far as they are there."""
    return read_hashes(db, book_no, tile.level, tile.number * WIDTH, tile.width)


def read_hashes(db: Connection, book_no: int, level: int, first: int, count: int) -> bytes:
    """Hashes of one level of tiles, from `first` on: 32 bytes each, fewer at the end of the log."""
    if level == 0:
        table, at, value = decision, decision.c.log_index, decision.c.leaf_hash
        where = [table.c.book_no == book_no]
    else:
        table, at, value = log_tile, log_tile.c.number, log_tile.c.root
        where = [table.c.book_no == book_no, table.c.level == level - 1]
    query = select(value).where(*where, at >= first, at < first + count).order_by(at)
    return b"".join(bytes(row[0]) for row in db.execute(query))


def log_nodes(db: Connection, book_no: int) -> Nodes:
    """The nodes of the log's tree, for roots and proofs of any size whose tiles are kept."""

    def read(level: int, number: int, first: int, count: int) -> bytes:
        hashes = read_hashes(db, book_no, level, number * WIDTH + first, count)
        if len(hashes) != count * HASH_SIZE:
            message = f"hashes of level {level} are missing in the log"
            raise LookupError(message)
        return hashes

    return nodes_of(read)


def missing_tiles(db: Connection, book_no: int, level: int, full: int) -> Sequence[int]:
    """Which of the first tiles of a level are not kept, wherever they are missing."""
    of_level = log_tile.c.book_no == book_no, log_tile.c.level == level, log_tile.c.number < full
    query = select(func.count(), func.max(log_tile.c.number)).where(*of_level)
    count, last = db.execute(query).one()
    if count == (0 if last is None else last + 1):
        return range(count, full)  # As it grows: those that are kept have no gap.
    kept = {row.number for row in db.execute(select(log_tile.c.number).where(*of_level))}
    return [number for number in range(full) if number not in kept]


def new_tiles(db: Connection, book_no: int, size: int) -> list[dict[str, object]]:
    """Rows of full tiles that are not kept, of the lowest level that lacks some.

    At most a portion: ask again until there are none. Each level is made of the one below, which
    is all there is to a tile: one that was lost is made again. Errors: `LookupError` where what it
    is made of is missing.
    """
    level = 0
    while full := size >> (HEIGHT * (level + 1)):
        if missing := missing_tiles(db, book_no, level, full):
            return [_new_tile(db, book_no, level, number) for number in missing[:PORTION]]
        level += 1
    return []


def _new_tile(db: Connection, book_no: int, level: int, number: int) -> dict[str, object]:
    hashes = read_hashes(db, book_no, level, number * WIDTH, WIDTH)
    if len(hashes) != WIDTH * HASH_SIZE:
        raise LookupError(f"hashes of level {level} are missing in the log")
    root = root_of_tile(hashes)
    return {"book_no": book_no, "level": level, "number": number, "root": root}


def add_tiles(db: Connection, rows: list[dict[str, object]]) -> None:
    """Keep the roots of full tiles; those that another process kept meanwhile are the same."""
    for row in rows:
        keys = [log_tile.c[name] == row[name] for name in ("book_no", "level", "number")]
        if db.execute(select(log_tile.c.root).where(*keys)).first() is None:
            db.execute(insert(log_tile), [row])


# Checkpoints.


@dataclass(frozen=True, slots=True)
class KeptCheckpoint:
    """A signed checkpoint with the cosignatures that came so far."""

    size: int
    root: bytes
    note: Note
    made_at: Instant
    seen: Mapping[str, Instant]  # By witness.

    def whole(self) -> str:
        """The signed note with every cosignature."""
        return self.note.whole()


def add_checkpoint(db: Connection, book_no: int, made: KeptCheckpoint) -> bool:
    """Keep a checkpoint; not one that another process has meanwhile gone beyond."""
    query = select(func.max(checkpoint.c.size)).where(checkpoint.c.book_no == book_no)
    if made.size <= (db.execute(query).scalar() or 0):
        return False
    row = {"size": made.size, "root": made.root, "note": made.whole(), "made_at": made.made_at}
    db.execute(insert(checkpoint).values(book_no=book_no, **row))
    return True


def read_kept(
    db: Connection, book_no: int, size: int | None = None, *, seen_by: int = 0
) -> KeptCheckpoint | None:
    """The checkpoint of a size; else the last one, or the last that `seen_by` witnesses saw."""
    query = select(checkpoint).where(checkpoint.c.book_no == book_no)
    if size is not None:
        query = query.where(checkpoint.c.size == size)
    if seen_by:
        lines = (
            select(func.count())
            .where(cosignature.c.book_no == book_no, cosignature.c.size == checkpoint.c.size)
            .scalar_subquery()
        )
        query = query.where(lines >= seen_by)
    row = db.execute(query.order_by(checkpoint.c.size.desc()).limit(1)).first()
    if row is None:
        return None
    return next(_with_lines(db, book_no, [row]))


def checkpoints_before(db: Connection, book_no: int, size: int) -> Iterator[KeptCheckpoint]:
    """The earlier checkpoints in their order, with what cosigned them."""
    query = (
        select(checkpoint)
        .where(checkpoint.c.book_no == book_no, checkpoint.c.size < size)
        .order_by(checkpoint.c.size)
    )
    yield from _with_lines(db, book_no, db.execute(query).all())


def _with_lines(db: Connection, book_no: int, rows: object) -> Iterator[KeptCheckpoint]:
    for row in rows:  # type: ignore[attr-defined]
        query = select(cosignature.c.witness, cosignature.c.line, cosignature.c.seen_at).where(
            cosignature.c.book_no == book_no, cosignature.c.size == row.size
        )
        lines = db.execute(query).all()
        note = read_note(row.note).with_lines(read_line(one.line) for one in lines)
        seen = {one.witness: one.seen_at for one in lines}
        yield KeptCheckpoint(row.size, bytes(row.root), note, row.made_at, seen)


# What lies between two checkpoints.

TOUCHED: Final = text(
    "SELECT DISTINCT unit FROM transfer WHERE book_no = :book_no AND log_index >= :first"
    " ORDER BY unit"
)


def touched_units(db: Connection, book_no: int, first: int) -> tuple[str, ...]:
    """The units that decisions from `first` on moved something in."""
    return tuple(row[0] for row in db.execute(TOUCHED, {"book_no": book_no, "first": first}))


# Witnesses.


@dataclass(frozen=True, slots=True)
class AskedWitness:
    """A witness that is asked: how far it has seen the log, when it was asked last.

    `missing_since`: the first time of those in a row in which it did not cosign; `trouble` says
    why, in words of its answer.
    """

    name: str
    vkey: str
    size: int
    asked_at: Instant
    missing_since: Instant | None
    trouble: str


def read_witnesses(db: Connection, book_no: int) -> tuple[AskedWitness, ...]:
    """Every witness that was ever asked, by name."""
    query = select(witness).where(witness.c.book_no == book_no).order_by(witness.c.name)
    return tuple(
        AskedWitness(
            row.name, row.vkey, row.size, row.asked_at, row.missing_since, row.trouble
        )
        for row in db.execute(query)
    )  # fmt: skip


def keep_answer(
    db: Connection, book_no: int, asked: AskedWitness, line: str | None, size: int
) -> None:
    """Keep what a witness answered: its line under the checkpoint of `size`, or its trouble."""
    keys = witness.c.book_no == book_no, witness.c.name == asked.name
    before = db.execute(select(witness.c.missing_since).where(*keys)).scalar()
    missing = None if line is not None else before or asked.asked_at
    db.execute(delete(witness).where(*keys))
    db.execute(
        insert(witness).values(
            book_no=book_no, name=asked.name, vkey=asked.vkey, size=asked.size,
            asked_at=asked.asked_at, missing_since=missing, trouble=asked.trouble,
        )
    )  # fmt: skip
    if line is not None:
        place = cosignature.c.book_no == book_no, cosignature.c.size == size
        db.execute(delete(cosignature).where(*place, cosignature.c.witness == asked.name))
        row = {"size": size, "witness": asked.name, "line": line, "seen_at": asked.asked_at}
        db.execute(insert(cosignature).values(book_no=book_no, **row))
