"""Row 49: a till's page dies at any point of a sale, and is opened again; nobody is told wrong.

A real Chromium. The page is closed, loaded anew, or its renderer crashes, or the network goes:
before the request leaves, while its answer is on the way, as it is shown, while the page says "Sto
controllando…", or at any moment. Then the page is opened again and tells how the sale ended; the
oracle compares that with the book. Not here: the page's other tests (`tests/browser`).
"""

import asyncio
import os
import random
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import uvicorn
from playwright.async_api import BrowserContext, Error, Page, Route, async_playwright

from ledger import open_ledger
from scripts.portavalori import BROWSERS, first_on_path
from scripts.serve import build_app
from tests.browser.conftest import FLAGS
from tests.faults.journal import PAID, REFUSED, Journal, Outcome, Sale
from tests.faults.market import Market, Paper, Shop, open_market
from tests.faults.oracle import compare, told
from tests.faults.scoreboard import Asked, Row
from tests.faults.server import LOOPBACK, listen
from wallet_web.settings import Settings

SOON_MS: Final = 20_000.0  # By then an opened page must tell how it ended.
SIGNED_IN: Final = """([token]) => {
  sessionStorage.setItem("portavalori-till", token);
  sessionStorage.setItem("portavalori-shop", "Prova");
}"""
# Tells us what somebody before the screen can have seen, also of a page that dies a moment later.
WATCH: Final = """addEventListener("DOMContentLoaded", () => {
  const word = document.getElementById("result-word");
  const shown = () => document.querySelector("[data-screen=result]").hidden === false;
  new MutationObserver(() => shown() && requestAnimationFrame(() => saw(word.textContent)))
    .observe(document.body, { subtree: true, childList: true, attributes: true });
});"""
ENDED: Final = """() => {
  const shown = (name) => !document.querySelector(`[data-screen=${name}]`).hidden;
  if (shown("result")) return "result";
  return shown("amount") && !localStorage.getItem("portavalori-attempt") ? "amount" : null;
}"""

FORGOTTEN: Final = """() => !localStorage.getItem("portavalori-attempt")"""


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


def tills(asked: Asked, url: str, folder: Path, *, forgets: bool = False) -> Row:
    """Sell so often, each sale struck at some point; the row says what the screens told wrong.

    `forgets`: planted, the page keeps no attempt.
    """
    goal = (
        f"0 double, 0 lost, the right words, in {asked.n} sales whose page died or lost its network"
    )
    browser = os.environ.get("PORTAVALORI_CHROMIUM") or first_on_path(BROWSERS)
    if browser is None:
        why = ["no Chromium here"]
        return Row(49, "tills", goal, {}, None, asked.seed, asked.engine, why)
    market = open_market(url, slips=20)
    journal = Journal(folder / "journal.jsonl")
    with _served(url) as address:
        trial = asyncio.run(_sell(asked, browser, address, market, journal, forgets=forgets))
    findings = [*trial.findings, *compare(url, journal)]
    journal.close()
    got = {
        "sales": asked.n,
        "paid": journal.count(PAID),
        "not_paid": journal.count(REFUSED),
        **{name.replace(" ", "_"): trial.ends[name] for name in sorted(trial.ends)},
        "wrong": len(findings),
    }
    passed = not findings and journal.count(PAID) > 0
    return Row(49, "tills", goal, got, passed, asked.seed, asked.engine, told(findings))


@contextmanager
def _served(url: str) -> Iterator[str]:
    """The whole product, as it is served, in a thread."""
    with open_ledger(url) as ledger:
        app = build_app(ledger, Settings())
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        listener = listen(LOOPBACK, 0)
        serving = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        serving.start()
        yield f"http://{LOOPBACK}:{listener.getsockname()[1]}"
        server.should_exit = True
        serving.join()
        listener.close()


async def _sell(
    asked: Asked, program: str, address: str, market: Market, journal: Journal, *, forgets: bool
) -> Trial:
    chance = random.Random(asked.seed)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=[*FLAGS])
        context = await browser.new_context(base_url=address, locale="it-IT")
        trial = Trial(context, market, journal, chance)
        await context.expose_binding("saw", lambda _page, word: trial.seen.append(word))
        await context.add_init_script(WATCH)
        await context.route("**/api/v1/redemptions**", lambda route: _strike(trial, route))
        if forgets:
            await context.route("**/static/till/attempt.js", _forget)
        plans = [
            Plan(point, way)
            for point in POINTS
            for way in WAYS
            if way != "stays" or point not in NEVER_ANSWERED
        ]
        for number in range(asked.n):
            if number % len(plans) == 0:
                chance.shuffle(plans)
            one = plans[number % len(plans)]
            await _one_sale(trial, Plan(one.point, one.way))
        await browser.close()
    return trial


