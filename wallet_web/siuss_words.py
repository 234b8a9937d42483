"""The fields that the SIUSS is told, in words. Not here: the page (`wallet_web.comune.siuss`)."""

from collections.abc import Mapping
from typing import Final

from ledger.reports.siuss import BODY, Field
from wallet_web.languages import mark

FIELDS: Final[Mapping[str, str]] = {
    Field.FISCAL_CODE: mark("Codice fiscale di chi riceve"),
    Field.PAYING_BODY: mark("Ente che eroga"),
    Field.BENEFIT_CODE: mark("Codice della prestazione"),
    Field.AMOUNT: mark("Importo"),
    Field.FIRST_DAY: mark("Primo giorno del periodo"),
    Field.LAST_DAY: mark("Ultimo giorno del periodo"),
    Field.DSU: mark("Protocollo della DSU"),
    BODY: mark("Come l’INPS chiama il nostro Comune"),
}
MEASURES: Final[Mapping[str, str]] = {
    "given": mark("il valore dei buoni dati alle famiglie"),
    "spent": mark("quello che le famiglie hanno speso"),
}
