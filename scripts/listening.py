"""Takes a port before anything is said of it. Not here: what is served there."""

import socket


class PortTakenError(Exception):
    """Somebody else listens there already."""


def listen(host: str, port: int) -> socket.socket:
    """Take the port; 0 takes any free one. Errors: `PortTakenError`."""
    # Named, since asyncio sends small answers at once (TCP_NODELAY) only where it sees TCP.
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTakenError(f"port {port} is taken or not allowed ({error.strerror})") from error
    return listener
