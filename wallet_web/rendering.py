"""Turns a template and its values into a page; what templates may call is listed here.

Not here: the words for codes and kinds, and what a page shows; reports answer that.
"""

import json
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

STATIC = Path(__file__).parent / "static"


class FrontEndMissingError(Exception):
    """The front end has not been built, so no page could have its styles."""


def page(template: str, **values: object) -> HTMLResponse:
    """Render a page; a value that the template wants and does not get is an error, not a blank."""
    return HTMLResponse(environment().get_template(template).render(**values))


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Build the one template environment: everything escaped, nothing undefined."""
    built = Environment(
        loader=PackageLoader("wallet_web"), autoescape=True, undefined=StrictUndefined
    )
    built.globals["vendor"] = vendor
    return built


def vendor(name: str) -> str:
    """Give the address of a built file by its logical name, as `vendor.json` lists it."""
    return f"/static/vendor/{vendor_listing()[name]['path']}"


@lru_cache(maxsize=1)
def vendor_listing() -> dict[str, dict[str, str]]:
    """Read what the front-end build wrote; raises FrontEndMissingError where it has not run."""
    listing = STATIC / "vendor" / "vendor.json"
    if not listing.exists():
        raise FrontEndMissingError("run: python3 scripts/portavalori.py setup")
    files: dict[str, dict[str, str]] = json.loads(listing.read_text(encoding="utf-8"))["files"]
    return files
