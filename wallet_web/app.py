"""The web application for people: wiring only. Not here: what a page says or decides."""

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from wallet_web.public import pages
from wallet_web.rendering import STATIC, vendor_listing


def create_app() -> FastAPI:
    """Put the pages and their static files together.

    Raises FrontEndMissingError at once, rather than at the first page, where nothing was built.
    """
    vendor_listing()
    app = FastAPI(title="Portavalori", docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.include_router(pages.router)
    return app
