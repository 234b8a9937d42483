"""What demo families and slips would show: their codes, signed, and what is left behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from ledger.core.quantities import Amount
from ledger.store.book import Ledger
from ledger.store.network.credentials import read_credential
from ledger.store.registers.programmes import programme
from ledger.store.registers.vouchers import voucher, vouchers_of
from ledger.store.signing import Signer


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A family's code, signed, and the cents left on its open vouchers."""

    token: str
    available_cents: Amount


def family_tokens(
    ledger: Ledger, issuer: str, credentials: Sequence[UUID]
) -> dict[UUID, ShownCode]:
    """Sign these families' codes. Errors: `LookupError`."""
    signer, shown = Signer(ledger), {}
    for credential_id in credentials:
        with ledger.reading() as db:
            row = read_credential(db, credential_id)
            if row is None:
                raise LookupError(credential_id)
            left = sum(one.available for one in vouchers_of(db, row.book_no, row.target_id))
        shown[credential_id] = ShownCode(signer.family_code(row, issuer), left)
    return shown


def slip_tokens(ledger: Ledger, issuer: str, credentials: Sequence[UUID]) -> dict[UUID, str]:
    """Sign these slips' codes. Errors: `LookupError`."""
    signer, shown = Signer(ledger), {}
    for credential_id in credentials:
        with ledger.reading() as db:
            row = read_credential(db, credential_id)
            slip = None if row is None else voucher(db, row.book_no, row.target_id)
            if row is None or slip is None:
                raise LookupError(credential_id)
            number = programme(db, row.book_no, slip.programme_id).programme_no
        shown[credential_id] = signer.slip(row, issuer, number, slip.face_cents)
    return shown
