"""The trial of the second person sees what it should: without a guard its way gets through."""

from collections.abc import Iterator
from typing import Any

import pytest

from ledger import Ledger
from ledger.operations import approve_batch, issue_vouchers
from tests.faults.four_eyes import World

NOBODY_LOOKS = [
    ((approve_batch, "is_as_drafted", lambda *_given: True), "a row changed before the signature"),
    ((approve_batch, "_refusal", lambda *_given: None), "a list by the role auditor"),
    ((issue_vouchers, "is_signed", lambda *_given: True), "a row changed after the signature"),
]  # A status written by hand alone moves nothing: the book has no account for such a list.


def through(ledger: Ledger, wanted: str) -> bool:
    """Whether one way gets through; those before it are tried too."""
    for name, attempt in World.made(ledger).attempts():
        got = attempt()
        if name == wanted:
            return got
    raise LookupError(wanted)


@pytest.mark.parametrize(("planted", "way"), NOBODY_LOOKS)
def test_a_guard_that_does_not_look_is_seen(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, planted: tuple[Any, str, Any], way: str
) -> None:
    monkeypatch.setattr(*planted)
    assert through(ledger, way)


def test_the_right_person_gets_through_every_time(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def right(self: World, _first: object) -> Iterator[tuple[str, Any]]:
        yield "the right person", self.town.approver

    monkeypatch.setattr(World, "wrong_people", right)
    told = {name: attempt() for name, attempt in World.made(ledger)._by_people()}
    assert told == dict.fromkeys(told, True)
    assert len(told) == 7  # A list, a rule, a recall, slips, a ranking, money in, money back.
