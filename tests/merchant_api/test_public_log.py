"""A log as anybody reads it: from the served bytes alone a root is computed and a growth proved."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from starlette.testclient import TestClient

from ledger import Ledger
from ledger.core.quantities import SECOND
from ledger.operations.publish_checkpoint import publish_checkpoint
from ledger.proof.checkpoint import open_checkpoint
from ledger.proof.merkle import consistency_proof, is_consistent, leaf_hash, root_of
from ledger.proof.notes import read_vkey
from ledger.proof.tiles import Tile, nodes_of, tiles_of
from ledger.token.verify import read_deny_list, read_key_list
from merchant_api.public_log import create_log_app
from tests.faults.contest import prepare, spend
from tests.roots import rooted
from tests.store.test_public_log import refused
from tests.town import NOON, make_town

NOW = 1_770_000_000 * SECOND
BOOK = "contested"


@pytest.fixture
def reader(ledger: Ledger) -> TestClient:
    prepare(ledger)
    return TestClient(create_log_app(ledger))


def grow(ledger: Ledger, leaves: int) -> None:
    ledger.book(BOOK).submit([refused() for _ in range(leaves)])
    made = publish_checkpoint(ledger, BOOK, domain="portavalori.example", now=NOW)
    assert made is not None


def head_of(reader: TestClient) -> tuple[int, bytes]:
    """The signed head, read as an outsider would."""
    policy = reader.get(f"/log/{BOOK}/policy").text
    vkey = next(line.split()[1] for line in policy.splitlines() if line.startswith("log "))
    whole = reader.get(f"/log/{BOOK}/checkpoint")
    checkpoint, _note = open_checkpoint(whole.text, read_vkey(vkey))
    return checkpoint.size, checkpoint.root


def test_a_root_and_a_growth_come_from_the_tiles_alone(ledger: Ledger, reader: TestClient) -> None:
    grow(ledger, 300)
    old = head_of(reader)
    grow(ledger, 500)
    new = head_of(reader)

    def read(level: int, number: int, first: int, count: int) -> bytes:
        width = min(256, (new[0] >> (8 * level)) - number * 256)
        data = reader.get(f"/log/{BOOK}/tile/{Tile(level, number, width).path()}").content
        assert len(data) == 32 * width
        return data[32 * first : 32 * (first + count)]

    nodes = nodes_of(read)
    assert root_of(*new[:1], nodes) == new[1]
    assert is_consistent(old, new, consistency_proof(old[0], new[0], nodes))


def test_every_tile_of_the_signed_size_is_there_and_no_other(
    ledger: Ledger, reader: TestClient
) -> None:
    grow(ledger, 300)
    size, _root = head_of(reader)
    ledger.book(BOOK).submit([spend()])  # Not under a checkpoint yet.
    for tile in tiles_of(size):
        answer = reader.get(f"/log/{BOOK}/tile/{tile.path()}")
        assert answer.status_code == 200
        assert ("immutable" in answer.headers["cache-control"]) is (tile.width == 256)
    for path in (
        Tile(0, 1, size - 256 + 1).path(), Tile(0, 1).path(), Tile(1, 0, 2).path(), "0/0", "x",
        "entries/000", "0/000.p/0",
    ):  # fmt: skip
        assert reader.get(f"/log/{BOOK}/tile/{path}").status_code == 404


def test_hashes_only(ledger: Ledger, reader: TestClient) -> None:
    grow(ledger, 3)
    receipt = ledger.book(BOOK).receipt(refused().id)
    assert receipt is None
    tile = reader.get(f"/log/{BOOK}/tile/0/000.p/3").content
    with ledger.reading() as db:
        rows = db.exec_driver_sql("SELECT leaf FROM decision ORDER BY log_index").fetchall()
    assert tile == b"".join(leaf_hash(bytes(row[0])) for row in rows[:3])


def test_what_is_not_there_is_not_there(ledger: Ledger, reader: TestClient) -> None:
    for path in ("checkpoint", "policy", "tile/0/000.p/1"):
        assert reader.get(f"/log/nowhere/{path}").status_code == 404
        assert reader.get(f"/log/{BOOK}/{path}").status_code == 404  # Not published yet.
    assert reader.post(f"/log/{BOOK}/checkpoint").status_code == 405
    grow(ledger, 1)
    headers = reader.get(f"/log/{BOOK}/checkpoint").headers
    assert headers["access-control-allow-origin"] == "*"
    assert headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in headers


def test_the_signed_lists_are_for_anybody(ledger: Ledger, tmp_path: Path) -> None:
    make_town(ledger)
    reader = TestClient(create_log_app(ledger))
    assert reader.get("/log/keys/key-list.cose").status_code == 404
    root = rooted(ledger, tmp_path, NOON)
    roots = [Ed25519PublicKey.from_public_bytes(root.public)]
    found = reader.get("/log/keys/key-list.cose")
    assert found.headers["access-control-allow-origin"] == "*"
    listed = read_key_list(found.content, roots, now=NOON // SECOND)
    denied = reader.get("/log/keys/deny-list.cose")
    assert read_deny_list(denied.content, roots, now=NOON // SECOND).version == 1
    told = reader.get("/log/keys/jwks.json").json()["keys"]
    assert {one["kid"] for one in told} == {one.kid.hex() for one in listed.keys}
    assert reader.get("/log/keys/other.cose").status_code == 404
