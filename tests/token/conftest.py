"""The marker of the interop tests, and the one way in which a test may be left out."""

import os
from typing import NoReturn

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "interop: another implementation, in its own environment")


@pytest.fixture
def leave_out(request: pytest.FixtureRequest) -> "LeaveOut":
    return LeaveOut(request.node.name)


class LeaveOut:
    """Skip loudly where something is missing; where CI=true, fail."""

    def __init__(self, name: str) -> None:
        self.name = name

    def because(self, reason: str) -> NoReturn:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{self.name} cannot run: {reason}")
        pytest.skip(f"NOT RUN, {self.name}: {reason}")
