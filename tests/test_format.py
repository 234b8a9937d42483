"""FORMAT.md, held: vectors of bytes and hashes, a strict reader, and the page's tables.

`python -m tests.test_format` writes the vectors; after the freeze it may only ever add to them.
"""
# long: vectors, reader and page together, since each is compared with the others.

import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.core import leaves
from ledger.core.canonical import canonical, check_words
from ledger.core.decisions import Decision
from ledger.core.ids import derived_id
from ledger.core.leaves import NotALeaf, read_leaf, read_numbered
from ledger.core.requests import Row, rows_hash
from ledger.proof.merkle import Frontier, leaf_hash, read_frontier
from tests.rich_book import NOW, UNIT, all_requests, decide, lapse, uuid
from tests.rich_circuit import circuit_decisions

VECTORS = Path(__file__).parent / "vectors" / "book.json"
FORMAT = Path(leaves.__file__).parents[1] / "FORMAT.md"
ACT = Row(
    "act", {"act_id": uuid("act"), "number": "42/2026", "amount_cents": 500_00, "title": None}
)
DERIVED: tuple[tuple[str, tuple[UUID | str | int, ...]], ...] = (
    ("hold_expiry", ("giussano", uuid("H3"))),
    ("hold_expiry", ("giussano", uuid("H3"), 1)),
    ("issue", (uuid("batch"), 17)),
    ("void", (uuid("sale"),)),
)
# The inputs and roots of the tests that came with RFC 6962's first implementation.
RFC_LEAVES = (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)  # fmt: skip
RFC_ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def decisions() -> list[Decision]:
    return [
        *decide(all_requests((ACT,))),
        *decide([*all_requests((ACT,)), lapse()], now=NOW + 2 * 86_400_000_000)[-1:],
    ]


def vectors() -> dict[str, Any]:
    """What the code writes today, in the form of the file."""
    decided = decisions()
    log = [decision.leaf() for decision in decided[:-1]]
    return {
        "leaves": told(decided),
        "root": Frontier().extended(map(leaf_hash, log)).root().hex(),
        "words": [
            {"id": one.request.id.hex, "sha256": one.request.words_hash().hex()} for one in decided
        ],
        "rows": {"sha256": rows_hash((ACT,))},
        "circuit": told(circuit_decisions()),
        "derived": [
            {"scope": scope, "parts": [plain(part) for part in parts],
             "id": derived_id(scope, *parts).hex}
            for scope, parts in DERIVED
        ],
    }  # fmt: skip


def told(decided: list[Decision]) -> list[dict[str, str]]:
    leaves_ = [decision.leaf() for decision in decided]
    return [{"leaf": leaf.decode(), "hash": leaf_hash(leaf).hex()} for leaf in leaves_]


def plain(part: UUID | str | int) -> str | int:
    return part.hex if isinstance(part, UUID) else part


def test_the_published_vectors_are_what_the_code_writes() -> None:
    assert json.loads(VECTORS.read_text(encoding="utf-8")) == json.loads(json.dumps(vectors()))


def test_every_published_leaf_reads_back() -> None:
    known = json.loads(VECTORS.read_text(encoding="utf-8"))
    for vector in (*known["leaves"], *known["circuit"]):
        leaf = vector["leaf"].encode()
        decision = read_leaf(leaf)
        assert decision.leaf() == leaf
        assert sha256(b"\x00" + leaf).hexdigest() == vector["hash"]
        numbered = read_numbered(leaf)
        assert numbered.request == decision.request
        assert (numbered.index, numbered.recorded_at) == (decision.log_index, decision.recorded_at)


def test_the_vectors_show_every_item_phase_and_fact() -> None:
    text = VECTORS.read_text(encoding="utf-8").replace('\\"', '"')
    for name in (*leaves.READERS, "posted", "held", "used", "freed", *FACTS):
        assert f'"{name}"' in text, name


FACTS = ("available", "left", "claimed", "totals")


def test_a_derived_id_follows_from_the_page_alone() -> None:
    for scope, parts in DERIVED:
        text = "\x00".join(["portavalori/1", scope, *(str(plain(part)) for part in parts)])
        digest = sha256(text.encode()).hexdigest()[:32]
        wanted = digest[:12] + "8" + digest[13:16] + "89ab"[int(digest[16], 16) & 3] + digest[17:]
        assert derived_id(scope, *parts).hex == wanted


def test_the_tree_is_that_of_the_rfc() -> None:
    for size, root in enumerate(RFC_ROOTS):
        hashes = [leaf_hash(bytes.fromhex(leaf)) for leaf in RFC_LEAVES[:size]]
        grown = Frontier()
        for one in hashes:
            grown = grown.extended([one])
        assert grown == Frontier().extended(hashes)
        assert grown.root().hex() == root
        assert read_frontier(size, grown.to_bytes()) == grown


def test_a_frontier_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="frontier"):
        read_frontier(3, b"\x00" * 32)


# A reader accepts bytes only if writing what it read gives the same bytes.

LEAVES = tuple(decision.leaf() for decision in decisions())


