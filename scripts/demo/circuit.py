"""The circuit of the demo: shops that give a discount, families that show their code, the bank.

Purchases are paid with ordinary money, so that no voucher is touched. Not here: vouchers (`month`).
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from ledger import AccountId, Ledger
from ledger.core.chart import CIRCUIT_BOOK, CREDITS, AccountKind
from ledger.core.circuit.accounts import circuit_account
from ledger.core.circuit.credits import CreditSale
from ledger.core.circuit.purchases import Purchase
from ledger.core.circuit.rules import CircuitRules
from ledger.core.circuit.targets import RETE, Target
from ledger.core.programmes import day_of
from ledger.core.proposals import Confirmation
from ledger.core.quantities import Amount, Instant, euro_text
from ledger.imports.bank_statements import read_statement_file
from ledger.operations.collect_contributions import (
    confirm_statement,
    content_hash,
    lines_to_book,
    propose_statement,
)
from ledger.operations.found_circuit import found_circuit
from ledger.operations.issue_credential import NewCredential
from ledger.operations.join_network import NewOfficer, NewTill, OfficerIds, add_officers
from ledger.operations.pay_credits import sell_for_credits
from ledger.operations.record_purchase import record_purchase
from ledger.operations.release_bonuses import release_bonuses
from ledger.operations.sign_circuit_rules import Agreement, agree_discount, sign_circuit_rules
from ledger.reports.contributions import contributions_due, shops_by_number
from scripts.demo.founding import PASSWORD, Town, key

ROLES = ("officer", "approver")
MEMBERS = 6  # Shops of each comune in the circuit, and families that use it.
BUYERS = 25
DISCOUNTS = (300, 500, 600, 1_000)  # Basis points.
LATE = 5  # One shop in so many pays a part only.


@dataclass(slots=True)
class DemoCircuit:
    """What drives it: its shops' tills by comune, its families, and two who sign."""

    ledger: Ledger
    chance: random.Random
    officer: OfficerIds
    approver: OfficerIds
    rules: CircuitRules
    places: list[tuple[list[NewTill], list[NewCredential]]] = field(default_factory=list)

    def join(self, towns: list[Town], first: date, now: Instant) -> None:
        """Some shops of each comune agree on a discount from that month on; families use it."""
        two = self.officer.as_officer(), self.approver.as_officer()
        month, until = first.replace(day=1), date(first.year + 3, 12, 31)
        for town in towns:
            joined = {one.shop_id: one for one in town.tills}
            tills = list(joined.values())[:MEMBERS]
            for till in tills:
                asked = Agreement(till.shop_id, self.chance.choice(DISCOUNTS), month, until)
                agree_discount(self.ledger, asked, signed_by=two, key=key(), now=now)
            self.places.append((tills, town.codes[:BUYERS]))

    def day(self, now: Instant, most: int = 5) -> None:
        """Some families (2 to `most` a comune) buy where they get a discount; mostly at home."""
        for tills, codes in self.places:
            for _ in range(self.chance.randint(2, most) if tills and codes else 0):
                cents: Amount = round(self.chance.triangular(8_00, 140_00, 38_00))
                till, code = self.chance.choice(tills), self.chance.choice(codes)
                asked = Purchase(till.till_id, code.credential_id, cents)
                record_purchase(self.ledger, asked, key=key(), now=now)

    def collect(self, now: Instant) -> None:
        """The bank statement comes: most shops paid; what is collected is released and spent."""
        rows = ["Data;Importo;Causale"]
        for number, due in enumerate(contributions_due(self.ledger)):
            cents = due.due_cents // 2 if number % LATE == 0 else due.due_cents
            if cents:
                rows.append(f"{day_of(now):%d/%m/%Y};{euro_text(cents)};{due.reference}")
        read = read_statement_file("\n".join(rows).encode())
        lines = lines_to_book(read.lines, shops_by_number(self.ledger), {})
        if not lines:
            return
        statement = key()
        officer, approver = self.officer.as_officer(), self.approver.as_officer()
        propose_statement(self.ledger, lines, officer=officer, key=statement, now=now)
        seen = Confirmation(statement, content_hash(lines))
        confirm_statement(self.ledger, seen, officer=approver, key=key(), now=now)
        released = [
            move for done in release_bonuses(self.ledger, now=now) for move in done.transfers
        ]
        self._spend({one.credit: one.amount for one in released if one.unit == CREDITS}, now)

    def _spend(self, wallets: Mapping[AccountId, Amount], now: Instant) -> None:
        """Every other family spends what it got, at home."""
        for tills, codes in self.places:
            for code in codes[::2]:
                cents = wallets.get(circuit_account(AccountKind.WALLET, code.target_id), 0)
                if cents:
                    till = self.chance.choice(tills)
                    asked = CreditSale(till.till_id, code.credential_id, cents)
                    sell_for_credits(self.ledger, asked, key=key(), now=now)


def found_demo_circuit(
    ledger: Ledger, towns: list[Town], chance: random.Random, *, first: date, now: Instant
) -> DemoCircuit:
    """Its book, two who sign, and rules from that month on; shops join later."""
    found_circuit(ledger, now=now)
    staff = [NewOfficer(f"{role}.{CIRCUIT_BOOK}", role, PASSWORD) for role in ROLES]
    officer, approver = add_officers(ledger, CIRCUIT_BOOK, staff)
    rules = CircuitRules(targets=_targets(towns))
    made = DemoCircuit(ledger, chance, officer, approver, rules)
    two = made.officer.as_officer(), made.approver.as_officer()
    month = first.replace(day=1)
    sign_circuit_rules(ledger, rules, month, signed_by=two, key=key(), now=now)
    return made


def _targets(towns: list[Town]) -> dict[str, dict[Target, int]]:
    """Invented, so that some are reached and some are not."""
    of_comuni = {town.slug: {Target.UNSPENT: 10_00, Target.SHARE: 5_00} for town in towns}
    whole = {Target.COLLECTED: 300_000_00, Target.RATE: 1_00, Target.YIELD: 5_00}
    return of_comuni | {RETE: whole | {Target.UNSPENT: 10_00, Target.SHARE: 5_00}}
