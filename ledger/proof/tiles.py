"""The tiles of a log: which there are for a size, how they are called, what they lead to.

A tile is up to 256 hashes of one level, eight tree levels apart. Source: C2SP tlog-tiles.
Not here: where they are kept (the store), and entries, which are never public (design 7).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from ledger.proof.merkle import HASH_SIZE, Frontier, Nodes

WIDTH: Final = 256
HEIGHT: Final = 8
MAX_LEVEL: Final = 63
_PATH: Final = re.compile(
    r"(?P<level>0|[1-9]\d?)/(?P<number>(?:x\d{3}/)*\d{3})(?:\.p/(?P<width>[1-9]\d{0,2}))?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Tile:
    """Tile `number` of a level; `width` of its 256 hashes are there."""

    level: int
    number: int
    width: int = WIDTH

    def path(self) -> str:
        """Its path under `tile/`."""
        digits = f"{self.number:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        *first, last = (digits[at : at + 3] for at in range(0, len(digits), 3))
        name = "".join(f"x{part}/" for part in first) + last
        return f"{self.level}/{name}" + ("" if self.width == WIDTH else f".p/{self.width}")


def read_path(path: str) -> Tile | None:
    """The tile that a path names; None for a path that names none."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    number = int(found["number"].replace("x", "").replace("/", ""))
    tile = Tile(int(found["level"]), number, int(found["width"] or WIDTH))
    return tile if tile.level <= MAX_LEVEL and tile.path() == path else None


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile of a log of so many leaves, level by level."""
    level, hashes = 0, size
    while hashes:
        yield from (Tile(level, number) for number in range(hashes // WIDTH))
        if hashes % WIDTH:
            yield Tile(level, hashes // WIDTH, hashes % WIDTH)
        level, hashes = level + 1, hashes // WIDTH


def is_tile_of(tile: Tile, size: int) -> bool:
    """Whether a log of so many leaves has this tile, whole or as a part."""
    return tile.number * WIDTH + tile.width <= size >> (HEIGHT * tile.level)


def root_of_tile(hashes: bytes) -> bytes:
    """What a full tile hashes to: its hash in the level above. Also of any power of two of them."""
    parts = (hashes[at : at + HASH_SIZE] for at in range(0, len(hashes), HASH_SIZE))
    return Frontier().extended(parts).root()


ReadHashes: TypeAlias = Callable[[int, int, int, int], bytes]


def nodes_of(read: ReadHashes) -> Nodes:
    """The nodes of a tree; `read` gives hashes of a tile by level, number, first and count."""

    def node(height: int, index: int) -> bytes:
        level, above = divmod(height, HEIGHT)
        count = 1 << above
        number, first = divmod(index * count, WIDTH)
        return root_of_tile(read(level, number, first, count))

    return node
