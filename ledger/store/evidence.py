"""What a till was shown when it sold without network, believed and found in the registers.

A slip or a phone; what it may be taken for, and from which accounts. Not here: whether the sale
kept the rules (`ledger.core.offline`), and its booking (`take_offline`).
"""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Connection

from ledger.core.ids import AccountId, ClaimId
from ledger.core.offline import Limits, slip_claim
from ledger.core.phones import counter_claim, reserve_account
from ledger.core.quantities import Amount
from ledger.store.network.phones import read_right
from ledger.store.registers.offline import OfflineProgramme, slip_shown
from ledger.token.acceptances import Acceptance
from ledger.token.payloads import Slip, reference_of
from ledger.token.refusal import TokenRefused
from ledger.token.shown import Shown, is_presentation, shown_then
from ledger.token.text import wrap
from ledger.token.verify import Trust, verify_evidence


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was shown, as the till could read it at that moment.

    `carried_cents`: what it is signed for without network. `is_for_it`: it was shown for this shop
    and no less than this amount. `phone`: whether a phone showed it.
    """

    issuer: str
    programme_no: int
    id: bytes
    carried_cents: Amount
    most_cents: Amount
    is_for_it: bool
    shown: Slip | Shown

    @property
    def code(self) -> bytes:
        """The reference of the code that was shown."""
        return reference_of(self.id)

    @property
    def is_phone(self) -> bool:
        """Whether a phone showed it."""
        return isinstance(self.shown, Shown)

    def limits(self, programme: OfflineProgramme) -> Limits | None:
        """What its programme lets such a code carry; None: nothing."""
        limits, phones = programme.limits, programme.phones
        if not self.is_phone or limits is None:
            return limits
        return None if phones is None else replace(limits, slip_cents=phones.reserve_cents)

    def sale_cents(self, programme: OfflineProgramme) -> Amount | None:
        """The most in one sale; None: what it carries."""
        if not self.is_phone or programme.phones is None:
            return None
        return min(self.most_cents, programme.phones.sale_cents)


@dataclass(frozen=True, slots=True)
class Issued:
    """A code that was really issued: its accounts, in the order in which they pay, and its claim.

    `phone_id`: None for a slip.
    """

    credential_id: UUID
    origins: tuple[AccountId, ...]
    claim: ClaimId
    phone_id: UUID | None = None


def evidence_of(said: Acceptance, trust: Trust) -> Evidence | None:
    """What a till was shown; None: nothing that it could have believed."""
    try:
        if is_presentation(said.evidence):
            return _of_phone(said, shown_then(said.evidence, trust, now=said.device_time))
        text = wrap(said.evidence, trust.environment)
        slip = verify_evidence(text, trust, now=said.device_time)
    except TokenRefused:
        return None
    return Evidence(
        slip.issuer, slip.programme, slip.id, slip.offline_cents, slip.face_cents,
        is_for_it=True, shown=slip,
    )  # fmt: skip


def _of_phone(said: Acceptance, shown: Shown) -> Evidence:
    credential, one = shown.credential, shown.presentation
    fits = one.fits(said.shop_no, said.amount_cents)
    return Evidence(
        credential.issuer, credential.programme, credential.id, credential.reserve_cents,
        credential.max_tx_cents, fits, shown,
    )  # fmt: skip


def issued_as(db: Connection, book_no: int, seen: Evidence) -> Issued | None:
    """The code as it was issued; None: nobody ever did, whoever signed it."""
    credential_id = UUID(bytes=seen.id)
    if isinstance(seen.shown, Slip):
        slip = slip_shown(db, book_no, credential_id)
        if slip is None:
            return None
        claim = slip_claim(slip.voucher_id)
        return Issued(slip.credential_id, (slip.voucher_id,), claim)
    found = read_right(db, credential_id)
    if found is None or found[0].book_no != book_no or found[0].voucher_id is None:
        return None
    right, phone = found
    assert right.voucher_id is not None
    reserve = reserve_account(phone.phone_id, right.voucher_id)
    claim = counter_claim(phone.phone_id, seen.shown.presentation.counter)
    return Issued(credential_id, (reserve, right.voucher_id), claim, phone.phone_id)
