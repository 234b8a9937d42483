import subprocess
from pathlib import Path

from scripts.node_packages import BuildError, node
from tests.token.conftest import LeaveOut

HERE = Path(__file__).parent


def test_the_twin_in_javascript_gives_the_same_answers(leave_out: LeaveOut) -> None:
    try:
        command = [*node(), "--test", str(HERE / "twin.test.mjs")]
    except BuildError as missing:
        leave_out.because(str(missing))
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "fail 0" in done.stdout
