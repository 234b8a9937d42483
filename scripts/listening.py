"""Takes a port before anything is said of it. Not here: what is served there."""

import socket
from typing import Final

WAITING: Final = 2048  # As many as the server itself lets wait.


class PortTakenError(Exception):
    """Somebody else listens there already."""


def listen(host: str, port: int) -> socket.socket:
    """Take the port; 0 takes any free one. Errors: `PortTakenError`."""
    # Named, since asyncio sends small answers at once (TCP_NODELAY) only where it sees TCP.
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(WAITING)  # Who calls before the server is up waits, and is not refused.
    except OSError as error:
        listener.close()
        raise PortTakenError(f"port {port} is taken or not allowed ({error.strerror})") from error
    return listener
