"""How a till's page is struck in a sale, and how it dies: by points and by ways.

Each point says what becomes of the requests, and when the moment has come; each way, how the page
ends then and is opened again. Not here: what must be told in the end (`tills`).
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from playwright.async_api import BrowserContext, Error, Page, Route

from tests.faults.journal import Journal, Sale
from tests.faults.market import Market, Paper, Shop

SIGNED_IN: Final = """([token]) => {
  sessionStorage.setItem("portavalori-till", token);
  sessionStorage.setItem("portavalori-shop", "Prova");
}"""


SOON: Final = 30.0  # Seconds in which a sale that was asked for reaches the network.


@dataclass(slots=True)
class Plan:
    """Where one sale is struck, and how."""

    point: str
    way: str
    struck: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class Trial:
    """What one run knows."""

    context: BrowserContext
    market: Market
    journal: Journal
    chance: random.Random
    plan: Plan = field(default_factory=lambda: Plan("", ""))
    paper: Paper | None = None
    shop: Shop | None = None
    cents: int = 0
    keys: list[UUID] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)


async def open_page(trial: Trial) -> Page:
    """Open the till's page in a new tab, signed in."""
    page = await trial.context.new_page()
    assert trial.shop is not None
    await page.goto("/status")
    await page.evaluate(SIGNED_IN, [trial.shop.session])
    await page.goto("/cassa")
    return page


# What happens to the requests of a sale.


async def strike(trial: Trial, route: Route) -> None:
    """Note the key, and have the request struck as the plan says."""
    with suppress(Error):  # The page may be gone by now.
        await _note_key(trial, route)
        point = trial.plan.point
        if route.request.method == "POST" and point in STRUCK and not trial.plan.struck.is_set():
            try:
                await STRUCK[point](trial, route)
            finally:  # Also where the page was gone first: somebody waits for this.
                trial.plan.struck.set()
        elif point == "in doubt":
            await asyncio.sleep(0.3)
            await route.abort()
        else:
            await route.continue_()


async def forget(route: Route) -> None:
    """Give the page a script that keeps no attempt."""
    answer = await route.fetch()
    kept = "localStorage.setItem(place(), JSON.stringify(attempt));"
    text = await answer.text()
    assert kept in text
    await route.fulfill(response=answer, body=text.replace(kept, ""))


async def _note_key(trial: Trial, route: Route) -> None:
    header = await route.request.header_value("idempotency-key")
    key = UUID(header or route.request.url.split("/redemptions/")[1].split("/")[0])
    if key not in trial.journal.records:
        assert trial.paper is not None
        assert trial.shop is not None
        sale = Sale(key, trial.paper.target, trial.shop.shop_id, trial.cents)
        trial.journal.intend(sale)
        trial.keys.append(key)


async def _before_sending(_trial: Trial, _route: Route) -> None:
    """It stands at the door, and never leaves."""


async def _on_the_way(_trial: Trial, route: Route) -> None:
    """The book has decided; the answer is never heard."""
    await route.fetch()


async def _as_it_is_shown(_trial: Trial, route: Route) -> None:
    await route.fulfill(response=await route.fetch())


async def _lost(trial: Trial, route: Route) -> None:
    """Perhaps it was delivered; no answer comes, to this or to any question after it."""
    if trial.chance.random() < 0.5:
        await route.fetch()
    await route.abort()


async def _offline(trial: Trial, route: Route) -> None:
    """The same, and there is no network at all."""
    if trial.chance.random() < 0.5:
        await route.fetch()
    await trial.context.set_offline(offline=True)
    await route.abort()


STRUCK: Final[dict[str, Callable[[Trial, Route], Awaitable[None]]]] = {
    "before sending": _before_sending,
    "answer on the way": _on_the_way,
    "as it is shown": _as_it_is_shown,
    "in doubt": _lost,
    "offline": _offline,
}


async def _when_struck(trial: Trial) -> None:
    await asyncio.wait_for(trial.plan.struck.wait(), SOON)


async def _a_moment_later(trial: Trial) -> None:
    await asyncio.wait_for(trial.plan.struck.wait(), SOON)
    await asyncio.sleep(trial.chance.uniform(0, 0.05))


async def _a_while_later(trial: Trial) -> None:
    await asyncio.wait_for(trial.plan.struck.wait(), SOON)
    await asyncio.sleep(trial.chance.uniform(0.1, 1.5))


async def _at_any_moment(trial: Trial) -> None:
    await asyncio.sleep(trial.chance.uniform(0, 0.4))


POINTS: Final[dict[str, Callable[[Trial], Awaitable[None]]]] = {
    "before sending": _when_struck,
    "answer on the way": _when_struck,
    "as it is shown": _a_moment_later,
    "in doubt": _a_while_later,
    "offline": _a_while_later,
    "any moment": _at_any_moment,
}


# How a page dies, and is opened again.


async def _close(trial: Trial, page: Page) -> Page:
    await page.close()
    return await _reopen(trial)


async def _load_anew(trial: Trial, page: Page) -> Page:
    await trial.context.set_offline(offline=False)
    trial.plan.point = ""
    await page.reload()
    return page


async def _crash(trial: Trial, page: Page) -> Page:
    tools: Any = await trial.context.new_cdp_session(page)
    crashed = asyncio.ensure_future(page.wait_for_event("crash"))
    asking = asyncio.ensure_future(tools.send("Page.crash"))
    await crashed
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await page.close()
    return await _reopen(trial)


async def _stay(_trial: Trial, page: Page) -> Page:
    """It does not die; only the network comes back."""
    return page


async def _reopen(trial: Trial) -> Page:
    await trial.context.set_offline(offline=False)
    trial.plan.point = ""
    return await open_page(trial)


NEVER_ANSWERED: Final = {"before sending", "answer on the way"}  # Whose page must die.
WAYS: Final[dict[str, Callable[[Trial, Page], Awaitable[Page]]]] = {
    "closed": _close,
    "loaded anew": _load_anew,
    "crashed": _crash,
    "stays": _stay,
}
