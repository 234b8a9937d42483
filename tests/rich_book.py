"""One small book that has something of everything: each item, phase, fact and kind of entry.

Pure: requests in order, with ids that follow from names, for who wants bytes (`test_format`) or
rows (`test_checker`). Not here: what must hold of it.
"""

from collections.abc import Iterable
from hashlib import sha256
from uuid import UUID

from ledger.core.apply import apply
from ledger.core.chart import AccountKind, EntryKind
from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.ids import AccountId, ClaimId, Commitment, HoldId, RequestId, derived_id
from ledger.core.items import (
    Claim,
    CloseAccount,
    ClosePeriod,
    Draw,
    Erase,
    ExpireHold,
    Hold,
    Item,
    Leg,
    OpenAccount,
    PostHold,
    Reverse,
    Seal,
    SetBounds,
    Transfer,
    VoidHold,
)
from ledger.core.quantities import DAY
from ledger.core.requests import Request, Row
from ledger.core.state import State

BOOK = "giussano"
UNIT = "BUONI-2026"
NOW = 1_795_000_000_000_000
TILL = derived_id("rich", "till")


def uuid(name: str) -> UUID:
    return derived_id("rich", name)


def account(name: str) -> AccountId:
    return AccountId(uuid(name))


def hold(name: str) -> HoldId:
    return HoldId(uuid(name))


def commitment(name: str) -> Commitment:
    return Commitment(sha256(name.encode()).digest())


def move(debit: str, credit: str, amount: int) -> Transfer:
    return Transfer(account(debit), account(credit), amount, UNIT)


def leg(debit: str, credit: str, undoes: int | None = None) -> Leg:
    return Leg(account(debit), account(credit), undoes)


def held(name: str, amount: int, until: int) -> Hold:
    return Hold(hold(name), account("V2"), account("bakery"), amount, UNIT, until)


def ask(name: str, kind: EntryKind, *items: Item, **more: object) -> Request:
    words = {"actor": "officer:7", "occurred_at": NOW} | more
    return Request(RequestId(uuid(f"key {name}")), kind, items, **words)  # type: ignore[arg-type]


def opening() -> Request:
    kinds = {
        "treasury": AccountKind.TREASURY, "fund": AccountKind.FUND, "region": AccountKind.FUND,
        "batch": AccountKind.BATCH, "V1": AccountKind.VOUCHER, "V2": AccountKind.VOUCHER,
        "V3": AccountKind.VOUCHER, "phone": AccountKind.DEVICE_RESERVE,
        "bakery": AccountKind.SHOP_PAYABLE, "due": AccountKind.REFUND_DUE,
        "risk": AccountKind.OFFLINE_RISK,
    }  # fmt: skip
    lines = [OpenAccount(account(name), UNIT, kind) for name, kind in kinds.items()]
    capped = OpenAccount(account("claim"), UNIT, AccountKind.SHOP_CLAIM, 0, 10_000)
    owned = OpenAccount(account("V4"), UNIT, AccountKind.VOUCHER, owner=uuid("family"))
    return ask("opening", EntryKind.OPENING, *lines, capped, owned)


def money_and_vouchers(rows: tuple[Row, ...]) -> list[Request]:
    said = commitment("anna"), commitment("bruno")
    return [
        ask("funding", EntryKind.FUNDING, move("treasury", "fund", 500_00), rows=rows),
        ask("region", EntryKind.FUNDING, move("treasury", "region", 100_00)),
        ask("wrong", EntryKind.REVERSAL, Reverse(RequestId(uuid("key region")))),
        ask("approval", EntryKind.APPROVAL, move("fund", "batch", 60_00)),
        ask("V1", EntryKind.ISSUANCE, move("fund", "V1", 50_00), commitments=said),
        ask("V2", EntryKind.ISSUANCE, move("batch", "V2", 50_00)),
        ask("rest", EntryKind.COMPLETION, Draw(None, (leg("batch", "fund"),))),
        ask("cover", EntryKind.OFFLINE_COVER, move("fund", "risk", 40_00)),
        ask("cap", EntryKind.OPENING, SetBounds(account("V1"), 0, 80_00)),
        ask("phone", EntryKind.RESERVE, move("V1", "phone", 5_00)),
    ]


