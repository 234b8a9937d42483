"""What our own server believes of tokens: the public keys it keeps, and what may be taken offline.

Not here: private keys (`signing`), and how a token is read (`ledger.token`).
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select

from ledger.core.quantities import SECOND, Instant
from ledger.store.book import Ledger
from ledger.store.engines import Store
from ledger.store.keys import signing_key
from ledger.store.registers.offline import offline_programmes
from ledger.token.keys import DenyList, KeyEntry, KeyList, KeyUse, ProgrammeLimits
from ledger.token.text import Environment
from ledger.token.verify import Trust

ROOT_ISSUER = "rete"
LIST_LIFE_SECONDS = 48 * 3600
HARD_STOP_SECONDS = 72 * 3600


def read_trust(
    ledger: Ledger, *, now: Instant, environment: Environment = Environment.REAL
) -> Trust:
    """What our own server believes: every public key in the keys store, nothing denied.

    Online the register alone tells good from forged, so the deny list is empty here.
    """
    with ledger.reading(Store.KEYS) as db:
        rows = db.execute(select(signing_key)).all()
    entries = tuple(
        KeyEntry(
            kid=bytes(row.kid),
            key=Ed25519PublicKey.from_public_bytes(bytes(row.public)),
            use=KeyUse(row.use),
            issuer=row.issuer,
            not_before=row.not_before // SECOND,
            not_after=row.not_after // SECOND,
        )
        for row in rows
    )
    span = {"issued_at": now // SECOND, "expires_at": now // SECOND + LIST_LIFE_SECONDS}
    life = {"version": 1, "max_age": LIST_LIFE_SECONDS, "issuer": ROOT_ISSUER}
    return Trust(
        environment=environment,
        keys=KeyList(**span, **life, keys=entries, limits=_limits(ledger)),  # type: ignore[arg-type]
        denied=DenyList(**span, **life),  # type: ignore[arg-type]
    )


def _limits(ledger: Ledger) -> tuple[ProgrammeLimits, ...]:
    """What every programme of every comune allows offline."""
    with ledger.reading() as db:
        found = [one for book in ledger.books() for one in offline_programmes(db, book.book_no)]
    return tuple(
        ProgrammeLimits(
            issuer=one.issuer,
            programme=one.programme_no,
            last_offline=one.limits.last_offline,
            sale_cents=one.limits.slip_cents,
            reserve_cents=0,
            slip_cents=one.limits.slip_cents,
            shop_cents=one.limits.shop_cents,
            unsynced=one.limits.unsynced,
            guarantee_seconds=one.limits.guarantee_seconds,
            hard_stop_seconds=HARD_STOP_SECONDS,
        )
        for one in found
        if one.limits is not None
    )
