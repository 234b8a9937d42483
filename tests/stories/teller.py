"""The language of the stories: one line, one thing that somebody does; nothing but the door below.

A line is a verb, the key under which it is asked, its words, and what the book must answer:
`redeem k3 rossi bakery 12,50 accepted`. Accounts are named `fund`, `fund:region`, `V1`,
`shop_payable:bakery`; they are opened by the first line that needs them. Verbs are the methods
called `tell_…`. Not here: what must hold after each line (`test_stories`).
"""
# long: one verb under the other, so that who writes a story finds all of them on one page.

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from inspect import signature
from uuid import UUID

from ledger import (
    AccountId,
    AccountKind,
    Book,
    Claim,
    ClaimId,
    CloseAccount,
    ClosePeriod,
    Commitment,
    Decision,
    Draw,
    EntryKind,
    Erase,
    Hold,
    HoldId,
    Leg,
    OpenAccount,
    PostHold,
    Request,
    RequestId,
    Reverse,
    Seal,
    SetBounds,
    Transfer,
    VoidHold,
    derived_id,
)  # fmt: skip
from ledger.core.chart import CHART, CIRCUIT_BOOK, EURO, Where
from ledger.core.codes import Code
from ledger.core.items import Item
from ledger.core.quantities import DAY, parse_euro

