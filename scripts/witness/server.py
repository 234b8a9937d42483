"""The little server of a witness: one call for logs, and a line a log for people."""

from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ledger.proof.witness import MAX_REQUEST, SIZE_TYPE
from scripts.witness.memory import Witness

CONFLICT = 409
TOO_LARGE = 413


def witness_app(witness: Witness) -> Starlette:
    """The two routes of one witness."""

    async def add_checkpoint(request: Request) -> Response:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_REQUEST:
                return PlainTextResponse("a request is shorter\n", TOO_LARGE)
        status, answer = await run_in_threadpool(witness.add_checkpoint, body)
        kind = SIZE_TYPE if status == CONFLICT else "text/plain; charset=utf-8"
        return Response(answer, status, media_type=kind)

    def about(_request: Request) -> Response:
        return PlainTextResponse(told(witness))

    routes = [
        Route("/add-checkpoint", add_checkpoint, methods=["POST"]),
        Route("/", about, methods=["GET"]),
    ]
    return Starlette(routes=routes)


def told(witness: Witness) -> str:
    """What this witness has seen, a line a log."""
    lines = [witness.key.vkey(), ""]
    for log in witness.logs():
        seen = datetime.fromtimestamp(log.seen_at, UTC).isoformat() if log.seen_at else "never"
        lines.append(f"{log.key.name}: {log.size} leaves, {seen}")
    caught = witness.evidence()
    lines += ["", f"evidence against logs: {len(caught)}"]
    return "\n".join(lines) + "\n"
