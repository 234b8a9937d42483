"""What a service costs a family: it types ISEE and household, and sees the fee step by step.

Nobody signs in and nothing is stored; what is typed comes in a form's body, so that no address and
no log holds it. Not here: who writes tariffs (`wallet_web.comune.tariffs`).
"""

from uuid import UUID

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ledger.core.entitlement.tariff import Tariff
from ledger.reports.tariffs import tariff_board, tariff_boards
from ledger.reports.who_asks import ComuneRow
from wallet_web.dependencies import NamedComune, Now, OpenLedger, SentForm
from wallet_web.entitlement_words import DEGREES, METERS, told_steps
from wallet_web.fee_cases import CHILDREN, case_of, wants_household
from wallet_web.languages import language_of, translations
from wallet_web.rendering import as_date, page

router = APIRouter(prefix="/tariffe/{slug}")


@router.get("")
def fees(request: Request, place: NamedComune, ledger: OpenLedger, now: Now) -> Response:
    """The tariffs that two persons signed and that count today."""
    found = [
        (one.tariff_id, tariff)
        for one in tariff_boards(ledger, place.book_no)
        if (tariff := one.in_force(as_date(now))) is not None
    ]
    return page(request, "public/fees.html", place=place, found=found)


def the_tariff(ledger: OpenLedger, place: ComuneRow, tariff_id: str, now: Now) -> Tariff:
    """One tariff that counts today. Errors: 404."""
    try:
        board = tariff_board(ledger, place.book_no, UUID(tariff_id))
    except ValueError:
        raise HTTPException(404) from None
    tariff = board.in_force(as_date(now)) if board else None
    if tariff is None:
        raise HTTPException(404)
    return tariff


@router.get("/{tariff_id}")
def ask(
    request: Request, place: NamedComune, tariff_id: str, ledger: OpenLedger, now: Now
) -> Response:
    """The list of fees, and an empty form."""
    return _shown(request, place, the_tariff(ledger, place, tariff_id, now), None)


@router.post("/{tariff_id}")
def tell(  # noqa: PLR0917 -- which one, what was typed, when.
    request: Request, place: NamedComune, tariff_id: str, ledger: OpenLedger, form: SentForm,
    now: Now,
) -> Response:  # fmt: skip
    """The fee and each step to it."""
    tariff = the_tariff(ledger, place, tariff_id, now)
    case = case_of(form, tariff, as_date(now))
    made = tariff.fee(case.household, case.isee)
    steps = told_steps(made.steps, translations(language_of(request)).gettext)
    return _shown(request, place, tariff, {"made": made, "steps": steps, "case": case})


def _shown(request: Request, place: ComuneRow, tariff: Tariff, asked: object) -> Response:
    return page(
        request, "public/fee.html", place=place, tariff=tariff, asked=asked, children=CHILDREN,
        wants_household=wants_household(tariff), degrees=DEGREES, meters=METERS,
    )  # fmt: skip
