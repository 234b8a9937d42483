"""The ledger's README is the code: its tables of chart, posting rules and holds are compared."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.core import chart
from ledger.core.accounts import HoldState
from ledger.core.chart import CHART, EURO, AccountKind, EntryKind, Side, Where
from ledger.core.posting_rules import POSTING_RULES, REVERSIBLE, SETTLES_AFTER_CLOSING, Sides

COUNTS = {AccountKind.CAP, AccountKind.CAPS_USED}  # No money: `caps_used = Σ cap`.
LEDGER = Path(chart.__file__).parents[1]
README = (LEDGER / "README.md").read_text(encoding="utf-8")
FORMAT = (LEDGER / "FORMAT.md").read_text(encoding="utf-8")


def table(title: str) -> Iterator[list[str]]:
    """The cells of the rows below a title, head and rule left out."""
    section = README.partition(f"## {title}\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")][2:]
    return ([cell.strip() for cell in row.strip("|").split("|")] for row in rows)


def names(text: str) -> list[str]:
    return re.findall(r"`(\w+)`", text)


def test_the_chart_is_the_code() -> None:
    told = [(*names(kind), side, floor) for kind, side, floor, _owner in table("Chart of accounts")]
    floors = {
        kind: "none" if line.floor is None else str(line.floor) for kind, line in CHART.items()
    }
    assert told == [(kind, line.side, floors[kind]) for kind, line in CHART.items()]
    assert list(CHART) == list(AccountKind)
    assert all(line.ceiling is None for line in CHART.values())


@pytest.mark.parametrize(
    ("begins", "where", "unit"),
    [
        ("in each unit: `", Where.COMUNE, None),
        ("In the circuit's book, always: `", Where.CIRCUIT, EURO),
    ],
)
def test_the_identity_has_the_debit_kinds_on_its_left(
    begins: str, where: Where, unit: str | None
) -> None:
    identity = README.partition(begins)[2].partition("`")[0]
    left, _, right = identity.partition(" = ")
    of = {kind: line for kind, line in CHART.items() if line.where in {where, Where.BOTH}}
    for side, text in ((Side.DEBIT, left), (Side.CREDIT, right)):
        told = re.findall(r"[a-z_]+", text)
        assert sorted(told) == sorted(
            kind
            for kind, line in of.items()
            if line.side is side and line.unit in {unit, None} and kind not in COUNTS
        )


def test_the_kinds_of_the_circuit_say_their_unit() -> None:
    told = {
        names(kind)[0]: names(owner) for kind, _side, _floor, owner in table("Chart of accounts")
    }
    for kind, line in CHART.items():
        assert told[kind] == ([] if line.unit is None else [line.unit]) or kind is AccountKind.CAP


def test_the_posting_rules_are_the_code() -> None:
    told: dict[str, list[Sides]] = {}
    entry = ""
    for name, debit, credit in table("Posting rules"):
        entry = names(name)[0] if name else entry
        told.setdefault(entry, []).append(Sides(AccountKind(debit), AccountKind(credit)))
    rules = {str(kind): list(sides) for kind, sides in POSTING_RULES.items() if sides}
    assert told == rules
    assert list(told) == list(rules)


def test_what_moves_nothing_is_named() -> None:
    sentence = (
        README.partition("| `hours_given` |")[2].partition("\n\n")[2].partition(" move nothing")[0]
    )
    moves_nothing = {kind for kind, sides in POSTING_RULES.items() if not sides}
    assert set(names(sentence)) == moves_nothing - {EntryKind.REVERSAL}
    assert set(POSTING_RULES) == set(EntryKind)


def test_a_hold_ends_as_the_page_says() -> None:
    told = [(before, after) for before, _by, after in table("A hold")]
    begun, ended = told[0], told[1:]
    assert begun == ("–", HoldState.HELD)
    assert ended == [(HoldState.HELD, state) for state in HoldState if state is not HoldState.HELD]


def test_what_may_be_reversed_is_the_code() -> None:
    sentence = FORMAT.partition("Reversible, once: ")[2].partition(".")[0].replace("\n", " ")
    words = {
        "circuit payout": ("circuit_payout",),
        "offline cover and its release": ("offline_cover", "offline_cover_freed"),
        "claim cover": ("claim_cover",),
    }
    told = [name for part in sentence.split(", ") for name in words.get(part, (part,))]
    assert sorted(told) == sorted(REVERSIBLE)
    settles = FORMAT.partition("except that ")[2].partition(" may")[0]
    assert set(names(settles)) == set(SETTLES_AFTER_CLOSING)


def test_every_scope_of_a_derived_id_is_on_the_page() -> None:
    told = set(names(FORMAT.partition("**Derived ids**")[2].partition("## 3.")[0]))
    used = set()
    for path in LEDGER.rglob("*.py"):
        source = path.read_text()
        used |= set(re.findall(r'derived_id\(\s*"([a-z_]+)"', source))
        used |= set(re.findall(r'number = \("([a-z_]+)"', source))
    assert used <= told
