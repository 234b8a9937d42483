"""An auditor's samples: what was drawn, how far it is, and what was found. Amounts in cents.

Notes are opened one at a time, from the vault (`note_of`). Not here: drawing (`core.sampling`).
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.core.ids import Commitment
from ledger.core.quantities import Amount, Instant, Unit
from ledger.reports.rows import first_row, query, rows
from ledger.store.book import Ledger
from ledger.store.vault import open_commitment


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One sample, and how many of its rows have which finding now.

    `end_index`: the entry that closed it. `wrong_cents`: what its irregular rows paid.
    """

    sample_id: UUID
    month: str
    seed: str
    percent: int
    population: int
    size: int
    drawn_name: str
    drawn_at: Instant
    log_index: int
    regular: int
    to_clarify: int
    irregular: int
    sampled_cents: Amount
    wrong_cents: Amount
    end_index: int | None
    closed_name: str

    @property
    def recorded(self) -> int:
        """How many rows have an outcome."""
        return self.regular + self.to_clarify + self.irregular

    @property
    def is_complete(self) -> bool:
        """Whether every row has one."""
        return self.recorded == self.size

    @property
    def state(self) -> str:
        """Open or closed."""
        return "open" if self.end_index is None else "closed"

    @property
    def error_tenths(self) -> int:
        """Irregular rows of those recorded, in tenths of a percent, rounded up."""
        return -(-self.irregular * 1000 // self.recorded) if self.recorded else 0


# The outcome of a row that holds now: its last.
_LAST: Final = """(SELECT book_no, sample_id, place, finding, examined_by, note, log_index
                 FROM (SELECT o.book_no, o.sample_id, o.place, o.finding, o.examined_by, o.note,
                              o.log_index,
                              ROW_NUMBER() OVER (PARTITION BY o.sample_id, o.place
                                                 ORDER BY o.step DESC) AS nth
                         FROM sample_outcome o WHERE o.book_no = :book_no) each_outcome
                WHERE nth = 1)"""
_NAME: Final = """COALESCE((SELECT MIN(w.user_name) FROM officer w
             WHERE w.book_no = {of}.book_no AND w.person_id = {of}.{who}), '')"""
_COUNT: Final = "CAST(SUM(CASE WHEN l.finding = '{finding}' THEN 1 ELSE 0 END) AS BIGINT)"
_SAMPLES: Final = f"""
    SELECT s.sample_id, s.month, s.seed, s.percent, s.population, s.size,
           {_NAME.format(of="s", who="drawn_by")} AS drawn_name, d.recorded_at AS drawn_at,
           s.log_index, {_COUNT.format(finding="regular")} AS regular,
           {_COUNT.format(finding="to_clarify")} AS to_clarify,
           {_COUNT.format(finding="irregular")} AS irregular,
           CAST(SUM(r.amount_cents) AS BIGINT) AS sampled_cents,
           CAST(SUM(CASE WHEN l.finding = 'irregular' THEN r.amount_cents ELSE 0 END) AS BIGINT)
             AS wrong_cents,
           e.log_index AS end_index, {_NAME.format(of="e", who="closed_by")} AS closed_name
      FROM sample s
      JOIN decision d ON d.book_no = s.book_no AND d.log_index = s.log_index
      JOIN sample_row r ON r.book_no = s.book_no AND r.sample_id = s.sample_id
      LEFT JOIN {_LAST} l ON l.book_no = r.book_no AND l.sample_id = r.sample_id
       AND l.place = r.place
      LEFT JOIN sample_end e ON e.book_no = s.book_no AND e.sample_id = s.sample_id
     WHERE s.book_no = :book_no {{only}}
     GROUP BY s.book_no, s.sample_id, s.month, s.seed, s.percent, s.population, s.size, s.drawn_by,
              d.recorded_at, s.log_index, e.log_index, e.book_no, e.closed_by
     ORDER BY s.log_index DESC
"""  # noqa: S608 -- fragments of our own.
SAMPLES = query(_SAMPLES.format(only=""), SampleRow, ids="sample_id")
ONE = query(
    _SAMPLES.format(only="AND s.sample_id = :sample"), SampleRow, ids="sample_id", given="sample"
)


def samples(ledger: Ledger, book_no: int) -> tuple[SampleRow, ...]:
    """All samples of a book, the last drawn first."""
    with ledger.reading() as db:
        return rows(db, SAMPLES, SampleRow, {"book_no": book_no})


def sample(ledger: Ledger, book_no: int, sample_id: UUID) -> SampleRow | None:
    """One sample, or None."""
    with ledger.reading() as db:
        return first_row(db, ONE, SampleRow, {"book_no": book_no, "sample": sample_id})


@dataclass(frozen=True, slots=True)
class SampledRow:
    """One redemption of a sample at its place: where, how much, and what was found of it.

    `log_index`: of the redemption. `outcome_index`: of the outcome. `note`: what opens its words.
    """

    place: int
    log_index: int
    recorded_at: Instant
    unit: Unit
    shop_id: UUID | None
    shop: str
    amount_cents: Amount
    finding: str
    examined_name: str
    outcome_index: int | None
    note: bytes | None


_ROWS: Final = f"""
    SELECT r.place, r.entry AS log_index, d.recorded_at, t.unit, a.owner AS shop_id,
           COALESCE(h.name, '') AS shop, r.amount_cents, COALESCE(l.finding, '') AS finding,
           {_NAME.format(of="l", who="examined_by")} AS examined_name,
           l.log_index AS outcome_index, l.note
      FROM sample_row r
      JOIN decision d ON d.book_no = r.book_no AND d.log_index = r.entry
      JOIN transfer t ON t.book_no = d.book_no AND t.seq = d.first_seq
      JOIN account a ON a.book_no = t.book_no AND a.account_id = t.credit
      LEFT JOIN shop h ON h.shop_id = a.owner
      LEFT JOIN {_LAST} l ON l.book_no = r.book_no AND l.sample_id = r.sample_id
       AND l.place = r.place
     WHERE r.book_no = :book_no AND r.sample_id = :sample AND r.place > :after
       AND r.place <= :after + :limit
     ORDER BY r.place
"""  # noqa: S608 -- fragments of our own.
ROWS = query(_ROWS, SampledRow, ids="shop_id", given="sample")


def sampled_rows(
    ledger: Ledger, book_no: int, sample_id: UUID, *, after: int, limit: int
) -> tuple[SampledRow, ...]:
    """Rows of a sample in their order, after a place."""
    given = {"book_no": book_no, "sample": sample_id, "after": after, "limit": limit}
    with ledger.reading() as db:
        return rows(db, ROWS, SampledRow, given)


def next_place(ledger: Ledger, book_no: int, sample_id: UUID, size: int) -> int | None:
    """The first place without an outcome; None where each has one."""
    everything = sampled_rows(ledger, book_no, sample_id, after=0, limit=size)
    return next((one.place for one in everything if not one.finding), None)


def note_of(ledger: Ledger, row: SampledRow) -> str:
    """The words of a note; empty where there is none, or its person was erased."""
    if row.note is None:
        return ""
    opened = open_commitment(ledger, Commitment(bytes(row.note)))
    return str((opened or {}).get("note", ""))
