"""A person's own data as a file, its movements told in words: the same at the desk and at home.

Not here: what is told (`ledger.reports.person_data`), and its form (`ledger.exports.person_data`).
"""

from dataclasses import asdict
from typing import Final
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.responses import Response

from ledger import Ledger
from ledger.core.quantities import Instant
from ledger.exports.person_data import person_pack
from ledger.exports.tables import Heading, Kind, csv_for_offices
from ledger.reports.person_data import PersonData, person_data
from wallet_web.languages import mark, translations
from wallet_web.tables import Column, Table, told

MOVEMENTS: Final = Table(
    "movimenti",
    mark("Movimenti"),
    (
        Column(mark("Data e ora"), Kind.MOMENT, lambda one: one.recorded_at),
        Column(mark("Movimento"), Kind.WORDS, lambda one: one.kind, words="family_entry"),
        Column(mark("Iniziativa"), Kind.WORDS, lambda one: one.title),
        Column(mark("Negozio"), Kind.WORDS, lambda one: one.shop),
        Column(mark("Importo"), Kind.AMOUNT, lambda one: one.amount_cents),
        Column(mark("Resta"), Kind.AMOUNT, lambda one: one.left_cents),
        Column(mark("Registrazione"), Kind.COUNT, lambda one: one.log_index),
    ),
    mark("Ancora nessun movimento."),
)


def pack_of(data: PersonData, language: str) -> bytes:
    """The file, its table in the reader's language."""
    say = translations(language).gettext
    headings = [Heading(say(one.title), one.kind) for one in MOVEMENTS.columns]
    cells = [[told(one, row, say) for one in MOVEMENTS.columns] for row in data.movements]
    return person_pack(data.comune, asdict(data), csv_for_offices(headings, cells))


def own_data(
    ledger: Ledger, book_no: int, family_id: UUID, *, comune: str, now: Instant
) -> PersonData:
    """Everything that a comune holds about a family. Errors: 404."""
    found = person_data(ledger, book_no, family_id, comune=comune, now=now)
    if found is None:
        raise HTTPException(404)
    return found


def as_pack(data: PersonData, language: str) -> Response:
    """The file as an answer that nobody keeps on the way."""
    headers = {"Content-Disposition": 'attachment; filename="i-miei-dati.zip"'}
    return Response(pack_of(data, language), media_type="application/zip", headers=headers)
