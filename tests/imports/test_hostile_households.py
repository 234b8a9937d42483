"""The hostile imports that concern reading, on lists of households: real bytes, calm answers.

Source: reliability.md 7.2, I1 to I17 and I20; what an upload does with them is the pages'.
"""

import logging
import time
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from io import BytesIO

import pytest

from ledger.exports.tables import Heading, Kind, csv_for_offices
from ledger.imports.faults import MAX_BYTES, MAX_ROWS, CannotRead, Fault
from ledger.imports.household_cells import Notice
from tests.imports.household_files import CODE, OTHER, ROW, code_of, one, read, text_of, workbook_of

CANARY = "CNRPTR80A01F205L"
TEXT = text_of(ROW)


def row(separator: str = ";", **cells: object) -> str:
    return text_of({**ROW, **cells}, separator=separator)


TAKEN: dict[str, bytes | str] = {
    "I1 a byte order mark": "\ufeff" + TEXT,
    "I1 two byte order marks": "\ufeff\ufeff" + TEXT,
    "I2 UTF-16": TEXT.encode("utf-16"),
    "I2 UTF-16 the other way round": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "I3 Windows-1252": row(surname="Nicolò D’Amico").encode("windows-1252"),
    "I3 titles with accents": row(medium="0").encode("windows-1252"),
    "I4 a sep= line": "sep=;\n" + TEXT,
    "I4 commas": row(","),
    "I4 tabs": row("\t"),
    "I4 empty last lines": TEXT + "\n;;;;;\n\n",
    "I4 a newline within quotes": row(surname="Ros\nsi"),
    "I5 thousands": row(isee="0.009.000,00"),
    "I5 the sign of the euro": row(isee="€ 9.000,00"),
    "I6 the year first": row(child_birth_1="2019-05-01"),
    "I6 two digits for the year": row(child_birth_1="1/5/19"),
    "I7 lower case and blanks": row(fiscal_code=f" {CODE[:6].lower()} {CODE[6:].lower()} "),
    "I16 columns that we do not need": row(Diagnosi="F84.0", Telefono="+39 02"),
    "I16 shuffled": text_of(dict(reversed({**ROW}.items()))),
    "I12 a workbook": workbook_of({**ROW, "isee": 9_000}),
}  # fmt: skip


@pytest.mark.parametrize("name", TAKEN)
def test_what_can_only_mean_one_thing_is_taken(name: str) -> None:
    found = read(TAKEN[name])
    [taken] = found.rows
    wanted = one()
    assert (taken.fiscal_code, taken.isee_cents) == (CODE, 9_000_00)
    assert (taken.household, taken.statement) == (wanted.household, wanted.statement)
    assert not {"\ufeff", "\ufffd"} & set(taken.surname)


