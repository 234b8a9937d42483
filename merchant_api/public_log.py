"""The books' logs, for anybody: checkpoints, tiles of hashes, the keys; nothing of what they hold.

And the lists of keys that the network's root signed, with the keys as other programs read them.

Static in all but name: a full tile never changes. Source: C2SP tlog-tiles; PROOF.md.
"""

from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from ledger import Book, Ledger
from ledger.proof.tiles import WIDTH, read_path
from ledger.reports.key_report import key_set_of, root_and_lists
from ledger.reports.log_proofs import book_named, policy_of, public_log, tile_bytes

HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Access-Control-Allow-Origin": "*",  # Whoever proves a receipt may do so from any page.
}
LISTS: Final = {"key-list": "key_list", "deny-list": "deny_list"}
FOR_EVER: Final = "public, max-age=31536000, immutable"
A_MOMENT: Final = "public, max-age=5"


def create_log_app(ledger: Ledger) -> Starlette:
    """The routes of every book's log."""

    def book_of(request: Request) -> Book | None:
        return book_named(ledger, request.path_params["book"])

    def checkpoint(request: Request) -> Response:
        book = book_of(request)
        last = None if book is None else public_log(book).last
        return _nothing() if last is None else _text(last.whole())

    def policy(request: Request) -> Response:
        book = book_of(request)
        told = None if book is None else policy_of(book)
        return _nothing() if told is None else _text(told.text())

    def tile(request: Request) -> Response:
        book, wanted = book_of(request), read_path(request.path_params["path"])
        data = None if book is None or wanted is None else tile_bytes(book, wanted)
        if data is None or wanted is None:
            return _nothing()
        cache = FOR_EVER if wanted.width == WIDTH else A_MOMENT
        headers = HEADERS | {"Cache-Control": cache}
        return Response(data, media_type="application/octet-stream", headers=headers)

    return Starlette(
        routes=[
            *_list_routes(ledger),
            Route("/log/{book}/checkpoint", checkpoint),
            Route("/log/{book}/policy", policy),
            Route("/log/{book}/tile/{path:path}", tile),
        ]
    )


def _list_routes(ledger: Ledger) -> tuple[Route, ...]:
    """What the root signed, and the keys as a JWK set."""

    def listed(request: Request) -> Response:
        kind = LISTS.get(request.path_params["name"], "")
        raw = root_and_lists(ledger).get(kind)
        return _nothing() if raw is None else _bytes(raw)

    def key_set(_request: Request) -> Response:
        return JSONResponse(key_set_of(ledger), headers=HEADERS | {"Cache-Control": A_MOMENT})

    return Route("/log/keys/{name}.cose", listed), Route("/log/keys/jwks.json", key_set)


def _bytes(raw: bytes) -> Response:
    headers = HEADERS | {"Cache-Control": A_MOMENT}
    return Response(raw, media_type="application/cose", headers=headers)


def _text(words: str) -> Response:
    return PlainTextResponse(words, headers=HEADERS | {"Cache-Control": A_MOMENT})


def _nothing() -> Response:
    headers = HEADERS | {"Cache-Control": A_MOMENT}
    return PlainTextResponse("There is nothing of this name in the log.\n", 404, headers=headers)
