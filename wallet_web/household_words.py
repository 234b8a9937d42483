"""Lists of households in words: what is wrong with a row, what to look at, who looks alike.

Codes of `ledger.imports` -> Italian, translated when shown. A column is called as the file calls it
(the preview's `columns`), so that whoever mends it finds it. Not here: faults of every list.
"""

from collections.abc import Mapping
from typing import Final

from ledger.imports.faults import Fault
from ledger.imports.household_alike import Alike
from ledger.imports.household_cells import Notice
from wallet_web.languages import mark

HOUSEHOLD_FAULTS: Final[Mapping[str, str]] = {
    Fault.COLUMN_MISSING: mark("Manca una colonna: servono codice fiscale e ISEE."),
    Fault.DATE: mark("La data non c’è o non si legge: scrivila così: 31/12/2026."),
    Fault.FUTURE: mark("La data deve ancora venire."),
    Fault.TOO_LONG_AGO: mark("La data di nascita è di più di 120 anni fa."),
    Fault.YES_OR_NO: mark("Qui si scrive sì o no."),
    Fault.COUNT: mark("Qui si scrive un numero intero."),
    Fault.COUNT_DIFFERS: mark("Il numero non è quello delle persone scritte nella riga."),
    Fault.TOLD_TWICE: mark("Le nascite sono scritte due volte: insieme e una per colonna."),
    Fault.BIRTH_DIFFERS: mark("La data di nascita non è quella del codice fiscale."),
    Fault.BIRTH_MISSING: mark("Manca la data di nascita: un codice provvisorio non la contiene."),
    Fault.TOO_MANY_MEMBERS: mark("Il nucleo ha più di 30 componenti."),
    Fault.NOT_ALONE: mark("È scritto genitore solo, ma gli adulti sono più di uno."),
    Fault.TWINS: mark("I parti gemellari sono più di quanti figli ci sono."),
    Fault.DISABILITIES: mark("Le persone con disabilità sono più dei componenti."),
    Fault.ISEE_KIND: mark("Il tipo di ISEE non è uno di quelli che esistono."),
    Fault.PROTOCOL: mark(
        "Il protocollo della DSU non è giusto, o è di un altro anno: INPS-ISEE-2026-12345678A-00."
    ),
    Fault.STATEMENT: mark("L’ISEE scade prima della data della DSU."),
    Fault.LANGUAGE: mark("La lingua non si riconosce: scrivi per esempio it oppure en."),
}

NOTICES: Final[Mapping[str, str]] = {
    Notice.MINOR_APPLICANT: mark("Chi fa domanda è minorenne."),
    Notice.PROTECTED_ADDRESS: mark("Indirizzo protetto: non si mostra a nessuno."),
    Notice.SHORT_YEAR: mark("Un anno è scritto con due cifre: controlla il secolo."),
    Notice.AGE_ASSUMED: mark(
        "Degli altri adulti manca la nascita: contano come se avessero l’età di chi fa domanda."
    ),
    Notice.DEPENDANTS_UNTOLD: mark(
        "Ci sono figli da 18 a 25 anni, e non è scritto se sono a carico: contano come di no."
    ),
    Notice.TWINS_UNTOLD: mark("Due figli sono nati lo stesso giorno, e non è scritto che è un parto"
        " gemellare."),
    Notice.EXAMPLE: mark("È la riga di esempio del modello: toglila dal file."),
    Notice.NO_STATEMENT: mark("Manca la data della DSU, o la scadenza di un ISEE corrente."),
    Notice.STATEMENT_UNUSABLE: mark("Questo ISEE oggi non vale per le prestazioni del Comune."),
}  # fmt: skip

ALIKE: Final[Mapping[str, str]] = {
    Alike.NAME: mark("Stesso nome e cognome, altro codice fiscale"),
    Alike.SURNAME_AND_BIRTH: mark("Stesso cognome, nati lo stesso giorno"),
    Alike.DSU: mark("Stessa DSU: forse la stessa famiglia ha fatto domanda due volte"),
    Alike.CHILDREN: mark("Gli stessi figli: forse la stessa famiglia ha fatto domanda due volte"),
}
