"""An association of the demo, with its own way in: families give it credits, it buys and offers.

It is invented. Not here: the circuit's two who sign (`circuit`).
"""

from datetime import timedelta
from typing import Final

from ledger import Ledger, random_id
from ledger.core.chart import CIRCUIT_BOOK, AccountKind
from ledger.core.circuit.accounts import circuit_account
from ledger.core.circuit.credits import Holder
from ledger.core.circuit.rules import Role
from ledger.core.programmes import day_of
from ledger.core.quantities import Amount, Instant
from ledger.operations.offer_action import NewAction, offer_action
from ledger.operations.pay_credits import pay_as_association, pay_by_hand
from ledger.operations.propose_idea import propose_as_association
from ledger.operations.register_association import NewAssociation, register_association
from ledger.operations.sign_in import calling_officer, credential_of_id, sign_in_officer
from scripts.demo.circuit import DemoCircuit
from scripts.demo.founding import PASSWORD, Town, key

NAME: Final = "Porte aperte (inventata)"
USER: Final = "porte.aperte"
GIVEN: Final[Amount] = 5_00
GIVERS: Final = 4
BOUGHT: Final[Amount] = 8_00


def found_association(ledger: Ledger, town: Town, circuit: DemoCircuit, now: Instant) -> None:
    """Register it; it offers an action, is given credits, buys with some, and has an idea."""
    asked = NewAssociation(NAME, USER, PASSWORD)
    own = random_id()
    officer = circuit.officer.as_officer()
    assert register_association(ledger, asked, officer=officer, association_id=own)
    way_in = sign_in_officer(ledger, CIRCUIT_BOOK, USER, PASSWORD, now=now)
    assert way_in is not None
    person = calling_officer(ledger, way_in.token, now=now)
    assert person is not None
    action = NewAction(
        NAME, "Accompagnare gli anziani a fare la spesa", "In piazza, ore 10",
        day_of(now) + timedelta(days=20), 90, 8,
    )  # fmt: skip
    offer_action(ledger, action, officer=person, action_id=random_id())
    propose_as_association(
        ledger, ledger.book(town.slug).book_no, own, "Un doposcuola al mercoledì",
        "Due ore di compiti insieme, in biblioteca", idea_id=random_id(),
    )  # fmt: skip
    held = _given(ledger, town, Holder(Role.ASSOCIATION, own), now)
    shops = [tills for tills, _codes in circuit.places if tills]
    if held >= BOUGHT and shops:
        shop = shops[0][-1].shop_id
        who = person.officer_id
        pay_as_association(ledger, own, shop, BOUGHT, officer_id=who, key=key(), now=now)


def _given(ledger: Ledger, town: Town, to: Holder, now: Instant) -> Amount:
    """What some families give it of their credits, from their own phones."""
    book, held = ledger.book(CIRCUIT_BOOK), 0
    for code in town.codes:
        credential = credential_of_id(ledger, code.credential_id)
        if credential is None or held >= GIVERS * GIVEN:
            break
        try:
            has = book.balance(circuit_account(AccountKind.WALLET, credential.target_id))
        except LookupError:
            continue
        if has >= 2 * GIVEN:
            done = pay_by_hand(ledger, credential, to, GIVEN, key=key(), now=now)
            held += GIVEN if done.accepted else 0
    return held
