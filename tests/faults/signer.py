"""Row 26: what was signed is what was issued, always; nothing else is ever signed.

Processes print codes, four threads each, and are killed without a word at random moments; after
each death the counts of all keys are compared with the register, code by code. Between the deaths
the signer is asked for what nobody approved: ids that are none, slips as families and the other way
round, withdrawn codes, another comune's rows, rights of phones that are not there.

    python -m tests.faults.signer URL SEED        the process that prints
"""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import select

from ledger import Ledger, open_ledger, random_id
from ledger.operations.block_codes import block_codes
from ledger.operations.issue_credential import issue_family_codes, issue_slip_codes
from ledger.operations.issue_vouchers import SlipOrder, issue_slips
from ledger.reports.key_report import check_signatures, keys_today
from ledger.store.network.credentials import add_families
from ledger.store.schema import credential
from ledger.store.signing import Signer, make_signing_keys
from tests.faults.scoreboard import Asked, Row
from tests.town import NOON, Town, key, make_town

ISSUER: Final = "c_e063"
OTHER: Final = "c_x999"  # A comune that is not there, whose keys are.
SLIPS, FAMILIES, THREADS = 12, 12, 4
PRINTED: Final = 5  # Codes in one call.


def signer(asked: Asked, url: str, folder: Path) -> Row:  # noqa: ARG001 -- on the ledger of `url`.
    """`n` processes that print, each killed; more is issued between the deaths."""
    chance, wrong, refused = random.Random(asked.seed), [], 0
    with open_ledger(url) as ledger:
        town = make_town(ledger)
        make_signing_keys(ledger, OTHER, now=NOON)
        town.programme(100_000_00)
    for turn in range(asked.n):
        with open_ledger(url) as ledger:
            issued = _issue(Town(ledger, town.officer, town.approver, town.treasurer), turn)
        _print_and_die(url, chance.randrange(2**31), chance.uniform(0.05, 0.6))
        with open_ledger(url) as ledger:
            town = Town(ledger, town.officer, town.approver, town.treasurer)
            asks = list(_unapproved(town, issued, chance))
            signed = [what for what, ask in asks if not _is_refused(ask)]
            refused += len(asks) - len(signed)
            wrong += [f"signed: {what}" for what in signed]
            wrong += [f"after death {turn}: {one.what}" for one in check_signatures(ledger)]
    with open_ledger(url) as ledger:
        signed_in_all = sum(one.signed for one in keys_today(ledger).keys)
    got = {
        "deaths": asked.n, "signatures": signed_in_all, "unapproved_asked": refused + len(wrong),
        "unapproved_refused": refused, "wrong": len(wrong),
    }  # fmt: skip
    goal = "signatures = issuance rows after every kill; 100 % of what nobody approved is refused"
    passed = not wrong and signed_in_all > 0 and refused > 0
    return Row(26, "signer", goal, got, passed, asked.seed, asked.engine, wrong[:5])


def _issue(town: Town, turn: int) -> list[UUID]:
    """Families and slips with their codes; gives the credentials, families first."""
    ledger, book_no = town.ledger, town.book_no
    families = [random_id() for _ in range(FAMILIES)]
    rows = [(one, book_no, random_id(), NOON) for one in families]
    ledger.write(lambda db: add_families(db, rows))
    codes = issue_family_codes(ledger, town.comune, families, now=NOON)
    funding = town.programme(1_000_00, act=f"slips {turn}")
    order = SlipOrder(key(), funding.programme_id, funding.fund(), random_id(), 5_00, SLIPS)
    made = issue_slips(
        ledger, town.comune, order, officer=town.officer, approver=town.approver, now=NOON
    )
    slips = [(one.transfers[0].credit, 5_00) for one in made]
    codes += issue_slip_codes(ledger, town.comune, slips, now=NOON)
    return [one.credential_id for one in codes]


def _print_and_die(url: str, seed: int, seconds: float) -> None:
    """A process of its own prints until it is killed."""
    command = [sys.executable, "-m", "tests.faults.signer", url, str(seed)]
    printing = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert printing.stdout is not None
    assert printing.stdout.readline()  # It has opened the ledger.
    time.sleep(seconds)
    printing.kill()
    printing.wait()
    printing.stdout.close()


Ask = Callable[[], object]


def _unapproved(
    town: Town, issued: Sequence[UUID], chance: random.Random
) -> Iterator[tuple[str, Ask]]:
    """What is asked that nobody approved; the last family and slip are withdrawn on the way."""
    made = Signer(town.ledger)
    families, slips = issued[:FAMILIES], issued[FAMILIES:]
    gone = [families[-1], slips[-1]]
    block_codes(town.ledger, town.comune, gone)
    nobody = random_id()
    for name, ask in (("family", made.family_codes), ("slip", made.slips)):
        yield f"{name} that is none", lambda ask=ask: ask([nobody], ISSUER)  # type: ignore[misc]
        yield f"{name} withdrawn", lambda ask=ask: ask(gone, ISSUER)  # type: ignore[misc]
        yield f"{name} by another comune", lambda ask=ask: ask(list(issued), OTHER)  # type: ignore[misc]
    yield "slips as families", lambda: made.family_codes(list(slips), ISSUER)
    yield "families as slips", lambda: made.slips(list(families), ISSUER)
    one = chance.choice(issued)
    yield "a code as a phone's right", lambda: made.phone_credential(one)
    yield "a right that is not there", lambda: made.phone_credential(nobody)


def _is_refused(ask: Ask) -> bool:
    try:
        return not ask()
    except LookupError:
        return True


def main(url: str, seed: int) -> None:
    """Print codes for ever, in whatever order."""
    chance = random.Random(seed)
    with open_ledger(url) as ledger:
        ids = _issued(ledger)
        made = Signer(ledger)
        print("open", flush=True)  # noqa: T201 -- said to who waits for it.
        with ThreadPoolExecutor(THREADS) as pool:
            while True:
                part = [chance.sample(ids, min(PRINTED, len(ids))) for _ in range(THREADS)]
                list(pool.map(lambda some: _printed(made, some), part))


def _printed(made: Signer, ids: list[UUID]) -> None:
    with suppress(LookupError):
        made.family_codes(ids, ISSUER)
        made.slips(ids, ISSUER)


def _issued(ledger: Ledger) -> list[UUID]:
    with ledger.reading() as db:
        return list(db.execute(select(credential.c.credential_id)).scalars())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
