"""How much a browser may send: counted while it comes, so that nothing larger is ever held.

Lists of families hold names and fiscal codes, so they stay in memory: no temporary file is made.
Not here: what a file says (`ledger.imports`). Source: reliability.md 7.2, I11.
"""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ledger.imports.faults import MAX_BYTES

AROUND: Final = 64 * 1024  # The other fields of a form, and what stands between them.
MOST_BYTES: Final = MAX_BYTES + AROUND
MOST_FIELDS: Final = 64
_BASE64: Final = re.compile(r"[A-Za-z0-9_-]{1,4000}", re.ASCII)


class InMemory(MultiPartParser):
    """A form with files, none of which is written to a disk."""

    spool_max_size = MOST_BYTES


async def form_with_file(request: Request) -> FormData:
    """A form with at most one file. Errors: 400 for anything else; 413 beyond the limit."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise HTTPException(400)
    parser = InMemory(request.headers, request.stream(), max_files=1, max_fields=MOST_FIELDS)
    try:
        return await parser.parse()
    except MultiPartException:
        raise HTTPException(400) from None


async def json_words(request: Request) -> Mapping[str, object]:
    """What a script of ours sent: one JSON object. Errors: 400 for anything else."""
    try:
        words = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise HTTPException(400) from None
    if not isinstance(words, dict):
        raise HTTPException(400)
    return words


def base64_of(text: object) -> bytes:
    """Bytes of base64url without padding. Errors: `ValueError`."""
    if not isinstance(text, str) or not _BASE64.fullmatch(text):
        raise ValueError("not base64url")
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class BodyLimit:
    """Stops a request whose body grows beyond what its page could need: 413."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what comes in."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = MOST_BYTES if scope["path"].endswith("/anteprima") else AROUND
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise HTTPException(413)
            return message

        await self.app(scope, counted, send)
