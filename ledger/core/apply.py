"""`apply()`: the only code that decides about money.

Pure, so that production, the checker that replays the book, and the tests run the same.

One function per item, each giving the first reason in the order of `Code`. Not here: which kinds
of account an entry may touch (`posting_rules`), and who may ask (the verbs). Source: design 3.2.
"""
# long: one rule per item, on one page, so that nobody looks elsewhere for a decision on money.

from collections.abc import Callable, Mapping
from typing import Any, Final

from ledger.core.accounts import Account, Chain, Held, HoldState
from ledger.core.chart import CHART, AccountKind, EntryKind, Side
from ledger.core.codes import Code
from ledger.core.decisions import POSTED, Decision, Posting
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
from ledger.core.posting_rules import (
    LINKED,
    NAMES_PARTS,
    REVERSIBLE,
    SETTLES_AFTER_CLOSING,
    SHARES,
    Sides,
    allows,
)
from ledger.core.quantities import MAX_AMOUNT, Amount, Unit
from ledger.core.requests import NumberedRequest
from ledger.core.state import Draft, State, chain_of

# Items that belong to one kind of entry, and the kinds that hold nothing else.
_HOUSEKEEPING: Final[Mapping[type, EntryKind]] = {
    Reverse: EntryKind.REVERSAL,
    ExpireHold: EntryKind.HOLD_EXPIRY,
    ClosePeriod: EntryKind.PERIOD_CLOSE,
    Seal: EntryKind.SEAL,
    Erase: EntryKind.ERASURE,
}
_OWN_ITEM: Final[Mapping[EntryKind, type]] = {kind: item for item, kind in _HOUSEKEEPING.items()}


def apply(state: State, numbered: NumberedRequest) -> tuple[State, Decision]:
    """Decide one request: the only code that decides about money.

    Same state and request, same answer: number, time, ids are in `numbered`. One log leaf each.
    The state handed in must hold what the request touches (`Needs`). Source: design 3.3.
    """
    request = numbered.request
    if earlier := state.decided.get(request.id):
        return state, earlier.again(request)  # Before every check: the same answer, or KEY_REUSED.
    draft = Draft(state, numbered)  # The touched accounts only; forgotten if an item is refused.
    if request.refuse is not None:  # Judged before, by a verb; kept like any other no.
        return state.keep(numbered, Code(request.refuse), draft)
    code = _commit(draft)
    for item in request.items:
        if code is Code.ACCEPTED:
            code = _decide(draft, item)
    if code is Code.ACCEPTED and draft.kind in LINKED:
        code = _linked(draft)
    return state.keep(numbered, code, draft)


def _decide(draft: Draft, item: Item) -> Code:
    own = _OWN_ITEM.get(draft.kind)
    if _HOUSEKEEPING.get(type(item), draft.kind) != draft.kind or own not in {None, type(item)}:
        return Code.ITEM_NOT_ALLOWED
    return RULES[type(item)](draft, item)


def _linked(draft: Draft) -> Code:
    """Whether both legs of a linked pair moved as much: a release, a conversion, a payment."""
    moved = [0, 0]
    for posting in draft.postings:
        if posting.phase in _MOVES:
            sides = _sides_of(draft, posting)
            for number, group in enumerate(LINKED[draft.kind]):
                moved[number] += posting.amount if sides in group else 0
    return Code.ACCEPTED if moved[0] == moved[1] else Code.UNLINKED


_MOVES: Final = frozenset({POSTED, "used"})


def _sides_of(draft: Draft, posting: Posting) -> Sides:
    debit, credit = draft.account(posting.debit), draft.account(posting.credit)
    assert debit is not None
    assert credit is not None
    return Sides(debit.kind, credit.kind)


def _commit(draft: Draft) -> Code:
    """Note the salted commitments to what the request says of a person, each made once."""
    for commitment in draft.numbered.request.commitments:
        if draft.commitment(commitment) is not None:
            return Code.COMMITMENT_EXISTS
        draft.commitments[commitment] = False
    return Code.ACCEPTED


