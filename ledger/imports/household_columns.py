"""The columns of a list of applications with their households, by the titles that lists give them.

The first title of each is the template's. Whatever is not here is dropped before anything is kept,
a diagnosis too: how many members have which degree of disability is all that a rule reads.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from ledger.core.entitlement.household import Disability
from ledger.imports.columns import PERSON, Known, named, plain

OTHER: Final = frozenset({"altro", "altra"})
TEMPLATE_MEMBERS: Final = {"child": "figlio", "adult": "adulto", "relative": "familiare"}
REQUIRED: Final = ("fiscal_code", "isee")

PLAIN: Final[Mapping[str, tuple[str, ...]]] = {
    "isee": ("ISEE", "Importo ISEE", "Valore ISEE", "ISEE euro", "Indicatore ISEE"),
    "isee_kind": ("Tipo ISEE", "Tipologia ISEE", "Tipo di ISEE"),
    "dsu": (
        "Protocollo DSU", "Numero protocollo DSU", "N. protocollo DSU", "Prot. DSU", "DSU",
        "Protocollo ISEE", "Numero DSU",
    ),
    "signed_on": (
        "Data DSU", "Data presentazione DSU", "Data di presentazione DSU",
        "Data sottoscrizione DSU", "Data sottoscrizione", "Data ISEE", "Data rilascio ISEE",
    ),
    "valid_until": (
        "Scadenza ISEE", "Data scadenza ISEE", "Valido fino al", "Validità ISEE", "Fine validità",
        "Scadenza DSU", "Data scadenza",
    ),
    "birth": (
        "Nascita richiedente", "Data di nascita", "Data nascita", "Nato il", "Nato/a il",
        "Data di nascita richiedente", "Data nascita richiedente",
    ),
    "members": (
        "Componenti", "Numero componenti", "N. componenti", "Componenti nucleo",
        "Numero componenti nucleo", "Componenti del nucleo", "Nucleo",
    ),
    "adults": ("Adulti", "Numero adulti", "N. adulti"),
    "adult_births": ("Nascite altri adulti", "Nascita altri adulti", "Date nascita altri adulti"),
    "children": ("Figli", "Numero figli", "N. figli"),
    "child_births": (
        "Nascite figli", "Nascita figli", "Date di nascita figli", "Date nascita figli",
        "Data di nascita figli", "Data nascita figli",
    ),
    "dependants": (
        "Figli maggiorenni a carico", "Figli 18-25 a carico", "Numero figli maggiorenni a carico",
    ),
    "relatives": ("Altri familiari", "Numero altri familiari", "N. altri familiari"),
    "relative_births": (
        "Nascite altri familiari", "Nascita altri familiari", "Date nascita altri familiari",
    ),
    Disability.MEDIUM: ("Disabilità media", "Disabili medi", "Numero disabilità media"),
    Disability.SEVERE: ("Disabilità grave", "Disabili gravi", "Numero disabilità grave"),
    Disability.NON_SELF_SUFFICIENT: (
        "Non autosufficienti", "Non autosufficienza", "Disabilità non autosufficienza",
    ),
    "works": (
        "Genitori lavorano", "Entrambi i genitori lavorano", "Genitori entrambi lavoratori",
        "Genitori lavoratori",
    ),
    "lone_parent": ("Genitore solo", "Nucleo monogenitoriale", "Monogenitoriale", "Monogenitore"),
    "widowed": ("Vedovanza", "Vedovo/a", "Vedovo", "Vedova"),
    "multiple_births": ("Parti gemellari", "Parto gemellare", "Gemelli"),
    "pregnancy": ("Gravidanza", "In gravidanza", "Gravidanza in corso"),
    "job_loss": ("Perdita del lavoro", "Perdita lavoro", "Perdita di lavoro"),
    "mortgage": ("Mutuo prima casa", "Mutuo", "Mutuo sulla prima casa"),
    "language": ("Lingua", "Lingua della famiglia"),
    "received": (
        "Ricevuta il", "Data domanda", "Data ricezione", "Data presentazione domanda",
        "Data presentazione", "Data protocollo", "Data e ora domanda",
    ),
    "filing_number": (
        "Protocollo domanda", "Numero domanda", "N. domanda", "Numero protocollo", "Protocollo",
        "N. protocollo", "Numero protocollo domanda",
    ),
    "protected": ("Indirizzo protetto", "Indirizzo riservato"),
}  # fmt: skip

FLAGS: Final = ("lone_parent", "widowed", "pregnancy", "job_loss", "mortgage")


# A birth in a column of its own: which member, and which number; in any order of the words.
MEMBERS: Final[Mapping[str, str]] = {
    "figlio": "child", "figlia": "child", "minore": "child", "bambino": "child",
    "adulto": "adult", "genitore": "adult", "familiare": "relative", "parente": "relative",
}  # fmt: skip
ORDINALS: Final = (
    "primo", "secondo", "terzo", "quarto", "quinto", "sesto", "settimo", "ottavo", "nono", "decimo",
)  # fmt: skip
FILLING: Final = frozenset({
    "data", "di", "del", "dello", "della", "nascita", "nato", "nata", "il", "la", "a", "o", "n",
    "altro", "altra",
})  # fmt: skip
_NUMBER: Final = re.compile(r"(\d{1,2})[oa]?")
SECOND_ADULT: Final = frozenset({"coniuge", "convivente", "partner"})

TITLES: Final[Mapping[str, tuple[str, ...]]] = {
    "fiscal_code": ("Codice fiscale",),
    "surname": ("Cognome",),
    "name": ("Nome",),
    **PLAIN,
}
HEADERS: Final[Known] = {
    name: frozenset(map(plain, titles)) | PERSON.get(name, frozenset())
    for name, titles in TITLES.items()
}
_KNOWN: Final = named(HEADERS)


def name_of(title: str) -> str | None:
    """Which of our columns a plain title means: `nascita figlio 1`, `1o figlio data di nascita`."""
    return _KNOWN(title) or _birth_column(title.split())


def _birth_column(words: list[str]) -> str | None:
    rest = [word for word in words if word not in FILLING]
    numbers = [number for word in rest if (number := _number(word))]
    kinds = [MEMBERS[word] for word in rest if word in MEMBERS]
    if len(rest) == 1 and rest[0] in SECOND_ADULT and "nascita" in words:
        return "adult_birth_2"
    if kinds == ["adult"] and len(rest) == 1 and "nascita" in words and OTHER & set(words):
        return "adult_birth_2"  # The other parent.
    if len(rest) != len("kn") or len(kinds) != 1 or len(numbers) != 1:
        return None
    [kind], [number] = kinds, numbers
    if kind == "adult" and number == 1 and not OTHER & set(words):
        return "birth"  # The first adult is who applies.
    return f"{kind}_birth_{number + (kind == 'adult' and bool(OTHER & set(words)))}"


def _number(word: str) -> int:
    """Which one, from 1; 0 for what is no number."""
    if word in ORDINALS:
        return 1 + ORDINALS.index(word)
    found = _NUMBER.fullmatch(word)
    return int(found[1]) if found else 0


def birth_columns(kind: str, given: Iterable[str]) -> list[str]:
    """The numbered columns of one kind of member that a file has, in order."""
    start = f"{kind}_birth_"
    numbers = sorted(int(name.removeprefix(start)) for name in given if name.startswith(start))
    return [f"{start}{number}" for number in numbers]


def title_of(name: str) -> str:
    """What our template calls a column."""
    if name in TITLES:
        return TITLES[name][0]
    kind, _, number = name.partition("_birth_")
    return f"Nascita {TEMPLATE_MEMBERS[kind]} {number}"
