"""An application's outcome as a letter in the family's language: plain words, amounts, days.

Texts of the comune (its act, its terms of appeal) are printed as they are, in Italian. Not here:
the print (`ledger.exports.outcome_letters`), and what anybody gets (`ledger.core.entitlement`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from ledger.core.entitlement.selection import Reason
from ledger.core.quantities import Amount, Instant, euro_text
from ledger.exports.letters import Press
from ledger.exports.outcome_letters import OutcomeLetter, Section
from wallet_web.comune.letter_facts import (
    Addressee,
    Award,
    CallTold,
    Integration,
    Outcome,
    Refusal,
    Reminder,
    Waiting,
)
from wallet_web.comune.letters import EVERYWHERE, in_words
from wallet_web.languages import LANGUAGES, SOURCE, mark, translations
from wallet_web.rendering import STATIC
from wallet_web.words import WORDS

Say: TypeAlias = Callable[[str], str]

TITLE: Final = mark("Lettere alle famiglie")
APPLICATION: Final = mark("Domanda %(code)s")
DEAR: Final = mark("Gentile %(name)s,")
CONTACT: Final = mark("Per domande: %(contact)s")
IF_NOT_AGREED: Final = mark("Se non sei d’accordo")
IN_ITALIAN: Final = mark("Questa parte è scritta nella lingua della legge, l’italiano:")
PROGRAMME: Final = mark("Iniziativa")
PERIOD: Final = mark("Periodo")
FROM_TO: Final = mark("dal %(first)s al %(last)s")
WHERE: Final = mark("Dove")
BASED_ON: Final = mark("Su che cosa si basa")
YOUR_DATA: Final = mark("I dati della tua domanda e della tua attestazione ISEE.")

TABLE: Final = mark("Tabella usata")
MADE_UP: Final = mark("Tabella S (sintetica): inventata per la dimostrazione, di nessun Comune")

AWARDED: Final = mark("La tua domanda è stata accolta")
AWARDED_SAYS: Final = mark(
    "hai fatto domanda per «%(call)s». La domanda è stata accolta: questo è l’importo per la tua"
    " famiglia."
)
AMOUNT: Final = mark("Importo")
HOW: Final = mark("Come si spende")
HOW_SAYS: Final = (
    mark("Il codice per spendere arriva su un altro foglio, e il PIN su un altro ancora."),
    mark("Mostra il codice alla cassa di un negozio che aderisce e scrivi tu il PIN."),
    mark("Puoi spendere un po’ alla volta, fino all’ultimo giorno del periodo."),
    mark("Quello che resta dopo l’ultimo giorno torna al Comune."),
)

REFUSED: Final = mark("La tua domanda non è stata accolta")
REFUSED_SAYS: Final = mark("hai fatto domanda per «%(call)s». La domanda non è stata accolta.")
WHY: Final = mark("Perché")
FOUND: Final = mark("Il valore della tua famiglia è %(found)s euro, il limite è %(limit)s euro.")

WAITS: Final = mark("La tua domanda è in lista d’attesa")
WAITS_SAYS: Final = mark(
    "hai fatto domanda per «%(call)s». La domanda è in regola, ma per ora i soldi non bastano per"
    " tutti."
)
PLACE: Final = mark("Il tuo posto")
PLACE_SAYS: Final = mark("Sei al posto %(place)s della lista d’attesa, su %(places)s.")
NOTHING_TO_DO: Final = mark("Se arrivano altri soldi ti scriviamo noi: non devi fare niente.")
ORDERED: Final = mark("Come si forma la lista")
LOT: Final = mark("chi è ancora alla pari è sorteggiato, con il numero scritto nel bando")

ASKED: Final = mark("Alla tua domanda manca qualcosa")
ASKED_SAYS: Final = mark(
    "hai fatto domanda per «%(call)s». Per poterla valutare ci serve ancora qualcosa."
)
WHAT_IS_MISSING: Final = mark("Che cosa manca")
UNTIL: Final = mark("Entro quando")
UNTIL_SAYS: Final = mark(
    "Portalo o mandalo entro il %(last)s. Se non arriva in tempo la domanda non può essere accolta."
)

LEFT: Final = mark("Hai ancora qualcosa da spendere")
LEFT_SAYS: Final = mark(
    "hai ancora da spendere i buoni di «%(programme)s». Dopo l’ultimo giorno non si possono più"
    " usare: quello che resta torna al Comune."
)
LEFT_AMOUNT: Final = mark("Ti resta")
LAST_DAY: Final = mark("Ultimo giorno")
LOST_SHEET: Final = mark("Se hai perso il foglio o il PIN chiama il Comune: te ne danno un altro.")

REASONS: Final[Mapping[Reason, str]] = {
    Reason.ISEE_TOO_HIGH: mark("Il tuo ISEE è più alto del limite del bando."),
    Reason.ISEE_FF_TOO_HIGH: mark(
        "L’indicatore della tua famiglia, cioè l’ISEE con la tabella del Comune, è più alto del"
        " limite del bando."
    ),
    Reason.TOO_FEW_MINORS: mark("Il bando chiede più figli minorenni di quelli che hai."),
    Reason.STATEMENT: mark("L’attestazione ISEE manca, è scaduta o non vale per questo bando."),
    Reason.NOTHING_DUE: mark("Con la regola del bando, per la tua famiglia l’importo è zero."),
    Reason.MONEY_ENDED: mark("I soldi sono finiti con le domande che vengono prima nella lista."),
    Reason.OVER_THRESHOLD: mark("I soldi bastano per chi ha un indicatore più basso del tuo."),
    Reason.TOO_LITTLE: mark("La parte che ti toccherebbe è sotto il minimo del bando."),
}
ORDERS: Final[Mapping[str, str]] = {
    "isee_ff": mark("prima chi ha l’indicatore più basso (ISEE con la tabella del Comune)"),
    "isee": mark("prima chi ha l’ISEE più basso"),
    "most_minors": mark("prima chi ha più figli minorenni"),
    "most_members": mark("prima le famiglie più numerose"),
    "youngest_child": mark("prima chi ha il figlio più piccolo"),
    "disability": mark("prima chi ha in famiglia più persone con disabilità"),
    "received": mark("prima chi ha fatto domanda prima"),
}
MISSING: Final[Mapping[str, str]] = {
    "statement": mark("Un’attestazione ISEE valida oggi, con il numero della DSU."),
    "births": mark("La data di nascita di ogni persona della famiglia."),
    "dependants": mark("Quali figli da 18 a 25 anni sono a carico."),
    "disability": mark("Il certificato che dice il grado di disabilità o di non autosufficienza."),
    "signature": mark("La tua firma sulla domanda."),
    "identity": mark("La copia di un documento di identità."),
    "residence": mark("Da quando abiti nel Comune."),
}


@dataclass(frozen=True, slots=True)
class _Told:
    """What differs between letters."""

    title: str
    opening: str
    sections: tuple[Section, ...]
    facts: tuple[tuple[str, str], ...] = ()
    amount_label: str = ""
    amount_cents: Amount | None = None


def outcome_press(comune: str, *, now: Instant) -> Press:
    """How these letters are printed; each has its own language."""
    return Press(comune, SOURCE, {"title": TITLE}, STATIC / "vendor" / "paper", now)


def outcome_letter(call: CallTold, to: Addressee, outcome: Outcome) -> OutcomeLetter:
    """The letter that tells a family. Errors: `ValueError` for a no without terms of appeal."""
    language = to.language if to.language in LANGUAGES else SOURCE
    say = translations(language).gettext
    told = _told(call, outcome, language)
    return OutcomeLetter(
        language=language,
        sender=call.sender,
        recipient=(to.name, *to.address),
        reference=(
            *([say(APPLICATION) % {"code": to.application}] if to.application else []),
            in_words(call.sent_on.isoformat(), language),
        ),
        title=told.title,
        opening=(say(DEAR) % {"name": to.name}, told.opening),
        sections=told.sections,
        closing=say(CONTACT) % {"contact": call.contact},
        facts=(*told.facts, *([(say(TABLE), say(MADE_UP))] if call.synthetic else [])),
        amount_label=told.amount_label,
        amount_cents=told.amount_cents,
    )


def _told(call: CallTold, outcome: Outcome, language: str) -> _Told:
    say: Say = translations(language).gettext
    match outcome:
        case Award():
            return _award(call, outcome, say, language)
        case Refusal():
            return _refusal(call, outcome, say, language)
        case Waiting():
            return _waiting(call, outcome, say, language)
        case Integration():
            return _integration(call, outcome, say, language)
        case Reminder():
            return _reminder(call, outcome, say, language)


def _award(call: CallTold, award: Award, say: Say, language: str) -> _Told:
    shops = ", ".join(say(WORDS["category"][kind]) for kind in award.categories)
    days = {
        "first": in_words(award.first.isoformat(), language),
        "last": in_words(award.last.isoformat(), language),
    }
    return _Told(
        say(AWARDED),
        say(AWARDED_SAYS) % {"call": call.call},
        (
            Section(say(HOW), items=tuple(map(say, HOW_SAYS))),
            Section(say(BASED_ON)),
            Section("", (call.act,), language=SOURCE),
        ),
        (
            (say(PROGRAMME), call.programme),
            (say(PERIOD), say(FROM_TO) % days),
            (say(WHERE), shops or say(EVERYWHERE)),
        ),
        say(AMOUNT),
        award.amount_cents,
    )


def _refusal(call: CallTold, refusal: Refusal, say: Say, language: str) -> _Told:
    why = [say(REASONS[refusal.reason])]
    if refusal.found_cents is not None and refusal.limit_cents is not None:
        numbers = {
            "found": euro_text(refusal.found_cents),
            "limit": euro_text(refusal.limit_cents),
        }
        why.append(say(FOUND) % numbers)
    return _Told(
        say(REFUSED),
        say(REFUSED_SAYS) % {"call": call.call},
        (
            Section(say(WHY), tuple(why)),
            Section(say(BASED_ON), (say(YOUR_DATA),)),
            Section("", (call.act,), language=SOURCE),
            *_appeal(call, say, language),
        ),
    )


def _waiting(call: CallTold, waiting: Waiting, say: Say, language: str) -> _Told:
    place = say(PLACE_SAYS) % {"place": waiting.place, "places": waiting.places}
    order = (*(say(ORDERS[key]) for key in waiting.order), say(LOT))
    return _Told(
        say(WAITS),
        say(WAITS_SAYS) % {"call": call.call},
        (
            Section(say(PLACE), (place, say(REASONS[waiting.reason]), say(NOTHING_TO_DO))),
            Section(say(ORDERED), items=order),
            Section("", (call.act,), language=SOURCE),
            *_appeal(call, say, language),
        ),
    )


def _integration(call: CallTold, asked: Integration, say: Say, language: str) -> _Told:
    missing = tuple(say(MISSING[one]) for one in asked.missing)
    last = in_words(asked.last.isoformat(), language)
    sections = [Section(say(WHAT_IS_MISSING), items=missing)]
    if asked.also:
        sections.append(Section("", items=asked.also, language=SOURCE))
    sections.append(Section(say(UNTIL), (say(UNTIL_SAYS) % {"last": last},)))
    return _Told(say(ASKED), say(ASKED_SAYS) % {"call": call.call}, tuple(sections))


def _reminder(call: CallTold, reminder: Reminder, say: Say, language: str) -> _Told:
    return _Told(
        say(LEFT),
        say(LEFT_SAYS) % {"programme": call.programme},
        (Section("", (say(LOST_SHEET),)),),
        ((say(LAST_DAY), in_words(reminder.last.isoformat(), language)),),
        say(LEFT_AMOUNT),
        reminder.left_cents,
    )


def _appeal(call: CallTold, say: Say, language: str) -> tuple[Section, ...]:
    """How to say no to a no, in the comune's own words."""
    if not call.appeal.strip():
        raise ValueError("a letter that says no tells to whom, where and until when to appeal")
    foreword = () if language == SOURCE else (say(IN_ITALIAN),)
    return (
        Section(say(IF_NOT_AGREED), foreword),
        Section("", (call.appeal,), language=SOURCE),
    )
