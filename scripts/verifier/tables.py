"""The bundle's tables beside what was recomputed: trial balance and commitments, line by line.

Not here: how the accounts came about (`replay`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from scripts.verifier.findings import Finding
from scripts.verifier.state import Account, Book

BALANCE = "trial_balance.csv"
COMMITMENTS = "commitments.csv"


def trial_balance(book: Book) -> Iterator[str]:
    """Every account that something was posted on, as the table writes it."""
    yield "account,unit,kind,debits,credits,balance"
    for name in sorted(book.accounts):
        one = book.accounts[name]
        if one.debits or one.credits:
            yield ",".join(map(str, (name, one.unit.name, one.kind, *_posted(one))))
    yield ""


def _posted(account: Account) -> tuple[int, int, int]:
    return account.debits, account.credits, account.balance()


def compare_balance(book: Book, text: str) -> Iterator[Finding]:
    """The first line of the table that is not what was recomputed."""
    told = text.split("\n")
    right = list(trial_balance(book))
    for row, line in enumerate(right):
        if row >= len(told) or told[row] != line:
            shown = told[row][:120] if row < len(told) else ""
            yield Finding("balance", BALANCE, row + 1, {"told": shown, "right": line})
            return
    if len(told) > len(right):
        extra = {"told": told[len(right)][:120], "right": ""}
        yield Finding("balance", BALANCE, len(right) + 1, extra)


@dataclass(slots=True)
class Commitments:
    """How many of each state; those told as erased later are for the next bundle to prove."""

    held: int = 0
    erased: int = 0
    later: int = 0
    missing: int = 0


def compare_commitments(book: Book, text: str, count: Commitments) -> Iterator[Finding]:
    """Each commitment of the leaves must be held, or erased by a leaf; no other may be told."""
    told = text.split("\n")
    if told[0] != "commitment,state" or told[-1]:
        yield Finding("commitment_line", COMMITMENTS, 1, {"told": told[0][:80]})
        return
    made = sorted((raw.hex(), erased) for raw, erased in book.commitments.items())
    for row, line in enumerate(told[1:-1], start=2):
        name, _, state = line.partition(",")
        at = row - 2
        if at >= len(made) or name != made[at][0]:
            yield Finding("commitment_line", COMMITMENTS, row, {"told": line[:80]})
            return
        yield from _state(made[at], state, row, count)
    if len(told) - 2 < len(made):
        absent = made[len(told) - 2][0]
        count.missing += len(made) - len(told) + 2
        yield Finding("missing", COMMITMENTS, len(told) - 1, {"commitment": absent})


def _state(made: tuple[str, bool], state: str, row: int, count: Commitments) -> Iterator[Finding]:
    name, erased = made
    if erased:
        count.erased += 1
        if state != "erased":
            yield Finding("not_erased", COMMITMENTS, row, {"commitment": name, "told": state[:20]})
    elif state in {"held", "later"}:
        count.held += state == "held"
        count.later += state == "later"
    else:
        count.missing += 1
        yield Finding("missing", COMMITMENTS, row, {"commitment": name})