# Accounts.


def _open_account(draft: Draft, item: OpenAccount) -> Code:
    if draft.account(item.id) is not None:
        return Code.ACCOUNT_EXISTS
    kind = AccountKind(item.kind)
    account = Account(item.id, item.unit, kind, item.floor, item.ceiling, owner=item.owner)
    line = CHART[kind]
    if not line.where.has(draft.state.book) or line.unit not in {None, item.unit}:
        return Code.OUTSIDE_CHART  # A comune's book has no circuit in it, nor the other way round.
    if draft.total(item.unit) is None:
        draft.add_to_total(item.unit)
    return _bounded(draft, account)


def _set_bounds(draft: Draft, item: SetBounds) -> Code:
    account = draft.account(item.id)
    if account is None:
        return Code.UNKNOWN_ACCOUNT
    if account.closed:
        return Code.ACCOUNT_CLOSED
    return _bounded(draft, account._replace(floor=item.floor, ceiling=item.ceiling))


def _bounded(draft: Draft, account: Account) -> Code:
    """Take an account with new bounds, if the chart and its balance allow them."""
    widest = CHART[account.kind]
    if widest.floor is not None and (account.floor is None or account.floor < widest.floor):
        return Code.OUTSIDE_CHART
    if widest.ceiling is not None and (account.ceiling is None or account.ceiling > widest.ceiling):
        return Code.OUTSIDE_CHART
    if widest.bounded and (account.floor is None or account.ceiling is None):
        return Code.OUTSIDE_CHART
    lowest, _highest = account.extremes()
    if not account.in_bounds():
        short = account.floor is not None and lowest < account.floor
        return Code.INSUFFICIENT_FUNDS if short else Code.CEILING_REACHED
    draft.accounts[account.id] = account
    return Code.ACCEPTED


def _close_account(draft: Draft, item: CloseAccount) -> Code:
    account = draft.account(item.id)
    if account is None:
        return Code.UNKNOWN_ACCOUNT
    if account.closed:
        return Code.ACCOUNT_CLOSED
    if not account.is_settled():
        return Code.ACCOUNT_NOT_EMPTY
    draft.accounts[item.id] = account._replace(closed=True)
    return Code.ACCEPTED


# Money.


def _transfer(draft: Draft, item: Transfer) -> Code:
    if draft.kind in _ONLY_PARTS:
        return Code.ITEM_NOT_ALLOWED  # A refund names what it gives back: a draw that undoes.
    debit, credit = draft.account(item.debit), draft.account(item.credit)
    code = _sides(draft, debit, credit, item.unit)
    if code is not Code.ACCEPTED:
        return code
    assert debit is not None
    assert credit is not None
    if debit.kind in SHARES:
        return Code.ITEM_NOT_ALLOWED  # A share is collected as the part of a purchase that it is.
    if _closed(draft, debit, credit):
        return Code.ACCOUNT_CLOSED
    return _post(draft, debit, credit, item.amount)


# Of those that name parts, all but this one move nothing else: it also takes the money in.
_ONLY_PARTS: Final = NAMES_PARTS - {EntryKind.CONTRIBUTION_PAYMENT}


def _sides(draft: Draft, debit: Account | None, credit: Account | None, unit: Unit) -> Code:
    """Whether this kind of entry may move this unit between these two, whatever the balances."""
    if debit is None or credit is None:
        return Code.UNKNOWN_ACCOUNT
    if debit.id == credit.id:
        return Code.SAME_ACCOUNT
    if not debit.unit == credit.unit == unit:
        return Code.UNIT_MISMATCH
    if not allows(draft.kind, Sides(debit.kind, credit.kind)):
        return Code.POSTING_RULE
    return Code.ACCEPTED


