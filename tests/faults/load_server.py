"""The whole product in a process of its own, as `serve` runs it: pages and API, every lane.

Only the rate of a till is out of the way, since a few tills ask for a whole network. Not here: who
asks (`load`, `endurance`), and the officer at the console (`load_desk`).
"""

import multiprocessing
import socket
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn

from ledger import open_ledger
from merchant_api.app import create_app
from scripts import serve
from tests.faults.server import LIMITS, LOOPBACK, MANY, STARTS_WITHIN, free_port, listen
from wallet_web.settings import Settings


def serve_product(url: str, port: int) -> None:
    """Serve until the process is ended."""
    setattr(serve, "create_api", partial(create_app, rates=MANY))  # noqa: B010 -- tills of many.
    with open_ledger(url, limits=LIMITS) as ledger:
        app = serve.build_app(ledger, Settings())
        config = uvicorn.Config(
            app, log_level="critical", access_log=False, server_header=False, proxy_headers=False
        )
        serve.settle()
        uvicorn.Server(config).run(sockets=[listen(LOOPBACK, port)])


class Product:
    """One server, for as long as a `with` lasts."""

    def __init__(self, url: str) -> None:
        """Choose a port; nothing runs yet."""
        self.port = free_port()
        context: Any = multiprocessing.get_context("spawn")
        self._process = context.Process(target=serve_product, args=(url, self.port), daemon=True)

    def __enter__(self) -> Self:
        """Start it and wait until it listens."""
        self._process.start()
        give_up = time.monotonic() + STARTS_WITHIN
        while not self._listens():
            assert self._process.is_alive(), "the server did not start"
            assert time.monotonic() < give_up, "the server does not listen"
            time.sleep(0.02)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it as an administrator would."""
        self._process.terminate()
        self._process.join(30)
        self._process.kill()

    def resident_mb(self) -> float:
        """How much memory it holds."""
        pages = Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]
        return int(pages) * 4096 / 1e6

    def open_files(self) -> int:
        """How many files and connections it has open."""
        return len(list(Path(f"/proc/{self._process.pid}/fd").iterdir()))

    def _listens(self) -> bool:
        with socket.socket() as one, suppress(OSError):
            return one.connect_ex((LOOPBACK, self.port)) == 0
        return False
