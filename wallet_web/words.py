"""Codes, kinds and states -> words on screen, in Italian; complete by test, translated when shown.

Not here: sentences of one page only; they stand in its template.
"""
# long: one table, so that two pages never call one thing by two names.

from collections.abc import Mapping
from typing import Final

from ledger import AccountKind, Code, EntryKind
from ledger.imports.faults import Fault
from wallet_web.control_words import (
    EXCEPTIONS,
    FINDINGS,
    LEVELS,
    LOOKED_FOR,
    MEASURES,
    SAMPLE_STATES,
)
from wallet_web.entitlement_words import (
    APPLICATIONS,
    DEGREES,
    OUTCOMES,
    REASONS,
    STATEMENTS,
)
from wallet_web.five_rs_words import LETTERS, LINES
from wallet_web.household_words import ALIKE, HOUSEHOLD_FAULTS, NOTICES
from wallet_web.languages import mark
from wallet_web.practice_words import FIGURES

ACCOUNTS: Final[Mapping[str, str]] = {
    AccountKind.TREASURY: mark("Cassa dell’iniziativa"),
    AccountKind.FUND: mark("Da assegnare"),
    AccountKind.BATCH: mark("In emissione"),
    AccountKind.VOUCHER: mark("Buoni delle famiglie"),
    AccountKind.DEVICE_RESERVE: mark("Riserva offline"),
    AccountKind.SHOP_PAYABLE: mark("Dovuto ai negozi"),
    AccountKind.REFUND_DUE: mark("Rimborsi in attesa"),
    AccountKind.SHOP_CLAIM: mark("Da recuperare dai negozi"),
    AccountKind.OFFLINE_RISK: mark("Fondo rischi offline"),
    AccountKind.CAP: mark("Contati nel massimo di una famiglia"),
    AccountKind.CAPS_USED: mark("Contati nei massimi, in tutto"),
    AccountKind.BANK: mark("Banca del circuito"),
    AccountKind.CONTRIBUTION_DUE: mark("Contributi dovuti dai negozi"),
    AccountKind.FUND_ACCRUED: mark("Fondo Sociale maturato, da incassare"),
    AccountKind.FAMILY_BONUS_ACCRUED: mark("Sconti delle famiglie maturati, da incassare"),
    AccountKind.SOCIAL_FUND: mark("Fondo Sociale"),
    AccountKind.FAMILY_BONUS: mark("Sconti delle famiglie incassati"),
    AccountKind.IN_TRANSIT: mark("In viaggio verso un Comune"),
    AccountKind.CREDIT_RESERVE: mark("Copertura dei crediti"),
    AccountKind.RUNNING_COSTS: mark("Spese del circuito"),
    AccountKind.CREDITS_ISSUED: mark("Crediti emessi"),
    AccountKind.WALLET: mark("Crediti in mano"),
    AccountKind.MEMBER: mark("Ore della banca del tempo"),
}

ENTRIES: Final[dict[str, str]] = {
    EntryKind.FUNDING: mark("Finanziamento"),
    EntryKind.DEFUNDING: mark("Economie"),
    EntryKind.OFFLINE_COVER: mark("Copertura offline"),
    EntryKind.OFFLINE_COVER_FREED: mark("Copertura offline liberata"),
    EntryKind.APPROVAL: mark("Approvazione di un elenco"),
    EntryKind.ISSUANCE: mark("Emissione"),
    EntryKind.COMPLETION: mark("Fine dell’emissione"),
    EntryKind.RESERVE: mark("Riserva per un telefono"),
    EntryKind.RESERVE_RELEASE: mark("Riserva restituita"),
    EntryKind.EXPIRY: mark("Scadenza"),
    EntryKind.RECALL: mark("Revoca"),
    EntryKind.GIFT: mark("Buono sospeso"),
    EntryKind.REDEMPTION: mark("Spesa"),
    EntryKind.OFFLINE_REDEMPTION: mark("Spesa senza rete"),
    EntryKind.REFUND: mark("Rimborso"),
    EntryKind.CLAIM_COVER: mark("Recupero dal negozio"),
    EntryKind.VOID: mark("Annullamento"),
    EntryKind.PAYOUT: mark("Pagamento al negozio"),
    EntryKind.PURCHASE: mark("Acquisto con sconto"),
    EntryKind.CONTRIBUTION_PAYMENT: mark("Contributo pagato da un negozio"),
    EntryKind.GOODS_RETURN: mark("Reso della merce"),
    EntryKind.WRITE_OFF: mark("Contributo non esigibile"),
    EntryKind.DONATION: mark("Donazione al Fondo Sociale"),
    EntryKind.FEED: mark("Dal Fondo Sociale a un’iniziativa"),
    EntryKind.FEED_ARRIVAL: mark("Arrivo nell’iniziativa di un Comune"),
    EntryKind.BONUS_RELEASE: mark("Sconto accreditato in crediti"),
    EntryKind.CREDIT_PAYMENT: mark("Pagamento in crediti"),
    EntryKind.CONVERSION: mark("Conversione di crediti in euro"),
    EntryKind.CIRCUIT_PAYOUT: mark("Pagamento del circuito"),
    EntryKind.HOURS_GIVEN: mark("Ore date e ricevute"),
    EntryKind.REVERSAL: mark("Rettifica"),
    EntryKind.OPENING: mark("Apertura di conti"),
    EntryKind.REGISTRATION: mark("Iscrizione nei registri"),
    EntryKind.HOLD_EXPIRY: mark("Fine di un importo bloccato"),
    EntryKind.PERIOD_CLOSE: mark("Chiusura del periodo"),
    EntryKind.SEAL: mark("Totali del libro"),
    EntryKind.ERASURE: mark("Cancellazione dei dati di una persona"),
}

