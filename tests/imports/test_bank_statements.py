"""A bank statement is read by its references; what cannot be read is told by line, not guessed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649

from ledger.imports.bank_statements import read_statement_file, reference_of
from ledger.imports.faults import CannotRead, Fault

HEAD = "Data;Importo;Causale\n"


def read(*rows: str) -> object:
    return read_statement_file((HEAD + "\n".join(rows)).encode())


@given(st.integers(1, 999_999))
def test_a_reference_is_a_creditor_reference_that_is_found_again(shop_no: int) -> None:
    reference = reference_of(shop_no)
    assert iso11649.is_valid(reference)
    for said in (reference, f"bonif. {' '.join(reference)} saldo", f"contr {reference.lower()}"):
        [line] = read_statement_file(f"{HEAD}1/12/2026;12,50;{said}".encode()).lines
        assert line.shop_no == shop_no


@given(st.integers(1, 999_999), st.integers(0, 11), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_no_other_shop(shop_no: int, at: int, digit: str) -> None:
    good = reference_of(shop_no)
    wrong = good[:at] + digit + good[at + 1 :]
    [line] = read_statement_file(f"{HEAD}1/12/2026;12,50;{wrong}".encode()).lines
    assert line.shop_no == (shop_no if wrong == good else None)


def test_lines_are_told_apart_and_known_again() -> None:
    rows = ("01/12/2026;1.234,56;x", "2026-12-01;1.234,56; X ", "1.12.2026;-5,00;spese")
    one = read_statement_file((HEAD + "\n".join(rows)).encode())
    other = read_statement_file(("Causale,Importo,Data\n" + 'x,"1.234,56",2026-12-01').encode())
    assert [line.amount_cents for line in one.lines] == [1_234_56, 1_234_56]
    assert one.lines[0].booked_on == date(2026, 12, 1)
    assert one.outgoing == 1
    assert one.lines[0].line_id == other.lines[0].line_id  # In another file it is the same.
    assert one.lines[1].line_id != one.lines[0].line_id  # Twice in one: two payments.


def test_two_shops_in_one_line_are_for_a_person_to_look_at() -> None:
    said = f"{reference_of(1)} {reference_of(2)}"
    [line] = read_statement_file(f"{HEAD}1/12/2026;12,50;{said}".encode()).lines
    assert line.shop_no is None


@pytest.mark.parametrize(
    ("row", "column", "fault"),
    [
        ("31/02/2026;1,00;x", "data", Fault.DATE), ("1/12/26;1,00;x", "data", Fault.DATE),
        ("1/12/2026;1.00;x", "importo", Fault.AMOUNT),
        ("1/12/2026;0,00;x", "importo", Fault.AMOUNT),
        ("1/12/2026;1e3;x", "importo", Fault.AMOUNT), ("1/12/2026;;x", "importo", Fault.AMOUNT),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_by_line_and_column(
    row: str, column: str, fault: Fault
) -> None:
    found = read_statement_file(f"{HEAD}{row}\n1/12/2026;1,00;x".encode())
    assert [(one.line, one.column, one.fault) for one in found.problems] == [(2, column, fault)]
    assert len(found.lines) == 1


@pytest.mark.parametrize("text", ["", "Data;Importo\n1;2", "Data;Data;Importo;Causale\n", "%PDF-1"])
def test_another_file_is_no_statement(text: str) -> None:
    with pytest.raises(CannotRead):
        read_statement_file(text.encode())
