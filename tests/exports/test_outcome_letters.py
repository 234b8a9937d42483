"""Letters to families: in the window, on one page, in portions; what cannot be printed is told."""

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest

from ledger.exports import outcome_letters as printing_room
from ledger.exports.letters import Press
from ledger.exports.outcome_letters import (
    CannotPrint,
    OutcomeLetter,
    PrinterBroken,
    Section,
    outcome_letters,
    print_letters,
)
from tests.exports.test_printing import claims_of
from wallet_web.rendering import STATIC

PRESS = Press(
    "Giussano", "it", {"title": "Lettere alle famiglie"}, STATIC / "vendor" / "paper",
    1_790_000_000_000_000,
)  # fmt: skip
MM = 72 / 25.4  # Points.
MARKUP = "#let x = 1; $ 5 $ *b* _i_ [l] @a <t> `r` \\ // /* c */ = h - i ~ -- … 'q' \"q\""


def letter(number: int = 1, name: str = "Ada Esempi", **other: Any) -> OutcomeLetter:  # noqa: ANN401 -- any of its fields.
    made = OutcomeLetter(
        language="it",
        sender=("Comune di Giussano", "Servizi sociali"),
        recipient=(name, "Via dei Prati 12", "20833 Giussano MB"),
        reference=(f"Domanda {number:04d}", "23 novembre 2026"),
        title="La tua domanda è stata accolta",
        opening=(f"Gentile {name},", "è stata accolta."),
        sections=(Section("Come si spende", ("Così.",), ("Uno", "Due")),),
        closing="Per domande: lo sportello",
        facts=(("Iniziativa", "Buoni spesa"),),
        amount_label="Importo",
        amount_cents=100_00 + number,
    )
    return replace(made, **other)


def pages_of(pdf: bytes) -> Iterator[str]:
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        yield page.get_textpage().get_text_range().replace("\r\n", "\n")
    document.close()


@pytest.mark.parametrize(
    "name",
    ["Nicolò D’Amico", "Đặng Thị Ánh", "Ștefan Țară", "Łukasz Żółć", "Олена Коваль", "Ἀθηνᾶ Παπᾶ"],
)
def test_a_name_is_printed_in_its_own_letters(name: str) -> None:
    [told] = pages_of(print_letters(PRESS, [letter(name=name)]))
    assert told.count(name) == 2


@pytest.mark.parametrize("language", ["it", "en"])
def test_a_print_says_that_it_is_pdf_a_accessible_and_in_which_language(language: str) -> None:
    pdf = print_letters(PRESS, [letter(language=language)])
    claims = claims_of(pdf)
    assert (claims[b"pdfaid:part"], claims[b"pdfaid:conformance"]) == (b"2", b"A")
    assert claims[b"pdfuaid:part"] == b"1"
    assert (b"/Lang(en)" in pdf) is (language == "en")


def test_an_italian_part_of_an_english_letter_is_read_out_in_italian() -> None:
    """The document is Italian, and what is not says so."""
    parts = [Section("Ricorso", ("Al TAR",), language=one) for one in ("it", "")]
    in_english = [
        print_letters(PRESS, [letter(language="en", sections=(part,))]).count(b"/Lang(en)")
        for part in parts
    ]
    assert in_english[1] - in_english[0] == 2  # Its title and its paragraph.


def test_what_looks_like_markup_is_text() -> None:
    section = Section(MARKUP, (MARKUP,), (MARKUP,), "it")
    [told] = pages_of(
        print_letters(
            PRESS,
            [letter(title=MARKUP, opening=(MARKUP,), sections=(section,), facts=((MARKUP, MARKUP),),
                closing=MARKUP, reference=(MARKUP,), sender=(MARKUP, MARKUP))],
        )
    )  # fmt: skip
    assert " ".join(told.split()).count(MARKUP) == 11


def test_lines_of_a_text_stay_lines() -> None:
    lines = "Al TAR\nentro 60 giorni"
    section = Section("Ricorso", (lines,), (lines,))
    [told] = pages_of(
        print_letters(PRESS, [letter(opening=(lines,), sections=(section,), closing=lines)])
    )
    assert told.count(lines) == 4


