"""The headers of every answer: never kept in a cache, never sniffed; and the caller's rate."""

from collections.abc import MutableMapping
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

FIXED: Final = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)


class AnswerHeaders:
    """Puts the same headers on every answer of the API, refusals and errors too."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before the application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on, and add the headers to its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *FIXED, *_rate(scope)]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _rate(scope: MutableMapping[str, Any]) -> list[tuple[bytes, bytes]]:
    """The caller's rate, if a route has looked at it."""
    rate: dict[str, str] = scope.get("state", {}).get("rate", {})
    return [(name.lower().encode(), value.encode()) for name, value in rate.items()]
