"""docs/RETENTION.md has a line for every table: a new one is decided, not forgotten."""

import re
from pathlib import Path

import pytest
from sqlalchemy import MetaData

from ledger.core.quantities import DAY
from ledger.operations.forget_drafts import WAITING, WITHDRAWN
from ledger.operations.sign_in import LIFE
from ledger.store.keys import keys_store
from ledger.store.registers.needs import Reason
from ledger.store.retention import MONTHS
from ledger.store.schema import book_store
from ledger.store.vault_schema import vault_store

PAGE = (Path(__file__).parents[2] / "docs" / "RETENTION.md").read_text("utf-8")
STORES = {"The book's store": book_store, "The vault": vault_store, "The keys": keys_store}


def lines(heading: str) -> dict[str, str]:
    """Each table that a section tells of, and how long it is kept."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    found: dict[str, str] = {}
    for line in section.splitlines():
        if line.startswith("| `"):
            names, kept, why = (part.strip() for part in line.strip("|").split(" | "))
            assert kept
            assert why
            for name in re.findall(r"`(\w+)`", names):
                assert name not in found, name
                found[name] = kept
    return found


@pytest.mark.parametrize(("heading", "metadata"), STORES.items())
def test_every_table_has_its_line(heading: str, metadata: MetaData) -> None:
    assert set(metadata.tables) - set(lines(heading)) == set()


def test_the_reasons_and_the_days_are_those_of_the_code() -> None:
    section = PAGE.partition("| reason | kept until |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", section)) == set(Reason)
    assert f"**{MONTHS} months**" in PAGE
    assert f"after {WAITING // DAY} days" in PAGE
    assert f"one {WITHDRAWN // DAY} days after" in PAGE
    hours = {kind: life // (DAY // 24) for kind, life in LIFE.items()}
    told = f"{hours['till']} h (till), {hours['officer']} h (officer), {hours['family']} h (family)"
    assert told in PAGE
