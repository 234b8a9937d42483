"""End a signing key: one person asks, another confirms; it signs no more, and is believed no more.

Another key takes its place at once, so that nothing stands still. What it signed is signed anew by
`reissue_codes`. Source: qr.md 8; docs/KEYS.md.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Final

from ledger.core.quantities import Instant
from ledger.store.book import Ledger
from ledger.store.engines import Store
from ledger.store.key_register import KeyRow, ask_end, confirm_end, find_key, key_rows
from ledger.store.network.people import Officer, comuni
from ledger.store.signing import rotate_signing_key
from ledger.token.keys import KeyUse

MAY_ASK: Final = frozenset({"officer", "approver"})
MAY_CONFIRM: Final = frozenset({"approver"})


class EndOutcome(StrEnum):
    """What became of the wish to end a key."""

    ASKED = "asked"
    ENDED = "ended"
    FORBIDDEN = "forbidden"
    SAME_PERSON = "same_person"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Ended:
    """How it went; `successor`: the new key's name, where one was made."""

    outcome: EndOutcome
    successor: bytes = b""


def ask_to_end_key(
    ledger: Ledger, kid: bytes, why: str, *, officer: Officer, now: Instant
) -> EndOutcome:
    """Write down that a person of the key's comune wants it ended. Errors: `LookupError`."""
    row = find_key(ledger, kid)
    if officer.role not in MAY_ASK or not _is_theirs(ledger, row, officer):
        return EndOutcome.FORBIDDEN
    ask = partial(ask_end, kid=kid, why=why, person=officer.person_id, now=now)
    ledger.write(ask, store=Store.KEYS)
    return EndOutcome.ASKED


def confirm_key_end(ledger: Ledger, kid: bytes, *, officer: Officer, now: Instant) -> Ended:
    """Another person says yes: the key has ended, and a new one signs instead.

    Safe to retry. The database refuses the same person, too. Errors: `LookupError`.
    """
    row = find_key(ledger, kid)
    if officer.role not in MAY_CONFIRM or not _is_theirs(ledger, row, officer):
        return Ended(EndOutcome.FORBIDDEN)
    if row.asked_by is None:
        return Ended(EndOutcome.NOT_ASKED)
    if row.asked_by == officer.person_id:
        return Ended(EndOutcome.SAME_PERSON)
    confirm = partial(confirm_end, kid=kid, person=officer.person_id, now=now)
    ledger.write(confirm, store=Store.KEYS)
    return Ended(EndOutcome.ENDED, _successor(ledger, row, now))


def _is_theirs(ledger: Ledger, row: KeyRow, officer: Officer) -> bool:
    with ledger.reading() as db:
        own = next((one.issuer for one in comuni(db) if one.book_no == officer.book_no), None)
    return row.issuer == own


def _successor(ledger: Ledger, row: KeyRow, now: Instant) -> bytes:
    """The key that signs instead: made, unless a living one stands there already."""
    same = (row.issuer, row.use, row.programme)
    with ledger.reading(Store.KEYS) as db:
        for one in key_rows(db):
            if (one.issuer, one.use, one.programme) == same and one.is_believed():
                return one.kid
    use = KeyUse(row.use)
    return rotate_signing_key(ledger, row.issuer, use, programme=row.programme, now=now)
