"""A book made again from its log: each request decided anew, at its own time, to the same bytes.

The rows of its registers come beside the log, which holds their hash. What comes out is the same
book: accounts, registers, routes, hashes. What neither holds does not come with it: names, codes,
officers, tills, keys. Not here: where leaves and rows come from.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import Connection, LargeBinary, Table

from ledger.core.decisions import Decision
from ledger.core.leaves import NotALeaf, read_leaf
from ledger.core.requests import NumberedRequest, Row, rows_hash
from ledger.core.shapes import MalformedRequest
from ledger.store.batch import Batch, Cache
from ledger.store.book import Ledger
from ledger.store.columns import Id
from ledger.store.drivers import driver_of
from ledger.store.reader import BookHead
from ledger.store.schema import REGISTERS
from ledger.store.statements import Statements

PORTION = 256  # Leaves a transaction.

Told: TypeAlias = tuple[bytes, NumberedRequest]  # A leaf, and the request that it must come from.
RowsOf: TypeAlias = Iterable[tuple[int, list[Any]]]  # A decision's index, its rows as plain words.


class NotTheSame(Exception):
    """A leaf that is none, or that these rules do not decide to the same bytes."""


def rebuild_book(
    ledger: Ledger,
    name: str,
    leaves: Iterable[bytes],
    rows: RowsOf,
    *,
    tell: Callable[[int], None] = lambda _done: None,
) -> BookHead:
    """Make a book of its leaves and its registers' rows; `tell` hears how many leaves are done.

    Errors: `FileExistsError` if the ledger has a book of that name; `NotTheSame` names the first
    leaf that does not come out again; what was made before it is there, and to be thrown away.
    """
    if any(book.name == name for book in ledger.books()):
        raise FileExistsError(name)
    book = ledger.book(name, create=True)
    cache, done = Cache(), 0
    for portion in _portions(_told(leaves, rows)):
        batch = ledger.write(_deciding(book.book_no, cache, portion))
        batch.remember()
        done += len(portion)
        tell(done)
    return book.head()


def _portions(told: Iterable[Told]) -> Iterator[list[Told]]:
    portion: list[Told] = []
    for one in told:
        portion.append(one)
        if len(portion) == PORTION:
            yield portion
            portion = []
    if portion:
        yield portion


def _told(leaves: Iterable[bytes], rows: RowsOf) -> Iterator[Told]:
    """Each leaf with its request, whose rows are put back. Errors: `NotTheSame`."""
    waiting = iter(rows)
    next_index, next_rows = next(waiting, NONE_LEFT)
    for index, leaf in enumerate(leaves):
        own: list[Any] = []
        if index == next_index:
            own = next_rows
            next_index, next_rows = next(waiting, NONE_LEFT)
        yield leaf, _numbered(index, leaf, own)
    if next_index >= 0:
        message = f"there are register rows of decision {next_index}, which the log does not have"
        raise NotTheSame(message)


NONE_LEFT: Final[tuple[int, list[Any]]] = (-1, [])


def _numbered(index: int, leaf: bytes, rows: list[Any]) -> NumberedRequest:
    try:
        decided = read_leaf(leaf)
    except NotALeaf as error:
        message = f"leaf {index} is none: {error}"
        raise NotTheSame(message) from error
    request = decided.request
    if decided.accepted and (rows or request.rows_digest):
        request = replace(request, rows=_rows(index, rows, request.rows_digest))
    elif rows:
        message = f"decision {index} was refused, and wrote no register rows"
        raise NotTheSame(message)
    return NumberedRequest(request, index, decided.recorded_at)


def _rows(index: int, told: list[Any], digest: str) -> tuple[Row, ...]:
    """Rows with the types of their columns, if they are what the leaf names by its hash."""
    try:
        rows = tuple(_row(*one) for one in told)
        found = rows_hash(rows) if rows else ""
    except (MalformedRequest, ValueError, TypeError, KeyError, AttributeError):
        rows, found = (), ""
    if not rows or found != digest:
        message = f"the register rows of decision {index} are not those that its leaf names"
        raise NotTheSame(message)
    return rows


def _row(name: str, values: Mapping[str, Any]) -> Row:
    table = REGISTERS[name]
    return Row(name, {column: _typed(table, column, value) for column, value in values.items()})


def _typed(table: Table, column: str, value: Any) -> Any:  # noqa: ANN401 -- by the column's type.
    kind = table.c[column].type
    if isinstance(kind, Id):
        return UUID(hex=value)
    return bytes.fromhex(value) if isinstance(kind, LargeBinary) else value


def _deciding(book_no: int, cache: Cache, portion: Sequence[Told]) -> Callable[[Connection], Batch]:
    """One transaction: nothing of a portion is kept unless all of it is the same."""

    def work(db: Connection) -> Batch:
        cursor = db.connection.cursor()
        on = Statements(cursor, driver_of(db.dialect.name), book_no)  # type: ignore[arg-type]
        batch = Batch(on, cache)
        decided = batch.run_again([request for _leaf, request in portion])
        for (leaf, _request), decision in zip(portion, decided, strict=True):
            _compare(decision, leaf, cache)
        return batch

    return work


def _compare(decision: Decision, leaf: bytes, cache: Cache) -> None:
    if decision.leaf() != leaf:
        cache.drop()
        message = f"leaf {decision.log_index} does not come out again"
        raise NotTheSame(message)
