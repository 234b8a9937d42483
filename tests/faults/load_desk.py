"""An officer who is at work at the console all the time: pages, files, a check, a list.

Over HTTP, signed in, one thing after the other. What is not answered with 200 or a way on is
counted by its status: too busy is an answer, a fault is a finding. Not here: the tills.
"""

import random
import re
import threading
from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Self

import httpx2

from ledger.core.quantities import euro_text
from scripts.demo.cast import residents
from scripts.demo.founding import PASSWORD
from tests.faults.market import COMUNE

HOME = f"/comune/{COMUNE.slug}"
FORM = {"Sec-Fetch-Site": "same-origin"}
PEOPLE, EACH = 300, 25_00
PAGES = (
    "", "/movimenti", "/bilancio", "/conti", "/iniziative", "/iniziative/P1",
    "/iniziative/P1/buoni", "/atti", "/elenchi", "/negozi", "/liquidazioni",
)  # fmt: skip


class Desk:
    """One officer at one console, in a thread, for as long as a `with` lasts."""

    def __init__(self, port: int, *, pause: float = 0.0, role: str = "officer") -> None:
        """Nobody is signed in yet. `pause`: seconds between two things."""
        self.did: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self._address, self._pause = f"http://127.0.0.1:{port}", pause
        self._name = f"{role}.{COMUNE.slug}"
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> Self:
        """Sit down."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave once the thing at hand is done."""
        self._over.set()
        self._thread.join(120)

    def _work(self) -> None:
        with httpx2.Client(base_url=self._address, headers=FORM, timeout=60.0) as browser:
            form = {"nome": self._name, "password": PASSWORD}
            browser.post(f"{HOME}/accesso", data=form)
            turn = 0
            while not self._over.is_set():
                turn += 1
                for what in (self._page, self._page, self._file, self._list, self._check):
                    self._try(what, browser, turn)
                    if self._over.wait(self._pause):
                        return

    def _try(
        self, what: Callable[[httpx2.Client, int], int], browser: httpx2.Client, turn: int
    ) -> None:
        name = what.__name__.strip("_")
        try:
            status = what(browser, turn)
        except httpx2.HTTPError as error:
            self.faults[f"{name}: {type(error).__name__}"] += 1
            return
        if status in {200, 303}:
            self.did[name] += 1
        elif status == 503:
            self.did["too busy"] += 1
        else:
            self.faults[f"{name}: {status}"] += 1

    @staticmethod
    def _page(browser: httpx2.Client, turn: int) -> int:
        return browser.get(HOME + PAGES[turn % len(PAGES)]).status_code

    @staticmethod
    def _file(browser: httpx2.Client, turn: int) -> int:
        """All movements as a file: the longest read there is."""
        wanted = ("csv", "csv-it", "xlsx")[turn % 3]
        return browser.get(f"{HOME}/movimenti?formato={wanted}").status_code

    @staticmethod
    def _check(browser: httpx2.Client, _turn: int) -> int:
        return browser.post(f"{HOME}/verifica").status_code

    @staticmethod
    def _list(browser: httpx2.Client, turn: int) -> int:
        """A list of people, looked at and written down as a draft; nobody approves it."""
        asked = browser.get(f"{HOME}/elenchi/nuovo?iniziativa=P1")
        fund = re.search(r'<option value="([0-9a-f-]{36})"', asked.text)
        if fund is None:
            return asked.status_code
        words = {"iniziativa": "P1", "fonte": fund[1], "turno": f"prova {turn}"}
        words |= {"righe": str(PEOPLE), "totale": euro_text(PEOPLE * EACH)}
        files = {"file": ("elenco.csv", _the_list(), "text/csv")}
        seen = browser.post(f"{HOME}/elenchi/anteprima", data=words, files=files)
        kept = dict(re.findall(r'name="(file|iniziativa)" value="([0-9a-f-]+)"', seen.text))
        if "file" not in kept:
            return seen.status_code
        words |= {**kept, "controllato": "1"}
        return browser.post(f"{HOME}/elenchi", data=words).status_code


def _the_list() -> bytes:
    """The same people each time, as a comune's program writes them."""
    lines = ["Codice fiscale;Cognome;Nome;Importo"]
    lines += [
        f"{one.fiscal_code};{one.surname};{one.name};{euro_text(EACH)}"
        for one in residents(random.Random(7), 5_000, PEOPLE)
    ]
    return "\r\n".join(lines).encode()