ROWS: dict[str, tuple[bytes | str, str, Fault]] = {
    "I3 letters spoilt": (row(surname="NicolÃ²"), "surname", Fault.MOJIBAKE),
    "I3 two encodings in one file": (
        row(surname="Nicolò").encode() + row(fiscal_code=OTHER, surname="Cantù").split("\n")[1]
        .encode("windows-1252"), "surname", Fault.MOJIBAKE,
    ),
    "I3 the euro of ISO-8859-15": (
        row(isee="€ 9.000,00").encode("iso-8859-15"), "isee", Fault.AMOUNT,
    ),
    "I4 a ragged row": (TEXT + f"{OTHER};Bianchi\n", "", Fault.RAGGED),
    "I5 a thousand, or one and a bit": (row(isee="1.234"), "isee", Fault.AMOUNT_AMBIGUOUS),
    "I5 a point for the cents": (row(isee="1234.56"), "isee", Fault.AMOUNT),
    "I5 the English way": (row(isee="1,234.56"), "isee", Fault.AMOUNT),
    "I5 a dash for no cents": (row(isee="50,-"), "isee", Fault.AMOUNT),
    "I5 a letter for a zero": (row(isee="5O"), "isee", Fault.AMOUNT),
    "I5 less than nothing": (row(isee="-1,00"), "isee", Fault.AMOUNT),
    "I5 more than there is": (row(isee="9" * 40), "isee", Fault.AMOUNT),
    "I6 31 February": (row(child_birth_1="31/02/2019"), "child_birth_1", Fault.DATE),
    "I6 a number in a text file": (row(child_birth_1="46054"), "child_birth_1", Fault.DATE),
    "I6 born tomorrow": (row(child_birth_1="24/11/2026"), "child_birth_1", Fault.FUTURE),
    "I6 older than anybody": (row(birth="01/01/1880"), "birth", Fault.TOO_LONG_AGO),
    "I6 month and day swapped": (row(child_birth_1="05/13/2019"), "child_birth_1", Fault.DATE),
    "I7 a wrong last letter": (row(fiscal_code=f"{CODE[:-1]}A"), "fiscal_code", Fault.FISCAL_CODE),
    "I7 fifteen characters": (row(fiscal_code=CODE[:-1]), "fiscal_code", Fault.FISCAL_CODE),
    "I7 O for a zero": (row(fiscal_code=CODE.replace("0", "O")), "fiscal_code", Fault.FISCAL_CODE),
    "I7 a number in floating point": (row(fiscal_code="3,20E+09"), "fiscal_code",
        Fault.FISCAL_CODE),
    "I8 twice in the file": (text_of(ROW, {**ROW, "isee": "1,00"}), "fiscal_code",
        Fault.TWICE_IN_FILE),
    "I10 a formula in a workbook": (workbook_of({**ROW, "isee": "=9000"}), "isee", Fault.FORMULA),
    "I11 a cell without end": (row(surname="A" * 3_000), "surname", Fault.CELL_TOO_LONG),
    "I15 letters that run backwards": (row(surname="Ros\u202esi"), "surname",
        Fault.CONTROL_CHARACTER),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_a_row_that_cannot_be_taken_is_named_with_its_line(name: str) -> None:
    data, column, fault = ROWS[name]
    found = read(data)
    told = {(one.column, one.fault) for one in found.problems}
    assert told == {(column, fault)}
    assert all(one.line >= 2 for one in found.problems)
    assert {one.line for one in found.problems}.isdisjoint(one.line for one in found.rows)


FILES: dict[str, tuple[bytes, Fault]] = {
    "I4 only blanks": (b" \n \n", Fault.EMPTY),
    "I4 no separator": (b"Codice fiscale\nX\n", Fault.NO_SEPARATOR),
    "I4 a quote without end": ((TEXT + '"x;y').encode(), Fault.RAGGED),
    "I11 a cell beyond any": ((TEXT + "x" * 131_073).encode(), Fault.RAGGED),
    "I11 too many rows": ((TEXT + "x;y;z;1;2;3\n" * MAX_ROWS).encode(), Fault.TOO_MANY_ROWS),
    "I11 too many bytes": (b"x" * (MAX_BYTES + 1), Fault.TOO_LARGE),
    "I14 a PDF": (b"%PDF-1.7", Fault.DOCUMENT),
    "I14 a picture": (b"\x89PNG\r\n", Fault.DOCUMENT),
    "I14 an old workbook": (b"\xd0\xcf\x11\xe0rest", Fault.OLD_WORKBOOK),
    "I14 a web page called xls": (b"<html><table>", Fault.WEB_PAGE),
    "I3 a byte that no letter has": (b"Cognome;CF\n\x81\x8d;x\n", Fault.NOT_TEXT),
    "I14 bytes of no text": (b"a;b\x00;c\n", Fault.NOT_TEXT),
    "I16 no header": (f"{CODE};9.000,00\n".encode(), Fault.COLUMN_MISSING),
    "I16 no ISEE": (b"CF;Cognome\n", Fault.COLUMN_MISSING),
    "I16 a header twice": (b"CF;Codice fiscale;ISEE\n", Fault.COLUMN_TWICE),
    "I16 a child twice": (
        b"CF;ISEE;Figlio 1;Nascita figlio 1\n", Fault.COLUMN_TWICE,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_list_says_what_to_do(name: str) -> None:
    data, fault = FILES[name]
    with pytest.raises(CannotRead) as cannot:
        read(data)
    assert cannot.value.fault is fault


def repacked(change: Callable[[dict[str, bytes]], None]) -> bytes:
    """A good workbook with other members."""
    with zipfile.ZipFile(BytesIO(workbook_of({**ROW, "isee": 9_000}))) as package:
        members = {name: package.read(name) for name in package.namelist()}
    change(members)
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return written.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
DTD = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
PACKAGES: dict[str, tuple[Callable[[dict[str, bytes]], None], Fault]] = {
    "I12 a bomb": (
        lambda members: members.update({"xl/media/a.png": bytes(30 << 20)}), Fault.SWOLLEN,
    ),
    "I12 too many members": (
        lambda members: members.update({f"xl/media/{one}": b"" for one in range(1_100)}),
        Fault.SWOLLEN,
    ),
    "I13 macros": (
        lambda members: members.update({"xl/vbaProject.bin": b"Sub AutoOpen()"}), Fault.MACROS,
    ),
    "I13 another file": (
        lambda members: members.update({"xl/externalLinks/externalLink1.xml": b"<x/>"}),
        Fault.LINKED,
    ),
    "I13 an entity": (
        lambda members: members.update({SHEET: DTD + members[SHEET]}), Fault.BROKEN_WORKBOOK,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PACKAGES)
def test_a_hostile_package_is_refused(name: str) -> None:
    change, fault = PACKAGES[name]
    with pytest.raises(CannotRead) as cannot:
        read(repacked(change))
    assert cannot.value.fault is fault


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+39 02", "-1", "@SUM", "\uff1d1"])
def test_a_formula_as_text_is_kept_as_it_is_and_harmless_in_an_export(cell: str) -> None:
    """I10."""
    kept = one(surname=cell)
    assert kept.surname == cell
    text = csv_for_offices([Heading("Cognome", Kind.WORDS)], [[kept.surname]]).decode("utf-8-sig")
    assert text.split("\r\n", 1)[1].lstrip('"').startswith("'")


def test_the_same_file_again_has_the_same_hash_and_another_has_not() -> None:
    """I8: by it, whoever prepares knows the file again, whatever its name (I15)."""
    assert read(TEXT).file_hash == read(TEXT).file_hash != read(row(isee="1,00")).file_hash


def test_both_lines_of_a_twin_are_shown_and_neither_is_taken() -> None:
    """I8."""
    found = read(text_of(ROW, {**ROW, "fiscal_code": OTHER}, {**ROW, "isee": "1,00"}))
    assert [(one.line, one.detail) for one in found.problems] == [(2, "2, 4"), (4, "2, 4")]
    assert [one.line for one in found.rows] == [3]


SPECIAL = {
    "I20 a minor asks": (
        {"fiscal_code": code_of("RSSMRA", date(2012, 1, 1))}, Notice.MINOR_APPLICANT,
    ),
    "I20 a protected address": ({"protected": "sì"}, Notice.PROTECTED_ADDRESS),
}  # fmt: skip


@pytest.mark.parametrize("name", SPECIAL)
def test_who_needs_care_is_pointed_out(name: str) -> None:
    cells, notice = SPECIAL[name]
    assert one(**cells).notices == (notice,)


def test_an_address_is_never_kept() -> None:
    found = read(row(protected="sì", Indirizzo="Casa rifugio 1"))
    assert found.dropped == ("Indirizzo",)
    assert "rifugio" not in repr(found)


COLUMNS = ["fiscal_code", "isee", "isee_kind", "dsu", "signed_on", "valid_until", "birth",
    "members", "adults", "adult_births", "children", "child_birth_1", "dependants", "medium",
    "works", "language", "received", "filing_number", "protected"]  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
def test_what_a_cell_holds_is_in_no_error(column: str, caplog: pytest.LogCaptureFixture) -> None:
    """I20: told are line, column and fault, also where somebody wrote a code into the wrong one."""
    caplog.set_level(logging.DEBUG)
    cell = f"{CANARY} {CANARY}" * 4
    found = read(row(**{column: cell}))
    assert found.problems
    assert CANARY not in repr(found.problems) + caplog.text


def test_a_file_that_is_refused_tells_nothing_of_its_cells() -> None:
    for text in (f"{CANARY}\n{CANARY}\n", f"{CANARY};{CANARY}\n", f'{TEXT}"{CANARY};x'):
        with pytest.raises(CannotRead) as cannot:
            read(text)
        assert CANARY not in f"{cannot.value} {cannot.value.detail} {cannot.value!r}"


def test_a_hundred_thousand_rows_are_read_in_seconds() -> None:
    """I11: as many as there may be, all of them wrong in some way."""
    line: Mapping[str, object] = {**ROW, "child_birth_1": "31/02/2019"}
    head, bad = text_of(line).splitlines()
    started = time.monotonic()
    found = read("\n".join([head, *[bad] * MAX_ROWS]))
    assert (len(found.problems), found.rows) == (MAX_ROWS, ())
    assert time.monotonic() - started < 60
