"""The open page where anybody proves a receipt on their own device.

Not here: the proving itself (`static/proof.js`), and where a proof is downloaded.
"""

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ledger.reports.log_proofs import book_named, policy_of
from wallet_web.dependencies import OpenLedger
from wallet_web.languages import mark
from wallet_web.rendering import page

router = APIRouter()

WORDS: Final[Mapping[str, str]] = {
    "proved": mark("Provato"),
    "unproved": mark("Non provato"),
    "decision": mark("Registrazione"),
    "recorded": mark("Registrata il"),
    "size": mark("righe firmate:"),
    "seen": mark("Vista da"),
    "not_a_proof": mark("Questo file non è una prova, o è stato cambiato."),
    "not_keys": mark("Queste non sono chiavi: una riga `log`, una `witness` per testimone, una "
                     "`quorum`."),
    "not_signed": mark("Il libro di cui parla non è quello di queste chiavi, o la sua firma non "
                       "regge."),
    "not_under": mark("La registrazione non è nel libro firmato."),
    "not_witnessed": mark("La firma di un testimone non regge."),
    "too_few": mark("La firma del libro regge, ma l’hanno vista troppo pochi testimoni."),
    "too_old": mark("Questo browser è troppo vecchio: aggiornalo, o usa il comando verify."),
}  # fmt: skip


@router.get("/prova")
def prove(request: Request, ledger: OpenLedger, libro: str = "") -> Response:
    """Let anybody check; with a book's name, its keys as this server tells them."""
    book = book_named(ledger, libro)
    policy = None if book is None else policy_of(book)
    return page(
        request, "public/proof.html", keys="" if policy is None else policy.text(),
        books=[one.name for one in ledger.books()], words_of_proof=WORDS,
    )  # fmt: skip
