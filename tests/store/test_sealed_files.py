"""BACKUP.md, held: vectors of sealed files, and everything that must not open.

`python -m tests.store.test_sealed_files` writes the vectors.
"""

import io
import json
import random
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ledger import StoreError
from ledger.store import sealed_files
from ledger.store.backup_sets import Header
from ledger.store.sealed_files import Secret, make_secret, read_secret, seal_file, unseal_file

VECTORS = Path(__file__).parents[1] / "vectors" / "backup.json"
PAGE = Path(sealed_files.__file__).with_name("BACKUP.md").read_text("utf-8")
CHUNK, TAG = sealed_files.CHUNK, sealed_files.TAG_SIZE
SECRET, SALT, HEADER = Secret(bytes(range(32))), bytes(range(32, 64)), b'{"format":1}'
OPENING = len(sealed_files.MAGIC) + 4 + len(HEADER) + len(SALT)
SIZES = (0, 5, CHUNK, CHUNK + 1)


def plain(size: int) -> bytes:
    return bytes(at * 7 % 251 for at in range(size))


def sealed(data: bytes, secret: Secret = SECRET, salt: bytes = SALT) -> bytes:
    out = io.BytesIO()
    told = seal_file(io.BytesIO(data), out, HEADER, secret, salt=salt)
    assert (told.size, told.sha256) == (len(out.getvalue()), sha256(out.getvalue()).hexdigest())
    return out.getvalue()


def opened(data: bytes, secret: Secret = SECRET) -> bytes:
    out = io.BytesIO()
    unseal_file(io.BytesIO(data), out, secret)
    return out.getvalue()


def vectors() -> dict[str, Any]:
    return {
        "format": "Portavalori backups, version 1; see ledger/store/BACKUP.md",
        "warning": "This secret is published: for tests only.",
        "secret": SECRET.value.hex(),
        "secret_name": SECRET.name,
        "salt": SALT.hex(),
        "header": HEADER.decode(),
        "plain": "byte i is 7 i mod 251",
        "whole": sealed(plain(5)).hex(),
        "files": [
            {"plain_size": size, "size": len(file), "sha256": sha256(file).hexdigest()}
            for size in SIZES
            for file in [sealed(plain(size))]
        ],
    }


def test_the_vectors_are_what_is_written() -> None:
    assert json.loads(VECTORS.read_text()) == vectors()


def test_the_vectors_open() -> None:
    known = json.loads(VECTORS.read_text())
    assert opened(bytes.fromhex(known["whole"])) == plain(5)
    for size in SIZES:
        assert opened(sealed(plain(size))) == plain(size)


def test_the_page_says_what_the_code_does() -> None:
    assert f"| magic | {len(sealed_files.MAGIC)} |" in PAGE
    assert f"| salt | {sealed_files.SALT_SIZE} |" in PAGE
    assert f"{sealed_files.KEY_SIZE} + {sealed_files.PREFIX_SIZE} bytes" in PAGE
    assert f"{CHUNK:,} bytes of the store" in PAGE
    assert f"| chunk | {TAG} to {CHUNK + TAG:,} |" in PAGE
    assert f"at most {sealed_files.MOST_HEADER:,}" in PAGE
    section = PAGE.partition("## 3. ")[2].partition("## 4. ")[0]
    fields = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert sorted(fields) == sorted(Header.__slots__)


def test_no_changed_byte_opens() -> None:
    file, chance = sealed(plain(2 * CHUNK + 9)), random.Random(7)
    places = {*range(OPENING + 40), *chance.sample(range(len(file)), 60), len(file) - 1}
    for place in sorted(places):
        changed = bytearray(file)
        changed[place] ^= 1 << chance.randrange(8)
        with pytest.raises(StoreError):
            opened(bytes(changed))


def test_no_cut_or_longer_file_opens() -> None:
    file = sealed(plain(2 * CHUNK))
    first, second = OPENING + CHUNK + TAG, OPENING + 2 * (CHUNK + TAG)
    assert second == len(file)
    for size in (0, 10, OPENING, OPENING + 3, first - 1, first, first + 1, second - 1):
        with pytest.raises(StoreError):
            opened(file[:size])
    for more in (b"\0", file[first:], file[OPENING:first]):
        with pytest.raises(StoreError):
            opened(file + more)


def test_no_chunk_opens_elsewhere() -> None:
    file = sealed(plain(3 * CHUNK))
    at = [OPENING + number * (CHUNK + TAG) for number in range(4)]
    head, one, two, three = file[:OPENING], *(file[at[n] : at[n + 1]] for n in range(3))
    other = sealed(plain(3 * CHUNK), salt=bytes(32))[at[0] : at[1]]
    for chunks in ((two, one, three), (one, one, three), (one, three), (other, two, three)):
        with pytest.raises(StoreError, match="chunk"):
            opened(head + b"".join(chunks))
    assert opened(head + one + two + three) == plain(3 * CHUNK)


def test_another_secret_opens_nothing() -> None:
    with pytest.raises(StoreError, match="chunk 0"):
        opened(sealed(plain(5)), Secret(bytes(32)))


def test_no_key_is_used_for_two_files() -> None:
    one, two = (sealed(plain(5), salt=bytes([number]) * 32) for number in (1, 2))
    assert one[-TAG - 5 :] != two[-TAG - 5 :]


def test_a_secret_is_private_and_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    make_secret(file)
    assert file.stat().st_mode & 0o777 == 0o600
    secret = read_secret(file)
    assert repr(secret.value)[2:10] not in repr(secret)
    with pytest.raises(StoreError, match="there already"):
        make_secret(file)
    assert read_secret(file) == secret
    file.chmod(0o640)
    with pytest.raises(StoreError, match="others may read"):
        read_secret(file)


@pytest.mark.parametrize(
    "words",
    [b"", b"\xff\xfe", b"x", b"portavalori-backup-secret/1 AAAA", b"portavalori-backup-secret/1 !"],
)
def test_a_file_that_is_no_secret_is_refused(tmp_path: Path, words: bytes) -> None:
    file = tmp_path / "secret"
    file.write_bytes(words)
    file.chmod(0o600)
    with pytest.raises(StoreError, match="no secret of ours"):
        read_secret(file)
    with pytest.raises(StoreError, match="there is no secret"):
        read_secret(tmp_path / "elsewhere")


if __name__ == "__main__":
    VECTORS.write_text(json.dumps(vectors(), indent=1) + "\n")
