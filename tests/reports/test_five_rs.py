"""The 5R report on a small town and its circuit, on both engines: every figure by hand."""

import json
from datetime import date
from typing import Any

import pytest
from typer.testing import CliRunner

from ledger import Ledger
from ledger.core.redemption import Redemption
from ledger.core.refunding import Refund
from ledger.operations.redeem import redeem
from ledger.operations.refund import Asking, refund
from ledger.reports.five_rs import five_rs
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
