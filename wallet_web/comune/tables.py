"""The console's tables. Not here: which rows, and how a table becomes a file."""
# long: every table of the console side by side, so that they stay alike.

from typing import Any, Final
from urllib.parse import quote

from ledger.exports.tables import Kind
from wallet_web.languages import mark
from wallet_web.tables import Column, Table


def _shop_movements(row: Any) -> str:  # noqa: ANN401 -- any row with a shop's name.
    return f"/movimenti?negozio={quote(getattr(row, 'shop', '') or row.name)}"


def _line_movements(row: Any) -> str:  # noqa: ANN401 -- a line of a period's list.
    return f"/movimenti?negozio={quote(row.shop)}&iniziativa={row.unit}&periodo={row.period}"


def _period(row: Any) -> str:  # noqa: ANN401 -- any row of a period.
    return f"/liquidazioni/{row.period}"


def _kind_accounts(row: Any) -> str:  # noqa: ANN401 -- any row of one kind in one unit.
    return f"/conti?iniziativa={row.unit}&tipo={row.kind}"


def _entry(row: Any) -> str:  # noqa: ANN401 -- any row with a place in the log.
    return f"/registrazioni/{row.log_index}"


PROGRAMMES: Final = Table(
    "iniziative",
    mark("Iniziative"),
    (
        Column(mark("N."), Kind.COUNT, lambda one: one.programme.programme_no),
        Column(
            mark("Iniziativa"), Kind.WORDS, lambda one: one.programme.title,
            lambda one: f"/iniziative/{one.programme.unit}",
        ),
        Column(mark("Dal"), Kind.DAY, lambda one: one.programme.starts_on),
        Column(mark("Al"), Kind.DAY, lambda one: one.programme.ends_on),
        Column(
            mark("In cassa"), Kind.AMOUNT, lambda one: one.at("treasury"),
            lambda one: f"/conti?iniziativa={one.programme.unit}&tipo=treasury",
        ),
        Column(
            mark("Da assegnare"), Kind.AMOUNT, lambda one: one.at("fund"),
            lambda one: f"/conti?iniziativa={one.programme.unit}&tipo=fund",
        ),
        Column(
            mark("Sui buoni"), Kind.AMOUNT, lambda one: one.at("voucher"),
            lambda one: f"/iniziative/{one.programme.unit}/buoni",
        ),
        Column(
            mark("Dovuto ai negozi"), Kind.AMOUNT, lambda one: one.at("shop_payable"),
            lambda one: f"/conti?iniziativa={one.programme.unit}&tipo=shop_payable",
        ),
    ),
    mark("Ancora nessuna iniziativa."),
)  # fmt: skip

ACTS: Final = Table(
    "atti",
    mark("Atti"),
    (
        Column(mark("Numero"), Kind.WORDS, lambda one: one.number, _entry),
        Column(mark("Data"), Kind.DAY, lambda one: one.dated),
        Column(mark("Oggetto"), Kind.WORDS, lambda one: one.title),
        Column(
            mark("Iniziativa"), Kind.WORDS, lambda one: one.programme or "",
            lambda one: f"/iniziative/{one.unit}",
        ),
        Column(mark("Importo"), Kind.AMOUNT, lambda one: one.amount_cents, _entry),
    ),
    mark("Ancora nessun atto."),
)  # fmt: skip

FUNDS: Final = Table(
    "fonti",
    mark("Denaro per fonte"),
    (
        Column(mark("Fonte"), Kind.WORDS, lambda one: one.name, lambda one: f"/conti/{one.fund}"),
        Column(mark("Tipo"), Kind.WORDS, lambda one: one.kind, words="kind"),
        Column(
            mark("Ricevuto"), Kind.AMOUNT, lambda one: one.given_cents,
            lambda one: f"/conti/{one.fund}",
        ),
        Column(
            mark("Da assegnare"), Kind.AMOUNT, lambda one: one.left_cents,
            lambda one: f"/conti/{one.fund}",
        ),
    ),
    mark("Nessun finanziamento ancora."),
)  # fmt: skip

