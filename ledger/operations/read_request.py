"""What a till asks of a phone: whose till it is, which shop, how much; and the id that answers it.

It is answered once, whoever sends the answer and however often: its id follows from the till and
the nonce. Not here: the sale itself (`redeem`), and the phone (`prepare_phone`).
"""

from dataclasses import dataclass
from uuid import UUID

from ledger.core.ids import RequestId, derived_id
from ledger.core.quantities import SECOND, Amount, Instant
from ledger.store.book import Ledger
from ledger.store.network.devices import devices_of_number
from ledger.store.network.shops import read_shop, read_till
from ledger.token.device_keys import device_key, device_kid
from ledger.token.shown import peek_request, read_request


@dataclass(frozen=True, slots=True)
class Asked:
    """A till's request, believed: so much (cents), for this shop."""

    till_id: UUID
    shop_id: UUID
    shop_no: int
    shop_name: str
    amount_cents: Amount
    nonce: bytes

    @property
    def key(self) -> RequestId:
        """The id of the redemption that answers it."""
        return request_key(self.till_id, self.nonce)


def request_key(till_id: UUID, nonce: bytes) -> RequestId:
    """The id of the redemption that answers a till's request with this nonce."""
    return RequestId(derived_id("shop_request", till_id, nonce.hex()))


def read_till_request(ledger: Ledger, raw: bytes, *, now: Instant) -> Asked:
    """Believe a till's request while it may be answered.

    Errors: `TokenRefused`; `LookupError` where no till that may sell now signed it.
    """
    said, kid = peek_request(raw)
    with ledger.reading() as db:
        signers = [
            one
            for one in devices_of_number(db, said.shop_no)
            if one.status == "active" and device_kid(one.public) == kid
        ]
        till = read_till(db, signers[0].till_id) if signers else None
        shop = None if till is None else read_shop(db, till.shop_id)
    if till is None or shop is None or till.status != "active" or shop.status != "active":
        raise LookupError("no till that may sell")
    asked = read_request(raw, device_key(signers[0].public), now=now // SECOND)
    return Asked(till.till_id, shop.id, shop.shop_no, shop.name, asked.amount_cents, asked.nonce)
