"""Cookies of whoever is signed in: one for each audience, so that one browser can try them all.

Over HTTPS their names start with `__Host-`, so that no other host can set them; a trial on plain
HTTP cannot have that. Not here: sessions themselves (`ledger.operations.sign_in`).
"""

from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from wallet_web.settings import Settings


def cookie_name(audience: str, settings: Settings) -> str:
    """What an audience's cookie is called."""
    return f"__Host-{audience}" if settings.https else audience


def token_of(request: Request, audience: str) -> str:
    """What an audience's cookie holds; empty where there is none."""
    return request.cookies.get(cookie_name(audience, request.app.state.settings), "")


def names_mark(token: str) -> str:
    """What says that the session behind this token shows names: it is worth nothing to another."""
    return sha256(b"names:" + token.encode()).hexdigest()


def keep(request: Request, response: Response, audience: str, value: str) -> None:
    """Have the browser keep a value until it is closed; no script can read it."""
    settings: Settings = request.app.state.settings
    response.set_cookie(
        cookie_name(audience, settings),
        value,
        path="/",
        secure=settings.https,
        httponly=True,
        samesite="lax",
    )


def drop(request: Request, response: Response, audience: str) -> None:
    """Have the browser forget it."""
    settings: Settings = request.app.state.settings
    response.delete_cookie(
        cookie_name(audience, settings),
        path="/",
        secure=settings.https,
        httponly=True,
        samesite="lax",
    )
