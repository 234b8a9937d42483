"""Whatever the months hold: what is told has enough behind it, and what is not cannot be found."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ledger.core.indicators import Band
from ledger.reports.small_cells import (
    FEWEST_FAMILIES,
    FEWEST_SHOPS,
    Cell,
    told_by_month,
    told_by_part,
    told_in_bands,
    told_within,
)

# Who spent where: a month is a list of purchases, (family, shop, kind of shop, cents).
purchases = st.tuples(
    st.integers(1, 9), st.integers(1, 5), st.sampled_from("abc"), st.integers(1, 99)
)
months = st.lists(st.lists(purchases, max_size=14), max_size=8)
Purchases = list[tuple[int, int, str, int]]


def cell(bought: Purchases) -> Cell:
    families, shops = {one[0] for one in bought}, {one[1] for one in bought}
    return Cell(sum(one[3] for one in bought), len(bought), len(families), len(shops))


def parts(bought: Purchases) -> dict[str, Cell]:
    return {
        kind: cell([one for one in bought if one[2] == kind]) for kind in {o[2] for o in bought}
    }


def enough(bought: Purchases) -> bool:
    """Seen from outside: really so many different families and shops."""
    families, shops = {one[0] for one in bought}, {one[1] for one in bought}
    return not bought or (len(families) >= FEWEST_FAMILIES and len(shops) >= FEWEST_SHOPS)


def groups(pages: list[Purchases]) -> tuple[list[Purchases], Purchases]:
    """What is behind each number that is told, and what waits."""
    told = told_by_month([cell(page) for page in pages])
    made: list[Purchases] = []
    waiting: Purchases = []
    for page, cents in zip(pages, told, strict=True):
        waiting = waiting + page
        if cents is not None:
            assert cents == sum(one[3] for one in waiting)
            made.append(waiting)
            waiting = []
    return made, waiting


@given(months)
def test_enough_are_behind_each_number(pages: list[Purchases]) -> None:
    made, _waiting = groups(pages)
    assert all(enough(group) for group in made)


@given(months)
def test_what_was_told_never_changes(pages: list[Purchases]) -> None:
    cells = [cell(page) for page in pages]
    for size in range(len(cells)):
        assert told_by_month(cells)[:size] == told_by_month(cells[:size])


@given(months)
def test_the_total_adds_up_what_is_told_only(pages: list[Purchases]) -> None:
    made, waiting = groups(pages)
    total = sum(cents or 0 for cents in told_by_month([cell(page) for page in pages]))
    everything = sum(one[3] for page in pages for one in page)
    assert total == everything - sum(one[3] for one in waiting)
    assert total == sum(one[3] for group in made for one in group)


@given(months)
def test_each_kind_of_shop_and_the_others_have_enough_behind_them(pages: list[Purchases]) -> None:
    for group in groups(pages)[0]:
        told = told_by_part(parts(group), "others")
        assert sum(told.values()) == sum(one[3] for one in group)
        for kind, cents in told.items():
            others = [one for one in group if one[2] not in told]
            behind = others if kind == "others" else [one for one in group if one[2] == kind]
            assert cents == sum(one[3] for one in behind)
            assert enough(behind)


def test_a_small_part_takes_the_smallest_large_one_with_it() -> None:
    large = {"bread": Cell(90, 9, 9, 4), "meat": Cell(50, 9, 9, 4)}
    assert told_by_part(large | {"books": Cell(3, 1, 1, 1)}, "others") == {
        "bread": 90, "others": 53,
    }  # fmt: skip
    assert told_by_part(large, "others") == {"bread": 90, "meat": 50}


def test_four_families_wait_and_five_do_not() -> None:
    four, five = Cell(40, 4, 4, 3), Cell(50, 5, 5, 3)
    assert told_by_month([four, Cell(), five, Cell(), four]) == [None, None, 90, 0, None]
    assert told_by_month([Cell(50, 5, 5, 2)]) == [None]  # Two shops.
    assert told_by_month([Cell(0, 2, 1, 1)]) == [None]  # Bought and given back, by one family.
    assert told_by_month([Cell(50, 5, 5, None)]) == [50]  # Not spent in shops.


bands = st.lists(
    st.integers(0, 12).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), max_size=8
)


@given(bands)
def test_bands_are_added_up_until_nobody_is_found_in_them(counts: list[tuple[int, int]]) -> None:
    given_bands = [
        Band(at, at + 1, applications, admitted, admitted * 100)
        for at, (applications, admitted) in enumerate(counts)
    ]
    told = told_in_bands(given_bands)
    for one in told:
        for count in (one.applications, one.admitted, one.applications - one.admitted):
            assert count == 0 or count >= FEWEST_FAMILIES
    if told:  # Nobody is lost: all of them, or none are told.
        assert sum(one.applications for one in told) == sum(pair[0] for pair in counts)
        assert (told[0].over, told[-1].upto) == (0, len(counts))
        for before, later in pairwise(told):
            assert before.upto == later.over


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_no_difference_of_told_counts_is_small(one: int, two: int, three: int) -> None:
    counts = dict(zip("abc", sorted((one, two, three), reverse=True), strict=True))
    told = list(told_within(counts).values())
    for at, count in enumerate(told):
        assert count == 0 or count >= FEWEST_FAMILIES
        for outer in told[:at]:
            assert outer == count or outer - count >= FEWEST_FAMILIES
