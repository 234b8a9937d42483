"""Headers of every response: what a page may load, and for how long it may be kept.

A new nonce for each response, so that htmx obeys only attributes that we stamped. Not here: who
may ask (`origin`, `sessions`). Source: web.md section 6.
"""

import re
from typing import Final

from secure import (
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
)
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ledger import random_id

POLICY: Final = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'nonce-{nonce}'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; media-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HASHED: Final = re.compile(r"/static/vendor/(.*/)?[^/]+\.[0-9a-f]{10}\.\w+")
FOREVER: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "no-cache"
NEVER: Final = "no-store"


class ResponseHeaders:
    """Puts the headers on every response, and the nonce where templates find it."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        """Wrap an application."""
        self.app = app
        self.fixed = fixed_headers(https=https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with our headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = random_id().hex
        scope.setdefault("state", {})["nonce"] = nonce

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.fixed | {"Content-Security-Policy": policy(nonce)})
                found = message["status"] < 400  # noqa: PLR2004 -- errors are not kept.
                headers.setdefault("Cache-Control", keeping(scope["path"]) if found else NEVER)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def policy(nonce: str) -> str:
    """What this one response may load and run."""
    return POLICY.format(nonce=nonce)


def fixed_headers(*, https: bool) -> dict[str, str]:
    """The headers that never change; the browser insists on HTTPS only where we are served so."""
    secured = Secure(
        hsts=StrictTransportSecurity().max_age(31_536_000) if https else None,
        referrer=ReferrerPolicy().same_origin(),
        permissions=PermissionsPolicy().camera("self").microphone().geolocation(),
        xcto=XContentTypeOptions().nosniff(),
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
    )
    return dict(secured.headers)


def keeping(path: str) -> str:
    """How long a browser may keep what is at this path: files by their hash, pages never."""
    if HASHED.fullmatch(path):
        return FOREVER
    return ASK_AGAIN if path.startswith("/static/") else NEVER
