"""TOKENS.md says what the code does: its ticked tables and its example are compared."""

import re
from pathlib import Path

import pytest

from ledger.token import fields, payloads, short_code, text, verify
from ledger.token.keys import KeyUse
from ledger.token.refusal import Reason
from tests.token.case import cases
from tests.token.town import slip, text_of

PAGE = (Path(__file__).parents[2] / "ledger" / "token" / "TOKENS.md").read_text(encoding="utf-8")


def column(heading: str, place: int = 0) -> list[str]:
    """Give one column of the table whose head holds this."""
    table = next(block for block in PAGE.split("\n\n") if heading in block.partition("\n")[0])
    rows = [line.strip("|").split("|") for line in table.splitlines()[2:]]
    return [row[place].strip() for row in rows]


def test_prefixes() -> None:
    assert column("| environment |", 1) == [f"`{one.value}`" for one in text.Environment]
    assert f"at most {text.MAX_TEXT} characters" in PAGE


def test_object_types_and_the_use_of_their_keys() -> None:
    assert [int(kind) for kind in column("| type ✓ |")] == sorted(verify.READERS)
    uses = {kind.TYPE: use.value for kind, use in verify.USES.items()}
    said = [uses.get(kind, "root") for kind in sorted(verify.READERS)]
    assert column("| type ✓ |", 2) == said
    others = {KeyUse.SYNC.value, KeyUse.CREDENTIAL.value}  # Sections 6 and 7.
    assert set(uses.values()) | others == {use.value for use in KeyUse}


def test_reasons_in_their_order() -> None:
    said = re.findall(r"`(\w+)`", " ".join(column("reason ✓", 2)))
    assert list(dict.fromkeys(said)) == [reason.value for reason in Reason]


def test_every_reason_has_a_vector() -> None:
    seen = {case.outcome for case in cases()} - {"accepted", "mistyped"}
    assert seen == {reason.value for reason in Reason}


def test_figures() -> None:
    assert f"{verify.SKEW_SECONDS} seconds" in PAGE
    assert f"at most {verify.MAX_LIST_BYTES:,}" in PAGE
    assert f"1 to {payloads.SMALL:,}" in PAGE
    assert f"1 to {fields.LARGEST:,}" in PAGE
    assert f"`{short_code.ALPHABET}`" in PAGE
    assert f"at most {short_code.MAX_TYPED} characters" in PAGE


@pytest.mark.parametrize("mark", ["`c_f205`", "[1, 12, 1000, 1000, 2]"])
def test_the_example_is_issued_as_written(mark: str) -> None:
    example = PAGE.rpartition("```\n")[0].rpartition("```\n")[2].replace("\n", "")
    assert example == text_of(slip())
    assert mark in PAGE
