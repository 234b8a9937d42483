"""Clients that work on the same few accounts at once, and write down what they asked and heard.

In each round a few vouchers are filled, spent from and looked at: registers. Beside them cents are
moved between a few funds and vouchers by entries of several transfers, and several statements are
read on one snapshot: lists, each entry an element of every list that it touches. Whoever does not
hear an answer asks again with the same id. Not here: what must hold of it (`history`).
"""

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ledger import (
    AccountId,
    AccountKind,
    Book,
    Decision,
    Draw,
    EntryKind,
    Leg,
    Limits,
    OpenAccount,
    Request,
    RequestId,
    Transfer,
    derived_id,
    new_id,
    open_ledger,
)
from ledger.store import reader
from tests.faults.history_lines import FAIL, INFO, OK, Pen

BOOK, UNIT = "history", "U"
LIMITS = Limits(forward_jump_seconds=10.0**9)
REGISTERS, FUNDS, VOUCHERS = 3, 2, 4
IN_A_FUND = 10_000
GIVE_UP = 60.0
GO: Final = "go"
Told = tuple[str, dict[str, Any]]  # How it ended, and what was said.


@dataclass(frozen=True, slots=True)
class Work:
    """What the threads of one process do: clients from `first` on, so many operations each."""

    url: str
    folder: Path
    seed: int
    wave: int
    first: int
    threads: int
    operations: int
    rounds: int
    plant: Callable[[], object] | None = None


def account(name: str) -> AccountId:
    """An account's id by its name."""
    return AccountId(derived_id("history", name))


def registers(wave: int, turn: int) -> list[str]:
    """The vouchers that are registers in one round."""
    return [f"r{wave}.{turn}.{number}" for number in range(REGISTERS)]


def lists(wave: int, turn: int) -> tuple[list[str], list[str]]:
    """The funds and vouchers whose statements are lists in one round."""
    return (
        [f"f{wave}.{turn}.{number}" for number in range(FUNDS)],
        [f"v{wave}.{turn}.{number}" for number in range(VOUCHERS)],
    )


def found(book: Book, pen: Pen, waves: int, rounds: int) -> None:
    """Open every account of every round; fill the funds, which is the first of their elements."""
    kinds = {"T": AccountKind.TREASURY, "F": AccountKind.FUND, "S": AccountKind.SHOP_PAYABLE}
    opened = [OpenAccount(account(name), UNIT, kind) for name, kind in kinds.items()]
    first = Transfer(account("T"), account("F"), 10**9, UNIT)
    assert book.submit([_request(EntryKind.FUNDING, [*opened, first])])[0].accepted
    for wave in range(waves):
        for turn in range(rounds):
            funds, vouchers = lists(wave, turn)
            kind_of = dict.fromkeys(funds, AccountKind.FUND)
            kind_of |= dict.fromkeys([*vouchers, *registers(wave, turn)], AccountKind.VOUCHER)
            accounts = [OpenAccount(account(name), UNIT, kind) for name, kind in kind_of.items()]
            assert book.submit([_request(EntryKind.OPENING, accounts)])[0].accepted
            _move(book, pen, EntryKind.FUNDING, [["T", fund] for fund in funds], IN_A_FUND)


def work(given: Work) -> None:
    """Do one process's share, once the folder says go."""
    if given.plant is not None:
        given.plant()
    with open_ledger(given.url, limits=LIMITS) as ledger:
        book = ledger.book(BOOK)
        (given.folder / f"ready-{given.first}").touch()
        while not (given.folder / GO).exists():
            time.sleep(0.005)
        with ThreadPoolExecutor(given.threads) as pool:
            clients = range(given.first, given.first + given.threads)
            list(pool.map(lambda client: _run(book, given, client), clients))


def _run(book: Book, given: Work, client: int) -> None:
    chance, pen = random.Random(f"{given.seed} {client}"), Pen(given.folder, client)
    for number in range(given.operations):
        turn = number * given.rounds // given.operations
        chance.choices((_spend, _add, _look, _move_some, _read), (25, 20, 15, 22, 18))[0](
            book, pen, chance, (given.wave, turn)
        )
    pen.close()


# A register.


