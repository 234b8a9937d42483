"""The answer to a request, kept for ever: its code, its transfers, its facts, and its log leaf.

Not here: how it is decided (`apply`), and how a leaf is read back (`leaves`).
Source: design 3.2; FORMAT.md section 4.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from ledger.core.canonical import Json, canonical, canonical_text
from ledger.core.codes import Code
from ledger.core.ids import AccountId, HoldId
from ledger.core.quantities import Amount, Instant, Unit
from ledger.core.requests import Request

FORMAT_VERSION: Final = 1
POSTED: Final = "posted"
PHASES: Final = frozenset({POSTED, "held", "used", "freed"})


class Posting(NamedTuple):
    """One transfer as booked, with both accounts' versions and balances after it.

    `phase`: posted, held, used (of a hold) or freed. `*_pending`: what is held on the side the
    transfer touches. `hold`, `undoes`: what it resolves or gives back. Minor units.
    """

    seq: int
    phase: str
    unit: Unit
    debit: AccountId
    credit: AccountId
    amount: Amount
    debit_version: int
    debit_balance: int
    debit_pending: int
    credit_version: int
    credit_balance: int
    credit_pending: int
    hold: HoldId | None = None
    undoes: int | None = None

    def text(self) -> str:
        """Its canonical form: twelve fields in order, then the hold or the seq it undoes.

        Written out, since it is written for every transfer: no field of it can need an escape.
        """
        last = "" if self.hold is None else f',"{self.hold.hex}"'
        last = last if self.undoes is None else f",{self.undoes}"
        return (
            f'[{self.seq},"{self.phase}","{self.unit}","{self.debit.hex}","{self.credit.hex}",'
            f"{self.amount},{self.debit_version},{self.debit_balance},{self.debit_pending},"
            f"{self.credit_version},{self.credit_balance},{self.credit_pending}{last}]"
        )


def _told(words: Mapping[str, Json]) -> dict[str, bytes]:
    """Words as bytes, field by field: to Python, but not on the wire, 1 and True are equal."""
    return {name: canonical(value) for name, value in words.items()}


class Decision(NamedTuple):
    """The answer to one request, kept for ever with the facts that the answer needs.

    `log_index` is its place in the book's log, from 0; `transfers` are as booked, none when
    refused. `replayed`: this request had been decided before.
    """

    book: str
    request: Request
    code: Code
    log_index: int
    recorded_at: Instant
    period: int
    transfers: tuple[Posting, ...] = ()
    facts: Mapping[str, Json] = MappingProxyType({})
    replayed: bool = False

    @property
    def accepted(self) -> bool:
        """Whether its entry is in the book."""
        return self.code is Code.ACCEPTED

    def again(self, request: Request) -> "Decision":
        """The answer to the same id once more: the same, or `KEY_REUSED` naming the field."""
        if self.code is Code.VOIDED:
            return self._replace(replayed=True)
        before, now = _told(self.request.words()), _told(request.words())
        if before == now:
            return self._replace(replayed=True)
        fields = [*sorted({*before, *now} - {"kind"}), "kind"]
        other = next(name for name in fields if before.get(name) != now.get(name))
        return self._replace(code=Code.KEY_REUSED, facts={"field": other}, transfers=())

    def first(self) -> "Decision":
        """Itself, told as the first answer."""
        return self._replace(replayed=False)

    def leaf(self) -> bytes:
        """The canonical bytes of its log leaf: fields in their order. Source: FORMAT.md, 4."""
        facts = canonical_text(dict(self.facts)) if self.facts else "{}"
        moves = ",".join([posting.text() for posting in self.transfers])
        return (
            f'{{"book":{canonical_text(self.book)},"code":"{self.code}","facts":{facts},'
            f'"index":{self.log_index},"period":{self.period},"recorded_at":{self.recorded_at},'
            f'"request":{canonical_text(self.request.document())},"transfers":[{moves}],'
            f'"v":{FORMAT_VERSION}}}'
        ).encode()
