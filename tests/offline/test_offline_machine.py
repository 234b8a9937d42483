"""Tills, phones, outages, clocks that jump, answers that are lost, and restarts, in any order.

After each example everything is handed in, and held against what was promised: a sale that kept the
rules and came in time is paid in full, the loss stays under what the limits say, the same sale is
answered the same, and the book replays. On SQLite, whose server is really closed and opened again;
PostgreSQL plays the orders of rows 19 to 21.
"""

import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ledger.core.offline import Why
from ledger.core.quantities import Amount
from ledger.operations.enrol_shop import enrol_till
from ledger.store.signing import Signer
from ledger.token.acceptances import hash_of
from ledger.token.refusal import TokenRefused
from tests.engines import sqlite_copy
from tests.offline.outage import HOUR, LIMITS, NOW, World, make_world, opened
from tests.offline.phones import allow_phones, families, phone_of

TILLS, SLIPS = 3, 10  # The first two tills are of one shop.
CENTS = st.sampled_from([10_00, 7_50, 1_23])
SHOPS = 2
SALE = st.tuples(st.integers(0, TILLS - 1), st.integers(0, SLIPS - 1), CENTS)


class OfflineMachine(RuleBasedStateMachine):
    """The model: who promised what by when, and what each sale was answered first."""

    template: ClassVar[Path]

    @initialize()
    def found(self) -> None:
        """A town open for slips and phones, and everybody met the server."""
        self.folder = Path(mkdtemp(prefix="portavalori-machine-"))
        self.url = sqlite_copy(self.template, self.folder)
        self.opening = opened(self.url)
        self.world: World = make_world(self.opening.__enter__())
        allow_phones(self.world)
        self.now = NOW + HOUR
        self.slips = self.world.slips(SLIPS)
        self.phones = [phone_of(self.world, one) for one in families(self.world)]
        shops = [self.world.town.shop(f"Prova {number}") for number in range(SHOPS)]
        self.tills = [self.world.till(shops[0])]
        second = enrol_till(self.world.ledger, shops[0][0], "2")[1]
        self.tills.append(self.world.till((shops[0][0], second)))
        self.tills.append(self.world.till(shops[1]))
        self.drift = [0] * TILLS
        self.due: dict[bytes, int] = {}
        self.answers: dict[bytes, tuple[str, int]] = {}
        self.cover = self.world.cover
        for till in self.tills:
            till.meet(self.now)
        for phone in self.phones:
            phone.meet(self.now)

    def _clock(self, at: int) -> int:
        """A till's own clock, which never goes behind the server's last word."""
        sync = self.tills[at].sync
        return max(self.now + self.drift[at], sync.issued_at if sync else 0)

    @rule(sales=st.lists(SALE, min_size=1, max_size=6))
    def sell_slips(self, sales: list[tuple[int, int, Amount]]) -> None:
        """A busy quarter of an hour; also slips that another till took, or copies of them."""
        for at, slip, cents in sales:
            self._accept(at, self.slips[slip], cents)

    @rule(at=st.integers(0, TILLS - 1), phone=st.integers(0, 1), cents=CENTS, honest=st.booleans())
    def sells_to_a_phone(self, at: int, phone: int, cents: Amount, *, honest: bool) -> None:
        """A phone that forgets what it spent shows itself for more than it carries."""
        shown = self.phones[phone]
        if honest and cents > shown.left:
            return
        self._accept(at, (shown.pay if honest else shown.show)(cents, self._clock(at)), cents)

    def _accept(self, at: int, text: str, cents: Amount) -> None:
        """Show it to a till; what that takes by the rules is promised."""
        till = self.tills[at]
        try:
            why = till.accept(text, cents, self._clock(at))
        except TokenRefused:
            return  # By its own clock the till sees something that has not begun.
        if why is Why.NONE:
            assert till.sync is not None
            self.due[hash_of(till.queue[-1])] = till.sync.issued_at + LIMITS.guarantee_seconds

    @rule(at=st.integers(0, TILLS - 1))
    def meets_the_server(self, at: int) -> None:
        """A contact without an upload."""
        self.tills[at].meet(self.now)

    @rule(phone=st.integers(0, 1))
    def phone_meets_the_server(self, phone: int) -> None:
        self.phones[phone].meet(self.now)

    @rule(hours=st.integers(1, 6))
    def time_goes_by(self, hours: int) -> None:
        self.now += hours * HOUR

    @rule(at=st.integers(0, TILLS - 1), minutes=st.integers(-2_000, 300))
    def a_clock_jumps(self, at: int, minutes: int) -> None:
        self.drift[at] = minutes * 60

    @precondition(lambda self: any(till.queue for till in self.tills))
    @rule(data=st.data(), lost=st.booleans())
    def hands_in(self, data: st.DataObject, *, lost: bool) -> None:
        """Some of what waits, in any order; where the answers are lost, all of it waits on."""
        places = [at for at, one in enumerate(self.tills) if one.queue]
        till = self.tills[data.draw(st.sampled_from(places))]
        order = data.draw(st.permutations(range(len(till.queue))))
        most = data.draw(st.integers(1, len(till.queue)))
        for raw in [till.queue[place] for place in order[:most]]:
            self._hand_in(raw)
            if not lost:
                till.queue.remove(raw)

    def _hand_in(self, raw: bytes) -> None:
        taken = self.world.take(raw, self.now)
        first = self.answers.setdefault(hash_of(raw), (taken.outcome, taken.loss_cents))
        assert (taken.outcome, taken.loss_cents) == first, "answered otherwise the second time"
        if self.now <= self.due[hash_of(raw)]:
            assert taken.outcome in {"posted", "posted_with_loss"}, (taken.outcome, taken.why)

    @rule()
    def the_server_starts_again(self) -> None:
        """Closed and opened: nothing of it is in memory."""
        self.opening.__exit__(None, None, None)
        self.opening = opened(self.url)
        ledger = self.opening.__enter__()
        self.world.ledger = self.world.town.ledger = ledger
        self.world.signer = Signer(ledger)

    def teardown(self) -> None:
        """Hand everything in, twice; then the book must say what was told."""
        if not hasattr(self, "world"):
            return
        for till in self.tills:
            for raw in [*till.queue, *reversed(till.queue)]:
                self._hand_in(raw)
        loss = self.cover - self.world.cover
        assert loss == sum(lost for _outcome, lost in self.answers.values())
        days = 1 + (self.now - NOW) // (24 * HOUR)
        assert loss <= LIMITS.shop_cents * SHOPS * days
        assert list(self.world.ledger.book(self.world.town.comune).check()) == []
        self.opening.__exit__(None, None, None)
        shutil.rmtree(self.folder)


@pytest.mark.minutes
@pytest.mark.timeout(600)
def test_in_any_order_what_was_promised_is_paid(sqlite_template: Path) -> None:
    OfflineMachine.template = sqlite_template
    chosen = settings(
        max_examples=20, stateful_step_count=50, deadline=None, phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck), database=None,
    )  # fmt: skip
    run_state_machine_as_test(OfflineMachine, settings=chosen)
