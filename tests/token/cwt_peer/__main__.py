"""Read our tokens and write some, with the package `cwt`: runs in its environment, not in ours.

JSON in: `public`, `seed`, `kid` of one key, `tokens` to read, `payloads` to sign, all hexadecimal.
JSON out: `read`, the payload of each token or null; `written`, a token for each payload and alg.
"""

import json
import sys
from typing import Any

from cwt import COSE, COSEKey  # type: ignore[import-not-found, unused-ignore]

ED25519_NAMES = (-19, -8)


def read(token: bytes, key: Any) -> str | None:  # noqa: ANN401 - it has types only over there
    try:
        return bytes(COSE.new().decode(token, key)).hex()
    except Exception:  # noqa: BLE001 - whatever it raises, it did not read the token
        return None


def write(payload: bytes, given: dict[str, Any], alg: int) -> str:
    private = {-2: bytes.fromhex(given["public"]), -4: bytes.fromhex(given["seed"])}
    key = COSEKey.new({1: 1, 3: alg, -1: 6} | private)
    protected = {1: alg, 4: bytes.fromhex(given["kid"])}
    sealed = COSE.new(deterministic_header=True).encode(payload, key, protected=protected)
    return bytes(sealed).hex()


def main() -> None:
    given = json.load(sys.stdin)
    named = {2: bytes.fromhex(given["kid"]), -2: bytes.fromhex(given["public"])}
    public = COSEKey.new({1: 1, 3: -19, -1: 6} | named)
    payloads = [bytes.fromhex(payload) for payload in given["payloads"]]
    answer = {
        "read": [read(bytes.fromhex(token), public) for token in given["tokens"]],
        "written": [write(one, given, alg) for one in payloads for alg in ED25519_NAMES],
    }
    json.dump(answer, sys.stdout)


main()
