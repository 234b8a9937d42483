"""Every row of the table of sizes, exactly: a code that grows by a byte may lose its version."""

import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import qrcode
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q

from ledger.token import base45
from ledger.token.keys import prefixes_of
from ledger.token.payloads import FamilyCode, Receipt, Slip
from tests.token.town import DENY_LIST, family_code, list_of, receipt, slip, text_of

PAGE = Path(__file__).parents[2] / "ledger" / "token" / "TOKENS.md"
PAPER_BUDGET = 144
LEVELS = (ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q, ERROR_CORRECT_H)
LARGEST_SLIP = slip(
    issuer="c_f205_ab",
    programme=65535,
    face_cents=65535,
    offline_cents=65535,
    expires_at=2**32 - 1,
    flags=3,
)
LARGEST_CODE = family_code(issuer="c_f205_ab", max_tx_cents=2**32 - 1, expires_at=2**32 - 1)
ROWS: Mapping[str, Slip | FamilyCode | Receipt] = {
    "slip": slip(),
    "family code": family_code(),
    "receipt": receipt(),
    "largest slip": LARGEST_SLIP,
    "largest family code": LARGEST_CODE,
}


def versions(text: str) -> list[int]:
    found = []
    for level in LEVELS:
        code = qrcode.QRCode(error_correction=level)
        code.add_data(text)
        code.make(fit=True)
        found.append(code.version)
    return found


def rows_of_the_page() -> dict[str, tuple[str, str, str]]:
    table = PAGE.read_text(encoding="utf-8").partition("## 4. Sizes")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| ([^|]+) \| (\d+) \| ([^|]+) \| ([^|]+) \|$", table, re.MULTILINE)
    return {name: (size, characters, drawn) for name, size, characters, drawn in cells}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_of_the_table_is_measured(name: str) -> None:
    text = text_of(ROWS[name])
    size = len(base45.decode(text[4:]))
    drawn = " / ".join(map(str, versions(text)))
    assert rows_of_the_page()[name] == (str(size), str(len(text)), drawn)


def test_a_deny_list_of_200_ids_is_measured() -> None:
    listed = replace(DENY_LIST, prefixes=prefixes_of(bytes([n]) * 16 for n in range(200)))
    assert rows_of_the_page()["deny list, 200 ids"] == (str(len(list_of(listed))), "–", "–")


def test_the_table_has_no_other_rows() -> None:
    assert set(rows_of_the_page()) == {*ROWS, "deny list, 200 ids"}


@pytest.mark.parametrize("payload", [LARGEST_SLIP, LARGEST_CODE])
def test_paper_keeps_its_budget(payload: Slip | FamilyCode) -> None:
    text = text_of(payload)
    assert len(base45.decode(text[4:])) <= PAPER_BUDGET
    assert versions(text)[1] <= 8


@pytest.mark.parametrize("field", ["issuer", "programme", "face_cents", "expires_at", "flags"])
def test_the_largest_slip_cannot_grow(field: str) -> None:
    more = {"issuer": "c_f205_abc", "flags": 11}.get(field) or getattr(LARGEST_SLIP, field) + 1
    with pytest.raises(ValueError, match=field.removesuffix("_cents")):
        slip(**(asdict(LARGEST_SLIP) | {field: more}))
