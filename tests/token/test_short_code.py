from itertools import combinations, permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.token import short_code

BITS = st.integers(0, 2**55 - 1)
CODES = BITS.map(short_code.make)
PLACES = range(12)


def weight_at(place: int, value: int) -> int:
    return short_code._weigh([value if at == place else 0 for at in PLACES])


@given(BITS)
def test_a_code_reads_back_and_keeps_all_its_bits(bits: int) -> None:
    code = short_code.make(bits)
    assert short_code.parse(code) == code
    values = [short_code.ALPHABET.index(one) for one in code.replace("-", "")]
    assert sum(value << 5 * (10 - place) for place, value in enumerate(values[:-1])) == bits


@pytest.mark.parametrize("bits", [-1, 2**55])
def test_a_code_holds_55_bits_and_no_more(bits: int) -> None:
    with pytest.raises(ValueError, match="55 bits"):
        short_code.make(bits)


@given(CODES, st.data())
def test_what_people_do_to_a_code_is_forgiven(code: str, data: st.DataObject) -> None:
    typed = "".join(
        data.draw(st.sampled_from({"0": "0oO", "1": "1iIlL"}.get(one, one + one.lower())))
        + data.draw(st.sampled_from(["", " ", "-"]))
        for one in code
    )
    assert short_code.parse(typed) == code


@given(st.lists(st.integers(0, 31), min_size=12, max_size=12), st.data())
def test_the_weighted_sum_is_linear(one: list[int], data: st.DataObject) -> None:
    other = data.draw(st.lists(st.integers(0, 31), min_size=12, max_size=12))
    both = [a ^ b for a, b in zip(one, other, strict=True)]
    assert short_code._weigh(both) == short_code._weigh(one) ^ short_code._weigh(other)


def test_no_wrong_character_goes_unseen() -> None:
    # With the linearity above, this says it of all 2^55 codes: every place, every difference.
    assert all(weight_at(place, change) for place, change in product(PLACES, range(1, 32)))


def test_no_two_characters_that_changed_places_go_unseen() -> None:
    for (one, other), (a, b) in product(combinations(PLACES, 2), permutations(range(32), 2)):
        assert weight_at(one, a) ^ weight_at(other, b) != weight_at(one, b) ^ weight_at(other, a)


@given(CODES, st.sampled_from(range(14)), st.sampled_from(short_code.ALPHABET))
def test_a_wrong_character_is_mistyped(code: str, place: int, other: str) -> None:
    wrong = code[:place] + other + code[place + 1 :]
    if code[place] in {"-", other}:
        return
    with pytest.raises(short_code.Mistyped) as mistyped:
        short_code.parse(wrong)
    assert code not in str(mistyped.value)


@given(st.text(max_size=60))
def test_any_text_is_read_or_mistyped(typed: str) -> None:
    try:
        code = short_code.parse(typed)
    except short_code.Mistyped:
        return
    assert short_code.parse(code) == code
