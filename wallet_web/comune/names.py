"""Whether this officer's screen shows names: hidden until switched on, and hidden again at the end.

Only who may help a family at the desk has the switch. Each turn of it goes to the program's log,
with the officer's id and no name. Not here: who may see what (`permissions`).
"""

from typing import Annotated

import structlog
from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from wallet_web.dependencies import Allowed, Desk, SentForm
from wallet_web.permissions import Action
from wallet_web.sessions import drop, keep, names_mark, token_of
from wallet_web.ways_back import way_back

router = APIRouter(prefix="/comune/{slug}")
MayHelp = Annotated[Desk, Depends(Allowed(Action.HELP))]
log = structlog.get_logger()


@router.post("/nomi")
def switch(request: Request, desk: MayHelp, form: SentForm) -> Response:
    """Show names from now on, or hide them; back to the page where one was."""
    shown = form.get("mostra") == "1"
    slug = desk.comune.slug
    log.info("names_shown" if shown else "names_hidden", comune=slug, officer=desk.officer_id.hex)
    answer = RedirectResponse(way_back(form.get("torna", ""), desk.home), status_code=303)
    if shown:
        keep(request, answer, f"nomi-{slug}", names_mark(token_of(request, f"comune-{slug}")))
    else:
        drop(request, answer, f"nomi-{slug}")
    return answer
