"""A small circuit's book with something of everything, also what must be refused.

Pure, as `rich_book`, whose ids it shares. Not here: what must hold of it.
"""

from ledger.core.apply import apply
from ledger.core.chart import CHART, CIRCUIT_BOOK, CREDITS, EURO, HOURS, AccountKind, EntryKind
from ledger.core.decisions import Decision
from ledger.core.ids import RequestId
from ledger.core.items import Draw, Hold, Item, OpenAccount, PostHold, Reverse, Seal, SetBounds
from ledger.core.items import Transfer as Move
from ledger.core.quantities import DAY
from ledger.core.requests import Request
from ledger.core.state import State
from tests.rich_book import NOW, account, ask, hold, leg, uuid

A, K = AccountKind, EntryKind
KINDS = {
    "bank": A.BANK, "due": A.CONTRIBUTION_DUE, "other due": A.CONTRIBUTION_DUE,
    "share": A.FUND_ACCRUED, "rossi accrued": A.FAMILY_BONUS_ACCRUED, "social": A.SOCIAL_FUND,
    "rossi bonus": A.FAMILY_BONUS, "verdi bonus": A.FAMILY_BONUS, "transit": A.IN_TRANSIT,
    "reserve": A.CREDIT_RESERVE, "costs": A.RUNNING_COSTS, "owed": A.SHOP_PAYABLE,
    "issued": A.CREDITS_ISSUED, "rossi wallet": A.WALLET, "shop wallet": A.WALLET,
}  # fmt: skip


def opened(name: str, kind: AccountKind) -> OpenAccount:
    unit = CHART[kind].unit or EURO
    return OpenAccount(account(name), unit, kind, owner=uuid(name.partition(" ")[0]))


def euro(debit: str, credit: str, cents: int) -> Move:
    return Move(account(debit), account(credit), cents, EURO)


def credits_(debit: str, credit: str, cents: int) -> Move:
    return Move(account(debit), account(credit), cents, CREDITS)


def collected(cents: int, *names: tuple[str, str, int]) -> Draw:
    return Draw(cents, tuple(leg(*one) for one in names))


def openings() -> list[Request]:
    member = OpenAccount(account("member"), HOURS, A.MEMBER, -60, 60)
    return [
        ask("open", K.OPENING, *(opened(*one) for one in KINDS.items())),
        ask("no fund here", K.OPENING, opened("comune's", A.FUND)),
        ask("other unit", K.OPENING, OpenAccount(account("x"), CREDITS, A.BANK)),
        ask("unbounded", K.OPENING, OpenAccount(account("x"), HOURS, A.MEMBER, None, 60)),
        ask("members", K.OPENING, member, OpenAccount(account("other"), HOURS, A.MEMBER, -60, 60)),
        ask("limits", K.OPENING, SetBounds(account("member"), -30, 90)),
        ask("no limits", K.OPENING, SetBounds(account("member"), -30)),
    ]


def discounts() -> list[Request]:
    """Two purchases (transfers 1 to 4), a return and a payment of half."""
    shares = euro("due", "share", 50), euro("due", "rossi accrued", 2_50)
    old, new = ("share", "social", 1), ("rossi accrued", "rossi bonus", 2)
    wrong = ("rossi accrued", "verdi bonus", 2)
    paid, half = euro("bank", "due", 3_00), euro("bank", "due", 1_50)
    return [
        ask("bread", K.PURCHASE, *shares), ask("cake", K.PURCHASE, *shares),
        ask("no part", K.CONTRIBUTION_PAYMENT, paid, euro("share", "social", 50)),
        ask("no share", K.CONTRIBUTION_PAYMENT, paid),
        ask("other shop", K.CONTRIBUTION_PAYMENT, collected(50, old), paid),
        ask("other family", K.CONTRIBUTION_PAYMENT, paid, collected(3_00, old, wrong)),
        ask("paid", K.CONTRIBUTION_PAYMENT, paid, collected(3_00, old, new)),
        ask("twice", K.CONTRIBUTION_PAYMENT, paid, collected(3_00, old, new)),
        ask("held", K.GOODS_RETURN, Hold(
            hold("HC"), account("share"), account("due"), 1, EURO, NOW + DAY)),
        ask("returned", K.GOODS_RETURN, Draw(1_00, (leg("rossi accrued", "due", 4),))),
        ask("too much", K.GOODS_RETURN, Draw(1_51, (leg("rossi accrued", "due", 4),))),
        ask("elsewhere", K.WRITE_OFF, Draw(1, (leg("rossi accrued", "other due", 4),))),
        ask("half", K.CONTRIBUTION_PAYMENT, half, collected(
            1_50, ("share", "social", 3), ("rossi accrued", "rossi bonus", 4))),
        ask("rest", K.WRITE_OFF, Draw(None, (leg("rossi accrued", "due", 4),))),
    ]  # fmt: skip


def credits_and_fund() -> list[Request]:
    covered, given = euro("rossi bonus", "reserve", 3_00), credits_("issued", "rossi wallet", 3_00)
    gone = credits_("shop wallet", "issued", 1_00)
    out = euro("reserve", "owed", 95), euro("reserve", "social", 3)
    moves: list[tuple[str, EntryKind, tuple[Item, ...]]] = [
        ("euro alone", K.BONUS_RELEASE, (covered,)), ("credits alone", K.BONUS_RELEASE, (given,)),
        ("release", K.BONUS_RELEASE, (covered, given)),
        ("pay on", K.CREDIT_PAYMENT, (credits_("rossi wallet", "shop wallet", 2_00),)),
        ("unlinked", K.CONVERSION, (gone, *out)),
        ("convert", K.CONVERSION, (gone, *out, euro("reserve", "costs", 2))),
        ("pay out", K.CIRCUIT_PAYOUT, (euro("owed", "bank", 95),)),
        ("pay back", K.REVERSAL, (Reverse(RequestId(uuid("key pay out"))),)),
        ("gift", K.DONATION, (euro("bank", "social", 5_00),)),
        ("feed", K.FEED, (euro("social", "transit", 4_00),)),
        ("arrived", K.FEED_ARRIVAL, (euro("transit", "bank", 4_00),)),
        ("not back", K.REVERSAL, (Reverse(RequestId(uuid("key release"))),)),
        ("hours", K.HOURS_GIVEN, (Move(account("member"), account("other"), 30, HOURS),)),
        ("too long", K.HOURS_GIVEN, (Move(account("member"), account("other"), 30, HOURS),)),
        ("half held", K.BONUS_RELEASE, (Hold(
            hold("HB"), account("issued"), account("rossi wallet"), 1, CREDITS, NOW + DAY),)),
        ("half used", K.BONUS_RELEASE, (PostHold(hold("HB")),)),
        ("totals", K.SEAL, (Seal((EURO, CREDITS, HOURS)),)),
    ]  # fmt: skip
    return [ask(name, kind, *items) for name, kind, items in moves]


def circuit_requests() -> list[Request]:
    """What callers ask, in order."""
    return [*openings(), *discounts(), *credits_and_fund()]


def circuit_decisions() -> list[Decision]:
    """Decided in memory, by nothing but `apply()`."""
    state, decisions = State(CIRCUIT_BOOK), []
    for request in circuit_requests():
        state, decision = apply(state, state.number(request, NOW))
        decisions.append(decision)
    return decisions
