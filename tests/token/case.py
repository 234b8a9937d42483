"""One vector, how it is written, and how the Python room answers it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.token import base45, short_code, verify
from ledger.token.keys import DenyList, KeyList
from ledger.token.refusal import TokenRefused
from ledger.token.text import Environment
from tests.token.town import NOW, described

VECTORS = Path(__file__).parents[1] / "vectors" / "token.json"
ACCEPTED = "accepted"
Answer = tuple[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is shown to whom, when, and what must come out."""

    name: str
    what: str
    input: str
    outcome: str
    object: Any = None
    now: int = NOW
    environment: str = "real"
    at_least: int = 1


def load() -> dict[str, Any]:
    vectors: dict[str, Any] = json.loads(VECTORS.read_text(encoding="utf-8"))
    return vectors


def cases() -> list[Case]:
    return [Case(**case) for case in load()["cases"]]


def trust(environment: str = "real") -> verify.Trust:
    vectors = load()
    roots = roots_of(vectors)
    return verify.Trust(
        environment=Environment[environment.upper()],
        keys=verify.read_key_list(bytes.fromhex(vectors["lists"]["keys"]), roots, now=NOW),
        denied=verify.read_deny_list(bytes.fromhex(vectors["lists"]["denied"]), roots, now=NOW),
    )


def roots_of(vectors: dict[str, Any]) -> list[Ed25519PublicKey]:
    return [Ed25519PublicKey.from_public_bytes(bytes.fromhex(vectors["keys"]["root"]["public"]))]


def answer(case: Case, trusted: verify.Trust, roots: list[Ed25519PublicKey]) -> Answer:
    """Give the outcome, and what was read if it is accepted."""
    try:
        return ACCEPTED, _read(case, trusted, roots)
    except TokenRefused as refused:
        return refused.reason.value, None
    except short_code.Mistyped:
        return "mistyped", None


def _read(case: Case, trusted: verify.Trust, roots: list[Ed25519PublicKey]) -> object:
    match case.what:
        case "payment":
            return described(verify.verify_payment(case.input, trusted, now=case.now))
        case "offline":
            return described(verify.verify_offline(case.input, trusted, now=case.now))
        case "receipt":
            return described(verify.verify_receipt(case.input, trusted, now=case.now))
        case "key_list" | "deny_list":
            read = verify.read_key_list if case.what == "key_list" else verify.read_deny_list
            raw = bytes.fromhex(case.input)
            return summary(read(raw, roots, now=case.now, at_least=case.at_least))
        case "base45":
            return base45.decode(case.input).hex()
        case "short_code":
            return short_code.parse(case.input)
    raise AssertionError(case.what)


def summary(listed: KeyList | DenyList) -> dict[str, int]:
    size = len(listed.keys) if isinstance(listed, KeyList) else len(listed)
    return {"version": listed.version, "max_age": listed.max_age, "size": size}


def written(case: Case) -> dict[str, Any]:
    """Leave out of the file what has its default."""
    short = asdict(case)
    for name, default in (("object", None), ("at_least", 1), ("environment", "real"), ("now", NOW)):
        if short[name] == default:
            del short[name]
    return short
