"""A family's phone: registered, given its right to pay for a week, and what it carries along.

What it carries leaves its voucher at each contact; it comes back once nothing of it can be told any
more. Not here: the sale (`redeem`, `take_offline`), and what a programme allows (`open_offline`).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from ledger.core.ids import AccountId
from ledger.core.offline import SKEW_SECONDS
from ledger.core.phones import (
    CREDENTIAL_LIFE,
    PIN_OVER,
    Carried,
    Phone,
    choose_voucher,
    counter_claim,
    opening_of,
    plan_release,
    plan_reserve,
    reserve_account,
)
from ledger.core.quantities import SECOND, Amount, Instant
from ledger.core.vouchers import Voucher
from ledger.store.book import Book, Ledger
from ledger.store.device_signature import is_said_by_phone
from ledger.store.edges import random_id
from ledger.store.network.phones import (
    PhoneRight,
    add_phone,
    add_right,
    carried_by,
    carried_until,
    filled_reserves,
    phone_with_key,
    read_phone,
    revoke_phones,
)
from ledger.store.openings import open_missing
from ledger.store.registers.books import claimed_among
from ledger.store.registers.offline import (
    OfflineProgramme,
    longest_guarantee,
    offline_programmes,
)
from ledger.store.registers.vouchers import vouchers_of
from ledger.store.signing import Signer, make_signing_keys
from ledger.token.device_keys import device_key
from ledger.token.fields import LARGEST

MOST_IN_ONE_SALE: Amount = 500_00
MOST_SPENT = 64  # Sales without network that no till has told of: a till stops long before.


@dataclass(frozen=True, slots=True)
class Spent:
    """A sale without network that a phone knows of: its number, and how much (cents)."""

    counter: int
    cents: Amount


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a phone takes along from a contact: its signed right, and which sales are known.

    `token`: bytes of the credential; `reserve_cents`: what it may spend without network.
    """

    right: PhoneRight
    token: bytes
    known: tuple[int, ...]

    @property
    def reserve_cents(self) -> Amount:
        """What it may spend without network."""
        return self.right.reserve_cents


def register_phone(
    ledger: Ledger, book_no: int, family_id: UUID, public: bytes, *, now: Instant
) -> Phone:
    """Register the key that a family's phone made; the same key again is the same phone.

    Errors: `ValueError` for what is no key, or another family's or a revoked one's;
    `TooManyPhones`, a ValueError too.
    """
    device_key(public)
    with ledger.reading() as db:
        known = phone_with_key(db, public)
    if known is not None:
        if (known.book_no, known.family_id, known.status) != (book_no, family_id, "active"):
            raise ValueError("this key is another phone's, or was taken away")
        return known
    made = Phone(random_id(), book_no, family_id, 0, public, "active", now)
    return ledger.write(lambda db: add_phone(db, made))


def remove_phone(ledger: Ledger, book_no: int, family_id: UUID, phone_id: UUID) -> None:
    """Take a phone of this family away; what it carries comes back. Errors: `LookupError`."""
    with ledger.reading() as db:
        phone = read_phone(db, phone_id)
    if phone is None or (phone.book_no, phone.family_id) != (book_no, family_id):
        raise LookupError(phone_id)
    ledger.write(lambda db: revoke_phones(db, [phone_id]))


def prepare_phone(
    ledger: Ledger, signer: Signer, phone_id: UUID, spent: Sequence[Spent], *, now: Instant
) -> Prepared:
    """Give a phone its right for a week, and fill up what it carries along.

    `spent`: what it knows of its own sales without network; those that no till has told of yet are
    kept back. Errors: `LookupError` for a phone that is unknown or was taken away.
    """
    with ledger.reading() as db:
        phone = read_phone(db, phone_id)
    if phone is None or phone.status != "active":
        raise LookupError(phone_id)
    book = ledger.book_numbered(phone.book_no)
    with ledger.reading() as db:
        programmes = offline_programmes(db, book.book_no)
        vouchers = vouchers_of(db, book.book_no, phone.family_id)
        known = _known(claimed_among(db, book.book_no, _claims(phone, spent)), phone, spent)
    make_signing_keys(ledger, programmes[0].issuer, now=now) if programmes else None
    right = _right(book, phone, _Offer(programmes, vouchers), _kept_back(spent, known), now)
    ledger.write(lambda db: add_right(db, right))
    return Prepared(right, signer.phone_credential(right.credential_id), known)


def release_reserves(ledger: Ledger, comune: str, *, now: Instant) -> tuple[int, Amount]:
    """Give back what phones may not spend any more; gives how many, and the cents.

    A week's right, then the time in which a till may still tell of a sale. Run again, it does no
    harm.
    """
    book = ledger.book(comune)
    with ledger.reading() as db:
        window = (longest_guarantee(db, book.book_no) + HARD_STOP_SECONDS) * SECOND
        filled = filled_reserves(db, book.book_no)
        ended = carried_until(db, book.book_no, now - window) if filled else ()
    due: list[Carried] = [one for one in ended if one.reserve in filled]
    decisions = book.submit([plan_release(one, now=now) for one in due]) if due else []
    fresh = [one for one in decisions if one.accepted and not one.replayed]
    return len(fresh), sum(move.amount for one in fresh for move in one.transfers)


HARD_STOP_SECONDS = 72 * 3600


