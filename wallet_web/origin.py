"""Refuses forms that another site had the browser send: no tokens, only what browsers say.

Pure ASGI, before anything is read. Not here: who is signed in. Source: web.md section 6.
"""

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
OURS: Final = frozenset({"same-origin", "none"})


class SameOrigin:
    """Lets a change through only from our own pages, or from whoever typed the address."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 to a change that does not come from here."""
        if scope["type"] == "http" and scope["method"] not in SAFE:
            headers = Headers(scope=scope)
            if not is_ours(headers):
                words = "Richiesta rifiutata: non viene da una pagina di questo sito."
                await PlainTextResponse(words, status_code=403)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def is_ours(headers: Headers) -> bool:
    """Whether a browser says that the request comes from our own page.

    `Sec-Fetch-Site` where it is sent; very old browsers send only `Origin`.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in OURS
    origin, host = headers.get("origin"), headers.get("host")
    return origin is not None and host is not None and urlsplit(origin).netloc == host
