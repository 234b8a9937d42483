"""A till's script says of a sale what the server's rules say: the same words, case by case."""

import json
import subprocess
from dataclasses import asdict
from pathlib import Path
from random import Random

import pytest

from ledger.core.offline import DAY_SECONDS, Carries, Limits, Standing, Why, refusal
from scripts.node_packages import BuildError, node
from tests.peers import LeaveOut

RULES = Path(__file__).parents[2] / "wallet_web" / "static" / "till" / "rules.js"
ASK = """
import { readFileSync } from "node:fs";
const { refusal } = await import(process.argv[1]);
const say = ([limits, standing, carries, amount, now]) =>
  refusal(limits, standing, carries, amount, now);
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(say)));
"""
NOW = 1_800_000_000


@pytest.fixture
def javascript(leave_out: LeaveOut) -> list[str]:
    try:
        return [*node(), "--input-type=module", "--eval", ASK, f"file://{RULES}"]
    except BuildError as missing:
        leave_out.because(str(missing))


def a_case(dice: Random) -> tuple[Limits | None, Standing, Carries, int, int]:
    """A sale near every edge of the rules at once; each is crossed now and then."""

    def near(place: int) -> int:
        return place + dice.choice([-1] * 8 + [0, 1])

    limits = Limits(
        NOW + 1 + dice.choice([0] * 8 + [-1, -2]), 10_00, 200_00, dice.choice([2, 20]), DAY_SECONDS
    )
    late = dice.choice([NOW - 60] * 8 + [NOW + 299, NOW + 300, NOW + 301, NOW - DAY_SECONDS - 1])
    standing = Standing(
        admitted=dice.random() > 0.05, granted_at=NOW - near(DAY_SECONDS), server_time=late,
        share_cents=100_00, taken_cents=dice.choice([0, 90_00, 90_01, 95_00]),
        waiting=dice.choice([0, 1, 2, 19, 20]), of_code=dice.choice([0, 0, 1, 10_00]),
        checked_at=NOW - near(48 * 3_600), max_age=48 * 3_600,
    )  # fmt: skip
    known = limits if dice.random() > 0.05 else None
    return (
        known,
        standing,
        Carries(dice.choice([0, 10_00, 10_00, 10_01]), dice.choice([10_00, 10_00, 9_98])),
        dice.choice([1, 9_99, 10_00]),
        NOW,
    )


def test_both_say_the_same_of_thousands_of_sales(javascript: list[str]) -> None:
    dice = Random(20_261_123)
    cases = [a_case(dice) for _ in range(3_000)]
    told = [
        (known and asdict(known), asdict(one), asdict(code), *rest)
        for known, one, code, *rest in cases
    ]
    said = json.dumps(told)
    done = subprocess.run(javascript, input=said, capture_output=True, text=True, check=True)
    ours = [refusal(*one).value for one in cases]
    assert set(ours) == set(Why) - {Why.TOO_LATE, Why.FORKED, Why.OTHER_SALE}
    assert json.loads(done.stdout) == ours
