"""Row 15: a program written apart gives the same totals to the cent, in time and in flat memory.

A book of `n` transfers is checked by the ledger itself and, from its bundle, by the verifier: units
and every account's balance are compared. Not here: what the verifier refuses (`tests/verifier`).
"""

from pathlib import Path
from typing import Any
from zipfile import ZipFile

from ledger import Ledger, open_ledger
from scripts.bench.verify import make_bundle, verified
from tests.faults.scoreboard import Asked, Row

WITHIN = 60.0  # Seconds, for a million.
FLAT_MB = 250
BOOK = "bench"


def audit(asked: Asked, _url: str, folder: Path) -> Row:
    """Compare both, account by account; the figures are of the verifier's own process."""
    bundle = folder / "bundle.zip"
    make_bundle(folder, bundle, asked.n)
    told = verified(bundle)
    with open_ledger(f"sqlite:///{folder}/big.db") as ledger:
        findings = [f"check: {one}" for one in ledger.book(BOOK).check()][:3]
        findings += [] if told["ok"] else ["the verifier says no"]
        findings += _differences(ledger, told, bundle)
    got = {key: told[key] for key in ("transfers", "seconds", "per_second", "peak_mb", "units")}
    in_time = told["seconds"] <= max(WITHIN * told["transfers"] / 1_000_000, 10.0)
    goal = f"{asked.n} transfers: equal to the cent; a million in {WITHIN:.0f} s, {FLAT_MB} MB"
    passed = not findings and in_time and told["peak_mb"] <= FLAT_MB
    return Row(15, "audit", goal, got, passed, asked.seed, asked.engine, findings)


def _differences(ledger: Ledger, told: dict[str, Any], bundle: Path) -> list[str]:
    """Where the ledger's own figures are not those of the bundle that was verified."""
    lines = ledger.book(BOOK).trial_balance()
    with ZipFile(bundle) as archive:
        rows = [row.split(",") for row in archive.read("trial_balance.csv").decode().splitlines()]
    proved = {row[0]: int(row[5]) for row in rows[1:]}
    wrong = [line for line in lines if proved.get(line.account.hex, 0) != line.balance]
    found = [f"account {line.account.hex}: the ledger has {line.balance}" for line in wrong[:3]]
    for unit in told["units"]:
        own = sum(line.balance for line in lines if line.kind in {"treasury", "shop_claim"})
        if unit["debits"] != unit["credits"] or own != unit["balances"]["treasury"]:
            found.append(f"unit {unit['unit']}: the ledger has {own}")
    return found
