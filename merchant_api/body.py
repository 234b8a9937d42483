"""Reads a body before anybody believes it: size, time, type, JSON without traps, then the message.

Written by hand because the usual way answers 500 to NaN, takes the last of two equal keys, lets
lone surrogates and NUL in, and echoes what was sent (web.md section 7).
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request

from merchant_api.problems import Problem

MOST_BYTES: Final = 65_536
SECONDS: Final = 10.0
DEEPEST: Final = 8

M = TypeVar("M", bound=BaseModel)


def body_of(message: type[M]) -> Callable[[Request], Awaitable[M]]:
    """A dependency that reads the body as this message, strictly. Errors: `Problem`."""

    async def read(request: Request) -> M:
        return parse(message, await read_bytes(request))

    return read


async def read_bytes(request: Request) -> bytes:
    """The body's bytes, if they are few, come in time and are plain JSON. Errors: `Problem`."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" or "content-encoding" in request.headers:
        raise Problem("media_type")
    if int(request.headers.get("content-length", "0") or 0) > MOST_BYTES:
        raise Problem("too_large")
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(SECONDS):
            async for chunk in request.stream():
                size += len(chunk)
                if size > MOST_BYTES:
                    raise Problem("too_large")
                chunks.append(chunk)
    except TimeoutError as error:
        raise Problem("slow_body", headers={"Connection": "close"}) from error
    except ClientDisconnect as error:
        raise Problem("malformed") from error
    return b"".join(chunks)


def parse(message: type[M], data: bytes) -> M:
    """Read bytes as a message: strict types, no unknown and no double field. Errors: `Problem`."""
    try:
        words = json.loads(
            data.decode(), object_pairs_hook=_without_twins, parse_constant=_no_constant
        )
        _check(words, DEEPEST)
    except (ValueError, RecursionError) as error:
        raise Problem("malformed") from error
    if not isinstance(words, dict):
        raise Problem("malformed")
    try:
        return message.model_validate(words, strict=True)
    except ValidationError as error:
        raise Problem("invalid", errors=_told(error)) from error


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    words = dict(pairs)
    if len(words) != len(pairs):
        raise Problem("invalid", errors=[{"field": "", "what": "a field stands twice"}])
    return words


def _no_constant(_name: str) -> None:
    raise Problem("invalid", errors=[{"field": "", "what": "NaN and Infinity are no numbers"}])


def _check(value: object, depth: int) -> None:
    """Refuse what is nested too deeply, and texts that no store can hold."""
    if depth == 0:
        raise ValueError
    if isinstance(value, dict):
        for key, item in value.items():
            _check(key, depth)
            _check(item, depth - 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth - 1)
    elif isinstance(value, str) and ("\x00" in value or not _is_scalar(value)):
        raise Problem("invalid", errors=[{"field": "", "what": "a text with NUL or half a letter"}])


def _is_scalar(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _told(error: ValidationError) -> list[dict[str, str]]:
    """Which fields are wrong and why; never what they held."""
    return [
        {"field": ".".join(map(str, one["loc"])), "what": one["type"]}
        for one in error.errors(include_input=False, include_url=False, include_context=False)
    ]