# The same to a family, where the book's word says nothing to it.
FAMILY_ENTRIES: Final[Mapping[str, str]] = ENTRIES | {
    EntryKind.ISSUANCE: mark("Buono ricevuto"),
    EntryKind.EXPIRY: mark("Buono scaduto: il resto torna al Comune"),
    EntryKind.RECALL: mark("Buono ritirato dal Comune"),
    EntryKind.REVERSAL: mark("Correzione del Comune"),
    EntryKind.REFUND: mark("Restituito dal negozio"),
    EntryKind.GIFT: mark("Donato a un’altra famiglia (buono sospeso)"),
}

CODES: Final[Mapping[str, str]] = {
    Code.ACCEPTED: mark("Registrato"),
    Code.KEY_REUSED: mark("Rifiutato: stessa richiesta con altre parole"),
    Code.VOIDED: mark("Annullato prima di arrivare"),
    Code.CREDENTIAL_INACTIVE: mark("Rifiutato: codice bloccato o sostituito"),
    Code.SHOP_SUSPENDED: mark("Rifiutato: negozio sospeso"),
    Code.NOT_ADMITTED: mark("Rifiutato: negozio non ammesso a questa iniziativa"),
    Code.NOT_YET_VALID: mark("Rifiutato: buono non ancora valido"),
    Code.EXPIRED: mark("Rifiutato: buono scaduto"),
    Code.NOT_IN_GROUP: mark("Rifiutato: negozio fuori dal gruppo di acquisto"),
    Code.OTHER_DENOMINATION: mark("Rifiutato: taglio non ammesso in questo tipo di negozio"),
    Code.EARNED_HERE: mark("Rifiutato: da spendere in un negozio diverso"),
    Code.BEGUN_ELSEWHERE: mark("Rifiutato: il resto si spende dove è stato iniziato"),
    Code.FIRST_USE_MISSED: mark("Rifiutato: non iniziato entro i giorni previsti"),
    Code.DECLARATION_NEEDED: mark("Rifiutato: non dichiarato che cosa manca dalla spesa"),
    Code.BILL_NEEDED: mark("Rifiutato: manca il totale dello scontrino"),
    Code.OVER_SHARE: mark("Rifiutato: più della parte di scontrino ammessa"),
    Code.OVER_DAY: mark("Rifiutato: più del massimo di un giorno"),
    Code.OVER_WEEK: mark("Rifiutato: più del massimo di una settimana"),
    Code.OVER_LIMIT: mark("Rifiutato: più del massimo per una spesa"),
    Code.GIFT_NOT_ALLOWED: mark("Rifiutato: la fonte del denaro non permette di donarlo"),
    Code.STILL_OFFLINE: mark("Rifiutato: può averlo un negozio senza rete, aspetta"),
    Code.NO_DISCOUNT: mark("Rifiutato: il negozio non ha oggi un accordo con il circuito"),
    Code.SWITCHED_OFF: mark("Rifiutato: il circuito non lo permette, si attende un parere legale"),
    Code.TOO_LATE: mark("Rifiutato: tempo scaduto per annullare"),
    Code.NOT_APPROVED: mark("Rifiutato: serve l’approvazione di un’altra persona"),
    Code.ITEM_NOT_ALLOWED: mark("Rifiutato: operazione non ammessa"),
    Code.UNKNOWN_ACCOUNT: mark("Rifiutato: conto sconosciuto"),
    Code.ACCOUNT_EXISTS: mark("Rifiutato: conto già aperto"),
    Code.OUTSIDE_CHART: mark("Rifiutato: limiti fuori dal piano dei conti"),
    Code.SAME_ACCOUNT: mark("Rifiutato: dare e avere sullo stesso conto"),
    Code.UNIT_MISMATCH: mark("Rifiutato: conti di iniziative diverse"),
    Code.POSTING_RULE: mark("Rifiutato: contrario alle regole di registrazione"),
    Code.ACCOUNT_CLOSED: mark("Rifiutato: conto chiuso"),
    Code.UNKNOWN_UNIT: mark("Rifiutato: iniziativa sconosciuta"),
    Code.PERIOD_NOT_OPEN: mark("Rifiutato: periodo non aperto"),
    Code.ALREADY_CLAIMED: mark("Rifiutato: numero già usato"),
    Code.COMMITMENT_EXISTS: mark("Rifiutato: dato riservato già presente"),
    Code.UNKNOWN_COMMITMENT: mark("Rifiutato: dato riservato sconosciuto"),
    Code.HOLD_EXISTS: mark("Rifiutato: importo già bloccato"),
    Code.UNKNOWN_HOLD: mark("Rifiutato: importo bloccato sconosciuto"),
    Code.HOLD_RESOLVED: mark("Rifiutato: importo bloccato già usato o liberato"),
    Code.HOLD_EXPIRED: mark("Rifiutato: importo bloccato scaduto"),
    Code.HOLD_NOT_DUE: mark("Rifiutato: importo bloccato non ancora scaduto"),
    Code.EXCEEDS_HOLD: mark("Rifiutato: più dell’importo bloccato"),
    Code.UNKNOWN_ENTRY: mark("Rifiutato: registrazione sconosciuta"),
    Code.NOT_REVERSIBLE: mark("Rifiutato: registrazione non rettificabile"),
    Code.ALREADY_REVERSED: mark("Rifiutato: registrazione già rettificata"),
    Code.REFUND_EXCEEDS: mark("Rifiutato: rimborso maggiore della spesa"),
    Code.ACCOUNT_NOT_EMPTY: mark("Rifiutato: sul conto c’è ancora denaro"),
    Code.INSUFFICIENT_FUNDS: mark("Rifiutato: disponibilità insufficiente"),
    Code.CEILING_REACHED: mark("Rifiutato: limite massimo raggiunto"),
    Code.COUNTER_FULL: mark("Rifiutato: conto pieno"),
    Code.UNLINKED: mark("Rifiutato: le due parti della registrazione non vanno insieme"),
}

