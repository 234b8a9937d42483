"""Tables as files: two dialects of CSV and a workbook; nothing in them is run as a formula."""

from io import BytesIO

import openpyxl
import pytest

from ledger.exports import tables
from ledger.exports.tables import Heading, Kind, csv_for_offices, csv_for_programs, workbook

HEADINGS = (
    Heading("Negozio", Kind.WORDS),
    Heading("Importo", Kind.AMOUNT),
    Heading("Giorno", Kind.DAY),
    Heading("Mese", Kind.MONTH),
    Heading("Quando", Kind.MOMENT),
    Heading("N.", Kind.COUNT),
)
NOON = 1_793_617_200_000_000  # 2 November 2026, 12:00 in Rome.
ROW = ("Caffè «Roma»; bar", 1_234_56, "2026-11-02", "2026-10", NOON, 7)


def test_programs_get_points_commas_and_iso_times() -> None:
    [_, row, end] = csv_for_programs(HEADINGS, [ROW]).decode().split("\r\n")
    assert row == "Caffè «Roma»; bar,1234.56,2026-11-02,2026-10,2026-11-02T12:00:00+01:00,7"
    assert end == ""


def test_italian_spreadsheets_get_what_they_open() -> None:
    text = csv_for_offices(HEADINGS, [ROW])
    assert text.startswith(b"\xef\xbb\xbf")
    row = text.decode().split("\r\n")[1]
    assert row == '"Caffè «Roma»; bar";1234,56;02/11/2026;10/2026;02/11/2026 12:00:00;7'


@pytest.mark.parametrize("text", ["=1+1", "+39 02", "-2", "@SUM(A1)", "\tx", "\rx"])
def test_a_formula_is_told_as_text(text: str) -> None:
    one = (Heading("A", Kind.WORDS),)
    assert csv_for_programs(one, [(text,)]).decode().split("\r\n", 1)[1].lstrip('"')[0] == "'"
    sheet = openpyxl.load_workbook(BytesIO(workbook("A", one, [(text,)]))).active
    assert sheet is not None
    assert sheet["A2"].data_type == "s"


def test_a_negative_amount_is_no_formula() -> None:
    one = (Heading("A", Kind.AMOUNT),)
    assert csv_for_programs(one, [(-5,)]).decode() == "A\r\n-0.05\r\n"


def test_a_workbook_holds_numbers_and_dates() -> None:
    sheet = openpyxl.load_workbook(BytesIO(workbook("Elenco [1]", HEADINGS, [ROW]))).active
    assert sheet is not None
    assert sheet["B2"].value == 1234.56
    assert sheet["D2"].value.isoformat() == "2026-10-01T00:00:00"
    assert sheet["D2"].number_format == "mm/yyyy"
    assert sheet["E2"].value.isoformat() == "2026-11-02T12:00:00"
    assert sheet.freeze_panes == "A2"
    assert sheet.title == "Elenco 1"


def test_nothing_stays_empty() -> None:
    empty = (None, None, "", "", None, None)
    assert csv_for_offices(HEADINGS, [empty]).decode().endswith(";;;;;\r\n")
    assert openpyxl.load_workbook(BytesIO(workbook("A", HEADINGS, [])))


def test_what_a_sheet_cannot_hold_goes_on_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    one = [Heading("N", Kind.COUNT)]
    made = workbook("Movimenti di un libro dal nome lungo", one, [(at,) for at in range(7)])
    book = openpyxl.load_workbook(BytesIO(made))
    found = [[row[0].value for row in sheet.iter_rows()] for sheet in book.worksheets]
    assert found == [["N", 0, 1, 2], ["N", 3, 4, 5], ["N", 6]]
    assert [len(name) <= 31 for name in book.sheetnames] == [True] * 3
    whole = openpyxl.load_workbook(BytesIO(workbook("A", one, [(at,) for at in range(3)])))
    assert len(whole.worksheets) == 1