def _spend(book: Book, pen: Pen, chance: random.Random, where: tuple[int, int]) -> None:
    name, cents = chance.choice(registers(*where)), chance.randint(1, 8)
    draw = Draw(cents, (Leg(account(name), account("S")),))

    def told(decision: Decision) -> dict[str, Any]:
        if not decision.accepted:
            return {"code": decision.code, "held": decision.facts["available"]}
        [posting] = decision.transfers
        return {"held": posting.debit_balance, "left": decision.facts["left"]}

    pen.begin("spend", {"account": name, "cents": cents})
    pen.end(*_ask(book, _request(EntryKind.REDEMPTION, [draw]), told))


def _add(book: Book, pen: Pen, chance: random.Random, where: tuple[int, int]) -> None:
    name, cents = chance.choice(registers(*where)), chance.randint(1, 8)
    filled = Transfer(account("F"), account(name), cents, UNIT)
    pen.begin("add", {"account": name, "cents": cents})
    told = _ask(
        book,
        _request(EntryKind.ISSUANCE, [filled]),
        lambda decision: {"held": decision.transfers[0].credit_balance},
    )
    pen.end(*told)


def _look(book: Book, pen: Pen, chance: random.Random, where: tuple[int, int]) -> None:
    name = chance.choice(registers(*where))
    pen.begin("look", {"account": name})
    pen.end(*_try(lambda: {"held": book.balance(account(name))}))


# Lists.


def _move_some(book: Book, pen: Pen, chance: random.Random, where: tuple[int, int]) -> None:
    """One cent each, from funds to vouchers or back, up to three in one entry."""
    funds, vouchers = lists(*where)
    pairs = [[chance.choice(funds), chance.choice(vouchers)] for _ in range(chance.randint(1, 3))]
    if chance.random() < 0.45:
        _move(book, pen, EntryKind.GIFT, [pair[::-1] for pair in pairs], 1)
    else:
        _move(book, pen, EntryKind.ISSUANCE, pairs, 1)


def _move(book: Book, pen: Pen, kind: EntryKind, pairs: Sequence[list[str]], cents: int) -> None:
    moved = [Transfer(account(debit), account(credit), cents, UNIT) for debit, credit in pairs]
    request = _request(kind, moved)

    def told(decision: Decision) -> dict[str, Any]:
        """The version of each account after each transfer: its place in that account's list."""
        versions = [[one.debit_version, one.credit_version] for one in decision.transfers]
        return {"code": decision.code, "versions": versions}

    pen.begin("move", {"id": request.id.hex, "pairs": pairs})
    pen.end(*_ask(book, request, told))


def _read(book: Book, pen: Pen, chance: random.Random, where: tuple[int, int]) -> None:
    funds, vouchers = lists(*where)
    names = chance.sample([*funds, *vouchers], chance.randint(2, 4))
    pen.begin("read", {"accounts": names})
    pen.end(*_try(lambda: {"lists": read_lists(book, names)}))


def read_lists(book: Book, names: Sequence[str]) -> dict[str, list[str]]:
    """The entries of several statements, oldest first, as a page reads them: on one snapshot."""
    read = {}
    with book.ledger.reading() as db:
        for name in names:
            lines = reader.statement(db, book.book_no, account(name), 0, IN_A_FUND)
            read[name] = [line.request_id.hex for line in lines]
    return read


# Asking.


def _request(kind: EntryKind, items: Sequence[Any]) -> Request:
    return Request(RequestId(new_id()), kind, tuple(items), "history")


def _ask(book: Book, request: Request, told: Callable[[Decision], dict[str, Any]]) -> Told:
    """Ask until there is an answer, always with the same id."""
    give_up = time.monotonic() + GIVE_UP
    while time.monotonic() < give_up:
        try:
            [decision] = book.submit([request])
        except Exception:  # noqa: BLE001 -- whatever it was, the outcome is unknown.
            time.sleep(0.01)
            continue
        return OK if decision.accepted else FAIL, told(decision)
    return INFO, {}


def _try(read: Callable[[], dict[str, Any]]) -> Told:
    try:
        return OK, read()
    except Exception:  # noqa: BLE001 -- a read that failed has told nothing.
        return FAIL, {}
