"""A bank statement from the file to the book: one proposes it, another books it by its hash."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ledger import open_ledger
from ledger.core.circuit.credits import CreditSale
from ledger.core.programmes import day_of
from ledger.operations.pay_credits import sell_for_credits
from ledger.operations.release_bonuses import release_bonuses
from scripts.cli import app
from tests.circuit_town import make_circuit
from tests.town import NOON, PASSWORD, key

RUN = CliRunner()


def run(url: str, *words: str) -> str:
    done = RUN.invoke(app, ["circuit", *words, "--database", url])
    assert done.exit_code == 0, done.output
    return done.output


def test_contributions_are_due_reminded_proposed_and_booked(url: str, tmp_path: Path) -> None:
    with open_ledger(url) as ledger:
        circuit = make_circuit(ledger)
        circuit.buy(50_00, 0)
        circuit.buy(37_45, 1)
        month = day_of(ledger.clock())
    [due] = json.loads(run(url, "dues", "--json"))["dues"]
    assert (due["due_cents"], due["months"]) == (5_25, {f"{month:%m/%Y}": 5_25})
    letter = run(url, "dues", "--letters")
    assert due["reference"] in letter
    assert "5,25 €" in letter
    file = tmp_path / "estratto.csv"
    rows = (f"1/12/2026;5,25;saldo {due['reference']}", "1/12/2026;9,00;altro")
    file.write_text("Data;Importo;Causale\n" + "\n".join(rows), encoding="utf-8")
    officer = ("--officer", "officer", "--password", PASSWORD)
    told = run(url, "statement", str(file), *officer)
    assert "line 3: 9,00 €, of no shop" in told
    [found] = re.findall(r"--confirm ([0-9a-f]{64})", told)
    refused = RUN.invoke(
        app, ["circuit", "statement", "--confirm", found, *officer, "--database", url]
    )
    assert (refused.exit_code, "not_approved" in refused.output) == (2, True)
    other = ("--officer", "approver", "--password", PASSWORD)
    assert "booked: 5,25 €" in run(url, "statement", "--confirm", found, *other)
    assert json.loads(run(url, "dues", "--json")) == {"dues": []}
    done = RUN.invoke(app, ["check", "--json", "--database", url])
    [_comune, book] = json.loads(done.output)["books"]
    told_of = {one["identity"]: one for one in book["identities"]}
    assert set(told_of) == {"CREDITS", "EUR", "EUR = CREDITS"}
    assert all(one["holds"] for one in told_of.values())
    assert told_of["EUR"]["left"] == {"bank": 5_25, "contribution_due": 0}


def test_the_year_counts_receipts_and_credits_against_the_limit(url: str) -> None:
    with open_ledger(url) as ledger:
        circuit = make_circuit(ledger)
        circuit.buy(240_00, 0)
        circuit.pay_in(14_40)
        release_bonuses(ledger, now=NOON)
        asked = CreditSale(circuit.till_id, circuit.credentials[0], 6_00)
        assert sell_for_credits(ledger, asked, key=key(), now=NOON).accepted
        this_year = day_of(ledger.clock()).year
    told = json.loads(run(url, "year", str(this_year), "--json"))
    assert [one["paid_cents"] for one in told["rows"]] == [246_00, 240_00, 6_00]
    assert (told["multiplier_thousandths"], told["local_thousandths"]) == (500, 1000)
    assert told["rows"][0]["level"] == ""
    empty = json.loads(run(url, "year", "2021", "--json"))
    assert [one["paid_cents"] for one in empty["rows"]] == [0, 0, 0]
    assert "n/d" in run(url, "year", "2021")


@pytest.mark.parametrize("words", [("dues",), ("year",), ("statement", "--officer", "x")])
def test_without_a_circuit_the_command_says_how_to_make_one(
    url: str, words: tuple[str, ...]
) -> None:
    done = RUN.invoke(app, ["circuit", *words, "--database", url])
    assert done.exit_code == 2
    assert "circuit found" in done.output
    assert "circuito" in run(url, "found")
