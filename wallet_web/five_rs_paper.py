"""The yearly 5R report in words, ready to be printed: for the council of a comune, or of the Rete.

Not here: the print (`ledger.exports.five_rs_paper`); who may ask for it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from babel.dates import format_date

from ledger import Ledger
from ledger.core.chart import CIRCUIT_BOOK
from ledger.core.quantities import SECOND, Instant
from ledger.exports.five_rs_paper import FiveRsPaper, LetterPage, five_rs_pdf
from ledger.exports.letters import Press
from ledger.reports.five_rs import FiveRs, five_rs
from ledger.reports.who_asks import comuni
from wallet_web.five_rs_pictures import NAMED, flow_pictures, links, streams_table, trends
from wallet_web.five_rs_targets import aims
from wallet_web.five_rs_view import Line, Month, hours_text, lines, months
from wallet_web.five_rs_words import GLOSSARY, LETTERS, LINES, SENTENCES, TRENDS
from wallet_web.languages import locale, mark, translations
from wallet_web.rendering import STATIC, amount
from wallet_web.spans import Span

WORDS: Final[Mapping[str, str]] = {
    "page": mark("Pagina"),
    "roots": mark("I libri da cui è calcolato"),
    "roots_text": mark(
        "Di ogni libro: quante righe aveva, e il sigillo di tutte. Chi ha i libri ricalcola il"
        " sigillo e ogni cifra."
    ),
    "flow": mark("Il cammino di un euro"),
    "flow_text": mark(
        "Da chi viene il denaro speso nel periodo, per quale iniziativa, in quali negozi; e che"
        " cosa rimettono in gioco i negozi del circuito con gli sconti sugli acquisti fatti con"
        " denaro proprio."
    ),
    "flow_alt": mark("Il cammino di un euro; i numeri sono nella tabella che segue."),
    "months": mark("Mese per mese"),
    "outcomes": mark("Esiti alfa e beta"),
    "outcomes_text": mark(
        "Che cosa è cambiato per le persone non è denaro e non si somma al denaro. Le cifre di"
        " questo rapporto non lo contengono."
    ),
    "glossary": mark("Le parole"),
    "check": mark("Come si controlla ogni cifra"),
}
TITLE: Final = mark("Il rapporto delle cinque R")
NETWORK: Final = mark("Rete dei Comuni Amici della Famiglia")
OF_COMUNE: Final = mark("Comune di %s")
PERIOD: Final = mark("Dal %(first)s al %(last)s")
LEAD: Final = mark(
    "Raccogliere, redistribuire, rigenerare, rendere, responsabilizzare: il denaro che aiuta le"
    " famiglie non è un costo se genera valore. Questo rapporto lo misura dai libri contabili."
)
CIRCUIT: Final = mark("Circuito della Rete")
COLUMNS: Final = (
    mark("Voce"), mark("Nel periodo"), mark("Un anno prima"), mark("Registrazioni"),
)  # fmt: skip
STREAM_COLUMNS: Final = (mark("Passaggio"), mark("Da"), mark("A"), mark("Euro"))
MONTH_COLUMNS: Final = (
    mark("Mese"), mark("Raccolto"), mark("Speso nei negozi"), mark("Al Fondo Sociale"),
    mark("Tornato alla comunità"), mark("Ore donate"),
)  # fmt: skip
CHECKS: Final = (
    mark(
        "Nella console, alla pagina «Cinque R», ogni cifra porta alle registrazioni che la"
        " compongono, e ogni registrazione al suo atto."
    ),
    mark(
        "Chi ha una copia dei libri rifà il rapporto: portavalori report 5r --from %(first)s"
        " --to %(last)s%(of)s"
    ),
    mark(
        "Il sigillo di ogni libro è firmato e visto dagli altri Comuni: chi ha il pacchetto per"
        " l’audit lo ricalcola con un programma a parte (portavalori verify)."
    ),
)


def five_rs_paper(
    ledger: Ledger, span: Span, comune: str | None, language: str, *, now: Instant
) -> bytes:
    """The PDF of a period, of a comune or of the Rete. Errors: `LookupError` for no such comune."""
    report = five_rs(ledger, span.begins, span.ends, comune)
    before = span.year_before
    earlier = five_rs(ledger, before.begins, before.ends, comune)
    told = lines(report.told(), earlier.told() if earlier.months else None)
    say = translations(language).gettext
    names = {one.slug: one.name for one in comuni(ledger)}
    of = say(OF_COMUNE) % names[comune] if comune else say(NETWORK)
    words = {name: say(text) for name, text in WORDS.items()}
    press = Press(of, language, words, STATIC / "vendor" / "paper", now // SECOND * SECOND)
    return five_rs_pdf(
        press, _paper(report, told, _roots(ledger, comune, names, say(CIRCUIT)), language)
    )


def _roots(
    ledger: Ledger, comune: str | None, names: Mapping[str, str], circuit: str
) -> tuple[tuple[str, ...], ...]:
    roots = []
    for book in ledger.books():
        if comune is None or book.name in {comune, CIRCUIT_BOOK}:
            head = book.head()
            roots.append((names.get(book.name, circuit), str(head.size), head.root.hex()))
    return tuple(roots)


def _paper(
    report: FiveRs, told: tuple[Line, ...], roots: tuple[tuple[str, ...], ...], language: str
) -> FiveRsPaper:
    say, asked = translations(language).gettext, report.asked
    found, ways = months(report), links(report.streams, language, NAMED)
    drawn = flow_pictures(ways, language) if ways else {"wide": ""}
    days = {"first": _day(asked.begins, language), "last": _day(asked.ends, language)}
    plain = {
        "first": asked.begins.isoformat(), "last": asked.ends.isoformat(),
        "of": f" --comune {asked.comune}" if asked.comune else "",
    }  # fmt: skip
    return FiveRsPaper(
        title=say(TITLE), period=say(PERIOD) % days, lead=say(LEAD),
        summary=tuple((say(LINES[one.name]), one.shown) for one in told if one.is_ratio),
        roots=roots, letters=_letters(report, told, found, language),
        columns=tuple(map(say, COLUMNS)), flow=str(drawn["wide"]),
        stream_columns=tuple(map(say, STREAM_COLUMNS)),
        streams=tuple(
            (one.step, one.start, one.end, _plain(one.cents))
            for one in streams_table(ways, language)
        ),
        month_columns=tuple(map(say, MONTH_COLUMNS)),
        months=tuple(_month(one, language) for one in found),
        glossary=tuple((say(word), say(text)) for word, text in GLOSSARY.items()),
        checks=[say(one) % plain if "%(" in one else say(one) for one in CHECKS],
    )  # fmt: skip


def _letters(
    report: FiveRs, told: tuple[Line, ...], found: tuple[Month, ...], language: str
) -> tuple[LetterPage, ...]:
    targets = {one.letter: f"{one.sentence} {one.state}." for one in aims(report, language)}
    say, drawn = translations(language).gettext, trends(found, language)
    by_name = {(one.letter, one.name): one.shown for one in told}
    pages = []
    for name, letter in LETTERS.items():
        mine = [one for one in told if one.letter == name]
        values = {line: shown for (of, line), shown in by_name.items() if of == name}
        pages.append(LetterPage(
            say(letter.title), say(letter.question),
            tuple((say(LINES[one.name]), one.shown) for one in mine if one.is_ratio),
            targets.get(name, ""), say(SENTENCES[name]) % values if name in SENTENCES else "",
            str(drawn.get(name, "")), say(TRENDS[name]),
            tuple(_row(one, say(LINES[one.name])) for one in mine),
            say(letter.ratio),
        ))  # fmt: skip
    return tuple(pages)


def _row(one: Line, name: str) -> tuple[str, ...]:
    earlier = one.earlier.shown if one.earlier else "–"
    return name, one.shown, earlier, "" if one.entries is None else str(one.entries)


def _month(one: Month, language: str) -> tuple[str, ...]:
    name = format_date(one.first, format="LLLL y", locale=locale(language))
    sums = one.raccogliere, one.redistribuire, one.rigenerare, one.rendere
    return name, *map(_plain, sums), f"{hours_text(one.responsabilizzare)} h"


def _plain(cents: int) -> str:
    return str(amount(cents)).removeprefix("<bdi>").removesuffix("</bdi>")


def _day(day: date, language: str) -> str:
    return format_date(day, format="long", locale=locale(language))
