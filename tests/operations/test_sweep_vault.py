"""Whom an import that broke off left in the vault is deleted after a day; nobody else ever is."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from ledger import Ledger, open_ledger, random_id
from ledger.core.quantities import DAY, SECOND, Instant
from ledger.operations.sweep_vault import left_behind, sweep_vault
from ledger.store import orphans
from ledger.store.engines import Store
from ledger.store.keys import person_key
from ledger.store.masters import keep_person_keys
from ledger.store.people import NewPerson, find_people, keep_people, papers_of, with_families
from ledger.store.vault_schema import lookup, paper, person
from scripts.cli import app
from tests.town import BIANCHI, NOON, ROSSI, make_town

LATER = NOON + DAY + SECOND
NAMES = {"name": "Mara"}


def keep(ledger: Ledger, code: str, now: Instant = NOON) -> None:
    keep_people(ledger, [NewPerson(code, NAMES)], now=now)


def rows(ledger: Ledger) -> list[int]:
    counts = []
    for table, store in (
        (person, Store.VAULT), (paper, Store.VAULT), (lookup, Store.VAULT),
        (person_key, Store.KEYS),
    ):  # fmt: skip
        with ledger.reading(store) as db:
            counts.append(db.execute(select(func.count()).select_from(table)).scalar_one())
    return counts


def test_only_who_has_no_family_for_a_day_is_swept(ledger: Ledger) -> None:
    town = make_town(ledger)
    town.issue(town.programme())
    keep(ledger, "LEFTBEHIND")
    assert (left_behind(ledger, now=NOON + DAY), sweep_vault(ledger, now=NOON + DAY)) == (0, 0)
    assert (left_behind(ledger, now=LATER), rows(ledger)) == (1, [3, 7, 3, 3])
    assert sweep_vault(ledger, now=LATER) == 1
    assert rows(ledger) == [2, 6, 2, 2]
    assert (sweep_vault(ledger, now=LATER), left_behind(ledger, now=LATER)) == (0, 0)
    assert set(find_people(ledger, [ROSSI, BIANCHI, "LEFTBEHIND"])) == {ROSSI, BIANCHI}
    assert list(ledger.book("giussano").check()) == []


def test_a_key_of_nobody_is_swept(ledger: Ledger) -> None:
    lone = {random_id(): bytes(32)}
    ledger.write(lambda db: keep_person_keys(db, lone, NOON), store=Store.KEYS)
    assert sweep_vault(ledger, now=NOON + DAY) == 0
    assert sweep_vault(ledger, now=LATER) == 1
    assert rows(ledger) == [0, 0, 0, 0]


def test_who_is_wanted_again_is_young_again(ledger: Ledger) -> None:
    """Yesterday's import broke off; today's finds them, and must not lose them on the way."""
    make_town(ledger)
    keep(ledger, ROSSI)
    keep(ledger, ROSSI, now=LATER)
    assert sweep_vault(ledger, now=LATER + SECOND) == 0
    assert papers_of(ledger, list(find_people(ledger, [ROSSI]).values()))


def test_who_is_wanted_after_they_were_found_is_not_swept(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worst moment: an import takes them up between the sweep's look and its deletion."""
    make_town(ledger)
    keep(ledger, ROSSI)
    find = orphans.find_orphans

    def found_then_wanted(opened: Ledger, *, now: Instant) -> orphans.Orphans:
        found = find(opened, now=now)
        keep(opened, ROSSI, now=now)
        return found

    monkeypatch.setattr(orphans, "find_orphans", found_then_wanted)
    assert sweep_vault(ledger, now=LATER) == 0
    assert rows(ledger) == [1, 1, 1, 1]


def test_a_sweep_beside_an_import_loses_nobody(url: str) -> None:
    """Two ledgers on the same stores: one imports old orphans while the other sweeps."""
    turns = 40
    with open_ledger(url) as importing, open_ledger(url) as sweeping, ThreadPoolExecutor(1) as pool:
        make_town(importing)
        for turn in range(turns):
            new = [NewPerson(f"TURN{turn}", NAMES)]
            keep_people(importing, new, now=NOON)
            swept = pool.submit(sweep_vault, sweeping, now=LATER)
            [who] = keep_people(importing, new, now=LATER).values()
            with_families(importing, 1, [who], lambda _db, _families: None, now=LATER)
            assert swept.result() in {0, 1}
            assert papers_of(importing, [who]) == {who: NAMES}
        assert sweep_vault(sweeping, now=LATER) == 0
        assert rows(importing) == [turns] * 4


def test_a_dry_run_counts_and_touches_nothing(url: str) -> None:
    with open_ledger(url) as ledger:
        make_town(ledger)
        keep(ledger, ROSSI, now=ledger.clock() - 2 * DAY)
        before = rows(ledger)
    told = CliRunner().invoke(app, ["tick", "--database", url, "--dry-run"])
    assert told.exit_code == 0, told.output
    with open_ledger(url) as ledger:
        assert "in the vault: 1 persons" in told.output
        assert rows(ledger) == before
