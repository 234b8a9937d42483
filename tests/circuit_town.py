"""The circuit beside a small town, for tests: its people, rules, and a shop that gives 6 %."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection

from ledger import Book, Decision, Ledger, RequestId, random_id
from ledger.core.circuit.purchases import Purchase
from ledger.core.circuit.rules import CircuitRules
from ledger.core.proposals import Confirmation
from ledger.core.quantities import Instant
from ledger.operations.collect_contributions import (
    Collected,
    confirm_statement,
    content_hash,
    propose_statement,
)
from ledger.operations.found_circuit import found_circuit
from ledger.operations.issue_credential import NewCredential
from ledger.operations.record_purchase import record_purchase
from ledger.operations.sign_circuit_rules import Agreement, agree_discount, sign_circuit_rules
from ledger.operations.sign_in import credential_of_code
from ledger.store.network.people import Officer, add_officer
from ledger.store.network.shops import find_till
from ledger.store.passwords import hash_password
from ledger.store.registers.circuit import BankLine
from tests.town import NOON, PASSWORD, Town, key, make_town

STARTS, ENDS = date(2026, 11, 1), date(2027, 12, 31)


@dataclass
class Circuit:
    """What a test needs to name."""

    ledger: Ledger
    town: Town
    book: Book
    officer: Officer
    approver: Officer
    shop_id: UUID
    till_id: UUID
    credentials: tuple[UUID, ...]
    families: tuple[UUID, ...]
    codes: tuple[NewCredential, ...]
    last_shop: UUID

    @property
    def two(self) -> tuple[Officer, Officer]:
        return self.officer, self.approver

    def another_shop(self, name: str, points: int = 600) -> tuple[UUID, UUID]:
        """A shop with an agreement, and its till."""
        shop_id, secret = self.town.shop(name)
        self.agree(shop_id, points)
        return shop_of(self.ledger, secret)

    def agree(self, shop_id: UUID, points: int, ends: date = ENDS) -> None:
        self.last_shop = shop_id
        asked = Agreement(shop_id, points, date(2026, 11, 2), ends)
        decision = agree_discount(self.ledger, asked, signed_by=self.two, key=key(), now=NOON)
        assert decision.accepted, decision.code

    def buy(
        self, cents: int, family: int = 0, *, till: UUID | None = None,
        attempt: RequestId | None = None, now: Instant = NOON,
    ) -> Decision:  # fmt: skip
        """A family shows its code and pays with ordinary money."""
        asked = Purchase(till or self.till_id, self.credentials[family], cents)
        return record_purchase(self.ledger, asked, key=attempt or key(), now=now)

    def pay_in(
        self, cents: int, *, shop_id: UUID | None = None, line: UUID | None = None
    ) -> Collected:
        """A line of a bank statement, proposed and confirmed."""
        one = BankLine(2, line or random_id(), "2026-12-01", cents, shop_id or self.shop_id)
        return self.confirm(self.propose([one]), [one])

    def propose(self, lines: list[BankLine]) -> RequestId:
        statement = key()
        decision = propose_statement(
            self.ledger, lines, officer=self.officer, key=statement, now=NOON
        )
        assert decision.accepted
        return statement

    def confirm(self, statement: RequestId, lines: list[BankLine]) -> Collected:
        seen = Confirmation(statement, content_hash(lines))
        return confirm_statement(self.ledger, seen, officer=self.approver, key=key(), now=NOON)

    def balances(self) -> dict[str, int]:
        """What lies on each kind of account, in minor units; nothing is left out."""
        sums: dict[str, int] = {}
        for line in self.book.trial_balance():
            sums[line.kind] = sums.get(line.kind, 0) + line.balance
        return {kind: cents for kind, cents in sums.items() if cents}


def shop_of(ledger: Ledger, secret: str) -> tuple[UUID, UUID]:
    """The shop and the till that this secret enrolled."""
    with ledger.reading() as db:
        found = find_till(db, secret.encode())
    assert found is not None
    return found.shop_id, found.till_id


def make_circuit(ledger: Ledger, rules: CircuitRules | None = None) -> Circuit:
    """Two families, a bakery that gives 6 %, and the circuit's rules from November."""
    town = make_town(ledger)
    town.issue(town.programme())
    codes = sorted(town.codes(), key=lambda one: one.code)
    _shop, secret = town.shop()
    return add_circuit(town, codes, secret, rules)


def add_circuit(
    town: Town, codes: list[NewCredential], secret: str, rules: CircuitRules | None = None
) -> Circuit:
    """The circuit beside a town that is there, with the shop of this till in it."""
    ledger = town.ledger
    found = [credential_of_code(ledger, one.code) for one in codes]
    book = found_circuit(ledger, now=NOON)
    officer, approver = (
        Officer(random_id(), book.book_no, random_id(), role, role, "active")
        for role in ("officer", "approver")
    )
    kept = hash_password(PASSWORD)

    def add(db: Connection) -> None:
        for one in (officer, approver):
            add_officer(db, one, kept)

    ledger.write(add)
    signed = sign_circuit_rules(
        ledger, rules or CircuitRules(), STARTS, signed_by=(officer, approver), key=key(), now=NOON
    )
    assert signed.accepted
    shop_id, till_id = shop_of(ledger, secret)
    made = Circuit(
        ledger, town, book, officer, approver, shop_id, till_id,
        tuple(one.id for one in found if one), tuple(one.target_id for one in found if one),
        tuple(codes), shop_id,
    )  # fmt: skip
    made.agree(shop_id, 600)
    return made
