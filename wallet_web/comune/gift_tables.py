"""The console's table of gifts. Not here: how one is followed (`ledger.reports.gifts`)."""

from typing import Any, Final

from ledger.exports.tables import Kind
from wallet_web.languages import mark
from wallet_web.tables import Column, Table


def _gifts(row: Any) -> str:  # noqa: ANN401 -- a source with its gifts.
    return f"/doni/{row.gift_fund}" if row.given_cents else f"/conti/{row.fund}"


def _waiting(row: Any) -> str:  # noqa: ANN401 -- as above.
    return f"/conti/{row.gift_fund if row.given_cents else row.fund}"


GIFTS: Final = Table(
    "buoni-sospesi",
    mark("Buoni sospesi per fonte"),
    (
        Column(
            mark("Iniziativa"), Kind.WORDS, lambda one: one.title,
            lambda one: f"/iniziative/{one.unit}",
        ),
        Column(mark("Fonte"), Kind.WORDS, lambda one: one.name, lambda one: f"/conti/{one.fund}"),
        Column(mark("Tipo"), Kind.WORDS, lambda one: one.kind, words="kind"),
        Column(
            mark("Si può donare"), Kind.WORDS, lambda one: "yes" if one.allowed else "no",
            words="yes_no",
        ),
        Column(mark("Donato"), Kind.AMOUNT, lambda one: one.given_cents, _gifts),
        Column(mark("Emesso di nuovo"), Kind.AMOUNT, lambda one: one.again_cents, _gifts),
        Column(mark("Speso"), Kind.AMOUNT, lambda one: one.spent_cents, _gifts),
        Column(mark("Da assegnare"), Kind.AMOUNT, lambda one: one.left_cents, _waiting),
    ),
    mark("Ancora nessun finanziamento."),
)  # fmt: skip
