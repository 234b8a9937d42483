"""Keys end by two persons, codes are signed anew, lists are the root's: nobody is shut out."""
# long: the life of a key, from its rotation to the list without it.

import json
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from ledger import Ledger, random_id
from ledger.core.quantities import DAY, SECOND
from ledger.operations.block_codes import block_codes, named_codes
from ledger.operations.end_key import EndOutcome, ask_to_end_key, confirm_key_end
from ledger.operations.fund_programme import Funding
from ledger.operations.issue_credential import issue_slip_codes, replace_family_code
from ledger.operations.issue_vouchers import SlipOrder, issue_slips
from ledger.operations.publish_lists import NotTaken, next_lists, take_lists
from ledger.operations.reissue_codes import StillBelieved, reissue_codes
from ledger.operations.rotate_signing import NoSuchProgramme, rotate_signing
from ledger.operations.sign_in import credential_of_code
from ledger.reports.key_report import check_signatures, keys_today, state_of
from ledger.store import signing
from ledger.store.engines import Store
from ledger.store.key_register import KeyRow, find_key, signed_codes
from ledger.store.keys import key_end, signed_code, signing_key
from ledger.store.network.credentials import families_of
from ledger.store.schema import credential
from ledger.store.signing import Signer
from ledger.store.trust import read_trust
from ledger.token.keys import KeyUse
from ledger.token.refusal import TokenRefused
from ledger.token.verify import verify_payment
from scripts.root_shares import BadShares, join_shares, make_shares
from tests.roots import make_root, rooted
from tests.town import NOON, Town, key, make_town

WHEN = NOON + 100 * DAY  # A key that begins then had not begun when the codes were issued.


@pytest.fixture
def town(ledger: Ledger) -> Town:
    """Two families with their codes printed."""
    made = make_town(ledger)
    made.issue(made.programme())
    made.codes()
    return made


def printed(town: Town) -> dict[str, str]:
    """Every family's code as it is printed now: typed code -> token."""
    signer, found = Signer(town.ledger), {}
    with town.ledger.reading() as db:
        ids = list(db.execute(select(credential.c.credential_id)).scalars())
    for one, text in signer.family_codes(ids, "c_e063").items():
        found[one.hex] = text
    return found


def key_of(town: Town, use: str) -> KeyRow:
    return next(one for one in keys_today(town.ledger).keys if one.use == use and one.is_believed())


def end(town: Town, kid: bytes) -> bytes:
    """Both persons end a key; gives its successor."""
    ledger = town.ledger
    asked = ask_to_end_key(ledger, kid, "leaked", officer=town.officer, now=WHEN)
    assert asked is EndOutcome.ASKED
    done = confirm_key_end(ledger, kid, officer=town.approver, now=WHEN)
    assert done.outcome is EndOutcome.ENDED
    return done.successor


