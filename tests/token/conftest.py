"""The marker of the interop tests, and the one way in which a test may be left out."""

import pytest

from tests.peers import LeaveOut


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "interop: another implementation, in its own environment")


@pytest.fixture
def leave_out(request: pytest.FixtureRequest) -> LeaveOut:
    return LeaveOut(request.node.name)
