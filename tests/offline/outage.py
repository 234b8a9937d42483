"""A town whose shops sell slips without network: tills that keep the rules, and tills that do not.

A till here is what the page in a shop is: a key of its own, its sync token, a chain, a queue that
is emptied by acknowledgements alone. Its rules are those of `ledger.core.offline`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import AccountId, Ledger, derived_id, new_id, open_ledger
from ledger.core.offline import Carries, Limits, Standing, Why, refusal
from ledger.core.phones import PhoneTerms
from ledger.core.programmes import Terms
from ledger.core.quantities import SECOND, Amount, Instant
from ledger.core.vouchers import payable_account
from ledger.operations.fund_programme import Cover, Funding, source_of
from ledger.operations.grant_offline import contact, enrol_device
from ledger.operations.issue_credential import issue_slip_codes
from ledger.operations.issue_vouchers import SlipOrder, issue_slips
from ledger.operations.open_offline import set_offline_limits
from ledger.operations.take_offline import take_offline
from ledger.reports.demo_tokens import slip_tokens
from ledger.store.network.devices import Device
from ledger.store.network.offline import Taken
from ledger.store.network.shops import find_till, read_shop
from ledger.store.signing import Signer
from ledger.store.trust import read_trust
from ledger.token.acceptances import (
    NOTHING_BEFORE,
    Acceptance,
    SyncToken,
    hash_of,
    read_sync,
    sign_acceptance,
)
from ledger.token.device_keys import DevicePrivateKey, public_bytes_of
from ledger.token.fields import LARGEST
from ledger.token.payloads import reference_of
from ledger.token.shown import is_presentation, verify_shown
from ledger.token.text import Environment, unwrap
from ledger.token.verify import Trust, verify_offline
from tests.town import NOON, Town, key, make_town

ISSUER = "c_e063"
HOUR = 3_600
NOW = NOON // SECOND
LIMITS = Limits(
    last_offline=NOW + 30 * 86_400, slip_cents=10_00, shop_cents=200_00, unsynced=20,
    guarantee_seconds=24 * HOUR,
)  # fmt: skip
NO_PHONES = PhoneTerms(sale_cents=0, reserve_cents=0, pin_over_cents=0)
TERMS = Terms("Buoni di carta", "", date(2026, 11, 1), date(2026, 12, 31))


@dataclass
class Till:
    """One device of a shop, as its page is. `honest` tills ask the rules before they accept."""

    world: "World"
    till_id: UUID
    shop_id: UUID
    shop_no: int
    key: DevicePrivateKey
    device: Device
    honest: bool = True
    sync: SyncToken | None = None
    sync_raw: bytes = b""
    granted_at: int = 0
    taken: Amount = 0
    of_code: dict[bytes, Amount] = field(default_factory=dict)
    seq: int = 0
    previous: bytes = NOTHING_BEFORE
    queue: list[bytes] = field(default_factory=list)
    owed: Amount = 0
    operator: bytes = b""

    def meet(self, now: int) -> None:
        """Contact the server: a fresh sync token, perhaps of a new grant."""
        told = contact(self.world.ledger, self.world.signer, self.till_id, now=now * SECOND)
        raw = told.tokens.get(ISSUER, b"")
        self.sync_raw = raw
        self.sync = read_sync(raw, self.world.trust.keys, now=now) if raw else None
        if now >= self.granted_at + 24 * HOUR or self.granted_at == 0:
            self.granted_at, self.taken = now, 0

    def accept(self, text: str, amount: Amount, now: int) -> Why:
        """Take a slip without network, if the rules allow it; queued, signed, chained."""
        if self.sync is None:
            return Why.NOT_GRANTED
        raw = unwrap(text, Environment.REAL)
        limits, code, carries = self._seen(text, raw, now)
        if self.honest:
            why = self._refuses(limits, code, carries, amount, now)
            if why is not Why.NONE:
                return why
        self._sign(raw, amount, now)
        self.taken += amount
        self.of_code[code] = self.of_code.get(code, 0) + amount
        self.owed += amount
        return Why.NONE

    def _seen(self, text: str, raw: bytes, now: int) -> tuple[Limits, bytes, Carries]:
        """What it is shown, believed, and what the programme lets that carry."""
        limits = self.world.limits
        if not is_presentation(raw):
            slip = verify_offline(text, self.world.trust, now=now)
            return limits, reference_of(slip.id), Carries(slip.offline_cents, LARGEST)
        shown, phones = verify_shown(text, self.world.trust, now=now), self.world.phones
        one = shown.credential
        most = min(one.max_tx_cents, phones.sale_cents, shown.presentation.cap_cents)
        carried = replace(limits, slip_cents=phones.reserve_cents)
        return carried, reference_of(one.id), Carries(one.reserve_cents, most)

    def _refuses(
        self, limits: Limits, code: bytes, carries: Carries, amount: Amount, now: int
    ) -> Why:
        assert self.sync is not None
        standing = Standing(
            True, self.granted_at, self.sync.issued_at, self.sync.share_cents, self.taken,
            len(self.queue), self.of_code.get(code, 0), self.sync.issued_at, 48 * HOUR,
        )  # fmt: skip
        return refusal(limits, standing, carries, amount, now)

    def _sign(self, evidence: bytes, amount: Amount, now: int) -> None:
        self.seq += 1
        signed = sign_acceptance(
            Acceptance(
                device_time=now, shop_no=self.shop_no, device_no=self.device.device_no,
                seq=self.seq, previous=self.previous, rid=new_id().bytes, amount_cents=amount,
                evidence=evidence, sync=self.sync_raw, deny_version=1,
                operator=self.operator,
            ),
            self.key,
        )  # fmt: skip
        self.previous = hash_of(signed)
        self.queue.append(signed)

    def upload(self, now: int) -> list[Taken]:
        """Send the queue in its order; what is answered is forgotten."""
        answers = [self.world.take(raw, now) for raw in self.queue]
        self.queue.clear()
        return answers


@dataclass
class World:
    """A town with a programme of slips that is open offline, and its cover set aside."""

    ledger: Ledger
    town: Town
    signer: Signer
    trust: Trust
    funding: Funding
    limits: Limits
    phones: PhoneTerms = NO_PHONES

    def till(self, shop: tuple[UUID, str], *, honest: bool = True) -> Till:
        """Enrol the device of a shop's till; its key is made here and known here alone."""
        shop_id, secret = shop
        with self.ledger.reading() as db:
            found = find_till(db, secret.encode())
        assert found
        made = Ed25519PrivateKey.generate()
        public = public_bytes_of(made.public_key())
        device = enrol_device(self.ledger, found.till_id, public, now=NOON, confirmed=True)
        return Till(self, found.till_id, shop_id, self.shop_no(shop_id), made, device, honest)

    def shop_no(self, shop_id: UUID) -> int:
        """Its number in the network."""
        with self.ledger.reading() as db:
            shop = read_shop(db, shop_id)
        assert shop
        return shop.shop_no

    def slips(self, count: int, face: Amount = 10_00, at: Instant = NOON + SECOND) -> list[str]:
        """Issue slips and sign their codes, as they are printed."""
        order = SlipOrder(
            key(), self.funding.programme_id, self.funding.fund(), new_id(), face, count
        )
        made = issue_slips(
            self.ledger, self.town.comune, order, officer=self.town.officer,
            approver=self.town.approver, now=NOON,
        )  # fmt: skip
        pairs = [(one.transfers[0].credit, face) for one in made]
        codes = issue_slip_codes(self.ledger, self.town.comune, pairs, now=at)
        tokens = slip_tokens(self.ledger, ISSUER, [one.credential_id for one in codes])
        return [tokens[one.credential_id] for one in codes]

    def take(self, raw: bytes, now: int) -> Taken:
        """What the server does with one upload."""
        return take_offline(self.ledger, raw, self.trust, now=now * SECOND)

    @property
    def cover(self) -> Amount:
        """What is left of the cover, in cents."""
        return self.ledger.book(self.town.comune).balance(self.risk)

    @property
    def risk(self) -> AccountId:
        """The account that bears the losses."""
        return AccountId(derived_id("offline_risk", self.funding.programme_id))

    def paid(self, shop_id: UUID) -> Amount:
        """What a shop is owed."""
        account = payable_account(self.funding.programme_id, shop_id)
        try:
            return self.ledger.book(self.town.comune).balance(account)
        except LookupError:
            return 0


COVERED = 5_000_00


@contextmanager
def opened(url: str) -> Iterator[Ledger]:
    """The ledger at a noon of long ago, so that what two officers sign is older than any slip."""
    with open_ledger(url, clock=lambda: NOON) as ledger:
        yield ledger


def make_world(
    ledger: Ledger, limits: Limits = LIMITS, cover: Amount = COVERED, terms: Terms = TERMS
) -> World:
    """A town, money, cover, and limits that two officers signed; of an `opened` ledger."""
    town = make_town(ledger)
    funding = town.programme(20_000_00 + 10 * cover, terms)
    source = source_of(ledger, town.comune, funding.programme_id, funding.fund())
    assert town.commit(Cover(source, cover)).accepted
    signed = set_offline_limits(
        ledger, town.comune, funding.programme_id, limits,
        signed_by=(town.officer, town.approver), key=key(), now=NOON,
    )  # fmt: skip
    assert signed.accepted, signed.code
    trust = read_trust(ledger, now=NOON)
    return World(ledger, town, Signer(ledger), trust, funding, limits)
