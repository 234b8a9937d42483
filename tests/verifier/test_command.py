"""The command's words and status; openings; and the whole of it as one file, alone."""

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from scripts.verifier.command import run_verifier
from scripts.verifier.findings import UnreadableError
from scripts.verifier.opening import read_opening
from scripts.verifier.single import single_file
from tests.verifier.books import changed, checked, index_of, rich_leaves
from tests.verifier.maker import policy, sealed

BUNDLE = "bundle.zip"
EARLIER = index_of(rich_leaves(), "seal") + 1  # A seal that is not the last.


def test_an_opening_is_found_in_the_book_and_told_apart(tmp_path: Path) -> None:
    salt, values = "ab" * 32, {"family": "Rossi", "members": 4}
    canonical = b'{"family":"Rossi","members":4}'
    made = sha256(bytes.fromhex(salt) + canonical).hexdigest()
    index = index_of(rich_leaves(), "V2")
    other = changed(rich_leaves(), index, lambda leaf: leaf["request"].update(commitments=[made]))
    opening = read_opening(json.dumps({"salt": salt, "values": values}))
    assert checked(sealed(other), tmp_path, opening=opening).opening == "made"
    assert checked(sealed(rich_leaves()), tmp_path, opening=opening).opening == "unknown"
    with pytest.raises(UnreadableError):
        read_opening('{"salt":"00"}')


def test_the_command_ends_with_what_it_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = tmp_path / "keys.txt"
    keys.write_text(policy(), encoding="utf-8")
    path = sealed(rich_leaves()).write(tmp_path / BUNDLE)
    assert run_verifier([str(path), "--policy", str(keys)]) == 0
    told = capsys.readouterr().out
    assert "PROVATO" in told
    assert "Comuni testimoni hanno visto" in told
    assert run_verifier([str(path)]) == 0
    assert "concorda solo con sé stesso" in capsys.readouterr().out
    index = index_of(rich_leaves(), "V1")
    wrong = changed(rich_leaves(), index, lambda leaf: leaf["transfers"][0].__setitem__(5, 1))
    sealed(wrong).write(path)
    assert run_verifier([str(path), "--policy", str(keys), "--lang", "en"]) == 1
    assert f"leaf {index}: in transfer 0" in capsys.readouterr().out
    assert run_verifier([str(keys)]) == 2
    assert "non è un file ZIP" in capsys.readouterr().err
    assert run_verifier([str(path), "--policy", str(tmp_path / "none"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["findings"][0]["kind"] == "no_file"


def test_one_file_alone_says_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sealed(rich_leaves(), days=[EARLIER]).write(tmp_path / BUNDLE)
    assert run_verifier([str(path), "--json"]) == 0
    program = tmp_path / "verifier.py"
    program.write_text(single_file(), encoding="utf-8")
    folder = tmp_path / "empty"
    folder.mkdir()
    command = [sys.executable, "-I", str(program), str(path), "--json"]
    alone = subprocess.run(command, capture_output=True, cwd=folder, check=False)
    assert alone.stdout.decode() == capsys.readouterr().out
    assert (alone.returncode, alone.stderr) == (0, b"")


def test_it_says_plainly_that_cryptography_is_absent(tmp_path: Path) -> None:
    path = sealed(rich_leaves()).write(tmp_path / BUNDLE)
    program = tmp_path / "verifier.py"
    hidden = "import sys\nsys.modules['cryptography'] = None\n"
    program.write_text(hidden + single_file(), encoding="utf-8")
    alone = subprocess.run([sys.executable, "-I", program, path], capture_output=True, check=False)
    assert alone.returncode == 2
    assert "cryptography" in alone.stderr.decode()
    assert "Traceback" not in alone.stderr.decode()
