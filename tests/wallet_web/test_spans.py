"""The period in an address: a year, a part of it, or from one day to another."""

from datetime import date

import pytest
from starlette.exceptions import HTTPException

from wallet_web.spans import span_of

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("asked", "begins", "ends"),
    [
        ({}, date(2026, 1, 1), date(2026, 12, 31)),
        ({"anno": "2024", "parte": "m2"}, date(2024, 2, 1), date(2024, 2, 29)),
        ({"anno": "2026", "parte": "t4"}, date(2026, 10, 1), date(2026, 12, 31)),
        ({"dal": "2026-03-05", "al": "2026-03-05"}, date(2026, 3, 5), date(2026, 3, 5)),
        ({"dal": "2026-03-05"}, date(2026, 3, 5), TODAY),
    ],
)
def test_an_address_tells_a_period(asked: dict[str, str], begins: date, ends: date) -> None:
    made = span_of(asked, TODAY)
    assert (made.begins, made.ends) == (begins, ends)
    again = span_of(dict(one.split("=") for one in made.address.split("&")), TODAY)
    assert (again.begins, again.ends) == (begins, ends)


@pytest.mark.parametrize(
    "asked",
    [
        {"anno": "due"}, {"anno": "1999"}, {"parte": "t5"}, {"dal": "2026-13-01"},
        {"dal": "2026-02-02", "al": "2026-02-01"}, {"al": "2026-02-01"}, {"anno": "99999"},
    ],
)  # fmt: skip
def test_what_is_no_period_is_refused(asked: dict[str, str]) -> None:
    with pytest.raises(HTTPException) as refused:
        span_of(asked, TODAY)
    assert refused.value.status_code == 400


def test_the_year_before_is_the_same_days() -> None:
    before = span_of({"anno": "2025", "parte": "m2"}, TODAY).year_before
    assert (before.begins, before.ends) == (date(2024, 2, 1), date(2024, 2, 29))
