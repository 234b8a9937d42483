"""The hot path's own reads: what they do when the server has cut their connection."""

from collections.abc import Iterator

import psycopg
import pytest

from ledger import Ledger, open_ledger
from tests.engines import postgresql_copy

BACKENDS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
def place(postgresql: str, postgresql_template: str) -> Iterator[tuple[Ledger, str]]:
    with (
        postgresql_copy(postgresql, postgresql_template) as url,
        open_ledger(url) as ledger,
    ):
        yield ledger, url


@pytest.mark.pg_only
def test_a_connection_that_was_cut_is_made_again(place: tuple[Ledger, str]) -> None:
    ledger, url = place
    assert ledger.quick.rows("SELECT CAST(? AS BIGINT)", (1,)) == [(1,)]
    with psycopg.connect(url) as other:
        other.execute(BACKENDS)
    assert ledger.quick.rows("SELECT CAST(? AS BIGINT)", (2,)) == [(2,)]


@pytest.mark.pg_only
def test_an_error_of_the_statement_is_told(place: tuple[Ledger, str]) -> None:
    ledger, _url = place
    with pytest.raises(psycopg.errors.UndefinedTable):
        ledger.quick.rows("SELECT 1 FROM nowhere", ())
    assert ledger.quick.rows("SELECT CAST(? AS BIGINT)", (3,)) == [(3,)]
