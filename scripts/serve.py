"""Serves both web packages from one process; the only place that puts them together.

Not here: reading options; `scripts/cli.py` does that.
"""

import ctypes
import gc
import sys
from contextlib import suppress
from typing import Final

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from ledger import Ledger
from merchant_api import busy
from merchant_api.app import create_app as create_api
from merchant_api.public_log import create_log_app
from scripts.admission import Admission
from scripts.databases import opened, root_beside, witnesses_beside
from scripts.deadline import SECONDS, Deadline
from scripts.demo.root import DemoRoot
from scripts.housekeeping import Housekeeper
from scripts.listening import listen
from scripts.practice import PREFIX, PracticeGround
from scripts.publishing import LogSettings, Publisher, local_witnesses
from scripts.writer_settings import WriterSettings
from wallet_web.app import create_app as create_pages
from wallet_web.settings import Settings

LOOPBACK = "127.0.0.1"
DEMO_DOMAIN = "portavalori.example"
TURN_SECONDS: Final = 0.000_05
API: Final = ("/api/", f"{PREFIX}/api/")  # The practice ground's too, which answers alike.
# Of malloc.h: M_ARENA_MAX, M_MMAP_THRESHOLD and M_TRIM_THRESHOLD (bytes).
MEMORY: Final = {-8: 2, -3: 131_072, -1: 131_072}


def build_app(
    ledger: Ledger, settings: Settings, *, ground: PracticeGround | None = None
) -> ASGIApp:
    """Compose the application: JSON for tills under `/api`, pages for people everywhere else.

    One dispatch by path, so that each keeps its own headers, errors and description; below `/prova`
    the same API on the practice ground, if somebody has entered it.
    """
    pages, log = create_pages(ledger, settings), create_log_app(ledger)
    api = create_api(ledger, ground=ground)

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        if ground is not None and ground.is_open and _is_practice(scope):
            await ground(scope, receive, send)
            return
        app = api if _is_api(scope) else log if _is_log(scope) else pages
        await app(scope, receive, send)

    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
        if _is_api(scope):
            await busy.refuse(scope, receive, send)
            return
        scope.setdefault("state", {})["too_busy"] = True
        await pages(scope, receive, send)

    async def tell_late(scope: Scope, receive: Receive, send: Send) -> None:
        if _is_api(scope):
            await busy.tell_unknown(scope, receive, send)
            return
        await pages({**scope, "state": {"too_late": True}}, receive, send)

    return Deadline(Admission(dispatch, refuse=refuse), late=tell_late, seconds=SECONDS)


def _is_api(scope: Scope) -> bool:
    path: str = scope.get("path", "")
    return scope["type"] == "http" and (path == "/status" or path.startswith(API))


def _is_practice(scope: Scope) -> bool:
    path: str = scope.get("path", "")
    return scope["type"] == "http" and path.startswith(f"{PREFIX}/api/")


def _is_log(scope: Scope) -> bool:
    path: str = scope.get("path", "")
    return scope["type"] == "http" and path.startswith("/log/")


def serve(
    *, port: int, database: str, host: str = LOOPBACK, settings: Settings | None = None
) -> None:
    """Serve one database until stopped, SQLite files made or upgraded first; tell the address.

    The port is taken before anything is said, so the address told is the address served.
    Raises PortTakenError, StoreError, FrontEndMissingError.
    """
    listener = listen(host, port)
    ours = database.startswith("sqlite")  # A server's schema changes by `db upgrade` alone.
    limits = WriterSettings().limits()
    with opened(database, create=ours, limits=limits) as ledger:
        ground = PracticeGround()
        app = build_app(ledger, settings or Settings(), ground=ground)
        options = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, proxy_headers=False
        )
        server = uvicorn.Server(options)
        address = f"http://{host}:{listener.getsockname()[1]}"
        print(f"Portavalori: {address}   (Ctrl-C stops it)", flush=True)
        if ledger.read_only is not None:
            print(f"Portavalori is {ledger.read_only}.", flush=True)
        publishers = _publishers(ledger, settings or Settings(), database)
        helpers: list[Housekeeper | Publisher | DemoRoot] = [Housekeeper(ledger), *publishers]
        if settings is not None and settings.demo and ledger.read_only is None:
            helpers.append(DemoRoot(ledger, root_beside(database)))
        settle()
        try:
            server.run(sockets=[listener])
        finally:
            for one in helpers:
                one.stop()
            ground.close()


def _publishers(ledger: Ledger, settings: Settings, database: str) -> list[Publisher]:
    """What publishes the books' logs; a demo brings its own domain and its own five witnesses."""
    chosen = LogSettings()
    if ledger.read_only is not None or not (chosen.log_domain or settings.demo):
        return []
    domain = chosen.log_domain or DEMO_DOMAIN
    asked = chosen.asked()
    if settings.demo and not asked.witnesses:
        asked = local_witnesses(ledger, witnesses_beside(database), domain)
    return [Publisher(ledger, domain, asked, every_seconds=chosen.checkpoint_seconds)]


def settle() -> None:
    """Make a process ready to serve: nobody walks what is loaded, nobody waits long for a turn.

    A thread that computes (a check, a file) gives way after so long. A sale takes some twenty
    turns, more on PostgreSQL, and at Python's 5 ms each waited 4 s beside one check; now 0.05 s.
    """
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(TURN_SECONDS)
    share_memory()


def share_memory() -> None:
    """Have threads share two arenas, and every large piece given back as soon as it is free.

    With an arena each, and with thresholds that grow with what was once asked, one large file
    makes a server large for ever.
    """
    with suppress(OSError, AttributeError):  # Only glibc has them.
        library = ctypes.CDLL(None)
        for name, value in MEMORY.items():
            library.mallopt(name, value)
