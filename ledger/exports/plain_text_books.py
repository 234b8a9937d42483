"""A whole book for other accounting programs: Beancount, hledger, CSV. Entries in, text out.

Such a program adds up the amounts itself. After each day we assert what the book says that every
account touched on it holds, so that it finds a difference of one cent. Dare is positive, avere
negative. Accounts are called by kind and random id, units are commodities: no name of anybody.
Not here: where entries come from (`ledger.reports.book_lines`). Source: design 7 and 10.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256
from io import StringIO
from itertools import groupby
from typing import Final, Protocol
from uuid import UUID

from ledger.core.chart import CHART, AccountKind, Side
from ledger.core.quantities import Amount, Instant, Unit
from ledger.exports.tables import harmless, on_roman_clocks

SHORT: Final = 12  # Digits of an account's id; all of them where another begins the same way.
COMMODITY: Final = re.compile(r"[A-Z][A-Z0-9._-]{0,22}[A-Z0-9]")
RESERVED: Final = frozenset({"TRUE", "FALSE", "NULL"})  # Words of Beancount's own.


class Form(StrEnum):
    """For which program."""

    BEANCOUNT = "beancount"
    HLEDGER = "hledger"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class End:
    """One side of a move: an account, its kind, and its balance after it on its own side."""

    account: UUID
    kind: str
    balance: int


@dataclass(frozen=True, slots=True)
class Move:
    """One posted transfer, in minor units; `undoes`: the seq that it gives back."""

    seq: int
    unit: Unit
    amount: Amount
    debit: End
    credit: End
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One business event: its place in the log, its request, the acts that it rests on."""

    index: int
    request: UUID
    kind: str
    recorded_at: Instant
    acts: tuple[str, ...]
    moves: tuple[Move, ...]

    @property
    def day(self) -> date:
        """The day in Rome on which it was recorded."""
        return on_roman_clocks(self.recorded_at).date()

    @property
    def facts(self) -> Mapping[str, str]:
        """Its own words for where it comes from."""
        facts = {"index": str(self.index), "request": self.request.hex, "kind": self.kind}
        facts |= {"act": " + ".join(self.acts)} if self.acts else {}
        return facts | {"recorded_at": on_roman_clocks(self.recorded_at).isoformat()}


@dataclass(frozen=True, slots=True)
class Account:
    """An account as these programs call it."""

    name: str
    id: UUID
    commodity: str


@dataclass(slots=True)
class Names:
    """What accounts and units are called; an account keeps its name in every later file."""

    accounts: dict[UUID, Account] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def account(self, end: End, unit: Unit) -> Account:
        """The name of an account."""
        if end.account not in self.accounts:
            root = "Assets" if _side(end) is Side.DEBIT else "Liabilities"
            digits = end.account.hex.upper()
            short = digits if digits[:SHORT] in self.taken else digits[:SHORT]
            self.taken.add(short)
            name = f"{root}:{end.kind.title().replace('_', '')}:{short}"
            self.accounts[end.account] = Account(name, end.account, commodity(unit))
        return self.accounts[end.account]


def _side(end: End) -> Side:
    return CHART[AccountKind(end.kind)].side


def commodity(unit: Unit) -> str:
    """A unit as a commodity of Beancount: itself, or a mark that no other unit gets."""
    if COMMODITY.fullmatch(unit) and unit not in RESERVED:
        return unit
    return f"UNIT-{sha256(unit.encode()).hexdigest()[:12].upper()}"


def decimal(cents: int) -> str:
    """Cents with a point: -1250 -> `-12.50`."""
    euros, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{euros}.{rest:02d}"


class Writes(Protocol):
    """What a program wants to read."""

    def heading(self, book: str) -> str:
        """Before everything."""

    def unit(self, day: date, name: str, unit: Unit) -> str:
        """A commodity, before its first use."""

    def account(self, day: date, account: Account) -> str:
        """An account, before its first use."""

    def entry(self, entry: Entry, names: Names) -> str:
        """One entry."""

    def closing(self, day: date, held: Mapping[Account, int]) -> str:
        """The balances at the end of a day, dare positive, of the accounts touched on it."""


def plain_text_book(book: str, entries: Iterable[Entry], form: Form) -> Iterator[str]:
    """A book's posted entries, in the order of the log, as the pieces of one file."""
    writes, names, units = FORMS[form], Names(), set[Unit]()
    yield writes.heading(book)
    for day, of_the_day in groupby(entries, lambda entry: entry.day):
        held: dict[Account, int] = {}
        for entry in of_the_day:
            for move in entry.moves:
                if move.unit not in units:
                    units.add(move.unit)
                    yield writes.unit(day, commodity(move.unit), move.unit)
                for end in (move.debit, move.credit):
                    if end.account not in names.accounts:
                        yield writes.account(day, names.account(end, move.unit))
                    balance = end.balance if _side(end) is Side.DEBIT else -end.balance
                    held[names.account(end, move.unit)] = balance
            yield writes.entry(entry, names)
        yield writes.closing(day, held)