@dataclass(frozen=True, slots=True)
class _Offer:
    """What a family has, and what its programmes let phones do."""

    programmes: tuple[OfflineProgramme, ...]
    vouchers: tuple[Voucher, ...]

    def carriable(self, now: Instant) -> tuple[Voucher, ...]:
        """The vouchers of which something may be carried along."""
        open_now = {
            one.programme_id
            for one in self.programmes
            if one.phones is not None
            and one.phones.reserve_cents
            and one.limits is not None
            and one.limits.last_offline * SECOND > now
        }
        return tuple(
            one
            for one in self.vouchers
            if one.programme_id in open_now and not one.own_categories
        )  # fmt: skip

    def of(self, voucher: Voucher) -> OfflineProgramme:
        """The programme of a voucher."""
        return next(one for one in self.programmes if one.programme_id == voucher.programme_id)

    def pin_over(self) -> Amount:
        """Above which amount a sale wants the PIN: what the strictest of its programmes says."""
        mine = {one.programme_id for one in self.vouchers if not one.closed}
        told = [
            PIN_OVER if one.phones is None else one.phones.pin_over_cents
            for one in self.programmes
            if one.programme_id in mine
        ]
        return min(told, default=PIN_OVER)


def _right(book: Book, phone: Phone, offer: _Offer, kept_back: Amount, now: Instant) -> PhoneRight:
    """The next right of a phone, its reserve filled up; cents."""
    credential_id, ends_at = random_id(), now + CREDENTIAL_LIFE
    carried = _carried(book, phone)
    voucher = choose_voucher(offer.carriable(now), carried, now)
    filled = 0
    if voucher is not None:
        terms = offer.of(voucher).phones
        assert terms is not None
        filled = _fill(book, phone, voucher, terms.reserve_cents, key=credential_id, now=now)
        filled = min(max(0, filled - kept_back), terms.reserve_cents)
        ends_at = min(ends_at, voucher.ends_at)
    programme_no = offer.of(voucher).programme_no if voucher and filled else 0
    return PhoneRight(
        credential_id, phone.phone_id, phone.book_no, programme_no,
        voucher.id if voucher else None, MOST_IN_ONE_SALE, filled, offer.pin_over(), now, ends_at,
    )  # fmt: skip


def _carried(book: Book, phone: Phone) -> dict[AccountId, Amount]:
    with book.ledger.reading() as db:
        every = carried_by(db, phone.phone_id)
        filled = filled_reserves(db, book.book_no)
    return {one.voucher: book.balance(one.reserve) for one in every if one.reserve in filled}


def _fill(
    book: Book, phone: Phone, voucher: Voucher, most: Amount, *, key: UUID, now: Instant
) -> Amount:
    """Fill up to the most; gives what the account has then. A no leaves what there was."""
    open_missing(book, [opening_of(phone, voucher)], now=now)
    reserve = reserve_account(phone.phone_id, voucher.id)
    wanted = most - book.balance(reserve)
    if wanted > 0 and voucher.available > 0:
        book.submit([plan_reserve(phone, voucher, wanted, key=key, now=now)])
    return book.balance(reserve)


def _claims(phone: Phone, spent: Sequence[Spent]) -> list[UUID]:
    return [counter_claim(phone.phone_id, one.counter) for one in spent]


def _known(claimed: frozenset[UUID], phone: Phone, spent: Sequence[Spent]) -> tuple[int, ...]:
    """Those of a phone's numbers that were used in the book already."""
    return tuple(
        one.counter for one in spent if counter_claim(phone.phone_id, one.counter) in claimed
    )


def _kept_back(spent: Sequence[Spent], known: Sequence[int]) -> Amount:
    return sum(one.cents for one in spent if one.counter not in known)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a phone said, and signed: who it is, and its sales without network."""

    phone: Phone
    spent: tuple[Spent, ...]


class WrongClock(ValueError):
    """A phone's clock is more than five minutes from ours."""


def hear_phone(ledger: Ledger, said: bytes, signature: bytes, *, now: Instant) -> Heard:
    """Believe the words of a phone: JSON `{"at", "phone", "spent": [[number, cents], …]}`.

    Errors: `LookupError` for a phone that is unknown or was taken away, `ValueError` for what it
    did not sign or what is not of this form, `WrongClock` (a ValueError).
    """
    at, phone_id, spent = _words(said)
    with ledger.reading() as db:
        phone = read_phone(db, phone_id)
    if phone is None:
        raise LookupError(phone_id)
    if not is_said_by_phone(said, signature, phone.public):
        raise ValueError("another phone's signature")
    if phone.status != "active":
        raise LookupError(phone_id)
    if abs(at - now // SECOND) > SKEW_SECONDS:
        raise WrongClock(at)
    return Heard(phone, spent)


def _words(said: bytes) -> tuple[int, UUID, tuple[Spent, ...]]:
    try:
        words = json.loads(said)
    except RecursionError:
        raise ValueError("not the words of a phone") from None
    match words:
        case {"at": int(at), "phone": str(phone), "spent": list(spent)} if len(spent) <= MOST_SPENT:
            return at, UUID(hex=phone), tuple(_spent(one) for one in spent)
    raise ValueError("not the words of a phone")


def _spent(one: object) -> Spent:
    match one:
        case [int(counter), int(cents)] if 0 < counter <= LARGEST and 0 < cents <= LARGEST:
            return Spent(counter, cents)
    raise ValueError("not a sale")
