"""The tables of a yearly account: its programmes on the page, its register in the files."""

from typing import Any, Final

from ledger.exports.tables import Kind
from wallet_web.languages import mark
from wallet_web.tables import Column, Table


def _year_movements(row: Any) -> str:  # noqa: ANN401 -- a programme's year.
    return f"/movimenti?iniziativa={row.unit}&dal={row.year}-01-01&al={row.year}-12-31"


PROGRAMMES: Final = Table(
    "conto-giudiziale",
    mark("Il conto per iniziativa"),
    (
        Column(
            mark("Iniziativa"), Kind.WORDS, lambda one: one.title,
            lambda one: f"/iniziative/{one.unit}",
        ),
        Column(
            mark("Rimanenza iniziale"), Kind.AMOUNT, lambda one: one.opening,
            lambda one: f"/bilancio?quando={one.year - 1}-12-31T23:59",
        ),
        Column(mark("Carico"), Kind.AMOUNT, lambda one: one.charges, _year_movements),
        Column(mark("Scarico"), Kind.AMOUNT, lambda one: one.discharges, _year_movements),
        Column(
            mark("Rimanenza finale"), Kind.AMOUNT, lambda one: one.closing,
            lambda one: f"/bilancio?quando={one.year}-12-31T23:59",
        ),
    ),
    mark("In questo anno nessun buono è stato emesso o speso."),
)  # fmt: skip

REGISTER: Final = Table(
    "registro",
    mark("Registro cronologico"),
    (
        Column(mark("N."), Kind.COUNT, lambda one: one.number),
        Column(mark("Registr."), Kind.COUNT, lambda one: one.log_index),
        Column(mark("Registrato il"), Kind.MOMENT, lambda one: one.recorded_at),
        Column(mark("Operazione"), Kind.WORDS, lambda one: one.kind, words="entry"),
        Column(mark("Iniziativa"), Kind.WORDS, lambda one: one.unit),
        Column(mark("Negozio o fonte"), Kind.WORDS, lambda one: one.name),
        Column(mark("Ricevuta o richiesta n."), Kind.WORDS, lambda one: str(one.request_id)),
        Column(mark("Carico"), Kind.AMOUNT, lambda one: one.charge or None),
        Column(mark("Scarico"), Kind.AMOUNT, lambda one: one.discharge or None),
        Column(mark("Rimanenza"), Kind.AMOUNT, lambda one: one.left),
    ),
    "",
)  # fmt: skip
