"""Serves both web packages from one process; the only place that puts them together.

Not here: reading options; `scripts/cli.py` does that.
"""

import socket

import uvicorn
from fastapi import FastAPI

from wallet_web.app import create_app as create_pages

LOOPBACK = "127.0.0.1"


class PortTakenError(Exception):
    """Somebody else listens there already."""


def build_app() -> FastAPI:
    """Compose the application: pages for people, and JSON for tills once it is there."""
    return create_pages()


def serve(*, port: int, host: str = LOOPBACK) -> None:
    """Serve until stopped; tell the address first.

    The port is taken before anything is said, so the address told is the address served.
    Raises PortTakenError.
    """
    listener = listen(host, port)
    server = uvicorn.Server(uvicorn.Config(build_app(), log_level="warning"))
    print(f"Portavalori: http://{host}:{listener.getsockname()[1]}   (Ctrl-C stops it)", flush=True)
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
