"""What demo families and slips would show: their codes, signed, and what is left behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from ledger.core.quantities import Amount
from ledger.store.book import Ledger
from ledger.store.network.credentials import read_credential
from ledger.store.registers.vouchers import vouchers_of
from ledger.store.signing import Signer
from ledger.token.text import Environment


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A family's code, signed, and the cents left on its open vouchers."""

    token: str
    available_cents: Amount


def family_tokens(
    ledger: Ledger,
    issuer: str,
    credentials: Sequence[UUID],
    *,
    environment: Environment = Environment.REAL,
) -> dict[UUID, ShownCode]:
    """Sign these families' codes. Errors: `LookupError`."""
    signer, shown = Signer(ledger, environment), {}
    for credential_id in credentials:
        with ledger.reading() as db:
            row = read_credential(db, credential_id)
            if row is None:
                raise LookupError(credential_id)
            left = sum(one.available for one in vouchers_of(db, row.book_no, row.target_id))
        shown[credential_id] = ShownCode(signer.family_code(row, issuer), left)
    return shown


def slip_tokens(
    ledger: Ledger,
    issuer: str,
    credentials: Sequence[UUID],
    *,
    environment: Environment = Environment.REAL,
) -> dict[UUID, str]:
    """Sign these slips' codes. Errors: `LookupError`."""
    shown = Signer(ledger, environment).slips(credentials, issuer)
    missing = [one for one in credentials if one not in shown]
    if missing:
        raise LookupError(missing[0])
    return shown
