"""Row 49: a till's page dies at any point of a sale, and is opened again; nobody is told wrong.

A real Chromium. The page is closed, loaded anew, or its renderer crashes, or the network goes:
before the request leaves, while its answer is on the way, as it is shown, while the page says "Sto
controllando…", or at any moment. Then the page is opened again and tells how the sale ended; the
oracle compares that with the book. Not here: how it is struck and dies (`page_deaths`).
"""

import asyncio
import os
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import uvicorn
from playwright.async_api import Error, Page, async_playwright

from ledger import open_ledger
from scripts.portavalori import BROWSERS, first_on_path
from scripts.serve import build_app
from tests.browser.conftest import FLAGS
from tests.faults.journal import PAID, REFUSED, Journal, Outcome
from tests.faults.market import Market, open_market
from tests.faults.oracle import compare, told
from tests.faults.page_deaths import (
    NEVER_ANSWERED,
    POINTS,
    WAYS,
    Plan,
    Trial,
    forget,
    open_page,
    strike,
)
from tests.faults.scoreboard import Asked, Row
from tests.faults.server import LOOPBACK, listen
from wallet_web.settings import Settings

SOON_MS: Final = 60_000.0  # By then an opened page must tell how it ended, as any doubt must end.
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
        try:
            yield f"http://{LOOPBACK}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            serving.join()
            listener.close()


async def _sell(
    asked: Asked, program: str, address: str, market: Market, journal: Journal, *, forgets: bool
) -> Trial:
    chance = random.Random(asked.seed)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=[*FLAGS])
        context = await browser.new_context(
            base_url=address, locale="it-IT", service_workers="block"
        )
        trial = Trial(context, market, journal, chance)
        await context.expose_binding("saw", lambda _page, word: trial.seen.append(word))
        await context.add_init_script(WATCH)
        await context.route("**/api/v1/redemptions**", lambda route: strike(trial, route))
        if forgets:
            await context.route("**/static/till/attempt.js", forget)
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
    page = await open_page(trial)
    for digit in str(trial.cents):
        await page.click(f"[data-key='{digit}']")
    await page.click("#to-code")
    await page.fill("#code", trial.paper.token)
    await page.fill("#pin", trial.paper.pin or "")
    await page.click("#take", no_wait_after=True)
    try:
        await POINTS[plan.point](trial)
    except TimeoutError:
        trial.findings.append(f"{_place(trial, plan)}: nothing was sent: {await _shown(page)}")
    page = await WAYS[plan.way](trial, page)
    await trial.context.set_offline(offline=False)
    trial.plan = Plan("", "")  # From now on nothing is struck.
    await _note_end(trial, page, plan)
    await page.wait_for_function(FORGOTTEN, timeout=SOON_MS)
    for one in trial.context.pages:
        with suppress(Error):
            await one.close()


def _place(trial: Trial, plan: Plan) -> str:
    return f"{plan.point}, {plan.way}, {trial.cents} cents"


async def _shown(page: Page) -> str:
    """What stands on the screen, for whoever looks for the fault."""
    with suppress(Error):
        return "; ".join((await page.inner_text("main", timeout=2_000)).split("\n"))[:300]
    return "no page"


async def _note_end(trial: Trial, page: Page, plan: Plan) -> None:
    """What the screen tells in the end, into the journal of what tills were told."""
    place = _place(trial, plan)
    try:
        where = await (await page.wait_for_function(ENDED, timeout=SOON_MS)).json_value()
    except Error as error:
        words = f"{error.message[:80]}: {await _shown(page)}"
        trial.findings.append(f"{place}: it told no end: {words}")
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
