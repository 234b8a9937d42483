"""What a code says, made of committed rows alone: whoever asks for a signature names a row.

`since`: when the key began that will sign; a code that is signed anew says no earlier time, or its
key would not have been there. Not here: keys (`signing`). Source: qr.md 8.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from ledger.core.credentials import Credential
from ledger.core.quantities import SECOND, Amount, Instant
from ledger.store.network.credentials import credentials_among
from ledger.store.network.people import comuni
from ledger.store.network.phones import issuer_of, read_right
from ledger.store.registers.offline import offline_face
from ledger.store.registers.programmes import programme
from ledger.store.registers.vouchers import voucher
from ledger.token.payloads import FamilyCode, Slip
from ledger.token.phones import PhoneCredential


def active_codes(db: Connection, ids: Sequence[UUID], kind: str, issuer: str) -> list[Credential]:
    """Those of these credentials that are of this kind and comune, and work."""
    found = credentials_among(db, ids).values()
    own = [row for row in found if row.kind == kind and row.is_active]
    books = {one.book_no for one in comuni(db) if one.issuer == issuer}
    return [row for row in own if row.book_no in books]


def family_payload(row: Credential, issuer: str, since: Instant) -> FamilyCode:
    """What a family's code says."""
    return FamilyCode(
        issuer=issuer,
        id=row.id.bytes,
        issued_at=max(row.issued_at, since) // SECOND,
        expires_at=row.expires_at // SECOND,
        max_tx_cents=row.max_cents,
    )


@dataclass(frozen=True, slots=True)
class SlipRow:
    """A slip's code with its committed voucher: programme's number, face, face offline (cents)."""

    row: Credential
    programme: int
    face_cents: Amount
    offline_cents: Amount

    def payload(self, issuer: str, since: Instant) -> Slip:
        """What its code says."""
        return Slip(
            issuer=issuer,
            id=self.row.id.bytes,
            issued_at=max(self.row.issued_at, since) // SECOND,
            expires_at=self.row.expires_at // SECOND,
            programme=self.programme,
            face_cents=self.face_cents,
            offline_cents=self.offline_cents,
        )


def slip_rows(db: Connection, ids: Sequence[UUID], issuer: str) -> list[SlipRow]:
    """Those of these slips of a comune that work, as they were committed."""
    numbers: dict[tuple[int, UUID], int] = {}
    found = []
    for row in active_codes(db, ids, "slip", issuer):
        paper = voucher(db, row.book_no, row.target_id)
        if paper is None:
            continue
        place = (row.book_no, paper.programme_id)
        if place not in numbers:
            numbers[place] = programme(db, *place).programme_no
        offline = offline_face(db, row.id, row.issued_at)
        found.append(SlipRow(row, numbers[place], paper.face_cents, offline))
    return found


def phone_payload(db: Connection, credential_id: UUID) -> PhoneCredential:
    """What a phone's right says. Errors: `LookupError`."""
    found = read_right(db, credential_id)
    if found is None or found[1].status != "active":
        raise LookupError(credential_id)
    right, phone = found
    return PhoneCredential(
        issuer=issuer_of(db, right.book_no),
        id=right.credential_id.bytes,
        issued_at=right.issued_at // SECOND,
        expires_at=right.expires_at // SECOND,
        holder=phone.public,
        programme=right.programme_no,
        max_tx_cents=right.max_cents,
        reserve_cents=right.reserve_cents,
    )
