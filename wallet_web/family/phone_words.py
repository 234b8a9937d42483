"""What the page of a phone that pays says, by occasion; translated when shown.

Not here: the page's own text (`templates/family/pay.html`).
"""

from collections.abc import Mapping
from typing import Final

from wallet_web.languages import mark

WORDS: Final[Mapping[str, str]] = {
    "left": mark("Restano {sum}"),
    "carried": mark("Anche senza rete puoi spendere fino a {sum}."),
    "carried_none": mark("Senza rete questo telefono non può pagare: mostra il foglio, o aspetta."),
    "as_of": mark("Aggiornato alle {time}."),
    "no_network": mark("Senza rete"),
    "no_network_why": mark("Il telefono non ha rete: scrivi quanto paghi, poi mostra il codice."),
    "no_camera": mark("La fotocamera non si apre: mostra il tuo codice, o usa il foglio."),
    "over_carried": mark("È più di quanto hai sul telefono: il negozio deve avere rete."),
    "wrong_amount": mark("Scrivi l’importo così: 12,50"),
    "seconds": mark("Nuovo codice tra {n} secondi"),
    "pay": mark("Paga {sum} a {shop}"),
    "paying": mark("Sto pagando…"),
    "paid": mark("Pagato {sum}"),
    "paid_to": mark("a {shop}. Ti restano {left}."),
    "asked": mark("{shop} ti chiede {sum}."),
    "shop_unknown": mark("Negozio numero {n}"),
    "nobody_asks": mark("Questo non è il codice di un negozio: inquadra quello sulla sua cassa."),
    "answer_offline": mark("Fai inquadrare questo codice alla cassa: vale {sum}, solo per {shop}."),
    "too_much_offline": mark(
        "Senza rete puoi spendere fino a {sum}: paga di meno, o aspetta la rete."
    ),
    # The server's no.
    "pin_needed": mark("Sopra questo importo serve il PIN del foglio."),
    "pin_wrong": mark("PIN sbagliato. Dopo cinque errori il codice si blocca."),
    "pin_locked": mark("Troppi PIN sbagliati: chiama il Comune per sbloccarlo."),
    "too_many": mark("Troppi tentativi: aspetta un minuto."),
    "phone_unknown": mark("Questo telefono non è più attivo: riattivalo dai tuoi buoni."),
    "not_signed": mark("Questo telefono non è più attivo: riattivalo dai tuoi buoni."),
    "not_signed_in": mark("Per pagare entra con il codice e il PIN, poi inquadra di nuovo."),
    "request_refused": mark("Il codice del negozio è scaduto: chiedi di mostrarlo di nuovo."),
    "clock": mark("L’orologio del telefono è sbagliato: mettilo in automatico e riprova."),
    "insufficient_funds": mark("I tuoi buoni non bastano per questo importo."),
    "not_admitted": mark("I tuoi buoni non valgono in questo negozio."),
    "not_yet_valid": mark("I tuoi buoni non sono ancora validi."),
    "expired": mark("I tuoi buoni sono scaduti."),
    "over_limit": mark("È più del massimo per una spesa."),
    "over_day": mark("È più di quanto puoi spendere oggi."),
    "over_week": mark("È più di quanto puoi spendere questa settimana."),
    "bill_needed": mark("Questo buono chiede il totale dello scontrino: paga con il codice."),
    "declaration_needed": mark("Questo buono chiede di guardare la spesa: paga con il codice."),
    "credential_inactive": mark("Questo telefono è stato tolto: riattivalo dai tuoi buoni."),
    "shop_suspended": mark("Questo negozio è sospeso."),
    "key_reused": mark("Questo codice è già stato pagato."),
    "already_claimed": mark("Questo codice è già servito: chiedi al negozio di rifarlo."),
    "too_many_phones": mark("Hai già quattro telefoni: prima togline uno."),
    "no_device_key": mark("Questo telefono non sa custodire una chiave: usa il foglio."),
    "no_store": mark("Il browser non conserva dati: esci dalla navigazione anonima."),
    "other": mark("Non è andata: nulla è stato pagato. Riprova."),
    "doubt": mark("Non sappiamo se è andata: chiedi alla cassa prima di pagare di nuovo."),
}
