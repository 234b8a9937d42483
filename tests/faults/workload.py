"""A process that spends from one book and says aloud what was acknowledged: run under `strace`.

`python -m tests.faults.workload FILE ACKS COUNT [DEFECT] [nofile=N] [as=N]`: after each answer the
ids that it covers are written to ACKS, in one write; a trouble is told there by its name. The last
two words bound files and memory (MB) once the ledger is open. Not here: what is done meanwhile.
"""

import os
import random
import resource
import sys
from collections.abc import Mapping
from pathlib import Path

from ledger import (
    AccountId,
    AccountKind,
    EntryKind,
    OpenAccount,
    Request,
    RequestId,
    Transfer,
    derived_id,
    new_id,
    open_ledger,
)
from tests.faults import defects

BOOK, UNIT, VOUCHERS = "powerless", "U", 50
LIMITS = {"nofile": resource.RLIMIT_NOFILE, "as": resource.RLIMIT_AS}


def account(name: str) -> AccountId:
    """An account's id by its name."""
    return AccountId(derived_id("workload", name))


def found(url: str) -> None:
    """A fund, many vouchers, a shop."""
    with open_ledger(url, create=True) as ledger:
        book = ledger.book(BOOK, create=True)
        kinds = {"T": AccountKind.TREASURY, "F": AccountKind.FUND, "S": AccountKind.SHOP_PAYABLE}
        opened = [OpenAccount(account(name), UNIT, kind) for name, kind in kinds.items()]
        opened += [
            OpenAccount(account(f"V{number}"), UNIT, AccountKind.VOUCHER)
            for number in range(VOUCHERS)
        ]
        funded = Transfer(account("T"), account("F"), VOUCHERS * 10_000, UNIT)
        filled = [
            Request(
                RequestId(new_id()),
                EntryKind.ISSUANCE,
                (Transfer(account("F"), account(f"V{number}"), 10_000, UNIT),),
                "workload",
            )
            for number in range(VOUCHERS)
        ]
        first = Request(RequestId(new_id()), EntryKind.FUNDING, (*opened, funded), "workload")
        assert all(decision.accepted for decision in book.submit([first, *filled]))


def spend(url: str, acks: Path, count: int, limits: Mapping[str, int]) -> None:
    """Submit so often, a few requests at a time; say each time what is acknowledged."""
    chance = random.Random(count)
    out = os.open(acks, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with open_ledger(url) as ledger:
        book = ledger.book(BOOK)
        for name, most in limits.items():
            resource.setrlimit(LIMITS[name], (most, most))
        for _ in range(count):
            requests = [redemption(chance) for _ in range(chance.choice((1, 1, 2, 8)))]
            try:
                decisions = book.submit(requests)
            except Exception as error:  # noqa: BLE001 -- what was not acknowledged is not said.
                os.write(out, f"! {type(error).__name__}\n".encode())
                continue
            done = " ".join(one.request.id.hex for one in decisions if one.accepted)
            os.write(out, f"{done}\n".encode())


def redemption(chance: random.Random) -> Request:
    """A few cents of some voucher, to the shop."""
    voucher = account(f"V{chance.randrange(VOUCHERS)}")
    moved = (Transfer(voucher, account("S"), chance.randint(1, 5), UNIT),)
    return Request(RequestId(new_id()), EntryKind.REDEMPTION, moved, "workload")


if __name__ == "__main__":
    file, acks, count, *more = sys.argv[1:]
    bounds = [word.split("=") for word in more if word.partition("=")[0] in LIMITS]
    given = {name: int(most) for name, most in bounds}
    for defect in set(more) & set(defects.DEFECTS):
        defects.plant(defect)
    spend(f"sqlite:///{file}", Path(acks), int(count), given)
