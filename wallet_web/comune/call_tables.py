"""The tables of calls: where each stands, who applied, what was ranked, the figures of a rule.

An application is called by its public code, never by a name. Not here: the pages (`calls`).
"""

from typing import Any, Final

from ledger.exports.tables import Kind
from wallet_web.languages import mark
from wallet_web.tables import Column, Table


def _call(row: Any) -> str:  # noqa: ANN401 -- a call's board.
    return f"/bandi/{row.call.call_id}"


CALLS: Final = Table(
    "bandi",
    mark("Bandi"),
    (
        Column(mark("Bando"), Kind.WORDS, lambda one: one.call.title, _call),
        Column(mark("Iniziativa"), Kind.WORDS, lambda one: one.fund.programme),
        Column(mark("Fonte"), Kind.WORDS, lambda one: one.fund.source),
        Column(mark("Turno"), Kind.WORDS, lambda one: one.call.round),
        Column(mark("Domande entro il"), Kind.DAY, lambda one: one.call.closes_on),
        Column(
            mark("Domande"), Kind.COUNT, lambda one: one.applications,
            lambda one: f"/bandi/{one.call.call_id}/domande",
        ),
        Column(mark("Disponibile"), Kind.AMOUNT, lambda one: one.fund.available_cents,
               lambda one: f"/conti/{one.call.fund}"),
    ),
    mark("Ancora nessun bando."),
)  # fmt: skip


def _applied(row: Any) -> str:  # noqa: ANN401 -- an application's line.
    return f"/bandi/{row.row.call_id}/domande/{row.row.application_id}"


APPLICATIONS: Final = Table(
    "domande",
    mark("Domande"),
    (
        Column(mark("Codice"), Kind.WORDS, lambda one: one.row.code, _applied),
        Column(mark("Nome"), Kind.WORDS, lambda one: one.name),
        Column(mark("Arrivata"), Kind.MOMENT, lambda one: one.row.received_at),
        Column(mark("Stato"), Kind.WORDS, lambda one: one.row.status, words="application"),
        Column(
            mark("Componenti"), Kind.COUNT,
            lambda one: len(one.declared.household.members) if one.declared else None,
        ),
        Column(
            mark("ISEE"), Kind.AMOUNT,
            lambda one: one.declared.isee if one.declared else None, _applied,
        ),
        Column(
            mark("Indicatore FFC"), Kind.AMOUNT,
            lambda one: one.evaluation.isee_ff if one.evaluation else None, _applied,
        ),
        Column(
            mark("Importo della regola"), Kind.AMOUNT,
            lambda one: one.evaluation.amount if one.evaluation else None, _applied,
        ),
    ),
    mark("Nessuna domanda con questi filtri."),
)  # fmt: skip


def _ranked(row: Any) -> str:  # noqa: ANN401 -- a ranking's line.
    return f"/bandi/{row.call_id}/domande/{row.row.application_id}"


RANKING: Final = Table(
    "graduatoria",
    mark("Graduatoria"),
    (
        Column(mark("Posto"), Kind.COUNT, lambda one: one.row.place or None),
        Column(mark("Codice della domanda"), Kind.WORDS, lambda one: one.code, _ranked),
        Column(mark("Esito"), Kind.WORDS, lambda one: one.row.outcome, words="outcome"),
        Column(mark("Motivo"), Kind.WORDS, lambda one: one.row.reason, words="reason"),
        Column(mark("Importo della regola"), Kind.AMOUNT, lambda one: one.row.due_cents, _ranked),
        Column(mark("Importo"), Kind.AMOUNT, lambda one: one.row.amount_cents, _ranked),
    ),
    mark("Nessuna domanda in graduatoria."),
)  # fmt: skip

# What is published: no amount a family could be guessed by, no link into the console.
PUBLIC: Final = Table(
    "graduatoria-pubblica",
    mark("Graduatoria da pubblicare"),
    tuple(Column(one.title, one.kind, one.value, words=one.words) for one in RANKING.columns[:4]),
    mark("Nessuna domanda in graduatoria."),
)


def _members(row: Any) -> str:  # noqa: ANN401 -- a group of households of one size.
    return f"{row.over}" if row.upto else f"{row.over}+"


GROUPS: Final = (
    Column(mark("Domande"), Kind.COUNT, lambda one: one.applications),
    Column(mark("Ammesse"), Kind.COUNT, lambda one: one.awarded),
    Column(mark("Totale"), Kind.AMOUNT, lambda one: one.cents),
    Column(mark("In media"), Kind.AMOUNT, lambda one: one.mean_cents),
)
BY_INDICATOR: Final = Table(
    "fasce",
    mark("Per fascia dell’indicatore"),
    (
        Column(mark("Oltre"), Kind.AMOUNT, lambda one: one.over),
        Column(mark("Fino a"), Kind.AMOUNT, lambda one: one.upto),
        *GROUPS,
    ),
    mark("Nessuna domanda completa."),
)
BY_MEMBERS: Final = Table(
    "componenti",
    mark("Per numero di componenti"),
    (Column(mark("Componenti"), Kind.WORDS, _members), *GROUPS),
    mark("Nessuna domanda completa."),
)


def _one(row: Any) -> str:  # noqa: ANN401 -- a near miss, or a shift.
    return f"/bandi/{row.call_id}/domande/{row.application_id}"


OUTSIDE: Final = Table(
    "appena-fuori",
    mark("Chi resta appena fuori"),
    (
        Column(mark("Posto"), Kind.COUNT, lambda one: one.place),
        Column(mark("Codice della domanda"), Kind.WORDS, lambda one: one.code, _one),
        Column(mark("Indicatore FFC"), Kind.AMOUNT, lambda one: one.isee_ff, _one),
        Column(mark("Importo della regola"), Kind.AMOUNT, lambda one: one.due, _one),
        Column(mark("Motivo"), Kind.WORDS, lambda one: one.reason, words="reason"),
    ),
    mark("Nessuno: il denaro basta per tutte le domande ammesse."),
)
CHANGES: Final = Table(
    "confronto",
    mark("Chi guadagna e chi perde"),
    (
        Column(mark("Codice della domanda"), Kind.WORDS, lambda one: one.code, _one),
        Column(mark("Con la regola in vigore"), Kind.AMOUNT, lambda one: one.change.before, _one),
        Column(mark("Con questa"), Kind.AMOUNT, lambda one: one.change.after, _one),
        Column(mark("Differenza"), Kind.AMOUNT, lambda one: one.change.difference, _one),
    ),
    mark("Nessuna differenza."),
)
