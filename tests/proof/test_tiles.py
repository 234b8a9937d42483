"""Tiles: their paths as the page writes them, and any proof computed from them alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.proof.merkle import (
    Frontier,
    consistency_proof,
    included_root,
    inclusion_proof,
    is_consistent,
    leaf_hash,
    root_of,
)
from ledger.proof.tiles import (
    Tile,
    is_tile_of,
    nodes_of,
    read_path,
    root_of_tile,
    tiles_of,
)

LEAVES = [leaf_hash(number.to_bytes(4, "big")) for number in range(70_000)]


def levels() -> list[list[bytes]]:
    found = [LEAVES]
    while len(found[-1]) >= 256:
        below = found[-1]
        full = range(0, len(below) - len(below) % 256, 256)
        found.append([root_of_tile(b"".join(below[at : at + 256])) for at in full])
    return found


LEVELS = levels()


def read(level: int, number: int, first: int, count: int) -> bytes:
    at = number * 256 + first
    hashes = LEVELS[level][at : at + count]
    assert len(hashes) == count
    return b"".join(hashes)


NODES = nodes_of(read)


def test_a_path_is_written_as_the_page_writes_it() -> None:
    assert Tile(0, 1234067).path() == "0/x001/x234/067"
    assert Tile(2, 0, 1).path() == "2/000.p/1"
    assert Tile(1, 1000).path() == "1/x001/000"


@given(st.integers(0, 63), st.integers(0, 10**10), st.integers(1, 256))
def test_a_path_is_read_back(level: int, number: int, width: int) -> None:
    tile = Tile(level, number, width)
    assert read_path(tile.path()) == tile


@pytest.mark.parametrize(
    "path",
    [
        "", "0", "0/", "0/0", "00/000", "64/000", "0/000/", "0/x000/001", "0/1000", "0/000.p/0",
        "0/000.p/256", "0/000.p/01", "0/000.p/1000", "-1/000", "0/../000", "0/x12/000", "0/000.p/",
        "0/entries", "0/\u0661\u0661\u0661", "0/000\n",
    ],
)  # fmt: skip
def test_what_names_no_tile_is_none(path: str) -> None:
    assert read_path(path) is None


def test_a_log_of_70000_has_the_tiles_of_the_pages_example() -> None:
    tiles = list(tiles_of(70_000))
    count = {(tile.level, tile.width): 0 for tile in tiles}
    for tile in tiles:
        count[tile.level, tile.width] += 1
    assert count == {(0, 256): 273, (0, 112): 1, (1, 256): 1, (1, 17): 1, (2, 1): 1}
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == []


def test_a_tile_is_of_a_size_that_filled_it() -> None:
    assert all(is_tile_of(tile, 70_000) for tile in tiles_of(70_000))
    assert is_tile_of(Tile(0, 273, 112), 70_000)
    assert not is_tile_of(Tile(0, 273, 113), 70_000)
    assert not is_tile_of(Tile(2, 0, 2), 70_000)
    assert not is_tile_of(Tile(3, 0, 1), 70_000)


@given(st.integers(1, 70_000), st.integers(1, 70_000), st.randoms())
def test_any_proof_comes_from_the_tiles_alone(one: int, two: int, chance: object) -> None:
    old, new = sorted((one, two))
    root = root_of(new, NODES)
    index = chance.randrange(new)  # type: ignore[attr-defined]
    path = inclusion_proof(index, new, NODES)
    assert included_root(LEAVES[index], index, new, path) == root
    growth = consistency_proof(old, new, NODES)
    assert is_consistent((old, root_of(old, NODES)), (new, root), growth)


def test_the_root_from_tiles_is_the_root_of_the_leaves() -> None:
    for size in (1, 255, 256, 257, 65_535, 65_536, 65_537, 70_000):
        assert root_of(size, NODES) == Frontier().extended(LEAVES[:size]).root()
