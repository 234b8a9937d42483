"""The twenty hostile imports, for what exists: each answered calmly, nothing half-done or told.

Source: reliability.md 7.2, I1 to I20. Workbooks (I12, I13) are in `test_hostile_workbooks`, kills
(I18) in `tests.faults`. Not met, because nothing of the kind is read: dates (I6), and of I20
minors, deaths and addresses; a column of them is dropped like any other.
"""

import pytest
from stdnum.it import codicefiscale

from ledger.exports.tables import Heading, Kind, csv_for_offices, csv_for_programs
from ledger.imports.applications import Preview, read_applications
from ledger.imports.faults import MAX_BYTES, MAX_ROWS, CannotRead, Fault
from tests.town import BIANCHI, ROSSI

HEAD = "Codice fiscale;Cognome;Nome;Importo\n"
CANARY = "CNRPTR80A01F205L"


def row(code: str = ROSSI, amount: str = "50,00", surname: str = "Rossi") -> str:
    return f"{HEAD}{code};{surname};Mara;{amount}\n"


def read(data: bytes | str) -> Preview:
    return read_applications(data if isinstance(data, bytes) else data.encode())


TAKEN: dict[str, bytes | str] = {
    "I1 a byte order mark": "\ufeff" + row(),
    "I1 two byte order marks": "\ufeff\ufeff" + row(),
    "I2 UTF-16": row().encode("utf-16"),
    "I2 UTF-16 the other way round": b"\xfe\xff" + row().encode("utf-16-be"),
    "I3 Windows-1252": row(surname="Nicolò D’Amico").encode("windows-1252"),
    "I4 a sep= line": "sep=;\n" + row(),
    "I4 commas": row(amount="50").replace(";", ","),
    "I4 tabs": row().replace(";", "\t"),
    "I4 empty last lines": row() + "\n;;;\n\n",
    "I4 a newline within quotes": row(surname='"Ros\nsi"'),
    "I5 two thousands": row(amount="0.000.050,00"),
    "I5 the sign of the euro": row(amount="€ 50,00"),
    "I7 lower case and blanks": row(code=" rssmra 80a41 f205b "),
    "I16 columns that we do not need": row().replace("\n", ";ISEE\n", 1).replace("00\n", "00;9\n"),
    "I6 a date that we do not need": f"CF;Nato il;Importo;Nome\n{ROSSI};31/02/1980;50,00;Mara\n",
    "I20 a protected address": f"CF;Indirizzo;Importo;Nome\n{ROSSI};Casa rifugio 1;50,00;Mara\n",
    "I16 shuffled": f"Importo;Codice fiscale;Cognome\n50,00;{ROSSI};Rossi\n",
}  # fmt: skip


@pytest.mark.parametrize("name", TAKEN)
def test_what_can_only_mean_one_thing_is_taken(name: str) -> None:
    [one] = read(TAKEN[name]).applicants
    assert (one.fiscal_code, one.amount_cents) == (ROSSI, 50_00)
    assert "\ufeff" not in one.surname
    assert "\ufffd" not in one.surname