def is_read(town: Town, text: str) -> bool:
    try:
        verify_payment(text, read_trust(town.ledger, now=WHEN), now=WHEN // SECOND)
    except TokenRefused:
        return False
    return True


def test_a_key_ends_by_two_persons_and_no_fewer(town: Town) -> None:
    ledger, old = town.ledger, key_of(town, "family")
    boss = replace(town.officer, officer_id=random_id(), role="approver")
    early = confirm_key_end(ledger, old.kid, officer=town.approver, now=WHEN)
    assert early.outcome is EndOutcome.NOT_ASKED
    no = ask_to_end_key(ledger, old.kid, "leaked", officer=town.treasurer, now=WHEN)
    assert no is EndOutcome.FORBIDDEN
    ask_to_end_key(ledger, old.kid, "leaked", officer=town.officer, now=WHEN)
    for who, said in ((boss, "same_person"), (town.officer, "forbidden")):
        assert confirm_key_end(ledger, old.kid, officer=who, now=WHEN).outcome == said
    away = replace(town.approver, book_no=town.book_no + 1)
    assert confirm_key_end(ledger, old.kid, officer=away, now=WHEN).outcome == "forbidden"
    assert find_key(ledger, old.kid).is_believed()
    done = confirm_key_end(ledger, old.kid, officer=town.approver, now=WHEN)
    again = confirm_key_end(ledger, old.kid, officer=town.approver, now=WHEN + SECOND)
    assert again == done
    assert not find_key(ledger, old.kid).is_believed()
    assert find_key(ledger, old.kid).ended_at == WHEN


def test_the_database_refuses_the_same_person_too(town: Town) -> None:
    ledger, old = town.ledger, key_of(town, "family")
    ask_to_end_key(ledger, old.kid, "leaked", officer=town.officer, now=WHEN)
    alone = update(key_end).values(ended_by=town.officer.person_id, ended_at=WHEN)
    with pytest.raises(IntegrityError):
        ledger.write(lambda db: db.execute(alone), store=Store.KEYS)


def test_what_an_ended_key_signed_is_signed_anew_and_money_code_and_pin_stay(town: Town) -> None:
    before = printed(town)
    assert all(is_read(town, one) for one in before.values())
    old = key_of(town, "family")
    with pytest.raises(StillBelieved):
        reissue_codes(town.ledger, old.kid)
    new = end(town, old.kid)
    assert not any(is_read(town, one) for one in before.values())
    told: list[tuple[int, int]] = []
    done = reissue_codes(town.ledger, old.kid, tell=lambda at, of: told.append((at, of)))
    assert (done.codes, done.done, done.gone) == (2, 0, 0)
    assert told == [(2, 2)]
    after = printed(town)
    assert after.keys() == before.keys()
    assert all(is_read(town, one) for one in after.values())
    assert set(after.values()).isdisjoint(before.values())
    again = reissue_codes(town.ledger, old.kid)
    assert (again.codes, again.done) == (0, 2)
    assert find_key(town.ledger, new).signed == 2
    assert list(check_signatures(town.ledger)) == []


def test_a_reissue_that_was_stopped_goes_on(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    printed(town)
    old = key_of(town, "family")
    end(town, old.kid)
    monkeypatch.setattr("ledger.operations.reissue_codes.PORTION", 1)

    def stop(_at: int, _of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reissue_codes(town.ledger, old.kid, tell=stop)
    done = reissue_codes(town.ledger, old.kid)
    assert (done.codes, done.done) == (1, 1)


def test_a_code_that_was_replaced_meanwhile_is_not_signed_anew(town: Town) -> None:
    printed(town)
    old = key_of(town, "family")
    with town.ledger.reading(Store.KEYS) as db:
        [first, _second] = signed_codes(db, old.kid)
    end(town, old.kid)
    block_codes(town.ledger, town.comune, [first])
    done = reissue_codes(town.ledger, old.kid)
    assert (done.codes, done.gone) == (1, 1)


def test_a_process_that_held_the_key_open_signs_with_it_no_more(town: Town) -> None:
    held = Signer(town.ledger)
    with town.ledger.reading(Store.KEYS) as db:
        assert signed_codes(db, key_of(town, "family").kid) == []
    shown = credential_of_code(town.ledger, town_code(town))
    assert shown
    first = held.family_code(shown, "c_e063")
    end(town, key_of(town, "family").kid)
    second = held.family_code(shown, "c_e063")
    assert first != second
    assert is_read(town, second)


def town_code(town: Town) -> str:
    """One family's typed code, made anew."""
    with town.ledger.reading() as db:
        family = min(families_of(db, town.book_no).values())
    return replace_family_code(town.ledger, town.comune, family, now=NOON).code


def test_a_rotated_key_signs_and_the_old_one_is_believed(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = printed(town)
    old = key_of(town, "family")
    new = rotate_signing(town.ledger, town.comune, KeyUse.FAMILY, now=WHEN)
    monkeypatch.setattr(signing, "KEPT_SECONDS", -1.0)
    after = printed(town)
    assert set(after.values()).isdisjoint(before.values())
    assert all(is_read(town, one) for one in (*before.values(), *after.values()))
    told = {one.kid: state_of(one, WHEN) for one in keys_today(town.ledger).keys}
    assert (told[old.kid], told[new]) == ("signs", "signs")
    assert find_key(town.ledger, new).signed == 2


def test_a_programme_has_a_key_of_its_own_where_one_was_made(town: Town) -> None:
    first, second = town.programme(act="43"), town.programme(act="44")  # P2 and P3.
    for use, unit in ((KeyUse.VOUCHER, "P9"), (KeyUse.FAMILY, "P2")):
        with pytest.raises(NoSuchProgramme):
            rotate_signing(town.ledger, town.comune, use, unit=unit, now=WHEN)
    kid = rotate_signing(town.ledger, town.comune, KeyUse.VOUCHER, unit="P2", now=WHEN)
    assert find_key(town.ledger, kid).programme == 2
    for funding, own in ((first, True), (second, False)):
        slip = a_slip(town, funding)
        [text] = Signer(town.ledger).slips([slip], "c_e063").values()
        assert is_read(town, text)
        with town.ledger.reading(Store.KEYS) as db:
            assert (slip in signed_codes(db, kid)) is own


def a_slip(town: Town, funding: Funding) -> UUID:
    """Issue one slip of a programme, and give it its code."""
    order = SlipOrder(key(), funding.programme_id, funding.fund(), random_id(), 5_00, 1)
    [made] = issue_slips(
        town.ledger, town.comune, order, officer=town.officer, approver=town.approver, now=NOON
    )
    slips = [(made.transfers[0].credit, 5_00)]
    return issue_slip_codes(town.ledger, town.comune, slips, now=NOON)[0].credential_id


def test_signatures_that_are_no_issuance_rows_are_found(town: Town) -> None:
    printed(town)
    kid, ledger = key_of(town, "family").kid, town.ledger
    assert list(check_signatures(ledger)) == []
    forged = {"credential_id": random_id(), "kid": kid}
    ledger.write(lambda db: db.execute(signed_code.insert().values(**forged)), store=Store.KEYS)
    assert [one.what for one in check_signatures(ledger)] == [
        "counts 2, signed 3", "signed 1 codes that nobody issued"
    ]  # fmt: skip
    gone = delete(signed_code).where(signed_code.c.credential_id == forged["credential_id"])
    ledger.write(lambda db: db.execute(gone), store=Store.KEYS)
    more = update(signing_key).where(signing_key.c.kid == kid).values(signed=3)
    ledger.write(lambda db: db.execute(more), store=Store.KEYS)
    assert [one.what for one in check_signatures(ledger)] == ["counts 3, signed 2"]


def test_any_two_custodians_sign_and_one_alone_cannot(town: Town, tmp_path: Path) -> None:
    root = rooted(town.ledger, tmp_path, WHEN)
    for first, second in permutations(range(3), 2):
        lists = next_lists(town.ledger, now=WHEN)
        taken = take_lists(town.ledger, *root.sign(lists, first, second), now=WHEN)
        assert taken.keys.version == lists.keys.version
    lists = next_lists(town.ledger, now=WHEN)
    with pytest.raises(BadShares, match="two persons"):
        root.sign(lists, 1, 1)
    (tmp_path / "other").mkdir()
    stranger = make_root(tmp_path / "other")
    with pytest.raises(BadShares, match="different roots"):
        join_shares(root.shares[0], stranger.shares[1])
    told = json.loads(root.shares[0].read_text())
    told["with"]["2"] = "00" * 32
    root.shares[0].write_text(json.dumps(told))
    with pytest.raises(BadShares, match="do not make the root"):
        root.sign(lists, 0, 1)
    with pytest.raises(FileExistsError):
        make_shares(root.shares)


def test_lists_of_another_root_and_older_ones_are_not_taken(town: Town, tmp_path: Path) -> None:
    ledger, root = town.ledger, rooted(town.ledger, tmp_path, WHEN)
    (tmp_path / "other").mkdir()
    stranger, lists = make_root(tmp_path / "other"), next_lists(ledger, now=WHEN)
    with pytest.raises(NotTaken, match="unknown_key"):
        take_lists(ledger, *stranger.sign(lists), now=WHEN)
    keys, denied = root.sign(lists)
    with pytest.raises(NotTaken):
        take_lists(ledger, denied, keys, now=WHEN)
    with pytest.raises(NotTaken, match="expired"):
        take_lists(ledger, keys, denied, now=WHEN + 101 * DAY)
    take_lists(ledger, keys, denied, now=WHEN)
    with pytest.raises(NotTaken, match="old_list"):
        take_lists(ledger, keys, denied, now=WHEN)
    newer_keys, newer_denied = root.sign(next_lists(ledger, now=WHEN))
    for mixed in ((keys, newer_denied), (newer_keys, denied)):
        with pytest.raises(NotTaken, match="old_list"):
            take_lists(ledger, *mixed, now=WHEN)


def test_a_list_with_a_key_that_ended_after_its_draft_is_not_taken(
    town: Town, tmp_path: Path
) -> None:
    root = rooted(town.ledger, tmp_path, WHEN)
    lists = next_lists(town.ledger, now=WHEN)
    end(town, key_of(town, "voucher").kid)
    with pytest.raises(NotTaken, match="draft them again"):
        take_lists(town.ledger, *root.sign(lists), now=WHEN)


def test_tills_are_told_of_an_end_by_the_next_list(town: Town, tmp_path: Path) -> None:
    ledger, old = town.ledger, key_of(town, "voucher")
    root = rooted(ledger, tmp_path, WHEN)
    end(town, old.kid)
    assert find_key(ledger, old.kid).delisted_at == 0
    later = WHEN + 600 * SECOND
    lists = root.publish(ledger, later)
    assert old.kid not in {one.kid for one in lists.keys.keys}
    believed = [
        {one.kid for one in read_trust(ledger, now=later, met=met).keys.keys}
        for met in (WHEN, later - 1, later)
    ]
    assert [old.kid in one for one in believed] == [True, True, False]


def test_without_a_root_tills_are_told_at_once(town: Town) -> None:
    old = key_of(town, "voucher")
    end(town, old.kid)
    assert find_key(town.ledger, old.kid).delisted_at == WHEN


def test_withdrawn_slips_stand_on_the_deny_list_and_get_another_code(
    town: Town, tmp_path: Path
) -> None:
    ledger, root = town.ledger, rooted(town.ledger, tmp_path, WHEN)
    slip = random_id()
    [code] = issue_slip_codes(ledger, town.comune, [(slip, 5_00)], now=WHEN)
    assert not root.publish(ledger, WHEN).denied.denies(code.credential_id.bytes)
    ids, unknown = named_codes(ledger, [code.code, random_id().hex, "0000-0000-0001"])
    assert unknown == 1
    blocked = block_codes(ledger, town.comune, ids)
    assert [one.id for one in blocked.codes] == [code.credential_id]
    assert blocked.others == 1
    assert root.publish(ledger, WHEN).denied.denies(code.credential_id.bytes)
    [fresh] = issue_slip_codes(ledger, town.comune, [(slip, 5_00)], now=WHEN)
    assert not next_lists(ledger, now=WHEN).denied.denies(fresh.credential_id.bytes)
