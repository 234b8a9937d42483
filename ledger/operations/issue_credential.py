"""Give a family its code, or a slip its own: what opens money and holds none.

Code and PIN are told once, sealed in the vault until they are printed, and kept only as keyed
hashes. A lost code is replaced in a minute.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from ledger.core.credentials import PIN_DIGITS
from ledger.core.quantities import DAY, Amount, Instant
from ledger.store.book import Ledger
from ledger.store.edges import random_bytes, random_id
from ledger.store.keys import keyed_hash
from ledger.store.network.credentials import (
    CredentialEntry,
    active_credentials,
    add_credentials,
    forgive_tries,
    people_of,
    set_status,
    with_active_code,
)
from ledger.store.people import add_papers
from ledger.store.registers.vouchers import families_with
from ledger.token.short_code import RANDOM_BITS, make

LIFE = 730 * DAY  # At or after the longest extension a programme may get; the register decides.
MOST_IN_ONE_SALE: Amount = 500_00


@dataclass(frozen=True, slots=True)
class NewCredential:
    """A credential just made: its code and PIN in clear, to be printed and forgotten."""

    credential_id: UUID
    target_id: UUID
    code: str
    pin: str


def issue_family_codes(
    ledger: Ledger, comune: str, families: Sequence[UUID], *, now: Instant
) -> list[NewCredential]:
    """Give each of these families that has none a code and a PIN; sealed in the vault as well."""
    book_no = ledger.book(comune).book_no
    with ledger.reading() as db:
        served = with_active_code(db, families)
        wanting = [family for family in families if family not in served]
        people = people_of(db, wanting)
    fresh = [_new(family, with_pin=_pin()) for family in wanting]
    papers = [
        (who, f"{field}:{one.credential_id.hex}", text)
        for one in fresh
        if (who := people.get(one.target_id)) is not None
        for field, text in (("code", one.code), ("pin", one.pin))
    ]
    add_papers(ledger, papers)
    _keep(ledger, "family", book_no, [(one, MOST_IN_ONE_SALE) for one in fresh], now)
    return fresh


def issue_slip_codes(
    ledger: Ledger, comune: str, slips: Sequence[tuple[UUID, Amount]], *, now: Instant
) -> list[NewCredential]:
    """Give each of these slips (account, face in cents) that has none the code on its own paper.

    No PIN; sealed in the vault as well, until the slip is printed.
    """
    book_no = ledger.book(comune).book_no
    with ledger.reading() as db:
        served = with_active_code(db, [slip for slip, _face in slips])
        wanting = [(slip, face) for slip, face in slips if slip not in served]
        owners = families_with(db, book_no, [slip for slip, _face in wanting])
        known = people_of(db, sorted(set(owners.values())))
    people = {slip: known.get(family) for slip, family in owners.items()}
    fresh = [(_new(slip, with_pin=""), face) for slip, face in wanting]
    papers = [
        (who, f"code:{one.credential_id.hex}", one.code)
        for one, _face in fresh
        if (who := people.get(one.target_id)) is not None
    ]
    add_papers(ledger, papers)
    _keep(ledger, "slip", book_no, fresh, now)
    return [one for one, _face in fresh]


def replace_family_code(
    ledger: Ledger, comune: str, family: UUID, *, now: Instant
) -> NewCredential:
    """A lost code: the old ones stop at once, a new one with a new PIN takes their place."""
    with ledger.reading() as db:
        old = active_credentials(db, family)
    ledger.write(lambda db: set_status(db, [one.id for one in old], "replaced"))
    [fresh] = issue_family_codes(ledger, comune, [family], now=now)
    return fresh


def unlock_pin(ledger: Ledger, credential_id: UUID) -> None:
    """Let a family try its PIN again, on an officer's word."""
    ledger.write(lambda db: forgive_tries(db, credential_id))


def _new(target: UUID, *, with_pin: str) -> NewCredential:
    bits = int.from_bytes(random_bytes(8), "big") >> (64 - RANDOM_BITS)
    return NewCredential(random_id(), target, make(bits), with_pin)


def _pin() -> str:
    """Five digits, each PIN as likely as any other (the excess of 64 bits is negligible)."""
    return f"{int.from_bytes(random_bytes(8), 'big') % 10**PIN_DIGITS:0{PIN_DIGITS}d}"


def _keep(
    ledger: Ledger,
    kind: str,
    book_no: int,
    fresh: Sequence[tuple[NewCredential, Amount]],
    now: Instant,
) -> None:
    keys = ledger.keys
    entries = [
        CredentialEntry(
            credential_id=one.credential_id,
            kind=kind,
            book_no=book_no,
            target_id=one.target_id,
            code_hmac=keyed_hash(keys["code"], one.code.encode()),
            pin_hmac=keyed_hash(keys["pin"], one.credential_id.bytes, one.pin.encode())
            if one.pin
            else None,
            max_cents=most,
            issued_at=now,
            expires_at=now + LIFE,
        )
        for one, most in fresh
    ]
    ledger.write(lambda db: add_credentials(db, entries))
