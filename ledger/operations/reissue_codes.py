"""Sign anew, by the key that lives, all codes that an ended key had signed: nobody is shut out.

Money, PIN and the twelve characters stay: whoever has the old paper goes on typing them, and its QR
code is refused. The letters print the new one. What was done is what the new key has signed, so a
run that was stopped goes on where it was, and a second one does nothing. Source: docs/KEYS.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ledger.store.book import Ledger
from ledger.store.engines import Store
from ledger.store.key_register import find_key, signed_by_living, signed_codes
from ledger.store.signing import Signer
from ledger.token.keys import KeyUse

PORTION: Final = 500


class StillBelieved(ValueError):
    """A key that has not ended: what it signed is good."""


@dataclass(frozen=True, slots=True)
class Reissued:
    """How many codes were signed anew now; `done`: before; `gone`: that work no more anyhow."""

    codes: int
    done: int
    gone: int


def reissue_codes(
    ledger: Ledger,
    kid: bytes,
    *,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> Reissued:
    """Sign anew what this key had signed and still works; progress is told in codes.

    Safe to stop and to run again, also by two at once. Errors: `LookupError` for an unknown key;
    `StillBelieved` for one that has not ended; for keys that sign no codes there is nothing to do.
    """
    ended = find_key(ledger, kid)
    if ended.is_believed():
        raise StillBelieved(kid.hex())
    with ledger.reading(Store.KEYS) as db:
        codes = signed_codes(db, kid)
        since = signed_by_living(db, ended)
    todo = [one for one in codes if one not in since]
    signer, new = Signer(ledger), 0
    sign = {KeyUse.FAMILY: signer.family_codes, KeyUse.VOUCHER: signer.slips}.get(KeyUse(ended.use))
    for at in range(0, len(todo) if sign else 0, PORTION):
        assert sign is not None
        new += len(sign(todo[at : at + PORTION], ended.issuer))
        tell(min(at + PORTION, len(todo)), len(todo))
    return Reissued(new, len(codes) - len(todo), len(todo) - new)
