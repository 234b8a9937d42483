"""Compares the book with what the tills wrote down; it only reads, and with SQL of its own.

Sums, orders and identities are added up here from the bare rows, so that a fault in the ledger's
own reading cannot hide one in its writing; `check()` comes last. Source: reliability.md 3.1.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from ledger import open_ledger
from tests.faults.journal import BURNT, PAID, REFUNDED, REFUSED, Journal, Record

DEBIT_KINDS = {"treasury", "shop_claim", "caps_used"}
OWED = {"fund", "batch", "voucher", "device_reserve", "shop_payable", "refund_due", "offline_risk"}


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision, as its row stands."""

    key: UUID
    kind: str
    code: str
    log_index: int
    first_seq: int
    transfers: int


@dataclass(frozen=True, slots=True)
class Moved:
    """One transfer, as its row stands."""

    seq: int
    log_index: int
    unit: str
    debit: UUID
    credit: UUID
    amount: int


@dataclass(frozen=True, slots=True)
class Account:
    """One account's kind, owner and counters, as its row stands."""

    kind: str
    owner: UUID | None
    debits: int
    credits: int


@dataclass(frozen=True, slots=True)
class Rows:
    """A whole book's rows."""

    decisions: tuple[Decided, ...]
    moved: tuple[Moved, ...]
    accounts: Mapping[UUID, Account]
    faces: Mapping[UUID, int]

    def of(self, decision: Decided) -> tuple[Moved, ...]:
        """A decision's transfers."""
        first = decision.first_seq - 1
        return self.moved[first : first + decision.transfers]


DECISIONS = (
    "SELECT request_id, kind, code, log_index, first_seq, transfers FROM decision"
    " WHERE book_no = 1 ORDER BY log_index"
)
MOVED = (
    "SELECT seq, log_index, unit, debit, credit, amount FROM transfer"
    " WHERE book_no = 1 ORDER BY seq"
)
ACCOUNTS = (
    "SELECT account_id, kind, owner, debits_posted, credits_posted FROM account WHERE book_no = 1"
)
FACES = "SELECT voucher_id, face_cents FROM voucher WHERE book_no = 1"


def compare(url: str, journal: Journal) -> list[str]:
    """What is wrong with the one book of a market, after a round; nothing if all is right."""
    rows = read_rows(url)
    with open_ledger(url) as ledger:
        checked = [str(finding) for book in ledger.books() for finding in book.check()]
    return [
        *_every_answer_is_in_the_book(rows, journal),
        *_every_entry_was_asked(rows, journal),
        *_order(rows),
        *_sums(rows),
        *_vouchers(rows),
        *checked,
    ]


def read_rows(url: str) -> Rows:
    """Read a whole book through the driver alone."""
    with _driver(url) as execute:
        return Rows(
            tuple(Decided(_id(key), *rest) for key, *rest in execute(DECISIONS)),
            tuple(
                Moved(seq, index, unit, _id(debit), _id(credit), amount)
                for seq, index, unit, debit, credit, amount in execute(MOVED)
            ),
            {
                _id(key): Account(kind, None if owner is None else _id(owner), *counters)
                for key, kind, owner, *counters in execute(ACCOUNTS)
            },
            {_id(key): face for key, face in execute(FACES)},
        )


@contextmanager
def _driver(url: str) -> Iterator[Any]:
    if url.startswith("sqlite"):
        with closing(
            sqlite3.connect(f"file:{url.removeprefix('sqlite:///')}?mode=ro", uri=True)
        ) as db:
            yield db.execute
        return
    options = "-c search_path=book"
    with psycopg.connect(url.replace("+psycopg", ""), options=options, autocommit=True) as server:
        yield lambda sql: server.execute(sql.encode()).fetchall()


def _id(value: Any) -> UUID:  # noqa: ANN401 -- as the driver has it.
    return value if isinstance(value, UUID) else UUID(bytes=bytes(value))


# What was told against what is there.