# Goods that some programmes do not pay: after "niente", and in a list.
GOODS: Final[Mapping[str, str]] = {
    "alcohol": mark("alcolici"),
    "lotteries": mark("lotterie e giochi"),
    "tobacco": mark("tabacchi"),
    "top_ups": mark("ricariche del telefono"),
}

CATEGORIES: Final[Mapping[str, str]] = {
    "grocery": mark("Alimentari"),
    "bakery": mark("Panificio"),
    "butcher": mark("Macelleria"),
    "greengrocer": mark("Frutta e verdura"),
    "bar": mark("Bar"),
    "restaurant": mark("Ristorante"),
    "pharmacy": mark("Farmacia"),
    "bookshop": mark("Libreria"),
    "stationery": mark("Cartoleria"),
    "florist": mark("Fiorista"),
    "clothes": mark("Abbigliamento"),
    "household": mark("Casa e igiene"),
    "sport": mark("Sport"),
}

ROLES: Final[Mapping[str, str]] = {
    "officer": mark("Operatore comunale"),
    "approver": mark("Responsabile che approva"),
    "treasurer": mark("Ragioneria"),
    "auditor": mark("Revisore"),
}

CIRCUIT_ROLES: Final[Mapping[str, str]] = {
    "officer": mark("Circuito: chi propone"),
    "approver": mark("Circuito: chi conferma"),
    "association": mark("Associazione"),
}