def _closed(draft: Draft, debit: Account, credit: Account) -> bool:
    if not (debit.closed or credit.closed):
        return False
    if draft.kind not in SETTLES_AFTER_CLOSING:
        return True  # Only what a shop is owed may settle after its end.
    return any(account.closed and account.kind is not _OWED for account in (debit, credit))


_OWED: Final = AccountKind.SHOP_PAYABLE


def _post(
    draft: Draft, debit: Account, credit: Account, amount: Amount, undoes: int | None = None
) -> Code:
    """Move `amount` now, if both balances stay within their bounds."""
    after = debit.moved(debits_posted=amount), credit.moved(credits_posted=amount)
    code = _kept_bounds(draft, (debit, credit), after, amount)
    if code is Code.ACCEPTED:
        draft.record(POSTED, *after, amount, undoes=undoes)
        draft.add_to_total(debit.unit, posted=amount)
    return code


def _kept_bounds(
    draft: Draft,
    before: tuple[Account, Account],
    after: tuple[Account, Account],
    amount: Amount,
) -> Code:
    """Whether both balances stay in their bounds, and every number one that all readers hold."""
    debit, credit = after
    if not (debit.in_bounds() and credit.in_bounds()):
        short = _short(debit) or _short(credit)
        room = min(before[0].room(Side.DEBIT), before[1].room(Side.CREDIT))
        draft.facts = {"available": room}
        return Code.INSUFFICIENT_FUNDS if short else Code.CEILING_REACHED
    total = draft.total(debit.unit)
    unit_full = total is not None and total.posted + total.pending > MAX_AMOUNT - amount
    if unit_full or debit.is_full() or credit.is_full():
        return Code.COUNTER_FULL
    return Code.ACCEPTED


def _short(account: Account) -> bool:
    return account.floor is not None and account.extremes()[0] < account.floor


def _draw(draft: Draft, item: Draw) -> Code:
    """Take from the legs in their order; the balances are those of this moment."""
    legs = _legs_for(draft, item)
    if legs is None:
        return Code.ALREADY_CLAIMED
    for leg in legs:
        code = _leg_allowed(draft, leg)
        if code is not Code.ACCEPTED:
            return code
    taken = 0
    wanted = MAX_AMOUNT if item.total is None else item.total
    for leg in legs:
        code, amount = _take(draft, leg, wanted - taken)
        if code is not Code.ACCEPTED:
            return code
        taken += amount
    return _drawn(draft, item, legs, taken)


def _legs_for(draft: Draft, item: Draw) -> tuple[Leg, ...] | None:
    if item.claim is None:
        return item.legs
    if not draft.is_claimed(item.claim):
        draft.claims[item.claim] = draft.numbered.index
        return item.legs
    draft.facts["claimed"] = True  # A double presentation: the decision says so.
    return item.if_claimed or None


def _leg_allowed(draft: Draft, leg: Leg) -> Code:
    if (draft.kind in NAMES_PARTS) is (leg.undoes is None):
        return Code.ITEM_NOT_ALLOWED  # A refund names what it gives back; a redemption never.
    debit, credit = draft.account(leg.debit), draft.account(leg.credit)
    unit = "" if debit is None else debit.unit
    code = _sides(draft, debit, credit, unit)
    if code is not Code.ACCEPTED or leg.undoes is None:
        return code
    assert debit is not None
    assert credit is not None
    chain = draft.chain(leg.undoes)
    if chain is None:
        return Code.UNKNOWN_ENTRY
    if draft.kind is EntryKind.REFUND:
        back = _from_who_received(draft, chain, debit) and _to_who_gave(draft, chain, credit)
    else:
        back = debit.id == chain.credit and _share_goes(draft, chain, debit, credit)
    return Code.ACCEPTED if back else Code.POSTING_RULE


