"""What the auditor's controls are called and what each looks for, for `words`.

A sentence holds `{limit}`, so that the page never says another figure than the rule has.
"""

from collections.abc import Mapping
from typing import Final

from wallet_web.languages import mark

EXCEPTIONS: Final[Mapping[str, str]] = {
    "payable_negative": mark("Dovuto sotto zero"),
    "payable_large": mark("Dovuto molto alto"),
    "claim_open": mark("Da recuperare da tempo"),
    "refund_late": mark("Rimborso tardivo"),
    "refund_after_period": mark("Rimborso dopo la chiusura"),
    "refund_large": mark("Rimborso alto"),
    "upload_late": mark("Spesa arrivata tardi"),
    "upload_after_period": mark("Spesa arrivata dopo la chiusura"),
    "offline_loss": mark("Perdita senza rete"),
    "whole_vouchers": mark("Molti buoni spesi interi"),
    "quick_family": mark("Spese una dietro l’altra"),
    "at_night": mark("Spesa di notte"),
}

LOOKED_FOR: Final[Mapping[str, str]] = {
    "payable_negative": mark(
        "Un negozio a cui dobbiamo meno di {limit}. Il libro lo rifiuta: qui c’è qualcosa solo se"
        " qualcuno ha toccato i dati."
    ),
    "payable_large": mark("Un negozio a cui oggi dobbiamo {limit} o più per una iniziativa."),
    "claim_open": mark("Un rimborso tardivo che il negozio non copre da {limit} giorni o più."),
    "refund_late": mark("Un rimborso registrato {limit} o più giorni dopo la spesa."),
    "refund_after_period": mark("Un rimborso di una spesa il cui periodo era già chiuso."),
    "refund_large": mark("Un rimborso di {limit} o più."),
    "upload_late": mark("Una spesa arrivata al libro {limit} o più giorni dopo che fu fatta."),
    "upload_after_period": mark(
        "Una spesa fatta prima della chiusura di un periodo, e arrivata dopo."
    ),
    "offline_loss": mark(
        "Quanto il fondo rischi ha pagato a un negozio che senza rete aveva seguito le regole."
    ),
    "whole_vouchers": mark(
        "{limit} o più buoni o tagliandi spesi interi, in un colpo, nello stesso negozio e giorno."
    ),
    "quick_family": mark("La stessa famiglia per la {limit}ª volta o più in dieci minuti."),
    "at_night": mark("Una spesa tra mezzanotte e le {limit} del mattino, ora di Roma."),
}

MEASURES: Final[Mapping[str, str]] = {
    "days": mark("giorni"),
    "periods": mark("periodi"),
    "sales": mark("spese"),
    "hour": mark("ora del giorno"),
}

LEVELS: Final[Mapping[str, str]] = {
    "near": mark("Oltre il 75 % della soglia"),
    "close": mark("Oltre il 90 % della soglia"),
    "reached": mark("Soglia raggiunta"),
}

FINDINGS: Final[Mapping[str, str]] = {
    "regular": mark("Regolare"),
    "to_clarify": mark("Da chiarire"),
    "irregular": mark("Non regolare"),
}

SAMPLE_STATES: Final[Mapping[str, str]] = {
    "open": mark("Aperto"),
    "closed": mark("Chiuso"),
}
