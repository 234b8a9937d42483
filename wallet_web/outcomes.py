"""How a decision comes back to the page that asked: in the address, by its code.

Not here: the words for a code (`words`).
"""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import Code, Decision


def said_no(decision: Decision, page: str, done: str = "") -> Response:
    """Back to the page, with the reason if it was refused; else on to `done` below it."""
    if decision.accepted:
        return RedirectResponse(f"{page}{done}", status_code=303)
    return RedirectResponse(f"{page}?no={decision.code}", status_code=303)


def no_of(request: Request) -> str:
    """The code of a refusal that a page is to tell; empty for anything that is none."""
    code = request.query_params.get("no", "")
    return code if code in set(Code) else ""
