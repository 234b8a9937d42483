"""Sales without network that a lost disk took with it are handed in again, and paid in full.

The server's own signature under the till's right is all that is left of it. On SQLite only, whose
files are put back from before.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ledger import Ledger
from ledger.core.quantities import SECOND
from ledger.store.network.recoveries import Recovery, begin_recovery
from ledger.store.signing import Signer
from tests.engines import sqlite_copy
from tests.offline.outage import NOW, World, make_world, opened


@pytest.fixture
def restored(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[Ledger, list[bytes], World]]:
    """A ledger put back from before a slip was shown at two tills, and what those tills sent."""
    url, aside = sqlite_copy(sqlite_template, tmp_path), tmp_path / "aside"
    with opened(url) as ledger:
        world = make_world(ledger)
        tills = [world.till(world.town.shop(f"Prova {number}")) for number in (1, 2)]
        [slip] = world.slips(1)
    aside.mkdir()
    for file in tmp_path.glob("*.db"):
        shutil.copy(file, aside / file.name)
    sent = []
    with opened(url) as ledger:
        there = moved(world, ledger)
        for till in tills:
            till.world = there
            till.meet(NOW + 10)
            till.accept(slip, 10_00, NOW + 20)
            sent += till.queue
            assert till.upload(NOW + 60)[0].outcome.startswith("posted")
    with opened(f"sqlite:///{aside / 'portavalori.db'}") as ledger:
        yield ledger, sent, moved(world, ledger)


def moved(world: World, ledger: Ledger) -> World:
    """The same town, on another copy of its ledger."""
    town = replace(world.town, ledger=ledger)
    return replace(world, ledger=ledger, town=town, signer=Signer(ledger))


def test_both_shops_are_paid_again_though_their_rights_were_lost_too(
    restored: tuple[Ledger, list[bytes], World],
) -> None:
    ledger, sent, world = restored
    before = world.cover
    lost = Recovery(world.town.book_no, 1, 9, NOW * SECOND, (NOW + 60) * SECOND, NOW, NOW)
    ledger.write(lambda db: begin_recovery(db, lost))
    outcomes = [world.take(raw, NOW + 120).outcome for raw in sent]
    assert outcomes == ["posted", "posted_with_loss"]
    assert before - world.cover == 10_00
    assert [world.take(raw, NOW + 180).outcome for raw in sent] == outcomes
    assert list(ledger.book("giussano").check()) == []


def test_a_right_of_another_time_is_none(restored: tuple[Ledger, list[bytes], World]) -> None:
    ledger, sent, world = restored
    later = Recovery(world.town.book_no, 1, 9, (NOW + 30) * SECOND, (NOW + 60) * SECOND, NOW, NOW)
    ledger.write(lambda db: begin_recovery(db, later))
    outcomes = [world.take(raw, NOW + 120).outcome for raw in sent]
    assert outcomes == ["posted", "disputed"]
