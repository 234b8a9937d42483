"""The columns of a list of applications with their households, by the titles that lists give them.

The first title of each is the template's. Whatever is not here is dropped before anything is kept,
a diagnosis too: how many members have which degree of disability is all that a rule reads.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from ledger.core.entitlement.household import Disability
from ledger.imports.columns import PERSON, Known, plain

MOST_CHILDREN: Final = 15
MOST_OTHERS: Final = 6
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


def numbered(kind: str, numbers: range, *names: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A column for each birth, as lists call it: `Nascita figlio 1`, `Figlio 1` and so on."""
    for number in numbers:
        yield (
            f"{kind}_{number}",
            tuple(
                title
                for name in names
                for title in (
                    f"Nascita {name} {number}",
                    f"Data di nascita {name} {number}",
                    f"Data nascita {name} {number}",
                    f"Data di nascita {number} {name}",
                    f"Nascita {number} {name}",
                    f"{name} {number}",
                )
            ),
        )


SECOND_ADULT: Final = (
    "Nascita altro genitore", "Nascita coniuge", "Nascita convivente", "Data di nascita coniuge",
    "Data nascita coniuge", "Data di nascita altro genitore",
)  # fmt: skip
BIRTHS: Final[dict[str, tuple[str, ...]]] = {
    **dict(numbered("child_birth", range(1, MOST_CHILDREN + 1), "figlio", "figlio/a", "minore")),
    **dict(numbered("adult_birth", range(2, MOST_OTHERS + 1), "adulto")),
    **dict(numbered("relative_birth", range(1, MOST_OTHERS + 1), "altro familiare", "familiare")),
}
BIRTHS["adult_birth_2"] += SECOND_ADULT

TITLES: Final[Mapping[str, tuple[str, ...]]] = {
    "fiscal_code": ("Codice fiscale",),
    "surname": ("Cognome",),
    "name": ("Nome",),
    **PLAIN,
    **BIRTHS,
}
HEADERS: Final[Known] = {
    name: frozenset(map(plain, titles)) | PERSON.get(name, frozenset())
    for name, titles in TITLES.items()
}


def birth_columns(kind: str) -> tuple[str, ...]:
    """The numbered columns of one kind of member, in order."""
    return tuple(name for name in BIRTHS if name.startswith(f"{kind}_birth_"))
