"""Which of a test's variants a plain run makes: `portavalori test`; with `--whole` it makes all.

What the book promises is tried on both engines, always. A page or a file asks the same book the
same questions on each: it is tried on one of the two, and a page in the browser at one of the two
widths. Which one is drawn from the test's name, so that half of them are tried on each, and the
same ones on every run. The whole is run before a release, as the soak is.
"""

from collections import defaultdict
from zlib import crc32

import pytest

DRAWN_IN = ("exports", "merchant_api", "reports", "scripts", "verifier", "wallet_web", "browser")
VARIANTS = frozenset({"url", "engine", "tab"})  # The parameters that say on what a test is run.


def drawn(items: list[pytest.Item]) -> list[pytest.Item]:
    """Those of the tests that a plain run makes, in the same order."""
    alike = defaultdict[tuple[object, ...], list[pytest.Item]](list)
    for item in items:
        if _one_will_do(item):
            alike[_but_for_variants(item)].append(item)
    left_out = set[pytest.Item]()
    for name, group in alike.items():
        in_order = sorted(group, key=lambda item: item.nodeid)
        left_out.update(in_order)
        left_out.remove(in_order[crc32(repr(name).encode()) % len(in_order)])
    return [item for item in items if item not in left_out]


def _one_will_do(item: pytest.Item) -> bool:
    folder = item.nodeid.split("/")[1]
    return folder in DRAWN_IN or item.get_closest_marker("one_engine") is not None


def _but_for_variants(item: pytest.Item) -> tuple[object, ...]:
    """The file, the test and the words of its other parameters."""
    callspec = getattr(item, "callspec", None)
    if callspec is None:
        return (item.nodeid,)
    words = str(callspec.id).split("-")
    for name in VARIANTS & callspec.params.keys():
        words.remove(str(callspec.params[name]))
    return (item.nodeid.partition("[")[0], *words)
