"""Turns a template and its values into a page; what templates may call is listed here.

Amounts are written the Italian way in every language, dates in Rome's time. Not here: the words
for codes and kinds (`words`), and what a page shows; reports answer that.
"""

import gzip
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

from babel.dates import format_date, format_datetime
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ledger.core.programmes import ROME
from ledger.core.quantities import SECOND, Amount, Instant, euro_text
from wallet_web.languages import LANGUAGES, language_of, locale, translations
from wallet_web.words import WORDS

STATIC: Final = Path(__file__).parent / "static"
NO_BREAK: Final = "\u00a0"


class FrontEndMissingError(Exception):
    """The front end has not been built, so no page could have its styles."""


class Programme(Protocol):
    """What a choice says of a programme."""

    @property
    def unit(self) -> str:
        """How the book calls it."""

    @property
    def title(self) -> str:
        """How people call it."""


class Place(Protocol):
    """What a choice says of a comune."""

    @property
    def name(self) -> str:
        """Its name."""


class Html(str):
    """Text that is HTML already, made by us of values that need no escape."""

    __slots__ = ()

    def __html__(self) -> str:
        """Itself, as templates ask for it."""
        return self


def page(
    request: Request, template: str, *, status_code: int = 200, **values: object
) -> HTMLResponse:
    """Render a page; a value that the template wants and does not get is an error, not a blank."""
    language = language_of(request)
    html = (
        environment(language)
        .get_template(template)
        .render(
            language=language,
            languages=LANGUAGES,
            direction=locale(language).text_direction,
            nonce=getattr(request.state, "nonce", ""),
            path=request.url.path,
            address=request.url,
            settings=request.app.state.settings,
            **values,
        )
    )
    return HTMLResponse(html, status_code=status_code, headers={"Content-Language": language})


def packed(request: Request, answer: Response) -> Response:
    """A page that says the same to everybody, compressed; any other's length tells of its secrets.

    For pages that tills and phones load whole, however slow their network.
    """
    answer.headers["Vary"] = "Accept-Encoding"
    if "gzip" in request.headers.get("accept-encoding", ""):
        answer.body = gzip.compress(bytes(answer.body), mtime=0)
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Content-Length"] = str(len(answer.body))
    return answer


@lru_cache(maxsize=len(LANGUAGES))
def environment(language: str) -> Environment:
    """Build a language's template environment: everything escaped, nothing undefined."""
    built = Environment(
        loader=PackageLoader("wallet_web"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    built.policies["ext.i18n.trimmed"] = True
    catalogue = translations(language)
    built.install_gettext_callables(  # type: ignore[attr-defined]
        catalogue.gettext, catalogue.ngettext, newstyle=True
    )
    built.globals.update(vendor=vendor, icon=icon)
    built.filters.update(
        amount=amount, typed_amount=euro_text, titled=titled, by_name=by_name,
        said=catalogue.gettext, **told_in(language),
    )  # fmt: skip
    return built


def told_in(language: str) -> dict[str, Callable[..., object]]:
    """The filters whose words are a language's own: kinds and dates."""
    say, place = translations(language).gettext, locale(language)

    def words(kind: object, table: str) -> str:
        return say(WORDS[table][str(kind)])

    def named(kinds: Iterable[object], table: str) -> list[tuple[str, str]]:
        return [(str(kind), words(kind, table)) for kind in kinds]

    def day(when: date | str | Instant) -> str:
        return format_date(as_date(when), format="long", locale=place)

    def short_day(when: date | str | Instant) -> str:
        return format_date(as_date(when), format="d MMM y", locale=place)

    def month(when: date | str) -> str:
        first = date.fromisoformat(f"{when}-01") if isinstance(when, str) else when
        return format_date(first, format="LLLL y", locale=place)

    def short_month(when: date) -> str:
        return format_date(when, format="LLL yy", locale=place)

    def month_name(number: int) -> str:
        return format_date(date(2000, number, 1), format="LLLL", locale=place)

    def moment(when: Instant) -> str:
        return format_datetime(as_datetime(when), format="d MMM y, HH:mm:ss", locale=place)

    def said_all(table: Mapping[str, str]) -> dict[str, str]:
        return {code: say(text) for code, text in table.items()}

    told: tuple[Callable[..., object], ...] = (
        words, named, day, short_day, month, short_month, month_name, moment, said_all,
    )  # fmt: skip
    return {one.__name__: one for one in told}


def amount(cents: Amount) -> Html:
    """Write cents the Italian way, whatever the language around: `1.234,56 €`."""
    return Html(f"<bdi>{euro_text(cents)}{NO_BREAK}€</bdi>")


def titled(programmes: Iterable[Programme]) -> list[tuple[str, str]]:
    """Programmes as the choices of a form: by unit, told by title."""
    return [(one.unit, f"{one.unit} {one.title}") for one in programmes]


def by_name(places: Iterable[Place]) -> list[tuple[str, str]]:
    """Comuni as the choices of a form."""
    return [(one.name, one.name) for one in places]


def as_datetime(when: Instant) -> datetime:
    """An instant (microseconds UTC) on the clocks of Rome."""
    return datetime.fromtimestamp(when // SECOND, UTC).astimezone(ROME)


def as_date(when: date | str | Instant) -> date:
    """A day in Rome, from a date, its ISO form or an instant."""
    if isinstance(when, date):
        return when
    return date.fromisoformat(when) if isinstance(when, str) else as_datetime(when).date()


def icon(name: str, size: str = "") -> Html:
    """Draw an icon of the kit; it says nothing that the words beside it do not say."""
    picture = f"{vendor('icons.svg')}#{name}"
    return Html(
        f'<svg class="icon {size}" aria-hidden="true" focusable="false">'
        f'<use href="{picture}"></use></svg>'
    )


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
