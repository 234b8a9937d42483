"""The market that reports are made of, on each engine."""

from collections.abc import Iterator

import pytest

from ledger import Limits, open_ledger
from ledger.core.quantities import Instant
from ledger.operations.sign_in import calling_till, open_till_session
from tests.reports.market import FACES, Market, by_face
from tests.town import NOON, make_town
from tests.wallet_web.test_transparency import fiscal_code


@pytest.fixture
def market(url: str) -> Iterator[Market]:
    made: Market | None = None

    def clock() -> Instant:
        return made.now if made else NOON

    limits = Limits(forward_jump_seconds=float("inf"))
    with open_ledger(url, limits=limits, clock=clock) as ledger:
        town = make_town(ledger)
        lines = [f"{fiscal_code(at)};I;N;{face // 100},00" for at, face in enumerate(FACES)]
        funding = town.programme()
        town.issue(funding, "\n".join(["Codice fiscale;Cognome;Nome;Importo", *lines]))
        shop, secret = town.shop()
        opened = open_till_session(ledger, secret, now=NOON)
        assert opened
        till = calling_till(ledger, opened.token, now=NOON)
        assert till
        made = Market(town, shop, till.till_id, NOON)
        made.codes = by_face(town)
        yield made
        assert list(ledger.book("giussano").check()) == [] or made.now == -1