def at_the_shop() -> list[Request]:
    both = Draw(60_00, (leg("V1", "bakery"), leg("V2", "bakery")))
    upload = Draw(
        8_00, (leg("phone", "bakery"), leg("V2", "bakery")), claim=ClaimId(uuid("counter")),
        if_claimed=(leg("risk", "bakery"),),
    )  # fmt: skip
    asked = {"till": "t1", "amount": 60_00, "declared": ["bread", "è"], "bill": {"cents": 61_00}}
    return [
        ask("sale", EntryKind.REDEMPTION, both, asked=asked, scope=TILL, actor="till:1"),
        ask("too much", EntryKind.REDEMPTION, Draw(99_00, both.legs), scope=TILL),
        ask("upload", EntryKind.OFFLINE_REDEMPTION, upload),
        ask("copy", EntryKind.OFFLINE_REDEMPTION, upload, asked={"copy": True}),
        ask("refund", EntryKind.REFUND, Draw(2_00, (leg("bakery", "V2", 11),))),
        ask("again", EntryKind.REFUND, Draw(1_00, (leg("bakery", "V2", 11),))),
        ask("payout", EntryKind.PAYOUT, Claim(ClaimId(uuid("m1"))), move("bakery", "treasury", 1)),
        ask("late", EntryKind.REFUND, Draw(3_00, (leg("claim", "due", 11),))),
        ask("burnt", EntryKind.VOID, refuse=Code.VOIDED, scope=TILL),
        ask("some", EntryKind.OFFLINE_COVER_FREED, Draw(99_00, (leg("risk", "fund"),), True)),
    ]


def holds_and_pages() -> list[Request]:
    soon, later = NOW + DAY, NOW + 40 * DAY
    return [
        ask("H1", EntryKind.REDEMPTION, held("H1", 5_00, later)),
        ask("H2", EntryKind.REDEMPTION, held("H2", 1_00, later)),
        ask("H3", EntryKind.REDEMPTION, held("H3", 1_00, soon)),
        ask("H4", EntryKind.REDEMPTION, held("H4", 1_00, later)),
        ask("use", EntryKind.REDEMPTION, PostHold(hold("H1"), 3_00)),
        ask("free", EntryKind.VOID, VoidHold(hold("H2"))),
        ask("close", EntryKind.OPENING, CloseAccount(account("V4"))),
        ask("erasure", EntryKind.ERASURE, Erase((commitment("anna"),))),
        ask("month", EntryKind.PERIOD_CLOSE, ClosePeriod(1)),
        ask("seal", EntryKind.SEAL, Seal((UNIT,))),
    ]


def lapse() -> Request:
    """What the writer asks by itself when the third hold's time has come."""
    derived = RequestId(derived_id("hold_expiry", BOOK, hold("H3")))
    words = {"actor": "writer", "occurred_at": NOW + 2 * DAY}
    return Request(derived, EntryKind.HOLD_EXPIRY, (ExpireHold(hold("H3")),), **words)  # type: ignore[arg-type]


def all_requests(rows: tuple[Row, ...] = ()) -> list[Request]:
    """What callers ask, in order; the hold H3 is due two days later."""
    return [opening(), *money_and_vouchers(rows), *at_the_shop(), *holds_and_pages()]


def decide(requests: Iterable[Request], *, now: int = NOW) -> list[Decision]:
    """Decide in memory, by nothing but `apply()`; all requests at one moment of the clock."""
    state, decisions = State(BOOK), []
    for request in requests:
        state, decision = apply(state, state.number(request, now))
        decisions.append(decision)
    return decisions
