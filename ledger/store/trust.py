"""What our own server believes of tokens: the public keys it keeps, and what may be taken offline.

Not here: private keys (`signing`), and how a token is read (`ledger.token`).
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.core.quantities import SECOND, Instant
from ledger.store.book import Ledger
from ledger.store.engines import Store
from ledger.store.key_register import key_rows
from ledger.store.registers.offline import offline_programmes
from ledger.token.acceptances import SyncToken, peek_acceptance
from ledger.token.cose import take_apart
from ledger.token.keys import DenyList, KeyEntry, KeyList, KeyUse, ProgrammeLimits
from ledger.token.refusal import TokenRefused
from ledger.token.text import Environment
from ledger.token.verify import Trust

ROOT_ISSUER = "rete"
LIST_LIFE_SECONDS = 48 * 3600
HARD_STOP_SECONDS = 72 * 3600


def read_trust(
    ledger: Ledger,
    *,
    now: Instant,
    environment: Environment = Environment.REAL,
    met: Instant | None = None,
) -> Trust:
    """What our own server believes: every public key that has not ended, nothing denied.

    `met`: what a till believed by right that met the server then: a key that ended counts for it
    until tills were told. Online the register alone tells good from forged, so the deny list is
    empty here.
    """
    entries = listed_keys(ledger, met=met)
    span = {"issued_at": now // SECOND, "expires_at": now // SECOND + LIST_LIFE_SECONDS}
    life = {"version": 1, "max_age": LIST_LIFE_SECONDS, "issuer": ROOT_ISSUER}
    return Trust(
        environment=environment,
        keys=KeyList(**span, **life, keys=entries, limits=listed_limits(ledger)),  # type: ignore[arg-type]
        denied=DenyList(**span, **life),  # type: ignore[arg-type]
    )


def listed_keys(ledger: Ledger, *, met: Instant | None = None) -> tuple[KeyEntry, ...]:
    """The keys that count, as a list tells them."""
    with ledger.reading(Store.KEYS) as db:
        rows = [one for one in key_rows(db) if one.is_believed(met)]
    return tuple(
        KeyEntry(
            kid=row.kid,
            key=Ed25519PublicKey.from_public_bytes(row.public),
            use=KeyUse(row.use),
            issuer=row.issuer,
            not_before=row.not_before // SECOND,
            not_after=row.not_after // SECOND,
        )
        for row in rows
    )


def trust_of_upload(
    ledger: Ledger, raw: bytes, *, now: Instant, environment: Environment = Environment.REAL
) -> Trust:
    """What the till believed by right that took this acceptance, by the contact it names.

    A till that kept the rules is paid, though the slip's key has ended since; what it says of its
    contact is proved by the sync token, which whoever judges reads.
    """
    try:
        claims = take_apart(peek_acceptance(raw).sync).claims
        met = SyncToken.from_claims(claims).issued_at * SECOND
    except (TokenRefused, ValueError):
        met = now  # Nobody met the server by such a token.
    return read_trust(ledger, now=now, environment=environment, met=met)


def listed_limits(ledger: Ledger) -> tuple[ProgrammeLimits, ...]:
    """What every programme of every comune allows offline."""
    with ledger.reading() as db:
        found = [one for book in ledger.books() for one in offline_programmes(db, book.book_no)]
    return tuple(
        ProgrammeLimits(
            issuer=one.issuer,
            programme=one.programme_no,
            last_offline=one.limits.last_offline,
            sale_cents=one.phones.sale_cents if one.phones else 0,
            reserve_cents=one.phones.reserve_cents if one.phones else 0,
            slip_cents=one.limits.slip_cents,
            shop_cents=one.limits.shop_cents,
            unsynced=one.limits.unsynced,
            guarantee_seconds=one.limits.guarantee_seconds,
            hard_stop_seconds=HARD_STOP_SECONDS,
        )
        for one in found
        if one.limits is not None
    )
