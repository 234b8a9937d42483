"""Which gift paid what: what came first goes out first, and what is undone goes back."""

from itertools import count
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from ledger import AccountId
from ledger.core.gifts import Move, Trail, follow, gift_fund

A, B, V, W, BAKERY, CLAIM, DUE = (AccountId(UUID(int=n)) for n in range(1, 8))
FUND = gift_fund(AccountId(UUID(int=99)))


def moves(
    *told: tuple[str, AccountId, AccountId, int] | tuple[str, AccountId, AccountId, int, int],
) -> list[Move]:
    return [Move(n, n + 100, *one[:4], *one[4:]) for n, one in enumerate(told, start=1)]


def lies(trail: Trail, account: AccountId) -> dict[int, int]:
    found: dict[int, int] = {}
    for gift, cents in trail.lying.get(account, ()):
        found[gift] = found.get(gift, 0) + cents
    return found


def test_the_first_gift_is_the_first_to_be_issued_and_spent() -> None:
    trail = follow(
        moves(
            ("gift", A, FUND, 700),
            ("gift", B, FUND, 500),
            ("issuance", FUND, V, 1000),
            ("redemption", V, BAKERY, 800),
        ),
        FUND,
    )
    assert lies(trail, FUND) == {2: 200}
    assert lies(trail, V) == {2: 200}
    assert lies(trail, BAKERY) == {1: 700, 2: 100}
    ways = [(part.gift, part.kind, part.amount) for part in trail.parts]
    assert ways == [
        (1, "gift", 700), (2, "gift", 500), (1, "issuance", 700), (2, "issuance", 300),
        (1, "redemption", 700), (2, "redemption", 100),
    ]  # fmt: skip


def test_what_is_given_back_goes_back_to_the_gift_that_paid_it_last() -> None:
    trail = follow(
        moves(
            ("gift", A, FUND, 300),
            ("gift", B, FUND, 300),
            ("issuance", FUND, V, 600),
            ("redemption", V, BAKERY, 500),
            ("refund", BAKERY, V, 250, 4),
            ("redemption", V, W, 100),
        ),
        FUND,
    )
    assert lies(trail, BAKERY) == {1: 250}
    assert lies(trail, W) == {1: 50, 2: 50}
    assert lies(trail, V) == {2: 250}


def test_a_late_refund_comes_back_over_the_shop_s_claim_and_is_counted_once() -> None:
    trail = follow(
        moves(
            ("gift", A, FUND, 300),
            ("issuance", FUND, V, 300),
            ("redemption", V, BAKERY, 300),
            ("refund", CLAIM, DUE, 300, 3),
            ("claim_cover", DUE, V, 300),
        ),
        FUND,
    )
    assert (lies(trail, BAKERY), lies(trail, V)) == ({}, {1: 300})


def test_a_gift_of_a_gift_is_another_and_an_undone_one_is_nowhere() -> None:
    told = [
        ("gift", A, FUND, 300),
        ("issuance", FUND, V, 300),
        ("gift", V, FUND, 200),
    ]
    trail = follow(moves(*told), FUND)
    assert (lies(trail, FUND), lies(trail, V)) == ({3: 200}, {1: 100})
    trail = follow(moves(*told, ("reversal", FUND, V, 200, 3)), FUND)
    assert (lies(trail, FUND), lies(trail, V)) == ({}, {1: 300})


def test_an_expired_voucher_gives_its_rest_back_to_the_end_of_the_fund() -> None:
    trail = follow(
        moves(
            ("gift", A, FUND, 300),
            ("issuance", FUND, V, 300),
            ("gift", B, FUND, 100),
            ("expiry", V, FUND, 300),
            ("issuance", FUND, W, 150),
        ),
        FUND,
    )
    assert (lies(trail, W), lies(trail, FUND)) == ({3: 100, 1: 50}, {1: 250})


@given(st.lists(st.tuples(st.sampled_from("gise"), st.integers(1, 50)), max_size=40))
def test_no_cent_of_a_gift_is_lost_or_doubled(steps: list[tuple[str, int]]) -> None:
    seq, told, left = count(1), [], {FUND: 0, V: 0}
    for kind, wanted in steps:
        ways = {
            "g": ("gift", A, FUND), "i": ("issuance", FUND, V), "s": ("redemption", V, BAKERY),
            "e": ("expiry", V, FUND),
        }  # fmt: skip
        name, debit, credit = ways[kind]
        cents = wanted if kind == "g" else min(wanted, left[debit])
        if not cents:
            continue
        for account, sign in ((debit, -1), (credit, 1)):
            if account in left:
                left[account] += sign * cents
        told.append(Move(next(seq), 0, name, debit, credit, cents))
    trail = follow(told, FUND)
    given = {one.seq: one.amount for one in told if one.kind == "gift"}
    lying: dict[int, int] = {}
    for account in trail.lying:
        for gift, cents in lies(trail, account).items():
            lying[gift] = lying.get(gift, 0) + cents
    assert lying == given
    assert {one: sum(lies(trail, one).values()) for one in left} == left
