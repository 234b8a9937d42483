"""Anything at all gives an object that reads back, or the one refusal with nothing in it."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import cbor2
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ledger.token import base45, cbor, verify
from ledger.token.cose import ED25519
from ledger.token.keys import KeyList, prefixes_of
from ledger.token.payloads import FamilyCode, Receipt, Slip
from ledger.token.refusal import TokenRefused
from ledger.token.text import Environment, wrap
from tests.token.case import cases, load, roots_of, trust
from tests.token.town import (
    DENY_LIST,
    ENDS,
    ISSUED,
    KEY_LIST,
    MILANO,
    NOW,
    crafted,
    family_code,
    kid_named,
    list_of,
    receipt,
    slip,
    text_of,
)

TRUST = trust()
ROOTS = roots_of(load())
READERS = (verify.verify_payment, verify.verify_offline, verify.verify_receipt)
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1)
VALUES = st.recursive(
    NUMBERS | st.binary(max_size=40) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=6) | st.dictionaries(st.integers(-30, 20), inner, max_size=6)
    ),
    max_leaves=12,
)
PAYLOADS = st.one_of(
    st.builds(
        slip,
        id=st.binary(min_size=16, max_size=16),
        programme=st.integers(1, 65535),
        face_cents=st.just(5_00),
        offline_cents=st.sampled_from([0, 5_00]),
        flags=st.sampled_from([2, 3]),
        expires_at=st.integers(NOW, 2**32 - 1),
    ),
    st.builds(
        family_code,
        id=st.binary(min_size=16, max_size=16),
        max_tx_cents=st.integers(1, 2**32 - 1),
        flags=st.sampled_from([1, 5]),
    ),
    st.builds(
        receipt,
        id=st.binary(min_size=16, max_size=16),
        shop_no=st.integers(1, 2**32 - 1),
        amount_cents=st.integers(-(2**32) + 1, -1) | st.integers(1, 2**32 - 1),
        nonce=st.binary(min_size=8, max_size=8),
    ),
)


def read_or_refuse(read: Callable[..., object], shown: object, *more: object) -> object:
    """Give what was read, or None for the refusal, which holds nothing of what was shown."""
    try:
        return read(shown, *more, now=NOW) if more else read(shown)
    except TokenRefused as refused:
        held = (refused.args, refused.__context__, refused.__cause__)
    assert held == (("token refused",), None, None)
    return None


@given(st.binary(max_size=300))
def test_base45_reads_what_it_wrote(raw: bytes) -> None:
    assert base45.decode(base45.encode(raw)) == raw


@given(st.text(st.sampled_from(base45.ALPHABET), max_size=30))
def test_a_base45_text_that_reads_is_the_one_that_is_written(text: str) -> None:
    raw = read_or_refuse(base45.decode, text)
    assert raw is None or (isinstance(raw, bytes) and base45.encode(raw) == text)


@given(VALUES)
def test_cbor_reads_what_it_wrote(value: object) -> None:
    assert cbor.decode(cbor.encode(value)) == value


@given(st.binary(max_size=80))
@example(bytes.fromhex("d8231aff"))
@example(b"\x9f")
def test_bytes_that_read_as_cbor_are_the_ones_that_are_written(raw: bytes) -> None:
    value = read_or_refuse(cbor.decode, raw)
    assert value is None or cbor.encode(value) == raw


@pytest.mark.parametrize("tag", [*range(300), 1004, 43000, 55799, 2**32, 2**64 - 1])
def test_no_tag_is_ever_interpreted(tag: int) -> None:
    for content in (0, b"\x00", "a", [1, 2]):
        with pytest.raises(TokenRefused):
            cbor.decode(cbor.encode(cbor2.CBORTag(tag, content)))


@given(PAYLOADS)
def test_what_is_issued_is_read(payload: Slip | FamilyCode | Receipt) -> None:
    if isinstance(payload, Receipt):
        assert verify.verify_receipt(text_of(payload), TRUST, now=NOW) == payload
        return
    assume(not DENY_LIST.denies(payload.id))
    assert verify.verify_payment(text_of(payload), TRUST, now=NOW) == payload


@given(
    st.lists(st.binary(min_size=16, max_size=16), max_size=30), st.binary(min_size=16, max_size=16)
)
def test_a_deny_list_denies_what_is_in_it(ids: list[bytes], other: bytes) -> None:
    listed = replace(DENY_LIST, prefixes=prefixes_of(ids))
    read = verify.read_deny_list(list_of(listed), ROOTS, now=NOW)
    assert read == listed
    assert len(read) == len(set(ids))
    assert all(read.denies(one) for one in ids)
    assert read.denies(other) == (other in ids)


def test_a_key_list_reads_back() -> None:
    read = verify.read_key_list(list_of(KEY_LIST), ROOTS, now=NOW)
    assert isinstance(read, KeyList)
    assert read == KEY_LIST
    assert read.limits_of(MILANO, 13) == KEY_LIST.limits[1]


@given(st.text(max_size=620) | st.text(max_size=620).map("BC1:".__add__))
def test_any_text_gives_the_one_refusal(text: str) -> None:
    for read in READERS:
        assert read_or_refuse(read, text, TRUST) is None


@given(st.binary(max_size=390) | st.binary(max_size=380).map(b"\xd2\x84".__add__))
def test_any_bytes_give_the_one_refusal(raw: bytes) -> None:
    for read in READERS:
        text = wrap(raw, Environment.REAL)
        assert read_or_refuse(read, text, TRUST) is None
    for read_list in (verify.read_key_list, verify.read_deny_list):
        assert read_or_refuse(read_list, raw, ROOTS) is None


@given(VALUES, VALUES)
def test_any_claims_rightly_signed_are_an_object_or_refused(
    claims: object, headers: object
) -> None:
    for token in (
        crafted(claims),
        crafted({1: MILANO, 4: ENDS, 6: ISSUED, 7: bytes(16), -65537: claims}),
        crafted(headers=headers),
    ):
        if len(token) <= 390:
            text = wrap(token, Environment.REAL)
            read_or_refuse(verify.verify_payment, text, TRUST)
    for kind in (7, 8):
        body = [kind, 1, 1, *(claims if isinstance(claims, list) else [claims])]
        raw = crafted({1: "rete", 4: ENDS, 6: ISSUED, -65537: body}, "root")
        read_or_refuse(verify.read_key_list, raw, ROOTS)


@given(st.data())
def test_a_byte_changed_put_in_or_left_out_is_refused(data: st.DataObject) -> None:
    raw = crafted()
    place = data.draw(st.integers(0, len(raw) - 1))
    size = data.draw(st.integers(0, 2))
    changed = raw[:place] + data.draw(st.binary(max_size=2)) + raw[place + size :]
    if changed != raw:
        text = wrap(changed, Environment.REAL)
        assert read_or_refuse(verify.verify_payment, text, TRUST) is None


@pytest.mark.parametrize("name", load()["flip"])
def test_every_bit_flipped_is_refused(name: str) -> None:
    case = next(one for one in cases() if (one.name, one.outcome) == (name, "accepted"))
    read = {"payment": verify.verify_payment, "receipt": verify.verify_receipt}[case.what]
    raw = base45.decode(case.input[4:])
    flipped = [
        wrap((int.from_bytes(raw) ^ 1 << bit).to_bytes(len(raw)), Environment.REAL)
        for bit in range(len(raw) * 8)
    ]
    for place, bit in product(range(len(case.input)), range(8)):
        other = chr(ord(case.input[place]) ^ 1 << bit)
        flipped.append(case.input[:place] + other + case.input[place + 1 :])
    for text in flipped:
        assert read_or_refuse(read, text, TRUST) is None


def test_a_list_too_long_is_not_looked_at() -> None:
    raw = list_of(DENY_LIST)
    with pytest.raises(TokenRefused) as refused:
        verify.read_deny_list(raw + bytes(verify.MAX_LIST_BYTES), ROOTS, now=NOW)
    assert refused.value.reason == "too_long"
    assert kid_named("root") in raw
    assert ED25519 == -19


@pytest.mark.parametrize("now", [0, -1, NOW * 1000, NOW * 1_000_000])
def test_a_now_that_is_not_in_seconds_is_a_mistake_of_ours(now: int) -> None:
    with pytest.raises(AssertionError, match="seconds"):
        verify.verify_payment(text_of(slip()), TRUST, now=now)
