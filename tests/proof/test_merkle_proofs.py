"""Inclusion and consistency: every proof of every small tree, and every way to spoil one."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.proof.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    included_root,
    inclusion_proof,
    is_consistent,
    leaf_hash,
    node_hash,
    root_of,
)

SIZES = range(1, 34)

# Leaves and root that every log of RFC 6962 uses for its first tests.
KNOWN = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
         "606162636465666768696a6b6c6d6e6f")  # fmt: skip
KNOWN_ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def naive(hashes: Sequence[bytes]) -> bytes:
    """The definition, written down: RFC 6962, section 2.1."""
    if not hashes:
        return EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    middle = 1
    while middle * 2 < len(hashes):
        middle *= 2
    return node_hash(naive(hashes[:middle]), naive(hashes[middle:]))


LEAVES = [leaf_hash(bytes([number])) for number in range(200)]


def node(height: int, index: int) -> bytes:
    return naive(LEAVES[index << height : (index + 1) << height])


def test_the_roots_are_those_of_the_definition_and_of_other_logs() -> None:
    known = [leaf_hash(bytes.fromhex(leaf)) for leaf in KNOWN]
    assert naive(known).hex() == KNOWN_ROOT
    assert Frontier().extended(known).root().hex() == KNOWN_ROOT
    for size in range(len(LEAVES)):
        assert (
            root_of(size, node) == naive(LEAVES[:size]) == Frontier().extended(LEAVES[:size]).root()
        )


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_is_proved_to_its_root_and_no_other(size: int) -> None:
    root = root_of(size, node)
    for index in range(size):
        path = inclusion_proof(index, size, node)
        assert included_root(LEAVES[index], index, size, path) == root
        for other in {index - 1, index + 1, index ^ 1} - {index}:
            assert included_root(LEAVES[index], other, size, path) != root
        assert included_root(LEAVES[index], index, size, [*path, root]) != root
        assert not path or included_root(LEAVES[index], index, size, path[:-1]) != root
        assert included_root(LEAVES[index + 1], index, size, path) != root


@pytest.mark.parametrize("new", SIZES)
def test_every_growth_is_proved_and_no_other(new: int) -> None:
    now = new, root_of(new, node)
    for old in range(new + 1):
        was, path = (old, root_of(old, node)), consistency_proof(old, new, node)
        assert is_consistent(was, now, path)
        assert (not path) is (old in {0, new})
        assert not is_consistent(was, (new, EMPTY_ROOT), path) or old == 0  # From nothing, any.
        assert not is_consistent(was, now, [*path, now[1]])
        if old:
            assert not is_consistent((old, LEAVES[199]), now, path)
        for at in range(len(path)):
            spoiled = [*path[:at], LEAVES[198], *path[at + 1 :]]
            assert not is_consistent(was, now, spoiled)


def test_what_cannot_be_proved_is_not_asked() -> None:
    for index, size in ((3, 3), (-1, 3), (0, 0)):
        with pytest.raises(ValueError, match="no leaf"):
            inclusion_proof(index, size, node)
    with pytest.raises(ValueError, match="cannot have become"):
        consistency_proof(4, 3, node)
    assert included_root(LEAVES[0], 0, 0, ()) is None
    assert not is_consistent((4, LEAVES[0]), (3, LEAVES[1]), ())


@given(st.integers(1, 199), st.integers(1, 199), st.lists(st.integers(0, 199), max_size=9))
def test_no_proof_of_other_hashes_leads_anywhere(old: int, new: int, picks: list[int]) -> None:
    path = [LEAVES[pick] for pick in picks]
    if path != list(consistency_proof(min(old, new), max(old, new), node)):
        was, now = (old, root_of(old, node)), (new, root_of(new, node))
        assert is_consistent(was, now, path) is (old == new and not path)


def test_a_rewritten_leaf_breaks_every_later_growth() -> None:
    was = 20, root_of(20, node)
    rewritten = [*LEAVES[:7], leaf_hash(b"rewritten"), *LEAVES[8:]]

    def other(height: int, index: int) -> bytes:
        return naive(rewritten[index << height : (index + 1) << height])

    for new in range(21, 60):
        path = consistency_proof(20, new, other)
        assert not is_consistent(was, (new, root_of(new, other)), path)
