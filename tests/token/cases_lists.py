"""Vectors of the key list and the deny list: who signed, how old, exactly what."""

from collections.abc import Iterator
from dataclasses import replace

from tests.token.case import ACCEPTED, Case, summary
from tests.token.town import DAY, DENY_LIST, ENDS, ISSUED, KEY_LIST, crafted, list_of, slip

BODY = -65537
KEYS, DENIED = KEY_LIST.to_claims(), DENY_LIST.to_claims()
ENTRY, LIMITS = KEY_LIST.keys[0].to_array(), KEY_LIST.limits[0].to_array()
UNTIL = ENDS + 30 * DAY
EMPTY = replace(DENY_LIST, prefixes=b"", version=13)


def _keys(entries: object, limits: object = None) -> bytes:
    body = [7, 3, 172_800, entries, [] if limits is None else limits]
    return crafted(KEYS | {BODY: body}, "root")


def _entry(place: int, value: object) -> bytes:
    return _keys([[*ENTRY[:place], value, *ENTRY[place + 1 :]]])


def _limits(place: int, value: object) -> bytes:
    return _keys([], [[*LIMITS[:place], value, *LIMITS[place + 1 :]]])


def _denied(*body: object) -> bytes:
    return crafted(DENIED | {BODY: list(body)}, "root")


X = bytes(range(32))
BAD_KEYS = {
    "entries are a map": _keys({1: 1}),
    "an entry is no array": _keys([1]),
    "an entry too short": _keys([ENTRY[:6]]),
    "an entry with a shop number": _keys([[*ENTRY, 412]]),
    "kid of 7 bytes": _entry(0, bytes(7)),
    "key of 31 bytes": _entry(1, {1: 1, -1: 6, -2: X[:31]}),
    "key with a private part": _entry(1, {1: 1, -1: 6, -2: X, -4: X}),
    "key without a curve": _entry(1, {1: 1, -2: X}),
    "key on another curve": _entry(1, {1: 1, -1: 4, -2: X}),
    "key of another type": _entry(1, {1: 2, -1: 6, -2: X}),
    "key as bytes": _entry(1, X),
    "algorithm by its older name": _entry(2, -8),
    "algorithm of P-256": _entry(2, -9),
    "use of a till": _entry(3, "till"),
    "use of the root": _entry(3, "root"),
    "use as a number": _entry(3, 1),
    "use as an array": _entry(3, []),
    "issuer unknown to us": _entry(4, "Milano"),
    "begins at 0": _entry(5, 0),
    "ends as it begins": _entry(6, ISSUED - DAY),
    "limits are a number": _keys([], 0),
    "limits too short": _keys([], [LIMITS[:9]]),
    "limits too long": _keys([], [[*LIMITS, 0]]),
    "limits of programme 0": _limits(1, 0),
    "limits of a negative sale": _limits(3, -1),
    "limits of a text": _limits(4, "4000"),
    "limits above 32 bits": _limits(9, 2**32),
    "limits of no issuer": _limits(0, ""),
    "version 0": crafted(KEYS | {BODY: [7, 0, 1, [], []]}, "root"),
    "max_age 0": crafted(KEYS | {BODY: [7, 1, 0, [], []]}, "root"),
    "body too short": crafted(KEYS | {BODY: [7, 1, 1, []]}, "root"),
    "an id": crafted(KEYS | {7: bytes(16)}, "root"),
    "end before issue": crafted(KEYS | {4: ISSUED - 1}, "root"),
}
BAD_DENIED = {
    "out of order": _denied(8, 1, 1, bytes([2] * 8 + [1] * 8)),
    "one twice": _denied(8, 1, 1, bytes(16)),
    "not in groups of 8": _denied(8, 1, 1, bytes(9)),
    "prefixes as an array": _denied(8, 1, 1, []),
    "prefixes as text": _denied(8, 1, 1, "x" * 8),
    "body too long": _denied(8, 1, 1, b"", 0),
    "issuer empty": crafted(DENIED | {1: ""}, "root"),
}


def cases() -> Iterator[Case]:
    for what, raw, bad in (
        ("key_list", list_of(KEY_LIST), BAD_KEYS),
        ("deny_list", list_of(DENY_LIST), BAD_DENIED),
    ):
        yield from _ages(what, raw)
        yield from _forgeries(what, raw)
        for name, other in bad.items():
            yield Case(name=f"{what}: {name}", what=what, input=other.hex(), outcome="claims")
    yield Case(
        name="deny_list: empty",
        what="deny_list",
        input=list_of(EMPTY).hex(),
        outcome=ACCEPTED,
        object=summary(EMPTY),
    )


def _ages(what: str, raw: bytes) -> Iterator[Case]:
    listed = KEY_LIST if what == "key_list" else DENY_LIST
    for name, now, at_least, outcome in (
        ("good", ISSUED + DAY, 1, ACCEPTED),
        ("300 s from the future", ISSUED - 300, 1, ACCEPTED),
        ("301 s from the future", ISSUED - 301, 1, "not_yet"),
        ("the second before its end", UNTIL - 1, 1, ACCEPTED),
        ("at its end", UNTIL, 1, "expired"),
        ("the version already held", ISSUED + DAY, listed.version, ACCEPTED),
        ("older than the one held", ISSUED + DAY, listed.version + 1, "old_list"),
    ):
        yield Case(
            name=f"{what}: {name}",
            what=what,
            input=raw.hex(),
            outcome=outcome,
            object=summary(listed) if outcome == ACCEPTED else None,
            now=now,
            at_least=at_least,
        )


def _forgeries(what: str, raw: bytes) -> Iterator[Case]:
    listed = KEY_LIST if what == "key_list" else DENY_LIST
    other = DENY_LIST if what == "key_list" else KEY_LIST
    claims, root = listed.to_claims(), list_of(listed, "root")
    kid = root[root.index(b"\x04\x48") + 2 :][:8]
    head = bytes([0x80 + (5 if what == "key_list" else 4), listed.TYPE])
    assert raw.count(head + bytes([listed.version])) == 1
    newer = raw.replace(head + bytes([listed.version]), head + bytes([listed.version + 1]))
    for name, token, outcome in (
        ("no bytes", b"", "envelope"),
        ("cut", raw[:-1], "cbor"),
        ("a byte after", raw + b"\x00", "cbor"),
        ("no tag", raw[1:], "envelope"),
        ("by a stranger", list_of(listed, "mallory"), "unknown_key"),
        ("by the voucher key", list_of(listed, "voucher"), "unknown_key"),
        ("in the root's name", crafted(claims, "mallory", headers={1: -19, 4: kid}), "signature"),
        ("with HMAC", crafted(claims, "root", headers={1: 7, 4: kid}), "algorithm"),
        ("the other list", list_of(other), "type"),
        ("a slip by the root", crafted(slip().to_claims(), "root"), "type"),
        ("version changed", newer, "signature"),
    ):  # fmt: skip
        yield Case(name=f"{what}: {name}", what=what, input=token.hex(), outcome=outcome)
