"""Says no at once to whom the server cannot serve now: no body read, no table asked, few bytes.

Who is too many is decided where both applications are put together (`scripts.admission`). The
answer is made beforehand: under a crowd, saying no is most of the work.
"""

import json
from typing import Final

from starlette.types import Receive, Scope, Send

from ledger import random_id
from merchant_api.headers import FIXED
from merchant_api.problems import MEDIA_TYPE, document

LONGEST_WAIT: Final = 3  # Seconds; each is told another, so that they do not come back together.
BODY: Final = json.dumps(document("busy"), separators=(",", ":")).encode()
HEADERS: Final = (
    (b"content-type", MEDIA_TYPE.encode()),
    (b"content-length", str(len(BODY)).encode()),
    *FIXED,
)


async def refuse(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer `busy`, with the seconds to wait."""
    wait = 1 + random_id().int % LONGEST_WAIT
    headers = [*HEADERS, (b"retry-after", str(wait).encode())]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": BODY})
