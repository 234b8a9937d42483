"""Who only needs a moment does not wait long for who computes: the turns of a serving process."""

import gc
import statistics
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from scripts.serve import settle

TURNS = 100


@pytest.fixture
def interval() -> Iterator[None]:
    """Give the other tests their turns back."""
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)
    gc.unfreeze()


def median_wait() -> float:
    """How long one waits for a turn, in milliseconds, beside a thread that computes."""
    over = threading.Event()

    def compute() -> None:
        while not over.is_set():
            sum(range(1_000))

    thread = threading.Thread(target=compute)
    thread.start()
    waits = []
    for _ in range(TURNS):
        began = time.perf_counter()
        time.sleep(0.0001)  # As a call to the database: the turn is given up, and taken again.
        waits.append((time.perf_counter() - began) * 1000)
    over.set()
    thread.join()
    return statistics.median(waits)


@pytest.mark.usefixtures("interval")
def test_a_sale_beside_a_check_waits_little_for_each_turn() -> None:
    sys.setswitchinterval(0.005)
    before = median_wait()
    settle()
    after = median_wait()
    assert before > 3  # Else this test would see nothing.
    assert after < before / 3
