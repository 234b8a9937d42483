"""Vectors of step 1, and of the code that people type."""

from collections.abc import Iterator

from ledger.token.text import Environment
from tests.token.case import ACCEPTED, Case
from tests.token.town import crafted, described, family_code, shown, slip, text_of

GOOD = text_of(slip())
SPACED = next(
    text for number in range(99) if " " in (text := text_of(slip(id=bytes([number]) * 16)))
)

TEXTS = {  # name: input, outcome
    "empty": ("", "prefix"),
    "only the prefix": ("BC1:", "envelope"),
    "without prefix": (GOOD[4:], "prefix"),
    "prefix in lower case": ("bc1:" + GOOD[4:], "prefix"),
    "prefix of the tests": ("BX1:" + GOOD[4:], "prefix"),
    "prefix of another version": ("BC2:" + GOOD[4:], "prefix"),
    "space before": (" " + GOOD, "prefix"),
    "byte order mark before": ("\ufeff" + GOOD, "prefix"),
    "an address": ("https://example.org/" + GOOD, "prefix"),
    "601 characters": (GOOD.ljust(601, "0"), "too_long"),
    "a thousand characters": ("BC1:" + "9" * 996, "too_long"),
    "600 characters": ("BC1:" + "0" * 596, "envelope"),
    "599 characters": ("BC1:" + "0" * 595, "base45"),
    "597 characters": ("BC1:" + "0" * 593, "envelope"),
    "lower case": ("BC1:" + GOOD[4:].lower(), "base45"),
    "one letter in lower case": (GOOD[:-1] + "c", "base45"),
    "line feed after": (GOOD + "\n", "base45"),
    "two spaces after": (GOOD + "  ", "base45"),
    "tab inside": (GOOD[:50] + "\t" + GOOD[51:], "base45"),
    "NUL inside": (GOOD[:50] + "\x00" + GOOD[51:], "base45"),
    "a space written as %20": (SPACED.replace(" ", "%20", 1), "base45"),
    "a space written as plus": (SPACED.replace(" ", "+"), "cbor"),
    "a space lost": (SPACED.replace(" ", "", 1), "base45"),
    "triple above 65535": ("BC1::::" + GOOD[7:], "base45"),
    "pair above 255": (GOOD[:-2] + "::", "base45"),
    "one character missing at the end": (GOOD[:-1], "base45"),
    "three characters missing at the end": (GOOD[:-3], "base45"),
    "Arabic digits": ("BC1:\u0660\u0661\u0662" + GOOD[7:], "base45"),
    "full-width letters": ("BC1:\uff21\uff22\uff23" + GOOD[7:], "base45"),
    "a lone surrogate": ("BC1:\ud800" + GOOD[5:], "base45"),
    "right-to-left mark": (GOOD + "\u202e", "base45"),
    "another system": ("HC1:6BFOXN*TS0BI$ZD-PHQ7I9AD66V5B22CH9M9ESI9XBHXK-%69LQOGI.*V76", "prefix"),
}

BASE45 = {  # RFC 9285, section 4.3, and the edges
    "BB8": "4142",
    "%69 VD92EX0": "48656c6c6f2121",
    "UJCLQE7W581": "626173652d3435",
    "QED8WEX0": "69657466 21".replace(" ", ""),
    "": "",
    "FGW": "ffff",
    "U5": "ff",
    "00": "00",
    " BB": "5916",
}
NOT_BASE45 = ["0", "GGW", "FGX", "::", "V5", ":::", "BB8\n", "bb8", "BB8 ", "BB?", "?00", "0000"]

CODES = {  # typed: read
    "0000-0000-0000": "0000-0000-0000",
    "000000000000": "0000-0000-0000",
    "oOo0 0000 0000": "0000-0000-0000",
    "ZZZZ-ZZZZ-ZZZK": "ZZZZ-ZZZZ-ZZZK",
    "zzzzzzzzzzzk": "ZZZZ-ZZZZ-ZZZK",
    " 0--000-0000-001 2 ": "0000-0000-0012",
    "oooo-oooo-ooL2": "0000-0000-0012",
    "0000-0000-00i2": "0000-0000-0012",
    "7KJ3-QW2M-8T5C": "7KJ3-QW2M-8T5C",
}
MISTYPED = [
    "", "-", "0000-0000-0001", "0000-0000-000", "0000-0000-00000", "0000-0000-0021",
    "U000-0000-0000", "0000-0000-000\u0660", "0000\u20110000\u20110000", "0000-0000-0000\n",
    "\u0131000-0000-0001", "0" * 41, "0000-0000-0000" + " " * 27,
]  # fmt: skip


def cases() -> Iterator[Case]:
    good = described(slip())
    yield Case(name="slip", what="payment", input=GOOD, outcome=ACCEPTED, object=good)
    for name, (text, outcome) in TEXTS.items():
        yield Case(name=f"text: {name}", what="payment", input=text, outcome=outcome)
    yield from _environments()
    for text, read in BASE45.items():
        yield Case(name=f"{text!r}", what="base45", input=text, outcome=ACCEPTED, object=read)
    for text in NOT_BASE45:
        yield Case(name=f"{text!r}", what="base45", input=text, outcome="base45")
    for typed, code in CODES.items():
        yield Case(name=typed, what="short_code", input=typed, outcome=ACCEPTED, object=code)
    for typed in MISTYPED:
        yield Case(name=repr(typed), what="short_code", input=typed, outcome="mistyped")


def _environments() -> Iterator[Case]:
    for_tests = text_of(family_code(), "preview", Environment.TEST)
    in_tests = text_of(family_code(), environment=Environment.TEST)
    again = "BC1:" + for_tests[4:]
    seen = described(family_code())
    yield Case(
        name="tests: their own prefix",
        what="payment",
        input=in_tests,
        outcome=ACCEPTED,
        object=seen,
        environment="test",
    )
    yield Case(
        name="tests: a real code",
        what="payment",
        input=GOOD,
        outcome="prefix",
        environment="test",
    )
    yield Case(name="a test key behind it", what="payment", input=for_tests, outcome="prefix")
    yield Case(name="its prefix changed", what="payment", input=again, outcome="unknown_key")
    wrapped = shown(crafted() + b"\x00")
    yield Case(name="one byte after the token", what="payment", input=wrapped, outcome="cbor")