def _share_goes(draft: Draft, chain: Chain, debit: Account, credit: Account) -> bool:
    """Whether a share goes back to the shop's due, or is collected as this entry pays that due."""
    if draft.kind is not EntryKind.CONTRIBUTION_PAYMENT:
        return credit.id == chain.debit
    paid = any(posting.credit == chain.debit for posting in draft.postings)
    return paid and (credit.kind is AccountKind.SOCIAL_FUND or credit.owner == debit.owner)


def _from_who_received(draft: Draft, chain: Chain, debit: Account) -> bool:
    """Whether a shop gives back what it was to receive, or owes it as a claim in that unit.

    A cap that counted a sale gives back what it counted, and nothing else does.
    """
    received = draft.account(chain.credit)
    if received is None or received.unit != debit.unit:
        return False
    if debit.kind is AccountKind.SHOP_CLAIM:
        return received.kind is _OWED and debit.owner == received.owner
    return received.kind in _RECEIVED and debit.id == received.id


def _to_who_gave(draft: Draft, chain: Chain, credit: Account) -> bool:
    """Whether it goes back to its voucher, or to a fund or as due; a shortage, to the cover."""
    gave = draft.account(chain.debit)
    assert gave is not None
    if gave.kind not in _SPENT:
        return False
    if gave.kind is AccountKind.CAPS_USED:
        return credit.id == gave.id
    if AccountKind.OFFLINE_RISK in {gave.kind, credit.kind}:
        return credit.id == gave.id or credit.kind is AccountKind.REFUND_DUE
    return credit.id == gave.id or {gave.kind, credit.kind} != {AccountKind.VOUCHER}


# What a shop can have been paid from, and what counts it; the contrary of a payout is no sale.
_SPENT: Final = frozenset({
    AccountKind.VOUCHER, AccountKind.DEVICE_RESERVE, AccountKind.OFFLINE_RISK,
    AccountKind.CAPS_USED,
})  # fmt: skip
_RECEIVED: Final = frozenset({_OWED, AccountKind.CAP})


def _take(draft: Draft, leg: Leg, wanted: Amount) -> tuple[Code, Amount]:
    amount = min(wanted, _room(draft, leg))
    if amount == 0:
        return Code.ACCEPTED, 0
    debit, credit = _leg_ends(draft, leg)
    code = _post(draft, debit, credit, amount, leg.undoes)
    if code is Code.ACCEPTED and leg.undoes is not None:
        chain = draft.chain(leg.undoes)
        assert chain is not None
        draft.chains[leg.undoes] = chain.undo(amount)
    return code, amount


def _leg_ends(draft: Draft, leg: Leg) -> tuple[Account, Account]:
    debit, credit = draft.account(leg.debit), draft.account(leg.credit)
    assert debit is not None
    assert credit is not None
    return debit, credit


def _leads_nowhere(draft: Draft, leg: Leg) -> bool:
    return _closed(draft, *_leg_ends(draft, leg))


def _room(draft: Draft, leg: Leg) -> Amount:
    """How much this leg can give now: nothing through a closed account."""
    debit, credit = _leg_ends(draft, leg)
    if _closed(draft, debit, credit):
        return 0
    room = min(debit.room(Side.DEBIT), credit.room(Side.CREDIT))
    if leg.undoes is None:
        return room
    chain = draft.chain(leg.undoes)
    assert chain is not None
    return min(room, chain.rest)


def _drawn(draft: Draft, item: Draw, legs: tuple[Leg, ...], taken: Amount) -> Code:
    if item.total is None:
        return Code.ACCEPTED
    if taken == item.total or (item.partial and taken):
        if draft.kind not in NAMES_PARTS:
            draft.facts["left"] = _left(draft, legs)
        return Code.ACCEPTED
    draft.facts["available"] = taken
    if legs and all(_leads_nowhere(draft, leg) for leg in legs):
        return Code.ACCOUNT_CLOSED
    exceeds = draft.kind in NAMES_PARTS and _chains_spent(draft, legs)
    return Code.REFUND_EXCEEDS if exceeds else Code.INSUFFICIENT_FUNDS