def _postings(entry: Entry, names: Names) -> Iterator[tuple[Move, Account, int]]:
    for move in entry.moves:
        yield move, names.account(move.debit, move.unit), move.amount
        yield move, names.account(move.credit, move.unit), -move.amount


class Beancount:
    """For Beancount, whose day begins with its assertions: ours stand on the day after."""

    def heading(self, book: str) -> str:  # noqa: D102 -- see `Writes`.
        return f'option "title" {_quoted(book)}\n'

    def unit(self, day: date, name: str, unit: Unit) -> str:  # noqa: D102
        return f"\n{day} commodity {name}\n  unit: {_quoted(unit)}\n"

    def account(self, day: date, account: Account) -> str:  # noqa: D102
        opened = f"\n{day} open {account.name} {account.commodity}"
        return f'{opened}\n  account: "{account.id.hex}"\n'

    def entry(self, entry: Entry, names: Names) -> str:  # noqa: D102
        lines = [f'\n{entry.day} * "{entry.kind}" #{entry.kind} ^{entry.request.hex}']
        lines += [f"  {key}: {_quoted(value)}" for key, value in entry.facts.items()]
        for move, account, amount in _postings(entry, names):
            lines.append(f"  {account.name}  {decimal(amount)} {account.commodity}")
            lines.append(f"    seq: {move.seq}")
            lines += [f"    undoes: {move.undoes}"] if move.undoes else []
        return "\n".join(lines) + "\n"

    def closing(self, day: date, held: Mapping[Account, int]) -> str:  # noqa: D102
        next_day = day + timedelta(days=1)
        return "\n" + "".join(  # `~ 0`: by itself it would let a whole cent pass.
            f"{next_day} balance {account.name}  {decimal(balance)} ~ 0 {account.commodity}\n"
            for account, balance in held.items()
        )


class Hledger:
    """For hledger, which reads a day in the order of the file: each ends with its assertions."""

    def heading(self, book: str) -> str:  # noqa: D102
        return f"; {book}\ndecimal-mark .\n"

    def unit(self, day: date, name: str, unit: Unit) -> str:  # noqa: ARG002, D102
        return f'\ncommodity 1000.00 "{name}"  ; unit:{unit}\n'

    def account(self, day: date, account: Account) -> str:  # noqa: ARG002, D102
        return f"\naccount {account.name}  ; account:{account.id.hex}\n"

    def entry(self, entry: Entry, names: Names) -> str:  # noqa: D102
        lines = [f"\n{entry.day} * {entry.kind}"]
        lines += [f"    ; {key}:{_tagged(value)}" for key, value in entry.facts.items()]
        for move, account, amount in _postings(entry, names):
            tags = f"seq:{move.seq}" + (f", undoes:{move.undoes}" if move.undoes else "")
            told = f'{decimal(amount)} "{account.commodity}"'
            lines.append(f"    {account.name}  {told}  ; {tags}")
        return "\n".join(lines) + "\n"

    def closing(self, day: date, held: Mapping[Account, int]) -> str:  # noqa: D102
        return f"\n{day} * day_end\n" + "".join(
            f'    {account.name}  0 == {decimal(balance)} "{account.commodity}"\n'
            for account, balance in held.items()
        )


class Csv:
    """For any other: a line a transfer, a point in amounts, balances after it on each own side."""

    def heading(self, book: str) -> str:  # noqa: ARG002, D102
        return _csv_line(
            "day", "recorded_at", "index", "seq", "undoes", "request", "kind", "act", "unit",
            "amount", "debit_kind", "debit", "debit_balance", "credit_kind", "credit",
            "credit_balance",
        )  # fmt: skip

    def unit(self, day: date, name: str, unit: Unit) -> str:  # noqa: ARG002, D102
        return ""

    def account(self, day: date, account: Account) -> str:  # noqa: ARG002, D102
        return ""

    def entry(self, entry: Entry, names: Names) -> str:  # noqa: ARG002, D102
        facts = entry.facts
        lines = [
            _csv_line(
                entry.day, facts["recorded_at"], entry.index, move.seq, move.undoes or "",
                facts["request"], entry.kind, harmless(facts.get("act", "")), move.unit,
                decimal(move.amount), *_told(move.debit), *_told(move.credit),
            )
            for move in entry.moves
        ]  # fmt: skip
        return "".join(lines)

    def closing(self, day: date, held: Mapping[Account, int]) -> str:  # noqa: ARG002, D102
        return ""


FORMS: Final[Mapping[Form, Writes]] = {
    Form.BEANCOUNT: Beancount(),
    Form.HLEDGER: Hledger(),
    Form.CSV: Csv(),
}


def _told(end: End) -> tuple[str, str, str]:
    return end.kind, end.account.hex, decimal(end.balance)


def _csv_line(*cells: object) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{" ".join(escaped.split())}"'


def _tagged(text: str) -> str:
    return " ".join(text.replace(",", " ").split())  # A comma would end the tag.
