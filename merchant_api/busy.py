"""Says no at once to whom the server cannot serve now: no body read, no table asked, few bytes.

Who is too many, and who has waited too long, is decided where both applications are put together
(`scripts.admission`, `scripts.deadline`). The answers are made beforehand: under a crowd, saying no
is most of the work.
"""

import json
from typing import Final

from starlette.types import Receive, Scope, Send

from ledger import random_id
from merchant_api.headers import FIXED
from merchant_api.problems import MEDIA_TYPE, document

LONGEST_WAIT: Final = 3  # Seconds; each is told another, so that they do not come back together.
ASK_AGAIN_AFTER: Final = 2  # Seconds.


def _words(code: str) -> tuple[list[tuple[bytes, bytes]], bytes]:
    body = json.dumps(document(code), separators=(",", ":")).encode()
    length = str(len(body)).encode()
    return [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", length),
        *FIXED,
    ], body


BUSY: Final = _words("busy")
UNKNOWN: Final = _words("unknown_outcome")


async def refuse(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer `busy`, with the seconds to wait."""
    await _say(send, *BUSY, wait=1 + random_id().int % LONGEST_WAIT)


async def tell_unknown(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer `unknown_outcome` to who has waited too long: what was begun may still be done."""
    await _say(send, *UNKNOWN, wait=ASK_AGAIN_AFTER)


async def _say(send: Send, headers: list[tuple[bytes, bytes]], body: bytes, *, wait: int) -> None:
    later = (b"retry-after", str(wait).encode())
    start = {"type": "http.response.start", "status": 503, "headers": [*headers, later]}
    await send(start)
    await send({"type": "http.response.body", "body": body})
