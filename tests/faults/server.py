"""The real server in a process of its own, quick to start again, made to be killed.

A parent that has imported everything forks each server (0.3 s instead of two): a fork server, so
no thread and no engine exists before the fork. Not here: who asks it (`shoppers`).
"""

import os
import random
import signal
import socket
import time
from contextlib import suppress
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from ledger import Limits, open_ledger
from merchant_api import busy
from merchant_api.app import create_app
from merchant_api.rates import Rates
from scripts.admission import Admission
from scripts.deadline import Deadline
from tests.faults import defects
from tests.faults.cuts import Cut
from tests.processes import forking

LOOPBACK = "127.0.0.1"
STARTS_WITHIN = 30.0
LIMITS = Limits(forward_jump_seconds=10.0**9)
MANY = Rates(per_till=10**9, guesses_per_till=10**9, guesses_per_address=10**9)


class Stopwatch:
    """How long the longest call was worked at, and how many are; shared with who looks on."""

    def __init__(self, app: ASGIApp, times: Any) -> None:  # noqa: ANN401 -- a shared array.
        """Nobody is here yet."""
        self._app, self._times = app, times

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on, and note its time, also of one that nobody waits for any more."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        self._times[1] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._times[1] -= 1
            self._times[0] = max(self._times[0], time.monotonic() - began)


def serve(url: str, port: int, cut: Cut | None, defect: str | None, times: Any) -> None:  # noqa: ANN401
    """Serve the API until killed."""
    if defect is not None:
        defects.plant(defect)
    if cut is not None:
        cut.arm()
    with open_ledger(url, limits=LIMITS) as ledger:
        listener = listen(LOOPBACK, port)
        api = Stopwatch(create_app(ledger, rates=MANY), times)
        app = Deadline(Admission(api, refuse=busy.refuse), late=busy.tell_unknown)
        config = uvicorn.Config(app, log_level="critical", access_log=False, loop="asyncio")
        uvicorn.Server(config).run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """Take a port as the product does: named as TCP, so that small answers leave at once."""
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:  # Somebody listens there already.
        listener.close()
        raise
    return listener


def free_port() -> int:
    """A port that nobody listens on now, below those that a system gives to callers.

    Whoever knocks again and again at a port of theirs may be given it, and answer itself.
    """
    while True:
        port = random.SystemRandom().randrange(20_000, 30_000)
        with suppress(OSError), listen(LOOPBACK, port):
            return port


class Server:
    """One server at one port: started, killed, started again."""

    def __init__(self, url: str, *, defect: str | None = None) -> None:
        """Choose a port; nothing runs yet."""
        self.url = url
        self.defect = defect
        self.port = free_port()
        self._context = forking()
        self._process: Any = None
        self._times: Any = self._context.RawArray("d", 2)

    def start(self, cut: Cut | None = None) -> float:
        """Start it and wait until it listens; gives the seconds that took."""
        began = time.perf_counter()
        self._times[1] = 0
        given = (self.url, self.port, cut, self.defect, self._times)
        self._process = self._context.Process(target=serve, args=given, daemon=True)
        self._process.start()
        while not self._listens():
            if cut is not None and not self._process.is_alive():
                return self.start()  # It died of its cut while it opened: one kill more.
            if time.perf_counter() - began > STARTS_WITHIN or not self._process.is_alive():
                message = "the server did not start"
                raise RuntimeError(message)
            time.sleep(0.005)
        return time.perf_counter() - began

    def kill(self) -> None:
        """SIGKILL: nothing is tidied up."""
        if self.is_alive():
            os.kill(self._process.pid, signal.SIGKILL)
        self._process.join(30)
        assert not self.is_alive(), "a killed server is still there"

    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and bool(self._process.is_alive())

    @property
    def longest(self) -> float:
        """The seconds that the longest call was worked at; call it once all have ended."""
        return float(self._times[0])

    def until_idle(self, seconds: float) -> bool:
        """Wait until no call is worked at any more; whether that came."""
        give_up = time.monotonic() + seconds
        while self._times[1] > 0 and time.monotonic() < give_up:
            time.sleep(0.05)
        return bool(self._times[1] == 0)

    @property
    def pid(self) -> int:
        """Its process."""
        return int(self._process.pid)

    def _listens(self) -> bool:
        with socket.socket() as one:
            return one.connect_ex((LOOPBACK, self.port)) == 0
