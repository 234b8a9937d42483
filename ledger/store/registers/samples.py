"""An auditor's samples: rows that ride requests, and what a verb must know before it asks.

Not here: who may (`ledger.operations.sample_redemptions`), and how they are shown (`reports`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, select, text
from sqlalchemy import column as c

from ledger.core.ids import Commitment, RequestId
from ledger.core.quantities import Amount, Instant
from ledger.core.requests import Row, Value
from ledger.store.columns import Id
from ledger.store.schema import officer, sample_end, sample_outcome, sample_row


@dataclass(frozen=True, slots=True)
class Redeemed:
    """One redemption of a month: its request, its place in the log, and what it paid (cents)."""

    request_id: RequestId
    entry: int
    amount_cents: Amount


# CROSS: SQLite would begin with the whole book.
REDEEMED = text("""
    SELECT d.request_id, d.log_index AS entry, t.amount
      FROM decision d CROSS JOIN transfer t
      JOIN account a ON a.book_no = t.book_no AND a.account_id = t.credit
       AND a.kind = 'shop_payable'
     WHERE d.book_no = :book_no AND d.recorded_at >= :since AND d.recorded_at < :until
       AND d.kind IN ('redemption', 'offline_redemption')
       AND t.book_no = d.book_no AND t.log_index = d.log_index
     ORDER BY d.recorded_at
""").columns(c("request_id", Id()), c("entry"), c("amount"))


def redeemed(db: Connection, book_no: int, span: tuple[Instant, Instant]) -> list[Redeemed]:
    """The accepted redemptions of a span, in their order."""
    given = {"book_no": book_no, "since": span[0], "until": span[1]}
    paid: dict[tuple[RequestId, int], Amount] = {}
    for request_id, entry, amount in db.execute(REDEEMED, given):
        paid[request_id, entry] = paid.get((request_id, entry), 0) + amount
    return [Redeemed(*which, amount) for which, amount in paid.items()]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a sample is: its size (0: there is none), its steps, and whether it has ended.

    `found`: the finding that holds, by place.
    """

    size: int
    steps: int
    ended: bool
    found: dict[int, str]


def standing(db: Connection, book_no: int, sample_id: UUID) -> Standing:
    """A sample as it is now."""
    rows = select(func.count()).where(
        sample_row.c.book_no == book_no, sample_row.c.sample_id == sample_id
    )
    steps = (
        select(sample_outcome.c.place, sample_outcome.c.finding)
        .where(sample_outcome.c.book_no == book_no, sample_outcome.c.sample_id == sample_id)
        .order_by(sample_outcome.c.step)
    )
    ends = select(sample_end.c.step).where(
        sample_end.c.book_no == book_no, sample_end.c.sample_id == sample_id
    )
    told = [(row.place, row.finding) for row in db.execute(steps)]
    ended = db.execute(ends).scalar() is not None
    return Standing(db.execute(rows).scalar_one(), len(told), ended, dict(told))


@dataclass(frozen=True, slots=True)
class Behind:
    """Who stands behind a row: the entry, whose voucher it was, and who settled any part of it."""

    entry: int
    person_id: UUID | None
    settled_by: tuple[UUID, ...]


ENTRY = (
    text("""
    SELECT r.entry, f.person_id
      FROM sample_row r
      JOIN decision d ON d.book_no = r.book_no AND d.log_index = r.entry
      JOIN transfer t ON t.book_no = d.book_no AND t.seq = d.first_seq
      LEFT JOIN voucher v ON v.book_no = t.book_no AND v.voucher_id = t.debit
      LEFT JOIN family f ON f.family_id = v.family_id
     WHERE r.book_no = :book_no AND r.sample_id = :sample AND r.place = :place
""")
    .bindparams(bindparam("sample", type_=Id()))
    .columns(c("entry"), c("person_id", Id()))
)

# Who closed the period of an entry, and who wrote down a payment of it.
SETTLED_BY = text("""
    SELECT o.person_id
      FROM decision d
      JOIN settlement x ON x.book_no = d.book_no AND x.period = d.period
      JOIN officer o ON o.officer_id = x.closed_by
     WHERE d.book_no = :book_no AND d.log_index = :entry
    UNION
    SELECT g.paid_by
      FROM decision d
      JOIN transfer t ON t.book_no = d.book_no AND t.log_index = d.log_index
      JOIN account a ON a.book_no = t.book_no AND a.account_id = t.credit
      JOIN programme p ON p.book_no = t.book_no AND p.unit = t.unit
      JOIN mandate m ON m.book_no = d.book_no AND m.period = d.period
       AND m.programme_id = p.programme_id AND m.shop_id = a.owner
      JOIN payout_signature g ON g.book_no = m.book_no AND g.mandate_id = m.mandate_id
     WHERE d.book_no = :book_no AND d.log_index = :entry
""").columns(c("person_id", Id()))


def behind(db: Connection, book_no: int, sample_id: UUID, place: int) -> Behind | None:
    """Who stands behind one row of a sample; None if it has no such row."""
    given = {"book_no": book_no, "sample": sample_id, "place": place}
    row = db.execute(ENTRY, given).first()
    if row is None:
        return None
    who = db.execute(SETTLED_BY, {"book_no": book_no, "entry": row.entry})
    return Behind(row.entry, row.person_id, tuple(sorted(one.person_id for one in who)))


def has_another_role(db: Connection, book_no: int, person_id: UUID) -> bool:
    """Whether this human has any account here that is not an auditor's."""
    query = select(func.count()).where(
        officer.c.book_no == book_no,
        officer.c.person_id == person_id,
        officer.c.role != "auditor",
    )
    return bool(db.execute(query).scalar_one())


def sample_rows(
    sample_id: UUID, values: Mapping[str, Value | None], chosen: Sequence[Redeemed]
) -> tuple[Row, ...]:
    """The rows that ride a draw: the sample, and each redemption at its place from 1."""
    return (
        Row("sample", {"sample_id": sample_id, **values}),
        *(
            Row(
                "sample_row",
                {"sample_id": sample_id, "place": at, "entry": one.entry,
                 "amount_cents": one.amount_cents},
            )
            for at, one in enumerate(chosen, start=1)
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found of one row, by whom; the note's words are in the vault, under `note`."""

    sample_id: UUID
    step: int
    place: int
    finding: str
    examined_by: UUID
    note: Commitment | None


def outcome_rows(one: Outcome, settled_by: Sequence[UUID]) -> tuple[Row, ...]:
    """The rows that ride an outcome; the database refuses who settled what is examined."""
    values = {name: getattr(one, name) for name in Outcome.__slots__}
    signed: dict[str, Value | None]
    signed = {"sample_id": one.sample_id, "step": one.step, "examined_by": one.examined_by}
    return (
        Row("sample_outcome", values),
        *(Row("sample_examiner", signed | {"settled_by": who}) for who in settled_by),
    )


def end_row(sample_id: UUID, stands: Standing, closed_by: UUID) -> Row:
    """The row that rides the end: how many of how many were not right, or not clear."""
    findings = list(stands.found.values())
    return Row(
        "sample_end",
        {
            "sample_id": sample_id,
            "step": stands.steps + 1,
            "size": stands.size,
            "to_clarify": findings.count("to_clarify"),
            "irregular": findings.count("irregular"),
            "closed_by": closed_by,
        },
    )
