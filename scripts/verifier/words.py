"""What the verifier says of each trouble, in plain Italian and English.

Not here: the report as a whole (`telling`). A test finds a kind without its words.
"""

from collections.abc import Mapping
from typing import Final

from scripts.verifier.findings import Finding

TROUBLES: Final[Mapping[str, tuple[str, str]]] = {
    # The file cannot be read as what it should be.
    "not_a_zip": ("non è un file ZIP leggibile ({why})", "it is no readable ZIP file ({why})"),
    "too_large": (
        "la voce {entry} è più grande di quanto possa essere",
        "the entry {entry} is larger than it can be",
    ),
    "not_a_vote": (
        "il file non è quello di una votazione pubblicata",
        "the file is not that of a published vote",
    ),
    "doubled": ("la voce {entry} c'è due volte", "the entry {entry} is there twice"),
    "absent": ("manca la voce {entry}", "the entry {entry} is absent"),
    "order": (
        "le voci non sono nell'ordine previsto, o c'è altro nel file",
        "the entries are not in their order, or there is something else in the file",
    ),
    "unknown_entry": ("la voce {entry} non è prevista", "the entry {entry} does not belong here"),
    "packed": (
        "la voce {entry} è cifrata o compressa in altro modo",
        "the entry {entry} is encrypted or packed in another way",
    ),
    "damaged": ("la voce {entry} è danneggiata", "the entry {entry} is damaged"),
    "not_text": ("la voce {entry} non è testo UTF-8", "the entry {entry} is no UTF-8 text"),
    "about": ("bundle.json non ha la forma prevista", "bundle.json has not its form"),
    "other_version": (
        "è di un'altra versione del formato ({told})",
        "it is of another version of the format ({told})",
    ),
    "policy": (
        "il file delle chiavi non ha la forma prevista ({why})",
        "the policy file has not its form ({why})",
    ),
    "opening": ("il file dell'apertura non ha la forma", "the opening's file has not its form"),
    "no_file": ("il file {entry} non si può leggere", "the file {entry} cannot be read"),
    "no_cryptography": (
        "manca la libreria Python «cryptography», che serve a controllare le firme",
        "the Python library “cryptography” is not installed; signatures need it",
    ),
    "vkey": ("non è una chiave: {text}", "this is no key: {text}"),
    # Signatures.
    "same_witness": (
        "la stessa chiave o lo stesso nome compare due volte tra registro e testimoni",
        "one key or name stands twice among log and witnesses",
    ),
    "own_witness": (
        "{name} è testimone di sé stesso",
        "{name} is a witness of its own log",
    ),
    "other_log": (
        "il pacco è del registro {told}, non di {right}",
        "the bundle is of the log {told}, not of {right}",
    ),
    "checkpoint_form": (
        "non ha la forma di un sigillo firmato",
        "it has not the form of a signed checkpoint",
    ),
    "unsigned": ("manca la firma di {name}", "the signature of {name} is absent"),
    "signature": ("la firma di {name} non è valida", "the signature of {name} does not hold"),
    "cosignature": (
        "la controfirma di {name} non è valida",
        "the cosignature of {name} does not hold",
    ),
    "quorum": (
        "l'hanno visto {seen} Comuni testimoni, ne servono {quorum}",
        "{seen} witnesses saw it; {quorum} are wanted",
    ),
    "head": (
        "bundle.json parla di {told} decisioni, il sigillo di {right}, o di un'altra radice",
        "bundle.json tells {told} decisions, the checkpoint {right}, or another root",
    ),
    "checkpoint_place": (
        "si chiama {told} ma è di {right} decisioni",
        "it is called {told} but is of {right} decisions",
    ),
    "checkpoint_order": (
        "viene dopo un sigillo di {right} decisioni e ne ha {told}",
        "it follows a checkpoint of {right} decisions and has {told}",
    ),
    "shorter": (
        "il pacco ha {told} decisioni, ma ne erano già state firmate {right}: ne mancano",
        "the bundle has {told} decisions, but {right} had been signed: some were taken away",
    ),
    "rewritten": (
        "le prime {size} decisioni non sono quelle firmate allora: il registro è stato riscritto",
        "the first {size} decisions are not those signed then: the log was rewritten",
    ),
    "root": (
        "le prime {size} decisioni non sono quelle firmate: una è stata cambiata",
        "the first {size} decisions are not those that were signed: one was changed",
    ),
    "unreached": (
        "è di {right} decisioni, ma ce ne sono {told}",
        "it is of {right} decisions, but there are {told}",
    ),
    "unsealed": (
        "i totali dell'unità {unit} non sono scritti nel libro prima della firma",
        "the totals of unit {unit} are not written into the book before the signature",
    ),
    # Leaves.
    "no_leaves": ("manca il file delle decisioni da {row}", "the leaves from {row} are absent"),
    "leaf_count": (
        "contiene {told} decisioni invece di {right}",
        "it holds {told} decisions instead of {right}",
    ),
    "extra_leaves": ("questo file è di troppo", "this file is one too many"),
    "form": (
        "non ha la forma di una decisione ({why})",
        "it has not the form of a decision ({why})",
    ),
    "book": ("è del libro {told}, non di {right}", "it is of the book {told}, not of {right}"),
    "index": ("dice di essere la numero {told}", "it says that it is number {told}"),
    "time": (
        "la sua ora {told} non viene dopo {right}",
        "its time {told} is not after {right}",
    ),
    "period": ("è nel periodo {told} invece di {right}", "it is in period {told}, not {right}"),
    "v": ("è di un'altra versione: {told}", "it is of another version: {told}"),
    "key": (
        "la richiesta {id} era già stata decisa alla numero {earlier}",
        "the request {id} had been decided before, at number {earlier}",
    ),
    "code": (
        "l'esito è {told}; per le regole del libro è {right}",
        "its outcome is {told}; by the book's rules it is {right}",
    ),
    "transfer_count": (
        "ha {told} movimenti; per le regole del libro {right}",
        "it has {told} transfers; by the book's rules {right}",
    ),
    "transfer": (
        "nel movimento {number} (da 0) «{column}» è {told}, per le regole è {right}",
        "in transfer {number} (from 0) “{column}” is {told}, by the rules {right}",
    ),
    "facts": ("dice {told}; risulta {right}", "it tells {told}; what comes out is {right}"),
    "identity": (
        "nell'unità {unit} cassa e crediti sono {own}, ma fondi, buoni e debiti {owed}",
        "in unit {unit} treasury and claims are {own}, but funds, vouchers and debts {owed}",
    ),
    "backing": (
        "i crediti emessi sono {issued}, gli euro che li coprono {covered}",
        "credits issued are {issued}, the euro that cover them {covered}",
    ),
    "message": (
        "il messaggio tra due libri dice {told}; per quello che muove è {right}",
        "the message between two books says {told}; by what it moves it is {right}",
    ),
    "not_proved_there": (
        "il pacco dell'altro libro ({name}) non è provato: {count} cose non tornano",
        "the other book's bundle ({name}) is not proved: {count} things are wrong",
    ),
    "same_book": (
        "i due pacchi devono essere del circuito e di un Comune, non di {name} e {other}",
        "the two bundles have to be the circuit's and a comune's, not of {name} and {other}",
    ),
    "never_sent": (
        "il Comune ha ricevuto {message}, ma il circuito non l'ha mai mandato",
        "the comune received {message}, but the circuit never sent it",
    ),
    "never_arrived": (
        "il circuito dà per arrivato {message}, ma nel libro del Comune non c'è",
        "the circuit says that {message} arrived, but it is not in the comune's book",
    ),
    "other_entry": (
        "il circuito indica la registrazione {told} del Comune; è la {right}, o di altro importo",
        "the circuit names entry {told} of the comune; it is {right}, or of another amount",
    ),
    "expiry_id": (
        "la scadenza di un blocco non ha il numero che le spetta: {id}",
        "the lapse of a hold has not the id that is its own: {id}",
    ),
    # Tables.
    "unit_sum": (
        "nell'unità {unit} il dare dei conti è {told}, l'avere {right}",
        "in unit {unit} the accounts' debits are {told}, credits {right}",
    ),
    "balance": ("dice «{told}»; risulta «{right}»", "it tells “{told}”; it is “{right}”"),
    "commitment_line": (
        "«{told}» non è l'impegno che tocca a questa riga",
        "“{told}” is not the commitment of this line",
    ),
    "missing": (
        "i dati dietro {commitment} mancano, e nessuna decisione li ha cancellati",
        "what stood behind {commitment} is missing, and no decision erased it",
    ),
    "not_erased": (
        "{commitment} è stato cancellato da una decisione, ma qui è «{told}»",
        "{commitment} was erased by a decision, but is “{told}” here",
    ),
    "sums": ("la voce {entry} non è quella di SHA256SUMS", "the entry {entry} has another hash"),
}


def sentence(finding: Finding, *, english: bool) -> str:
    """One trouble as a sentence with its place."""
    text = TROUBLES[finding.kind][english].format(**{"row": finding.row, **finding.facts})
    row = "" if finding.row is None else f", {_row_word(finding, english=english)} {finding.row}"
    return f"{finding.place}{row}: {text}" if finding.place else text


def _row_word(finding: Finding, *, english: bool) -> str:
    is_leaf = finding.place.startswith("leaves/") or finding.kind == "unsealed"
    if is_leaf:
        return "leaf" if english else "decisione"
    return "line" if english else "riga"
