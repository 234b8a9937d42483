"""What the circuit of the demo gives back: a donation, what families voted for, hours, an action.

All people are invented. Not here: purchases and credits (`circuit`), the votes (`generosity`).
"""

from datetime import timedelta
from typing import Final

from ledger import EntryKind, Ledger, random_id
from ledger.core.circuit.hours import Alfa, Beta
from ledger.core.programmes import day_of
from ledger.core.quantities import Amount, Instant
from ledger.operations.give_hours import HoursGiven, offer_hours, record_paper_hours
from ledger.operations.give_to_fund import Donor, FundGift, give_to_fund
from ledger.operations.move_by_two import NewMove, propose_move
from ledger.operations.offer_action import (
    NewAction,
    Seen,
    choose_action,
    offer_action,
    record_done,
)
from ledger.reports.votes import decided_votes
from scripts.demo.association import found_association
from scripts.demo.circuit import DemoCircuit
from scripts.demo.circuit_money import confirm_all
from scripts.demo.founding import Town, key

GIVEN: Final[Amount] = 1_600_00  # By a firm: more than the families voted on.
A_FEED: Final[Amount] = 60_00
PAPERS: Final = ((0, 1, 120), (2, 3, 90), (4, 0, 60))  # Giver, receiver, minutes.
CHOSEN: Final = 3


def give_back(ledger: Ledger, towns: list[Town], circuit: DemoCircuit, now: Instant) -> None:
    """The fund is given something, feeds what a vote chose, and families give time."""
    for town in towns:
        household = town.programmes.get("household")
        if town.slug != "giussano" or household is None or len(town.families) <= len(PAPERS) * 2:
            continue
        _donated(ledger, town, circuit, now)
        votes = decided_votes(ledger, ledger.book(town.slug).book_no)
        act = ("Voto 1", f"Esito del voto «{votes[0].title}»: {votes[0].chosen}") if votes else None
        feeds = [(act, votes[0].amount_cents, votes[0].vote_id)] if act else []
        for (number, reason), cents, vote_id in [
            *feeds, ((f"2/{day_of(now).year}", "Per la spesa delle famiglie"), A_FEED, None)
        ]:  # fmt: skip
            asked = NewMove(
                EntryKind.FEED, cents, number, day_of(now), reason, town.slug,
                household.programme_id, vote_id,
            )  # fmt: skip
            proposed = key()
            officer = circuit.officer.as_officer()
            done = propose_move(ledger, asked, officer=officer, key=proposed, now=now)
            assert done.accepted, done.code
        confirm_all(ledger, circuit, now)
        _hours(ledger, town, circuit, now)
        found_association(ledger, town, circuit, now)


def _donated(ledger: Ledger, town: Town, circuit: DemoCircuit, now: Instant) -> None:
    one = town.people[-4]
    donor = Donor(one.fiscal_code, f"{one.name} {one.surname}", "Via Inventata 9")
    asked = FundGift(GIVEN, day_of(now) - timedelta(days=2), "Per le famiglie della Rete")
    officer = circuit.officer.as_officer()
    give_to_fund(ledger, asked, donor, officer=officer, key=key(), now=now)
    confirm_all(ledger, circuit, now)


def _hours(ledger: Ledger, town: Town, circuit: DemoCircuit, now: Instant) -> None:
    """Some hours on paper, some that wait for a signature, an action done and one to choose."""
    officer, today = circuit.officer.as_officer(), day_of(now)
    families = town.families
    for giver, receiver, minutes in PAPERS:
        given = HoursGiven(minutes, today, "Un aiuto tra vicini")
        done = record_paper_hours(
            ledger, (families[giver], families[receiver]), given, officer=officer, key=key(),
            now=now,
        )  # fmt: skip
        assert done.accepted, done.code
    offer_hours(ledger, families[1], HoursGiven(60, today, "Ripetizioni"), key=key(), now=now)
    action = random_id()
    asked = NewAction(
        "Famiglie in rete (inventata)",
        "Preparare i pacchi della spesa",
        "Magazzino, ore 9",
        today,
        120,
        6,
    )
    offer_action(ledger, asked, officer=officer, action_id=action)
    for number, family in enumerate(families[5 : 5 + CHOSEN]):
        assert choose_action(ledger, family, action)
        beta = Beta.NONE if number else Beta.MORE
        seen = Seen(120, Alfa.REACHED, beta, "" if number else "Ora accoglie chi arriva")
        done = record_done(
            ledger, (action, family), seen, officer=officer, key=key(), now=now
        )  # fmt: skip
        assert done.accepted, done.code
