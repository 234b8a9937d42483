"""Several processes that send one form at once: one shop, one till, the same answer, no error.

Each ledger here has writers of its own, as each process has. Not here: a form sent twice to one
process (`tests.wallet_web.test_double_taps`).
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier
from typing import TypeVar
from uuid import UUID

from ledger import Ledger, new_id, open_ledger
from ledger.operations.enrol_shop import Agreement, accredit_shop, enrol_till_once
from ledger.reports.shop_statement import ShopFilter, shops, tills
from tests.town import make_town

ROUNDS, ASKING = 12, 3
BAKERY = Agreement("Forno", "bakery", "Via 1", "00743110157", "IT60X0542811101000000123456")
T = TypeVar("T")


def at_once(url: str, act: Callable[[Ledger, int, int], T]) -> list[list[T]]:
    """What several ledgers on one place answer, round by round, each round at one moment."""
    barrier = Barrier(ASKING)

    def rounds(ledger: Ledger, who: int) -> list[T]:
        told = []
        for turn in range(ROUNDS):
            barrier.wait(timeout=60)  # Not for ever, should another have failed.
            try:
                told.append(act(ledger, who, turn))
            except BaseException:
                barrier.abort()
                raise
        return told

    with ExitStack() as open_now, ThreadPoolExecutor(ASKING) as pool:
        ledgers = [open_now.enter_context(open_ledger(url)) for _ in range(ASKING)]
        working = [pool.submit(rounds, one, who) for who, one in enumerate(ledgers)]
        return [list(turn) for turn in zip(*(one.result() for one in working), strict=True)]


def test_one_form_makes_one_shop_and_everybody_is_told_of_it(url: str) -> None:
    with open_ledger(url) as ledger:
        make_town(ledger)
        ids = [new_id() for _ in range(ROUNDS)]

        def accredit(mine: Ledger, _who: int, turn: int) -> UUID:
            return accredit_shop(mine, "giussano", BAKERY, shop_id=ids[turn])

        assert at_once(url, accredit) == [[one] * ASKING for one in ids]
        found = shops(ledger, 1, ShopFilter(), offset=0, limit=100)
        assert sorted(one.shop_no for one in found) == list(range(1, ROUNDS + 1))


def test_different_shops_at_one_moment_take_different_numbers(url: str) -> None:
    with open_ledger(url) as ledger:
        make_town(ledger)
        at_once(
            url, lambda mine, _who, _turn: accredit_shop(mine, "giussano", BAKERY, shop_id=new_id())
        )
        found = shops(ledger, 1, ShopFilter(), offset=0, limit=100)
        assert sorted(one.shop_no for one in found) == list(range(1, ROUNDS * ASKING + 1))


def test_one_form_makes_one_till_and_one_secret(url: str) -> None:
    with open_ledger(url) as ledger:
        town = make_town(ledger)
        shop_id, _ = town.shop()
        ids = [new_id() for _ in range(ROUNDS)]

        def enrol(mine: Ledger, _who: int, turn: int) -> str | None:
            return enrol_till_once(mine, shop_id, f"Cassa {turn + 2}", till_id=ids[turn])

        for told in at_once(url, enrol):
            assert sum(one is not None for one in told) == 1
        assert len(tills(ledger, shop_id)) == ROUNDS + 1
