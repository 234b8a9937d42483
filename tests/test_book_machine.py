"""Random requests against a schoolbook model; after each the book must be what the model is.

Hypothesis drives sequences of sensible and of wild requests, restarts, clock jumps both ways, and
the same ids again; on both engines. `PORTAVALORI_LONG=1` runs the long profile. The model is
`tests/small_model.py`.
"""
# long: what is drawn, what is asked and how it becomes a request, beside each other.

import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from ledger import (
    AccountId,
    AccountKind,
    Book,
    Claim,
    ClaimId,
    CloseAccount,
    ClosePeriod,
    Decision,
    Draw,
    EntryKind,
    Hold,
    HoldId,
    Ledger,
    Leg,
    Limits,
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
    open_ledger,
)  # fmt: skip
from tests.engines import ENGINES, postgresql_copy, sqlite_copy
from tests.small_model import SIDES, Model

BEGIN = 1_795_000_000_000_000
HOUR = 3_600_000_000
LIMITS = Limits(forward_jump_seconds=float("inf"), idle_seconds=3600)
LONG = os.environ.get("PORTAVALORI_LONG") == "1"
# PostgreSQL answers the same decisions ten times slower; what it adds are races, not decisions.
EXAMPLES = {"sqlite": 5000, "postgresql": 5000} if LONG else {"sqlite": 200, "postgresql": 40}
STEPS = 100 if LONG else 50
KIND = {
    "T": AccountKind.TREASURY, "F": AccountKind.FUND, "B": AccountKind.BATCH,
    "V": AccountKind.VOUCHER, "P": AccountKind.DEVICE_RESERVE, "S": AccountKind.SHOP_PAYABLE,
    "C": AccountKind.SHOP_CLAIM, "D": AccountKind.REFUND_DUE, "R": AccountKind.OFFLINE_RISK,
    "M": AccountKind.CAP, "U": AccountKind.CAPS_USED,
}  # fmt: skip
NAMES = ("T1", "F1", "F2", "B1", "V1", "V2", "V3", "P1", "S1", "S2", "C1", "C2", "D1", "R1",
         "M1", "U1", "t1", "f1", "v1", "s1", "c1", "d1")  # fmt: skip
CEILINGS = {"V1": 150, "M1": 60}
LEFT = {AccountKind.TREASURY, AccountKind.SHOP_CLAIM, AccountKind.CAPS_USED}

# What may be drawn: sensible requests are made of sides that a rule knows, wild ones of any.

amounts = st.integers(1, 40)
names = st.sampled_from((*NAMES, "V9"))
small = st.integers(1, 4)


def sides(kind: str) -> st.SearchStrategy[tuple[str, str]]:
    pairs = [
        (a, b)
        for pair in SIDES[kind].split()
        for a in NAMES
        for b in NAMES
        if (a[0], b[0]) == (pair[0], pair[1])
    ]
    return st.sampled_from(pairs)


def legs(kind: str) -> st.SearchStrategy[list[tuple[Any, ...]]]:
    return st.lists(sides(kind).map(lambda pair: (*pair, None)), min_size=1, max_size=3)


def sensible(kind: str) -> st.SearchStrategy[list[tuple[Any, ...]]]:
    move = st.tuples(st.just("move"), sides(kind), amounts).map(lambda m: ("move", *m[1], m[2]))
    draw = st.tuples(st.just("draw"), amounts | st.none(), legs(kind))
    return st.lists(move | draw, min_size=1, max_size=2)


wild_item = st.one_of(
    st.tuples(st.just("move"), names, names, amounts),
    st.tuples(st.just("draw"), amounts, st.lists(st.tuples(names, names, small | st.none()))),
    st.tuples(st.just("claim"), small),
    st.tuples(st.just("hold"), small, names, names, amounts, st.integers(-1, 5)),
    st.tuples(st.just("use"), small, amounts | st.none()),
    st.tuples(st.just("free"), small),
    st.tuples(st.just("reverse"), st.integers(0, 30)),
    st.tuples(st.just("open"), names, st.none()),
    st.tuples(st.just("limit"), names, st.integers(0, 200)),
    st.tuples(st.just("close"), names),
    st.tuples(st.just("end_month"), small),
    st.just(("seal",)),
)
kinds = st.sampled_from([str(kind) for kind in EntryKind if kind != "hold_expiry"])


