"""The 5R report on a small town and its circuit, on both engines: every figure by hand."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ledger import Ledger
from ledger.core.programmes import starts_at
from ledger.core.redemption import Redemption
from ledger.core.refunding import Refund
from ledger.operations.redeem import redeem
from ledger.operations.refund import Asking, refund
from ledger.reports.five_rs import five_rs
from ledger.reports.five_rs_entries import made_of
from scripts.cli import app
from tests.circuit_town import Circuit, make_circuit
from tests.town import NOON, key

NOVEMBER = date(2026, 11, 1), date(2026, 11, 30)


@pytest.fixture
def circuit(ledger: Ledger) -> Circuit:
    made = make_circuit(ledger)
    made.town.issue(made.town.programme(act="5r"), round_name="5r")
    return made


def test_each_figure_is_what_was_booked(ledger: Ledger, circuit: Circuit, url: str) -> None:
    before: Any = five_rs(ledger, *NOVEMBER).told()
    asked = Redemption(circuit.till_id, circuit.credentials[0], 12_50)
    sale = redeem(ledger, asked, key=key(), now=NOON)
    assert sale.accepted, sale.code
    back = Refund(sale.request.id, 2_50, "goods_returned", f"till:{circuit.till_id.hex}")
    book = circuit.town.ledger.book(circuit.town.comune)
    assert refund(ledger, book, back, by=Asking(circuit.till_id), key=key(), now=NOON).accepted
    assert circuit.buy(50_00).accepted
    told: Any = five_rs(ledger, *NOVEMBER, circuit.town.comune).told()
    assert told["redistribuire"]["spent"] == {"cents": 10_00, "entries": 2}
    assert told["redistribuire"]["issued"] == before["redistribuire"]["issued"]
    assert told["rigenerare"]["fund"] == {"cents": 50, "entries": 1}
    assert told["rigenerare"]["rate"] == "0.0500"
    assert told["rendere"]["public_spent"] == {"cents": 10_00, "entries": 2}
    assert told["rendere"]["yield"] == "0.3000"  # (0.50 + 2.50) / 10.00.
    assert told["raccogliere"]["by_source"]["discounts"] == {"cents": 3_00, "entries": 1}
    assert told["raccogliere"]["by_source"]["comune"]["cents"] >= 10_000_00
    assert told["responsabilizzare"]["share"] == "0.0000"
    later: Any = five_rs(ledger, date(2026, 12, 1), date(2026, 12, 31)).told()
    assert later["rendere"]["yield"] is None
    with pytest.raises(LookupError):
        five_rs(ledger, *NOVEMBER, "milano")
    words = ["report", "5r", "--from", "2026-11-01", "--to", "2026-11-30", "--database", url]
    shown = CliRunner().invoke(app, [*words, "--json"])
    rete: Any = five_rs(ledger, *NOVEMBER).told()
    assert json.loads(shown.output) == rete
    assert "Rigenerare" in CliRunner().invoke(app, words).output
    assert CliRunner().invoke(app, [*words, "--comune", "milano"]).exit_code == 2
    odd = ["report", "5r", "--from", "2026-12-01", "--to", "2026-11-30", "--database", url]
    assert CliRunner().invoke(app, odd).exit_code == 2


def test_every_figure_is_the_sum_of_the_entries_that_it_lists(
    ledger: Ledger, circuit: Circuit
) -> None:
    asked = Redemption(circuit.till_id, circuit.credentials[0], 12_50)
    assert redeem(ledger, asked, key=key(), now=NOON).accepted
    assert circuit.buy(50_00).accepted
    report = five_rs(ledger, *NOVEMBER, circuit.town.comune)
    told: Any = report.told()
    spent, discounts = (
        made_of(ledger, report.asked, name).total for name in ("spent", "discounts")
    )
    assert {"cents": spent.amount, "entries": spent.entries} == told["redistribuire"]["spent"]
    listed = {"cents": discounts.amount, "entries": discounts.entries}
    assert listed == told["raccogliere"]["by_source"]["discounts"]
    assert sum(one.total("spent").amount for one in report.months.values()) == 12_50
    assert sum(report.streams.spent.values()) == 12_50
    ledger.clock = lambda: NOON
    year: Any = five_rs(ledger, date(2026, 1, 1), date(2026, 12, 31)).told()
    assert year["redistribuire"]["ended_cents"] == 0  # They may still be spent.
    assert year["redistribuire"]["unspent_share"] is None
    ledger.clock = lambda: starts_at(date(2027, 2, 1))
    december = five_rs(ledger, date(2026, 12, 1), date(2026, 12, 31))
    ended: Any = december.told()  # Their last day is the last of December.
    over = made_of(ledger, december.asked, "ended").total
    assert over.amount == ended["redistribuire"]["ended_cents"] == 260_00
    january: Any = five_rs(ledger, date(2027, 1, 1), date(2027, 1, 31)).told()
    assert january["redistribuire"]["ended_cents"] == 0
    with pytest.raises(LookupError):
        made_of(ledger, december.asked, "all")


def test_a_programme_has_figures_of_its_own(ledger: Ledger, circuit: Circuit, url: str) -> None:
    first, second = (
        five_rs(ledger, *NOVEMBER, circuit.town.comune, unit).told() for unit in ("P1", "P2")
    )
    both: Any = five_rs(ledger, *NOVEMBER, circuit.town.comune).told()
    one: Any = first
    other: Any = second
    sums = one["redistribuire"]["issued"]["cents"] + other["redistribuire"]["issued"]["cents"]
    assert sums == both["redistribuire"]["issued"]["cents"]
    assert one["programme"] == "P1"
    assert "rigenerare" not in one
    with pytest.raises(LookupError):
        five_rs(ledger, *NOVEMBER, circuit.town.comune, "P9")
    words = ["report", "5r", "--from", "2026-11-01", "--to", "2026-11-30", "--database", url]
    alone = CliRunner().invoke(app, [*words, "--programme", "P1"])
    assert alone.exit_code == 2
    shown = CliRunner().invoke(app, [*words, "--comune", "giussano", "--programme", "P1"])
    assert "Redistribuire" in shown.output
    assert "Rigenerare" not in shown.output


def test_the_report_can_be_had_on_paper(circuit: Circuit, url: str, tmp_path: Path) -> None:
    assert circuit.buy(50_00).accepted
    file = tmp_path / "report.pdf"
    words = ["report", "5r", "--from", "2026-01-01", "--to", "2026-12-31", "--database", url]
    made = CliRunner().invoke(app, [*words, "--pdf", str(file)])
    assert made.exit_code == 0, made.output
    assert file.read_bytes().startswith(b"%PDF")
    refused = [*words, "--pdf", str(file), "--comune", "giussano", "--programme", "P1"]
    assert CliRunner().invoke(app, refused).exit_code == 2
