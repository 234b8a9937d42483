"""Who outside this comune has seen its book grow, and what anybody needs to check it.

The proof of an entry, the keys, the whole book without names. Not here: how others read the log
over HTTP (`merchant_api.public_log`).
"""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Any, Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from ledger.core.quantities import MAX_AMOUNT
from ledger.exports.bundle import write_bundle
from ledger.reports.bundle_rows import BundleRows
from ledger.reports.entry_page import entry_page
from ledger.reports.log_proofs import policy_of, proof_of, public_log
from wallet_web.dependencies import OpenLedger, SignedOfficer
from wallet_web.rendering import page

router = APIRouter(prefix="/comune/{slug}")
IN_MEMORY: Final = 4_000_000  # Bytes of a bundle, before it goes to the disk.
CHUNK: Final = 65_536
ATTACHED: Final = 'attachment; filename="{name}"'


@router.get("/testimoni")
def witnesses(request: Request, desk: SignedOfficer) -> Response:
    """The last checkpoint, who cosigned it, and who is missing since when."""
    log = public_log(desk.book)
    return page(request, "comune/witnesses.html", desk=desk, log=log, head=desk.book.head())


@router.get("/testimoni/chiavi.txt")
def keys(desk: SignedOfficer) -> Response:
    """The policy as we know it, as a file that the verifier takes."""
    policy = policy_of(desk.book)
    if policy is None:
        raise HTTPException(404)
    headers = {"Content-Disposition": ATTACHED.format(name=f"{desk.comune.slug}-chiavi.txt")}
    return Response(policy.text(), media_type="text/plain; charset=utf-8", headers=headers)


@router.get("/testimoni/libri.zip")
def bundle(desk: SignedOfficer) -> Response:
    """The auditor's bundle."""
    try:
        rows = BundleRows(desk.book)
    except LookupError as error:
        raise HTTPException(404) from error
    name = f"{desk.comune.slug}-{rows.last.size}.zip"
    headers = {"Content-Disposition": ATTACHED.format(name=name)}
    return StreamingResponse(_pieces(rows), media_type="application/zip", headers=headers)


def _pieces(rows: BundleRows) -> Iterator[bytes]:
    """The file, written aside first: its directory comes last and knows every length."""
    with SpooledTemporaryFile[bytes](IN_MEMORY) as file:
        target: Any = file
        write_bundle(rows, target)
        file.seek(0)
        while piece := file.read(CHUNK):
            yield piece


@router.get("/registrazioni/{log_index}/prova.tlog-proof")
def proof(desk: SignedOfficer, log_index: int, ledger: OpenLedger) -> Response:
    """The proof of one entry, as a file that outlives us; 404 until a checkpoint covers it."""
    found = entry_page(ledger, desk.book.book_no, min(log_index, MAX_AMOUNT))
    made = None if found is None else proof_of(desk.book, found.decision.request_id)
    if made is None:
        raise HTTPException(404)
    name = f"{desk.comune.slug}-{log_index}.tlog-proof"
    headers = {"Content-Disposition": ATTACHED.format(name=name)}
    return Response(made.text(), media_type="text/plain; charset=utf-8", headers=headers)