ROWS: dict[str, tuple[bytes | str, Fault]] = {
    "I3 letters spoilt": (row(surname="NicolÃ²"), Fault.MOJIBAKE),
    "I3 two encodings in one file": (
        row(surname="Nicolò").encode() + f"{BIANCHI};Cantù;Lia;1,00\n".encode("windows-1252"),
        Fault.MOJIBAKE,
    ),
    "I3 the euro of ISO-8859-15": (row(amount="€ 50,00").encode("iso-8859-15"), Fault.AMOUNT),
    "I4 a ragged row": (f"{HEAD}{ROSSI};Rossi\n", Fault.RAGGED),
    "I5 a thousand, or one and a bit": (row(amount="1.234"), Fault.AMOUNT_AMBIGUOUS),
    "I5 a point for the cents": (row(amount="1234.56"), Fault.AMOUNT),
    "I5 the English way": (row(amount="1,234.56"), Fault.AMOUNT),
    "I5 a dash for no cents": (row(amount="50,-"), Fault.AMOUNT),
    "I5 one decimal": (row(amount="50,5"), Fault.AMOUNT),
    "I5 more than there is": (row(amount="9" * 40), Fault.AMOUNT),
    "I5 a letter for a zero": (row(amount="5O"), Fault.AMOUNT),
    "I5 nothing": (row(amount="0,00"), Fault.AMOUNT),
    "I5 less than nothing": (row(amount="-1,00"), Fault.AMOUNT),
    "I7 a wrong last letter": (row(code=f"{ROSSI[:-1]}A"), Fault.FISCAL_CODE),
    "I7 fifteen characters": (row(code=ROSSI[:-1]), Fault.FISCAL_CODE),
    "I7 O for a zero": (row(code=ROSSI.replace("0", "O")), Fault.FISCAL_CODE),
    "I7 a provisional one that lost its zero": (row(code="740340159"), Fault.FISCAL_CODE),
    "I7 a number in floating point": (row(code="3,20E+09"), Fault.FISCAL_CODE),
    "I8 twice in the file": (row() + f"{ROSSI};Rossi;Mara;9,00\n", Fault.TWICE_IN_FILE),
    "I11 a cell without end": (row(surname="A" * 3_000), Fault.CELL_TOO_LONG),
    "I15 letters that run backwards": (row(surname="Ros\u202esi"), Fault.CONTROL_CHARACTER),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_that_cannot_be_taken_is_named_with_its_line(name: str) -> None:
    text, fault = ROWS[name]
    found = read(text)
    assert [one.surname for one in found.applicants] in ([], ["Cantù"])
    assert {one.fault for one in found.problems} == {fault}
    assert all(one.line >= 2 for one in found.problems)


FILES = {
    "I4 only blanks": (b" \n \n", Fault.EMPTY),
    "I4 no separator": (b"Codice fiscale\nX\n", Fault.NO_SEPARATOR),
    "I4 a quote without end": ((HEAD + '"x;y').encode(), Fault.RAGGED),
    "I11 a cell beyond any": ((HEAD + "x" * 131_073).encode(), Fault.RAGGED),
    "I11 too many rows": ((HEAD + "x;y;z;1\n" * (MAX_ROWS + 1)).encode(), Fault.TOO_MANY_ROWS),
    "I11 too many bytes": (b"x" * (MAX_BYTES + 1), Fault.TOO_LARGE),
    "I14 a PDF": (b"%PDF-1.7", Fault.DOCUMENT),
    "I14 a picture": (b"\x89PNG\r\n", Fault.DOCUMENT),
    "I14 an old workbook": (b"\xd0\xcf\x11\xe0rest", Fault.OLD_WORKBOOK),
    "I14 a web page called xls": (b"<html><table>", Fault.WEB_PAGE),
    "I14 XML": (b'<?xml version="1.0"?><!DOCTYPE x>', Fault.WEB_PAGE),
    "I3 a byte that no letter has": (b"Cognome;CF\n\x81\x8d;x\n", Fault.NOT_TEXT),
    "I14 bytes of no text": (b"a;b\x00;c\n", Fault.NOT_TEXT),
    "I16 no header": (f"{ROSSI};50,00\n".encode(), Fault.COLUMN_MISSING),
    "I16 a header twice": (b"CF;Codice fiscale;Importo\n", Fault.COLUMN_TWICE),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_list_says_what_to_do(name: str) -> None:
    data, fault = FILES[name]
    with pytest.raises(CannotRead) as cannot:
        read(data)
    assert cannot.value.fault is fault


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+39", "-1", "@SUM", "\t=1", "\r=1", "\uff1d1"])
def test_a_cell_is_kept_as_it_is_and_harmless_in_every_export(cell: str) -> None:
    for written in (csv_for_programs, csv_for_offices):
        text = written([Heading("Nome", Kind.WORDS)], [[cell]]).decode("utf-8-sig")
        assert text.split("\r\n", 1)[1].lstrip('"').startswith("'")


def test_an_omocodia_code_and_a_provisional_one_are_right() -> None:
    """I7: letters in the place of digits, with the check letter that goes with them."""
    stem = ROSSI[:-1]
    omocodia = stem[:14] + "LMNPQRSTUV"[int(stem[14])]
    code = omocodia + codicefiscale.calc_check_digit(omocodia)
    for good in (code, "00743110157"):
        assert [one.fiscal_code for one in read(row(code=good)).applicants] == [good]
