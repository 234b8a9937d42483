"""The field of every storm: one comune, four shops, families with vouchers, many slips.

Made with the product's own verbs. Not here: who buys what (`shoppers`), what is broken (`cuts`).
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from ledger import Ledger, new_id, open_ledger
from ledger.operations.issue_credential import issue_slip_codes
from ledger.operations.issue_vouchers import SlipOrder, issue_slips
from ledger.operations.sign_in import calling_till, open_till_session
from ledger.reports.demo_tokens import family_tokens, slip_tokens
from scripts.bench.http import message
from scripts.demo.cast import COMUNI
from scripts.demo.founding import (
    Town,
    commit,
    food_plan,
    found_town,
    give_codes,
    issue_list,
    populate,
    run_plan,
)

COMUNE: Final = COMUNI[2]
FACE: Final = 10_00
AT_ONCE: Final = 512


@dataclass(frozen=True, slots=True)
class Shop:
    """A till's open session, and whose it is."""

    session: str
    shop_id: UUID


@dataclass(frozen=True, slots=True)
class Paper:
    """What is shown at a till: a slip, or a family's code with its PIN. `target`: what it opens."""

    token: str
    target: UUID
    cents: int
    pin: str | None = None


@dataclass(frozen=True, slots=True)
class Market:
    """Who sells, and who can pay."""

    shops: tuple[Shop, ...]
    slips: tuple[Paper, ...]
    families: tuple[Paper, ...]

    def sales(self) -> list[bytes]:
        """A sale for each slip as bytes, by every till in turn, each under a key of its own."""
        return [
            message(
                "/api/v1/redemptions",
                {"token": paper.token, "amount_cents": paper.cents},
                Authorization=f"Bearer {self.shops[number % len(self.shops)].session}",
                **{"Idempotency-Key": str(new_id())},
            )
            for number, paper in enumerate(self.slips)
        ]


def open_market(
    url: str, *, slips: int, families: int = 40, commits: Callable[..., None] = commit
) -> Market:
    """Found it in an empty, migrated ledger. The same for each call, but for ids and codes."""
    chance = random.Random(2016)
    with open_ledger(url) as ledger:
        now = ledger.clock()
        town = found_town(ledger, COMUNE, chance, now)
        populate(town, chance, first=0, count=families)
        plan = food_plan(date(2026, 1, 1), date(2099, 12, 31), slips * FACE + families * 2 * 500_00)
        run_plan(ledger, town, plan, chance, now, lambda _done, _all: None, commits=commits)
        gifts = [(one, 500_00) for one in town.people]
        issue_list(ledger, town, town.programmes["food"], gifts, round_name="2", now=now)
        give_codes(ledger, town, now)
        return Market(_shops(ledger, town), _slips(ledger, town, slips), _families(ledger, town))


def _shops(ledger: Ledger, town: Town) -> tuple[Shop, ...]:
    shops = []
    for till in [one for one in town.tills if one.category == "grocery"][:4]:
        now = ledger.clock()
        opened = open_till_session(ledger, till.secret, now=now)
        assert opened is not None
        assert calling_till(ledger, opened.token, now=now) is not None
        shops.append(Shop(opened.token, till.shop_id))
    return tuple(shops)


def _slips(ledger: Ledger, town: Town, count: int) -> tuple[Paper, ...]:
    funding, now = town.programmes["food"], ledger.clock()
    officer, approver = (town.officers[role].as_officer() for role in ("officer", "approver"))
    made = []
    for at in range(0, count, AT_ONCE):
        order = SlipOrder(
            new_id(), funding.programme_id, funding.fund(), town.families[0], FACE,
            min(AT_ONCE, count - at),
        )  # fmt: skip
        told = issue_slips(ledger, town.slug, order, officer=officer, approver=approver, now=now)
        made += [(one.transfers[0].credit, FACE) for one in told]
    codes = issue_slip_codes(ledger, town.slug, made, now=now)
    tokens = slip_tokens(ledger, COMUNE.issuer, [one.credential_id for one in codes])
    return tuple(Paper(tokens[one.credential_id], one.target_id, FACE) for one in codes)


def _families(ledger: Ledger, town: Town) -> tuple[Paper, ...]:
    shown = family_tokens(ledger, COMUNE.issuer, [one.credential_id for one in town.codes])
    return tuple(
        Paper(
            shown[one.credential_id].token,
            one.target_id,
            shown[one.credential_id].available_cents,
            one.pin,
        )
        for one in town.codes
    )