def _chains_spent(draft: Draft, legs: tuple[Leg, ...]) -> bool:
    chains = [draft.chain(leg.undoes) for leg in legs if leg.undoes is not None]
    return all(chain is not None and chain.rest == 0 for chain in chains)


def _left(draft: Draft, legs: tuple[Leg, ...]) -> Amount:
    sources = {leg.debit: leg for leg in legs}
    return min(MAX_AMOUNT, sum(_room(draft, leg) for leg in sources.values()))


# Once only: claims, holds, reversals, erasure.


def _claim(draft: Draft, item: Claim) -> Code:
    if draft.is_claimed(item.id):
        return Code.ALREADY_CLAIMED
    draft.claims[item.id] = draft.numbered.index
    return Code.ACCEPTED


def _hold(draft: Draft, item: Hold) -> Code:
    if draft.kind in NAMES_PARTS:
        return Code.ITEM_NOT_ALLOWED  # As above: a hold names nothing that it gives back.
    debit, credit = draft.account(item.debit), draft.account(item.credit)
    code = _sides(draft, debit, credit, item.unit)
    if code is not Code.ACCEPTED:
        return code
    assert debit is not None
    assert credit is not None
    if _closed(draft, debit, credit):
        return Code.ACCOUNT_CLOSED
    if draft.hold(item.id) is not None:
        return Code.HOLD_EXISTS
    if item.expires_at <= draft.numbered.recorded_at:
        return Code.HOLD_EXPIRED
    after = debit.moved(debits_pending=item.amount), credit.moved(credits_pending=item.amount)
    code = _kept_bounds(draft, (debit, credit), after, item.amount)
    if code is Code.ACCEPTED:
        ends = item.debit, item.credit, item.amount, item.expires_at
        draft.holds[item.id] = Held(item.id, item.unit, draft.kind, *ends)
        draft.record("held", *after, item.amount, hold=item.id)
        draft.add_to_total(item.unit, pending=item.amount)
    return code


def _post_hold(draft: Draft, item: PostHold) -> Code:
    if draft.kind in NAMES_PARTS:
        return Code.ITEM_NOT_ALLOWED
    hold = draft.hold(item.hold)
    if hold is not None and not allows(draft.kind, _kinds(draft, hold)):
        return Code.POSTING_RULE
    code = _resolvable(draft, hold)
    if code is not Code.ACCEPTED:
        return code
    assert hold is not None
    used = hold.amount if item.amount is None else item.amount
    if used > hold.amount:
        return Code.EXCEEDS_HOLD
    debit, credit = _ends(draft, hold)
    after = (
        debit.moved(debits_pending=-hold.amount, debits_posted=used),
        credit.moved(credits_pending=-hold.amount, credits_posted=used),
    )
    assert all(account.in_bounds() for account in after)  # They counted all of it when held.
    draft.holds[hold.id] = hold.resolved(HoldState.POSTED)
    draft.record("used", *after, used, hold=hold.id)
    draft.add_to_total(hold.unit, posted=used, pending=-hold.amount)
    return Code.ACCEPTED


def _void_hold(draft: Draft, item: VoidHold) -> Code:
    hold = draft.hold(item.hold)
    code = _resolvable(draft, hold)
    if code is Code.ACCEPTED:
        assert hold is not None
        _free(draft, hold, HoldState.VOIDED)
    return code


def _expire_hold(draft: Draft, item: ExpireHold) -> Code:
    hold = draft.hold(item.hold)
    if hold is None:
        return Code.UNKNOWN_HOLD
    if hold.state is not HoldState.HELD:
        return Code.HOLD_RESOLVED
    if draft.numbered.recorded_at < hold.expires_at:
        return Code.HOLD_NOT_DUE
    _free(draft, hold, HoldState.EXPIRED)
    return Code.ACCEPTED


