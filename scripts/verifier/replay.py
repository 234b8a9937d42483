"""Leaf by leaf: recompute what each request did, write the leaf anew, compare it byte by byte.

Not here: what a request does (`effects`), and the tree over the leaves (`tree`).
"""

from typing import Any, Final

from scripts.verifier.crossing import Crossing, crossing_of
from scripts.verifier.effects import decide, keep
from scripts.verifier.findings import WrongError
from scripts.verifier.rules import CIRCUIT, VERSION
from scripts.verifier.shapes import read_leaf, write_json
from scripts.verifier.state import Book

# Of a transfer, in its order in a leaf.
COLUMNS: Final = (
    "seq", "phase", "unit", "debit", "credit", "amount", "debit_version", "debit_balance",
    "debit_pending", "credit_version", "credit_balance", "credit_pending", "hold or undoes",
)  # fmt: skip
_BACKED: Final = ("EUR", "CREDITS")
UNTIL: Final = 120  # Characters of a value that a finding shows.


class Replay:
    """A book being recomputed from its leaves."""

    def __init__(self, name: str) -> None:
        """An empty book."""
        self.book = Book(name)
        self.accepted = 0
        self.crossings: list[Crossing] = []

    def step(self, index: int, line: bytes) -> str:
        """Take the next leaf; gives its outcome. Errors: `WrongError`: nothing more can follow."""
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            raise WrongError("form", why="UTF-8") from error
        leaf, book = read_leaf(text), self.book
        request, at = leaf["request"], leaf["recorded_at"]
        self._wants_order(leaf, index)
        period = book.period
        code, effect = decide(book, index, at, request)
        again = {
            "book": book.name, "code": code, "facts": effect.facts, "index": index,
            "period": period, "recorded_at": at, "request": request, "transfers": effect.moves,
            "v": VERSION,
        }  # fmt: skip
        if write_json(again) != text:
            raise _difference(leaf, again)
        keep(effect, code, request)
        book.recorded_at = at
        self.accepted += code == "accepted"
        for move in effect.moves:
            unit = book.units[move[2]]
            if unit.own != unit.owed:
                raise WrongError("identity", unit=unit.name, own=unit.own, owed=unit.owed)
        if effect.moves and book.name == CIRCUIT:
            self._wants_backing()
        if effect.moves and '"message":' in text:
            found = crossing_of((index, at), line, request, effect.moves)
            self.crossings += [] if found is None else [found]
        return code

    def _wants_backing(self) -> None:
        """Every credit in circulation is covered by a euro that was set aside for it."""
        units = self.book.units
        covered, issued = (units[name].backing if name in units else 0 for name in _BACKED)
        if covered != issued:
            raise WrongError("backing", covered=covered, issued=issued)

    def _wants_order(self, leaf: dict[str, Any], index: int) -> None:
        """Numbers without gaps, rising times, each id once."""
        book = self.book
        if leaf["book"] != book.name:
            raise WrongError("book", told=_shown(leaf["book"]), right=book.name)
        if leaf["index"] != index:
            raise WrongError("index", told=leaf["index"], right=index)
        if leaf["recorded_at"] <= book.recorded_at:
            raise WrongError("time", told=leaf["recorded_at"], right=book.recorded_at)
        key = leaf["request"]["id"]
        earlier = book.decided.find(bytes.fromhex(key))
        if earlier is not None:
            raise WrongError("key", id=key, earlier=earlier)


def _difference(leaf: dict[str, Any], again: dict[str, Any]) -> WrongError:
    """The first thing in which a leaf is not what was recomputed."""
    for name in ("code", "period", "v"):
        if _differ(leaf[name], again[name]):
            return WrongError(name, told=_shown(leaf[name]), right=_shown(again[name]))
    if _differ(leaf["transfers"], again["transfers"]):
        return _transfers(leaf["transfers"], again["transfers"])
    if _differ(leaf["facts"], again["facts"]):
        return WrongError("facts", told=_shown(leaf["facts"]), right=_shown(again["facts"]))
    return WrongError("form", why="not canonical")


def _transfers(told: list[Any], right: list[Any]) -> WrongError:
    if len(told) != len(right):
        return WrongError("transfer_count", told=len(told), right=len(right))
    number = next(n for n, pair in enumerate(zip(told, right, strict=True)) if _differ(*pair))
    one, other = told[number], right[number]
    if type(one) is not list or len(one) != len(other):
        return WrongError("transfer", number=number, column="", told=_shown(one), right="")
    at = next(at for at, pair in enumerate(zip(one, other, strict=True)) if _differ(*pair))
    shown = {"told": _shown(one[at]), "right": _shown(other[at])}
    return WrongError("transfer", number=number, column=COLUMNS[at], **shown)


def _differ(told: object, right: object) -> bool:
    """Compared as written: to Python, but not in JSON, 1 and true are equal."""
    try:
        return write_json(told) != write_json(right)
    except (TypeError, ValueError):
        return True


def _shown(value: object) -> str:
    return ascii(value)[:UNTIL] if type(value) is not str else value[:UNTIL]
