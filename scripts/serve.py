"""Serves both web packages from one process; the only place that puts them together.

Not here: reading options; `scripts/cli.py` does that.
"""

import socket

import uvicorn
from fastapi import FastAPI

from ledger import Ledger, open_ledger
from wallet_web.app import create_app as create_pages
from wallet_web.settings import Settings

LOOPBACK = "127.0.0.1"


class PortTakenError(Exception):
    """Somebody else listens there already."""


def build_app(ledger: Ledger, settings: Settings) -> FastAPI:
    """Compose the application: pages for people, and JSON for tills once it is there."""
    return create_pages(ledger, settings)


def serve(*, port: int, database: str, host: str = LOOPBACK) -> None:
    """Serve one database until stopped, made or brought up to date first; tell the address.

    The port is taken before anything is said, so the address told is the address served.
    Raises PortTakenError, StoreError, FrontEndMissingError.
    """
    listener = listen(host, port)
    with open_ledger(database, create=True) as ledger:
        app = build_app(ledger, Settings())
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        address = f"http://{host}:{listener.getsockname()[1]}"
        print(f"Portavalori: {address}   (Ctrl-C stops it)", flush=True)
        server.run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """Take the port; 0 takes any free one."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTakenError(f"port {port} is taken or not allowed ({error.strerror})") from error
    return listener
