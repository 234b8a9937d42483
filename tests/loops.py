"""An event loop of a test's own, in a thread of its own.

A browser test's driver keeps a loop running in the main thread for the whole session, and Python
allows one a thread.
"""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run_alone(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end; gives its answer, or raises its error."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
