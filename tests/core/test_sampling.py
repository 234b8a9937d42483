"""What a seed draws: the same for everybody, as specified, and never too few."""

from hashlib import sha256
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import RequestId
from ledger.core.sampling import drawn, rank, sample_size

IDS = [RequestId(UUID(int=at)) for at in range(1, 201)]


def test_the_order_is_what_the_specification_says() -> None:
    words = f"portavalori/sample/1\0verde\0{IDS[0].hex}"
    assert rank("verde", IDS[0]) == sha256(words.encode()).digest()
    first = [one.int for one in drawn(IDS, "verde", 15)]
    assert first[:6] == [35, 47, 63, 173, 132, 163]  # By a script of four lines.
    assert len(first) == 30


@given(st.sets(st.sampled_from(IDS)), st.text("abc0 ", min_size=1, max_size=64), st.randoms())
def test_the_same_seed_draws_the_same_however_the_rows_come(
    ids: set[RequestId], seed: str, chance: Random
) -> None:
    shuffled = list(ids)
    chance.shuffle(shuffled)
    assert drawn(shuffled, seed, 20) == drawn(ids, seed, 20)


@given(st.integers(0, 100_000), st.integers(15, 100))
def test_never_less_than_the_share_and_never_one_too_many(population: int, percent: int) -> None:
    size = sample_size(population, percent)
    assert size * 100 >= population * percent > (size - 1) * 100 or population == size == 0


def test_another_seed_draws_others() -> None:
    assert drawn(IDS, "a", 15) != drawn(IDS, "b", 15)


@pytest.mark.parametrize(
    ("seed", "percent"), [("", 15), ("x" * 65, 15), ("é", 15), ("x", 14), ("x", 101)]
)
def test_what_is_no_seed_or_share_is_refused(seed: str, percent: int) -> None:
    with pytest.raises(ValueError, match=r"seed|percent"):
        drawn(IDS, seed, percent)
