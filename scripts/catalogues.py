"""Brings the catalogues up to date with what templates and tables say: `-m scripts.catalogues`.

What is new comes in without a translation, what is gone goes out; Italian is its own translation.
Not here: reading catalogues for a page; `wallet_web.languages` does that.
"""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from wallet_web.languages import LANGUAGES, SOURCE, catalogue_path

PAGES: Final = Path(__file__).resolve().parents[1] / "wallet_web"
METHODS: Final = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS: Final = {"templates/**.html": {"trimmed": "true", "silent": "false"}}
EPOCH: Final = datetime(2026, 11, 22, tzinfo=UTC)
KEYWORDS: Final = {
    "_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "mark": None,
}  # fmt: skip


def main() -> None:
    """Rewrite every catalogue, and say what is not translated yet."""
    wanted = extracted()
    for language in LANGUAGES:
        merged = merge(wanted, language)
        catalogue_path(language).parent.mkdir(parents=True, exist_ok=True)
        catalogue_path(language).write_bytes(text_of(merged))
        missing = [message.id for message in merged if message.id and not message.string]
        print(f"{language}: {len(merged)} strings, {len(missing)} without a translation")
        for one in missing:
            print(f"   {one!r}")


def extracted() -> Catalog:
    """Every string that pages say, by template and table."""
    found = Catalog(charset="utf-8", fuzzy=False)
    for path, _line, text, comments, context in extract_from_dir(
        PAGES, METHODS, OPTIONS, keywords=KEYWORDS, strip_comment_tags=True
    ):
        found.add(text, locations=[(path, 0)], auto_comments=comments, context=context)
    return found


def merge(wanted: Catalog, language: str) -> Catalog:
    """A language's catalogue with exactly the wanted strings, its translations kept."""
    path = catalogue_path(language)
    known = read_po(BytesIO(path.read_bytes()), locale=language) if path.exists() else Catalog()
    merged = Catalog(locale=language, charset="utf-8", fuzzy=False, creation_date=EPOCH)
    for message in sorted((one for one in wanted if one.id), key=lambda one: str(one.id)):
        kept = known.get(message.id, message.context)
        text = message.id if language == SOURCE else (kept.string if kept else "")
        files = sorted({(file, 1) for file, _line in message.locations})
        merged.add(message.id, text, locations=files, context=message.context)
    return merged


def text_of(catalogue: Catalog) -> bytes:
    """A catalogue as it is kept: no dates, no line numbers, so that only words make a change."""
    written = BytesIO()
    write_po(written, catalogue, width=100, omit_header=False, include_lineno=False)
    return written.getvalue()


if __name__ == "__main__":
    main()
