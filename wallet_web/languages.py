"""Languages: which one a page speaks, and its catalogue, read from text without a compile step.

Italian is the source: it stands in templates and tables, and in its catalogue as it is. Not here:
extracting the strings; `scripts/catalogues.py` does that. Source: web.md section 4.
"""

from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from starlette.requests import Request

LOCALES: Final = Path(__file__).parent / "locales"
SOURCE: Final = "it"
COOKIE: Final = "lingua"

# Each in its own words and script.
LANGUAGES: Final[Mapping[str, str]] = {"it": "Italiano", "en": "English"}


def language_of(request: Request) -> str:
    """What the reader chose, else what the browser asks for, else Italian."""
    chosen = request.cookies.get(COOKIE)
    if chosen is not None and chosen in LANGUAGES:
        return chosen
    wanted = [
        part.partition(";")[0].strip().replace("-", "_")
        for part in request.headers.get("accept-language", "").split(",")
    ]
    return negotiate_locale([one for one in wanted if one], list(LANGUAGES)) or SOURCE


@lru_cache(maxsize=len(LANGUAGES))
def translations(language: str) -> Translations:
    """The catalogue of a language, in memory."""
    with catalogue_path(language).open(encoding="utf-8") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def catalogue_path(language: str) -> Path:
    """Where a language's catalogue is."""
    return LOCALES / language / "messages.po"


@lru_cache(maxsize=len(LANGUAGES))
def locale(language: str) -> Locale:
    """How a language writes dates, and in which direction."""
    return Locale.parse(language)


def mark(text: str) -> str:
    """Mark a string of a table for the catalogues; it is translated when it is shown."""
    return text
