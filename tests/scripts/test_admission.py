"""Who comes in at once: a full lane says no before any work, and does not fill another."""

import asyncio
from typing import Any

import pytest
from starlette.testclient import TestClient

from ledger import Ledger
from scripts import admission
from scripts.admission import LANES, Admission, Lane, Places, lane_of
from scripts.serve import build_app
from tests.loops import run_alone
from wallet_web.settings import Settings

LIST = "/comune/giussano/movimenti"


@pytest.mark.parametrize(
    ("method", "path", "query", "lane"),
    [
        ("POST", "/api/v1/redemptions", b"", "redeem"),
        ("POST", "/api/v1/redemptions/x/void", b"", "redeem"),
        ("GET", "/api/v1/redemptions/x", b"", "status"),
        ("POST", "/api/v1/looks", b"", "balance"),
        ("GET", "/famiglia", b"", "balance"),
        ("GET", LIST, b"", "console"),
        ("GET", LIST, b"formato=csv", "export"),
        ("GET", "/comune/giussano/fogli.pdf", b"", "export"),
        ("GET", "/status", b"", None),
        ("GET", "/static/pages.css", b"", None),
    ],
)
def test_a_call_goes_its_lane(method: str, path: str, query: bytes, lane: str | None) -> None:
    assert lane_of(method, path, query) == lane
    assert lane is None or lane in LANES


def call(path: str, method: str = "POST", length: int = 0) -> dict[str, Any]:
    headers = [(b"content-length", str(length).encode())]
    return {
        "type": "http", "method": method, "path": path, "query_string": b"", "headers": headers,
    }  # fmt: skip


async def nothing(*_given: object) -> Any:  # noqa: ANN401
    return {}


def test_a_full_lane_says_no_and_leaves_the_others_alone() -> None:
    served: list[str] = []
    refused: list[str] = []

    async def run() -> None:
        gate = asyncio.Event()

        async def app(scope: Any, _receive: object, _send: object) -> None:  # noqa: ANN401
            await gate.wait()
            served.append(scope["path"])

        async def refuse(scope: Any, _receive: object, _send: object) -> None:  # noqa: ANN401
            refused.append(scope["path"])

        lanes = {name: Lane(1, 1) for name in LANES}
        door = Admission(app, refuse=refuse, lanes=lanes)
        paths = ["/api/v1/redemptions"] * 4 + ["/api/v1/looks", LIST]
        calls = [asyncio.create_task(door(call(path), nothing, nothing)) for path in paths]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert refused == ["/api/v1/redemptions"] * 2
        gate.set()
        await asyncio.gather(*calls)
        await door(call("/api/v1/redemptions"), nothing, nothing)  # There is room again.

    run_alone(run())
    assert sorted(served) == sorted(["/api/v1/redemptions"] * 3 + ["/api/v1/looks", LIST])


def test_who_sends_a_body_drop_by_drop_holds_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "PATIENCE", 0.01)
    read: list[bytes] = []

    async def run() -> None:
        drops = asyncio.Event()
        left = [b"dro", b"ps"]

        async def slow() -> Any:  # noqa: ANN401
            if len(left) == 1:
                await drops.wait()
            part = left.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(left)}

        async def refuse(*_given: object) -> None:
            read.append(b"refused")

        async def app(_scope: object, receive: Any, _send: object) -> None:  # noqa: ANN401
            whole, more = b"", True
            while more:
                message = await receive()
                whole, more = whole + message.get("body", b""), bool(message.get("more_body"))
            read.append(whole)

        door = Admission(app, refuse=refuse, lanes={name: Lane(1, 0) for name in LANES})
        late = asyncio.create_task(door(call("/api/v1/redemptions", length=5), slow, nothing))
        await asyncio.sleep(0.05)
        await asyncio.wait_for(door(call("/api/v1/redemptions"), nothing, nothing), 5)
        assert read == [b""]
        drops.set()
        await late

    run_alone(run())
    assert read == [b"", b"drops"]


def test_who_is_refused_is_told_in_the_words_of_each(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Places, "is_full", lambda _places: True)
    full = build_app(ledger, Settings())
    with TestClient(full, base_url="https://testserver") as client:
        told = client.post("/api/v1/redemptions", json={})
        assert (told.status_code, told.json()["code"]) == (503, "busy")
        assert 1 <= int(told.headers["Retry-After"]) <= 3
        assert told.headers["Cache-Control"] == "no-store"
        page = client.get("/famiglia")
        assert page.status_code == 503
        assert "troppo traffico" in page.text
        assert "Content-Security-Policy" in page.headers
        assert page.headers["Retry-After"]
        assert client.get("/status").status_code == 200
