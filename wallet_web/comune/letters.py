"""Prints the letters of a batch: codes on one sheet, PINs on another, in the reader's language.

They hold names and PINs, so only who may issue prints them. Not here: the PDF
(`ledger.exports.letters`).
"""

from collections.abc import Mapping
from typing import Annotated, Final

from babel.dates import format_date
from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ledger.core.programmes import CATEGORIES
from ledger.core.quantities import Instant
from ledger.exports.letters import (
    FamilyLetter,
    Press,
    SlipPaper,
    VoucherLine,
    family_letters,
    pin_letters,
)
from ledger.reports.batches_page import batch
from ledger.reports.family_page import admitting
from ledger.reports.letters_to_print import (
    SlipToPrint,
    ToPrint,
    families_of_batch,
    letters_to_print,
)
from wallet_web.comune.filters import an_id
from wallet_web.dependencies import Allowed, Desk, Now, OpenLedger
from wallet_web.languages import language_of, locale, mark, translations
from wallet_web.permissions import Action
from wallet_web.rendering import STATIC, as_date
from wallet_web.words import WORDS

router = APIRouter(prefix="/comune/{slug}/elenchi/{batch_id}")
MayIssue = Annotated[Desk, Depends(Allowed(Action.ISSUE))]

LINES: Final[Mapping[str, str]] = {
    "title": mark("Codice famiglia"),
    "of_comune": mark("Comune di"),
    "family_title": mark("Il tuo codice"),
    "code_alt": mark("Codice QR dei tuoi buoni"),
    "code_label": mark("Codice"),
    "shops_only": mark("Mostralo solo alla cassa di un negozio che aderisce."),
    "pin_apart": mark("Il PIN è su un altro foglio: tienili separati."),
    "rules_title": mark("Come si usa"),
    "vouchers_title": mark("I tuoi buoni"),
    "voucher": mark("Buono"),
    "amount": mark("Importo"),
    "until": mark("Fino al"),
    "footer": mark("Documento non fiscale"),
    "pin_title": mark("Il tuo PIN"),
    "pin_label": mark("PIN"),
    "slips_title": mark("Tagliandi"),
    "slip_rule": mark("Si usa una volta sola: il resto torna al Comune."),
}
MADE_UP: Final = mark("Tabella S (sintetica)")
EVERYWHERE: Final = mark("Tutti i negozi della Rete")
RULES: Final = (
    mark("Fai vedere questo foglio alla cassa, oppure detta i 12 caratteri del codice."),
    mark("Scrivi tu il PIN sul telefono del negozio."),
    mark("Puoi spendere un po’ alla volta: quello che resta è ancora tuo fino alla scadenza."),
    mark("Se perdi il foglio chiama il Comune: il codice si blocca e te ne danno un altro."),
)
PIN_RULES: Final = (
    mark("Non dirlo a nessuno e non scriverlo sul foglio del codice."),
    mark("Dopo cinque errori il codice si blocca: chiama il Comune."),
)


@router.get("/fogli.pdf")
def sheets(
    request: Request, desk: MayIssue, batch_id: str, ledger: OpenLedger, now: Now
) -> Response:
    """Each family's sheet, without its PIN."""
    letters = letters_of(request, desk, batch_id, ledger)
    return as_pdf(family_letters(press_of(request, desk, now), letters), "fogli")


@router.get("/pin.pdf")
def pins(request: Request, desk: MayIssue, batch_id: str, ledger: OpenLedger, now: Now) -> Response:
    """Each family's PIN, to be sent apart."""
    letters = letters_of(request, desk, batch_id, ledger)
    return as_pdf(pin_letters(press_of(request, desk, now), letters), "pin")


def slip_paper(one: SlipToPrint, language: str) -> SlipPaper:
    """One slip, its last day and the shops that take it in words."""
    say = translations(language).gettext
    kinds = admitting(one.voucher.categories, one.voucher.own_categories)
    where = ", ".join(say(WORDS["category"][kind]) for kind in kinds)
    return SlipPaper(
        one.token,
        one.code,
        one.voucher.title,
        one.voucher.face_cents,
        in_words(one.voucher.ends_at - 1, language),
        say(EVERYWHERE) if kinds == CATEGORIES else where,
    )


def in_words(when: Instant | str, language: str) -> str:
    """A day in Rome, as a reader of this language writes it."""
    return format_date(as_date(when), format="long", locale=locale(language))


def letters_of(
    request: Request, desk: Desk, batch_id: str, ledger: OpenLedger
) -> list[FamilyLetter]:
    """The letters of a batch. Errors: 404 where there is nothing to print."""
    no, found = desk.book.book_no, batch(ledger, desk.book.book_no, an_id(batch_id))
    families = families_of_batch(ledger, no, found.batch_id) if found else ()
    letters = letters_to_print(ledger, desk.comune.issuer, no, families)
    if not letters:
        raise HTTPException(404)
    return [letter(one, language_of(request)) for one in letters]


def letter(one: ToPrint, language: str) -> FamilyLetter:
    """One family's letter, its days in words."""
    say = translations(language).gettext
    lines = tuple(
        VoucherLine(
            f"{voucher.title} · {say(MADE_UP)}" if voucher.id in one.made_up else voucher.title,
            voucher.available,
            in_words(voucher.ends_at - 1, language),
        )
        for voucher in one.vouchers
    )
    return FamilyLetter(one.name, one.token, one.code, one.pin, lines)


def press_of(request: Request, desk: Desk, now: Now) -> Press:
    """How this comune prints, in the reader's language."""
    language = language_of(request)
    say = translations(language).gettext
    words: dict[str, str | list[str]] = {name: say(text) for name, text in LINES.items()}
    words |= {"rules": [say(one) for one in RULES], "pin_rules": [say(one) for one in PIN_RULES]}
    return Press(desk.comune.name, language, words, STATIC / "vendor" / "paper", now)


def as_pdf(data: bytes, name: str) -> Response:
    """A file to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return Response(data, media_type="application/pdf", headers=headers)
