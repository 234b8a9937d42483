"""The lists that the offline root signs: what is to be signed next, and what was signed, taken in.

The root never comes here: a draft goes out as bytes, the signed lists come back. Source: qr.md 8;
TOKENS.md 2; docs/KEYS.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.core.quantities import DAY, SECOND, Instant
from ledger.store.book import Ledger
from ledger.store.engines import Store
from ledger.store.key_register import (
    DENY_LIST,
    KEY_LIST,
    SignedList,
    add_lists,
    add_root,
    newest_lists,
    roots,
)
from ledger.store.network.credentials import withdrawn_codes
from ledger.store.trust import LIST_LIFE_SECONDS, ROOT_ISSUER, listed_keys, listed_limits
from ledger.token.keys import DenyList, KeyList, kid_of, prefixes_of
from ledger.token.refusal import TokenRefused
from ledger.token.verify import read_deny_list, read_key_list

DAYS_OF_A_LIST: Final = 100  # The drill is each quarter; a list that nobody renews ends itself.


class NotTaken(ValueError):
    """Lists that no root of ours signed, that are no newer, or that name other keys than ours."""


@dataclass(frozen=True, slots=True)
class Lists:
    """Both lists of one moment."""

    keys: KeyList
    denied: DenyList


def next_lists(ledger: Ledger, *, now: Instant, days: int = DAYS_OF_A_LIST) -> Lists:
    """What the root is to sign: every key that counts, every limit, every withdrawn code."""
    with ledger.reading(Store.KEYS) as db:
        newest = newest_lists(db)
    with ledger.reading() as db:
        withdrawn = withdrawn_codes(db, now)
    issued, until = now // SECOND, (now + days * DAY) // SECOND
    versions = {
        kind: newest[kind].version + 1 if kind in newest else 1 for kind in (KEY_LIST, DENY_LIST)
    }
    keys = KeyList(
        issuer=ROOT_ISSUER,
        issued_at=issued,
        expires_at=until,
        version=versions[KEY_LIST],
        max_age=LIST_LIFE_SECONDS,
        keys=listed_keys(ledger),
        limits=listed_limits(ledger),
    )
    denied = DenyList(
        issuer=ROOT_ISSUER,
        issued_at=issued,
        expires_at=until,
        version=versions[DENY_LIST],
        max_age=LIST_LIFE_SECONDS,
        prefixes=prefixes_of(one.bytes for one in withdrawn),
    )
    return Lists(keys, denied)


def believe_root(ledger: Ledger, public: bytes, *, now: Instant) -> None:
    """Take a root's public key (32 bytes); from now on tills want lists that it signed.

    Errors: ValueError for no such key.
    """
    kid = kid_of(Ed25519PublicKey.from_public_bytes(public))
    ledger.write(partial(add_root, kid=kid, public=public, now=now), store=Store.KEYS)


def take_lists(ledger: Ledger, keys: bytes, denied: bytes, *, now: Instant) -> Lists:
    """Tell tills these lists from now on. Errors: `NotTaken`, and then nothing has changed.

    They must be newer than those held, and name no key that has ended since they were drafted.
    """
    with ledger.reading(Store.KEYS) as db:
        believed, newest = _public(roots(db)), newest_lists(db)
    least = {kind: one.version + 1 for kind, one in newest.items()}
    seconds = now // SECOND
    try:
        read = Lists(
            read_key_list(keys, believed, now=seconds, at_least=least.get(KEY_LIST, 1)),
            read_deny_list(denied, believed, now=seconds, at_least=least.get(DENY_LIST, 1)),
        )
    except TokenRefused as error:
        raise NotTaken(str(error.reason)) from error
    listed = {one.kid for one in read.keys.keys}
    if not listed <= {one.kid for one in listed_keys(ledger)}:
        message = "a key of the list has ended, or is none of ours: draft them again"
        raise NotTaken(message)
    taken = (
        SignedList(KEY_LIST, read.keys.version, keys, now),
        SignedList(DENY_LIST, read.denied.version, denied, now),
    )
    ledger.write(partial(add_lists, lists=taken, listed=listed), store=Store.KEYS)
    return read


def _public(raw: Sequence[bytes]) -> list[Ed25519PublicKey]:
    return [Ed25519PublicKey.from_public_bytes(one) for one in raw]
