"""Who only needs a moment does not wait long for who computes: the turns of a serving process.

How much it helps was measured once (ARCHITECTURE.md); here is that a serving process does it.
"""

import gc
import sys
from collections.abc import Iterator

import pytest

from scripts.serve import settle


@pytest.fixture
def interval() -> Iterator[None]:
    """Give the other tests their turns back."""
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)
    gc.unfreeze()


@pytest.mark.usefixtures("interval")
def test_a_serving_process_takes_short_turns_and_sweeps_less() -> None:
    sys.setswitchinterval(0.005)
    gc.unfreeze()
    settle()
    assert sys.getswitchinterval() == pytest.approx(0.000_05)
    assert gc.get_freeze_count() > 0
