"""The command's own promises: its version, and clear words instead of a traceback."""

import socket
import tomllib

from typer.testing import CliRunner

from scripts.check import ROOT
from scripts.cli import app

command = CliRunner()


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    said = command.invoke(app, ["version"])
    assert said.stdout.strip() == project["version"]


def test_a_taken_port_is_said_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = command.invoke(app, ["serve", "--port", str(port)])
    assert said.exit_code == 2
    assert f"port {port} is taken" in said.stderr
    assert "--port" in said.stderr
