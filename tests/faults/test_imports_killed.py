"""A process killed at every point between two stores: nothing half-imported, run again it is whole.

Real SIGKILLs, just before or after a commit that is named by its store and number. Both engines.
"""

import os
import signal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from stdnum.it import codicefiscale

from ledger import Ledger, open_ledger, random_id
from ledger.core.quantities import DAY
from ledger.imports.applications import read_applications
from ledger.operations import issue_vouchers
from ledger.operations.import_applications import Target, compare_with_ledger, prepare_batch
from ledger.operations.issue_credential import issue_family_codes
from ledger.operations.issue_vouchers import issue_batch
from ledger.operations.sweep_vault import sweep_vault
from ledger.reports.batches_page import batches
from ledger.reports.letters_to_print import families_of_batch, letters_to_print
from ledger.reports.programme_page import every_fund, programme_totals
from ledger.store import people
from ledger.store.engines import Store
from ledger.store.keys import person_key
from ledger.store.registers.batches import Draft
from ledger.store.schema import credential, family
from ledger.store.vault_schema import lookup, opening, person
from tests.processes import forking
from tests.town import NOON, make_town

Place = tuple[str, int, bool]  # Of which store, the how manieth commit, after it or before.
FAMILIES = 62
OF_THE_VAULT, OF_AN_ISSUE = (
    40,
    51,
)  # Portions: ten of ours are one here, so that 62 are two of each.


def a_list(families: int = FAMILIES) -> str:
    lines = ["Codice fiscale;Cognome;Nome;Importo"]
    for number in range(families):
        stem = f"PRV{'ABCDEFGHIJ'[number // 100]}{'XYZ'[number % 3]}A80A{number % 28 + 1:02}"
        stem += f"F{number % 900 + 100:03}"
        lines.append(f"{stem}{codicefiscale.calc_check_digit(stem)};Prova;Persona;10,00")
    return "\n".join(lines)


def take_small_portions() -> None:
    people.CHUNK = OF_THE_VAULT
    issue_vouchers.PORTION = OF_AN_ISSUE


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "CHUNK", OF_THE_VAULT)
    monkeypatch.setattr(issue_vouchers, "PORTION", OF_AN_ISSUE)


def die_at(ledger: Ledger, store: Store, number: int, *, after: bool) -> None:
    """Kill this process at the numbered commit of a store: nobody is told, nothing is tidied."""
    dialect: Any = ledger._engines[store].dialect
    commit, seen = dialect.do_commit, 0

    def deadly(dbapi: Any) -> None:  # noqa: ANN401 -- the driver's.
        nonlocal seen
        seen += 1
        if seen == number and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        commit(dbapi)
        if seen == number and after:
            os.kill(os.getpid(), signal.SIGKILL)

    dialect.do_commit = deadly


def import_and_die(url: str, place: Place) -> None:
    take_small_portions()  # Another process than the test's.
    with open_ledger(url, clock=lambda: NOON) as ledger:
        die_at(ledger, Store(place[0]), place[1], after=place[2])
        import_it(ledger)


def import_it(ledger: Ledger) -> Draft:
    """The same file for the same target, by whatever process."""
    [fund] = every_fund(ledger, 1)
    target = Target(fund.programme_id, fund.fund, "1")
    compared = compare_with_ledger(ledger, "giussano", read_applications(a_list().encode()), target)
    return prepare_batch(ledger, "giussano", compared, target, prepared_by=random_id(), now=NOON)


def issue_and_die(url: str, place: Place) -> None:
    take_small_portions()
    with open_ledger(url, clock=lambda: NOON) as ledger:
        town = make_town(ledger)
        draft = town.prepare(town.programme(), a_list())
        town.approve(draft)
        die_at(ledger, Store(place[0]), place[1], after=place[2])
        issue_all(ledger, draft.batch_id)


def issue_all(ledger: Ledger, batch_id: UUID) -> None:
    issue_batch(ledger, "giussano", batch_id, now=NOON)
    families = families_of_batch(ledger, 1, batch_id)
    issue_family_codes(ledger, "giussano", families, now=NOON)


def killed(target: Any, url: str, place: Place) -> None:  # noqa: ANN401
    child = forking().Process(target=target, args=(url, place))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL


def count(ledger: Ledger, table: Any, store: Store = Store.BOOK) -> int:  # noqa: ANN401
    with ledger.reading(store) as db:
        return int(db.execute(select(func.count()).select_from(table)).scalar_one())


def assert_whole(ledger: Ledger) -> None:
    """Everybody once, in all three stores, and the book proved."""
    counts = {table.name: count(ledger, table, store) for table, store in (
        (family, Store.BOOK), (person, Store.VAULT), (lookup, Store.VAULT),
        (person_key, Store.KEYS),
    )}  # fmt: skip
    assert set(counts.values()) == {FAMILIES}, counts
    assert list(ledger.book("giussano").check()) == []


IN_IMPORT = [
    ("keys", 1, True), ("vault", 1, False), ("vault", 1, True), ("keys", 2, True),
    ("vault", 2, True), ("book", 1, False), ("book", 1, True),
]  # fmt: skip


@pytest.mark.parametrize("place", IN_IMPORT, ids=str)
def test_an_import_that_was_killed(url: str, place: Place) -> None:
    with open_ledger(url, clock=lambda: NOON) as ledger:
        make_town(ledger).programme()
    killed(import_and_die, url, place)
    with open_ledger(url, clock=lambda: NOON) as ledger:
        found = batches(ledger, 1)
        assert [(one.row_count, one.total_cents) for one in found] in (
            [],
            [(FAMILIES, FAMILIES * 10_00)],
        )
        assert count(ledger, family) == (FAMILIES if found else 0)
        draft = import_it(ledger)
        assert [one.batch_id for one in batches(ledger, 1)] == [draft.batch_id]
        sweep_vault(ledger, now=NOON + 2 * DAY)  # Keys that the killed one left behind.
        assert_whole(ledger)


IN_ISSUE = [
    ("vault", 1, True), ("book", 1, False), ("book", 1, True), ("vault", 2, True),
    ("book", 2, False), ("book", 3, False), ("book", 3, True), ("book", 4, True),
    ("vault", 3, True), ("book", 5, True),
]  # fmt: skip


@pytest.mark.parametrize("place", IN_ISSUE, ids=str)
def test_an_issue_that_was_killed(url: str, place: Place) -> None:
    killed(issue_and_die, url, place)
    with open_ledger(url, clock=lambda: NOON) as ledger:
        assert list(ledger.book("giussano").check()) == []
        [before] = programme_totals(ledger, 1)
        [batch] = batches(ledger, 1)
        assert before.agrees
        assert before.at("voucher") == batch.issued_cents
        assert before.at("voucher") + before.at("batch") in {0, FAMILIES * 10_00}
        issue_all(ledger, batch.batch_id)
        [totals] = programme_totals(ledger, 1)
        assert (totals.at("voucher"), totals.at("batch")) == (FAMILIES * 10_00, 0)
        assert totals.at("fund") == 10_000_00 - FAMILIES * 10_00
        assert_whole(ledger)
        assert count(ledger, credential) == FAMILIES
        families = families_of_batch(ledger, 1, batch.batch_id)
        assert len(letters_to_print(ledger, "c_e063", 1, families)) == FAMILIES
        assert (
            count(ledger, opening, Store.VAULT) <= FAMILIES + OF_AN_ISSUE
        )  # One portion, at most.
