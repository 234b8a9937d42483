"""Row 24: who guesses codes, PINs or health cards has nothing, and locks no honest shop out.

Tills of one address guess as fast as they are let, on a clock that is moved: well-formed codes that
nobody was given, PINs of a code in hand, cards of people with and without help. Meanwhile an honest
till of the same address sells. Counted are hits, what was let through, tries until a lock, and the
honest till's refusals; and said is what the rates let a till find in a year.
"""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from starlette.testclient import TestClient

from ledger import Ledger, open_ledger
from ledger.core.credentials import PIN_DIGITS, PIN_TRIES
from ledger.operations.issue_credential import NewCredential
from ledger.operations.switch_cards import switch_on_cards
from ledger.token.short_code import RANDOM_BITS, make
from merchant_api.app import create_app
from merchant_api.rates import MINUTE, Minutes, Rates
from tests.faults.publiclist import person
from tests.faults.scoreboard import Asked, Row
from tests.town import BIANCHI, NOON, ROSSI, Town, make_town

TILLS: Final = 4
SALE: Final = 50  # An honest sale between so many guesses.
YEAR: Final = 525_600  # Minutes.
PAID: Final = 201
HONEST: Final = "the honest till"
DENIED: Final = frozenset({"code_unknown", "card_refused", "too_many"})


@dataclass
class Street:
    """Shops behind one address: guessing tills, an honest one, and a clock that is moved."""

    client: TestClient
    guessers: list[str]
    honest: str
    families: list[NewCredential]
    minute: int = 0

    def ask(self, session: str, body: dict[str, Any]) -> tuple[int, str]:
        """A sale of a cent; status and code of the answer."""
        headers = {"Authorization": f"Bearer {session}", "Idempotency-Key": str(uuid4())}
        said = body | {"amount_cents": 1}
        answer = self.client.post("/api/v1/redemptions", json=said, headers=headers)
        return answer.status_code, str(answer.json().get("code", ""))


def guessing(asked: Asked, url: str, folder: Path) -> Row:  # noqa: ARG001 -- on the ledger of `url`.
    """`n` guesses of codes, and the same till's guesses of PINs and cards."""
    chance = random.Random(asked.seed)
    wrong: list[str] = []
    with open_ledger(url) as ledger:
        ledger.clock = lambda: NOON
        with _street(ledger) as street:
            told, sales = _codes(street, asked.n, chance, wrong)
            tries = _pins(street)
            alike = _cards(street, chance, wrong)
    rates = Rates()
    found = rates.guesses_per_till * YEAR / 2**RANDOM_BITS
    lucky = PIN_TRIES / 10**PIN_DIGITS
    got = {
        "guesses": asked.n, "let_through": told["code_unknown"], "slowed": told["too_many"],
        "honest_sales": sales, "honest_refused": sum(one.startswith(HONEST) for one in wrong),
        "tries_until_locked": tries,
        "cards_answered_alike": alike, "a_code_in_a_year": f"{found:.1e}", "a_pin": f"{lucky:.0e}",
        "wrong": len(wrong),
    }  # fmt: skip
    goal = "unknown code < 1e-9 a year and till; PIN locked after 5 (5e-5); 0 honest locked out"
    passed = not wrong and sales > 0 and tries == PIN_TRIES and found < 1e-9 and lucky <= 5e-5
    return Row(24, "guessing", goal, got, passed, asked.seed, asked.engine, wrong[:5])


@contextmanager
def _street(ledger: Ledger) -> Iterator[Street]:
    town = make_town(ledger)
    town.issue(town.programme())
    families = town.codes()
    switch_on_cards(ledger, town.comune, now=NOON)
    app = create_app(ledger)
    with TestClient(app, base_url="https://testserver") as client:
        names = [f"Bottega {number}" for number in range(TILLS + 1)]
        sessions = [_session(client, town, name) for name in names]
        street = Street(client, sessions[:-1], sessions[-1], families)
        app.state.api.minutes = Minutes(lambda: street.minute * MINUTE)
        yield street


def _session(client: TestClient, town: Town, name: str) -> str:
    secret = town.shop(name)[1]
    opened = client.post("/api/v1/till-sessions", json={"secret": secret})
    return str(opened.json()["session_token"])


def _codes(
    street: Street, count: int, chance: random.Random, wrong: list[str]
) -> tuple[Counter[str], int]:
    """Guess codes as fast as one is let; how each was answered, and how often the honest sold."""
    told: Counter[str] = Counter()
    sales = 0
    for number in range(count):
        guess = {"code": make(chance.getrandbits(RANDOM_BITS)), "pin": "12345"}
        _status, code = street.ask(street.guessers[number % TILLS], guess)
        told[code] += 1
        if code not in DENIED:
            wrong.append(f"a guess was answered {code!r}")
        if code == "too_many":
            street.minute += 1
        if number % SALE == 0:
            sales += _sells(street, wrong)
    if told["code_unknown"] > Rates().guesses_per_till * TILLS * (street.minute + 1):
        wrong.append("more guesses were let through than a minute allows")
    return told, sales


def _sells(street: Street, wrong: list[str]) -> int:
    family = street.families[0]
    status, code = street.ask(street.honest, {"code": family.code, "pin": family.pin})
    if status != PAID and code != "insufficient_funds":
        wrong.append(f"{HONEST} was answered {code!r}")
    return int(status == PAID)


def _pins(street: Street) -> int:
    """How many wrong PINs of a code in hand are tried before it locks; then the right one, too."""
    family, tried = street.families[1], 0
    street.minute += 1
    for number in range(100):
        pin = f"{(int(family.pin) + 1 + number) % 10**PIN_DIGITS:05}"
        _status, code = street.ask(street.guessers[0], {"code": family.code, "pin": pin})
        if code == "pin_locked":
            break
        tried += 1
    status, _code = street.ask(street.guessers[1], {"code": family.code, "pin": family.pin})
    return tried if status != PAID else 0


def _cards(street: Street, chance: random.Random, wrong: list[str]) -> int:
    """Cards of people with help and without, with wrong PINs: one answer for all."""
    answers = set()
    cards = [ROSSI, BIANCHI, *(person(chance)["CF"] for _ in range(6))]
    for number, card in enumerate(cards):
        street.minute += 1
        pin = f"{chance.randrange(10**PIN_DIGITS):05}"
        if pin in {one.pin for one in street.families}:
            continue
        answers.add(street.ask(street.guessers[number % TILLS], {"card": card, "pin": pin}))
    if len(answers) != 1:
        wrong.append(f"cards are answered in {len(answers)} ways")
    return len(cards)
