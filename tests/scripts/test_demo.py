"""The demo network: of any size, its books are right, and what it tells can be used."""

import json
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ledger import Ledger, open_ledger
from ledger.core.chart import CIRCUIT_BOOK
from ledger.core.quantities import DAY
from ledger.operations.rotate_signing import rotate_signing
from ledger.operations.sign_in import credential_of_code, open_till_session, sign_in_officer
from ledger.reports.contributions import shops_by_number
from ledger.reports.donations import donations
from ledger.reports.five_rs import five_rs
from ledger.reports.gifts import gift_sources
from ledger.reports.group_month import group_month
from ledger.reports.key_report import keys_today
from ledger.reports.votes import published, votes
from ledger.token.keys import KeyUse
from scripts.cli import app
from scripts.demo.generosity import ON_PAPER, QUORUM, by_phone
from scripts.demo.pilot import MONTHS, pilot_begins
from scripts.demo.root import DemoRoot, sign_what_changed
from scripts.verifier.votes import recount
from tests.engines import sqlite_copy
from tests.town import NOON, make_town

command = CliRunner()


@pytest.mark.minutes
@pytest.mark.timeout(600)
@pytest.mark.parametrize("families", [1, 40])
def test_a_demo_of_any_size_is_right_and_can_be_tried(
    sqlite_template: Path, tmp_path: Path, families: int
) -> None:
    url, file = sqlite_copy(sqlite_template, tmp_path), tmp_path / "how.json"
    words = ["demo", "--database", url, "--families", str(families), "--credentials", str(file)]
    said = command.invoke(app, words)
    assert said.exit_code == 0, said.output
    told = json.loads(file.read_text())
    assert {one["comune"] for one in told["tills"]} == {
        "besana", "brugherio", "giussano", "muggio", "seveso"
    }  # fmt: skip
    assert {one["role"] for one in told["officers"]} == {
        "officer", "approver", "treasurer", "auditor"
    }  # fmt: skip
    assert len(told["associations"]) == (families > 1)  # None where there is no circuit.
    with open_ledger(url) as ledger:
        now = ledger.clock()
        for way in told["associations"]:
            assert sign_in_officer(ledger, "circuito", way["user"], way["password"], now=now)
        assert open_till_session(ledger, told["tills"][0]["secret"], now=now)
        one = told["officers"][0]
        assert sign_in_officer(ledger, one["comune"], one["user"], one["password"], now=now)
        for family in told["families"]:
            assert credential_of_code(ledger, family["code"])
            assert family["token"].startswith("BC1:")
        for book in ledger.books():
            assert list(book.check()) == []
            assert book.head().recorded_at < now  # Nothing was booked in the future.
    again = command.invoke(app, words)
    assert again.exit_code == 2
    assert "holds books already" in again.output


@pytest.mark.minutes
@pytest.mark.timeout(600)
def test_a_demo_of_some_size_has_gifts_donations_votes_and_a_circuit(
    sqlite_template: Path, tmp_path: Path
) -> None:
    url, file = sqlite_copy(sqlite_template, tmp_path), tmp_path / "how.json"
    words = ["demo", "--database", url, "--families", "160", "--credentials", str(file)]
    said = command.invoke(app, words)
    assert said.exit_code == 0, said.output
    with open_ledger(url) as ledger:
        book = ledger.book("giussano")
        now = ledger.clock()
        given = [one for one in gift_sources(ledger, book.book_no) if one.given_cents]
        told_of = {(one.kind, one.given_cents % 20_00, one.again_cents) for one in given}
        assert told_of <= {("donor", 0, 60_00), ("donor", 0, 0)}  # What is left varies with ids.
        rete: Any = five_rs(ledger, date(2015, 1, 1), datetime.now(UTC).date()).told()
        assert rete["rigenerare"]["fund"]["cents"] > 0
        credit = [one for one in ledger.book(CIRCUIT_BOOK).trial_balance() if one.kind == "wallet"]
        assert any(one.balance for one in credit)  # Collected, released, and some of it spent.
        assert [one.status for one in donations(ledger, book.book_no)] == ["approved", "approved"]
        first, second = votes(ledger, book.book_no)
        closed, opened = (second, first) if second.result else (first, second)
        assert closed.result
        assert (closed.result.valid, closed.result.winner, closed.result.voted) == (True, 2, 30)
        assert opened.terms.is_open(now)
        assert opened.result is None
        told = published(ledger, "giussano", closed.vote_id)
        assert told
        assert recount(told)[1] == []
        assert_pilot(ledger, datetime.now(UTC).date())


def month_after(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def assert_pilot(ledger: Ledger, today: date) -> None:
    """Six households, fifteen months; then what nobody spent is back at its source."""
    first = pilot_begins(today - timedelta(days=45))
    shops = shops_by_number(ledger)
    group = shops[max(shops)]  # The last to join.
    found = [
        group_month(ledger, "seveso", "P1", [group], month_after(first, at))
        for at in range(MONTHS + 1)
    ]
    assert [one.vouchers.issued_cents for one in found] == [900_00] * MONTHS + [0]
    assert all(one.orders.paid_cents == one.vouchers.spent_cents for one in found)
    assert [one.orders.count for one in found] == [6] * MONTHS + [0]
    issued, spent = MONTHS * 900_00, sum(one.vouchers.spent_cents for one in found)
    assert sum(one.vouchers.returned_cents for one in found) == issued - spent


@pytest.mark.parametrize("families", [31, 200, 249, 300, 425, 2_000])
def test_a_demos_vote_reaches_its_quorum_in_a_comune_of_any_size(families: int) -> None:
    voted = by_phone(families) + ON_PAPER
    assert QUORUM * families <= voted * 100 <= 100 * families


def test_the_demos_root_signs_what_changed_and_nothing_else(ledger: Ledger, tmp_path: Path) -> None:
    ledger.clock = lambda: NOON
    town, folder = make_town(ledger), tmp_path / "root"
    assert sign_what_changed(ledger, folder)
    assert not sign_what_changed(ledger, folder)
    rotate_signing(ledger, town.comune, KeyUse.VOUCHER, now=NOON)
    assert sign_what_changed(ledger, folder)
    assert not sign_what_changed(ledger, folder)
    ledger.clock = lambda: NOON + 31 * DAY
    assert sign_what_changed(ledger, folder)
    assert keys_today(ledger).lists[7].version == 3


def test_a_demos_thread_signs_until_it_is_stopped(ledger: Ledger, tmp_path: Path) -> None:
    make_town(ledger)
    signing = DemoRoot(ledger, tmp_path / "root", every_seconds=0.01)
    deadline = time.monotonic() + 20
    while not keys_today(ledger).lists and time.monotonic() < deadline:
        time.sleep(0.02)
    signing.stop()
    assert set(keys_today(ledger).lists) == {7, 8}