MOVEMENTS: Final = Table(
    "movimenti",
    mark("Movimenti"),
    (
        Column(
            mark("N."), Kind.COUNT, lambda one: one.seq, _entry,
        ),
        Column(mark("Registrato il"), Kind.MOMENT, lambda one: one.recorded_at, _entry),
        Column(mark("Operazione"), Kind.WORDS, lambda one: one.kind, words="entry"),
        Column(
            mark("Iniziativa"), Kind.WORDS, lambda one: one.unit,
            lambda one: f"/iniziative/{one.unit}",
        ),
        Column(
            mark("Dare"), Kind.WORDS, lambda one: one.debit_kind,
            lambda one: f"/conti/{one.debit}", words="account",
        ),
        Column(mark("Dare: di chi"), Kind.WORDS, lambda one: one.debit_name),
        Column(
            mark("Avere"), Kind.WORDS, lambda one: one.credit_kind,
            lambda one: f"/conti/{one.credit}", words="account",
        ),
        Column(mark("Avere: di chi"), Kind.WORDS, lambda one: one.credit_name),
        Column(mark("Importo"), Kind.AMOUNT, lambda one: one.amount_cents, _entry),
    ),
    mark("Nessun movimento con questi filtri."),
)  # fmt: skip

ACCOUNTS: Final = Table(
    "conti",
    mark("Conti"),
    (
        Column(
            mark("Conto"), Kind.WORDS, lambda one: one.kind, lambda one: f"/conti/{one.id}",
            words="account",
        ),
        Column(mark("Di chi"), Kind.WORDS, lambda one: one.name),
        Column(mark("Codice"), Kind.WORDS, lambda one: one.id.hex[:8]),
        Column(
            mark("Dare"), Kind.AMOUNT, lambda one: one.debits, lambda one: f"/conti/{one.id}"
        ),
        Column(
            mark("Avere"), Kind.AMOUNT, lambda one: one.credits, lambda one: f"/conti/{one.id}"
        ),
        Column(
            mark("Saldo"), Kind.AMOUNT, lambda one: one.balance, lambda one: f"/conti/{one.id}"
        ),
    ),
    mark("Nessun conto di questo tipo."),
)  # fmt: skip

STATEMENT: Final = Table(
    "estratto-conto",
    mark("Estratto conto"),
    (
        Column(mark("N."), Kind.COUNT, lambda one: one.version, _entry),
        Column(mark("Registrato il"), Kind.MOMENT, lambda one: one.recorded_at, _entry),
        Column(mark("Operazione"), Kind.WORDS, lambda one: one.kind, words="entry"),
        Column(
            mark("Contropartita"), Kind.WORDS, lambda one: one.other_kind,
            lambda one: f"/conti/{one.other}", words="account",
        ),
        Column(
            mark("Dare"), Kind.AMOUNT, lambda one: one.amount if one.side == "debit" else None,
            _entry,
        ),
        Column(
            mark("Avere"), Kind.AMOUNT, lambda one: one.amount if one.side == "credit" else None,
            _entry,
        ),
        Column(mark("Saldo"), Kind.AMOUNT, lambda one: one.balance, _entry),
    ),
    mark("Nessun movimento su questo conto."),
)  # fmt: skip

TRIAL: Final = Table(
    "bilancio-di-verifica",
    mark("Bilancio di verifica"),
    (
        Column(
            mark("Iniziativa"), Kind.WORDS, lambda one: f"{one.unit} {one.programme}".strip(),
            lambda one: f"/iniziative/{one.unit}",
        ),
        Column(
            mark("Conto"), Kind.WORDS, lambda one: one.kind,
            lambda one: f"/conti?iniziativa={one.unit}&tipo={one.kind}", words="account",
        ),
        Column(mark("Conti"), Kind.COUNT, lambda one: one.accounts),
        Column(mark("Totale dare"), Kind.AMOUNT, lambda one: one.debits, _kind_accounts),
        Column(mark("Totale avere"), Kind.AMOUNT, lambda one: one.credits, _kind_accounts),
        Column(mark("Saldo dare"), Kind.AMOUNT, lambda one: one.debit_balance, _kind_accounts),
        Column(mark("Saldo avere"), Kind.AMOUNT, lambda one: one.credit_balance, _kind_accounts),
    ),
    mark("A questa data il libro era vuoto."),
)  # fmt: skip

VOUCHERS: Final = Table(
    "buoni",
    mark("Buoni"),
    (
        Column(
            mark("Codice"), Kind.WORDS, lambda one: one.id.hex[:8],
            lambda one: f"/conti/{one.id}",
        ),
        Column(mark("Tipo"), Kind.WORDS, lambda one: one.kind, words="kind"),
        Column(mark("Valore"), Kind.AMOUNT, lambda one: one.face_cents, _entry),
        Column(
            mark("Resta"), Kind.AMOUNT, lambda one: one.left_cents,
            lambda one: f"/conti/{one.id}",
        ),
        Column(mark("Ultimo istante valido"), Kind.MOMENT, lambda one: one.last),
        Column(mark("Stato"), Kind.WORDS, lambda one: one.state, words="state"),
    ),
    mark("Nessun buono con questi filtri."),
)  # fmt: skip

