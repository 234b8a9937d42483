"""Practices and figures in words: why a file is refused, what each indicator is.

Not here: the pages (`practices`, `comparison`).
"""

from collections.abc import Mapping
from typing import Final

from ledger.core.indicators import CENTS, COUNTS
from ledger.imports.practice_files import Fault, Trust
from wallet_web.languages import mark

REFUSED: Final[Mapping[str, str]] = {
    Fault.TOO_LARGE: mark(
        "Il file è troppo grande per essere una buona pratica (al massimo 48 kB)."
    ),
    Fault.NO_FILE: mark(
        "Il file non è una buona pratica di Portavalori, o è stato riscritto da un altro programma:"
        " chiedi il file originale."
    ),
    Fault.SIGNATURE: mark(
        "La firma non torna: il file è cambiato dopo la firma. Chiedilo di nuovo al Comune."
    ),
    Fault.OTHER_KEY: mark(
        "Il file è firmato con una chiave che non è quella del Comune di cui porta il nome."
    ),
    "key": mark("La chiave che hai scritto non si legge: copiala intera, con i segni +."),
    "unknown": mark(
        "Il file chiede qualcosa che questo programma non conosce. Non si prende a metà: una mezza"
        " regola è un’altra regola. La parte:"
    ),
    "gone": mark("Il file non è più qui: caricalo di nuovo."),
    "unaccepted": mark(
        "Di questa firma non conosciamo la chiave: segna la casella per accettarla."
    ),
    "unpublished": mark(
        "Il registro di questo Comune non è pubblicato, perciò non ha una chiave che altri possano"
        " conoscere, e il file non si può firmare."
    ),
}

TRUST: Final[Mapping[str, str]] = {
    Trust.VERIFIED: mark("Firma verificata con una chiave che conosciamo"),
    Trust.UNKNOWN: mark(
        "Firma non verificata: la chiave è quella del file, e chiunque può farsene una. Chiama il"
        " Comune prima di fidarti."
    ),
}

FIGURES: Final[Mapping[str, str]] = {
    "received": mark("Domande ricevute"),
    "complete": mark("Domande complete"),
    "admitted": mark("Domande ammesse"),
    "families": mark("Famiglie con un buono"),
    "shops": mark("Negozi usati"),
    "days_to_first_voucher": mark("Giorni dal bando al primo buono"),
    "committed": mark("Impegnato con gli atti"),
    "given": mark("Dato alle famiglie"),
    "spent": mark("Speso nei negozi"),
    "returned": mark("Tornato alla fonte"),
    "left": mark("Ancora alle famiglie"),
    "mean": mark("In media per famiglia"),
    "share_given": mark("Dato, su quanto impegnato"),
    "share_spent": mark("Speso, su quanto dato"),
}
assert {*COUNTS, *CENTS} <= set(FIGURES)  # Each has its words.
