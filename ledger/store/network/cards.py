"""Health cards that open families, by keyed hash; tries of them, counted before they are compared.

A card holds no PIN of its own: it leads to the family's codes, and counts on their tries. Not here:
fiscal codes (the vault), and what is compared (`ledger.operations.sign_in`).
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from ledger.core.quantities import Instant
from ledger.store.book import Ledger
from ledger.store.keys import keyed_hash
from ledger.store.network.credentials import count_try
from ledger.store.schema import card_guess, credential, family, health_card

T = TypeVar("T")
CHUNK: Final = 400  # Ids in one IN list.
WRONG_A_DAY: Final = 40  # At one till, of cards or PINs: no shop has so many by chance.


def card_hash(key: bytes, fiscal_code: str) -> bytes:
    """The keyed hash by which a card is found; `key` is that of typed codes, this its own use."""
    return keyed_hash(key, b"health card", fiscal_code.encode())


def keep_cards(
    ledger: Ledger, book_no: int, cards: Sequence[tuple[bytes, UUID]], now: Instant
) -> int:
    """Have cards (keyed hash, family) open their families; how many were new.

    A card that opens a family of this book already stays with it.
    """
    return _again_if_beaten(ledger, partial(_add, book_no, cards, now))


def _again_if_beaten(ledger: Ledger, write: Callable[[Connection], T]) -> T:
    try:
        return ledger.write(write)
    except IntegrityError:  # Another process wrote the same row just now: look again.
        return ledger.write(write)


def _add(book_no: int, cards: Sequence[tuple[bytes, UUID]], now: Instant, db: Connection) -> int:
    known = cards_among(db, book_no, [one for one, _family in cards])
    fresh = {one: family_id for one, family_id in cards if one not in known}
    rows = [
        {"card_hmac": one, "book_no": book_no, "family_id": family_id, "created_at": now}
        for one, family_id in fresh.items()
    ]
    if rows:
        db.execute(insert(health_card), rows)
    return len(rows)


def cards_among(db: Connection, book_no: int, cards: Sequence[bytes]) -> dict[bytes, UUID]:
    """Which of these cards open a family of this book, and which."""
    found: dict[bytes, UUID] = {}
    for at in range(0, len(cards), CHUNK):
        query = select(health_card.c.card_hmac, health_card.c.family_id).where(
            health_card.c.card_hmac.in_(cards[at : at + CHUNK]), health_card.c.book_no == book_no
        )
        found |= {bytes(row.card_hmac): row.family_id for row in db.execute(query)}
    return found


def cards_of(db: Connection, family_id: UUID) -> tuple[Instant, ...]:
    """Since when each card of a family opens it."""
    query = select(health_card.c.created_at).where(health_card.c.family_id == family_id)
    return tuple(db.execute(query.order_by(health_card.c.created_at)).scalars())


def drop_cards(db: Connection, families: Sequence[UUID]) -> None:
    """Have no card open these families any more."""
    for at in range(0, len(families), CHUNK):
        part = health_card.c.family_id.in_(families[at : at + CHUNK])
        db.execute(delete(health_card).where(part))


def families_with_code(db: Connection, book_no: int) -> dict[UUID, UUID]:
    """Person -> family, of those families of a book that have an active code."""
    active = (credential.c.kind == "family") & (credential.c.status == "active")
    query = (
        select(family.c.person_id, family.c.family_id)
        .join(credential, credential.c.target_id == family.c.family_id)
        .where(family.c.book_no == book_no, credential.c.book_no == book_no, active)
    )
    return {row.person_id: row.family_id for row in db.execute(query)}


def count_card_try(
    ledger: Ledger, till_id: UUID, day: int, credentials: Sequence[UUID]
) -> Mapping[UUID, bytes] | None:
    """Count one try of a card before it is compared: on its till, and on every code behind it.

    Gives the PINs' hashes of the codes that are not locked; None: this till tried too often today.
    """
    return _again_if_beaten(ledger, partial(_count, till_id, day, sorted(credentials)))


def _count(
    till_id: UUID, day: int, credentials: Sequence[UUID], db: Connection
) -> Mapping[UUID, bytes] | None:
    if not _count_guess(db, till_id, day):
        return None
    kept = {one: count_try(db, one) for one in credentials}
    return {one: pin for one, pin in kept.items() if pin is not None}


def _count_guess(db: Connection, till_id: UUID, day: int) -> bool:
    mine = card_guess.c.till_id == till_id
    today = update(card_guess).where(mine, card_guess.c.day == day)
    counted = today.where(card_guess.c.wrong < WRONG_A_DAY).values(wrong=card_guess.c.wrong + 1)
    if db.execute(counted).rowcount == 1:
        return True
    query = select(card_guess.c.wrong).where(mine, card_guess.c.day == day)
    if db.execute(query).first() is not None:
        return False
    db.execute(delete(card_guess).where(mine))  # Of other days: nobody asks for them any more.
    db.execute(insert(card_guess).values(till_id=till_id, day=day, wrong=1))
    return True


def forgive_card(
    ledger: Ledger, till_id: UUID, day: int, right: UUID, counted: Sequence[UUID]
) -> None:
    """The PIN was right for one code: its tries begin anew, and this one is taken back elsewhere.

    Only this one: or whoever knows one family's PIN could try another's for ever.
    """
    ledger.write(partial(_forgive, till_id, day, right, sorted(counted)))


def _forgive(till_id: UUID, day: int, right: UUID, counted: Sequence[UUID], db: Connection) -> None:
    same = (card_guess.c.till_id == till_id) & (card_guess.c.day == day) & (card_guess.c.wrong > 0)
    db.execute(update(card_guess).where(same).values(wrong=card_guess.c.wrong - 1))
    for one in counted:
        mine = (credential.c.credential_id == one) & (credential.c.tries > 0)
        left = 0 if one == right else credential.c.tries - 1
        db.execute(update(credential).where(mine).values(tries=left))