SHOPS: Final = Table(
    "negozi",
    mark("Negozi"),
    (
        Column(mark("N."), Kind.COUNT, lambda one: one.shop_no),
        Column(
            mark("Negozio"), Kind.WORDS, lambda one: one.name,
            lambda one: f"/negozi/{one.shop_id}",
        ),
        Column(mark("Tipo"), Kind.WORDS, lambda one: one.category, words="category"),
        Column(mark("Comune"), Kind.WORDS, lambda one: one.comune),
        Column(mark("Stato"), Kind.WORDS, lambda one: one.status, words="state"),
        Column(mark("Incassato da noi"), Kind.AMOUNT, lambda one: one.sold_cents, _shop_movements),
        Column(
            mark("Dovuto da noi"), Kind.AMOUNT, lambda one: one.owed_cents,
            lambda one: f"/negozi/{one.shop_id}",
        ),
    ),
    mark("Nessun negozio con questi filtri."),
)  # fmt: skip

SHOP_PERIODS: Final = Table(
    "negozio-periodi",
    mark("Quando è pagato"),
    (
        Column(mark("Periodo"), Kind.COUNT, lambda one: one.period, _period),
        Column(mark("Nome"), Kind.WORDS, lambda one: one.label),
        Column(mark("Iniziativa"), Kind.WORDS, lambda one: one.programme),
        Column(mark("Spese"), Kind.COUNT, lambda one: one.sales, _period),
        Column(mark("Dovuto"), Kind.AMOUNT, lambda one: one.owed_cents, _period),
        Column(mark("Stato"), Kind.WORDS, lambda one: one.state, words="state"),
        Column(mark("Mandato"), Kind.WORDS, lambda one: one.number),
        Column(mark("Pagato il"), Kind.DAY, lambda one: one.paid_on),
    ),
    mark("Questo negozio non ha ancora incassato i nostri buoni."),
)  # fmt: skip

BATCHES: Final = Table(
    "elenchi",
    mark("Elenchi di famiglie"),
    (
        Column(mark("Preparato il"), Kind.MOMENT, lambda one: one.prepared_at,
               lambda one: f"/elenchi/{one.batch_id}"),
        Column(mark("Iniziativa"), Kind.WORDS, lambda one: one.programme),
        Column(mark("Fonte"), Kind.WORDS, lambda one: one.source),
        Column(mark("Turno"), Kind.WORDS, lambda one: one.round),
        Column(mark("Famiglie"), Kind.COUNT, lambda one: one.row_count),
        Column(mark("Totale"), Kind.AMOUNT, lambda one: one.total_cents,
               lambda one: f"/elenchi/{one.batch_id}"),
        Column(mark("Preparato da"), Kind.WORDS, lambda one: one.prepared_name),
        Column(mark("Approvato da"), Kind.WORDS, lambda one: one.approved_name),
        Column(mark("Stato"), Kind.WORDS, lambda one: one.status, words="state"),
    ),
    mark("Ancora nessun elenco."),
)  # fmt: skip

PERIODS: Final = Table(
    "periodi",
    mark("Periodi chiusi"),
    (
        Column(mark("Periodo"), Kind.COUNT, lambda one: one.period,
               lambda one: f"/liquidazioni/{one.period}"),
        Column(mark("Nome"), Kind.WORDS, lambda one: one.label,
               lambda one: f"/liquidazioni/{one.period}"),
        Column(mark("Chiuso il"), Kind.MOMENT, lambda one: one.closed_at, _entry),
        Column(mark("Chiuso da"), Kind.WORDS, lambda one: one.closed_by),
    ),
    mark("Ancora nessun periodo chiuso."),
)  # fmt: skip

SETTLEMENT: Final = Table(
    "liquidazione",
    mark("Elenco per la liquidazione"),
    (
        Column(mark("N."), Kind.COUNT, lambda one: one.shop_no),
        Column(mark("Negozio"), Kind.WORDS, lambda one: one.shop,
               lambda one: f"/negozi/{one.shop_id}"),
        Column(mark("Partita IVA"), Kind.WORDS, lambda one: one.vat_number),
        Column(mark("IBAN"), Kind.WORDS, lambda one: one.iban),
        Column(mark("Iniziativa"), Kind.WORDS, lambda one: one.programme),
        Column(mark("Spese"), Kind.COUNT, lambda one: one.sales, _line_movements),
        Column(mark("Da pagare"), Kind.AMOUNT, lambda one: one.owed_cents, _line_movements),
        Column(mark("Mandato"), Kind.WORDS, lambda one: one.number),
        Column(mark("Pagato il"), Kind.DAY, lambda one: one.paid_on),
    ),
    mark("In questo periodo nessun negozio ha incassato."),
)  # fmt: skip
