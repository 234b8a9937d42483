"""A shop's day and its statement as PDF, in the reader's language. Not here: the print itself."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from ledger.core.quantities import Instant, euro_text
from ledger.exports.letters import Press
from ledger.exports.shop_papers import PaperColumn, PaperPart, ShopPaper, shop_pdf
from ledger.reports.shop_day import (
    DayMove,
    DaySum,
    by_operator,
    by_programme,
    day_sums,
    in_all,
)
from ledger.reports.shop_ledger import LineSum, ShopLine, line_sums
from wallet_web.languages import language_of, mark, translations
from wallet_web.rendering import NO_BREAK, STATIC, as_date, told_in
from wallet_web.words import STATES

Say = Callable[[str], str]
LINES: Final[Mapping[str, str]] = {
    "page": mark("Pagina"),
    "footer": mark("Portavalori, totali di un negozio"),
    "not_fiscal": mark("Documento non fiscale"),
}
DAY: Final = mark("Totali del giorno")
BY_PROGRAMME: Final = mark("Per iniziativa")
BY_OPERATOR: Final = mark("Per cassa e operatore")
TOTAL: Final = mark("Totale")
SUMS: Final = (
    mark("Incassi"), mark("Incassato"), mark("Storni"), mark("Stornato"), mark("Netto"),
)  # fmt: skip
STATEMENT: Final = mark("Estratto degli incassi")
BY_DAY: Final = mark("Giorno per giorno")
BY_STATE: Final = mark("Quando si incassa")


def euro(cents: int) -> str:
    """An amount as papers write it."""
    return f"{euro_text(cents)}{NO_BREAK}€"


def press(request: Request, shop: str, now: Instant) -> Press:
    """How a shop's papers are printed; the shop stands where a comune's name stands else."""
    language = language_of(request)
    say = translations(language).gettext
    words = {name: say(text) for name, text in LINES.items()}
    return Press(shop, language, words, STATIC / "vendor" / "paper", now)


def as_pdf(data: bytes, name: str) -> Response:
    """A file to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return Response(data, media_type="application/pdf", headers=headers)


def day_pdf(
    request: Request, shop: str, day: date, moves: Sequence[DayMove], now: Instant
) -> Response:
    """One day's totals on A4."""
    language = language_of(request)
    say, told = translations(language).gettext, told_in(language)
    facts = (
        (say(mark("Giorno")), str(told["day"](day))),
        (say(mark("Stampato il")), str(told["moment"](now))),
    )
    parts = (
        _sums(say, BY_PROGRAMME, (mark("Iniziativa"), mark("Comune")),
              day_sums(moves, by_programme)),
        _sums(say, BY_OPERATOR, (mark("Cassa"), mark("Operatore")), day_sums(moves, by_operator)),
        _sums(say, TOTAL, (), day_sums(moves, in_all)),
    )  # fmt: skip
    paper = ShopPaper(say(DAY), facts, parts)
    return as_pdf(shop_pdf(press(request, shop, now), paper), f"giornata-{day.isoformat()}")


def _sums(say: Say, heading: str, names: tuple[str, ...], sums: Iterable[DaySum]) -> PaperPart:
    columns = [PaperColumn(say(one), wide=at == 0) for at, one in enumerate(names)]
    columns += [PaperColumn(say(one), number=True) for one in SUMS]
    rows = [
        [
            *(one or "—" for one in each.name), str(each.sales), euro(each.sold_cents),
            str(each.refunds), euro(-each.refunded_cents), euro(each.net_cents),
        ]
        for each in sums
    ]  # fmt: skip
    return PaperPart(say(heading), tuple(columns), rows)


def statement_pdf(
    request: Request, shop: str, span: tuple[date, date], lines: Sequence[ShopLine], now: Instant
) -> Response:
    """A span day by day, and what its payment waits for."""
    language = language_of(request)
    say, told = translations(language).gettext, told_in(language)
    first, last = (str(told["day"](one)) for one in span)
    facts = (
        (say(mark("Periodo")), f"{first} – {last}"),
        (say(mark("Stampato il")), str(told["moment"](now))),
    )
    days = [_sum_row((str(told["short_day"](one.name[0])),), one) for one in by_day(lines)]
    states = [_sum_row(_state_words(say, told, one), one) for one in by_state(lines)]
    total = [_sum_row((say(TOTAL),), one) for one in line_sums(lines, lambda _one: ())]
    parts = (
        PaperPart(say(BY_DAY), _columns(say, mark("Giorno")), days + total),
        PaperPart(
            say(BY_STATE),
            _columns(say, mark("Comune"), mark("Iniziativa"), mark("Stato")),
            states,
        ),
    )
    paper = ShopPaper(say(STATEMENT), facts, parts)
    name = f"estratto-{span[0].isoformat()}-{span[1].isoformat()}"
    return as_pdf(shop_pdf(press(request, shop, now), paper), name)


def _columns(say: Say, *names: str) -> tuple[PaperColumn, ...]:
    named = [PaperColumn(say(one), wide=at == 0) for at, one in enumerate(names)]
    numbers = [PaperColumn(say(one), number=True) for one in (mark("Incassi"), mark("Netto"))]
    return tuple(named + numbers)


def _sum_row(name: tuple[str, ...], one: LineSum) -> list[str]:
    return [*name, str(one.sales), euro(one.net_cents)]


def _state_words(
    say: Say, told: Mapping[str, Callable[..., object]], one: LineSum
) -> tuple[str, ...]:
    comune, programme, state, mandate, paid_on = one.name
    words = say(STATES[state])
    if mandate:
        words += f", {say(mark('mandato'))} {mandate}, {told['short_day'](paid_on)}"
    return (comune, programme, words)


def by_day(lines: Iterable[ShopLine]) -> tuple[LineSum, ...]:
    """The days of a span on which something was booked, in Rome's calendar."""
    return line_sums(lines, lambda one: (as_date(one.recorded_at).isoformat(),))


def by_state(lines: Iterable[ShopLine]) -> tuple[LineSum, ...]:
    """By comune and programme, what the payment waits for, and the mandates that came."""
    return line_sums(
        lines, lambda one: (one.comune, one.programme, one.state, one.mandate, one.paid_on)
    )
