"""The trial of two programs sees a cent of difference."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from scripts.bench import verify
from tests.faults import audit
from tests.faults.scoreboard import Asked


@pytest.mark.minutes
def test_a_cent_that_only_the_ledger_has_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def verified(bundle: Path) -> dict[str, Any]:
        told = verify.verified(bundle)
        with closing(sqlite3.connect(tmp_path / "big.db")) as db, db:
            db.execute("UPDATE account SET credits_posted = credits_posted + 1 WHERE kind = 'fund'")
        return told

    monkeypatch.setattr(audit, "verified", verified)
    row = audit.audit(Asked(1_000, 1, "sqlite"), "", tmp_path)
    assert not row.passed
    assert any(why.startswith("account ") for why in row.why), row.why
