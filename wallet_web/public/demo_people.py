"""Who can be tried in a demo: one family, one till, the officers of a comune and of the circuit.

Read from the file that the demo was seeded with, and only where the pages serve a demo. Not here:
the file's writer (`scripts.demo.seed`). Source: design 11.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from ledger.core.chart import CIRCUIT_BOOK
from wallet_web.settings import Settings

FIRST: Final = "giussano"  # Where the story begins; any other comune of the file will do.


@dataclass(frozen=True, slots=True)
class DemoFamily:
    """A family to try: its typed code and PIN, and the cents it had when the demo was made."""

    code: str
    pin: str
    available_cents: int


@dataclass(frozen=True, slots=True)
class DemoTill:
    """A till to try: its shop, and the secret that connects it."""

    shop: str
    secret: str


@dataclass(frozen=True, slots=True)
class DemoOfficer:
    """An officer to try."""

    role: str
    user: str
    password: str


@dataclass(frozen=True, slots=True)
class DemoPeople:
    """One of each, all of the same comune (its slug); `circuit`: who is of the circuit."""

    comune: str
    family: DemoFamily
    till: DemoTill
    officers: tuple[DemoOfficer, ...]
    circuit: tuple[DemoOfficer, ...]


def demo_people(settings: Settings) -> DemoPeople | None:
    """Who can be tried here; None outside of a demo, and where its file is gone or another."""
    path = settings.demo_file
    if not settings.demo or path is None:
        return None
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError, LookupError, TypeError):
        return None


@lru_cache(maxsize=1)
def _read(path: Path, _changed: int) -> DemoPeople:
    told: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    slugs = {one["comune"] for one in told["officers"]} - {CIRCUIT_BOOK}
    comune = FIRST if FIRST in slugs else min(slugs)
    here = {
        kind: [one for one in told[kind] if one["comune"] == comune]
        for kind in ("families", "tills")
    }
    family = max(here["families"], key=lambda one: int(one["available_cents"]))
    till = here["tills"][0]
    return DemoPeople(
        comune,
        DemoFamily(family["code"], family["pin"], family["available_cents"]),
        DemoTill(till["shop"], till["secret"]),
        _officers(told["officers"], comune),
        _officers(told["officers"] + told.get("associations", []), CIRCUIT_BOOK),
    )


def _officers(told: Iterable[Mapping[str, Any]], place: str) -> tuple[DemoOfficer, ...]:
    those = (one for one in told if one["comune"] == place)
    return tuple(DemoOfficer(one["role"], one["user"], one["password"]) for one in those)