def _resolvable(draft: Draft, hold: Held | None) -> Code:
    """A hold resolves at most once, and never after its expiry, logged or not."""
    if hold is None:
        return Code.UNKNOWN_HOLD
    if hold.state in {HoldState.POSTED, HoldState.VOIDED}:
        return Code.HOLD_RESOLVED
    if hold.state is HoldState.EXPIRED or draft.numbered.recorded_at >= hold.expires_at:
        return Code.HOLD_EXPIRED
    return Code.ACCEPTED


def _free(draft: Draft, hold: Held, state: HoldState) -> None:
    debit, credit = _ends(draft, hold)
    after = (
        debit.moved(debits_pending=-hold.amount),
        credit.moved(credits_pending=-hold.amount),
    )
    draft.holds[hold.id] = hold.resolved(state)
    draft.record("freed", *after, hold.amount, hold=hold.id)
    draft.add_to_total(hold.unit, pending=-hold.amount)


def _ends(draft: Draft, hold: Held) -> tuple[Account, Account]:
    debit, credit = draft.account(hold.debit), draft.account(hold.credit)
    assert debit is not None
    assert credit is not None
    return debit, credit


def _kinds(draft: Draft, hold: Held) -> Sides:
    debit, credit = _ends(draft, hold)
    return Sides(debit.kind, credit.kind)


def _reverse(draft: Draft, item: Reverse) -> Code:
    """Book the contrary of each transfer of an entry, last first, for what is left of it."""
    entry = draft.state.decided.get(item.entry)
    if entry is None:
        return Code.UNKNOWN_ENTRY
    moved = entry.accepted and all(posting.phase == POSTED for posting in entry.transfers)
    if not moved or entry.request.kind not in REVERSIBLE:
        return Code.NOT_REVERSIBLE
    for posting in reversed(entry.transfers):
        code = _contrary(draft, posting)
        if code is not Code.ACCEPTED:
            return code
    return Code.ACCEPTED


def _contrary(draft: Draft, posting: Posting) -> Code:
    seq = posting.seq
    chain = draft.chain(seq) or chain_of(posting)
    debit, credit = draft.account(posting.credit), draft.account(posting.debit)
    assert chain is not None
    assert debit is not None
    assert credit is not None
    if chain.rest == 0:
        return Code.ALREADY_REVERSED
    if _closed(draft, debit, credit):
        return Code.ACCOUNT_CLOSED
    draft.chains[seq] = chain.undo(chain.rest)
    return _post(draft, debit, credit, chain.rest, undoes=seq)


def _erase(draft: Draft, item: Erase) -> Code:
    for commitment in item.commitments:
        if draft.commitment(commitment) is not False:
            return Code.UNKNOWN_COMMITMENT
        draft.commitments[commitment] = True
    return Code.ACCEPTED


# The book's own pages.


def _close_period(draft: Draft, item: ClosePeriod) -> Code:
    if item.period != draft.period:
        return Code.PERIOD_NOT_OPEN
    draft.period += 1
    return Code.ACCEPTED


def _seal(draft: Draft, item: Seal) -> Code:
    totals = [(unit, draft.total(unit)) for unit in item.units]
    if any(total is None for _unit, total in totals):
        return Code.UNKNOWN_UNIT
    draft.facts["totals"] = [[unit, *total] for unit, total in totals if total is not None]
    return Code.ACCEPTED


RULES: Final[Mapping[type, Callable[[Draft, Any], Code]]] = {
    OpenAccount: _open_account,
    CloseAccount: _close_account,
    SetBounds: _set_bounds,
    Transfer: _transfer,
    Draw: _draw,
    Claim: _claim,
    Hold: _hold,
    PostHold: _post_hold,
    VoidHold: _void_hold,
    ExpireHold: _expire_hold,
    Reverse: _reverse,
    ClosePeriod: _close_period,
    Seal: _seal,
    Erase: _erase,
}