class BookMachine(RuleBasedStateMachine):
    """One book of a ledger that all examples share; the subclass of each engine says where."""

    url: str
    engine: str
    count = 0

    def __init__(self) -> None:
        super().__init__()
        self.opened = ExitStack()
        self.clock = [BEGIN]
        self.model = Model()
        self.asked: dict[int, tuple[Request, bytes]] = {}
        type(self).count += 1
        self.name = f"book-{type(self).count}"

    @initialize(amount=st.integers(50, 300))
    def begin(self, amount: int) -> None:
        self.open()
        self.ask("opening", [("open", name, CEILINGS.get(name)) for name in NAMES])
        self.ask("funding", [("move", "T1", "F1", amount), ("move", "t1", "f1", amount)])
        self.ask("issuance", [("move", "F1", "V1", amount // 4), ("move", "F1", "V2", amount // 4)])
        self.ask("offline_cover", [("move", "F1", "R1", amount // 8)])

    def open(self) -> None:
        ledger: Ledger = self.opened.enter_context(
            open_ledger(self.url, limits=LIMITS, clock=lambda: self.clock[0])
        )
        self.book: Book = ledger.book(self.name, create=True)

    def teardown(self) -> None:
        if self.asked:
            assert list(self.book.check()) == []
        self.opened.close()

    # Rules.

    @rule(data=st.data(), kind=st.sampled_from(sorted(set(SIDES) - {"refund"})))
    def does_something_sensible(self, data: st.DataObject, kind: str) -> None:
        self.ask(kind, data.draw(sensible(kind)))

    @rule(total=amounts, legs=legs("redemption"))
    def redeems(self, total: int, legs: list[tuple[Any, ...]]) -> None:
        self.ask("redemption", [("draw", total, legs)])

    @rule(total=amounts, pair=st.sampled_from([("V1", "S1"), ("V2", "S2")]), cap=st.just("M1"))
    def redeems_under_a_cap(self, total: int, pair: tuple[str, str], cap: str) -> None:
        self.ask("redemption", [("draw", total, [(*pair, None)]), ("move", "U1", cap, total)])

    @rule(total=amounts, claim=small, legs=legs("offline_redemption"))
    def uploads(self, total: int, claim: int, legs: list[tuple[Any, ...]]) -> None:
        self.ask("offline_redemption", [("draw", total, legs, claim, [("R1", "S1", None)])])

    @rule(total=amounts, ahead=st.integers(-8, 2), back=st.sampled_from(["own", "F1", "claim"]))
    def refunds(self, total: int, ahead: int, back: str) -> None:
        """Of one of the last transfers, or of one that is not there yet."""
        seq = max(1, self.model.seq + ahead)
        gave, received, _rest = self.model.parts.get(seq, ["V1", "S1", 0])
        ways = {"own": (received, gave), "F1": (received, "F1"), "claim": ("C1", "D1")}
        self.ask("refund", [("draw", total, [(*ways[back], seq)])])

    @rule(
        hold=st.integers(1, 12), pair=sides("redemption"), amount=amounts, hours=st.integers(1, 5)
    )
    def holds(self, hold: int, pair: tuple[str, str], amount: int, hours: int) -> None:
        self.ask("redemption", [("hold", hold, *pair, amount, hours)])

    @rule(hold=st.integers(1, 12), amount=amounts | st.none())
    def uses_a_hold(self, hold: int, amount: int | None) -> None:
        self.ask("redemption", [("use", hold, amount)])

    @rule(hold=st.integers(1, 12))
    def frees_a_hold(self, hold: int) -> None:
        self.ask("void", [("free", hold)])

    @rule(voucher=st.sampled_from(["V1", "V2", "V3", "P1"]))
    def lets_a_voucher_expire(self, voucher: str) -> None:
        self.ask("expiry", [("draw", None, [(voucher, "F1", None)]), ("close", voucher)])

    @rule(key=st.integers(0, 60))
    def reverses(self, key: int) -> None:
        self.ask("reversal", [("reverse", key)])

    @rule(ahead=st.integers(0, 1))
    def closes_the_period(self, ahead: int) -> None:
        self.ask("period_close", [("end_month", self.model.period + ahead)])

    @rule(kind=kinds, items=st.lists(wild_item, max_size=3))
    def asks_anything(self, kind: str, items: list[tuple[Any, ...]]) -> None:
        self.ask(kind, items)

    @rule(hours=st.sampled_from([-30, -1, 1, 2, 48]))
    def the_clock_jumps(self, hours: int) -> None:
        self.clock[0] += hours * HOUR

    @precondition(lambda self: len(self.asked) % 3 == 0)  # It takes longer than all other rules.
    @rule()
    def the_ledger_restarts(self) -> None:
        self.opened.close()
        self.open()

    @rule(data=st.data(), same=st.booleans())
    def the_same_id_comes_again(self, data: st.DataObject, same: bool) -> None:  # noqa: FBT001
        key = data.draw(st.sampled_from(sorted(self.asked)))
        request, leaf = self.asked[key]
        before = self.book.head()
        asked = dict(request.asked or {}) if same else {"key": key, "other": True}
        [again] = self.book.submit([Request(request.id, request.kind, (), "late", 0, asked)])
        assert (again.leaf() == leaf, again.replayed) == (same, same)
        assert same or again.code == "key_reused"
        assert self.after_expiries(before)

    def after_expiries(self, before: Any) -> bool:  # noqa: ANN401 -- a BookHead.
        """A replay writes nothing but holds that had become due."""
        self.model.lapse(max(self.clock[0], self.model.time + 1), self.clock[0])
        return self.book.head() == before or self.book.head().last_seq == self.model.seq

    # One request: asked of both.

    def ask(self, kind: str, items: list[tuple[Any, ...]]) -> None:
        items = [self.dated(item) for item in items]
        key = len(self.asked)
        request = Request(
            RequestId(self.id("key", key)), EntryKind(kind), tuple(map(self.item, items)),
            "somebody", self.clock[0], {"key": key},
        )  # fmt: skip
        wanted = self.model.ask(key, kind, items, self.clock[0])
        [decision] = self.book.submit([request])
        self.asked[key] = request, decision.leaf()
        assert decision.code == wanted, f"{kind} {items}"
        self.assert_like_the_model(decision)

    def dated(self, item: tuple[Any, ...]) -> tuple[Any, ...]:
        return (*item[:5], self.clock[0] + item[5] * HOUR) if item[0] == "hold" else item

    def assert_like_the_model(self, decision: Decision) -> None:
        lines = self.book.trial_balance()
        assert {line.account: line.balance for line in lines} == {
            self.account(name): balance for name, balance in self.model.balance.items()
        }
        for unit in ("U", "u"):
            balances = [(line.kind in LEFT, line.balance) for line in lines if line.unit == unit]
            left, right = (sum(b for at, b in balances if at is side) for side in (True, False))
            assert left == right
        head = self.book.head()
        assert (head.last_seq, head.recorded_at) == (self.model.seq, self.model.time)
        assert (head.size, head.period) == (decision.log_index + 1, self.model.period)

    def id(self, kind: str, name: object) -> Any:  # noqa: ANN401 -- an id of any type.
        return derived_id("machine", self.name, kind, str(name))

    def account(self, name: str) -> AccountId:
        return AccountId(self.id("account", name))

    def item(self, item: tuple[Any, ...]) -> Any:  # noqa: ANN401 -- any item.
        return getattr(self, f"as_{item[0]}")(*item[1:])

    def as_move(self, debit: str, credit: str, amount: int) -> Transfer:
        unit = "U" if debit.isupper() else "u"
        return Transfer(self.account(debit), self.account(credit), amount, unit)

    def as_draw(
        self, total: int | None, legs: list[Any], claim: int | None = None,
        second: list[Any] | None = None,
    ) -> Draw:  # fmt: skip
        ways = [tuple(self.leg(*leg) for leg in way) for way in (legs, second or [])]
        taken = None if claim is None else ClaimId(self.id("claim", claim))
        return Draw(total, ways[0], claim=taken, if_claimed=ways[1])

    def leg(self, debit: str, credit: str, undoes: int | None) -> Leg:
        return Leg(self.account(debit), self.account(credit), undoes)

    def as_claim(self, claim: int) -> Claim:
        return Claim(ClaimId(self.id("claim", claim)))

    def as_hold(self, hold: int, debit: str, credit: str, amount: int, until: int) -> Hold:
        unit = "U" if debit.isupper() else "u"
        ends = self.account(debit), self.account(credit)
        return Hold(HoldId(self.id("hold", hold)), *ends, amount, unit, until)

    def as_use(self, hold: int, amount: int | None) -> PostHold:
        return PostHold(HoldId(self.id("hold", hold)), amount)

    def as_free(self, hold: int) -> VoidHold:
        return VoidHold(HoldId(self.id("hold", hold)))

    def as_reverse(self, key: int) -> Reverse:
        return Reverse(RequestId(self.id("key", key)))

    def as_open(self, name: str, ceiling: int | None) -> OpenAccount:
        unit = "U" if name.isupper() else "u"
        owner = self.id("owner", name[1:])
        return OpenAccount(self.account(name), unit, KIND[name[0].upper()], 0, ceiling, owner)

    def as_limit(self, name: str, ceiling: int | None) -> SetBounds:
        return SetBounds(self.account(name), 0, ceiling)

    def as_close(self, name: str) -> CloseAccount:
        return CloseAccount(self.account(name))

    def as_end_month(self, period: int) -> ClosePeriod:
        return ClosePeriod(period)

    def as_seal(self) -> Seal:
        return Seal(("U", "u"))


@pytest.fixture(params=ENGINES)
def machine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[type[BookMachine]]:
    """The machine on one engine, with one ledger for all its examples."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            template = request.getfixturevalue("sqlite_template")
            url = sqlite_copy(template, tmp_path_factory.mktemp("machine"))
        else:
            template = request.getfixturevalue("postgresql_template")
            address = request.getfixturevalue("postgresql")
            url = stack.enter_context(postgresql_copy(address, template))
        yield type("Machine", (BookMachine,), {"url": url, "engine": request.param})


@pytest.mark.minutes
@pytest.mark.timeout(7200 if LONG else 900)
def test_the_book_is_what_the_model_is(machine: type[BookMachine]) -> None:
    case = machine.TestCase
    case.settings = settings(
        max_examples=EXAMPLES[machine.engine],
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        print_blob=True,
        phases=tuple(Phase) if LONG else (Phase.generate,),  # Shrinking takes minutes.
    )
    case("runTest").runTest()