def _every_answer_is_in_the_book(rows: Rows, journal: Journal) -> Iterator[str]:
    decided = {one.key: one for one in rows.decisions}
    for key, record in journal.records.items():
        one = decided.get(key)
        yield from (f"{key}: {wrong}" for wrong in _story(rows, record, one))


def _story(rows: Rows, record: Record, one: Decided | None) -> Iterator[str]:
    """What contradicts one key's story; refunds of it are looked at by their own keys."""
    how = record.last.how
    if record.was_paid or how in {PAID, REFUNDED}:
        if one is None or one.code != "accepted":
            yield f"LOST: {how} was told, and the book has {one}"
        else:
            yield from _paid_as_told(rows, record, one)
    elif how not in {REFUSED, BURNT}:
        yield f"no end: {how}"
    elif one is None or one.code == "accepted" or one.transfers:
        yield f"{how} was told, and the book has {one}"  # A void says burnt of a refusal too.


def _paid_as_told(rows: Rows, record: Record, one: Decided) -> Iterator[str]:
    to_shop = [
        move
        for move in rows.of(one)
        if (account := rows.accounts[move.credit]).kind == "shop_payable"
        and account.owner == record.sale.shop
    ]
    if sum(move.amount for move in to_shop) != record.sale.cents:
        yield f"another amount than {record.sale.cents} was booked: {to_shop}"


def _every_entry_was_asked(rows: Rows, journal: Journal) -> Iterator[str]:
    for one in rows.decisions:
        if one.kind in {"redemption", "void"} and one.key not in journal.records:
            yield f"PHANTOM: {one}"
        if one.code != "accepted" and one.transfers:
            yield f"a refusal moved money: {one}"


# What must hold of any book.


def _order(rows: Rows) -> Iterator[str]:
    if [one.log_index for one in rows.decisions] != list(range(len(rows.decisions))):
        yield "decisions are not numbered without a gap"
    if [one.seq for one in rows.moved] != list(range(1, len(rows.moved) + 1)):
        yield "transfers are not numbered without a gap"
    if len({one.key for one in rows.decisions}) != len(rows.decisions):
        yield "a request id has two decisions"
    for one in rows.decisions:
        if any(move.log_index != one.log_index for move in rows.of(one)):
            yield f"transfers of another decision stand at {one}"


def _sums(rows: Rows) -> Iterator[str]:
    given: dict[UUID, int] = defaultdict(int)
    taken: dict[UUID, int] = defaultdict(int)
    for move in rows.moved:
        given[move.debit] += move.amount
        taken[move.credit] += move.amount
    balances: dict[str, int] = defaultdict(int)
    for key, account in rows.accounts.items():
        if (account.debits, account.credits) != (given[key], taken[key]):
            yield f"{account.kind} {key}: its counters are not the sum of its transfers"
        net = taken[key] - given[key]
        balances[account.kind] += net
        if (-net if account.kind in DEBIT_KINDS else net) < 0:
            yield f"{account.kind} {key} is below its floor"
    if -sum(balances[kind] for kind in DEBIT_KINDS) != sum(balances[kind] for kind in OWED):
        yield f"the identity does not hold: {dict(balances)}"


def _vouchers(rows: Rows) -> Iterator[str]:
    """Per voucher: what came in by its issue and refunds, less what was spent, is what is left."""
    spent: dict[UUID, int] = defaultdict(int)
    for move in rows.moved:
        spent[move.debit] += move.amount
        spent[move.credit] -= move.amount
    for key, face in rows.faces.items():
        account = rows.accounts[key]
        if not 0 <= account.credits - account.debits <= face:
            yield f"voucher {key} holds {account.credits - account.debits} of {face}"
        if account.debits > account.credits or -spent[key] != account.credits - account.debits:
            yield f"voucher {key} was spent beyond what it held"


def told(findings: Iterable[str], most: int = 5) -> list[str]:
    """The first few findings, for a line of the scoreboard."""
    return list(findings)[:most]
