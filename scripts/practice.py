"""The practice ground: a whole ledger in a folder that ends with the process, for shops to try.

Made when the first till enters. Its comune is none, its families are invented, its codes are of the
test environment, and nothing leads from it to the real ledger. Each process has its own. Not here:
the routes (`merchant_api`), which are the same as everywhere.
"""

import random
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

from starlette.types import ASGIApp, Receive, Scope, Send

from ledger import Ledger, open_ledger
from ledger.core.programmes import Terms
from ledger.core.quantities import Instant
from ledger.operations.enrol_shop import Agreement, accredit_shop, enrol_till
from ledger.operations.fund_programme import Act
from ledger.operations.issue_credential import NewCredential, issue_slip_codes, unlock_pin
from ledger.operations.issue_vouchers import SlipOrder, issue_slips
from ledger.operations.sign_in import open_till_session
from ledger.reports.demo_tokens import family_tokens, slip_tokens
from ledger.token.text import Environment
from merchant_api.app import create_app
from merchant_api.ground import Entered
from scripts.databases import today
from scripts.demo.cast import ComuneFacts
from scripts.demo.founding import (
    Plan,
    Town,
    found_town,
    give_codes,
    key,
    populate,
    run_plan,
)

PREFIX: Final = "/prova"
NOWHERE: Final = ComuneFacts("prova", "Comune di prova", "Z999", "000000", 1, 0, 1)
FAMILIES: Final = 40
GIFT: Final = 500_00
SLIP: Final = 10_00
SEED: Final = 7
VAT_NUMBER, IBAN = "00743110157", "IT60X0542811101000000123456"  # Right in form, of nobody.


@dataclass(slots=True)
class _Ground:
    """The ledger and the application before it; by real shop: its till's secret, its family."""

    ledger: Ledger
    app: ASGIApp
    town: Town
    shops: dict[UUID, tuple[str, NewCredential]] = field(default_factory=dict)


class PracticeGround:
    """Opens by itself when it is needed; `close()` throws everything away."""

    def __init__(self) -> None:
        """Nobody has entered yet."""
        self._kept = ExitStack()
        self._ground: _Ground | None = None
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a call below the prefix; before anybody has entered, nobody's session is known."""
        assert self._ground is not None
        path = scope["path"].removeprefix(PREFIX)
        await self._ground.app({**scope, "path": path, "raw_path": path.encode()}, receive, send)

    @property
    def is_open(self) -> bool:
        """Whether somebody has entered since the process began."""
        return self._ground is not None

    def enter(self, shop_id: UUID, shop: str, category: str, *, now: Instant) -> Entered:
        """Let a shop's till in, with a family and a slip of its own; a second time the same."""
        with self._lock:
            ground = self._ground or self._open(now)
            self._ground = ground
            if shop_id not in ground.shops:
                ground.shops[shop_id] = _newcomer(ground, f"PROVA · {shop}", category, shop_id)
            secret, family = ground.shops[shop_id]
        unlock_pin(ground.ledger, family.credential_id)
        opened = open_till_session(ground.ledger, secret, now=now)
        assert opened is not None
        shown = family_tokens(
            ground.ledger, NOWHERE.issuer, [family.credential_id], environment=Environment.TEST
        )[family.credential_id]
        return Entered(
            opened.token, opened.session.expires_at, f"PROVA · {shop}", family.code, family.pin,
            shown.token, _slip(ground, now),
        )  # fmt: skip

    def _open(self, now: Instant) -> _Ground:
        folder = Path(self._kept.enter_context(TemporaryDirectory(prefix="portavalori-prova-")))
        url = f"sqlite:///{folder / 'prova.db'}"
        ledger = self._kept.enter_context(open_ledger(url, create=True))
        chance = random.Random(SEED)  # noqa: S311 -- invented people; it guards nothing.
        town = found_town(ledger, NOWHERE, chance, now)
        populate(town, chance, first=0, count=FAMILIES)
        run_plan(ledger, town, _plan(today()), chance, now, lambda _done, _all: None)
        give_codes(ledger, town, now)
        return _Ground(ledger, create_app(ledger, environment=Environment.TEST), town)

    def close(self) -> None:
        """Throw it away."""
        self._ground = None
        self._kept.close()


def _plan(day: date) -> Plan:
    """A programme for every kind of shop, long enough for any process."""
    starts, ends = day.replace(month=1, day=1), date(day.year + 2, 12, 31)
    terms = Terms("Buoni di prova", "Per provare la cassa: non valgono nulla.", starts, ends)
    act = Act("0", starts, "Prova della cassa")
    gifts = FAMILIES * GIFT
    return Plan("prova", terms, act, ("comune", "Nessuna"), 10 * gifts, 1.0, (GIFT,))


def _newcomer(
    ground: _Ground, name: str, category: str, shop_id: UUID
) -> tuple[str, NewCredential]:
    asked = Agreement(name, category, "Via della Prova 1", VAT_NUMBER, IBAN)
    accredit_shop(ground.ledger, NOWHERE.slug, asked, shop_id=shop_id)
    _till, secret = enrol_till(ground.ledger, shop_id, "Cassa di prova")
    return secret, ground.town.codes[len(ground.shops) % FAMILIES]


def _slip(ground: _Ground, now: Instant) -> str:
    """A slip that nobody has used yet; empty once the ground has no money left for one."""
    town, funding = ground.town, ground.town.programmes["prova"]
    pair = (town.officers[one].as_officer() for one in ("officer", "approver"))
    order = SlipOrder(key(), funding.programme_id, funding.fund(), town.families[0], SLIP, 1)
    officer, approver = pair
    [made] = issue_slips(
        ground.ledger, town.slug, order, officer=officer, approver=approver, now=now
    )
    if not made.accepted:
        return ""
    codes = issue_slip_codes(ground.ledger, town.slug, [(made.transfers[0].credit, SLIP)], now=now)
    [code] = [one.credential_id for one in codes]
    found = slip_tokens(ground.ledger, NOWHERE.issuer, [code], environment=Environment.TEST)
    return found[code]
