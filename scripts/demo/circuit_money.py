"""What the circuit's own money does in the demo: it feeds programmes, pays shops and its costs.

Two people of the association sign each of it. Not here: what comes in (`circuit`), and what a vote
chose (`returning`).
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from ledger import EntryKind, Ledger
from ledger.core.chart import CIRCUIT_BOOK, AccountKind
from ledger.core.circuit.accounts import circuit_account
from ledger.core.circuit.feeds import feed_fund
from ledger.core.programmes import day_of
from ledger.core.proposals import Confirmation
from ledger.core.quantities import Amount, Instant
from ledger.operations.convert_credits import convert_credits
from ledger.operations.feed_programme import deliver_feeds
from ledger.operations.move_by_two import NewMove, confirm_move, propose_move
from ledger.operations.sign_circuit_rules import sign_circuit_rules
from ledger.reports.circuit_moves import circuit_moves
from scripts.demo.circuit import DemoCircuit
from scripts.demo.founding import Town, give_codes, issue_list, key

PACT: Final = "pact"
EXTRA: Final[Amount] = 40_00
CONVERTED: Final[Amount] = 20_00  # A shop with less keeps its credits.
REASON: Final = "Crediti convertiti"
COSTS: Final = "Spese di gestione del circuito (dimostrazione)"


def confirm_all(ledger: Ledger, circuit: DemoCircuit, now: Instant) -> None:
    """The other person of the association confirms all that waits, the oldest first."""
    for one in reversed(circuit_moves(ledger).waiting):
        seen = Confirmation(one.proposal_id, one.content_hash)
        approver = circuit.approver.as_officer()
        done = confirm_move(ledger, seen, officer=approver, key=key(), now=now)
        assert done.accepted, done.code
    deliver_feeds(ledger, now=now)


def allow_conversion(circuit: DemoCircuit, now: Instant) -> None:
    """Switch conversion on from the next month: the demo's lawyer is invented, like its people."""
    ledger, two = circuit.ledger, (circuit.officer.as_officer(), circuit.approver.as_officer())
    rules = replace(circuit.rules, credits_convertible=True)
    following = (day_of(now).replace(day=1) + timedelta(days=31)).replace(day=1)
    done = sign_circuit_rules(ledger, rules, following, signed_by=two, key=key(), now=now)
    assert done.accepted, done.code


def feed_pacts(ledger: Ledger, towns: list[Town], circuit: DemoCircuit, now: Instant) -> None:
    """Half of the fund goes to the comuni's pacts in equal parts, and on to families at once."""
    lies, today = _lies(ledger, AccountKind.SOCIAL_FUND), day_of(now)
    joined = [town for town in towns if town.people]
    families = lies // 2 // max(1, len(joined)) // EXTRA
    if not families:
        return
    for town in joined:
        _propose(circuit, now, NewMove(
            EntryKind.FEED, families * EXTRA, f"1/{today.year} {town.slug}", today,
            "Metà del Fondo Sociale ai patti", town.slug, town.programmes[PACT].programme_id,
        ))  # fmt: skip
    confirm_all(ledger, circuit, now)
    for town in joined:
        pact = town.programmes[PACT]
        gifts = [(one, EXTRA) for one in town.people[-families:]]
        fund = feed_fund(pact.programme_id)
        issue_list(ledger, town, pact, gifts, round_name="rete", fund=fund, now=now)
        give_codes(ledger, town, now)


def turn_into_euro(ledger: Ledger, circuit: DemoCircuit, month: int, now: Instant) -> None:
    """Some shops convert half of what they took; the circuit pays them, and what it costs.

    `month`: which one of its life this is; its transfers are numbered by it.
    """
    owed = [(shop, _converted(ledger, shop, now), REASON) for shop in _converting(ledger, circuit)]
    costs = _lies(ledger, AccountKind.RUNNING_COSTS)
    paid = [*owed, (None, costs, COSTS)] if costs else owed
    for number, (shop, cents, reason) in enumerate(paid, start=1):
        paper = f"{month}-{number}"
        asked = NewMove(EntryKind.CIRCUIT_PAYOUT, cents, paper, day_of(now), reason, subject=shop)
        _propose(circuit, now, asked)
    confirm_all(ledger, circuit, now)


def _converting(ledger: Ledger, circuit: DemoCircuit) -> list[UUID]:
    """The first shops of each comune that hold enough."""
    first = [till.shop_id for tills, _codes in circuit.places for till in tills[:2]]
    return [shop for shop in first if _lies(ledger, AccountKind.WALLET, shop) >= CONVERTED]


def _converted(ledger: Ledger, shop: UUID, now: Instant) -> Amount:
    """Half of its credits, in the cents that the circuit then owes it."""
    cents = _lies(ledger, AccountKind.WALLET, shop) // 2
    done = convert_credits(ledger, shop, cents, actor=f"shop:{shop.hex}", key=key(), now=now)
    assert done.accepted, done.code
    return _lies(ledger, AccountKind.SHOP_PAYABLE, shop)


def _lies(ledger: Ledger, kind: AccountKind, owner: UUID | None = None) -> Amount:
    try:
        return ledger.book(CIRCUIT_BOOK).balance(circuit_account(kind, owner))
    except LookupError:  # Nobody had any yet.
        return 0


def _propose(circuit: DemoCircuit, now: Instant, asked: NewMove) -> None:
    officer = circuit.officer.as_officer()
    done = propose_move(circuit.ledger, asked, officer=officer, key=key(), now=now)
    assert done.accepted, done.code
