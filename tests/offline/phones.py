"""A family's phone as its page is: a key of its own, counters, its right, what it spent unseen."""

from dataclasses import dataclass, field
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from stdnum.it import codicefiscale

from ledger.core.phones import PhoneTerms
from ledger.core.quantities import SECOND, Amount
from ledger.operations.open_offline import set_phone_terms
from ledger.operations.prepare_phone import Prepared, Spent, prepare_phone, register_phone
from ledger.store.network.credentials import families_of
from ledger.store.registers.vouchers import vouchers_of
from ledger.token.device_keys import DevicePrivateKey, public_bytes_of
from ledger.token.payloads import NO_NONCE
from ledger.token.phones import Presentation
from ledger.token.shown import sign_presentation
from ledger.token.text import Environment, wrap
from tests.offline.outage import World
from tests.town import NOON, key

PHONES = PhoneTerms(sale_cents=20_00, reserve_cents=40_00, pin_over_cents=20_00)


@dataclass
class FamilyPhone:
    """One phone of a family. An honest one shows no more offline than it carries along."""

    world: World
    family_id: UUID
    phone_id: UUID
    key: DevicePrivateKey
    prepared: Prepared | None = None
    counter: int = 0
    spent: list[Spent] = field(default_factory=list)
    unseen: list[Spent] = field(default_factory=list)  # Of `spent`, since its last contact.

    def meet(self, now: int) -> Prepared:
        """Contact the server: a fresh right, what it carries filled up."""
        world = self.world
        told = prepare_phone(
            world.ledger, world.signer, self.phone_id, self.spent, now=now * SECOND
        )
        self.spent = [one for one in self.spent if one.counter not in told.known]
        self.prepared, self.unseen = told, []
        return told

    @property
    def left(self) -> Amount:
        """What it still lets be taken without network: what it was given, less what it spent."""
        assert self.prepared
        return self.prepared.reserve_cents - sum(one.cents for one in self.unseen)

    def show(self, amount: Amount, now: int, *, answers: tuple[bytes, int] = (NO_NONCE, 0)) -> str:
        """Open the code for so much, or answer a request (its nonce, its shop); a new number."""
        self.counter += 1
        return self.redraw(amount, now, answers=answers)

    def redraw(
        self, amount: Amount, now: int, *, answers: tuple[bytes, int] = (NO_NONCE, 0)
    ) -> str:
        """The same number again, by a newer time."""
        assert self.prepared
        one = Presentation(
            shown_at=now, counter=self.counter, cap_cents=amount, nonce=answers[0],
            shop_no=answers[1],
        )  # fmt: skip
        return wrap(sign_presentation(one, self.prepared.token, self.key), Environment.REAL)

    def pay(self, amount: Amount, now: int) -> str:
        """Show it without network: what it knows to be spent then is kept in mind."""
        text = self.show(amount, now)
        self.spent.append(Spent(self.counter, amount))
        self.unseen.append(self.spent[-1])
        return text


def allow_phones(world: World, terms: PhoneTerms = PHONES) -> None:
    """Two officers let phones carry something of the world's programme."""
    signed = set_phone_terms(
        world.ledger, world.town.comune, world.funding.programme_id, terms,
        signed_by=(world.town.officer, world.town.approver), key=key(), now=NOON,
    )  # fmt: skip
    assert signed.accepted, signed.code
    world.phones = terms


def families(world: World) -> list[UUID]:
    """Vouchers for two families, of 50.00 and 80.00; their ids, the poorer first."""
    town = world.town
    town.issue(world.funding)
    return both(world)


def new_families(world: World, count: int, first: int) -> list[UUID]:
    """Vouchers of 50.00 for families that were not there; `first`: how many were made before."""
    codes = [_nobody(first + at) for at in range(count)]
    lines = [f"{code};Inventati;Nome;50,00" for code in codes]
    with world.ledger.reading() as db:
        before = set(families_of(db, world.town.book_no).values())
    text = "\n".join(["Codice fiscale;Cognome;Nome;Importo", *lines, ""])
    world.town.issue(world.funding, text, f"from {first}")
    with world.ledger.reading() as db:
        return sorted(set(families_of(db, world.town.book_no).values()) - before)


def _nobody(at: int) -> str:
    """The fiscal code of nobody, right in form."""
    year, rest = divmod(at, 12 * 28)
    body = f"NVNNMO{year:02d}{'ABCDEHLMPRST'[rest % 12]}{1 + rest // 12:02d}Z999"
    return body + str(codicefiscale.calc_check_digit(body))


def both(world: World) -> list[UUID]:
    """The two families, the poorer first."""
    book_no = world.town.book_no
    with world.ledger.reading() as db:
        found = families_of(db, book_no).values()
        face = {one: vouchers_of(db, book_no, one)[0].face_cents for one in found}
    return sorted(found, key=face.__getitem__)


def phone_of(world: World, family_id: UUID) -> FamilyPhone:
    """Register a phone of a family; its key is made here and known here alone."""
    made = Ed25519PrivateKey.generate()
    public = public_bytes_of(made.public_key())
    phone = register_phone(world.ledger, world.town.book_no, family_id, public, now=NOON)
    return FamilyPhone(world, family_id, phone.phone_id, made)
