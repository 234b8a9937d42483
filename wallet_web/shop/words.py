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
    "no_discount": mark(
        "Il negozio non ha oggi un accordo con il circuito: chiama l’associazione."
    ),
    "switched_off": mark("Il circuito non lo permette ancora: si attende un parere legale."),
    "wallet_full": mark("Il negozio ha già tutti i crediti che può rimettere in giro."),
    "bought_long_ago": mark("Sono passati più di sette giorni: non si registra più."),
    "no_circuit": mark("Qui non c’è ancora un circuito."),
    "over_limit": mark("È più del massimo per una spesa: incassa di meno."),
    "already_claimed": mark(
        "Questo codice è già servito: la famiglia tocca «Nuovo pagamento», poi inquadra di nuovo."
    ),
    "account_closed": mark("Buono già usato o ritirato dal Comune."),
    "refund_exceeds": mark("Non si può restituire più di quanto pagato."),
    "too_late": mark("È passato troppo tempo per annullare: usa Storna."),
    # What is no decision: nothing was charged.
    "unauthorized": mark("La cassa non è più collegata: collegala di nuovo."),
    "secret_unknown": mark("Codice della cassa non riconosciuto: sono 32 caratteri, ricopiali."),
    "practice_family": mark("Codice della famiglia di prova"),
    "practice_slip": mark("Tagliando di prova da {sum}"),
    "practice_over": mark("La prova è finita: da adesso la cassa è quella vera."),
    "no_practice": mark("Questo server non ha una prova: chiedi al Comune."),
    "till_revoked": mark("Questa cassa è stata ritirata: il titolare la ricollega con un codice."),
    "device_unconfirmed": mark("Il titolare non ha ancora confermato questo telefono."),
    "challenge_refused": mark("Questo telefono non è riconosciuto: collegalo con un codice."),
    "invitation_unknown": mark(
        "Codice non valido, già usato o scaduto: il titolare ne fa un altro."
    ),
    "operator_needed": mark("Prima entra un operatore con il suo PIN."),
    "operator_pin_wrong": mark("PIN sbagliato. Dopo cinque errori l’operatore si blocca."),
    "operator_locked": mark("Troppi PIN sbagliati: lo sblocca il titolare in «Casse e operatori»."),
    "right_missing": mark("Il tuo PIN non può farlo: chiedi a chi può stornare."),
    "second_operator_needed": mark(
        "Questo importo chiede il PIN di un altro operatore che può stornare."
    ),
    "pin_offline": mark("Senza rete il PIN non si può controllare: aspetta la rete."),
    "token_refused": mark("Codice non valido: inquadra di nuovo, o scrivi i 12 caratteri."),
    "other_sale": mark(
        "Il telefono vale per un altro importo o negozio: fallo riaprire e riprova."
    ),
    "code_mistyped": mark("C’è un errore di battitura nel codice: controlla i 12 caratteri."),
    "code_unknown": mark("Codice non trovato. Controlla con la famiglia."),
    "card_mistyped": mark("C’è un errore nel codice fiscale: controlla i 16 caratteri."),
    "card_refused": mark(
        "Tessera o PIN non riconosciuti. Il PIN è quello del foglio della famiglia: dopo cinque "
        "errori si blocca. La tessera va attivata dal Comune."
    ),
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
    "no_camera": mark("La fotocamera non si apre: usa una foto, o scrivi il codice."),
    "camera_refused": mark(
        "La fotocamera non si apre perché il browser non ha il permesso: tocca il lucchetto "
        "accanto all’indirizzo, permetti la fotocamera e ricarica. Intanto usa una foto, o scrivi "
        "il codice."
    ),
    "camera_android": mark(
        "La fotocamera non si apre perché Chrome non ha il permesso: tocca l’icona accanto "
        "all’indirizzo, poi Autorizzazioni, poi Fotocamera, e ricarica. Se non c’è: Impostazioni "
        "del telefono, App, Chrome, Autorizzazioni. Intanto usa una foto, o scrivi il codice."
    ),
    "camera_iphone": mark(
        "La fotocamera non si apre perché manca il permesso: Impostazioni, App, Safari, "
        "Fotocamera, poi Consenti (o Chiedi), e riapri la cassa. Intanto usa una foto, o scrivi "
        "il codice."
    ),
    "camera_none": mark(
        "Qui non c’è una fotocamera: usa un lettore di codici, una foto, o scrivi il codice."
    ),
    "camera_busy": mark(
        "La fotocamera è usata da un’altra applicazione: chiudila e tocca Inquadra il codice."
    ),
    "camera_insecure": mark(
        "La fotocamera si apre solo su indirizzi https: usa una foto, o scrivi il codice."
    ),
    "read_first": mark("Codice letto. Ora l’importo."),
    "reader_layout": mark(
        "Il lettore scrive come un’altra tastiera, e il codice arriva storpiato: impostalo su "
        "tastiera USA, maiuscole, Invio alla fine (è sul suo foglietto). Intanto usa la fotocamera."
    ),
    "scanned": mark("Codice letto. Ora il PIN."),
    "card_scanned": mark("Tessera letta. Ora il PIN."),
    "card_offline": mark("La tessera senza rete non si può controllare: aspetta la rete."),
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
    "why_over_sale": mark("È più di quanto un telefono può pagare senza rete in una volta."),
    "why_other_sale": mark("Il telefono valeva per un altro negozio o importo."),
    "phone_scanned": mark("Telefono letto."),
    "ask_waiting": mark("Aspetto il pagamento…"),
    "ask_no_network": mark("Senza rete: quando la famiglia ha pagato, inquadra il suo telefono."),
    "ask_other_code": mark("Non è il pagamento di questa richiesta: inquadra il suo telefono."),
    "paid_unseen": mark("Ricevuta del Comune controllata: in elenco arriva con la rete."),
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
    "lists_refused": mark(
        "Gli elenchi firmati non sono quelli della Rete: questa cassa vende solo con la rete. "
        "Chiama il Comune."
    ),
    "device_none": mark("Questo telefono non è preparato: la cassa vende solo con la rete."),
    "device_keeping": mark("Salvo la cassa su questo telefono: tieni la rete ancora un momento…"),
    "page_not_kept": mark("Questo telefono non ha ancora salvato tutto: serve la rete."),
    "page_lost": mark(
        "Questo telefono non ha potuto salvare la cassa: senza rete non si apre. Ricarica la "
        "pagina."
    ),
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
