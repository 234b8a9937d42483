"""Books for the verifier's tests: the rich one's leaves, and the ledger's own word on any leaves.

Not here: bundles (`maker`).
"""

import json
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ledger.core.apply import apply
from ledger.core.canonical import canonical
from ledger.core.chart import EntryKind
from ledger.core.decisions import Decision
from ledger.core.ids import derived_id
from ledger.core.items import ExpireHold, Seal
from ledger.core.leaves import NotALeaf, read_leaf
from ledger.core.quantities import DAY
from ledger.core.requests import NumberedRequest, Request
from ledger.core.state import State
from scripts.verifier.findings import WrongError
from scripts.verifier.notes import Policy, read_policy
from scripts.verifier.replay import Replay
from scripts.verifier.verify import Report, verify
from tests.rich_book import BOOK, NOW, UNIT, all_requests, ask, lapse
from tests.rich_circuit import circuit_decisions
from tests.verifier.maker import Forged, policy

Change = Callable[[dict[str, Any]], object]


@cache
def rich_leaves() -> tuple[bytes, ...]:
    """Something of everything, a lapsed hold, and a seal at the end."""
    last = ask("last", EntryKind.SEAL, Seal((UNIT,)))
    return decided([*all_requests(), lapse(), last], late=2)


@cache
def circuit_leaves() -> tuple[bytes, ...]:
    """The same of the circuit's book."""
    return tuple(decision.leaf() for decision in circuit_decisions())


def decided(requests: Sequence[Request], *, late: int = 0, book: str = BOOK) -> tuple[bytes, ...]:
    """The leaves of these requests; the last `late` come two days after."""
    state, leaves = State(book), []
    for number, request in enumerate(requests, start=1 + late - len(requests)):
        now = NOW + 2 * DAY * (number > 0)
        state, decision = apply(state, state.number(request, now))
        leaves.append(decision.leaf())
    return tuple(leaves)


def changed(leaves: Sequence[bytes], index: int, change: Change) -> list[bytes]:
    """The same leaves, one of them changed and written canonically again."""
    leaf = json.loads(leaves[index])
    change(leaf)
    return [*leaves[:index], canonical(leaf), *leaves[index + 1 :]]


def index_of(leaves: Sequence[bytes], name: str, *, kind: str = "") -> int:
    """The place of a request of the rich book, or the first of a kind."""
    key = ask(name, EntryKind.VOID).id.hex
    for index, raw in enumerate(leaves):
        request = json.loads(raw)["request"]
        if request["id"] == key or request["kind"] == kind:
            return index
    raise LookupError(name)


def checked(forged: Forged, folder: Path, **given: Any) -> Report:  # noqa: ANN401 -- verify's own.
    """What the verifier says of a bundle, under the keys of its maker."""
    path = forged.write(folder / "bundle.zip")
    return verify(path, **({"policy": believed()} | given))


def believed(quorum: int = 2) -> Policy:
    return read_policy(policy(quorum))


def kinds(report: Report) -> list[tuple[str, int | None]]:
    return [(one.kind, one.row) for one in report.findings]


def replayed(leaves: Sequence[bytes], book: str = BOOK) -> str | None:
    """What the verifier finds in leaves alone; None: nothing."""
    replay = Replay(book)
    for index, leaf in enumerate(leaves):
        try:
            replay.step(index, leaf)
        except WrongError as wrong:
            return f"{index} {wrong.kind} {wrong.facts}"
    return None


def ledger_agrees(leaves: Sequence[bytes], book: str = BOOK) -> bool:
    """Whether the ledger, asked the same requests, writes the same leaves."""
    state = State(book)
    for leaf in leaves:
        try:
            told = read_leaf(leaf)
        except NotALeaf:
            return False
        numbered = NumberedRequest(told.request, state.head.next_index, told.recorded_at)
        if told.recorded_at <= state.head.recorded_at or told.request.id in state.decided:
            return False
        state, decision = apply(state, numbered)
        if decision.leaf() != leaf or not lapses_by_itself(decision):
            return False
    return True


def lapses_by_itself(decision: Decision) -> bool:
    """Only the writer lets holds lapse, under the id that follows from the hold."""
    if not decision.accepted or decision.request.kind != EntryKind.HOLD_EXPIRY:
        return True
    holds = [item.hold for item in decision.request.items if isinstance(item, ExpireHold)]
    return [derived_id("hold_expiry", BOOK, *holds)] == [decision.request.id]
