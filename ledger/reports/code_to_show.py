"""The signed text that a family shows as a QR code. Signed once, then remembered for a while.

Not here: the picture of it (the web), and paper (`ledger.exports`).
"""

from typing import Final
from uuid import UUID

from ledger.store.book import Ledger
from ledger.store.network.credentials import read_credential
from ledger.store.signing import Signer
from ledger.token.text import Environment

REMEMBERED: Final = 10_000


class CodesToShow:
    """Texts of family codes, by credential; safe from many threads."""

    def __init__(self, ledger: Ledger, environment: Environment) -> None:
        """Nothing is signed yet."""
        self._ledger = ledger
        self._signer = Signer(ledger, environment)
        self._texts: dict[UUID, str] = {}

    def text(self, credential_id: UUID, issuer: str) -> str:
        """The text for one credential, signed by its comune. Errors: `LookupError`."""
        if credential_id not in self._texts:
            if len(self._texts) >= REMEMBERED:
                self._texts.clear()
            self._texts[credential_id] = self._sign(credential_id, issuer)
        return self._texts[credential_id]

    def _sign(self, credential_id: UUID, issuer: str) -> str:
        with self._ledger.reading() as db:
            credential = read_credential(db, credential_id)
        if credential is None:
            raise LookupError(credential_id)
        return self._signer.family_code(credential, issuer)
