"""A whole redemption over HTTP beside an empty JSON POST: same server, same run.

The server runs in a process of its own; the client shares the machine's cores, for both alike.
Slips are redeemed: token verified, no PIN, durable, receipt signed. One figure a line (design 9).
"""

import asyncio
import json
import multiprocessing
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from ledger import Ledger, new_id, open_ledger
from ledger.core.programmes import Terms
from ledger.operations.define_programme import define_programme, programme_id_of
from ledger.operations.fund_programme import Act, Funding
from ledger.operations.issue_credential import issue_slip_codes
from ledger.operations.issue_vouchers import SlipOrder, issue_slips
from ledger.operations.join_network import (
    NewOfficer,
    add_comune,
    add_officers,
    add_shops_with_tills,
)
from ledger.reports.demo_tokens import slip_tokens
from merchant_api.app import create_app
from merchant_api.body import read_bytes
from merchant_api.rates import Rates
from scripts.demo.founding import commit
from scripts.serve import settle

FACE = 10_00
WARMING = 64  # Redemptions that are not counted.
SPAN = Terms("Bench", "", date(2026, 1, 1), date(2099, 12, 31))
SHOP = ("Bench", "bakery", "-", "00743110157", "IT60X0542811101000000123456")
ISSUER = "c_bench"


@dataclass(frozen=True, slots=True)
class Load:
    """What a run sends: requests in all, and how many connections at once."""

    requests: int
    in_flight: int


def prepare(ledger: Ledger, slips: int) -> tuple[str, list[str]]:
    """A comune with one till and as many slips; gives the till's secret and the slips' tokens."""
    now = ledger.clock()
    add_comune(
        ledger, "bench", name="Bench", issuer=ISSUER, istat="0", people=1, telephone="-", now=now
    )
    staff = [NewOfficer(role, role, str(uuid4())) for role in ("officer", "approver")]
    pair = add_officers(ledger, "bench", staff)
    officer, approver = (one.as_officer() for one in pair)
    [till] = add_shops_with_tills(ledger, "bench", [SHOP])
    key = new_id()
    who = officer.officer_id
    define_programme(ledger, "bench", SPAN, officer=who, key=key, now=now)  # type: ignore[arg-type]
    act = Act("1", date(2026, 1, 1), "Bench")
    funding = Funding(programme_id_of(key), act, "comune", "Bench", slips * FACE)  # type: ignore[arg-type]
    commit(ledger, "bench", funding, by=(pair[0], pair[1]), now=now)
    made: list[Any] = []
    for count in _portions(slips):
        order = SlipOrder(new_id(), funding.programme_id, funding.fund(), new_id(), FACE, count)
        decisions = issue_slips(ledger, "bench", order, officer=officer, approver=approver, now=now)
        made += [(one.transfers[0].credit, FACE) for one in decisions]
    codes = issue_slip_codes(ledger, "bench", made, now=now)
    tokens = slip_tokens(ledger, ISSUER, [one.credential_id for one in codes])
    return till.secret, list(tokens.values())


def _portions(count: int, size: int = 512) -> list[int]:
    return [min(size, count - at) for at in range(0, count, size)]


def serve_bench(database: str, listener: socket.socket) -> None:
    """The API with one empty POST beside it, until the process is ended."""
    with open_ledger(database) as ledger:
        app = create_app(ledger, rates=Rates(per_till=10**9))
        app.router.routes.append(Route("/bench/empty", empty, methods=["POST"]))
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, proxy_headers=False
        )
        settle()
        uvicorn.Server(config).run(sockets=[listener])


async def empty(request: Request) -> JSONResponse:
    """Read a small JSON body and answer with one: what the server costs by itself."""
    json.loads(await read_bytes(request))
    return JSONResponse({"ok": True}, 201)


async def send_all(
    port: int, messages: Sequence[bytes], in_flight: int, *, per_second: float | None = None
) -> list[float]:
    """Send every message once, over as many connections; gives the seconds each took.

    With a pace, each has its moment, and its seconds count from there: who comes while others are
    served waits, as at a counter. Errors: `AssertionError` for any answer but 201.
    """
    waiting = list(reversed(messages))
    taken: list[float] = []
    start = time.perf_counter()

    async def one_connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while waiting:
            message, began = waiting.pop(), time.perf_counter()
            if per_second is not None:
                moment = start + (len(messages) - len(waiting)) / per_second
                await asyncio.sleep(max(0.0, moment - began))
                began = moment
            await _exchange(reader, writer, message)
            taken.append(time.perf_counter() - began)
        writer.close()

    await asyncio.gather(*(one_connection() for _ in range(in_flight)))
    return taken


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, message: bytes
) -> bytes:
    """Send one message, and read the body of its answer."""
    writer.write(message)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    body = await reader.readexactly(length)
    assert head.startswith(b"HTTP/1.1 201"), (head, body)
    return body