UNIT = "BUONI"
KINDS = {  # How a name begins -> its kind of account; any other name is a voucher.
    "treasury": AccountKind.TREASURY,
    "fund": AccountKind.FUND,
    "batch": AccountKind.BATCH,
    "reserve": AccountKind.DEVICE_RESERVE,
    "shop_payable": AccountKind.SHOP_PAYABLE,
    "refund_due": AccountKind.REFUND_DUE,
    "shop_claim": AccountKind.SHOP_CLAIM,
    "offline_risk": AccountKind.OFFLINE_RISK,
    "cap": AccountKind.CAP,
    "caps_used": AccountKind.CAPS_USED,
} | {str(kind): kind for kind, line in CHART.items() if line.where is Where.CIRCUIT}
COUNTS = {AccountKind.CAP, AccountKind.CAPS_USED}
WORDS = ("verb", "first", "second", "third", "fourth")  # A line's fields; the last is the amount.
Ask = tuple[EntryKind, list[Item]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a story, and where it stands."""

    number: int
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.words)


def read_story(text: str) -> Iterator[Line]:
    """The lines that say something; after `#` is for people."""
    for number, line in enumerate(text.splitlines(), start=1):
        words = tuple(line.partition("#")[0].split())
        if words:
            yield Line(number, words)


def read_amount(text: str) -> int:
    """Euro and credits as people write them; minutes as `60m`."""
    if text.endswith("m"):
        return int(text.removesuffix("m"))
    return parse_euro(text)


@dataclass(slots=True)
class Teller:
    """Tells one story to one book."""

    book: Book
    clock: list[int]  # Its one value is the ledger's time; waiting moves it.
    opened: set[str] = field(default_factory=set)
    families: dict[str, list[str]] = field(default_factory=dict)
    fund_of: dict[str, str] = field(default_factory=dict)
    told: dict[str, Decision] = field(default_factory=dict)
    commitments: tuple[Commitment, ...] = ()
    refuse: Code | None = None
    known: dict[AccountId, str] = field(default_factory=dict)

    @property
    def now(self) -> int:
        return self.clock[0]

    def tell(self, line: Line) -> None:
        """Do what a line says, and want the answer that it says."""
        verb, *words = line.words
        if verb == "balance":
            name, amount = words
            assert self.book.balance(self.id(name)) == read_amount(amount), line.text
            return
        if verb == "wait":
            self.clock[0] += int(words[0]) * DAY
            return
        tell: Callable[..., Ask] = getattr(self, f"tell_{verb.replace('-', '_')}")
        arity = len(signature(tell).parameters)
        key, given, wanted = words[0], words[1 : 1 + arity], words[1 + arity :]
        kind, items = tell(*given)
        decision = self.submit(key, kind, items, (verb, *given))
        assert self.answer(decision) == wanted, f"line {line.number}: {line.text}"

    def submit(
        self, key: str, kind: EntryKind, items: list[Item], words: tuple[str, ...]
    ) -> Decision:
        used = [name for item in items for name in self.names_in(item)]
        fresh = [name for name in dict.fromkeys(used) if name not in self.opened]
        request = Request(
            id=RequestId(self.uuid(f"key:{key}")),
            kind=kind,
            items=(*map(self.opening, fresh), *items),
            actor="story",
            occurred_at=self.now,
            asked=dict(zip((*WORDS[: len(words) - 1], "amount"), words, strict=True)),
            refuse=self.refuse,
            commitments=self.commitments,
        )
        self.refuse, self.commitments = None, ()
        [decision] = self.book.submit([request])
        if decision.accepted and not decision.replayed:
            self.opened.update(fresh)
            self.told[key] = decision
        return decision

    def answer(self, decision: Decision) -> list[str]:
        """What a decision says, in the words of a story."""
        words = [str(decision.code)]
        if decision.code is Code.KEY_REUSED:
            words.append(str(decision.facts["field"]))
        if "claimed" in decision.facts:
            words.append("claimed")
        return [*words, "replayed"] if decision.replayed else words

    # Names.

    @staticmethod
    def uuid(name: str) -> UUID:
        return derived_id("story", name)

    def id(self, name: str) -> AccountId:
        return AccountId(self.uuid(name))

    def opening(self, name: str) -> OpenAccount:
        kind = KINDS.get(name.partition(":")[0], AccountKind.VOUCHER)
        owner = self.uuid(name.partition(":")[2] or name)
        unit = CHART[kind].unit or (f"{UNIT}.cap" if kind in COUNTS else self.unit)
        if CHART[kind].bounded:  # Two hours either way.
            return OpenAccount(self.id(name), unit, kind, -120, 120, owner=owner)
        return OpenAccount(self.id(name), unit, kind, owner=owner)

    def names_in(self, item: Item) -> Iterator[str]:
        ends: list[AccountId] = []
        if isinstance(item, Transfer | Hold):
            ends = [item.debit, item.credit]
        elif isinstance(item, Draw):
            ends = [end for leg in (*item.legs, *item.if_claimed) for end in leg[:2]]
        return (self.known[end] for end in ends)

    def account(self, name: str) -> AccountId:
        self.known[self.id(name)] = name
        return self.id(name)

    def move(self, debit: str, credit: str, amount: str) -> Transfer:
        unit = CHART[KINDS.get(debit.partition(":")[0], AccountKind.VOUCHER)].unit or self.unit
        return Transfer(self.account(debit), self.account(credit), read_amount(amount), unit)

    @property
    def unit(self) -> str:
        """What is counted where an account's kind does not say it."""
        return EURO if self.book.name == CIRCUIT_BOOK else UNIT

    def leg(self, debit: str, credit: str, undoes: int | None = None) -> Leg:
        return Leg(self.account(debit), self.account(credit), undoes)

    # Money in and out of a programme.

    def tell_fund(self, act: str, amount: str) -> Ask:
        act_number = Claim(ClaimId(self.uuid(f"act:{act}")))
        return EntryKind.FUNDING, [act_number, self.move("treasury", "fund", amount)]

    def tell_fund_from(self, source: str, amount: str) -> Ask:
        return EntryKind.FUNDING, [self.move("treasury", f"fund:{source}", amount)]

    def tell_defund(self, amount: str) -> Ask:
        return EntryKind.DEFUNDING, [self.move("fund", "treasury", amount)]

    def tell_cover(self, amount: str) -> Ask:
        return EntryKind.OFFLINE_COVER, [self.move("fund", "offline_risk", amount)]

    def tell_free_cover(self, amount: str) -> Ask:
        return EntryKind.OFFLINE_COVER_FREED, [self.move("offline_risk", "fund", amount)]

    # To the families.

    def tell_approve(self, batch: str, amount: str) -> Ask:
        return EntryKind.APPROVAL, [self.move("fund", f"batch:{batch}", amount)]

    def tell_issue(self, voucher: str, family: str, amount: str) -> Ask:
        return self.issued("fund", "fund", voucher, family, amount)

    def tell_issue_from(self, source: str, voucher: str, family: str, amount: str) -> Ask:
        return self.issued(f"fund:{source}", f"fund:{source}", voucher, family, amount)

    def tell_issue_row(self, batch: str, voucher: str, family: str, amount: str) -> Ask:
        return self.issued(f"batch:{batch}", "fund", voucher, family, amount)

    def issued(self, origin: str, fund: str, voucher: str, family: str, amount: str) -> Ask:
        self.fund_of[voucher] = fund
        vouchers = self.families.setdefault(family, [])
        if voucher not in vouchers:
            vouchers.append(voucher)
        return EntryKind.ISSUANCE, [self.move(origin, voucher, amount)]

    def tell_complete(self, batch: str) -> Ask:
        rest = Draw(None, (self.leg(f"batch:{batch}", "fund"),))
        return EntryKind.COMPLETION, [rest, CloseAccount(self.id(f"batch:{batch}"))]

    def tell_expire(self, voucher: str) -> Ask:
        return EntryKind.EXPIRY, self.ended(voucher, self.fund_of[voucher])

    def tell_recall(self, voucher: str) -> Ask:
        return EntryKind.RECALL, self.ended(voucher, self.fund_of[voucher])

    def ended(self, voucher: str, fund: str) -> list[Item]:
        return [Draw(None, (self.leg(voucher, fund),)), CloseAccount(self.id(voucher))]

    def tell_gift(self, voucher: str, amount: str) -> Ask:
        gift = f"{self.fund_of[voucher]}:gift".replace("fund:gift", "fund:own:gift")
        return EntryKind.GIFT, [self.move(voucher, gift, amount)]

    def tell_reserve(self, voucher: str, amount: str) -> Ask:
        return EntryKind.RESERVE, [self.move(voucher, f"reserve:{voucher}", amount)]

    def tell_release(self, voucher: str) -> Ask:
        back = Draw(None, self.legs(f"reserve:{voucher}", voucher, self.fund_of[voucher]))
        return EntryKind.RESERVE_RELEASE, [back]

    def legs(self, debit: str, *credits: str) -> tuple[Leg, ...]:
        return tuple(self.leg(debit, credit) for credit in credits)

    # At the shops.

    def tell_redeem(self, family: str, shop: str, amount: str) -> Ask:
        legs = tuple(self.leg(one, f"shop_payable:{shop}") for one in self.families[family])
        return EntryKind.REDEMPTION, [Draw(parse_euro(amount), legs)]

    def tell_redeem_counted(self, family: str, shop: str, day: str, amount: str) -> Ask:
        """A sale that a maximum counts: in the same entry, or not at all."""
        kind, items = self.tell_redeem(family, shop, amount)
        ends = self.account("caps_used"), self.account(f"cap:{day}")
        return kind, [*items, Transfer(*ends, parse_euro(amount), f"{UNIT}.cap")]

    def tell_refund_counted(self, paid: str, amount: str) -> Ask:
        """What comes back may be spent again on the day that counted it."""
        kind, items = self.tell_refund(paid, amount)
        counted = self.told[paid].transfers[-1]
        ends = self.known[counted.credit], self.known[counted.debit]
        return kind, [*items, Draw(parse_euro(amount), (self.leg(*ends, counted.seq),))]

    def tell_redeem_slip(self, slip: str, shop: str, amount: str) -> Ask:
        paid = Draw(parse_euro(amount), (self.leg(slip, f"shop_payable:{shop}"),))
        return EntryKind.REDEMPTION, [paid, *self.ended(slip, self.fund_of[slip])]

    def tell_upload(self, voucher: str, number: str, shop: str, amount: str) -> Ask:
        """A till's acceptance of a phone offline: reserve, voucher, then the cover."""
        return self.uploaded(voucher, (f"reserve:{voucher}", voucher), number, shop, amount)

    def tell_upload_slip(self, slip: str, number: str, shop: str, amount: str) -> Ask:
        kind, items = self.uploaded(slip, (slip,), number, shop, amount)
        return kind, [*items, *self.ended(slip, self.fund_of[slip])]

    def uploaded(
        self, voucher: str, origins: tuple[str, ...], number: str, shop: str, amount: str
    ) -> Ask:
        owed = f"shop_payable:{shop}"
        legs = tuple(self.leg(origin, owed) for origin in (*origins, "offline_risk"))
        claim = ClaimId(self.uuid(f"counter:{voucher}:{number}"))
        shortage = (self.leg("offline_risk", owed),)
        draw = Draw(parse_euro(amount), legs, claim=claim, if_claimed=shortage)
        return EntryKind.OFFLINE_REDEMPTION, [draw]

    def tell_refund(self, paid: str, amount: str) -> Ask:
        """Back through the parts, last first: voucher, else its fund, else a claim on the shop."""
        legs: list[Leg] = []
        for part in reversed(self.told[paid].transfers):
            origin, owed = self.known[part.debit], self.known[part.credit]
            shop = owed.partition(":")[2]
            if not owed.startswith("shop_payable"):
                continue
            legs.append(self.leg(owed, origin, part.seq))
            if origin != "offline_risk":
                voucher = origin.removeprefix("reserve:")
                legs.append(self.leg(owed, self.fund_of[voucher], part.seq))
                legs.append(self.leg(f"shop_claim:{shop}", f"refund_due:{voucher}", part.seq))
        return EntryKind.REFUND, [Draw(parse_euro(amount), tuple(legs))]

    def tell_cover_claim(self, shop: str, voucher: str, amount: str) -> Ask:
        """From what the shop has sold since."""
        return self.covered(f"shop_payable:{shop}", voucher, shop, amount, to=voucher)

    def tell_repay_claim(self, shop: str, voucher: str, amount: str) -> Ask:
        """The shop pays the comune back in money."""
        return self.covered("treasury", voucher, shop, amount, to=voucher)

    def tell_repay_claim_of_ended(self, shop: str, voucher: str, amount: str) -> Ask:
        return self.covered("treasury", voucher, shop, amount, to=self.fund_of[voucher])

    def covered(self, origin: str, voucher: str, shop: str, amount: str, *, to: str) -> Ask:
        covers = self.move(origin, f"shop_claim:{shop}", amount)
        return EntryKind.CLAIM_COVER, [covers, self.move(f"refund_due:{voucher}", to, amount)]

    def tell_payout(self, shop: str, mandate: str, amount: str) -> Ask:
        number = Claim(ClaimId(self.uuid(f"mandate:{mandate}")))
        return EntryKind.PAYOUT, [number, self.move(f"shop_payable:{shop}", "treasury", amount)]

    def tell_void(self) -> Ask:
        self.refuse = Code.VOIDED
        return EntryKind.VOID, []

    # The circuit: discounts, the fund, credits, hours.

    def tell_purchase(self, family: str, shop: str, fund: str, amount: str) -> Ask:
        """Paid with ordinary money; the shop owes the fund's share, and the family's."""
        due = f"contribution_due:{shop}"
        accrued = f"fund_accrued:{shop}", f"family_bonus_accrued:{family}"
        moves = [self.move(due, accrued[0], fund), self.move(due, accrued[1], amount)]
        return EntryKind.PURCHASE, [*moves]

    def tell_pay_contribution(self, shop: str, amount: str) -> Ask:
        """Oldest first: whose shares they are, the book decides at that moment."""
        legs = []
        for bought in self.purchases(shop):
            fund, bonus = bought.transfers
            family = self.known[bonus.credit].partition(":")[2]
            legs.append(self.leg(f"fund_accrued:{shop}", "social_fund", fund.seq))
            ends = f"family_bonus_accrued:{family}", f"family_bonus:{family}"
            legs.append(self.leg(*ends, bonus.seq))
        paid = self.move("bank", f"contribution_due:{shop}", amount)
        return EntryKind.CONTRIBUTION_PAYMENT, [paid, Draw(parse_euro(amount), tuple(legs))]

    def purchases(self, shop: str) -> list[Decision]:
        due = self.id(f"contribution_due:{shop}")
        of_shop = (one for one in self.told.values() if one.request.kind is EntryKind.PURCHASE)
        return [one for one in of_shop if one.transfers[0].debit == due]

    def tell_return_goods(self, bought: str, amount: str) -> Ask:
        return EntryKind.GOODS_RETURN, [self.given_back(bought, amount)]

    def tell_write_off(self, bought: str, amount: str) -> Ask:
        return EntryKind.WRITE_OFF, [self.given_back(bought, amount)]

    def given_back(self, bought: str, amount: str) -> Draw:
        moves = self.told[bought].transfers
        ends = [(self.known[one.credit], self.known[one.debit], one.seq) for one in moves]
        return Draw(parse_euro(amount), tuple(self.leg(*one) for one in ends))

    def tell_donate(self, amount: str) -> Ask:
        return EntryKind.DONATION, [self.move("bank", "social_fund", amount)]

    def tell_feed(self, amount: str) -> Ask:
        return EntryKind.FEED, [self.move("social_fund", "in_transit", amount)]

    def tell_arrive(self, amount: str) -> Ask:
        return EntryKind.FEED_ARRIVAL, [self.move("in_transit", "bank", amount)]

    def tell_release_bonus(self, family: str, credited: str, amount: str) -> Ask:
        """Euro set aside, and credits given: as much, or the book refuses both."""
        covered = self.move(f"family_bonus:{family}", "credit_reserve", amount)
        given = self.move("credits_issued", f"wallet:{family}", credited)
        return EntryKind.BONUS_RELEASE, [covered, given]

    def tell_release_euro_alone(self, family: str, amount: str) -> Ask:
        covered = self.move(f"family_bonus:{family}", "credit_reserve", amount)
        return EntryKind.BONUS_RELEASE, [covered]

    def tell_give_credits_alone(self, family: str, amount: str) -> Ask:
        given = self.move("credits_issued", f"wallet:{family}", amount)
        return EntryKind.BONUS_RELEASE, [given]

    def tell_pay_credits(self, giver: str, receiver: str, amount: str) -> Ask:
        move = self.move(f"wallet:{giver}", f"wallet:{receiver}", amount)
        return EntryKind.CREDIT_PAYMENT, [move]

    def tell_convert(
        self, shop: str, to_shop: str, to_fund: str, to_costs: str, amount: str
    ) -> Ask:
        ends = f"shop_payable:{shop}", "social_fund", "running_costs"
        ways = zip(ends, (to_shop, to_fund, to_costs), strict=True)
        out = [self.move("credit_reserve", end, cents) for end, cents in ways if cents != "0"]
        return EntryKind.CONVERSION, [self.move(f"wallet:{shop}", "credits_issued", amount), *out]

    def tell_pay_out(self, creditor: str, amount: str) -> Ask:
        return EntryKind.CIRCUIT_PAYOUT, [self.move(creditor, "bank", amount)]

    def tell_give_hours(self, receiver: str, giver: str, amount: str) -> Ask:
        move = self.move(f"member:{receiver}", f"member:{giver}", amount)
        return EntryKind.HOURS_GIVEN, [move]

    # Holds, corrections, and the book's own pages.

    def tell_hold(self, hold: str, voucher: str, shop: str, days: str, amount: str) -> Ask:
        until = self.now + int(days) * DAY
        ends = self.account(voucher), self.account(f"shop_payable:{shop}")
        held = Hold(HoldId(self.uuid(hold)), *ends, parse_euro(amount), UNIT, until)
        return EntryKind.REDEMPTION, [held]

    def tell_post(self, hold: str, amount: str) -> Ask:
        used = None if amount == "whole" else parse_euro(amount)
        return EntryKind.REDEMPTION, [PostHold(HoldId(self.uuid(hold)), used)]

    def tell_free(self, hold: str) -> Ask:
        return EntryKind.VOID, [VoidHold(HoldId(self.uuid(hold)))]

    def tell_reverse(self, entry: str) -> Ask:
        return EntryKind.REVERSAL, [Reverse(RequestId(self.uuid(f"key:{entry}")))]

    def tell_limit(self, account: str, amount: str) -> Ask:
        return EntryKind.OPENING, [SetBounds(self.id(account), 0, parse_euro(amount))]

    def tell_close(self, account: str) -> Ask:
        return EntryKind.OPENING, [CloseAccount(self.id(account))]

    def tell_close_period(self, period: str) -> Ask:
        return EntryKind.PERIOD_CLOSE, [ClosePeriod(int(period))]

    def tell_seal(self) -> Ask:
        return EntryKind.SEAL, [Seal((UNIT,))]

    def tell_register(self, person: str) -> Ask:
        self.commitments = (self.commitment(person),)
        return EntryKind.REGISTRATION, []

    def tell_erase(self, person: str) -> Ask:
        return EntryKind.ERASURE, [Erase((self.commitment(person),))]

    @staticmethod
    def commitment(person: str) -> Commitment:
        return Commitment(hashlib.sha256(person.encode()).digest())
