"""A yearly account in words: what its paper and its tables say, in the reader's language.

Not here: the numbers (`ledger.reports.conto_giudiziale`), and the print (`ledger.exports`).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from ledger.exports.conto_giudiziale import Pack, Register, SummaryLine
from ledger.exports.letters import Press
from ledger.exports.tables import Heading, Kind
from ledger.reports.conto_giudiziale import ProgrammeYear, Signers, YearAccount
from ledger.reports.who_asks import ComuneRow, OfficerRow
from wallet_web.comune.conto_tables import REGISTER
from wallet_web.comune.letters import in_words
from wallet_web.languages import mark, translations
from wallet_web.rendering import STATIC
from wallet_web.tables import told
from wallet_web.words import ROLES, WORDS

Say = Callable[[str], str]

LINES: Final[Mapping[str, str]] = {
    "of_comune": mark("Comune di"),
    "page": mark("Pagina"),
    "footer": mark("Conto giudiziale dei buoni"),
    "register": mark("Registro cronologico"),
    "volume": mark("parte {n} di {all}"),
    "carried": mark("Riporto"),
    "carried_on": mark("A riportare"),
    "seal": mark("Sigillo del libro dopo l’ultima registrazione dell’anno:"),
    "signature": mark("Data e firma"),
}
TITLE: Final = mark("Conto giudiziale dei buoni, anno %(year)s")
YEAR: Final = mark("Esercizio")
FROM_TO: Final = mark("dal %(first)s al %(last)s")
KEEPER: Final = mark("Agente contabile (consegnatario)")
CHECKER: Final = mark("Chi controlla e parifica")
ENTRIES: Final = mark("Registrazioni del libro")
NUMBERS: Final = mark("dalla n. %(first)s alla n. %(last)s")
NO_ENTRY: Final = mark("nessuna")
COUNT: Final = mark("Righe del registro")
WHAT: Final = mark("Che cosa")
WHAT_MEANS: Final = mark("Il valore dei buoni in mano alle famiglie, in euro")
GOES_ON: Final = mark("Provvisorio: l’anno non è finito, il conto arriva al %(day)s.")
HEADINGS: Final = (
    (mark("Iniziativa"), Kind.WORDS), (mark("Voce"), Kind.WORDS),
    (mark("Operazioni"), Kind.COUNT), (mark("Euro"), Kind.AMOUNT),
)  # fmt: skip
OPENING: Final = mark("Rimanenza iniziale")
CHARGE: Final = mark("Carico")
CHARGES: Final = mark("Totale del carico")
DISCHARGE: Final = mark("Scarico")
DISCHARGES: Final = mark("Totale dello scarico")
CLOSING: Final = mark("Rimanenza finale")
ALL: Final = mark("Tutte le iniziative")


def conto_pack(comune: ComuneRow, account: YearAccount, signers: Signers, *, language: str) -> Pack:
    """The pack of a year, ready to be printed."""
    say: Say = translations(language).gettext
    words: dict[str, str] = {name: say(text) for name, text in LINES.items()}
    press = Press(comune.name, language, words, STATIC / "vendor" / "paper", account.until)
    day = in_words(account.until, language)
    columns = REGISTER.columns
    return Pack(
        press,
        say(TITLE) % {"year": account.year},
        tuple(_facts(account, signers, say, language)),
        "" if account.ended else say(GOES_ON) % {"day": day},
        tuple(Heading(say(title), kind) for title, kind in HEADINGS),
        tuple(_summary(account, say)),
        Register(
            tuple(Heading(say(one.title), one.kind) for one in columns),
            lambda: ([told(one, line, say) for one in columns] for line in account.lines()),
            account.line_count,
            account.opening,
        ),
        ((say(KEEPER), _named(signers.keeper, say)), (say(CHECKER), _named(signers.checker, say))),
        account.root().hex(),
    )


def _named(one: OfficerRow, say: Say) -> str:
    return f"{one.user_name} ({say(ROLES[one.role])})"


def _facts(
    account: YearAccount, signers: Signers, say: Say, language: str
) -> Iterator[tuple[str, str]]:
    first = in_words(f"{account.year}-01-01", language)
    last = in_words(f"{account.year}-12-31", language)
    span = account.span
    numbers = {"first": span.entries_before, "last": span.entries - 1}
    moved = span.entries > span.entries_before
    yield say(WHAT), say(WHAT_MEANS)
    yield say(YEAR), say(FROM_TO) % {"first": first, "last": last}
    yield say(KEEPER), _named(signers.keeper, say)
    yield say(CHECKER), _named(signers.checker, say)
    yield say(ENTRIES), say(NUMBERS) % numbers if moved else say(NO_ENTRY)
    yield say(COUNT), str(account.line_count)


def _summary(account: YearAccount, say: Say) -> Iterator[SummaryLine]:
    for one in account.programmes:
        yield from _of_programme(one, say)
    everything = say(ALL)
    yield SummaryLine(everything, say(OPENING), None, account.opening, is_sum=True)
    yield SummaryLine(everything, say(CHARGES), None, account.charges, is_sum=True)
    yield SummaryLine(everything, say(DISCHARGES), None, account.discharges, is_sum=True)
    yield SummaryLine(everything, say(CLOSING), None, account.closing, is_sum=True)


def _of_programme(one: ProgrammeYear, say: Say) -> Iterator[SummaryLine]:
    title = f"{one.unit} {one.title}"
    yield SummaryLine(title, say(OPENING), None, one.opening, is_sum=True)
    for is_charge, item, total, cents in (
        (1, CHARGE, CHARGES, one.charges),
        (0, DISCHARGE, DISCHARGES, one.discharges),
    ):
        reasons = [reason for reason in one.reasons if reason.is_charge == is_charge]
        for reason in reasons:
            told_kind = f"{say(item)}: {say(WORDS['entry'][reason.kind])}"
            yield SummaryLine(title, told_kind, reason.lines, reason.cents, is_sum=False)
        yield SummaryLine(title, say(total), sum(r.lines for r in reasons), cents, is_sum=True)
    yield SummaryLine(title, say(CLOSING), None, one.closing, is_sum=True)
