"""The trials' own server leaves nothing open behind it."""

import gc

import pytest

from tests.faults.server import LOOPBACK, listen


def test_a_port_that_is_taken_leaves_no_socket_open() -> None:
    with listen(LOOPBACK, 0) as first:
        first.listen()
        with pytest.raises(OSError, match="in use"):
            listen(LOOPBACK, first.getsockname()[1])
    gc.collect()  # One left open would be found here, and fail this test.
