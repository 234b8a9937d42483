"""The console's table of donations. Not here: who gave them, which no table says."""

from typing import Any, Final

from ledger.exports.tables import Kind
from wallet_web.languages import mark
from wallet_web.tables import Column, Table


def _proposal(row: Any) -> str:  # noqa: ANN401 -- a donation.
    return f"/proposte/{row.donation_id}"


def _booked(row: Any) -> str:  # noqa: ANN401 -- a donation.
    return _proposal(row) if row.entry is None else f"/registrazioni/{row.entry}"


DONATIONS: Final = Table(
    "donazioni",
    mark("Donazioni"),
    (
        Column(mark("Numero"), Kind.WORDS, lambda one: one.name, _proposal),
        Column(mark("Ricevuta il"), Kind.DAY, lambda one: one.received_on),
        Column(mark("Scopo"), Kind.WORDS, lambda one: one.purpose),
        Column(
            mark("Iniziativa"), Kind.WORDS, lambda one: one.programme,
            lambda one: f"/iniziative/{one.unit}",
        ),
        Column(mark("Stato"), Kind.WORDS, lambda one: one.status, words="state"),
        Column(mark("Importo"), Kind.AMOUNT, lambda one: one.amount_cents, _booked),
    ),
    mark("Ancora nessuna donazione."),
)  # fmt: skip
