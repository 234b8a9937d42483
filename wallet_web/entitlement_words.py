"""Who gets what, in words: the steps of an evaluation, reasons, orders, ways to fit the money.

Codes of `ledger.core.entitlement` -> Italian, translated when shown. Not here: other pages' words.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from ledger.core.entitlement.exact import read_cents
from ledger.core.entitlement.steps import Step
from ledger.core.quantities import euro_text
from wallet_web.languages import mark

STEPS: Final[Mapping[str, str]] = {
    "base": mark("Scala nazionale per %(members)s componenti (DPCM 159/2013, allegato 1)"),
    "children": mark("Maggiorazione per il numero di figli: %(count)s"),
    "working_parents": mark("Minori, e i genitori lavorano da almeno sei mesi"),
    "working_parents_small": mark(
        "Minori, uno sotto i 3 anni, e i genitori lavorano da almeno sei mesi"
    ),
    "lone_not_working": mark("Un solo genitore che non lavora, con minori"),
    "lone_not_working_small": mark(
        "Un solo genitore che non lavora, con minori, uno sotto i 3 anni"
    ),
    "disabled": mark("Componenti con disabilità: %(count)s"),
    "se": mark("Scala nazionale (SE)"),
    "child": mark("Tabella del Comune: figli da %(from_age)s a %(to_age)s anni, %(count)s"),
    "dependant": mark(
        "Tabella del Comune: figli a carico da %(from_age)s a %(to_age)s anni, %(count)s"
    ),
    "each_child_from": mark("Tabella del Comune: figli dal numero %(number)s in poi, %(count)s"),
    "disability": mark("Tabella del Comune: disabilità %(degree)s, %(count)s"),
    "elderly": mark("Tabella del Comune: componenti da %(from_age)s anni in su, %(count)s"),
    "lone_parent": mark("Tabella del Comune: un solo genitore"),
    "widowed": mark("Tabella del Comune: vedovanza"),
    "multiple_birth": mark("Tabella del Comune: parti gemellari, %(count)s"),
    "pregnancy": mark("Tabella del Comune: gravidanza"),
    "job_loss": mark("Tabella del Comune: lavoro perso da poco"),
    "mortgage": mark("Tabella del Comune: mutuo per la prima casa"),
    "se_ff": mark("Scala con la tabella del Comune (SE-FF)"),
    "ff": mark("Rapporto fra le due scale (si mostra soltanto)"),
    "isee_ff": mark("Indicatore FFC: ISEE × SE ÷ SE-FF, arrotondato una volta sola"),
    "meter": mark("L’indicatore che la regola legge"),
    "below": mark("Fino a %(upto)s"),
    "above": mark("Oltre %(over)s"),
    "band": mark("Fascia da %(over)s a %(upto)s"),
    "line": mark("Sulla retta fra %(over)s e %(upto)s, arrotondato una volta sola"),
    "flat": mark("Uguale per tutti"),
    "per": mark("Per %(count)s volte"),
    "cap": mark("Non più di questo"),
    "floor": mark("Non meno di questo"),
    "rounding": mark("Arrotondato a passi di %(step)s"),
}

DEGREES: Final[Mapping[str, str]] = {
    "medium": mark("media"),
    "severe": mark("grave"),
    "non_self_sufficient": mark("con non autosufficienza"),
}

METERS: Final[Mapping[str, str]] = {
    "isee": mark("ISEE"),
    "isee_ff": mark("Indicatore FFC (tabella del Comune)"),
}

OUTCOMES: Final[Mapping[str, str]] = {
    "awarded": mark("Ammessa"),
    "waiting": mark("In lista d’attesa"),
    "excluded": mark("Esclusa"),
}

REASONS: Final[Mapping[str, str]] = {
    "": "",
    "isee_too_high": mark("ISEE oltre il limite"),
    "isee_ff_too_high": mark("Indicatore FFC oltre il limite"),
    "too_few_minors": mark("Meno minori di quelli richiesti"),
    "statement": mark("Attestazione ISEE assente, scaduta o non valida per questo bando"),
    "nothing_due": mark("La regola non prevede un importo"),
    "money_ended": mark("Il denaro è finito prima"),
    "over_threshold": mark("Indicatore oltre la soglia che il denaro permette"),
    "too_little": mark("La quota sarebbe sotto il minimo"),
}

ORDERS: Final[Mapping[str, str]] = {
    "isee_ff": mark("Indicatore FFC più basso"),
    "isee": mark("ISEE più basso"),
    "most_minors": mark("Più minori"),
    "most_members": mark("Più componenti"),
    "youngest_child": mark("Figlio più piccolo"),
    "disability": mark("Più componenti con disabilità"),
    "received": mark("Domanda arrivata prima"),
}

FITS: Final[Mapping[str, str]] = {
    "stop": mark("Importi interi in ordine, finché c’è denaro"),
    "scale": mark("La stessa parte a tutti: gli importi si riducono"),
    "threshold": mark("Si abbassa la soglia dell’indicatore finché bastano"),
}

FUNCTIONS: Final[Mapping[str, str]] = {
    "flat": mark("Uguale per tutti"),
    "linear": mark("Una retta fra due punti"),
    "bands": mark("Fasce"),
}

PER: Final[Mapping[str, str]] = {
    "child": mark("per ogni figlio minore o a carico fino a 25 anni"),
    "minor": mark("per ogni minore"),
    "member": mark("per ogni componente"),
}

BURDENS: Final[Mapping[str, str]] = {
    "child": mark("Figli di età"),
    "dependant": mark("Figli a carico di età"),
    "elderly": mark("Componenti di età (da)"),
    "each_child_from": mark("Ogni figlio dal numero (da)"),
    "disability": mark("Disabilità"),
    "lone_parent": mark("Un solo genitore"),
    "widowed": mark("Vedovanza"),
    "multiple_birth": mark("Parto gemellare"),
    "pregnancy": mark("Gravidanza"),
    "job_loss": mark("Lavoro perso da poco"),
    "mortgage": mark("Mutuo prima casa"),
}

APPLICATIONS: Final[Mapping[str, str]] = {
    "complete": mark("Completa"),
    "incomplete": mark("Da integrare"),
    "withdrawn": mark("Ritirata"),
    "received": mark("Ricevuta"),
    "corrected": mark("Corretta"),
    "asked": mark("Chiesta un’integrazione"),
    "completed": mark("Completata"),
}

STATEMENTS: Final[Mapping[str, str]] = {
    "ordinary": mark("Ordinario"),
    "minors": mark("Minorenni"),
    "current": mark("Corrente"),
    "family_inclusion": mark("Famiglie e inclusione (solo prestazioni nazionali)"),
}

_AMOUNTS: Final = frozenset({
    "isee_ff", "meter", "below", "above", "band", "line", "flat", "per", "cap", "floor", "rounding",
})  # fmt: skip
_BOUNDS: Final = ("over", "upto", "step")


def told_steps(steps: Iterable[Step], say: Callable[[str], str]) -> list[tuple[str, str]]:
    """An evaluation's steps as sentences, each with its weight or amount, the Italian way."""
    return [(_sentence(one, say), _value(one)) for one in steps]


def _sentence(one: Step, say: Callable[[str], str]) -> str:
    given = dict(one.given)
    given |= {name: _euros(str(given[name])) for name in _BOUNDS if name in given}
    if "degree" in given:
        given["degree"] = say(DEGREES[str(given["degree"])])
    return say(STEPS[one.what]) % given


def _value(one: Step) -> str:
    return _euros(one.value) if one.what in _AMOUNTS else one.value.replace(".", ",")


def _euros(text: str) -> str:
    return f"{euro_text(read_cents(text))} €"
