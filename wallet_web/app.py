"""The web application for people: wiring only. Not here: what a page says or decides."""

from collections.abc import Sequence
from functools import cache
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles

from ledger import Ledger
from ledger.reports.code_to_show import CodesToShow
from ledger.reports.receipts import Receipts
from ledger.token.text import Environment
from wallet_web import troubles
from wallet_web.association import console as association_console
from wallet_web.association import donations as association_donations
from wallet_web.association import five_rs as association_five_rs
from wallet_web.association import five_rs_side_by_side as association_side_by_side
from wallet_web.association import hours as association_hours
from wallet_web.association import money as association_money
from wallet_web.association import own as association_own
from wallet_web.association import register as association_register
from wallet_web.association import signing as association_signing
from wallet_web.bodies import BodyLimit
from wallet_web.comune import application_files as comune_application_files
from wallet_web.comune import applications as comune_applications
from wallet_web.comune import batches as comune_batches
from wallet_web.comune import calls as comune_calls
from wallet_web.comune import cards as comune_cards
from wallet_web.comune import comparison as comune_comparison
from wallet_web.comune import conto as comune_conto
from wallet_web.comune import controls as comune_controls
from wallet_web.comune import donations as comune_donations
from wallet_web.comune import families as comune_families
from wallet_web.comune import five_rs as comune_five_rs
from wallet_web.comune import gifts as comune_gifts
from wallet_web.comune import group as comune_group
from wallet_web.comune import guide as comune_guide
from wallet_web.comune import integrations as comune_integrations
from wallet_web.comune import letters as comune_letters
from wallet_web.comune import money as comune_money
from wallet_web.comune import names as comune_names
from wallet_web.comune import offline as comune_offline
from wallet_web.comune import outcome_printing as comune_outcome_printing
from wallet_web.comune import pages as comune_pages
from wallet_web.comune import payments as comune_payments
from wallet_web.comune import practices as comune_practices
from wallet_web.comune import proposals as comune_proposals
from wallet_web.comune import recovery as comune_recovery
from wallet_web.comune import reminders as comune_reminders
from wallet_web.comune import retention as comune_retention
from wallet_web.comune import samples as comune_samples
from wallet_web.comune import shops as comune_shops
from wallet_web.comune import sign_in as comune_sign_in
from wallet_web.comune import siuss as comune_siuss
from wallet_web.comune import tariffs as comune_tariffs
from wallet_web.comune import votes as comune_votes
from wallet_web.comune import witnesses as comune_witnesses
from wallet_web.comune.checking import Checking
from wallet_web.comune.erasing import Erasing
from wallet_web.comune.issuing import Issuing
from wallet_web.comune.letter_runs import LetterRuns
from wallet_web.comune.new_tills import NewTills
from wallet_web.comune.pending_files import PendingFiles
from wallet_web.family import cards as family_cards
from wallet_web.family import credits as family_credits
from wallet_web.family import giving as family_giving
from wallet_web.family import hours as family_hours
from wallet_web.family import installed as family_installed
from wallet_web.family import pages as family_pages
from wallet_web.family import paying as family_paying
from wallet_web.family import phones as family_phones
from wallet_web.family import sign_in as family_sign_in
from wallet_web.family import votes as family_votes
from wallet_web.guesses import Guesses
from wallet_web.headers import ResponseHeaders
from wallet_web.origin import SameOrigin
from wallet_web.public import fees as public_fees
from wallet_web.public import five_rs as public_five_rs
from wallet_web.public import pages as public_pages
from wallet_web.public import proof as public_proof
from wallet_web.public import transparency as public_transparency
from wallet_web.public import votes as public_votes
from wallet_web.rendering import STATIC, vendor_listing
from wallet_web.settings import Settings
from wallet_web.shop import circuit as shop_circuit
from wallet_web.shop import day as shop_day
from wallet_web.shop import icons as shop_icons
from wallet_web.shop import installed as shop_installed
from wallet_web.shop import leaflet as shop_leaflet
from wallet_web.shop import own_tills as shop_own_tills
from wallet_web.shop import pages as shop_pages
from wallet_web.shop import payments as shop_payments
from wallet_web.shop import statement as shop_statement

AUDIENCES: Final = (
    public_pages,
    public_fees,
    public_five_rs,
    public_proof,
    public_transparency,
    public_votes,
    family_sign_in,
    family_pages,
    family_cards,
    family_giving,
    family_votes,
    family_hours,
    family_credits,
    family_phones,
    family_paying,
    family_installed,
    comune_sign_in,
    comune_application_files,
    comune_applications,
    comune_batches,
    comune_calls,
    comune_comparison,
    comune_conto,
    comune_controls,
    comune_cards,
    comune_donations,
    comune_families,
    comune_five_rs,
    comune_gifts,
    comune_group,
    comune_guide,
    comune_integrations,
    comune_letters,
    comune_money,
    comune_names,
    comune_offline,
    comune_outcome_printing,
    comune_shops,
    comune_payments,
    comune_practices,
    comune_proposals,
    comune_recovery,
    comune_retention,
    comune_reminders,
    comune_samples,
    comune_siuss,
    comune_tariffs,
    comune_votes,
    comune_witnesses,
    comune_pages,
    association_console,
    association_money,
    association_donations,
    association_side_by_side,
    association_signing,
    association_five_rs,
    association_hours,
    association_own,
    association_register,
    shop_pages,
    shop_installed,
    shop_payments,
    shop_circuit,
    shop_day,
    shop_own_tills,
    shop_statement,
    shop_leaflet,
    shop_icons,
)  # Who may ask for what, each with its routes.


def create_app(ledger: Ledger, settings: Settings) -> FastAPI:
    """Put the pages and their static files together.

    Raises FrontEndMissingError at once, rather than at the first page, where nothing was built.
    """
    vendor_listing()
    app = FastAPI(title="Portavalori", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.ledger = ledger
    app.state.settings = settings
    app.state.codes = CodesToShow(ledger, Environment.REAL)
    app.state.receipts = Receipts(ledger, Environment.REAL)
    app.state.guesses = Guesses()
    app.state.pending_files = PendingFiles()
    app.state.letter_runs = LetterRuns()
    app.state.public_totals, app.state.public_five_rs = {}, {}
    app.state.erasing = Erasing()
    app.state.issuing, app.state.new_tills = Issuing(), NewTills()
    app.state.checking = Checking()
    app.mount("/static", packed_files(), name="static")
    app.router.routes.extend(_pages())
    troubles.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(SameOrigin)
    app.add_middleware(troubles.TooBusy)
    app.add_middleware(ResponseHeaders, https=settings.https)
    return app


@cache
def _pages() -> Sequence[BaseRoute]:
    """Every page's route, put together once: reading what each asks for takes a third of a second.

    The routes say nothing of the application: that is in each request.
    """
    together = APIRouter()
    for audience in AUDIENCES:
        together.include_router(audience.router)
    together.include_router(comune_money.corrections)
    return together.routes


def packed_files() -> GZipMiddleware:
    """The static files, compressed; of pages only those that say the same to all (`packed`)."""
    return GZipMiddleware(StaticFiles(directory=STATIC))
