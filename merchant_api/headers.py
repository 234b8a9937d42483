"""The headers of every answer: never kept in a cache, never sniffed; and the caller's rate."""

from collections.abc import MutableMapping
from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FIXED: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


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
                headers = MutableHeaders(scope=message)
                for name, value in (FIXED | _rate(scope)).items():
                    headers[name] = value
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _rate(scope: MutableMapping[str, Any]) -> dict[str, str]:
    """The caller's rate, if a route has looked at it."""
    rate: dict[str, str] = scope.get("state", {}).get("rate", {})
    return rate
