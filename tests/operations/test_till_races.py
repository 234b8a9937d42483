"""Several processes at one moment: one device a code, one session a challenge, five tries a PIN.

Each ledger here has writers of its own, as each process has.
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import Ledger, open_ledger
from ledger.operations.invite_till import answer_invitation, confirm_till, invite_till
from ledger.operations.sign_in import ChallengeRefused, make_challenge, open_device_session
from ledger.operations.take_turn import NewOperator, TurnOutcome, add_own_operator, try_operator
from tests.operations.test_enrolling_races import ASKING, ROUNDS, at_once
from tests.town import NOON, make_town

WORDS = b"portavalori till session 1\n"


def test_a_code_makes_one_device_whoever_answers_it(url: str) -> None:
    with open_ledger(url) as ledger:
        shop, _secret = make_town(ledger).shop()
        codes = [invite_till(ledger, shop, f"Cassa {at}", now=NOON).code for at in range(ROUNDS)]
        keys = {
            (who, turn): Ed25519PrivateKey.generate().public_key().public_bytes_raw()
            for who in range(ASKING) for turn in range(ROUNDS)
        }  # fmt: skip

        def answer(mine: Ledger, who: int, turn: int) -> int:
            try:
                return answer_invitation(mine, codes[turn], keys[who, turn], now=NOON).device_no
            except LookupError:
                return 0

        told = at_once(url, answer)
        assert [sorted(turn)[:-1] for turn in told] == [[0] * (ASKING - 1)] * ROUNDS
        assert sorted(max(turn) for turn in told) == list(range(1, ROUNDS + 1))


def test_devices_of_one_shop_take_different_numbers(url: str) -> None:
    with open_ledger(url) as ledger:
        shop, _secret = make_town(ledger).shop()
        asked = [(who, turn) for who in range(ASKING) for turn in range(ROUNDS)]
        codes = {one: invite_till(ledger, shop, f"Cassa {one}", now=NOON).code for one in asked}

        def answer(mine: Ledger, who: int, turn: int) -> int:
            public = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
            return answer_invitation(mine, codes[who, turn], public, now=NOON).device_no

        numbers = [number for turn in at_once(url, answer) for number in turn]
        assert sorted(numbers) == list(range(1, len(asked) + 1))


def test_a_challenge_opens_one_session(url: str) -> None:
    with open_ledger(url) as ledger:
        shop, _secret = make_town(ledger).shop()
        key = Ed25519PrivateKey.generate()
        public = key.public_key().public_bytes_raw()
        made = invite_till(ledger, shop, "Cassa 2", now=NOON)
        confirm_till(ledger, shop, answer_invitation(ledger, made.text, public, now=NOON).till_id)
        said = [make_challenge(ledger, public, now=NOON + turn) for turn in range(ROUNDS)]

        def come_in(mine: Ledger, _who: int, turn: int) -> bool:
            signature = key.sign(WORDS + said[turn])
            try:
                open_device_session(mine, said[turn], signature, now=NOON + ROUNDS)
            except ChallengeRefused:
                return False
            return True

        assert [sum(turn) for turn in at_once(url, come_in)] == [1] * ROUNDS


def test_a_pin_is_tried_five_times_however_many_ask(url: str) -> None:
    with open_ledger(url) as ledger:
        shop, _secret = make_town(ledger).shop()
        who = add_own_operator(ledger, shop, NewOperator("Titta", "11111", "owner"), now=NOON)
        told = at_once(url, lambda mine, _who, _turn: try_operator(mine, shop, who, "00000"))
        outcomes = [one for turn in told for one in turn]
        assert outcomes.count(TurnOutcome.WRONG) == 5
        assert set(outcomes) == {TurnOutcome.WRONG, TurnOutcome.LOCKED}
