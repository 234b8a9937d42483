"""The count of signatures is the count of codes issued, however often they are printed."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from ledger import Ledger, open_ledger
from ledger.operations.issue_credential import replace_family_code
from ledger.reports.letters_to_print import letters_to_print
from ledger.store.engines import Store
from ledger.store.keys import signing_key
from ledger.store.network.credentials import families_of
from ledger.store.signing import Signer
from tests.town import NOON, make_town


def signed(ledger: Ledger) -> int:
    query = select(signing_key.c.signed).where(signing_key.c.use == "family")
    with ledger.reading(Store.KEYS) as db:
        return int(db.execute(query).scalar_one())


def test_a_code_is_counted_once_and_printed_the_same(ledger: Ledger) -> None:
    town = make_town(ledger)
    town.issue(town.programme())
    issued = town.codes()
    with ledger.reading() as db:
        families = sorted(families_of(db, town.book_no).values())
    prints = [letters_to_print(ledger, "c_e063", town.book_no, families) for _ in range(3)]
    assert prints[0] == prints[1] == prints[2]
    texts = Signer(ledger).family_codes([one.credential_id for one in issued], "c_e063")
    assert sorted(texts.values()) == sorted(one.token for one in prints[0])
    assert signed(ledger) == len(issued) == 2
    replace_family_code(ledger, "giussano", families[0], now=NOON)
    letters_to_print(ledger, "c_e063", town.book_no, families)
    assert signed(ledger) == 3


def test_two_who_print_at_once_count_each_code_once(url: str) -> None:
    with open_ledger(url) as one, open_ledger(url) as other:
        town = make_town(one)
        town.issue(town.programme())
        ids = [code.credential_id for code in town.codes()]
        with ThreadPoolExecutor(8) as pool:
            work = [
                pool.submit(Signer(who).family_codes, ids, "c_e063") for who in (one, other) * 4
            ]
            assert len({tuple(sorted(done.result().items())) for done in work}) == 1
        assert signed(one) == len(ids)
