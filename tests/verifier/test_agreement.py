"""Two programs written apart say the same of any book: honest ones, and ones with a lie in them.

A lying operator changes one value and hashes and signs everything anew. The verifier accepts that
exactly where it is neutral: where the ledger, asked so, would have written this very log.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.core.canonical import canonical
from ledger.core.chart import CIRCUIT_BOOK
from tests.rich_book import all_requests, lapse
from tests.rich_circuit import circuit_requests
from tests.verifier.books import (
    circuit_leaves,
    decided,
    ledger_agrees,
    replayed,
    rich_leaves,
)

ODD: st.SearchStrategy[Any] = st.one_of(
    st.integers(-3, 3), st.booleans(), st.text(max_size=3), st.none(), st.floats(allow_nan=False),
    st.sampled_from([2**53, 2**53 - 1, "\ud800", "\x00", "0" * 32, "f" * 32, "F" * 32, "refund"]),
    st.lists(st.integers(), max_size=2), st.just({}),
)  # fmt: skip


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401
    if path:
        yield path
    inner: Any = enumerate(value) if isinstance(value, list) else ()
    for key, item in value.items() if isinstance(value, dict) else inner:
        yield from paths(item, (*path, key))


def at(value: Any, path: tuple[Any, ...]) -> Any:  # noqa: ANN401
    for key in path:
        value = value[key]
    return value


@st.composite
def lies(draw: st.DrawFn, honest: Callable[[], tuple[bytes, ...]] = rich_leaves) -> list[bytes]:
    """A rich book with one value added to, taken away, or put in the place of another."""
    leaves = list(honest())
    index = draw(st.integers(0, len(leaves) - 1))
    leaf = json.loads(leaves[index])
    path = draw(st.sampled_from(list(paths(leaf))))
    holder, old = at(leaf, path[:-1]), at(leaf, path)
    how = draw(st.sampled_from(["near", "other", "odd", "gone", "twice", "more"]))
    if how == "near" and type(old) is int:
        holder[path[-1]] = old + draw(st.sampled_from([-1, 1, 100, -100]))
    elif how == "gone":
        del holder[path[-1]]
    elif how == "twice" and isinstance(holder, list):
        holder.insert(path[-1], old)
    elif how == "more" and isinstance(old, dict):
        old[draw(st.sampled_from(["floor", "ceiling", "partial", "total", "x"]))] = draw(ODD)
    elif how == "odd":
        holder[path[-1]] = draw(ODD)
    else:
        elsewhere = json.loads(leaves[draw(st.integers(0, len(leaves) - 1))])
        same = [one for one in paths(elsewhere) if type(at(elsewhere, one)) is type(old)]
        holder[path[-1]] = at(elsewhere, draw(st.sampled_from(same))) if same else 0
    leaves[index] = written(leaf)
    return leaves


def written(leaf: object) -> bytes:
    try:
        return canonical(leaf)  # type: ignore[arg-type]
    except ValueError:  # A lone surrogate.
        return json.dumps(leaf, sort_keys=True, separators=(",", ":")).encode()


@settings(max_examples=1_500, deadline=None, suppress_health_check=list(HealthCheck))
@given(lies())
def test_a_lie_of_one_value_is_found_unless_the_ledger_would_have_written_it(
    leaves: list[bytes],
) -> None:
    assert (replayed(leaves) is None) == ledger_agrees(leaves)


@settings(max_examples=1_500, deadline=None, suppress_health_check=list(HealthCheck))
@given(lies(circuit_leaves))
def test_a_lie_in_the_book_of_the_circuit_is_found_too(leaves: list[bytes]) -> None:
    assert (replayed(leaves, CIRCUIT_BOOK) is None) == ledger_agrees(leaves, CIRCUIT_BOOK)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_the_circuit_too_decides_requests_in_any_order_alike(data: st.DataObject) -> None:
    requests = circuit_requests()
    some = data.draw(st.lists(st.sampled_from(requests[1:]), max_size=40, unique_by=id))
    leaves = decided([requests[0], *some], book=CIRCUIT_BOOK)
    assert replayed(leaves, CIRCUIT_BOOK) is None
    assert ledger_agrees(leaves, CIRCUIT_BOOK)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_requests_in_any_order_and_any_often_are_decided_alike(data: st.DataObject) -> None:
    requests = [*all_requests(), lapse()]
    some = data.draw(st.lists(st.sampled_from(requests[1:]), max_size=40, unique_by=id))
    leaves = decided([requests[0], *some])
    assert replayed(leaves) is None
    assert ledger_agrees(leaves)