STATES: Final[Mapping[str, str]] = {
    "active": mark("Attivo"),
    "to_recover": mark("Da recuperare"),
    "suspended": mark("Sospeso"),
    "revoked": mark("Revocato"),
    "replaced": mark("Sostituito"),
    "blocked": mark("Bloccato"),
    "prepared": mark("Da approvare"),
    "approved": mark("Approvato"),
    "issued": mark("Emesso"),
    "withdrawn": mark("Ritirato"),
    "in_transit": mark("In viaggio"),
    "valid": mark("Valido"),
    "not_yet": mark("Non ancora valido"),
    "spent": mark("Speso tutto"),
    "ended": mark("Scaduto"),
    "open": mark("In corso"),
    "to_settle": mark("Da liquidare"),
    "in_settlement": mark("In liquidazione"),
    "paid": mark("Pagato"),
    "waiting": mark("Da confermare"),
    "frozen": mark("Fermato"),
}

ALFA: Final[Mapping[str, str]] = {
    "reached": mark("Riuscita come previsto"),
    "partly": mark("Riuscita in parte"),
    "missed": mark("Non riuscita"),
}
BETA: Final[Mapping[str, str]] = {
    "none": mark("Nient’altro"),
    "more": mark("Qualcosa in più del previsto"),
}

PROPOSALS: Final[Mapping[str, str]] = {
    "recall": mark("Revoca di un buono"),
    "reversal": mark("Rettifica"),
    "funding": mark("Impegno di denaro"),
    "defunding": mark("Economie"),
    "offline_cover": mark("Copertura offline"),
    "offline_cover_freed": mark("Copertura offline liberata"),
}

STANDINGS: Final[Mapping[str, str]] = {
    "known": mark("Nel libro"),
    "ready": mark("Si può registrare"),
    "no_code": mark("Codice emesso nella parte persa: rifai prima quell’elenco"),
    "short": mark("Sul buono non resta abbastanza"),
    "no_sale": mark("Storno di una vendita che non c’è"),
    "refused": mark("Rifiutata dal libro"),
}

KINDS: Final[Mapping[str, str]] = {
    "voucher": mark("Buono"),
    "slip": mark("Tagliando"),
    "multi": mark("Multiuso"),
    "single": mark("Monouso"),
    "posted": mark("Registrato"),
    "held": mark("Bloccato"),
    "used": mark("Blocco usato"),
    "freed": mark("Blocco liberato"),
    "comune": mark("Bilancio comunale"),
    "state": mark("Stato"),
    "region": mark("Regione"),
    "donor": mark("Donazioni"),
    "social_fund": mark("Fondo Sociale"),
    "debit": mark("Dare"),
    "credit": mark("Avere"),
}

RIGHTS: Final[Mapping[str, str]] = {
    "scan": mark("Incassa"),
    "refund": mark("Incassa e storna"),
    "owner": mark("Tutto: è il titolare"),
}

VOTES: Final[Mapping[str, str]] = {
    "prepared": mark("Da aprire"),
    "open": mark("Aperto"),
    "closed": mark("Chiuso"),
    "withdrawn": mark("Ritirato"),
}

IDEAS: Final[Mapping[str, str]] = {
    "new": mark("In attesa"),
    "taken": mark("Messa ai voti"),
    "declined": mark("Messa da parte"),
}

ASKED_BY: Final[Mapping[str, str]] = {
    "family": mark("Una famiglia"),
    "association": mark("Un’associazione"),
    "comune": mark("Il Comune"),
}

YES_NO: Final[Mapping[str, str]] = {"yes": mark("sì"), "no": mark("no")}

MOVEMENTS: Final[Mapping[str, str]] = {"sale": mark("Incasso"), "refund": mark("Storno")}

