"""`portavalori circuit split`: the exact answer, or words and status 2."""

import json

import pytest
from typer.testing import CliRunner

from scripts.cli import app

RUN = CliRunner()


def asked(cents: str, discount: str, *more: str) -> tuple[int, str]:
    words = ["circuit", "split", f"--amount-cents={cents}", f"--discount={discount}", *more]
    done = RUN.invoke(app, words)
    return done.exit_code, done.output


def test_a_receipt_is_split_as_the_page_says() -> None:
    code, output = asked("3745", "6%", "--json")
    told = {"fund_cents": 37, "family_cents": 188, "shop_net_cents": 3520}
    assert (code, json.loads(output)) == (0, told)
    assert "Famiglia: 2,75 €" in asked("5000", "6,5%")[1]


@pytest.mark.parametrize(
    ("cents", "discount", "why"),
    [
        ("0", "6%", "above zero"), ("-5", "6%", "whole number"), ("1e30", "6%", "whole number"),
        ("50.0", "6%", "whole number"), ("9" * 17, "6%", "whole number"),
        ("9" * 16, "6%", "above zero"), ("\u0665", "6%", "whole number"),
        ("5000", "0.5%", "between the fund's share"), ("5000", "101%", "between"),
        ("5000", "six", "percentage"), ("5000", "-6%", "percentage"),
    ],
)  # fmt: skip
def test_what_cannot_be_split_is_said(cents: str, discount: str, why: str) -> None:
    code, output = asked(cents, discount, "--json")
    assert code == 2
    assert why in output
