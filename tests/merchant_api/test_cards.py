"""A health card at the till: with its PIN it opens what the family's code does; else it is mute."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from ledger import Ledger, random_id
from ledger.core.programmes import day_of
from ledger.core.quantities import DAY
from ledger.operations import sign_in
from ledger.operations.erase_person import erase_person
from ledger.operations.issue_credential import (
    NewCredential,
    issue_family_codes,
    replace_family_code,
    unlock_pin,
)
from ledger.operations.sign_in import credential_of_code
from ledger.operations.switch_cards import NoCard, OtherFamily, add_card, switch_off_cards
from ledger.operations.switch_cards import switch_on_cards as switch_on
from ledger.store.network import cards
from ledger.store.network.credentials import active_credentials, add_families
from ledger.store.people import find_people
from merchant_api.app import create_app
from merchant_api.rates import Rates
from tests.merchant_api.conftest import Till
from tests.merchant_api.test_hostile import at_once
from tests.town import BIANCHI, NOON, ROSSI

STRANGER = "VRDLCU70A41H501I"  # Of nobody, and right in form: no family has it.
PARTNER = "VRDNNA82A41F205M"


def family_of(ledger: Ledger, code: str) -> UUID:
    found = credential_of_code(ledger, code)
    assert found is not None
    return found.target_id


@pytest.fixture
def card(till: Till) -> str:
    """The card of the family before the till, switched on."""
    family = family_of(till.town.ledger, till.family.code)
    assert switch_on(till.town.ledger, "giussano", families=[family], now=NOON) == 1
    for code in (ROSSI, BIANCHI):
        if opens(till, code) == family:
            return code
    raise AssertionError


def opens(till: Till, card: str) -> UUID | None:
    return next((one.target_id for one in sign_in.codes_of_card(till.town.ledger, card)), None)


def pay(till: Till, card: str, pin: str | None, amount: int = 12_50, **more: Any) -> Any:  # noqa: ANN401
    shown = {"card": card, "amount_cents": amount} | ({"pin": pin} if pin else {})
    return till.post("/api/v1/redemptions", shown, **more)


def tries(till: Till) -> int:
    family = family_of(till.town.ledger, till.family.code)
    with till.town.ledger.reading() as db:
        return active_credentials(db, family)[0].tries


def wrong(pin: str) -> str:
    return f"{(int(pin) + 1) % 100_000:05}"


def test_card_and_pin_do_what_the_family_code_does(till: Till, card: str) -> None:
    looked = till.post("/api/v1/looks", {"card": card, "pin": till.family.pin})
    by_code = till.post("/api/v1/looks", {"code": till.family.code, "pin": till.family.pin})
    assert looked.json() == by_code.json()
    paid_key = str(uuid4())
    paid = pay(till, card, till.family.pin, key=paid_key)
    assert (paid.status_code, paid.json()["outcome"]) == (201, "paid"), paid.text
    give = {"amount_cents": 2_50, "reason": "mistake"}
    back = till.post(f"/api/v1/redemptions/{paid_key}/refunds", give)
    assert back.json()["refunded_cents"] == 2_50
    assert card not in paid.text + looked.text + back.text


def test_one_sale_draws_on_all_programmes_of_the_family(till: Till, card: str) -> None:
    first = till.post("/api/v1/looks", {"card": card, "pin": till.family.pin}).json()
    till.town.issue(till.town.programme(act="43"), round_name="2")
    seen = till.post("/api/v1/looks", {"card": card, "pin": till.family.pin}).json()
    assert seen["spendable_cents"] == 2 * first["spendable_cents"]
    paid = pay(till, card, till.family.pin, seen["spendable_cents"])
    assert len(paid.json()["parts"]) == 2


def test_a_card_that_nobody_switched_on_opens_nothing(till: Till) -> None:
    for code in (ROSSI, BIANCHI):
        assert pay(till, code, till.family.pin).json()["code"] == "card_refused"


def test_who_is_helped_is_not_found_out_by_trying_cards(till: Till, card: str) -> None:
    bad, codes = wrong(till.family.pin), []
    for _ in range(6):  # The fifth has locked it: nothing says so.
        known, unknown = pay(till, card, bad), pay(till, STRANGER, bad)
        assert known.status_code == unknown.status_code
        assert known.content == unknown.content
        # What the clock and the count of calls say; a second may pass between the two.
        same = {"x-ratelimit-remaining", "x-ratelimit-reset", "content-length", "date"}
        assert {k: v for k, v in known.headers.items() if k not in same} == {
            k: v for k, v in unknown.headers.items() if k not in same
        }
        codes.append(known.json()["code"])
    assert codes == ["card_refused"] * 5 + ["too_many"]  # Ten in a minute, of both.


def test_without_a_pin_every_card_is_asked_for_it(till: Till, card: str) -> None:
    asked = {pay(till, one, None).json()["code"] for one in (card, STRANGER)}
    assert asked == {"pin_needed"}
    assert tries(till) == 0


def test_a_decided_key_tells_nobody_whose_card_paid(till: Till, card: str) -> None:
    paid_key, bad = str(uuid4()), wrong(till.family.pin)
    first = till.redeem(12_50, key=paid_key)
    assert first.status_code == 201
    answers = [pay(till, one, bad, key=paid_key) for one in (card, STRANGER)]
    assert [one.json()["code"] for one in answers] == ["key_reused"] * 2
    assert answers[0].content == answers[1].content


def test_a_retry_with_the_right_pin_is_answered_again_and_burns_no_try(
    till: Till, card: str
) -> None:
    paid_key = str(uuid4())
    answers = [pay(till, card, till.family.pin, key=paid_key) for _ in range(7)]
    assert {one.content for one in answers} == {answers[0].content}
    assert answers[0].status_code == 201
    assert tries(till) == 0


def test_card_and_code_share_one_count_and_one_lock(till: Till, card: str) -> None:
    bad = wrong(till.family.pin)
    for _ in range(3):
        assert pay(till, card, bad).json()["code"] == "card_refused"
    for _ in range(2):
        assert till.redeem(12_50, pin=bad).json()["code"] == "pin_wrong"
    assert pay(till, card, till.family.pin).json()["code"] == "card_refused"
    assert till.redeem(12_50).json()["code"] == "pin_locked"
    credential = credential_of_code(till.town.ledger, till.family.code)
    assert credential is not None
    unlock_pin(till.town.ledger, credential.id)
    assert pay(till, card, till.family.pin).status_code == 201


def test_the_same_wrong_pin_under_the_same_key_is_counted_once(till: Till, card: str) -> None:
    same = str(uuid4())
    for _ in range(8):
        assert pay(till, card, wrong(till.family.pin), key=same).json()["code"] == "card_refused"
    assert tries(till) == 1


def test_a_new_code_of_the_family_keeps_its_card(till: Till, card: str) -> None:
    ledger = till.town.ledger
    family = family_of(ledger, till.family.code)
    fresh = replace_family_code(ledger, "giussano", family, now=NOON)
    if fresh.pin != till.family.pin:
        assert pay(till, card, till.family.pin).json()["code"] == "card_refused"
    assert pay(till, card, fresh.pin).status_code == 201


def test_two_cards_of_one_family_open_it_and_none_once_they_are_switched_off(
    till: Till, card: str
) -> None:
    ledger = till.town.ledger
    family = family_of(ledger, till.family.code)
    add_card(ledger, "giussano", family, PARTNER.lower(), now=NOON)
    assert pay(till, PARTNER, till.family.pin).status_code == 201
    switch_off_cards(ledger, family)
    assert pay(till, card, till.family.pin).json()["code"] == "card_refused"
    assert till.redeem(1_00).status_code == 201


def test_a_card_is_one_familys_in_a_comune(till: Till, card: str) -> None:
    ledger = till.town.ledger
    [person] = find_people(ledger, list({ROSSI, BIANCHI} - {card})).values()
    with ledger.reading() as db:
        family = cards.families_with_code(db, till.town.book_no)[person]
    with pytest.raises(OtherFamily):
        add_card(ledger, "giussano", family, card, now=NOON)
    with pytest.raises(NoCard):
        add_card(
            ledger, "giussano", family, card[:-1] + ("A" if card[-1] != "A" else "B"), now=NOON
        )


def test_a_mistyped_card_is_told_apart_and_costs_nothing(till: Till, card: str) -> None:
    spoilt = card[:-1] + ("A" if card[-1] != "A" else "C")
    for _ in range(15):
        assert pay(till, spoilt, "00000").json()["code"] == "card_mistyped"
    assert pay(till, card, till.family.pin).status_code == 201


def test_card_and_code_together_are_not_understood(till: Till, card: str) -> None:
    sent = {"card": card, "code": till.family.code, "pin": "00000", "amount_cents": 1}
    assert till.post("/api/v1/redemptions", sent).json()["code"] == "invalid"


@pytest.fixture
def patient(till: Till, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Till]:
    """The same till whose minutes never fill, so that its day does."""

    def made() -> Till:
        rates = Rates(guesses_per_till=10_000, guesses_per_address=10_000)
        monkeypatch.setattr(till.client.app.state.api, "rates", rates)  # type: ignore[attr-defined]
        return till

    return made


def test_a_till_has_a_number_of_wrong_cards_a_day_also_after_a_restart(
    patient: Callable[[], Till], card: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = patient()
    for _ in range(cards.WRONG_A_DAY):
        assert pay(till, STRANGER, "00000").json()["code"] == "card_refused"
    assert pay(till, STRANGER, "00000").status_code == 429
    till.client.app.state.api = create_app(till.town.ledger).state.api  # type: ignore[attr-defined]
    assert pay(till, card, till.family.pin).status_code == 429
    assert till.redeem(1_00).status_code == 201  # Codes go on: only cards are counted so.
    monkeypatch.setattr(sign_in, "day_of", lambda now: day_of(now + DAY))
    assert pay(till, card, till.family.pin).status_code == 201


def test_ten_wrong_cards_a_minute_stop_a_till(till: Till, card: str) -> None:
    for _ in range(10):
        assert pay(till, STRANGER, "00000").json()["code"] == "card_refused"
    assert pay(till, card, till.family.pin).json()["code"] == "too_many"


def test_who_is_erased_has_no_card_any_more(till: Till, card: str) -> None:
    ledger = till.town.ledger
    person = find_people(ledger, [card])[card]
    family = family_of(ledger, till.family.code)
    erase_person(ledger, person, officer=till.town.officer.officer_id, now=NOON)
    with ledger.reading() as db:
        assert cards.cards_of(db, family) == ()


def in_seveso(till: Till, card: str) -> tuple[int, NewCredential]:
    """The same person is helped by another comune too; its book, and its code there."""
    ledger = till.town.ledger
    book_no, family = ledger.book("seveso", create=True).book_no, random_id()
    person = find_people(ledger, [card])[card]
    ledger.write(lambda db: add_families(db, [(family, book_no, person, NOON)]))
    [code] = issue_family_codes(ledger, "seveso", [family], now=NOON)
    assert switch_on(ledger, "seveso", now=NOON) == 1
    assert switch_on(ledger, "seveso", now=NOON) == 0  # Asked again, nothing is new.
    return book_no, code


def test_the_pin_chooses_between_the_families_of_two_comuni(till: Till, card: str) -> None:
    """One person helped by two comuni: each PIN opens its own, a wrong one counts for both."""
    ledger, home = till.town.ledger, till.town.book_no
    away, other = in_seveso(till, card)
    found = sign_in.codes_of_card(ledger, card)
    assert {one.book_no for one in found} == {home, away}

    def opened(pin: str) -> int | None:
        tried = sign_in.try_card(ledger, UUID(int=7), found, pin, now=NOON).credential
        return None if tried is None else tried.book_no

    assert (opened(till.family.pin), opened(other.pin)) == (home, away)
    bad = next(one for one in map("{:05}".format, range(9)) if opened(one) is None)
    for _ in range(3):
        assert opened(bad) is None
    for _ in range(3):  # The right PIN of one takes back its own try at the other, and no more.
        assert opened(till.family.pin) == home
    with ledger.reading() as db:
        left = {one.book_no: active_credentials(db, one.target_id)[0].tries for one in found}
    assert left == {home: 0, away: 4}


def test_many_right_pins_at_once_at_many_tills_lock_nobody_out(till: Till, card: str) -> None:
    sessions = [till.session]
    for number in range(11):
        _shop, secret = till.town.shop(f"Bottega {number}")
        opened = till.client.post("/api/v1/till-sessions", json={"secret": secret})
        sessions.append(opened.json()["session_token"])

    def send(number: int) -> Any:  # noqa: ANN401
        bearer = {"Authorization": f"Bearer {sessions[number]}"}
        return pay(till, card, till.family.pin, 1, headers=bearer)

    answers = at_once(len(sessions), send)
    assert {one.status_code for one in answers} == {201}, [one.text for one in answers]
    assert tries(till) == 0
