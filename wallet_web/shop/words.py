"""What the till page says, by the API's codes and by its own occasions; translated when shown.

Not here: the API's catalogue (`merchant_api`), of which every code a till can meet has its words.
"""
# long: one table, so that a till never shows a code.

from collections.abc import Mapping
from typing import Final

from wallet_web.languages import mark

TILL: Final[Mapping[str, str]] = {
    # The book's no.
    "key_reused": mark("Questa operazione è già registrata con altri dati. Ricomincia."),
    "voided": mark("Questa operazione era già annullata. Ricomincia."),
    "insufficient_funds": mark("Sul buono non c’è abbastanza."),
    "take_at_most": mark("Puoi incassare al massimo {sum}."),
    "take_most": mark("Incassa {sum}"),
    "rest": mark("Restano da pagare {sum} con altro mezzo."),
    "credential_inactive": mark("Codice bloccato o sostituito: la famiglia chiami il Comune."),
    "shop_suspended": mark("Il tuo negozio è sospeso: chiama il Comune."),
    "not_admitted": mark("Questo buono non vale per il tuo tipo di negozio."),
    "not_yet_valid": mark("Il buono non è ancora valido."),
    "expired": mark("Il buono è scaduto."),
    "not_in_group": mark(
        "Questo buono vale solo nei negozi del gruppo di acquisto: la famiglia paghi in altro modo."
    ),
    "other_denomination": mark(
        "Il tuo tipo di negozio non prende buoni di questo taglio: chiedine uno di un altro taglio."
    ),
    "earned_here": mark(
        "Questo buono è stato guadagnato da te: la famiglia lo spende in un altro negozio."
    ),
    "begun_elsewhere": mark(
        "Questo buono è già iniziato in un altro negozio: il resto si spende là."
    ),
    "first_use_missed": mark(
        "Il buono andava iniziato prima, e il tempo è passato: la famiglia chiami il Comune."
    ),
    "declaration_needed": mark(
        "Questo buono non paga tutto: guarda la spesa e segna che cosa non c’è, poi incassa."
    ),
    "bill_needed": mark(
        "Questo buono paga solo una parte: scrivi il totale dello scontrino, poi incassa."
    ),
    "over_share": mark("È più della parte di scontrino che il buono può pagare: incassa di meno."),
    "over_day": mark("È più di quanto la famiglia può spendere oggi: incassa di meno."),
    "over_week": mark("È più di quanto la famiglia può spendere in settimana: incassa di meno."),
    "ceiling_reached": mark("Il massimo della famiglia è stato raggiunto adesso: guarda di nuovo."),
    "over_limit": mark("È più del massimo per una spesa: incassa di meno."),
    "account_closed": mark("Buono già usato o ritirato dal Comune."),
    "refund_exceeds": mark("Non si può restituire più di quanto pagato."),
    "too_late": mark("È passato troppo tempo per annullare: usa Storna."),
    # What is no decision: nothing was charged.
    "unauthorized": mark("La cassa non è più collegata: collegala di nuovo."),
    "secret_unknown": mark("Codice della cassa non riconosciuto: sono 32 caratteri, ricopiali."),
    "token_refused": mark("Codice non valido: inquadra di nuovo, o scrivi i 12 caratteri."),
    "code_mistyped": mark("C’è un errore di battitura nel codice: controlla i 12 caratteri."),
    "code_unknown": mark("Codice non trovato. Controlla con la famiglia."),
    "pin_needed": mark("Serve il PIN: lo scrive la famiglia."),
    "pin_wrong": mark("PIN sbagliato. Dopo cinque errori il codice si blocca."),
    "pin_locked": mark("Troppi PIN sbagliati: la famiglia chiami il Comune per sbloccarlo."),
    "not_found": mark("Operazione non trovata."),
    "not_proved_yet": mark("La prova non c’è ancora: riprova tra qualche minuto."),
    "invalid": mark("Controlla quello che hai scritto: codice di 12 caratteri, PIN di 5 cifre."),
    "too_many": mark("Troppi tentativi: aspetta un minuto."),
    "busy": mark("C’è troppo traffico: riprova tra qualche secondo."),
    "read_only": mark("Il Comune sta ripristinando il registro: riprova più tardi."),
    "unknown_outcome": mark("Non sappiamo ancora com’è andata: riprova."),
    "not_charged": mark("Non è stato incassato nulla. Puoi ricominciare."),
    "other_till": mark(
        "Era di un’altra cassa del negozio. Guarda tra gli incassi prima di ripetere."
    ),
    "other": mark("Non è riuscito, e nulla è stato incassato. Riprova; se succede ancora, chiama."),
    # The page's own.
    "no_network": mark("Manca la rete. Controlla il collegamento e riprova."),
    "no_camera": mark("La fotocamera non si apre: scrivi il codice."),
    "scanned": mark("Codice letto. Ora il PIN."),
    "not_ours": mark("Questo codice non è un buono: inquadra quello del foglio del Comune."),
    "nothing_seen": mark("Non vedo nessun codice: avvicina il foglio, o scrivi il codice."),
    "slip_scanned": mark("Tagliando letto: il PIN non serve."),
    "photo_unread": mark("Nella foto non si legge nessun codice: riprova, o scrivilo."),
    "amount_unread": mark("Scrivi l’importo così: 12,50."),
    "not_fiscal": mark("Documento non fiscale"),
    "receipt": mark("Ricevuta"),
    "refund_receipt": mark("Storno"),
    "refund_of": mark("Torna sul buono, dall’incasso {sale}"),
    "receipt_code": mark("Codice QR della ricevuta firmata"),
    "spendable": mark("Si può spendere fino a"),
    "worth": mark("vale {sum}"),
    "worth_all": mark("Con quello che aggiungi tu, la spesa vale {sum}."),
    "once": mark(" (si usa una volta sola, il resto torna al Comune)"),
    "doubt": mark("Sto controllando… Non prendere altro denaro."),
    "PAID": mark("PAGATO"),
    "REFUSED": mark("NON PAGATO"),
    "left": mark("Sul buono restano"),
    "undone": mark("Annullato: l’importo è tornato sul buono."),
    "refund_done": mark("Stornati {sum}: sono tornati sul buono."),
    "today": mark("Oggi: {n} incassi, {sum}"),
    "today_one": mark("Oggi: 1 incasso, {sum}"),
    "more": mark("Mostra i precedenti"),
    "no_sales": mark("Ancora nessun incasso."),
    "redemption": mark("Incasso"),
    "offline_redemption": mark("Incasso senza rete"),
    "refund": mark("Storna"),
    "undo": mark("Annulla"),
    "refunded": mark("Restituiti"),
    "payout": mark("Pagamento ricevuto"),
    "claim_cover": mark("Recupero"),
    "reversal": mark("Rettifica"),
    # Without network: what this phone says, and why a sale is not taken or was not paid.
    "ACCEPTED": mark("ACCETTATO, DA SINCRONIZZARE"),
    "accepted_why": mark(
        "Tieni il tagliando. Appena torna la rete questa cassa manda l’incasso da sola."
    ),
    "offline_slip": mark("Manca la rete, ma questo tagliando si può accettare fino a {sum}."),
    "accept": mark("Accetta senza rete {sum}"),
    "accept_sure": mark("Sì: accetto {sum} e tengo il tagliando"),
    "given_up": mark("Incasso lasciato: quando torna la rete questa cassa lo annulla."),
    "typed_offline": mark(
        "Senza rete il codice scritto non basta: inquadra il tagliando con la fotocamera."
    ),
    "family_offline": mark(
        "Senza rete il codice della famiglia e il PIN non si possono controllare: aspetta la rete."
    ),
    "why_offline_closed": mark("Questo buono senza rete non si può prendere: aspetta la rete."),
    "why_not_admitted": mark("Questo buono non vale per il tuo tipo di negozio."),
    "why_not_granted": mark(
        "Questa cassa ora non può accettare senza rete: serve un contatto con il Comune."
    ),
    "why_clock": mark("L’orologio di questo telefono non è giusto: correggilo."),
    "why_lists_old": mark("Gli elenchi di questa cassa sono vecchi: collegala alla rete."),
    "why_over_face": mark("È più di quanto resta di questo tagliando su questa cassa."),
    "why_over_share": mark("È più di quanto questa cassa può prendere senza rete oggi."),
    "why_too_many": mark("Troppi incassi aspettano di essere inviati: collega la cassa alla rete."),
    "why_too_late": mark("È stato inviato oltre il tempo della garanzia."),
    "why_forked": mark("Questo telefono ha mandato due volte lo stesso numero: chiama il Comune."),
    "why_other": mark("Il Comune non lo ha pagato: chiamalo e tieni il tagliando."),
    "unsent": mark("Da inviare: {n} incassi, {sum}. Garantiti se partono entro {hours} ore."),
    "unsent_one": mark("Da inviare: 1 incasso, {sum}. Garantito se parte entro {hours} ore."),
    "unsent_late": mark("Da inviare: {n} incassi, {sum}. La garanzia è scaduta: inviali ora."),
    "unsent_stay": mark("Non scollegare: ci sono {n} incassi da inviare. Prima serve la rete."),
    "unsent_connect": mark("La rete c’è: scrivi il codice della cassa per inviare gli incassi."),
    "unsent_item": mark("Da inviare"),
    "disputed": mark("Contestato"),
    "disputed_seen": mark("Ho visto"),
    "paid_anyway": mark("Pagato dal buono, fuori garanzia"),
    "no_store": mark("Questo browser non conserva nulla: la cassa vende solo con la rete."),
    "no_device_key": mark(
        "Questo telefono non sa fare o conservare la chiave: la cassa vende solo con la rete."
    ),
    "still_waiting": mark("Prima invia gli incassi che aspettano, poi ricomincia."),
    "clock": mark("L’orologio di questo telefono non è giusto: correggilo."),
    "device_none": mark("Questo telefono non è preparato: la cassa vende solo con la rete."),
    "device_waiting": mark("In attesa di conferma del Comune: per ora solo con la rete."),
    "device_active": mark("Pronto: senza rete accetta tagliandi fino a {sum} in tutto."),
    "device_closed": mark(
        "Confermato, ma ora nessuna iniziativa lascia vendere senza rete in questo negozio."
    ),
    "device_frozen": mark("Sospeso: il Comune deve prima guardare gli incassi. Chiamalo."),
    "device_revoked": mark("La cassa usa un altro telefono: questo vende solo con la rete."),
    "to_settle": mark("Da liquidare"),
    "in_settlement": mark("In liquidazione"),
    "paid": mark("Pagato il {day} con mandato n. {number}"),
}
