"""Write `tests/vectors/token.json`: python -m tests.token.make_vectors."""

import json
from collections import Counter
from typing import Any

from tests.token import cases_bytes, cases_lists, cases_objects, cases_text
from tests.token.case import VECTORS, Case, written
from tests.token.town import (
    DENY_LIST,
    KEY_LIST,
    NOW,
    key_of,
    kid_named,
    list_of,
    seed_of,
)

NAMES = ("root", "voucher", "family", "receipt", "giussano", "shared one", "shared two", "mallory")
FLIP = ("slip", "family code", "receipt")


def make() -> dict[str, Any]:
    return {
        "format": "Portavalori tokens, version 1; see ledger/token/TOKENS.md",
        "warning": "These keys are published: for tests only.",
        "now": NOW,
        "keys": {name: _key(name) for name in (*NAMES, "preview")},
        "lists": {"keys": list_of(KEY_LIST).hex(), "denied": list_of(DENY_LIST).hex()},
        "flip": FLIP,
        "cases": [written(case) for case in all_cases()],
    }


def all_cases() -> list[Case]:
    rooms = (cases_text, cases_bytes, cases_objects, cases_lists)
    made = [case for room in rooms for case in room.cases()]
    counted = Counter((case.what, case.name) for case in made)
    assert max(counted.values()) == 1, [name for name, times in counted.items() if times > 1]
    return made


def rendered() -> str:
    """One line a case: a change shows as one line."""
    vectors = make()
    cases = ",\n".join(json.dumps(case) for case in vectors.pop("cases"))
    head = json.dumps(vectors, indent=1).removesuffix("\n}")
    return f'{head},\n "cases": [\n{cases}\n]\n}}\n'


def _key(name: str) -> dict[str, str]:
    return {
        "seed": seed_of(name).hex(),
        "public": key_of(name).public_key().public_bytes_raw().hex(),
        "kid": kid_named(name).hex(),
    }


if __name__ == "__main__":
    VECTORS.write_text(rendered(), encoding="utf-8")
