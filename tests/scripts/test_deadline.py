"""No call stays open: whose answer does not begin in time is told that nobody knows yet."""

import asyncio
from typing import Any

import pytest
from starlette.testclient import TestClient

from ledger import Ledger
from scripts import deadline, serve
from scripts.deadline import SECONDS, Deadline
from scripts.serve import build_app
from tests.loops import run_alone
from wallet_web.settings import Settings

SOON = 0.05
PLAIN = {"type": "http", "headers": []}
UPLOAD = {"type": "http", "headers": [(b"content-type", b"multipart/form-data; boundary=x")]}


async def nothing() -> Any:  # noqa: ANN401
    return {"type": "http.request"}


def told_by(app: Any, scope: dict[str, Any] = PLAIN, receive: Any = nothing) -> list[Any]:  # noqa: ANN401
    """What the caller of one call hears, in its order."""
    heard: list[Any] = []

    async def hear(message: Any) -> None:  # noqa: ANN401
        heard.append(message)

    async def late(_scope: object, _receive: object, send: Any) -> None:  # noqa: ANN401
        await send("nobody knows yet")

    run_alone(Deadline(app, late=late, seconds=SOON)(scope, receive, hear))
    return heard


def test_who_was_not_answered_in_time_is_told_so_once() -> None:
    ended: list[bool] = []

    async def slow(_scope: object, _receive: object, send: Any) -> None:  # noqa: ANN401
        await asyncio.sleep(3 * SOON)
        await send("the answer that comes too late")
        ended.append(True)

    assert told_by(slow) == ["nobody knows yet"]
    assert ended == [True]  # It was not cut off.


def test_an_answer_that_has_begun_may_take_its_time() -> None:
    async def long_file(_scope: object, _receive: object, send: Any) -> None:  # noqa: ANN401
        await send("the first page")
        await asyncio.sleep(3 * SOON)
        await send("the last page")

    assert told_by(long_file) == ["the first page", "the last page"]


def test_a_file_may_take_its_time_to_come_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "UPLOADS", 4)

    async def drops() -> Any:  # noqa: ANN401
        await asyncio.sleep(2 * SOON)
        return {"type": "http.request", "more_body": False}

    async def reader(times: int, receive: Any, send: Any) -> None:  # noqa: ANN401
        for _ in range(times):
            await receive()
        await send("read")

    async def short(_scope: object, receive: Any, send: Any) -> None:  # noqa: ANN401
        await reader(1, receive, send)

    async def endless(_scope: object, receive: Any, send: Any) -> None:  # noqa: ANN401
        await reader(6, receive, send)

    assert told_by(short, UPLOAD, drops) == ["read"]
    assert told_by(short, PLAIN, drops) == ["nobody knows yet"]
    assert told_by(endless, UPLOAD, drops) == ["nobody knows yet"]


def test_who_comes_too_late_is_told_in_the_words_of_each(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert SECONDS < 30

    async def asleep(*_given: object) -> None:
        await asyncio.sleep(3 * SOON)

    monkeypatch.setattr(serve, "Admission", lambda _dispatch, **_given: asleep)
    monkeypatch.setattr(serve, "SECONDS", SOON)
    client = TestClient(build_app(ledger, Settings()), base_url="https://testserver")
    told = client.post("/api/v1/redemptions", json={})
    assert (told.status_code, told.json()["code"]) == (503, "unknown_outcome")
    assert told.headers["Retry-After"]
    assert told.headers["Cache-Control"] == "no-store"
    page = client.get("/famiglia")
    assert page.status_code == 503
    assert "controlla se è già registrata" in page.text
    assert "Content-Security-Policy" in page.headers
