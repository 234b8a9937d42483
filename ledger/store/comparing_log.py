"""The public side of a log beside its leaves: tiles, checkpoints and cosignatures, as replayed.

Not here: decisions and projections (`comparing`). Source: PROOF.md 2; design 3.5, invariant 13.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ledger.proof.checkpoint import Checkpoint, open_checkpoint, read_checkpoint
from ledger.proof.cosignature import cosigned_at
from ledger.proof.merkle import Frontier
from ledger.proof.notes import NotANote, NoteKey, read_line, read_note, read_vkey
from ledger.proof.tiles import WIDTH, root_of_tile
from ledger.store import schema
from ledger.store.comparing import Finding, as_bytes, extra
from ledger.store.streams import Reader


class LogEyes:
    """Follows the leaves of a replay, and compares what was made of them for others."""

    def __init__(self, reader: Reader, keys: Mapping[str, NoteKey]) -> None:
        """Read the rows that are there; a log's key is found by its origin."""
        self._reader, self._keys = reader, keys
        self._checkpoints = reader.stream(schema.checkpoint, "size")
        self._tiles: dict[tuple[int, int], bytes] = {
            (row.level, row.number): as_bytes(row.root) for row in reader.rows(schema.log_tile)
        }
        self._open: list[list[bytes]] = [[]]  # Hashes of each level's tile that is not full yet.
        self._full: list[int] = []  # How many tiles of each level are.
        self._absent: list[str] = []
        self._notes: dict[int, str] = {}

    def leaf(self, digest: bytes, frontier: Frontier) -> Iterator[Finding]:
        """One more leaf, and the tree with it."""
        yield from self._grow(0, digest)
        yield from extra("checkpoint", self._checkpoints.below(frontier.size))
        row = self._checkpoints.take(frontier.size)
        if row is not None:
            yield from self._compare(row, frontier)

    def _grow(self, level: int, digest: bytes) -> Iterator[Finding]:
        tile = self._open[level]
        tile.append(digest)
        if len(tile) < WIDTH:
            return
        root = root_of_tile(b"".join(tile))
        tile.clear()
        if level == len(self._full):
            self._full.append(0)
            self._open.append([])
        place = level, self._full[level]
        self._full[level] += 1
        where, kept = f"{level}/{place[1]}", self._tiles.pop(place, None)
        if kept is None:
            self._absent.append(where)  # Not kept yet, unless a checkpoint comes after it.
        elif kept != root:
            yield Finding("value", "log_tile", where, "its root is not that of the leaves")
        yield from self._grow(level + 1, root)

    def _compare(self, row: Any, frontier: Frontier) -> Iterator[Finding]:  # noqa: ANN401
        for absent in self._absent:
            yield Finding("missing", "log_tile", absent, f"the checkpoint of {row.size} needs it")
        self._absent.clear()
        where, root = str(row.size), frontier.root()
        if as_bytes(row.root) != root:
            yield Finding("value", "checkpoint", where, "its root is not that of the log")
        try:
            told = self._opened(str(row.note))
        except NotANote as error:
            yield Finding("value", "checkpoint", where, f"its note does not hold: {error}")
            return
        if told != Checkpoint(told.origin, frontier.size, root):
            yield Finding("value", "checkpoint", where, "its note says something else")
        self._notes[row.size] = str(row.note)

    def _opened(self, whole: str) -> Checkpoint:
        """What a note says, if the key of its log signed it. Errors: `NotANote`."""
        origin = read_checkpoint(read_note(whole).text).origin
        key = self._keys.get(origin)
        if key is None:
            message = f"nobody here knows the key of {origin}"
            raise NotANote(message)
        return open_checkpoint(whole, key)[0]

    def end(self) -> Iterator[Finding]:
        """What lies beyond the log, and what others are said to have signed."""
        for row in self._checkpoints.below():
            yield Finding("extra", "checkpoint", str(row.size), "the log is not so long")
        for level, number in self._tiles:
            yield Finding("extra", "log_tile", f"{level}/{number}", "the log is not so long")
        keys = {row.name: row.vkey for row in self._reader.rows(schema.witness)}
        for row in self._reader.rows(schema.cosignature):
            trouble = self._cosigned(row, keys.get(row.witness, ""))
            if trouble:
                yield Finding("value", "cosignature", f"{row.size}/{row.witness}", trouble)

    def _cosigned(self, row: Any, vkey: str) -> str:  # noqa: ANN401
        if row.size not in self._notes:
            return "there is no checkpoint of this size"
        try:
            note = read_note(self._notes[row.size]).with_lines([read_line(row.line)])
            at = cosigned_at(note, read_vkey(vkey))
        except NotANote as error:
            return str(error)
        return "" if at is not None else "the line is not of this witness"
