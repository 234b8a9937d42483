"""Processes of a test's own, quick to start.

They are forked off one that has read the product once and done nothing since, so each is as fresh
as if it had begun by itself, without the second or two of reading. Not for what measures memory.
"""

import multiprocessing
from multiprocessing.context import ForkServerContext
from typing import Final

READ_ONCE: Final = ("tests.faults.server", "tests.rich_book", "wallet_web.app", "alembic.command")


def forking() -> ForkServerContext:
    """The context to take processes, pools and barriers from."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(READ_ONCE))  # The first who asks decides for the run.
    return context
