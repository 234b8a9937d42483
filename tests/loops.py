"""An event loop of a test's own, in a thread of its own.

A browser test's driver keeps a loop running in the main thread for the whole session, and Python
allows one a thread. Nobody waits for a thread whose test has reached its limit: a whole run once
stood still behind one.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


def run_apart(work: Callable[[], T]) -> T:
    """Do something in a thread of its own; gives its answer, or raises its error."""
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(work())
        except BaseException as error:  # noqa: BLE001 -- raised where it is waited for.
            answer.set_exception(error)

    threading.Thread(target=run, name="apart", daemon=True).start()
    return answer.result()


def run_alone(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end; gives its answer, or raises its error."""
    return run_apart(lambda: asyncio.run(work))
