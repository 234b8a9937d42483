"""`portavalori retention`: a dry run, a proposal, and a run by somebody else, bound to its hash."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ledger import open_ledger
from ledger.core.programmes import Terms
from ledger.operations.erase_due import ListChanged
from ledger.operations.expire_vouchers import expire_vouchers
from ledger.store.people import find_people
from scripts import retention
from scripts.cli import app
from scripts.databases import today
from tests.engines import sqlite_copy
from tests.town import PASSWORD, ROSSI, make_town


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path) -> str:
    """Two families whose programme ended long before today."""
    address = sqlite_copy(sqlite_template, tmp_path)
    day = today().replace(year=today().year - 3, day=1)
    with open_ledger(address) as ledger:
        town = make_town(ledger)
        town.issue(town.programme(terms=Terms("Prova", "Prova", day, day)))
        expire_vouchers(ledger, town.comune, now=ledger.clock())
    return address


def said(url: str, *words: str, code: int = 0) -> str:
    given = ["retention", "--comune", "giussano", "--database", url, *words]
    done = CliRunner().invoke(app, given, env={"PORTAVALORI_PASSWORD": PASSWORD})
    assert done.exit_code == code, done.output
    return done.output


def test_a_dry_run_then_a_proposal_then_another_officer(url: str) -> None:
    dry = said(url, "--ids")
    assert "P1: person 2" in dry
    assert dry.count("person ") >= 3
    [wanted] = re.findall(r"hash ([0-9a-f]{64})", dry)
    assert "propose it first" in said(url, "--run", wanted, "--officer", "approver", code=2)
    assert wanted in said(url, "--propose", "--officer", "officer")
    assert "not_approved" in said(url, "--run", wanted, "--officer", "officer", code=2)
    assert "erased: 2 persons" in said(url, "--run", wanted, "--officer", "approver")
    assert "erased: 0 persons" in said(url, "--run", wanted, "--officer", "approver")
    with open_ledger(url) as ledger:
        assert find_people(ledger, [ROSSI]) == {}
        assert list(ledger.book("giussano").check()) == []
    assert "nothing to propose" in said(url, "--propose", "--officer", "officer", code=2)


def test_who_acts_is_asked_and_must_be_right(url: str) -> None:
    assert "Say who acts" in said(url, "--propose", code=2)
    assert "are wrong" in said(url, "--propose", "--officer", "nobody", code=2)
    assert "Refused" in said(url, "--propose", "--officer", "treasurer", code=2)
    given = ["retention", "--comune", "nowhere", "--database", url]
    assert CliRunner().invoke(app, given).exit_code == 2


def test_a_list_that_changed_is_told_and_nobody_is_erased(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    [wanted] = re.findall(r"hash ([0-9a-f]{64})", said(url, "--propose", "--officer", "officer"))

    def changed(*_given: object, **_named: object) -> None:
        raise ListChanged

    monkeypatch.setattr(retention, "confirm_list", changed)
    assert "another one by now" in said(url, "--run", wanted, "--officer", "approver", code=2)
    with open_ledger(url) as ledger:
        assert find_people(ledger, [ROSSI])
