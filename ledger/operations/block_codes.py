"""Withdraw many codes at once: a bundle of slips that was stolen, sheets that went astray.

They stop at once online; tills without network hear of it with the next deny list. The money stays
where it is, for a new code. Safe to retry. Source: docs/KEYS.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final
from uuid import UUID

from ledger.core.credentials import Credential
from ledger.core.quantities import Amount
from ledger.store.book import Ledger
from ledger.store.keys import keyed_hash
from ledger.store.network.credentials import credentials_among, find_credentials, set_status
from ledger.store.registers.vouchers import voucher
from ledger.token.short_code import Mistyped, parse

PORTION: Final = 400


@dataclass(frozen=True, slots=True)
class Blocked:
    """What was withdrawn now, and how many of those named are none of this comune's, or blocked."""

    codes: tuple[Credential, ...]
    others: int


def named_codes(ledger: Ledger, words: Sequence[str]) -> tuple[list[UUID], int]:
    """The ids of codes told by id (hexadecimal) or as typed; and how many words say neither."""
    ids, hashes, unread = [], [], 0
    for word in words:
        try:
            ids.append(UUID(word))
        except ValueError:
            try:
                hashes.append(keyed_hash(ledger.keys["code"], parse(word).encode()))
            except Mistyped:
                unread += 1
    with ledger.reading() as db:
        found = find_credentials(db, hashes)
    return [*ids, *found], unread + len(hashes) - len(found)


def block_codes(
    ledger: Ledger,
    comune: str,
    codes: Sequence[UUID],
    *,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> Blocked:
    """Withdraw these codes of a comune, in portions."""
    book_no, blocked = ledger.book(comune).book_no, []
    for at in range(0, len(codes), PORTION):
        with ledger.reading() as db:
            found = credentials_among(db, codes[at : at + PORTION]).values()
        part = [one for one in found if one.book_no == book_no and one.is_active]
        stop = partial(set_status, credentials=[one.id for one in part], status="blocked")
        ledger.write(stop)
        blocked += part
        tell(min(at + PORTION, len(codes)), len(codes))
    return Blocked(tuple(blocked), len(codes) - len(blocked))


def faces_of(ledger: Ledger, blocked: Blocked) -> list[tuple[UUID, Amount]]:
    """The slips among what was withdrawn, each with its face (cents): they can have a new code."""
    slips = [one for one in blocked.codes if one.kind == "slip"]
    with ledger.reading() as db:
        found = [(one.target_id, voucher(db, one.book_no, one.target_id)) for one in slips]
    return [(slip, paper.face_cents) for slip, paper in found if paper and not paper.closed]
