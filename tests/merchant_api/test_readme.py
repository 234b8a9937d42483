"""The examples of merchant_api/README.md, run as they stand there, by a shell and curl."""

import json
import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import uvicorn

from ledger import Ledger
from merchant_api.app import create_app
from scripts.listening import listen
from tests.town import make_town

README = Path("merchant_api/README.md").read_text()
EXAMPLE = re.compile(r"```sh\n(.*?)\n# (\d+) (.*?)\n```", re.DOTALL)


@pytest.fixture
def served(ledger: Ledger) -> Iterator[dict[str, str]]:
    """A server with one till and one family: the variables that the examples use."""
    town = make_town(ledger)
    town.issue(town.programme())
    _shop, secret = town.shop()
    family = town.codes()[0]
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(create_app(ledger), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield {
        "BASE": f"http://127.0.0.1:{listener.getsockname()[1]}",
        "SECRET": secret,
        "CODE": family.code,
        "PIN": family.pin,
        "KEY": str(uuid4()),
        "REFUND_KEY": str(uuid4()),
    }
    server.should_exit = True
    thread.join()
    listener.close()


def run(command: str, given: dict[str, str]) -> tuple[int, dict[str, Any]]:
    if shutil.which("curl") is None:
        why = "no curl on this machine: the README's examples were not run"
        pytest.fail(why) if os.environ.get("CI") == "true" else pytest.skip(why)
    command = command.replace("curl -s", "curl -s -w '\\n%{http_code}'", 1)
    done = subprocess.run(
        ["sh", "-c", command], env=given | {"PATH": "/usr/bin:/bin"}, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    body, _, status = done.stdout.rpartition("\n")
    return int(status), json.loads(body)


def test_every_example_answers_as_the_page_says(served: dict[str, str]) -> None:
    examples = EXAMPLE.findall(README)
    assert len(examples) == README.count("```sh")
    for command, status, told in examples:
        got, body = run(command, served)
        assert got == int(status), body
        served.setdefault("SESSION", body.get("session_token", ""))
        for field, value in re.findall(r'"(\w+)": (\d+|"\w+")', told):
            item = body["items"][0] if "items" in body and field not in body else body
            assert json.dumps(item[field]) == value, field
