"""What a family sees of its vouchers: what is left, where to spend it, what happened, the code.

Not here: how it came in (`sign_in`).
"""

from typing import Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ledger import Book
from ledger.core.programmes import CATEGORIES
from ledger.reports.entry_page import entry_page
from ledger.reports.family_page import family_movements, family_vouchers, shops_taking
from ledger.reports.family_phones import carried_cents
from ledger.reports.log_proofs import proof_of, signed_size
from ledger.reports.made_up import made_up_vouchers
from wallet_web.code_picture import code_picture
from wallet_web.dependencies import Now, OpenLedger, SignedFamily
from wallet_web.languages import language_of
from wallet_web.person_pack import as_pack, own_data
from wallet_web.rendering import page
from wallet_web.sessions import token_of

router = APIRouter(prefix="/famiglia")
MOVEMENTS: Final = 100
EVERY: Final = 1_000_000


@router.get("")
def vouchers(request: Request, family: SignedFamily, ledger: OpenLedger, now: Now) -> Response:
    """What is left, first."""
    found = family_vouchers(ledger, family.book_no, family.family_id, now=now)
    moved = family_movements(ledger, family.book_no, family.family_id, limit=5)
    made_up = made_up_vouchers(ledger, family.book_no, [family.family_id])
    return page(
        request, "family/vouchers.html", family=family, vouchers=found, movements=moved,
        made_up=made_up, carried_cents=carried_cents(ledger, family.book_no, family.family_id),
    )  # fmt: skip


@router.get("/movimenti")
def movements(request: Request, family: SignedFamily, ledger: OpenLedger) -> Response:
    """What happened to the vouchers."""
    moved = family_movements(ledger, family.book_no, family.family_id, limit=MOVEMENTS)
    proved = signed_size(ledger, family.book_no)
    return page(request, "family/movements.html", family=family, movements=moved, proved=proved)


@router.get("/movimenti/{log_index}/prova.tlog-proof")
def proof(family: SignedFamily, ledger: OpenLedger, log_index: int) -> Response:
    """The proof of one of its own movements, as a file that outlives us."""
    moved = family_movements(ledger, family.book_no, family.family_id, limit=EVERY)
    own = any(one.log_index == log_index for one in moved)
    found = entry_page(ledger, family.book_no, log_index) if own else None
    made = None if found is None else proof_of(_book(ledger, family), found.decision.request_id)
    if made is None:
        raise HTTPException(404)
    headers = {"Content-Disposition": f'attachment; filename="prova-{log_index}.tlog-proof"'}
    return Response(made.text(), media_type="text/plain; charset=utf-8", headers=headers)


def _book(ledger: OpenLedger, family: SignedFamily) -> Book:
    return next(one for one in ledger.books() if one.book_no == family.book_no)


@router.get("/dati")
def data(request: Request, family: SignedFamily, ledger: OpenLedger, now: Now) -> Response:
    """All that the comune holds about the family, to be read."""
    told = own_data(ledger, family.book_no, family.family_id, comune=family.comune, now=now)
    return page(request, "family/data.html", family=family, told=told)


@router.get("/dati.zip")
def data_file(request: Request, family: SignedFamily, ledger: OpenLedger, now: Now) -> Response:
    """The same as a file to keep, or to take elsewhere."""
    told = own_data(ledger, family.book_no, family.family_id, comune=family.comune, now=now)
    return as_pack(told, language_of(request))


@router.get("/negozi")
def shops(  # noqa: PLR0917 -- which voucher, and the filters.
    request: Request,
    family: SignedFamily,
    ledger: OpenLedger,
    buono: str = "",
    tipo: str = "",
    dove: str = "",
) -> Response:
    """Where one voucher (its id), or any, can be spent; of one kind of shop, if it is named.

    In the family's own comune, or everywhere where it asks for that (`dove`).
    """
    now = ledger.clock()
    found = family_vouchers(ledger, family.book_no, family.family_id, now=now)
    chosen = next((one for one in found if one.id.hex == buono), None)
    kinds = chosen.categories if chosen else CATEGORIES
    wanted = (tipo,) if tipo in kinds else kinds
    near = shops_taking(
        ledger, wanted, near=family.book_no, everywhere=int(dove == "rete"),
        group=chosen.rules.gaf if chosen else (),
    )  # fmt: skip
    return page(
        request, "family/shops.html", family=family, voucher=chosen, kinds=kinds, kind=tipo,
        shops=near, where=dove,
    )  # fmt: skip


@router.get("/codice")
def code(request: Request, family: SignedFamily) -> Response:
    """The code to show, alone on a white page."""
    return page(
        request, "family/code.html", family=family, code=token_of(request, "codice"),
    )  # fmt: skip


@router.get("/codice.svg")
def picture(request: Request, family: SignedFamily) -> Response:
    """The QR code of the family's signed token."""
    text = request.app.state.codes.text(family.credential_id, family.issuer)
    return Response(code_picture(text), media_type="image/svg+xml")