async def _one_sale(trial: Trial, plan: Plan) -> None:
    """Sell once, be struck, open the page again, and note what it tells."""
    trial.plan, trial.seen, trial.keys = plan, [], []
    trial.paper, trial.shop = (
        trial.chance.choice(trial.market.families),
        trial.chance.choice(trial.market.shops),
    )
    trial.cents = trial.chance.randint(1, 9_99)
    page = await _open(trial)
    for digit in str(trial.cents):
        await page.click(f"[data-key='{digit}']")
    await page.click("#to-code")
    await page.fill("#code", trial.paper.token)
    await page.fill("#pin", trial.paper.pin or "")
    await page.click("#take", no_wait_after=True)
    await POINTS[plan.point](trial)
    page = await WAYS[plan.way](trial, page)
    await trial.context.set_offline(offline=False)
    trial.plan = Plan("", "")  # From now on nothing is struck.
    await _note_end(trial, page, plan)
    await page.wait_for_function(FORGOTTEN, timeout=SOON_MS)
    for one in trial.context.pages:
        with suppress(Error):
            await one.close()


async def _open(trial: Trial) -> Page:
    page = await trial.context.new_page()
    assert trial.shop is not None
    await page.goto("/status")
    await page.evaluate(SIGNED_IN, [trial.shop.session])
    await page.goto("/cassa")
    return page


async def _note_end(trial: Trial, page: Page, plan: Plan) -> None:
    """What the screen tells in the end, into the journal of what tills were told."""
    place = f"{plan.point}, {plan.way}, {trial.cents} cents"
    try:
        where = await (await page.wait_for_function(ENDED, timeout=SOON_MS)).json_value()
    except Error as error:
        trial.findings.append(f"{place}: the page told no end: {error.message[:80]}")
        return
    word, much = trial.seen[-1] if trial.seen else "", ""
    if where == "result":
        word = await page.inner_text("#result-word")
        much = await page.inner_text("#result-much")
    trial.ends[f"told {'after' if where == 'result' else 'before'}"] += 1
    if much and much.replace("\xa0", " ") != f"{trial.cents // 100},{trial.cents % 100:02} €":
        trial.findings.append(f"{place}: it told of {much}")
    if len(trial.keys) > 1:
        trial.findings.append(f"{place}: it made {len(trial.keys)} keys")
    for key in trial.keys:
        if word not in {"PAGATO", "NON PAGATO"}:
            trial.findings.append(f"{place}: nobody was ever told how {key} ended")
            continue
        trial.journal.tell(key, Outcome(PAID if word == "PAGATO" else REFUSED))


# What happens to the requests of a sale.


async def _strike(trial: Trial, route: Route) -> None:
    """Note the key, and have the request struck as the plan says."""
    with suppress(Error):  # The page may be gone by now.
        await _note_key(trial, route)
        point = trial.plan.point
        if route.request.method == "POST" and point in STRUCK and not trial.plan.struck.is_set():
            await STRUCK[point](trial, route)
            trial.plan.struck.set()
        elif point == "in doubt":
            await asyncio.sleep(0.3)
            await route.abort()
        else:
            await route.continue_()


async def _forget(route: Route) -> None:
    answer = await route.fetch()
    kept = "localStorage.setItem(PLACE, JSON.stringify(attempt));"
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
    await trial.plan.struck.wait()


async def _a_moment_later(trial: Trial) -> None:
    await trial.plan.struck.wait()
    await asyncio.sleep(trial.chance.uniform(0, 0.05))


async def _a_while_later(trial: Trial) -> None:
    await trial.plan.struck.wait()
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
    return await _open(trial)


NEVER_ANSWERED: Final = {"before sending", "answer on the way"}  # Whose page must die.
WAYS: Final[dict[str, Callable[[Trial, Page], Awaitable[Page]]]] = {
    "closed": _close,
    "loaded anew": _load_anew,
    "crashed": _crash,
    "stays": _stay,
}
