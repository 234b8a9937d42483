"""The tables of the auditor's controls. Not here: which rows, and how a table becomes a file."""

from typing import Any, Final

from ledger.exports.tables import Kind
from ledger.reports.exception_rules import RULES
from wallet_web.languages import mark
from wallet_web.tables import Column, Table

MEASURE_OF: Final = {one.name: one.measure for one in RULES if one.measure != "cents"}


def _entry(row: Any) -> str:  # noqa: ANN401 -- any row with a place in the log, or an account.
    if row.log_index is None:
        return f"/conti/{row.account}"
    return f"/registrazioni/{row.log_index}"


def _measured(row: Any) -> int | None:  # noqa: ANN401 -- what a rule found.
    """What an amount does not say already."""
    return row.measured if row.rule in MEASURE_OF else None


EXCEPTIONS: Final = Table(
    "eccezioni",
    mark("Eccezioni"),
    (
        Column(mark("Regola"), Kind.WORDS, lambda one: one.rule, words="exception"),
        Column(mark("Registrato il"), Kind.MOMENT, lambda one: one.recorded_at, _entry),
        Column(mark("Operazione"), Kind.WORDS, lambda one: one.kind, words="entry"),
        Column(
            mark("Iniziativa"), Kind.WORDS, lambda one: one.unit,
            lambda one: f"/iniziative/{one.unit}",
        ),
        Column(
            mark("Negozio"), Kind.WORDS, lambda one: one.shop,
            lambda one: f"/negozi/{one.shop_id}",
        ),
        Column(
            mark("Conto"), Kind.WORDS, lambda one: one.account_kind,
            lambda one: f"/conti/{one.account}", words="account",
        ),
        Column(mark("Importo"), Kind.AMOUNT, lambda one: one.amount_cents, _entry),
        Column(mark("Quanto"), Kind.COUNT, _measured),
        Column(
            mark("Misura"), Kind.WORDS, lambda one: MEASURE_OF.get(one.rule), words="measure"
        ),
    ),
    mark("Nessuna eccezione."),
)  # fmt: skip


def _year(row: Any) -> str:  # noqa: ANN401 -- a programme's year.
    days = f"dal={row.year}-01-01&al={row.year}-12-31"
    return f"/movimenti?iniziativa={row.unit}&tipo=redemption&{days}"


def share(tenths: int) -> str:
    """Tenths of a percent, the Italian way."""
    return f"{tenths // 10},{tenths % 10} %"


REDEEMED: Final = Table(
    "soglia",
    mark("Speso nell’anno"),
    (
        Column(mark("Anno"), Kind.COUNT, lambda one: one.year),
        Column(
            mark("Iniziativa"), Kind.WORDS, lambda one: one.unit,
            lambda one: f"/iniziative/{one.unit}",
        ),
        Column(mark("Strumento"), Kind.WORDS, lambda one: one.title),
        Column(mark("Spese"), Kind.COUNT, lambda one: one.sales, _year),
        Column(mark("Speso"), Kind.AMOUNT, lambda one: one.redeemed_cents, _year),
        Column(
            mark("Di cui restituito"), Kind.AMOUNT, lambda one: one.refunded_cents,
            lambda one: _year(one).replace("redemption", "refund"),
        ),
        Column(mark("Della soglia"), Kind.WORDS, lambda one: share(one.tenths)),
        Column(mark("Avviso"), Kind.WORDS, lambda one: one.level, words="level"),
    ),
    mark("Ancora nessuna iniziativa."),
)  # fmt: skip


def _sample(row: Any) -> str:  # noqa: ANN401 -- a sample.
    return f"/controlli/campioni/{row.sample_id}"


SAMPLES: Final = Table(
    "campioni",
    mark("Campioni"),
    (
        Column(mark("Mese"), Kind.MONTH, lambda one: one.month, _sample),
        Column(mark("Seme"), Kind.WORDS, lambda one: one.seed),
        Column(mark("Estratto il"), Kind.MOMENT, lambda one: one.drawn_at, _entry),
        Column(mark("Estratto da"), Kind.WORDS, lambda one: one.drawn_name),
        Column(mark("Spese del mese"), Kind.COUNT, lambda one: one.population),
        Column(mark("Nel campione"), Kind.COUNT, lambda one: one.size, _sample),
        Column(mark("Con esito"), Kind.COUNT, lambda one: one.recorded),
        Column(mark("Da chiarire"), Kind.COUNT, lambda one: one.to_clarify),
        Column(mark("Non regolari"), Kind.COUNT, lambda one: one.irregular),
        Column(mark("Errore"), Kind.WORDS, lambda one: share(one.error_tenths)),
        Column(mark("Stato"), Kind.WORDS, lambda one: one.state, words="sample_state"),
    ),
    mark("Ancora nessun campione."),
)  # fmt: skip


def sampled(sample_id: object) -> Table:
    """The rows of one sample; each place leads to where its outcome is recorded."""
    place = f"/controlli/campioni/{sample_id}"
    columns = (
        Column(
            mark("N."), Kind.COUNT, lambda one: one.place, lambda one: f"{place}/{one.place}"
        ),
        Column(mark("Registrato il"), Kind.MOMENT, lambda one: one.recorded_at, _entry),
        Column(
            mark("Negozio"), Kind.WORDS, lambda one: one.shop,
            lambda one: f"/negozi/{one.shop_id}",
        ),
        Column(
            mark("Iniziativa"), Kind.WORDS, lambda one: one.unit,
            lambda one: f"/iniziative/{one.unit}",
        ),
        Column(mark("Importo"), Kind.AMOUNT, lambda one: one.amount_cents, _entry),
        Column(
            mark("Esito"), Kind.WORDS, lambda one: one.finding,
            lambda one: f"/registrazioni/{one.outcome_index}", words="finding",
        ),
        Column(mark("Chi ha guardato"), Kind.WORDS, lambda one: one.examined_name),
    )  # fmt: skip
    return Table("campione", mark("Spese del campione"), columns, mark("Nessuna spesa."))


RETENTION: Final = Table(
    "conservazione",
    mark("Chi si cancella e chi resta"),
    (
        Column(
            mark("Iniziativa"), Kind.WORDS, lambda one: one.unit,
            lambda one: f"/iniziative/{one.unit}",
        ),
        Column(mark("Che cosa succede"), Kind.WORDS, lambda one: one.outcome, words="retention"),
        Column(mark("Quanti"), Kind.COUNT, lambda one: one.count),
    ),
    mark("In questo Comune non c’è nessuno da conservare né da cancellare."),
)  # fmt: skip
