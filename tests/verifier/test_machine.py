"""Books of random requests, restarts and clock jumps: each is proved by the verifier, too.

The requests are those of the book's own machine, on both engines; what they must lead to, its
model says. Here the log that came of them is sealed, bundled and recomputed.
"""

from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from sqlalchemy import select

from ledger.core.chart import EntryKind
from ledger.core.items import Seal
from ledger.core.requests import Request
from ledger.store.schema import decision
from scripts.verifier.verify import verify
from tests.test_book_machine import BookMachine
from tests.test_book_machine import machine as machine_on
from tests.verifier.books import believed, kinds
from tests.verifier.maker import sealed

machine = machine_on  # The fixture: a machine on each engine.

EXAMPLES, STEPS = 25, 40


class ProvedMachine(BookMachine):
    """At the end of each example its book is bundled and verified."""

    folder: ClassVar[Path]
    proved: ClassVar[list[int]]

    def teardown(self) -> None:
        if self.asked:
            units = tuple(sorted({line.unit for line in self.book.trial_balance()}))
            seal = Request(self.id("the last", "seal"), EntryKind.SEAL, (Seal(units),), "log")
            assert self.book.submit([seal])[0].accepted
            report = verify(
                sealed(self.leaves(), book=self.name).write(self.folder / "bundle.zip"), believed()
            )
            assert kinds(report) == []
            total = {line.account.hex: line.balance for line in self.book.trial_balance()}
            recomputed = {one.id: one.balance() for one in report.replay.book.numbered}
            assert recomputed == total
            self.proved.append(report.leaves)
        super().teardown()

    def leaves(self) -> list[bytes]:
        """The log, by SQL."""
        query = select(decision.c.leaf).where(decision.c.book_no == self.book.book_no)
        with self.book.ledger.reading() as db:
            rows = db.execute(query.order_by(decision.c.log_index)).all()
        return [bytes(row.leaf) for row in rows]


@pytest.mark.minutes
@pytest.mark.timeout(600)
def test_whatever_was_asked_the_log_is_proved(machine: type[BookMachine], tmp_path: Path) -> None:
    proved: list[int] = []
    given = {"url": machine.url, "folder": tmp_path, "proved": proved}
    proving: type[ProvedMachine] = type("Proved", (ProvedMachine,), given)
    case = proving.TestCase
    case.settings = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=(Phase.generate,),
    )
    case("runTest").runTest()
    assert len(proved) >= EXAMPLES // 2
    assert max(proved) > STEPS // 2