ADDRESSES = (
    ("Ada Esempi",),
    ("Maria Antonietta " * 5, "Via dei Prati 12", "20833 Giussano MB"),
    ("Maria Antonietta " * 5, "presso Esempi", "Via dei Prati di Prova 12", "20833 Giussano MB"),
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_the_address_is_where_a_window_can_show(address: tuple[str, ...]) -> None:
    """Of envelopes of 110 x 220 and 110 x 230 mm: always shown, and all that can ever be."""
    document = pypdfium2.PdfDocument(print_letters(PRESS, [letter(recipient=address)]))
    text = document[0].get_textpage()
    shown = ""
    for at in range(text.count_chars()):
        left, lower, right, upper = text.get_charbox(at)
        x, y = left / MM, 297 - upper / MM
        if right / MM > 90 and x < 210 and 297 - lower / MM > 44 and y < 90:
            shown += text.get_text_range(at, 1)
            assert x >= 110
            assert right / MM <= 190
            assert y >= 55
            assert 297 - lower / MM <= 79
    assert "".join(shown.split()) == "".join("".join(address).split())
    document.close()


def test_a_long_letter_is_set_smaller_and_stays_a_page() -> None:
    long = Section("Ricorso", ("Entro 60 giorni al tribunale. " * 130,))
    pages = list(pages_of(print_letters(PRESS, [letter(sections=(long,)), letter(2)])))
    assert [page.count("Gentile") for page in pages] == [1, 1]
    assert " ".join(pages[0].split()).count("Entro 60 giorni al tribunale.") == 130


def test_what_cannot_be_printed_is_told_by_its_number_alone(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    endless = Section("Ricorso", ("Entro 60 giorni al tribunale. " * 400,))
    letters = [letter(number) for number in range(1, 10)]
    letters[2] = letter(3, name="Segreta 李")
    letters[5] = letter(6, sections=(endless,))
    letters[6] = letter(7, name="Segreta Esempi " * 30)
    with pytest.raises(CannotPrint) as cannot:
        print_letters(PRESS, letters, first=101)
    assert cannot.value.numbers == (103, 106, 107)
    error: BaseException | None = cannot.value
    seen = ""
    while error is not None:
        seen += f"{error!r} {getattr(error, 'stderr', '')}"
        error = error.__context__
    told = capfd.readouterr()
    assert "Segreta" not in seen + caplog.text + told.out + told.err


def test_a_printer_without_its_template_blames_no_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing_room, "TEMPLATE", printing_room.TEMPLATE.with_name("gone.typ"))
    with pytest.raises(PrinterBroken) as broken:
        print_letters(PRESS, [letter(name="Segreta Esempi"), letter(2)])
    assert broken.value.args == ()
    assert broken.value.__context__ is None


def test_an_address_without_lines_or_with_too_many_is_refused() -> None:
    for recipient in ((), ("a", "b", "c", "d", "e")):
        with pytest.raises(ValueError, match="1 to 4 lines"):
            letter(recipient=recipient)


def test_portions_say_the_same_as_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing_room, "PORTION", 80)
    letters = [letter(number) for number in range(1, 301)]
    told: list[int] = []
    portions = list(outcome_letters(PRESS, iter(letters), tell=told.append))
    assert (len(portions), told) == (4, [80, 160, 240, 300])
    apart = [page for pdf in portions for page in pages_of(pdf)]
    assert apart == list(pages_of(print_letters(PRESS, letters)))
    assert [f"Domanda {at:04d}" in page for at, page in enumerate(apart, 1)] == [True] * 300


def test_a_fault_in_a_later_portion_keeps_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing_room, "PORTION", 2)
    letters = [letter(), letter(2), letter(3), letter(4, name="李")]
    made = outcome_letters(PRESS, letters)
    assert next(made)
    with pytest.raises(CannotPrint) as cannot:
        next(made)
    assert cannot.value.numbers == (4,)


def test_the_same_rows_give_the_same_bytes() -> None:
    assert print_letters(PRESS, [letter()]) == print_letters(PRESS, [letter()])


def test_letters_come_a_portion_at_a_time() -> None:
    """Nothing is printed or read ahead before it is asked for, so memory stays flat."""
    asked = 0

    def endless() -> Iterator[OutcomeLetter]:
        nonlocal asked
        while True:
            asked += 1
            yield letter(asked)

    started = time.monotonic()
    made = outcome_letters(PRESS, endless())
    assert next(made)
    assert asked == printing_room.PORTION
    assert time.monotonic() - started < 30
