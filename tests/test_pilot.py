"""The pilot of 2015 as a scenario: six households, fifteen months, 150,00 a month for the group.

Source: domain.md 2.1. Households are invented; work in return is off, as the rules say at first.
"""

import json
from dataclasses import replace
from datetime import date

from stdnum.it import codicefiscale
from typer.testing import CliRunner

from ledger import Code, Limits, open_ledger
from ledger.core.programmes import Terms, day_of, starts_at
from ledger.core.quantities import DAY
from ledger.core.redemption import Redemption
from ledger.core.till_rules import TillRules
from ledger.operations.expire_vouchers import expire_vouchers
from ledger.operations.record_purchase import record_order
from ledger.operations.redeem import redeem
from scripts.cli import app
from tests.circuit_town import add_circuit, shop_of
from tests.town import NOON, key, make_town

MONTHS = [date(2026 + (10 + at) // 12, (10 + at) % 12 + 1, 1) for at in range(15)]
NO_JUMP = Limits(forward_jump_seconds=float("inf"))
HOUSEHOLDS = [f"RSSMRA8{at}A41F205" for at in range(6)]
LIST = "Codice fiscale;Cognome;Nome;Importo\n" + "\n".join(
    f"{one}{codicefiscale.calc_check_digit(one)};Prova;Mara;150,00" for one in HOUSEHOLDS
)
TERMS = Terms("La Famiglia portaValori", "Per il gruppo", MONTHS[0], date(2028, 2, 29))


def test_the_pilot_runs_and_each_month_s_statement_comes_out_right(url: str) -> None:
    clock = [NOON]
    with open_ledger(url, limits=NO_JUMP, clock=lambda: clock[0]) as ledger:
        town = make_town(ledger)
        _gaf, secret = town.shop("GAF Prova", "grocery")
        _other, elsewhere = town.shop("Panificio")
        funding = town.programme(20_000_00, replace(TERMS, rules=TillRules(gaf=(1,))))
        town.issue(funding, LIST, "0")
        codes = town.codes()
        circuit = add_circuit(town, codes, secret)
        circuit.agree(circuit.shop_id, 100, TERMS.ends_on)  # What accrues: the cut is at once.
        for at, month in enumerate(MONTHS):
            clock[0] = max(clock[0], starts_at(month) + 5 * DAY)
            if at:
                town.issue(funding, LIST, str(at))
            for one in circuit.credentials:
                ordered = record_order(
                    ledger, circuit.till_id, one, 100_00, key=key(), now=clock[0]
                )
                assert ordered.accepted
                asked = Redemption(circuit.till_id, one, 95_00)
                assert redeem(ledger, asked, key=key(), now=clock[0]).accepted
        refused = Redemption(shop_of(ledger, elsewhere)[1], circuit.credentials[0], 1_00)
        assert redeem(ledger, refused, key=key(), now=clock[0]).code is Code.NOT_IN_GROUP
        assert circuit.pay_in(15 * 5_70).booked_cents == 85_50
        clock[0] = starts_at(date(2028, 3, 1)) + DAY
        expire_vouchers(ledger, town.comune, now=clock[0])
        assert circuit.balances() == {"bank": 85_50, "social_fund": 85_50}
        assert all(list(book.check()) == [] for book in ledger.books())
        assert day_of(clock[0]) == date(2028, 3, 2)
    for month in (*MONTHS, date(2028, 3, 1)):
        assert told(url, f"{month:%Y-%m}") == expected(month)


def told(url: str, month: str) -> dict[str, object]:
    words = ["circuit", "month", month, "--comune", "giussano", "--programme", "P1", "--shop", "1"]
    done = CliRunner().invoke(app, [*words, "--json", "--database", url])
    assert done.exit_code == 0, done.output
    found: dict[str, object] = json.loads(done.output)
    return found


def expected(month: date) -> dict[str, object]:
    """Six orders of 100,00: 5 % off, the rest by voucher, 1 % of it to the fund; then the end."""
    over = month == date(2028, 3, 1)
    vouchers = {"families": 6, "issued_cents": 900_00, "spent_cents": 570_00, "returned_cents": 0}
    orders = {
        "count": 6, "list_cents": 600_00, "cut_cents": 30_00, "paid_cents": 570_00,
        "accrued_cents": 5_70,
    }  # fmt: skip
    if over:
        vouchers = dict.fromkeys(vouchers, 0) | {"returned_cents": 15 * 330_00}
        orders = dict.fromkeys(orders, 0)
    return {"month": f"{month:%Y-%m}", "vouchers": vouchers, "orders": orders}