def message(path: str, body: dict[str, Any], **headers: str) -> bytes:
    """One HTTP request as bytes."""
    data = json.dumps(body).encode()
    given = {"Host": "bench", "Content-Type": "application/json", "Content-Length": str(len(data))}
    lines = [f"{name}: {value}" for name, value in (given | headers).items()]
    return "\r\n".join([f"POST {path} HTTP/1.1", *lines, "", ""]).encode() + data


def bench_http(database: str, engine: str, *, load: Load) -> list[dict[str, Any]]:
    """Measure redemptions and empty POSTs in turn, in portions of one run; a figure each."""
    rounds = 4
    with open_ledger(database, create=True) as ledger:
        secret, tokens = prepare(ledger, WARMING + load.requests + load.requests // rounds)
    listener = socket.create_server(("127.0.0.1", 0))
    context = multiprocessing.get_context("spawn")
    server = context.Process(target=serve_bench, args=(database, listener), daemon=True)
    server.start()
    try:
        return asyncio.run(
            _measure(listener.getsockname()[1], secret, tokens, load, engine, rounds)
        )
    finally:
        server.terminate()
        server.join()
        listener.close()


async def _measure(  # noqa: PLR0917 -- one run's whole setting.
    port: int, secret: str, tokens: list[str], load: Load, engine: str, rounds: int
) -> list[dict[str, Any]]:
    session = await _session(port, secret)
    bearer = {"Authorization": f"Bearer {session}"}
    redeem = [
        message(
            "/api/v1/redemptions",
            {"token": token, "amount_cents": FACE},
            **bearer,
            **{"Idempotency-Key": str(new_id())},
        )
        for token in tokens
    ]
    nothing = message("/bench/empty", {"amount_cents": FACE}, **bearer)
    await send_all(port, redeem[:WARMING], 4)
    await send_all(port, [nothing] * WARMING, 4)
    part = load.requests // rounds
    spent: dict[str, list[float]] = {"redemption": [], "empty": []}
    wall = {"redemption": 0.0, "empty": 0.0}
    for at in range(WARMING, WARMING + part * rounds, part):
        for name, sent in (("redemption", redeem[at : at + part]), ("empty", [nothing] * part)):
            began = time.perf_counter()
            spent[name] += await send_all(port, sent, load.in_flight)
            wall[name] += time.perf_counter() - began
    figures = [_figure(name, engine, load, spent[name], wall) for name in spent]
    pace = figures[0]["per_second"] / 2
    last = redeem[WARMING + part * rounds :]
    paced = [
        await send_all(port, sent, load.in_flight, per_second=pace)
        for sent in (last, [nothing] * len(last))
    ]
    return [*figures, _half(engine, load, pace, paced)]


async def _session(port: int, secret: str) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = await _exchange(reader, writer, message("/api/v1/till-sessions", {"secret": secret}))
    writer.close()
    return str(json.loads(answer)["session_token"])


def _figure(
    name: str, engine: str, load: Load, spent: list[float], wall: dict[str, float]
) -> dict[str, Any]:
    return {
        "bench": f"http_{name}",
        "engine": engine,
        "in_flight": load.in_flight,
        "per_second": round(len(spent) / wall[name], 1),
        "p50_ms": _percentile(spent, 50),
        "p99_ms": _percentile(spent, 99),
        "baseline": "http_empty",
        "ratio": round(wall["empty"] / wall[name], 3),
    }


def _half(engine: str, load: Load, pace: float, paced: list[list[float]]) -> dict[str, Any]:
    """At half of what was reached: how long the slowest hundredth waits, beside an empty POST's."""
    redemption, empty = (_percentile(spent, 99) for spent in paced)
    return {
        "bench": "http_redemption_half",
        "engine": engine,
        "in_flight": load.in_flight,
        "per_second": pace,
        "p50_ms": _percentile(paced[0], 50),
        "p99_ms": redemption,
        "baseline": "p99 of http_empty at the same pace",
        "ratio": round(redemption / empty, 2),
    }


def _percentile(spent: list[float], share: int) -> float:
    """Milliseconds that so many of a hundred did not exceed."""
    return round(sorted(spent)[len(spent) * share // 100] * 1000, 2)


def http_row(figure: dict[str, Any]) -> str:
    """One figure as a line that a person reads."""
    return (
        f"{figure['engine']:<11} {figure['bench']:<16} {figure['in_flight']:>3} in flight"
        f" {figure['per_second']:>8}/s  p50 {figure['p50_ms']:>7} ms  p99 {figure['p99_ms']:>7} ms"
        f"  {figure['ratio']:.2f} of {figure['baseline']}"
    )