FAULTS: Final[Mapping[str, str]] = {
    Fault.TOO_LARGE: mark("Il file è troppo grande."),
    Fault.TOO_MANY_ROWS: mark("Il file ha troppe righe: dividilo."),
    Fault.SWOLLEN: mark(
        "Il file, una volta aperto, è troppo grande: salva solo il foglio che serve."
    ),
    Fault.NOT_TEXT: mark("Questo non è un file CSV: salvalo come CSV dal tuo programma."),
    Fault.OLD_WORKBOOK: mark(
        "È un file Excel vecchio (.xls) o protetto da password: aprilo e salvalo come .xlsx o CSV."
    ),
    Fault.WEB_PAGE: mark(
        "È una pagina web, anche se si chiama .xls: aprila con Excel e salvala come .xlsx o CSV."
    ),
    Fault.DOCUMENT: mark("È un documento o un’immagine: chiedi l’elenco in CSV o in Excel."),
    Fault.MACROS: mark("Il file contiene macro: salvalo come .xlsx senza macro, o come CSV."),
    Fault.LINKED: mark("Il file prende dati da altri file: incolla i valori in un foglio nuovo."),
    Fault.BROKEN_WORKBOOK: mark("Questo file Excel è rovinato: salvalo di nuovo, o come CSV."),
    Fault.MANY_SHEETS: mark("Il file ha più fogli pieni: lascia solo quello dell’elenco."),
    Fault.EMPTY: mark("Il file è vuoto."),
    Fault.NO_SEPARATOR: mark("Non si capisce che cosa separa le colonne: usa il punto e virgola."),
    Fault.COLUMN_MISSING: mark("Manca una colonna: servono codice fiscale e importo."),
    Fault.COLUMN_TWICE: mark("Due colonne dicono la stessa cosa: togline una."),
    Fault.RAGGED: mark("La riga ha più o meno colonne dell’intestazione."),
    Fault.MOJIBAKE: mark("Le lettere accentate sono rovinate: salva di nuovo il file."),
    Fault.CONTROL_CHARACTER: mark("Ci sono caratteri che non si vedono: toglili."),
    Fault.CELL_TOO_LONG: mark("Una casella è troppo lunga."),
    Fault.FISCAL_CODE: mark("Il codice fiscale non è giusto."),
    Fault.FORMULA: mark("La casella contiene una formula: incolla il valore."),
    Fault.AMOUNT: mark("L’importo non si legge: scrivilo così: 1.234,56."),
    Fault.AMOUNT_AMBIGUOUS: mark("L’importo si può leggere in due modi: aggiungi i centesimi."),
    Fault.NAME_MISSING: mark("Manca il nome."),
    Fault.TWICE_IN_FILE: mark("Questo codice fiscale c’è due volte nel file."),
}

COLUMNS: Final[Mapping[str, str]] = {
    "fiscal_code": mark("codice fiscale"),
    "surname": mark("cognome"),
    "name": mark("nome"),
    "amount": mark("importo"),
}

PAPERS: Final[Mapping[str, str]] = {
    "name": mark("Nome"),
    "surname": mark("Cognome"),
    "fiscal_code": mark("Codice fiscale"),
}

HELD_CODES: Final[Mapping[str, str]] = {
    "family": mark("Codice famiglia"),
    "slip": mark("Tagliando"),
}

RETENTION: Final[Mapping[str, str]] = {
    "person": mark("Si cancella: la persona"),
    "application": mark("Si cancella: la domanda di chi resta"),
    "legal_hold": mark("Resta: è bloccata"),
    "refund_due": mark("Resta: aspetta un rimborso"),
    "money_left": mark("Resta: ha ancora denaro"),
    "open_proposal": mark("Resta: una revoca aspetta conferma"),
    "running": mark("Resta: l’iniziativa è in corso"),
    "term": mark("Resta: c’è ancora tempo per ricorsi e controlli"),
    "other_comune": mark("Resta: serve a un altro Comune"),
}

RETENTION_STATES: Final[Mapping[str, str]] = {
    "prepared": mark("Aspetta la seconda persona"),
    "approved": mark("Confermato, si sta cancellando"),
    "issued": mark("Fatto"),
}

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "five_rs": LINES,
    "letter": {name: one.title for name, one in LETTERS.items()},
    "retention": RETENTION,
    "retention_state": RETENTION_STATES,
    "account": ACCOUNTS,
    "entry": ENTRIES,
    "family_entry": FAMILY_ENTRIES,
    "code": CODES,
    "figure": FIGURES,
    "category": CATEGORIES,
    "goods": GOODS,
    "role": ROLES,
    "circuit_role": CIRCUIT_ROLES,
    "rights": RIGHTS,
    "movement": MOVEMENTS,
    "yes_no": YES_NO,
    "vote": VOTES,
    "asked_by": ASKED_BY,
    "idea": IDEAS,
    "state": STATES,
    "kind": KINDS,
    "proposal": PROPOSALS,
    "standing": STANDINGS,
    "fault": {**HOUSEHOLD_FAULTS, **FAULTS},
    "household_fault": {**FAULTS, **HOUSEHOLD_FAULTS},
    "column": COLUMNS,
    "paper": PAPERS,
    "application": APPLICATIONS,
    "alike": ALIKE,
    "notice": NOTICES,
    "outcome": OUTCOMES,
    "reason": REASONS,
    "statement": STATEMENTS,
    "degree": DEGREES,
    "held_code": HELD_CODES,
    "exception": EXCEPTIONS,
    "looked_for": LOOKED_FOR,
    "measure": MEASURES,
    "level": LEVELS,
    "finding": FINDINGS,
    "sample_state": SAMPLE_STATES,
    "alfa": ALFA,
    "beta": BETA,
}
