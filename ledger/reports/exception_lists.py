"""Runs the rules on one book: what each found, newest first. Amounts in cents.

A span of time is at most three months, so that no list reads a whole book. Not here: the rules
themselves (`exception_rules`), and what a person makes of a row.
"""

from dataclasses import dataclass
from typing import Final

from ledger.core.quantities import DAY, Instant
from ledger.reports.exception_rules import RULES, ExceptionRow, Rule
from ledger.reports.roman_clocks import roman_clocks
from ledger.reports.rows import rows
from ledger.store.book import Ledger

LONGEST: Final = 92 * DAY  # Three months, and an hour where clocks change.


@dataclass(frozen=True, slots=True)
class Found:
    """What one rule found."""

    rule: Rule
    rows: tuple[ExceptionRow, ...]


def exceptions(
    ledger: Ledger,
    book_no: int,
    span: tuple[Instant, Instant],
    *,
    now: Instant,
    only: str = "",
) -> tuple[Found, ...]:
    """What the rules (or the one that is named) find in a span, and of how things stand now.

    The span ends before its second instant; of one that is too long the end is looked at.
    """
    since, until = max(span[0], span[1] - LONGEST), span[1]
    given = {"book_no": book_no, "since": since, "until": until, "now": now}
    given |= roman_clocks(since, until)
    with ledger.reading() as db:
        return tuple(
            Found(one, rows(db, one.statement, ExceptionRow,
                            given | {"rule": one.name, "limit": one.limit}))
            for one in RULES if only in {"", one.name}
        )  # fmt: skip
