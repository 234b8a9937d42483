"""How long a comune keeps people: the rules, who is held and why, the lists and how far they are.

Random ids and counts only; a hold's reason is opened for who may help families. Not here: who is
due (`ledger.store.retention`).
"""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from ledger.core.quantities import Instant, Unit
from ledger.reports.rows import query, rows
from ledger.store.book import Ledger
from ledger.store.retention import MONTHS, Due, last_day
from ledger.store.retention import due as due_as_of
from ledger.store.vault import open_commitment


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """A programme's rule: how many months after its last day (in Rome) people are kept."""

    programme_id: UUID
    unit: Unit
    title: str
    ends_on: str
    months: int

    @property
    def keep_until(self) -> str:
        """The last day on which its people are kept, if nothing else needs them."""
        return last_day(date.fromisoformat(self.ends_on), self.months).isoformat()


RULES = query(
    f"""
    SELECT p.programme_id, p.unit, w.title, w.ends_on, COALESCE(r.months, {MONTHS}) AS months
      FROM programme p
      JOIN programme_version w
        ON w.book_no = p.book_no AND w.programme_id = p.programme_id
       AND w.version = (SELECT MAX(n.version) FROM programme_version n
                         WHERE n.book_no = p.book_no AND n.programme_id = p.programme_id)
      LEFT JOIN retention_rule r
        ON r.book_no = p.book_no AND r.programme_id = p.programme_id
       AND r.version = (SELECT MAX(n.version) FROM retention_rule n
                         WHERE n.book_no = p.book_no AND n.programme_id = p.programme_id)
     WHERE p.book_no = :book_no
     ORDER BY p.programme_no DESC
    """,  # noqa: S608 -- a number of our own.
    RetentionRule,
    ids="programme_id",
)

_NAME: Final = """COALESCE((SELECT MIN(o.user_name) FROM officer o
                 WHERE o.book_no = {of}.book_no AND o.person_id = {of}.{who}), '')"""


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A family that must be kept: since which entry, by whom; `note` opens the reason's words."""

    hold_id: UUID
    family_id: UUID
    note: bytes
    set_name: str
    set_at: Instant
    log_index: int


HOLDS = query(
    f"""
    SELECT h.hold_id, h.family_id, h.note, {_NAME.format(of="h", who="set_by")} AS set_name,
           d.recorded_at AS set_at, h.log_index
      FROM legal_hold h
      JOIN decision d ON d.book_no = h.book_no AND d.log_index = h.log_index
      LEFT JOIN legal_hold_end e ON e.book_no = h.book_no AND e.hold_id = h.hold_id
     WHERE h.book_no = :book_no AND e.hold_id IS NULL
     ORDER BY h.log_index
    """,  # noqa: S608 -- fragments of our own.
    HoldRow,
    ids="hold_id family_id",
)


@dataclass(frozen=True, slots=True)
class ListRow:
    """A list: what it would erase as of a day, who proposed and who confirmed it, what is left."""

    list_id: UUID
    as_of: str
    content_hash: bytes
    people: int
    applications: int
    proposed_by: UUID
    proposed_name: str
    proposed_at: Instant
    confirmed_name: str
    log_index: int | None
    left: int

    @property
    def state(self) -> str:
        """It waits for a second person, is being done, or is done."""
        if self.log_index is None:
            return "prepared"
        return "approved" if self.left else "issued"

    @property
    def size(self) -> int:
        """How much is to do in all."""
        return self.people + self.applications


LISTS = query(
    f"""
    SELECT l.list_id, l.as_of, l.content_hash, l.people, l.applications, l.proposed_by,
           {_NAME.format(of="l", who="proposed_by")} AS proposed_name, l.proposed_at,
           {_NAME.format(of="r", who="confirmed_by")} AS confirmed_name, r.log_index,
           (SELECT COUNT(*) FROM retention_item i WHERE i.list_id = l.list_id) AS "left"
      FROM retention_list l
      LEFT JOIN retention_run r ON r.book_no = l.book_no AND r.list_id = l.list_id
     WHERE l.book_no = :book_no
     ORDER BY l.proposed_at DESC, l.list_id
    """,  # noqa: S608 -- fragments of our own.
    ListRow,
    ids="list_id proposed_by",
)


def retention_rules(ledger: Ledger, book_no: int) -> tuple[RetentionRule, ...]:
    """Every programme with its rule, the newest first."""
    with ledger.reading() as db:
        return rows(db, RULES, RetentionRule, {"book_no": book_no})


def holds(ledger: Ledger, book_no: int) -> tuple[HoldRow, ...]:
    """Every hold that was not lifted yet, oldest first."""
    with ledger.reading() as db:
        return rows(db, HOLDS, HoldRow, {"book_no": book_no})


def reason_of(ledger: Ledger, hold: HoldRow) -> str:
    """The words of a hold's reason, from the vault; empty if they cannot be opened."""
    said = open_commitment(ledger, hold.note) or {}  # type: ignore[arg-type]
    return str(said.get("reason", ""))


def retention_lists(ledger: Ledger, book_no: int) -> tuple[ListRow, ...]:
    """Every list, the newest first."""
    with ledger.reading() as db:
        return rows(db, LISTS, ListRow, {"book_no": book_no})


@dataclass(frozen=True, slots=True)
class DueLine:
    """How many of a programme (none: empty) would be erased, or are kept, and why."""

    unit: Unit
    outcome: str
    count: int


def who_is_due(ledger: Ledger, comune: str, as_of: date) -> Due:
    """The dry run: who would be erased as of a day, and who is kept and why."""
    return due_as_of(ledger, comune, as_of)


def due_lines(found: Due) -> list[DueLine]:
    """A dry run as lines: what goes first, then what stays, each programme by programme."""
    gone = [DueLine(unit, what, count) for (unit, what), count in found.gone.items()]
    kept = [DueLine(unit, str(why), count) for (unit, why), count in found.kept.items()]
    return [*gone, *kept]
