"""Planted defects: with one guard taken out, the vector that is there for it goes another way.

Some dangers have two guards; then each row takes out both, and shows that the vector is real.
"""

import struct
from collections.abc import Callable, Mapping
from typing import Any

import cbor2
import pytest

from ledger.token import base45, cbor, cose, fields, payloads, short_code, text, verify
from ledger.token.keys import DenyList
from tests.token.case import ACCEPTED, Case, answer, cases, load, roots_of, trust

CASES = {f"{case.what}: {case.name}": case for case in cases()}
TRUST = {environment: trust(environment) for environment in ("real", "test")}
ROOTS = roots_of(load())
CRASHED = "crashed"


def nothing(*_: object) -> None:
    """Stand where a guard stood."""


def same(first: Any, *_: object) -> Any:  # noqa: ANN401 - it gives back whatever it gets
    """Stand where a guard narrowed something down."""
    return first


def trusting(claims: Mapping[int, Any], _: object, __: object, ___: object) -> Any:  # noqa: ANN401
    return claims[fields.BODY][: {1: 5, 9: 3, 5: 5, 7: 5, 8: 4}[claims[fields.BODY][0]]]


def lenient(raw: bytes) -> object:
    return cbor2.loads(raw)


Defect = tuple[object, str, Callable[..., Any]]
TYPES: Defect = (cbor, "check_exact", nothing)
CANON: Defect = (cbor, "check_canonical", nothing)
LOAD: Defect = (cbor, "_load", lenient)
PLANTED: list[tuple[str, str, list[Defect]]] = [  # vector, outcome then, defects
    ("payment: text: a thousand characters", "envelope", [(text, "check_size", nothing)]),
    ("payment: tests: a real code", ACCEPTED, [(text, "check_prefix", nothing)]),
    ("payment: text: prefix in lower case", ACCEPTED, [(text, "check_prefix", nothing)]),
    ("base45: '?00'", ACCEPTED, [(base45, "check_alphabet", nothing)]),
    ("base45: '0000'", ACCEPTED, [(base45, "check_length", nothing)]),
    ("base45: 'GGW'", CRASHED, [(base45, "check_fits", nothing)]),
    ("base45: '::'", CRASHED, [(base45, "check_fits", nothing)]),
    ("payment: envelope: no tag", "cbor", [(cose, "check_tag", nothing)]),
    ("payment: envelope: tag 17, a MAC", ACCEPTED, [(cose, "check_tag", nothing)]),
    ("payment: envelope: kid unprotected too", ACCEPTED, [(cose, "check_parts", nothing)]),
    ("payment: envelope: address of a key", ACCEPTED, [(cose, "check_headers", nothing)]),
    ("payment: envelope: critical headers", ACCEPTED, [(cose, "check_headers", nothing)]),
    ("payment: cbor: header key true", ACCEPTED, [TYPES]),
    ("payment: cbor: header key 1.0", ACCEPTED, [TYPES]),
    ("payment: cbor: key of the issuer is true", ACCEPTED, [TYPES]),
    ("payment: cbor: key of the issuer is 1.0", ACCEPTED, [TYPES]),
    ("payment: cbor: type is true", "claims", [TYPES]),
    ("payment: cbor: face above 2^53", "claims", [(cbor, "check_number", nothing)]),
    ("payment: one byte after the token", ACCEPTED, [CANON]),
    ("payment: cbor: payload with a byte at the end", ACCEPTED, [CANON]),
    ("payment: cbor: outer array with a long length", ACCEPTED, [CANON]),
    ("payment: cbor: time in nine bytes", ACCEPTED, [CANON]),
    ("payment: cbor: claims out of order", ACCEPTED, [CANON]),
    ("payment: cbor: headers out of order", ACCEPTED, [CANON]),
    ("payment: cbor: payload of indefinite length", ACCEPTED, [CANON, LOAD]),
    ("payment: cbor: id in chunks", ACCEPTED, [CANON, LOAD]),
    ("payment: cbor: a claim twice", ACCEPTED, [CANON, LOAD]),
    ("payment: cbor: algorithm twice", ACCEPTED, [CANON, LOAD]),
    ("payment: cbor: header keys 1 and true", "algorithm", [CANON, LOAD, TYPES]),
    ("payment: cbor: face as a big number", ACCEPTED, [CANON, LOAD]),
    ("payment: claims: not-before", ACCEPTED, [(fields, "check_labels", nothing)]),
    ("payment: claims: slip too long", ACCEPTED, [(fields, "body_of", trusting)]),
    ("payment: claims: slip of face 0", ACCEPTED, [(fields, "whole", nothing)]),
    ("payment: claims: slip of negative face", ACCEPTED, [(fields, "whole", nothing)]),
    ("payment: claims: issue at 0", "key_validity", [(fields, "whole", nothing)]),
    ("payment: claims: end at the issue", "expired", [(fields, "times", nothing)]),
    ("payment: claims: id of 15 bytes", ACCEPTED, [(fields, "octets", nothing)]),
    ("payment: claims: issuer in upper case", "issuer", [(fields, "issuer", nothing)]),
    (
        "payment: claims: slip with partial spend",
        ACCEPTED,
        [(payloads, "check_slip_flags", nothing)],
    ),
    (
        "payment: claims: slip with an unknown flag",
        ACCEPTED,
        [(payloads, "check_slip_flags", nothing)],
    ),
    (
        "payment: claims: family code without PIN",
        ACCEPTED,
        [(payloads, "check_family_flags", nothing)],
    ),
    ("payment: algorithm: none, as 0", ACCEPTED, [(verify, "check_algorithm", nothing)]),
    ("payment: algorithm: ES256", ACCEPTED, [(verify, "check_algorithm", nothing)]),
    ("payment: key_use: slip by the receipt key", ACCEPTED, [(verify, "with_use", same)]),
    ("payment: key_use: family code by the voucher key", ACCEPTED, [(verify, "with_use", same)]),
    (
        "payment: key_validity: issued before the key",
        ACCEPTED,
        [(verify, "signing_at", same)],
    ),
    ("payment: key_validity: issued after the key", "not_yet", [(verify, "signing_at", same)]),
    ("payment: unknown_key: a stranger's key", "key_use", [(verify, "check_found", nothing)]),
    ("payment: signature: all zeros", ACCEPTED, [(verify, "check_signature", lambda *_: 0)]),
    ("payment: signature: face doubled", ACCEPTED, [(cose, "is_signed_by", lambda *_: True)]),
    (
        "payment: signature: its other form, S + L",
        ACCEPTED,
        [(cose, "is_signed_by", lambda *_: True)],
    ),
    (
        "payment: signature: of a stranger under a known kid",
        ACCEPTED,
        [(cose, "is_signed_by", lambda *_: True)],
    ),
    ("payment: 301 s before the issue", ACCEPTED, [(verify, "check_begun", nothing)]),
    ("payment: 300 s after the end", ACCEPTED, [(verify, "check_end", nothing)]),
    ("payment: issuer: Giussano's key for Milano", ACCEPTED, [(verify, "check_issuer", nothing)]),
    ("payment: denied: slip", ACCEPTED, [(verify, "check_denied", nothing)]),
    ("payment: denied: family code", ACCEPTED, [(DenyList, "denies", lambda *_: False)]),
    ("receipt: slip shown as receipt", ACCEPTED, [(verify, "asked_for", same)]),
    ("offline: offline: slip for online", ACCEPTED, [(verify, "check_offline", nothing)]),
    ("offline: offline: a second later", ACCEPTED, [(verify, "check_offline", nothing)]),
    ("key_list: key_list: at its end", ACCEPTED, [(verify, "check_end", nothing)]),
    ("deny_list: deny_list: at its end", ACCEPTED, [(verify, "check_list", nothing)]),
    ("key_list: key_list: older than the one held", ACCEPTED, [(verify, "check_version", nothing)]),
    ("deny_list: deny_list: with HMAC", ACCEPTED, [(verify, "check_algorithm", nothing)]),
    ("short_code: '0000-0000-0001'", ACCEPTED, [(short_code, "check_sum", nothing)]),
    ("short_code: '0000-0000-000'", ACCEPTED, [(short_code, "check_length", nothing)]),
]


@pytest.mark.parametrize(("name", "then", "defects"), PLANTED, ids=[row[0] for row in PLANTED])
def test_without_its_guard_a_vector_goes_another_way(
    name: str, then: str, defects: list[Defect], monkeypatch: pytest.MonkeyPatch
) -> None:
    case: Case = CASES[name]
    assert answer(case, TRUST[case.environment], ROOTS) == (case.outcome, None)
    for place, guard, stub in defects:
        monkeypatch.setattr(place, guard, stub)
    try:
        outcome, _ = answer(case, TRUST[case.environment], ROOTS)
    except (ValueError, struct.error):
        outcome = CRASHED
    assert outcome == then != case.outcome


def guards(*modules: Any) -> set[str]:  # noqa: ANN401 - modules have no better type
    return {name for module in modules for name in vars(module) if name.startswith("check_")}


def test_every_guard_is_planted_against() -> None:
    planted = {guard for _, _, defects in PLANTED for _, guard, _ in defects}
    modules = (base45, cbor, cose, text, fields, payloads, verify, short_code)
    assert guards(*modules) <= planted