def strict(data: bytes) -> bool:
    """Whether bytes are canonical, said by other code: the page's section 1, read literally."""

    def refuse(text: str) -> Any:  # noqa: ANN401
        raise ValueError(text)

    def whole(value: object) -> bool:
        if isinstance(value, dict):
            keys = all(re.fullmatch("[a-z0-9_]{1,40}", key) for key in value)
            return keys and all(map(whole, value.values()))
        if isinstance(value, list):
            return all(map(whole, value))
        if isinstance(value, str):
            return "\x00" not in value and not any(0xD800 <= ord(c) < 0xE000 for c in value)
        return isinstance(value, bool) or (isinstance(value, int) and abs(value) < 2**53)

    try:
        value = json.loads(data.decode(), parse_float=refuse, parse_constant=refuse)
        return whole(value) and written(value) == data
    except (ValueError, RecursionError):
        return False


def written(value: object, **style: Any) -> bytes:  # noqa: ANN401
    given: dict[str, Any] = {
        "ensure_ascii": False,
        "sort_keys": True,
        "separators": (",", ":"),
    } | style
    return json.dumps(value, **given).encode("utf-8", "surrogatepass")


def assert_strict(data: bytes) -> None:
    for reader in (read_leaf, read_numbered):
        try:
            reader(data)
        except NotALeaf:
            continue
        assert reader is read_numbered or strict(data)


def paths(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner: Iterator[tuple[Any, Any]] = iter(())
    if isinstance(value, dict):
        inner = iter(value.items())
    elif isinstance(value, list):
        inner = iter(enumerate(value))
    for key, item in inner:
        yield from paths(item, (*path, key))


def changed(value: Any, path: tuple[Any, ...], new: object) -> Any:  # noqa: ANN401
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = changed(value[path[0]], path[1:], new)
    return copy


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=4),
    st.sampled_from([2**53, -(2**53), 0, -1, 1.0, "\ud800", "\x00", "0" * 32, "f" * 32, "A" * 9]),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=3), st.none()),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_a_leaf_with_one_value_changed_is_strictly_read(data: st.DataObject) -> None:
    value = json.loads(data.draw(st.sampled_from(LEAVES)))
    path = data.draw(st.sampled_from(list(paths(value))))
    assert_strict(written(changed(value, path, data.draw(ODD))))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_leaf_written_in_another_way_is_no_leaf(data: st.DataObject) -> None:
    leaf = data.draw(st.sampled_from(LEAVES))
    value = json.loads(leaf)
    style: dict[str, Any] = data.draw(
        st.sampled_from([
            {"separators": (", ", ":")}, {"separators": (",", ": ")}, {"indent": 0},
            {"sort_keys": False}, {"ensure_ascii": True},
        ])
    )  # fmt: skip
    assert_strict(written(value, **style))
    with pytest.raises(NotALeaf):
        read_leaf(leaf + data.draw(st.sampled_from([b" ", b"\n", b"}", b"\x00"])))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_one_changed_byte_is_strictly_read(data: st.DataObject) -> None:
    leaf = bytearray(data.draw(st.sampled_from(LEAVES)))
    leaf[data.draw(st.integers(0, len(leaf) - 1))] = data.draw(st.integers(0, 255))
    assert_strict(bytes(leaf))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=40) | st.text(max_size=40).map(lambda text: text.encode()))
def test_anything_else_is_no_leaf(data: bytes) -> None:
    with pytest.raises(NotALeaf):
        read_leaf(data)


def test_what_nests_too_deeply_is_no_leaf() -> None:
    with pytest.raises(NotALeaf):
        read_leaf(b"[" * 100_000)


def test_a_field_that_is_repeated_or_unknown_is_no_leaf() -> None:
    leaf = LEAVES[0]
    for other in (leaf[:-1] + b',"v":1}', leaf[:-1] + b',"w":1}', leaf.replace(b'"v":1', b'"v":2')):
        with pytest.raises(NotALeaf):
            read_leaf(other)


@pytest.mark.parametrize(
    "words",
    [1.5, None, float("nan"), {"A": 1}, {"": 1}, {"a" * 41: 1}, {1: 1}, "\x00", "\ud800", 2**53,
     -(2**53), b"x", [[[[[[1]]]]]]],
)  # fmt: skip
def test_words_that_have_no_canonical_form_are_refused(words: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        check_words(words)


def test_words_are_given_back_plain() -> None:
    words: Mapping[str, Any] = {"b": (1, True), "a": "è\u2028", "c": [{}]}
    assert canonical(check_words(words)) == '{"a":"è\u2028","b":[1,true],"c":[{}]}'.encode()


# The page itself.


def test_the_page_names_every_item_as_the_reader_does() -> None:
    page = FORMAT.read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (\w+) \| `\{\"(\w+)\":", page, re.MULTILINE))
    assert set(rows.values()) == set(leaves.READERS)
    assert len(rows) == len(leaves.READERS)
    assert UNIT.isascii()


def test_the_page_names_every_field_of_a_leaf() -> None:
    page = FORMAT.read_text(encoding="utf-8")
    for leaf in LEAVES:
        value = json.loads(leaf)
        assert set(value) == set(fields_of(page, "## 4. A leaf"))
        assert set(value["request"]) <= set(fields_of(page, "## 3. A request"))
        assert set(value["facts"]) <= set(re.findall(r"`(\w+)`", page.partition("`facts`:")[2]))


def fields_of(page: str, section: str) -> list[str]:
    return re.findall(r'"(\w+)"', page.partition(section)[2].partition("}`")[0])


if __name__ == "__main__":
    VECTORS.write_text(json.dumps(vectors(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
