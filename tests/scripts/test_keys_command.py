"""`portavalori keys`: what the two people on duty type, from a leak to letters that work again."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ledger import open_ledger
from ledger.reports.key_report import check_signatures, keys_today
from ledger.store.signing import Signer
from scripts.cli import app
from tests.engines import sqlite_copy
from tests.town import PASSWORD, make_town

Run = Callable[..., Result]


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path) -> str:
    """A town whose families' codes were signed."""
    address = sqlite_copy(sqlite_template, tmp_path)
    with open_ledger(address) as ledger:
        town = make_town(ledger)
        town.issue(town.programme())
        codes = [one.credential_id for one in town.codes()]
        assert len(Signer(ledger).family_codes(codes, "c_e063")) == 2
        (tmp_path / "codes.txt").write_text("\n".join(one.hex for one in codes[:1]) + "\nxyz\n")
    return address


@pytest.fixture
def run(url: str) -> Run:
    """Run a command; `ok` is whether it must go well."""

    def one(*words: str, ok: bool = True, here: bool = True) -> Result:
        options = ("--database", url) if here else ()
        done = CliRunner().invoke(app, ["keys", *words, *options])
        assert (done.exit_code == 0) is ok, done.output
        return done

    return one


def as_officer(name: str) -> tuple[str, ...]:
    return ("--comune", "giussano", "--officer", name, "--password", PASSWORD)


def kid_of(run: Run, use: str) -> str:
    lines = run("list").output.splitlines()
    return next(one.split()[0] for one in lines if f" {use} " in one and one.endswith("signs"))


def test_a_leak_is_answered_by_two_persons(url: str, run: Run) -> None:
    assert "signatures = issuance rows" in run("check").output
    kid = kid_of(run, "family")
    assert "another person" in run("end", kid, "--why", "leaked", *as_officer("officer")).output
    assert f"{kid} c_e063 family all" in run("list").output
    assert " asked" in run("list").output
    alone = run("end", kid, "--confirm", *as_officer("officer"), ok=False)
    assert "an approver confirms" in alone.output
    assert "ended; key" in run("end", kid, "--confirm", *as_officer("approver")).output
    told = run("reissue", kid).output
    assert "signed anew: 2; before: 0; that work no more: 0" in told
    assert "signed anew: 0; before: 2" in run("reissue", kid).output
    assert "signatures = issuance rows" in run("check").output
    with open_ledger(url) as ledger:
        assert list(check_signatures(ledger)) == []


def test_what_is_wrong_is_said_and_nothing_happens(run: Run) -> None:
    kid = kid_of(run, "family")
    assert "has not ended" in run("reissue", kid, ok=False).output
    for odd in ("00" * 8, "no"):
        assert "no key of this name" in run("reissue", odd, ok=False).output
    assert "Say why" in run("end", kid, *as_officer("officer"), ok=False).output
    wrong = ("--comune", "giussano", "--officer", "officer", "--password", "no")
    assert "password are wrong" in run("end", kid, "--why", "lost", *wrong, ok=False).output
    odd_use = ("rotate", "--comune", "giussano", "--use", "family", "--programme", "P1")
    assert "no such programme" in run(*odd_use, ok=False).output


def test_a_key_of_a_programme_is_made(run: Run) -> None:
    run("rotate", "--comune", "giussano", "--use", "voucher", "--programme", "P1")
    assert " voucher programme 1 " in run("list").output


def test_codes_are_withdrawn_and_replaced(url: str, run: Run, tmp_path: Path) -> None:
    del url
    done = run("block", str(tmp_path / "codes.txt"), "--comune", "giussano", "--replace")
    assert "withdrawn: 1; replaced: 1; unknown: 1" in done.output


def test_a_root_is_made_and_signs_by_two_of_three(url: str, run: Run, tmp_path: Path) -> None:
    files = [str(tmp_path / f"{name}.json") for name in ("uno", "due", "tre")]
    made = run("root", "make", *files, here=False).output
    public = made.split()[1]
    assert json.loads(Path(files[0]).read_text())["public"] == public
    assert oct(Path(files[0]).stat().st_mode)[-3:] == "600"
    assert "No root was made" in run("root", "make", *files, here=False, ok=False).output
    run("root", "use", public)
    assert "no public key" in run("root", "use", "ff", ok=False).output
    drafted, signed = str(tmp_path / "draft.json"), str(tmp_path / "signed.json")
    assert "key list 1: 5 keys" in run("lists", "draft", "-o", drafted).output
    alone = run("lists", "sign", drafted, files[0], "-o", signed, here=False, ok=False)
    assert "Two custodians' files" in alone.output
    twice = run("lists", "sign", drafted, files[0], files[0], "-o", signed, here=False, ok=False)
    assert "two persons" in twice.output
    run("lists", "sign", drafted, files[0], files[2], "-o", signed, here=False)
    assert "taken: key list 1, deny list 1" in run("lists", "take", signed).output
    assert "old_list" in run("lists", "take", signed, ok=False).output
    assert "key list: version 1" in run("lists", "show").output
    with open_ledger(url) as ledger:
        assert set(keys_today(ledger).lists) == {7, 8}
