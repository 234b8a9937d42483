"""The leaflet for shops, in the reader's language: what the till does, on one page.

Open to anybody, and nothing in it is of one shop. Not here: the print (`ledger.exports.leaflet`).
"""

from functools import lru_cache
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ledger.core.quantities import DAY
from ledger.exports.leaflet import LeafletPart, TillAnswer, shop_leaflet
from ledger.exports.letters import Press
from wallet_web.languages import language_of, mark, translations
from wallet_web.rendering import STATIC
from wallet_web.shop.papers import as_pdf

router = APIRouter(prefix="/cassa")
EDITION: Final = 20_780 * DAY  # 23 November 2026: the same words make the same bytes.

LINES: Final = {
    "title": mark("La cassa in una pagina"),
    "lead": mark("Per chi incassa i buoni con il telefono. Tienila accanto alla cassa."),
    "answers": mark("Che cosa dice la cassa"),
    "footer": mark(
        "Portavalori. La ricevuta della cassa è un documento non fiscale: lo scontrino si fa come"
        " sempre."
    ),
}
STEPS: Final = (
    (
        mark("Collegare il telefono"),
        (
            mark("Apri la pagina «Cassa» e aggiungila alla schermata iniziale."),
            mark("Su un’altra cassa il titolare tocca «Aggiungi cassa»: inquadra il suo codice."),
            mark("Il titolare conferma il telefono. La prima cassa si collega con il codice del"
                 " Comune."),
        ),
    ),
    (
        mark("Incassare"),
        (
            mark("Scrivi l’importo e tocca «Avanti»."),
            mark("Inquadra il codice della famiglia, il tagliando o la tessera sanitaria; oppure"
                 " scrivi i 12 caratteri."),
            mark("Il PIN lo scrive la famiglia: non chiederlo a voce e non annotarlo."),
            mark("Tocca «Incassa» e aspetta lo schermo verde."),
            mark("Se non basta, il resto si paga in altro modo. Non si dà mai resto in denaro."),
        ),
    ),
    (
        mark("Se hai sbagliato"),
        (
            mark("Entro 15 minuti: «Annulla questo incasso», o «Annulla» nell’elenco."),
            mark("Più tardi: «Storna», tutto o una parte, con il motivo. Anche dopo che ti hanno"
                 " pagato."),
            mark("L’importo torna sul buono della famiglia, non in contanti."),
        ),
    ),
    (
        mark("Chi sta alla cassa"),
        (
            mark("Ogni operatore entra con il suo soprannome e il suo PIN."),
            mark("Dopo qualche minuto la cassa si blocca da sola: l’importo resta."),
            mark("Stornano solo gli operatori che possono; per somme alte serve un secondo PIN."),
        ),
    ),
)  # fmt: skip
ANSWERS: Final = (
    ("yes", mark("Verde:"), mark("PAGATO"), mark("È tuo: consegna la merce.")),
    ("wait", mark("Giallo:"), mark("ACCETTATO, DA SINCRONIZZARE"),
     mark("Senza rete, solo tagliandi e telefoni ammessi. Tieni il tagliando e manda gli incassi"
          " appena torna la rete.")),
    ("no", mark("Rosso:"), mark("NON PAGATO"), mark("La cassa dice perché e che cosa fare.")),
)  # fmt: skip
RULES: Final = (
    (
        mark("Se la risposta si perde"),
        (
            mark("«Sto controllando»: non prendere altro denaro, la cassa lo chiede da sola."),
            mark("Un doppio tocco non incassa due volte."),
        ),
    ),
    (
        mark("Senza rete"),
        (
            mark("La cassa dice fino a quanto può accettare, e per quante ore è garantito."),
            mark("Non si storna, e il telefono non si scollega finché c’è qualcosa da inviare."),
        ),
    ),
    (
        mark("Quando ti pagano"),
        (
            mark("Da liquidare: il mese è aperto. In liquidazione: l’elenco è in ragioneria."
                 " Pagato: con data e numero di mandato."),
            mark("«Totali» e «Storico» si stampano e si scaricano per chi tiene i conti."),
        ),
    ),
    (
        mark("Per provare"),
        (
            mark("«Prova la cassa», tra gli incassi: buoni finti, non si paga e non conta nulla."),
        ),
    ),
)  # fmt: skip


@router.get("/guida.pdf")
def leaflet(request: Request) -> Response:
    """The leaflet as a file."""
    return as_pdf(made(language_of(request)), "cassa")


@lru_cache(maxsize=16)
def made(language: str) -> bytes:
    """The leaflet in one language, printed once."""
    say = translations(language).gettext
    words = {name: say(text) for name, text in LINES.items()}
    press = Press("Portavalori", language, words, STATIC / "vendor" / "paper", EDITION)
    steps, rules = (
        [LeafletPart(say(title), tuple(say(one) for one in lines)) for title, lines in parts]
        for parts in (STEPS, RULES)
    )
    answers = [
        TillAnswer(kind, say(hue), say(word), say(what)) for kind, hue, word, what in ANSWERS
    ]
    return shop_leaflet(press, steps, answers, rules)
